/// A JSON document whose keys keep their order and whose absent values are written as null.
indirect enum JSON: Sendable, Equatable {
    case null
    case truth(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([JSON])
    case object([(key: String, value: JSON)])

    static func optional(_ text: String?) -> JSON { text.map { .text($0) } ?? .null }

    /// A measured value, without digits that mean nothing.
    static func rounded(_ value: Double, _ decimals: Int = 3) -> JSON {
        var factor = 1.0
        for _ in 0..<decimals { factor *= 10 }
        let rounded = (value * factor).rounded() / factor
        return .number(rounded == 0 ? 0 : rounded)
    }

    /// One document, indented, without a line end.
    var document: String {
        var text = ""
        write(into: &text, indent: "")
        return text
    }

    static func == (first: JSON, second: JSON) -> Bool { first.document == second.document }

    private func write(into text: inout String, indent: String) {
        switch self {
        case .null: text += "null"
        case .truth(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value): text += value.isFinite ? String(value) : "null"
        case .text(let value): Self.quote(value, into: &text)
        case .list(let values) where values.allSatisfy(\.isSimple):
            text += "[" + values.map(\.document).joined(separator: ", ") + "]"
        case .list(let values):
            Self.enclose("[", "]", values, into: &text, indent) { value, inner, text in
                value.write(into: &text, indent: inner)
            }
        case .object(let fields):
            Self.enclose("{", "}", fields, into: &text, indent) { field, inner, text in
                Self.quote(field.key, into: &text)
                text += ": "
                field.value.write(into: &text, indent: inner)
            }
        }
    }

    private var isSimple: Bool {
        switch self {
        case .list, .object: false
        case .null, .truth, .integer, .number, .text: true
        }
    }

    private static func enclose<Element>(
        _ open: String, _ close: String, _ elements: [Element], into text: inout String, _ indent: String,
        write: (Element, String, inout String) -> Void
    ) {
        let inner = indent + "  "
        text += open
        for (index, element) in elements.enumerated() {
            text += (index == 0 ? "\n" : ",\n") + inner
            write(element, inner, &text)
        }
        text += (elements.isEmpty ? "" : "\n" + indent) + close
    }

    /// Characters that move a terminal's cursor, end a line or change the direction of what follows.
    private static func movesOrTurns(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func quote(_ value: String, into text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case _ where movesOrTurns(scalar):
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
