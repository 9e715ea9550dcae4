internal import Domain
internal import Pipeline

/// What an import did, for a person or a script to read.
struct ImportPage {
    let ways: [String: Int]
    let bytes: Int64
    let skipped: [PhotoName: SkipReason]
    let refused: [PhotoName: (code: String, sentence: String)]
    /// Photos of this import that were taken, and failed to be worked through.
    var failed: [PoolPhoto]
    /// Of the whole event.
    let counts: PhotoCounts

    var isWhole: Bool { refused.isEmpty && failed.isEmpty }

    private static let words: [(way: String, words: String)] = [
        ("new", "new"), ("duplicate", "in the event already, credited as well"),
        ("stays-deleted", "in the trash, and left there"), ("restored", "taken out of the trash"),
        ("replaced", "replaced"), ("earlier", "taken by an earlier run"),
    ]

    func text(namesAllSkipped: Bool) -> String {
        var lines = ["taken: \(ways.values.reduce(0, +)) (\(sizeText(Int(bytes))) copied)"]
        lines += Self.words.compactMap { way, words in ways[way].map { "  \($0) \(words)" } }
        var summary = IndexSummary()
        summary.skipped = skipped
        if !skipped.isEmpty { lines += IndexPage(summary: summary, namesAllSkipped: namesAllSkipped).skipped }
        if !refused.isEmpty {
            lines.append("not taken: \(refused.count)")
            for (name, reason) in refused.sorted(by: { $0.key < $1.key }) {
                lines.append("  \(name.text): \(reason.sentence) [\(reason.code)]")
            }
        }
        if !failed.isEmpty {
            lines.append("failed: \(failed.count)")
            lines += failed.map {
                "  \($0.name.text): \($0.failure?.sentence ?? "") [\($0.failure?.code ?? "")]"
            }
        }
        let states = [PhotoState.queued, .processing, .indexed, .noFace, .failed].map {
            "\(counts.byState[$0] ?? 0) \($0.rawValue)"
        }
        lines.append("the event: \(counts.total) photos (\(states.joined(separator: ", ")))")
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        .object([
            ("taken", .object(Self.words.map { ($0.way, .integer(ways[$0.way] ?? 0)) })),
            ("bytes", .integer(Int(bytes))),
            (
                "skipped",
                .list(
                    skipped.sorted { $0.key < $1.key }.map {
                        .object([("name", .text($0.key.text)), ("reason", .text($0.value.rawValue))])
                    })
            ),
            (
                "notTaken",
                .list(
                    refused.sorted { $0.key < $1.key }.map {
                        .object([
                            ("name", .text($0.key.text)), ("code", .text($0.value.code)),
                            ("sentence", .text($0.value.sentence)),
                        ])
                    })
            ),
            ("failed", .list(failed.map { JSON.photo($0) })),
            ("event", .counts(counts)),
        ])
    }
}
