/// Tagged values as TIFF files and EXIF blocks hold them, read without trusting a count or an offset.
///
/// Whoever asks names the directory, and there is no way to follow a chain of them: loops are harmless.
struct TIFFStructure {
    private let bytes: ArraySlice<UInt8>
    private let littleEndian: Bool
    /// BigTIFF has 64-bit counts and offsets.
    private let isBig: Bool

    init?(_ bytes: ArraySlice<UInt8>) {
        switch bytes.prefix(4) {
        case [0x49, 0x49, 42, 0]: (littleEndian, isBig) = (true, false)
        case [0x4D, 0x4D, 0, 42]: (littleEndian, isBig) = (false, false)
        case [0x49, 0x49, 43, 0]: (littleEndian, isBig) = (true, true)
        case [0x4D, 0x4D, 0, 43]: (littleEndian, isBig) = (false, true)
        default: return nil
        }
        self.bytes = bytes
    }

    /// The first directory.
    var main: Directory { directory(at: offset(at: isBig ? 8 : 4)) }

    /// Where the first directory names its successor, and how many bytes the name takes.
    var successorOfMain: Range<Int>? {
        guard let start = offset(at: isBig ? 8 : 4), let count = entryCount(at: start) else { return nil }
        let (length, overflow) = count.multipliedReportingOverflow(by: entryLength)
        guard !overflow, length < bytes.count else { return nil }
        let place = start + (isBig ? 8 : 2) + length
        let width = isBig ? 8 : 4
        return place + width <= bytes.count ? place..<place + width : nil
    }

    /// All the numbers under a tag.
    func integers(_ tag: UInt16, of directory: Directory) -> [Int] {
        guard let value = directory.entries[tag] else { return [] }
        let start = value.bytes.startIndex - bytes.startIndex
        return stride(from: start, to: start + value.bytes.count, by: value.width).compactMap {
            integer(at: $0, value.width)
        }
    }

    var byteCount: Int { bytes.count }

    /// The directory that `tag` of another one points to.
    func directory(_ tag: UInt16, of parent: Directory) -> Directory {
        directory(at: parent.integer(tag))
    }

    private func directory(at start: Int?) -> Directory {
        guard let start, let count = entryCount(at: start) else {
            return Directory(entries: [:], isWhole: false)
        }
        var entries: [UInt16: Value] = [:]
        var isWhole = true
        var place = start + (isBig ? 8 : 2)
        for _ in 0..<min(count, 4096) {
            let value = value(at: place)
            isWhole = isWhole && value != nil
            if let value, let tag = integer(at: place, 2), entries[UInt16(tag)] == nil {
                entries[UInt16(tag)] = value
            }
            place += entryLength
        }
        return Directory(entries: entries, isWhole: isWhole)
    }

    private func value(at place: Int) -> Value? {
        let width: Int
        switch integer(at: place + 2, 2) {
        case 3, 8: width = 2
        case 4, 9, 11, 13: width = 4
        case 5, 10, 12, 16, 17, 18: width = 8
        default: width = 1
        }
        guard let count = integer(at: place + 4, isBig ? 8 : 4) else { return nil }
        let (length, overflow) = count.multipliedReportingOverflow(by: width)
        let inlineWidth = isBig ? 8 : 4
        guard !overflow,
            let start = length <= inlineWidth ? place + 4 + inlineWidth : offset(at: place + 4 + inlineWidth),
            start <= bytes.count, length <= bytes.count - start
        else { return nil }
        return Value(
            bytes: bytes.dropFirst(start).prefix(length), integer: integer(at: start, width), width: width)
    }

    private var entryLength: Int { isBig ? 20 : 12 }

    private func entryCount(at start: Int) -> Int? { integer(at: start, isBig ? 8 : 2) }

    private func offset(at place: Int) -> Int? { integer(at: place, isBig ? 8 : 4) }

    private func integer(at place: Int, _ width: Int) -> Int? {
        guard place >= 0, place <= bytes.count - width else { return nil }
        let piece = bytes.dropFirst(place).prefix(width)
        let number = (littleEndian ? Array(piece.reversed()) : Array(piece)).reduce(UInt64(0)) {
            $0 << 8 | UInt64($1)
        }
        // Half the range is plenty, and sums of two such numbers cannot overflow.
        return number <= UInt64(Int.max / 2) ? Int(number) : nil
    }

    struct Value {
        let bytes: ArraySlice<UInt8>
        let integer: Int?
        let width: Int
    }

    struct Directory {
        fileprivate let entries: [UInt16: Value]
        /// Whether all of it, and all that it points to, lies inside the bytes.
        let isWhole: Bool

        func integer(_ tag: UInt16) -> Int? { entries[tag]?.integer }

        /// A text up to its end mark, without control characters and outer spaces; `nil` when nothing is left.
        func text(_ tag: UInt16) -> String? {
            guard let value = entries[tag] else { return nil }
            return cleaned(value.bytes.prefix(400).prefix { $0 != 0 })
        }
    }
}

/// Text from a file, fit for people to read: valid, short, without control characters; `nil` when nothing is left.
func cleaned(_ bytes: some Sequence<UInt8>) -> String? {
    let scalars = String(decoding: Array(bytes), as: UTF8.self).unicodeScalars.filter { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse: false
        default: scalar != "\u{FFFD}"
        }
    }
    let text = String(String.UnicodeScalarView(scalars.prefix(100)))
    let trimmed = text.drop(while: \.isWhitespace)
    guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { return nil }
    return String(trimmed[...last])
}
