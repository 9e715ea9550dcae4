/// Rows of plain text under a header, every column as wide as its widest field.
package struct TextTable: Sendable {
    private var rows: [[String]]

    package init(_ header: String...) { rows = [header] }

    init(rows: [[String]]) { self.rows = rows }

    package mutating func add(_ fields: String...) { rows.append(fields) }

    /// The first column to the left, all others, which hold figures, to the right.
    package var text: String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, field) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - field.count)
                line += column == 0 ? field + padding : "  " + padding + field
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}

extension Double {
    /// The figure with a fixed number of decimals, for tables.
    package func decimals(_ count: Int) -> String {
        guard isFinite else { return isNaN ? "-" : self < 0 ? "-inf" : "inf" }
        let power = (0..<count).reduce(1.0) { power, _ in power * 10 }
        let scaled = (magnitude * power).rounded()
        guard scaled < 1e15 else { return "\(self)" }
        let digits = String(Int64(scaled))
        let padded = String(repeating: "0", count: max(0, count + 1 - digits.count)) + digits
        let sign = self < 0 && scaled > 0 ? "-" : ""
        return sign + padded.dropLast(count) + (count > 0 ? "." + padded.suffix(count) : "")
    }
}
