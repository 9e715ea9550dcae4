internal import Domain
internal import Pipeline

/// What a run over a folder did, for a person to read.
struct IndexPage {
    let summary: IndexSummary
    /// However many they are.
    let namesAllSkipped: Bool

    /// How many skipped files of each kind are named unless all are wanted.
    static let namesOfAKind = 10

    var text: String {
        var lines = [indexed]
        if summary.noFace > 0 { lines.append("no face: \(summary.noFace)") }
        if summary.unchanged > 0 { lines.append("unchanged: \(summary.unchanged)") }
        if summary.forgotten > 0 { lines.append("gone from the folder and forgotten: \(summary.forgotten)") }
        if !summary.skipped.isEmpty { lines += skipped }
        lines.append("failed: \(summary.failed.count)")
        for (name, failure) in summary.failed.sorted(by: { $0.key < $1.key }) {
            lines.append("  \(name.text): \(failure.sentence) [\(failure.code)]")
        }
        return lines.joined(separator: "\n")
    }

    private var indexed: String {
        let tiers = Verdict.Tier.allCases.map { "\(summary.faces[$0] ?? 0) \($0.rawValue)" }
        let faces = summary.faces.values.reduce(0, +)
        return "indexed: \(summary.indexed)"
            + (faces > 0 ? ", faces: \(faces) (\(tiers.joined(separator: ", ")))" : "")
    }

    /// A line of figures, and the files by kind.
    var skipped: [String] {
        let kinds = Dictionary(grouping: summary.skipped.keys) { summary.skipped[$0] }
        var figures: [String] = []
        var lines: [String] = []
        for reason in SkipReason.allCases {
            guard let names = kinds[reason]?.sorted() else { continue }
            let kind = Self.kind(reason)
            figures.append("\(names.count) \(kind)")
            let named = namesAllSkipped ? names[...] : names.prefix(Self.namesOfAKind)
            lines += named.map { "  \($0.text): \(reason.sentence) [\(reason.rawValue)]" }
            if named.count < names.count {
                lines.append("  and \(names.count - named.count) more (\(kind)); --skipped names all")
            }
        }
        return ["skipped: \(summary.skipped.count) (\(figures.joined(separator: ", ")))"] + lines
    }

    private static func kind(_ reason: SkipReason) -> String {
        switch reason {
        case .raw: "RAW"
        case .video: "video"
        case .sidecar: "sidecar"
        case .other: "no photo"
        case .hidden: "hidden"
        case .link: "link"
        case .device: "device"
        case .pipe: "pipe"
        case .socket: "socket"
        }
    }
}
