/// The page that `--help` shows.
struct HelpPage {
    let command: CommandDescription

    var text: String {
        var parts = [Self.wrapped("likeness \(command.name): \(command.summary)."), usage]
        parts += command.details.map { Self.wrapped($0) }
        if !command.places.isEmpty {
            parts.append("Arguments:\n" + Self.table(command.places.map { ($0.name, $0.summary) }))
        }
        let options = command.options + Option.everywhere
        parts.append("Options:\n" + Self.table(options.map { ($0.usage, $0.summary) }))
        for (title, rows) in command.tables { parts.append("\(title):\n" + Self.table(rows)) }
        if !command.examples.isEmpty {
            let lines = command.examples.map { "  \($0.line)\n      \($0.meaning)" }
            parts.append("Examples:\n" + lines.joined(separator: "\n"))
        }
        parts.append(
            "Exit codes:\n" + Self.table(command.allExits.map { (String($0.code.rawValue), $0.meaning) }))
        return parts.joined(separator: "\n\n")
    }

    private var usage: String {
        let needed = command.options.filter(\.isNeeded).map(\.usage)
        let rest = command.options.count > needed.count ? ["[options]"] : []
        let places = command.places.map { place in
            let name = place.isRepeated ? place.name + " …" : place.name
            return place.isNeeded ? name : "[\(name)]"
        }
        let words = ["likeness", command.name] + places + needed + rest
        return "Usage: " + words.joined(separator: " ")
    }

    /// The page of a program, or of a family of commands.
    static func overview(of family: String, _ summary: String, _ commands: [CommandDescription], more: String)
        -> String
    {
        let rows = commands.map { ($0.name, $0.summary) }
        return """
            \(summary)

            Usage: \(family) COMMAND …

            \(table(rows))

            \(more)
            """
    }

    /// Two columns, the second wrapped.
    static func table(_ rows: [(String, String)]) -> String {
        let left = min(24, rows.map(\.0.count).max() ?? 0)
        return rows.map { name, summary in
            let text = wrapped(summary, width: width - left - 4)
                .split(separator: "\n").joined(separator: "\n" + String(repeating: " ", count: left + 4))
            guard name.count <= left else {
                return "  \(name)\n" + String(repeating: " ", count: left + 4) + text
            }
            return "  " + name + String(repeating: " ", count: left - name.count + 2) + text
        }.joined(separator: "\n")
    }

    /// Lines broken between words.
    static func wrapped(_ text: String, width: Int = width) -> String {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return (lines + [line]).joined(separator: "\n")
    }

    /// Narrow enough for a terminal of the usual size.
    private static let width = 88
}
