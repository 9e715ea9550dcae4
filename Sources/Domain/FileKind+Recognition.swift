extension FileKind {
    /// Looks at the first bytes of a file, up to `headLength` of them.
    package static func of(head: [UInt8], name: PhotoName) -> FileKind {
        guard !head.isEmpty else { return .empty }
        let ending = name.ending
        // A video's cover is a small JPEG under a name of its own, and must not become a photo.
        if ending == "thm" { return .sidecar }
        if let kind = byMark(head) ?? byBoxes(head) ?? byTags(head, ending: ending) { return kind }
        if sidecarEndings.contains(ending) || isMarkup(head) { return .sidecar }
        return isText(head) ? .text : .unknown
    }

    private static func byMark(_ head: [UInt8]) -> FileKind? {
        func has(_ mark: [UInt8], at place: Int = 0) -> Bool { head.dropFirst(place).starts(with: mark) }
        func says(_ mark: String, at place: Int = 0) -> Bool { has(Array(mark.utf8), at: place) }
        if has([0xFF, 0xD8, 0xFF]) { return .picture(.jpeg) }
        if has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .picture(.png) }
        if says("RIFF"), says("WEBP", at: 8) { return .picture(.webp) }
        if says("RIFF"), says("AVI ", at: 8) { return .video }
        if says("FUJIFILMCCD-RAW") || says("FOVb") || has([0, 0x4D, 0x52, 0x4D]) { return .raw }
        if says("HEAPCCDR", at: 6) || says("IIRO") || says("IIRS") || says("MMOR")
            || has([0x49, 0x49, 0x55, 0])
        {
            return .raw
        }
        // Matroska, MPEG programme streams, Windows Media, Flash.
        if has([0x1A, 0x45, 0xDF, 0xA3]) || has([0, 0, 1, 0xBA]) || has([0, 0, 1, 0xB3]) { return .video }
        if has([0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]) || says("FLV\u{1}") { return .video }
        // MPEG transport streams, as in AVCHD, repeat their mark with every packet.
        if has([0x47]), has([0x47], at: 188), has([0x47], at: 376) { return .video }
        if has([0x47], at: 4), has([0x47], at: 196), has([0x47], at: 388) { return .video }
        return nil
    }

    /// ISO and QuickTime files: boxes with a length and a name, the brands in the first.
    private static func byBoxes(_ head: [UInt8]) -> FileKind? {
        guard head.count >= 12 else { return nil }
        switch String(decoding: head[4..<8], as: UTF8.self) {
        case "ftyp": break
        case "moov", "mdat", "wide", "pnot": return .video
        default: return nil
        }
        let length = head[0..<4].reduce(0) { $0 << 8 | Int($1) }
        let end = min(head.count, max(length, 12))
        let brands = [8] + stride(from: 16, to: end - 3, by: 4)
        for brand in brands.map({ String(decoding: head[$0..<$0 + 4], as: UTF8.self) }) {
            switch brand {
            case "avif", "avis": return .picture(.avif)
            case "heic", "heix", "heim", "heis", "hevc", "hevx": return .picture(.heic)
            case "crx ": return .raw
            default: continue
            }
        }
        let mainBrand = String(decoding: head[8..<12], as: UTF8.self)
        return mainBrand == "mif1" || mainBrand == "msf1" ? .picture(.heic) : .video
    }

    private static func isMarkup(_ head: [UInt8]) -> Bool {
        head.starts(with: Array("<?xpacket".utf8)) || head.starts(with: Array("<x:xmpmeta".utf8))
    }

    /// UTF-8 without control characters; a character cut by the end of the head is forgiven.
    private static func isText(_ head: [UInt8]) -> Bool {
        let odd = head.contains { $0 < 0x20 && !(0x09...0x0D).contains($0) && $0 != 0x1B }
        let tail = head.count >= headLength ? 3 : 0
        return !odd
            && (0...tail).contains { String(validating: head.dropLast($0), as: UTF8.self) != nil }
    }

    private static let sidecarEndings: Set<String> = [
        "xmp", "aae", "pp3", "dop", "cos", "on1", "nksc", "arp", "rpp", "vrd", "dr4", "lrv", "thm",
    ]
}
