internal import Domain

/// The EXIF block and the colour profile as a file carries them, found without decoding.
struct EmbeddedMetadata {
    var exif: ArraySlice<UInt8> = []
    /// JPEG only; the other formats' profiles come with libvips' header.
    var profile: [UInt8] = []

    init(of bytes: [UInt8], format: PictureFormat) {
        switch format {
        case .jpeg: readSegments(of: bytes)
        case .png: readChunks(of: bytes)
        case .webp: readParts(of: bytes)
        case .tiff: exif = bytes[...]
        case .heic, .avif: break  // libvips hands their block over with the header.
        }
    }

    /// JPEG: marker segments up to the first scan.
    private mutating func readSegments(of bytes: [UInt8]) {
        var pieces: [UInt8: ArraySlice<UInt8>] = [:]
        var pieceCount: UInt8 = 0
        var place = 2
        while place + 4 <= bytes.count, bytes[place] == 0xFF {
            let marker = bytes[place + 1]
            if marker == 0xFF {  // Markers may be padded.
                place += 1
                continue
            }
            if marker == 0x01 || (0xD0...0xD8).contains(marker) {
                place += 2
                continue
            }
            let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
            guard marker != 0xDA, marker != 0xD9, length >= 2, place + 2 + length <= bytes.count else {
                break
            }
            let content = bytes[place + 4..<place + 2 + length]
            if marker == 0xE1, exif.isEmpty, content.starts(with: Self.exifMark) {
                exif = content
            } else if marker == 0xE2, content.count > 14, content.starts(with: Self.profileMark) {
                let number = content[content.startIndex + 12]
                pieceCount = content[content.startIndex + 13]
                pieces[number] = content.dropFirst(14)
            }
            place += 2 + length
        }
        // Half a profile is worse than none.
        guard pieceCount > 0, pieces.count == Int(pieceCount) else { return }
        let whole = (1...pieceCount).compactMap { pieces[$0] }
        if whole.count == Int(pieceCount) { profile = Array(whole.joined()) }
    }

    /// PNG: the eXIf chunk may come before or after the pixels.
    private mutating func readChunks(of bytes: [UInt8]) {
        var place = 8
        while place + 12 <= bytes.count {
            let length = Self.bigEndian(bytes[place..<place + 4])
            guard length <= bytes.count - place - 12 else { break }
            if bytes[place + 4..<place + 8].elementsEqual("eXIf".utf8) {
                exif = bytes[place + 8..<place + 8 + length]
                break
            }
            place += 12 + length
        }
    }

    /// WebP: parts of a RIFF file, padded to even lengths.
    private mutating func readParts(of bytes: [UInt8]) {
        var place = 12
        while place + 8 <= bytes.count {
            let length = Self.bigEndian(bytes[place + 4..<place + 8].reversed())
            guard length <= bytes.count - place - 8 else { break }
            if bytes[place..<place + 4].elementsEqual("EXIF".utf8) {
                exif = bytes[place + 8..<place + 8 + length]
                break
            }
            place += 8 + length + length % 2
        }
    }

    private static func bigEndian(_ bytes: some Sequence<UInt8>) -> Int {
        bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    private static let exifMark = Array("Exif".utf8) + [0, 0]
    private static let profileMark = Array("ICC_PROFILE".utf8) + [0]
}
