/// Figures under a title, to be shown as plain text or on a page.
struct FigureTable {
    let title: String
    /// What the columns are called, the rows' names first.
    let columns: [String]
    private(set) var rows: [Row] = []

    struct Row {
        let name: String
        let cells: [Cell]
    }

    enum Cell {
        case count(Int)
        /// So many of so many.
        case share(Int, of: Int)
        /// Absent where there are too few to give one.
        case figure(Estimate?)
    }

    init(_ title: String, _ columns: String...) {
        self.title = title
        self.columns = columns
    }

    mutating func add(_ name: String, _ cells: Cell...) { rows.append(Row(name: name, cells: cells)) }

    mutating func add(_ name: String, _ cells: [Cell]) { rows.append(Row(name: name, cells: cells)) }

    var text: String {
        title + "\n" + TextTable(rows: [columns] + rows.map { [$0.name] + $0.cells.map(\.text) }).text
    }
}

extension FigureTable.Cell {
    static let tooFew = "too few"

    var text: String {
        switch self {
        case .count(let count): String(count)
        case .share(let part, let all): "\(part) of \(all)"
        case .figure(let figure): figure.map { "\($0.value.decimals(3)) \($0.interval(3))" } ?? Self.tooFew
        }
    }
}
