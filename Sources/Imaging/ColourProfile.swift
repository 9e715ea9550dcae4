internal import Glibc

/// An ICC profile, as far as we must understand one: whose colours it describes, what it is called, and
/// whether it is sRGB under whatever name.
struct ColourProfile {
    let bytes: [UInt8]

    /// Refuses what has no profile's header.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 132, bytes.count <= 8 << 20, bytes[36..<40].elementsEqual("acsp".utf8) else {
            return nil
        }
        self.bytes = bytes
    }

    var describesRGB: Bool { bytes[16..<20].elementsEqual("RGB ".utf8) }
    var describesGrey: Bool { bytes[16..<20].elementsEqual("GRAY".utf8) }

    /// The profile's own description.
    var name: String? {
        guard let content = tag("desc") else { return nil }
        let start = content.startIndex
        switch content.prefix(4) {
        case ArraySlice("desc".utf8):
            guard let length = number(start + 8, in: content) else { return nil }
            return cleaned(content.dropFirst(12).prefix(min(length, 400)).prefix { $0 != 0 })
        case ArraySlice("mluc".utf8):
            // The first language there is: in practice the only one, or English.
            guard let length = number(start + 20, in: content), let offset = number(start + 24, in: content),
                offset <= content.count
            else { return nil }
            let text = Array(content.dropFirst(offset).prefix(min(length, 400)))
            let units = stride(from: 0, to: text.count - 1, by: 2).map {
                UInt16(text[$0]) << 8 | UInt16(text[$0 + 1])
            }
            return cleaned(String(decoding: units, as: UTF16.self).utf8)
        default: return nil
        }
    }

    /// Whether the colours are sRGB's to the eye: the same primaries and the same curve.
    var isSRGB: Bool {
        guard describesRGB, tag("A2B0") == nil else { return false }
        let primaries = [
            ("rXYZ", [0.4360, 0.2225, 0.0139]), ("gXYZ", [0.3851, 0.7169, 0.0971]),
            ("bXYZ", [0.1431, 0.0606, 0.7139]),
        ]
        for (name, expected) in primaries {
            guard let found = point(name), zip(found, expected).allSatisfy({ abs($0 - $1) < 0.004 }) else {
                return false
            }
        }
        return ["rTRC", "gTRC", "bTRC"].allSatisfy { name in
            guard let curve = tag(name).flatMap(ToneCurve.init) else { return false }
            return stride(from: 0.0, through: 1, by: 0.125).allSatisfy {
                abs(curve($0) - ToneCurve.sRGB($0)) < 0.01
            }
        }
    }

    private func point(_ name: String) -> [Double]? {
        guard let content = tag(name), content.count >= 20 else { return nil }
        return (0..<3).compactMap { fixed(content.startIndex + 8 + 4 * $0, in: content) }
    }

    private func tag(_ name: String) -> ArraySlice<UInt8>? {
        guard let count = number(128, in: bytes[...]) else { return nil }
        for place in stride(from: 132, to: 132 + 12 * min(count, 200), by: 12) {
            guard let offset = number(place + 4, in: bytes[...]),
                let length = number(place + 8, in: bytes[...])
            else { return nil }
            guard bytes[place..<place + 4].elementsEqual(name.utf8) else { continue }
            guard offset <= bytes.count, length <= bytes.count - offset else { return nil }
            return bytes[offset..<offset + length]
        }
        return nil
    }
}

/// The curve from a profile's sample to light.
struct ToneCurve {
    private let curve: (Double) -> Double

    init?(_ content: ArraySlice<UInt8>) {
        let start = content.startIndex
        switch content.prefix(4) {
        case ArraySlice("curv".utf8):
            guard let count = number(start + 8, in: content), count <= 65536 else { return nil }
            let entries = content.dropFirst(12).prefix(2 * count)
            guard entries.count == 2 * count else { return nil }
            let values = stride(from: entries.startIndex, to: entries.endIndex, by: 2).map {
                Double(Int(entries[$0]) << 8 | Int(entries[$0 + 1]))
            }
            switch count {
            case 0: curve = { $0 }
            case 1: curve = { pow($0, values[0] / 256) }
            default: curve = { values[Int(($0 * Double(count - 1)).rounded())] / 65535 }
            }
        case ArraySlice("para".utf8):
            guard content.count >= 12 else { return nil }
            let kind = Int(content[start + 8]) << 8 | Int(content[start + 9])
            guard let needed = [0: 1, 1: 3, 2: 4, 3: 5, 4: 7][kind] else { return nil }
            let p = (0..<needed).compactMap { fixed(start + 12 + 4 * $0, in: content) }
            guard p.count == needed else { return nil }
            switch kind {
            case 0: curve = { pow($0, p[0]) }
            case 1: curve = { $0 >= -p[2] / p[1] ? pow(p[1] * $0 + p[2], p[0]) : 0 }
            case 2: curve = { $0 >= -p[2] / p[1] ? pow(p[1] * $0 + p[2], p[0]) + p[3] : p[3] }
            case 3: curve = { $0 >= p[4] ? pow(p[1] * $0 + p[2], p[0]) : p[3] * $0 }
            default: curve = { $0 >= p[4] ? pow(p[1] * $0 + p[2], p[0]) + p[5] : p[3] * $0 + p[6] }
            }
        default: return nil
        }
    }

    func callAsFunction(_ sample: Double) -> Double { curve(sample) }

    static func sRGB(_ sample: Double) -> Double {
        sample <= 0.04045 ? sample / 12.92 : pow((sample + 0.055) / 1.055, 2.4)
    }
}

/// A 32-bit number, most significant byte first, at an index of `bytes`.
private func number(_ place: Int, in bytes: ArraySlice<UInt8>) -> Int? {
    guard place >= bytes.startIndex, place <= bytes.endIndex - 4 else { return nil }
    return bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
}

/// A signed number with 16 bits behind the point.
private func fixed(_ place: Int, in bytes: ArraySlice<UInt8>) -> Double? {
    number(place, in: bytes).map { Double(Int32(truncatingIfNeeded: $0)) / 65536 }
}
