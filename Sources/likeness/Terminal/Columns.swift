/// Rows of words in columns, for a person to read; columns that hold only numbers stand to the right.
struct Columns {
    private var rows: [[String]]

    init(_ heads: String...) { rows = [heads] }

    mutating func add(_ fields: String...) { rows.append(fields) }

    var text: String {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        let isNumeric = widths.indices.map { column in
            rows.dropFirst().allSatisfy { Double($0[column].filter { $0 != "°" && $0 != "x" }) != nil }
        }
        return rows.map { row in
            var line = zip(row.indices, row).map { column, field in
                let gap = String(repeating: " ", count: widths[column] - field.count)
                return isNumeric[column] ? gap + field : field + gap
            }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}
