/// What the doctor found, section by section.
struct Examination {
    /// Something does not work, each with its cure.
    var problems: [String] = []
    /// Everything works, but somebody should know.
    var warnings: [String] = []
    private var sections: [(name: String, rows: [(String, JSON)])] = []

    mutating func add(_ name: String, _ rows: [(String, JSON)]) { sections.append((name, rows)) }

    var text: String {
        var parts = sections.map { section in
            section.name + "\n" + HelpPage.table(section.rows.map { ($0, Self.words($1)) })
        }
        if !warnings.isEmpty { parts.append("good to know\n" + Self.list(warnings)) }
        parts.append(
            problems.isEmpty
                ? "Everything that is needed is in place." : "to be cured\n" + Self.list(problems))
        return parts.joined(separator: "\n\n")
    }

    var json: JSON {
        .object(
            sections.map { ($0.name, .object($0.rows)) } + [
                ("warnings", .list(warnings.map { .text($0) })),
                ("problems", .list(problems.map { .text($0) })),
                ("isReady", .truth(problems.isEmpty)),
            ])
    }

    private static func list(_ sentences: [String]) -> String {
        sentences.map { sentence in
            "  - "
                + sentence.split(separator: "\n").map { HelpPage.wrapped(String($0)) }.joined(separator: "\n")
                .replacing("\n", with: "\n    ")
        }.joined(separator: "\n")
    }

    private static func words(_ value: JSON) -> String {
        switch value {
        case .null: "unknown"
        case .truth(let value): value ? "yes" : "no"
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .text(let text): shown(text)
        case .list(let values): values.isEmpty ? "none" : values.map(words).joined(separator: " ")
        case .object: ""
        }
    }
}
