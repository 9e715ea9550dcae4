/// Where a request goes, as it was written: a path in pieces that are taken apart before anything is decoded, so that no
/// encoded slash or dot ever changes the way.
package struct RequestTarget: Sendable, Hashable {
    /// Decoded, one for each piece of the path.
    package let segments: [String]
    package let query: [QueryItem]

    package struct QueryItem: Sendable, Hashable {
        package let name: String
        package let value: String
    }

    /// Nil where it is no address of ours: too long, wrongly encoded, with control characters, or with `.` and `..`.
    package init?(_ raw: [UInt8]) {
        guard raw.first == UInt8(ascii: "/"), raw.count <= Self.mostBytes else { return nil }
        guard raw.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else { return nil }
        let end = raw.firstIndex(of: UInt8(ascii: "?")) ?? raw.endIndex
        var segments: [String] = []
        segments.reserveCapacity(12)
        var start = 1
        for place in 1...end where place == end || raw[place] == UInt8(ascii: "/") {
            guard let text = Self.decoded(raw[start..<place], plusIsSpace: false), text != ".", text != ".."
            else { return nil }
            segments.append(text)
            start = place + 1
        }
        guard segments.count <= Self.mostSegments else { return nil }
        guard let query = end < raw.endIndex ? Self.items(of: raw[(end + 1)...]) : [] else { return nil }
        self.segments = segments
        self.query = query
    }

    /// The items of a query or of a form; nil where they are wrongly encoded or too many.
    package static func items(of bytes: ArraySlice<UInt8>) -> [QueryItem]? {
        var items: [QueryItem] = []
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            let sides = part.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(sides[0], plusIsSpace: true),
                let value = sides.count > 1 ? decoded(sides[1], plusIsSpace: true) : "",
                items.count < mostItems
            else { return nil }
            items.append(QueryItem(name: name, value: value))
        }
        return items
    }

    /// Decodes percent signs strictly: two hexadecimal digits, valid UTF-8, and no control characters.
    package static func decoded(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool) -> String? {
        // Most pieces are plain letters.
        let isPlain = bytes.allSatisfy {
            $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "+")
        }
        if isPlain { return String(decoding: bytes, as: UTF8.self) }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var place = bytes.startIndex
        while place < bytes.endIndex {
            var byte = bytes[place]
            if byte == UInt8(ascii: "%") {
                guard place + 2 < bytes.endIndex, let high = digit(bytes[place + 1]),
                    let low = digit(bytes[place + 2])
                else { return nil }
                byte = high << 4 | low
                place += 2
            } else if plusIsSpace, byte == UInt8(ascii: "+") {
                byte = UInt8(ascii: " ")
            }
            guard byte >= 0x20, byte != 0x7F else { return nil }
            out.append(byte)
            place += 1
        }
        return String(validating: out, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static let mostBytes = 8 << 10
    private static let mostSegments = 32
    private static let mostItems = 100
}
