internal import Domain

/// Options that mean the same with every command.
enum SharedOptions {
    static let json = Option("--json", nil, "one JSON document instead of words")
    static let policy = Option(
        "--policy", "POLICY",
        "how carefully faces are looked for: fast, standard (the default) or thorough, which finds smaller ones"
    )
    static let database = Option(
        "--database", "FILE", "the index; FOLDER/.likeness.sqlite where nothing is said")
}

/// Somebody else's words, safe for a terminal.
func shown(_ text: String) -> String { PhotoName(text).text.replacing("\\\\", with: "\\") }

/// A number with so many decimals, for a person to read.
func decimals(_ value: Double, _ count: Int) -> String {
    guard value.isFinite else { return "-" }
    var factor = 1.0
    for _ in 0..<count { factor *= 10 }
    let scaled = Int64(clamping: Int((value * factor).rounded()))
    let digits = String(scaled.magnitude)
    let padded = String(repeating: "0", count: max(0, count + 1 - digits.count)) + digits
    let sign = scaled < 0 ? "-" : ""
    return count == 0 ? sign + padded : "\(sign)\(padded.dropLast(count)).\(padded.suffix(count))"
}
