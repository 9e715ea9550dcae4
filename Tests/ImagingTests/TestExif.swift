internal import Domain

/// EXIF blocks and the files around them, byte by byte.
enum TestExif {
    enum Value {
        case text(String)
        case short(Int)
        case long(Int)
    }

    /// A TIFF structure with a main directory, a photo directory and an interoperability directory.
    static func block(
        _ main: [Int: Value] = [:], photo: [Int: Value] = [:], exchange: [Int: Value] = [:],
        littleEndian: Bool = true
    ) -> [UInt8] {
        var writer = Writer(littleEndian: littleEndian)
        writer.bytes = littleEndian ? [0x49, 0x49, 42, 0, 8, 0, 0, 0] : [0x4D, 0x4D, 0, 42, 0, 0, 0, 8]
        // Each directory is as long as its entries; their long values follow all three.
        let photoCount = photo.count + (exchange.isEmpty ? 0 : 1)
        let mainCount = main.count + (photoCount == 0 ? 0 : 1)
        let photoStart = 8 + 6 + 12 * mainCount
        let exchangeStart = photoStart + 6 + 12 * photoCount
        var main = main
        var photo = photo
        if photoCount > 0 { main[0x8769] = .long(photoStart) }
        if !exchange.isEmpty { photo[0xA005] = .long(exchangeStart) }
        var tail: [UInt8] = []
        let tailStart = exchangeStart + 6 + 12 * exchange.count
        for directory in [main, photo, exchange] {
            writer.number(directory.count, 2)
            for (tag, value) in directory.sorted(by: { $0.key < $1.key }) {
                writer.entry(tag, value, tail: &tail, tailStart: tailStart)
            }
            writer.number(0, 4)
        }
        return writer.bytes + tail
    }

    struct Writer {
        var bytes: [UInt8] = []
        let littleEndian: Bool

        mutating func number(_ number: Int, _ width: Int) {
            let most = (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * (width - 1 - $0))) }
            bytes += littleEndian ? most.reversed() : most
        }

        mutating func entry(_ tag: Int, _ value: Value, tail: inout [UInt8], tailStart: Int) {
            number(tag, 2)
            switch value {
            case .short(let content):
                number(3, 2)
                number(1, 4)
                number(content, 2)
                number(0, 2)
            case .long(let content):
                number(4, 2)
                number(1, 4)
                number(content, 4)
            case .text(let content):
                let text = Array(content.utf8) + [0]
                number(2, 2)
                number(text.count, 4)
                if text.count <= 4 {
                    bytes += text + [UInt8](repeating: 0, count: 4 - text.count)
                } else {
                    number(tailStart + tail.count, 4)
                    tail += text
                }
            }
        }
    }

    static func inserted(_ exif: [UInt8], intoJPEG file: [UInt8]) -> [UInt8] {
        segment(0xE1, Array("Exif".utf8) + [0, 0] + exif, intoJPEG: file)
    }

    /// Puts a marker segment right behind the start of a JPEG.
    static func segment(_ marker: UInt8, _ content: [UInt8], intoJPEG file: [UInt8]) -> [UInt8] {
        let length = content.count + 2
        return file[0..<2] + [0xFF, marker, UInt8(length >> 8), UInt8(length & 255)] + content + file[2...]
    }

    static func inserted(_ exif: [UInt8], intoPNG file: [UInt8]) -> [UInt8] {
        let content = Array("eXIf".utf8) + exif
        return file[0..<33] + bigEndian(exif.count) + content + bigEndian(checksum(content)) + file[33...]
    }

    /// Writes a WebP file anew with the same pixels and this block.
    static func inserted(_ exif: [UInt8], intoWebP file: [UInt8], width: Int, height: Int) -> [UInt8] {
        func little(_ number: Int, _ width: Int) -> [UInt8] {
            (0..<width).map { UInt8(number >> (8 * $0) & 255) }
        }
        var pixels: [UInt8] = []
        var place = 12
        while place + 8 <= file.count {
            let length = file[place + 4..<place + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
            let end = place + 8 + length + length % 2
            if file[place..<place + 3].elementsEqual("VP8".utf8), file[place + 3] != UInt8(ascii: "X") {
                pixels = Array(file[place..<end])
            }
            place = end
        }
        let head =
            Array("VP8X".utf8) + little(10, 4) + [8, 0, 0, 0] + little(width - 1, 3) + little(height - 1, 3)
        let padding = [UInt8](repeating: 0, count: exif.count % 2)
        let part = Array("EXIF".utf8) + little(exif.count, 4) + exif + padding
        let content = Array("WEBP".utf8) + head + pixels + part
        return Array("RIFF".utf8) + little(content.count, 4) + content
    }

    static func bigEndian(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(number >> (24 - 8 * $0) & 255) } }

    /// PNG's checksum (CRC-32).
    static func checksum(_ bytes: [UInt8]) -> Int {
        var register: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            register ^= UInt32(byte)
            for _ in 0..<8 { register = register >> 1 ^ (register & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return Int(~register)
    }
}
