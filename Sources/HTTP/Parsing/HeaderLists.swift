/// Headers that are lists, read without ever failing: what is not understood is passed over.
package enum HeaderLists {
    /// The first cookie of this name.
    package static func cookie(_ name: String, in header: UnsafeBufferPointer<UInt8>) -> String? {
        // Looked for with every request, so nothing is put aside on the way.
        let length = name.utf8.count
        var rest = header[...]
        for _ in 0..<64 {
            let end = rest.firstIndex(of: UInt8(ascii: ";")) ?? rest.endIndex
            let part = trimmed(rest[..<end])
            if part.count > length, part[part.startIndex + length] == UInt8(ascii: "="),
                part.starts(with: name.utf8),
                let value = String(validating: unquoted(part.dropFirst(length + 1)), as: UTF8.self)
            {
                return value
            }
            guard end < rest.endIndex else { return nil }
            rest = rest[(end + 1)...]
        }
        return nil
    }

    /// Whether an entity tag is in an `If-None-Match` or `If-Match` list; weak ones are equal to strong ones unless told.
    package static func tags(_ header: [UInt8], contain tag: String, strongly: Bool) -> Bool {
        let isWeak = tag.hasPrefix("W/")
        if isWeak, strongly { return false }
        let own = Array((isWeak ? tag.dropFirst(2) : tag[...]).utf8)
        for part in header.split(separator: UInt8(ascii: ",")).prefix(64) {
            var part = trimmed(part)
            if part.elementsEqual([UInt8(ascii: "*")]) { return true }
            if part.starts(with: Array("W/".utf8)) {
                if strongly { continue }
                part = part.dropFirst(2)
            }
            if part.elementsEqual(own) { return true }
        }
        return false
    }

    /// Whether a reply may be packed with gzip.
    package static func acceptsGzip(_ header: [UInt8]) -> Bool {
        var (own, any): (Bool?, Bool?) = (nil, nil)
        for part in header.split(separator: UInt8(ascii: ",")).prefix(32) {
            let sides = part.split(separator: UInt8(ascii: ";"), maxSplits: 1).map { trimmed($0) }
            guard let name = sides.first else { continue }
            let isWanted = sides.count < 2 || !isZero(sides[1])
            if name.elementsEqual("gzip".utf8) { own = isWanted }
            if name.elementsEqual("*".utf8) { any = isWanted }
        }
        return own ?? any ?? false
    }

    /// "q=0", however many zeros behind the point.
    private static func isZero(_ weight: ArraySlice<UInt8>) -> Bool {
        let digits = weight.drop { $0 != UInt8(ascii: "=") }.dropFirst()
        return !digits.isEmpty && digits.allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
    }

    static func trimmed<Bytes: RandomAccessCollection>(
        _ bytes: Bytes
    ) -> Bytes where Bytes.Element == UInt8, Bytes.SubSequence == Bytes {
        let start = bytes.drop { $0 == 0x20 || $0 == 0x09 }
        guard let last = start.lastIndex(where: { $0 != 0x20 && $0 != 0x09 }) else { return start.prefix(0) }
        return start[...last]
    }

    private static func unquoted(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Slice<
        UnsafeBufferPointer<UInt8>
    > {
        guard bytes.count >= 2, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"") else {
            return bytes
        }
        return bytes.dropFirst().dropLast()
    }
}
