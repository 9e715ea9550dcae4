/// Where a request goes, as it was written: a path in pieces that are taken apart before anything is decoded, so that no
/// encoded slash or dot ever changes the way.
package struct RequestTarget: Sendable {
    /// As it was written, from its first slash on.
    private let path: [UInt8]
    /// The pieces decoded, where any of them is written otherwise than it is meant.
    private let decoded: [String]?
    package let query: [QueryItem]

    package struct QueryItem: Sendable {
        package let name: String
        package let value: String
    }

    /// Nil where it is no address of ours: too long, wrongly encoded, with control characters, or with `.` and `..`.
    package init?(_ raw: [UInt8]) {
        let target = raw.withUnsafeBufferPointer { RequestTarget($0) }
        guard let target else { return nil }
        self = target
    }

    init?(_ raw: UnsafeBufferPointer<UInt8>) {
        guard raw.first == UInt8(ascii: "/"), raw.count <= Self.mostBytes else { return nil }
        var (end, pieces, isOdd) = (raw.endIndex, 0, false)
        for (place, byte) in raw.enumerated() {
            guard byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "#") else { return nil }
            guard place < end else { continue }
            switch byte {
            case UInt8(ascii: "/"): pieces += 1
            case UInt8(ascii: "?"): end = place
            // A piece that is written otherwise than it is meant, or that leads elsewhere, perhaps.
            case UInt8(ascii: "%"): isOdd = true
            case UInt8(ascii: ".") where raw[place - 1] == UInt8(ascii: "/"): isOdd = true
            default: break
            }
        }
        guard pieces <= Self.mostPieces else { return nil }
        let path = UnsafeBufferPointer(rebasing: raw[..<end])
        var decoded: [String] = []
        if isOdd {
            Self.forEachPiece(of: path) { piece in
                guard let text = Self.decoded(piece, plusIsSpace: false), text != ".", text != ".." else {
                    return false
                }
                decoded.append(text)
                return true
            }
            guard decoded.count == pieces else { return nil }
        }
        guard
            let query = end < raw.endIndex
                ? Self.items(of: UnsafeBufferPointer(rebasing: raw[(end + 1)...])) : []
        else { return nil }
        self.path = Array(path)
        self.decoded = isOdd ? decoded : nil
        self.query = query
    }

    /// Decoded, one for each piece of the path.
    package var segments: [String] {
        var segments: [String] = []
        forEachSegment { segment in
            segments.append(String(decoding: segment, as: UTF8.self))
            return true
        }
        return segments
    }

    /// Lends one after the other, until `body` wants no more.
    func forEachSegment(_ body: (UnsafeBufferPointer<UInt8>) -> Bool) {
        guard let decoded else {
            return path.withUnsafeBufferPointer { Self.forEachPiece(of: $0, body) }
        }
        for segment in decoded {
            var segment = segment
            guard segment.withUTF8(body) else { return }
        }
    }

    private static func forEachPiece(
        of path: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Bool
    ) {
        var start = 1
        for place in 1...path.endIndex where place == path.endIndex || path[place] == UInt8(ascii: "/") {
            guard body(UnsafeBufferPointer(rebasing: path[start..<place])) else { return }
            start = place + 1
        }
    }

    /// Nil where they are wrongly encoded or too many.
    private static func items(of bytes: UnsafeBufferPointer<UInt8>) -> [QueryItem]? {
        var items: [QueryItem] = []
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            let sides = part.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(UnsafeBufferPointer(rebasing: sides[0]), plusIsSpace: true),
                let value = sides.count > 1
                    ? decoded(UnsafeBufferPointer(rebasing: sides[1]), plusIsSpace: true) : "",
                items.count < mostItems
            else { return nil }
            items.append(QueryItem(name: name, value: value))
        }
        return items
    }

    /// Decodes percent signs strictly: two hexadecimal digits, valid UTF-8, and no control characters.
    private static func decoded(_ bytes: UnsafeBufferPointer<UInt8>, plusIsSpace: Bool) -> String? {
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
    private static let mostPieces = 32
    private static let mostItems = 100
}
