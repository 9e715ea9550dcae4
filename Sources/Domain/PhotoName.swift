/// A photo's path inside its folder, byte for byte: names need not be text on Linux.
package struct PhotoName: Sendable, Hashable, Comparable {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    package init(_ text: String) { bytes = Array(text.utf8) }

    /// The name for people and JSON: bytes that are not UTF-8 and control characters as `\xNN`, a backslash as `\\`.
    package var text: String {
        var result = ""
        var rest = bytes[...]
        while !rest.isEmpty {
            // The longest valid piece first, then one odd byte at a time.
            let piece = rest.prefix(while: { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
            if !piece.isEmpty {
                result += String(decoding: piece, as: UTF8.self)
                rest = rest.dropFirst(piece.count)
            } else if let character = Self.leadingCharacter(of: rest) {
                result.unicodeScalars.append(character)
                rest = rest.dropFirst(UTF8.width(character))
            } else if rest.first == UInt8(ascii: "\\") {
                result += "\\\\"
                rest = rest.dropFirst()
            } else if let odd = rest.popFirst() {
                let digits = String(odd, radix: 16, uppercase: true)
                result += "\\x" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }

    /// The name's last ending in lower case, without the dot; empty where there is none.
    package var ending: String {
        let last = bytes.split(separator: UInt8(ascii: "/")).last ?? []
        guard let dot = last.lastIndex(of: UInt8(ascii: ".")), dot != last.startIndex else { return "" }
        return String(decoding: last[(dot + 1)...], as: UTF8.self).lowercased()
    }

    package static func < (first: PhotoName, second: PhotoName) -> Bool {
        first.bytes.lexicographicallyPrecedes(second.bytes)
    }

    /// A well-formed character beyond ASCII that is safe to print.
    private static func leadingCharacter(of bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard let first = bytes.first, first >= 0xC2 else { return nil }
        var decoder = UTF8()
        var iterator = bytes.prefix(4).makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator), scalar.value >= 0xA0,
            scalar.properties.generalCategory != .format, scalar.properties.generalCategory != .lineSeparator,
            scalar.properties.generalCategory != .paragraphSeparator
        else { return nil }
        return scalar
    }
}

extension UTF8 {
    fileprivate static func width(_ scalar: Unicode.Scalar) -> Int { UTF8.encode(scalar)?.count ?? 1 }
}
