internal import Domain
internal import Pipeline

/// What a run over a folder did, for a person to read.
struct IndexPage {
    let summary: IndexSummary

    var text: String {
        var lines = [indexed]
        if summary.noFace > 0 { lines.append("no face: \(summary.noFace)") }
        if summary.unchanged > 0 { lines.append("unchanged: \(summary.unchanged)") }
        if summary.forgotten > 0 { lines.append("gone from the folder and forgotten: \(summary.forgotten)") }
        if !summary.skipped.isEmpty { lines.append(skipped) }
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

    private var skipped: String {
        let kinds = SkipReason.allCases.compactMap { reason in
            summary.skipped[reason].map { "\($0) \(Self.kind(reason))" }
        }
        return "skipped: \(summary.skipped.values.reduce(0, +)) (\(kinds.joined(separator: ", ")))"
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
