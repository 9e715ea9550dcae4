/// Which part of a file is asked for.
package enum ByteRange: Sendable, Hashable {
    case whole
    case part(Range<Int64>)
    /// Nothing of what was asked for is there.
    case nowhere

    /// Reads a `Range` header against the size of a file. Several ranges, other units and whatever is not understood mean
    /// the whole, as the standard allows.
    package init(_ header: [UInt8], of size: Int64) {
        let prefix = Array("bytes=".utf8)
        guard header.starts(with: prefix), !header.contains(UInt8(ascii: ",")) else {
            self = .whole
            return
        }
        let sides = header.dropFirst(prefix.count).split(
            separator: UInt8(ascii: "-"), maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2 else {
            self = .whole
            return
        }
        switch (Self.number(sides[0]), Self.number(sides[1])) {
        case (let first?, let last?) where first <= last:
            self = first < size ? .part(first..<min(last, size - 1) + 1) : .nowhere
        case (let first?, nil) where sides[1].isEmpty:
            self = first < size ? .part(first..<size) : .nowhere
        case (nil, let count?) where sides[0].isEmpty:
            self = count > 0 && size > 0 ? .part(max(0, size - count)..<size) : .nowhere
        default: self = .whole
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard !digits.isEmpty, digits.count <= 18, digits.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return digits.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }
}
