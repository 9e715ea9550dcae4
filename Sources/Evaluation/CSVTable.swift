/// A table read from comma-separated text with a line of column names, as RFC 4180 writes it.
///
/// Lines may end in CR, LF or both; fields may be quoted; empty lines are left out. Rows shorter than the header
/// read as empty fields, since spreadsheets drop trailing commas.
package struct CSVTable: Sendable, Equatable {
    package let columns: [String]
    package let rows: [[String]]

    package init(reading text: String) throws(CSVError) {
        var lines = try Self.lines(of: text)
        guard !lines.isEmpty else { throw .empty }
        columns = lines.removeFirst()
        for (index, line) in lines.enumerated() where line.count > columns.count {
            throw .tooManyFields(row: index + 1)
        }
        rows = lines
    }

    /// The number of a column; a missing one is named in the error.
    package func column(_ name: String) throws(CSVError) -> Int {
        guard let index = columns.firstIndex(of: name) else { throw .noColumn(name) }
        return index
    }

    /// A field of a row; empty where the row is shorter.
    package static func field(_ column: Int, of row: [String]) -> String {
        column < row.count ? row[column] : ""
    }

    private static func lines(of text: String) throws(CSVError) -> [[String]] {
        var reader = Reader()
        // By scalar: Swift takes CR LF for one character, and a byte order mark is no part of a name.
        for scalar in text.unicodeScalars { reader.take(scalar) }
        return try reader.finished()
    }

    private struct Reader {
        private var lines: [[String]] = []
        private var line: [String] = []
        private var field = String.UnicodeScalarView()
        private var state = State.between

        private enum State { case between, plain, quoted, quoteInQuoted }

        mutating func take(_ scalar: Unicode.Scalar) {
            switch (state, scalar) {
            case (.quoted, "\""): state = .quoteInQuoted
            case (.quoted, _): field.append(scalar)
            case (.quoteInQuoted, "\""):
                field.append(scalar)
                state = .quoted
            case (.between, "\u{FEFF}") where lines.isEmpty && line.isEmpty: break
            case (.between, "\""): state = .quoted
            case (_, ","): endField()
            case (_, "\n"), (_, "\r"): endLine()
            default:
                field.append(scalar)
                state = .plain
            }
        }

        mutating func finished() throws(CSVError) -> [[String]] {
            if state == .quoted { throw .openQuote }
            endLine()
            return lines
        }

        private mutating func endField() {
            line.append(String(field))
            field = String.UnicodeScalarView()
            state = .between
        }

        private mutating func endLine() {
            let isEmpty = line.isEmpty && state == .between
            endField()
            if !isEmpty { lines.append(line) }
            line = []
        }
    }
}

/// What is wrong with a table.
package enum CSVError: Error, Sendable, Equatable {
    case empty
    case openQuote
    case noColumn(String)
    case tooManyFields(row: Int)
    case notANumber(row: Int, column: String)
    case contradiction(row: Int, column: String)

    /// One sentence: what was found, and where.
    package var sentence: String {
        switch self {
        case .empty: "The table is empty; its first line must name the columns."
        case .openQuote: "A quoted field is never closed; look for a stray quotation mark."
        case .noColumn(let name): "The table has no column \"\(name)\"."
        case .tooManyFields(let row): "Row \(row) has more fields than there are columns."
        case .notANumber(let row, let column): "Row \(row) holds no number in column \"\(column)\"."
        case .contradiction(let row, let column):
            "Row \(row) says something else in column \"\(column)\" than an earlier row."
        }
    }
}
