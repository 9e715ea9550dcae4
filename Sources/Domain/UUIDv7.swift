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
        self.init(
            high: bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) },
            low: bytes[8...].reduce(0) { $0 << 8 | UInt64($1) })
    }

    package var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16) { bytes, count in
            for place in 0..<8 {
                let shift = UInt64(56 - 8 * place)
                bytes[place] = UInt8(truncatingIfNeeded: high >> shift)
                bytes[place + 8] = UInt8(truncatingIfNeeded: low >> shift)
            }
            count = 16
        }
    }

    package var milliseconds: Int64 { Int64(high >> 16) }

    /// Eight, four, four, four and twelve hexadecimal digits.
    package var text: String {
        String(unsafeUninitializedCapacity: 36) { digits in
            var place = 0
            for half in [high, low] {
                for shift in stride(from: 60, through: 0, by: -4) {
                    if Self.isDash(place) {
                        digits[place] = UInt8(ascii: "-")
                        place += 1
                    }
                    let value = UInt8(half >> UInt64(shift) & 0xF)
                    digits[place] = value < 10 ? value + UInt8(ascii: "0") : value - 10 + UInt8(ascii: "a")
                    place += 1
                }
            }
            return 36
        }
    }

    /// Reads what `text` wrote, in either case.
    package init?(text: String) {
        var text = text
        guard let (high, low) = text.withUTF8({ Self.halves(of: $0) }) else { return nil }
        self.init(high: high, low: low)
    }

    private static func halves(of text: UnsafeBufferPointer<UInt8>) -> (UInt64, UInt64)? {
        guard text.count == 36 else { return nil }
        var (first, second): (UInt64, UInt64) = (0, 0)
        for place in 0..<36 {
            let byte = text[place]
            if isDash(place) {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            let value: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            if place < 19 { first = first << 4 | UInt64(value) } else { second = second << 4 | UInt64(value) }
        }
        return (first, second)
    }

    private static func isDash(_ place: Int) -> Bool {
        place == 8 || place == 13 || place == 18 || place == 23
    }

    private init?(high: UInt64, low: UInt64) {
        guard high >> 12 & 0xF == 7, low >> 62 == 2 else { return nil }
        self.high = high
        self.low = low
    }
}

extension UUIDv7 {
    /// The second half is random, and nobody else chooses it; the first is the moment.
    package func hash(into hasher: inout Hasher) { hasher.combine(low) }
}

extension UUIDv7: Comparable {
    package static func < (first: UUIDv7, second: UUIDv7) -> Bool {
        (first.high, first.low) < (second.high, second.low)
    }
}
