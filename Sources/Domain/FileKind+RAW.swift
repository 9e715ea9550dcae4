extension FileKind {
    /// TIFF files: pictures, and the many kinds of raw that borrow the form.
    static func byTags(_ head: [UInt8], ending: String) -> FileKind? {
        let littleEndian: Bool
        switch head.prefix(4) {
        case [0x49, 0x49, 42, 0], [0x49, 0x49, 43, 0]: littleEndian = true
        case [0x4D, 0x4D, 0, 42], [0x4D, 0x4D, 0, 43]: littleEndian = false
        default: return nil
        }
        // The directory of most raw files lies in the head; where it does not, the name must do.
        if rawEndings.contains(ending) || head.dropFirst(8).starts(with: [0x43, 0x52]) { return .raw }
        // BigTIFF, whose directories look different, is what scanners and panoramas make.
        if head[2] == 43 || head[3] == 43 { return .picture(.tiff) }
        let tags = FirstDirectory(head, littleEndian: littleEndian)
        let isRaw =
            tags.has(dngVersion) || rawPhotometries.contains(tags[photometric] ?? 0)
            || rawCompressions.contains(tags[compression] ?? 0)
            // A camera's thumbnail first, the real thing in a directory below.
            || (tags.has(maker) && tags.has(subdirectories) && (tags[subfileType] ?? 0) & 1 == 1)
        return isRaw ? .raw : .picture(.tiff)
    }

    private static let subfileType: UInt16 = 0x00FE
    private static let compression: UInt16 = 0x0103
    private static let photometric: UInt16 = 0x0106
    private static let maker: UInt16 = 0x010F
    private static let subdirectories: UInt16 = 0x014A
    private static let dngVersion: UInt16 = 0xC612

    /// Colour filter array, linear raw.
    private static let rawPhotometries: Set<Int> = [32803, 34892]
    /// Sony, Nikon, Samsung, Pentax, Kodak.
    private static let rawCompressions: Set<Int> = [32767, 34713, 32769, 32770, 65535, 65000]

    private static let rawEndings: Set<String> = [
        "3fr", "arw", "cr2", "crw", "dcr", "dng", "erf", "fff", "iiq", "k25", "kdc", "mef", "mos", "mrw",
        "nef",
        "nrw", "orf", "pef", "raf", "raw", "rw2", "rwl", "sr2", "srf", "srw", "x3f",
    ]
}

/// The whole numbers of a TIFF file's first directory, as far as it lies in the head.
private struct FirstDirectory {
    private var numbers: [UInt16: Int] = [:]

    init(_ head: [UInt8], littleEndian: Bool) {
        func number(at place: Int, _ width: Int) -> Int? {
            guard place >= 0, place <= head.count - width else { return nil }
            let bytes = head[place..<place + width]
            return littleEndian
                ? bytes.reversed().reduce(0) { $0 << 8 | Int($1) } : bytes.reduce(0) { $0 << 8 | Int($1) }
        }
        guard let start = number(at: 4, 4), let count = number(at: start, 2) else { return }
        for entry in 0..<count {
            let place = start + 2 + 12 * entry
            guard let tag = number(at: place, 2), let type = number(at: place + 2, 2),
                let value = number(at: place + 8, type == 3 ? 2 : 4)
            else { return }
            numbers[UInt16(tag)] = value
        }
    }

    func has(_ tag: UInt16) -> Bool { numbers[tag] != nil }

    subscript(tag: UInt16) -> Int? { numbers[tag] }
}
