internal import Domain
internal import Evaluation

/// Options that mean the same with every command.
enum SharedOptions {
    static let json = Option("--json", nil, "one JSON document instead of words")
    static let policy = Option(
        "--policy", "POLICY",
        "how carefully faces are looked for: fast, standard (the default) or thorough, which finds smaller ones"
    )
    static let database = Option(
        "--database", "FILE", "the index; FOLDER/.likeness.sqlite where nothing is said")
    static let replace = Option(
        "--replace", nil, "write over the result's file where one is there already")
}

/// Somebody else's words, safe for a terminal.
func shown(_ text: String) -> String { PhotoName(text).text.replacing("\\\\", with: "\\") }

/// A number with so many decimals, for a person to read.
func decimals(_ value: Double, _ count: Int) -> String {
    value.isFinite ? value.decimals(count) : "-"
}
