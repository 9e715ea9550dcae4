/// Plain TIFF files, so that the tests decide every byte.
enum TestTIFF {
    /// Uncompressed RGB in one strip; `next` names the directory that follows.
    static func file(
        width: Int, height: Int, pixels: [UInt8], orientation: Int = 1, photometric: Int = 2, next: Int = 0,
        extra: [(tag: Int, value: Int)] = []
    ) -> [UInt8] {
        var writer = TestExif.Writer(littleEndian: true)
        writer.bytes = [0x49, 0x49, 42, 0, 8, 0, 0, 0]
        var entries = [
            (0x0100, 4, width), (0x0101, 4, height), (0x0103, 3, 1), (0x0106, 3, photometric), (0x0111, 4, 0),
            (0x0112, 3, orientation), (0x0115, 3, 3), (0x0116, 4, height), (0x0117, 4, pixels.count),
            (0x011C, 3, 1),
        ]
        entries += extra.map { ($0.tag, 4, $0.value) }
        let bitsStart = 8 + 2 + 12 * (entries.count + 1) + 4
        writer.number(entries.count + 1, 2)
        for (tag, type, value) in (entries + [(0x0102, 0, bitsStart)]).sorted(by: { $0.0 < $1.0 }) {
            writer.number(tag, 2)
            writer.number(type == 0 ? 3 : type, 2)
            writer.number(type == 0 ? 3 : 1, 4)
            writer.number(tag == 0x0111 ? bitsStart + 6 : value, type == 3 ? 2 : 4)
            if type == 3 { writer.number(0, 2) }
        }
        writer.number(next, 4)
        for _ in 0..<3 { writer.number(8, 2) }
        return writer.bytes + pixels
    }
}
