internal import Domain

extension [UInt8] {
    /// Whether a file of this format, already found unreadable, lacks its end by its own account.
    func endEarly(_ format: PictureFormat) -> Bool {
        switch format {
        case .jpeg: false  // libjpeg tells by itself.
        case .png: !suffix(12).elementsEqual([0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
        case .webp: count < 8 + self[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        case .heic, .avif: boxesGoPastTheEnd
        case .tiff: TIFFStructure(self[...])?.goesPastTheEnd ?? true
        }
    }

    /// ISO files are a row of boxes, each with its length before it.
    private var boxesGoPastTheEnd: Bool {
        var place = 0
        while place + 8 <= count {
            let length = self[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            if length == 0 { return false }  // Reaches to the end, wherever that is.
            if length < 8 { return length != 1 }
            place += length
        }
        return place != count
    }
}
