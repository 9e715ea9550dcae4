/// Why bytes are no JSON that is taken here.
package enum JSONFault: Error, Sendable, Hashable {
    case notJSON(at: Int)
    case tooDeep
    case notUTF8
    /// An object has the same name twice, and nobody can tell which was meant.
    case twice(String)
}

extension JSONValue {
    /// Reads one value and nothing after it, strictly by RFC 8259.
    package init(reading bytes: [UInt8]) throws(JSONFault) {
        var reader = JSONReader(bytes)
        self = try reader.document()
    }
}

private struct JSONReader {
    private let bytes: [UInt8]
    private var place = 0
    private static let mostDepth = 32

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONFault) -> JSONValue {
        let value = try value(depth: 0)
        skipSpace()
        guard place == bytes.count else { throw .notJSON(at: place) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
        guard depth < Self.mostDepth else { throw .tooDeep }
        skipSpace()
        guard place < bytes.count else { throw .notJSON(at: place) }
        switch bytes[place] {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try list(depth)
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .truth(true))
        case UInt8(ascii: "f"): return try word("false", .truth(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(_ depth: Int) throws(JSONFault) -> JSONValue {
        place += 1
        var members: [JSONValue.Member] = []
        var names: Set<String> = []
        if take("}") { return .object(members) }
        repeat {
            skipSpace()
            guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { throw .notJSON(at: place) }
            let name = try text()
            guard names.insert(name).inserted else { throw .twice(name) }
            guard take(":") else { throw .notJSON(at: place) }
            members.append(JSONValue.Member(name, try value(depth: depth + 1)))
        } while take(",")
        guard take("}") else { throw .notJSON(at: place) }
        return .object(members)
    }

    private mutating func list(_ depth: Int) throws(JSONFault) -> JSONValue {
        place += 1
        var values: [JSONValue] = []
        if take("]") { return .list(values) }
        repeat { values.append(try value(depth: depth + 1)) } while take(",")
        guard take("]") else { throw .notJSON(at: place) }
        return .list(values)
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONFault) -> JSONValue {
        let count = word.utf8CodeUnitCount
        guard place + count <= bytes.count,
            UnsafeBufferPointer(start: word.utf8Start, count: count).elementsEqual(
                bytes[place..<place + count])
        else { throw .notJSON(at: place) }
        place += count
        return value
    }

    private mutating func number() throws(JSONFault) -> JSONValue {
        let start = place
        if place < bytes.count, bytes[place] == UInt8(ascii: "-") { place += 1 }
        let first = place
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[first] != UInt8(ascii: "0") else { throw .notJSON(at: start) }
        var isWhole = true
        if place < bytes.count, bytes[place] == UInt8(ascii: ".") {
            place += 1
            isWhole = false
            guard digits() > 0 else { throw .notJSON(at: place) }
        }
        if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
            place += 1
            isWhole = false
            if place < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[place]) {
                place += 1
            }
            guard digits() > 0 else { throw .notJSON(at: place) }
        }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        if isWhole, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw .notJSON(at: start) }
        return .number(number)
    }

    private mutating func digits() -> Int {
        let start = place
        while place < bytes.count, (48...57).contains(bytes[place]) { place += 1 }
        return place - start
    }

    private mutating func text() throws(JSONFault) -> String {
        place += 1
        var out: [UInt8] = []
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: out, as: UTF8.self) else { throw .notUTF8 }
                return text
            case UInt8(ascii: "\\"): try escape(&out)
            case ..<0x20: throw .notJSON(at: place - 1)
            default: out.append(byte)
            }
        }
        throw .notJSON(at: place)
    }

    private mutating func escape(_ out: inout [UInt8]) throws(JSONFault) {
        guard place < bytes.count else { throw .notJSON(at: place) }
        let byte = bytes[place]
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"):
            var code = try unit()
            if (0xD800..<0xDC00).contains(code) {
                guard place + 1 < bytes.count, bytes[place] == UInt8(ascii: "\\"),
                    bytes[place + 1] == UInt8(ascii: "u")
                else { throw .notUTF8 }
                place += 2
                let low = try unit()
                guard (0xDC00..<0xE000).contains(low) else { throw .notUTF8 }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw .notUTF8 }
            out.append(contentsOf: String(Character(scalar)).utf8)
        default: throw .notJSON(at: place - 1)
        }
    }

    private mutating func unit() throws(JSONFault) -> UInt32 {
        guard place + 4 <= bytes.count else { throw .notJSON(at: place) }
        var code: UInt32 = 0
        for byte in bytes[place..<place + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw .notJSON(at: place)
            }
            code = code << 4 | UInt32(digit)
        }
        place += 4
        return code
    }

    private mutating func skipSpace() {
        while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
    }

    private mutating func take(_ character: Character) -> Bool {
        skipSpace()
        guard place < bytes.count, bytes[place] == character.asciiValue else { return false }
        place += 1
        return true
    }
}
