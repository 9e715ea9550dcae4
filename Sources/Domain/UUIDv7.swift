/// An identifier that sorts by the moment it was made: RFC 9562, version 7.
package struct UUIDv7: Sendable, Hashable {
    package let high: UInt64
    package let low: UInt64

    /// A fresh one: 48 bits of milliseconds since 1970, then 74 random bits.
    package init(at milliseconds: Int64, using random: inout some RandomNumberGenerator) {
        let time = UInt64(clamping: milliseconds) & 0xFFFF_FFFF_FFFF
        high = time << 16 | 0x7000 | UInt64.random(in: 0...0xFFF, using: &random)
        low = 0x8000_0000_0000_0000 | UInt64.random(in: 0...0x3FFF_FFFF_FFFF_FFFF, using: &random)
    }

    package init(at milliseconds: Int64) {
        var random = SystemRandomNumberGenerator()
        self.init(at: milliseconds, using: &random)
    }

    /// The sixteen bytes a database keeps; anything that is no version 7 is refused.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
        guard high >> 12 & 0xF == 7, low >> 62 == 2 else { return nil }
    }

    package var bytes: [UInt8] {
        [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
    }

    package var milliseconds: Int64 { Int64(high >> 16) }

    /// Eight, four, four, four and twelve hexadecimal digits.
    package var text: String {
        var result = ""
        for (place, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(place) { result += "-" }
            result += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return result
    }
}

extension UUIDv7: Comparable {
    package static func < (first: UUIDv7, second: UUIDv7) -> Bool {
        (first.high, first.low) < (second.high, second.low)
    }
}
