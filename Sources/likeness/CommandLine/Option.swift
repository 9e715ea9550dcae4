/// A word of a command line that begins with dashes: a switch, or a name with a value behind it.
struct Option: Sendable, Hashable {
    /// With its dashes.
    let name: String
    /// What the help calls the value; a switch has none.
    let value: String?
    let summary: String
    /// Whether the command makes no sense without it.
    let isNeeded: Bool

    init(_ name: String, _ value: String? = nil, _ summary: String, isNeeded: Bool = false) {
        self.name = name
        self.value = value
        self.summary = summary
        self.isNeeded = isNeeded
    }

    var usage: String { value.map { "\(name) \($0)" } ?? name }

    static let help = Option("--help", nil, "show this page")
    static let config = Option("--config", "FILE", "the file of settings, in place of LIKENESS_CONFIG")
    /// What every command knows.
    static let everywhere = [config, help]
}

/// A word of a command line that stands for itself, such as a folder.
struct Place: Sendable, Hashable {
    let name: String
    let summary: String
    /// Whether several words may stand here; only the last place of a command may be so.
    let isRepeated: Bool
    /// Whether the command makes no sense without it.
    let isNeeded: Bool

    init(_ name: String, _ summary: String, isRepeated: Bool = false, isNeeded: Bool = true) {
        self.name = name
        self.summary = summary
        self.isRepeated = isRepeated
        self.isNeeded = isNeeded
    }
}

/// A line that can be typed as it stands, and what it does.
struct Example: Sendable, Hashable {
    let line: String
    let meaning: String

    init(_ line: String, _ meaning: String) {
        self.line = line
        self.meaning = meaning
    }
}
