extension ColourProfile {
    /// The space that cameras mean by "Adobe RGB", for files that say so without embedding a profile.
    static let adobeRGB = ColourProfile(
        called: "Adobe RGB (1998) compatible",
        primaries: [
            [0.60974, 0.31111, 0.01947], [0.20528, 0.62567, 0.06087], [0.14919, 0.06322, 0.74457],
        ],
        gamma: 563.0 / 256)

    /// A profile of three primaries (XYZ under D50) and one gamma.
    init?(called name: String, primaries: [[Double]], gamma: Double) {
        func long(_ number: Int) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
        }
        func fixed(_ number: Double) -> [UInt8] { long(Int((number * 65536).rounded())) }
        func xyz(_ values: [Double]) -> [UInt8] { Array("XYZ ".utf8) + long(0) + values.flatMap(fixed) }
        let text = Array(name.utf8) + [0]
        // Behind the text come its two translations, empty.
        let description =
            Array("desc".utf8) + long(0) + long(text.count) + text + [UInt8](repeating: 0, count: 78)
        let step = Int((gamma * 256).rounded())
        let curve = Array("curv".utf8) + long(0) + long(1) + [UInt8(step >> 8), UInt8(step & 255), 0, 0]
        let white = [0.96420, 1.0, 0.82491]
        let tags: [(String, [UInt8])] = [
            ("desc", description), ("cprt", Array("text".utf8) + long(0) + Array("no copyright".utf8) + [0]),
            ("wtpt", xyz(white)), ("rXYZ", xyz(primaries[0])), ("gXYZ", xyz(primaries[1])),
            ("bXYZ", xyz(primaries[2])), ("rTRC", curve), ("gTRC", curve), ("bTRC", curve),
        ]
        var table = long(tags.count)
        var content: [UInt8] = []
        for (tag, bytes) in tags {
            table += Array(tag.utf8) + long(132 + 12 * tags.count + content.count) + long(bytes.count)
            content += bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
        }
        var header = long(128 + table.count + content.count) + long(0) + long(0x0210_0000)
        header += Array("mntrRGB XYZ ".utf8)
        header += [0x07, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0] + Array("acsp".utf8)
        header += [UInt8](repeating: 0, count: 68 - header.count) + white.flatMap(fixed)
        header += [UInt8](repeating: 0, count: 128 - header.count)
        self.init(header + table + content)
    }
}
