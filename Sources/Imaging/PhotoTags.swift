internal import Domain

/// What a photo's EXIF says that we use.
struct PhotoTags {
    var orientation = Orientation.upright
    var takenAt: CaptureTime?
    var camera = Camera()
    /// Cameras set to Adobe RGB often say so here instead of embedding the profile.
    var isAdobeRGB = false

    /// A file without EXIF.
    init() {}

    /// Reads a TIFF structure, with or without the "Exif" mark before it; anything else tells nothing.
    init(_ block: ArraySlice<UInt8>) {
        let mark = Array("Exif".utf8) + [0, 0]
        guard let structure = TIFFStructure(block.starts(with: mark) ? block.dropFirst(mark.count) : block)
        else { return }
        let main = structure.main
        let photo = structure.directory(0x8769, of: main)
        orientation = main.integer(0x0112).flatMap(Orientation.init) ?? .upright
        takenAt = Self.captureTime(main: main, photo: photo)
        camera = Camera(
            make: main.text(0x010F), model: main.text(0x0110),
            serial: photo.text(0xA431) ?? main.text(0xC62F))
        let space = photo.integer(0xA001)
        let exchange = structure.directory(0xA005, of: photo).text(0x0001)
        isAdobeRGB = space == 2 || (space != 1 && exchange == "R03")
    }

    /// When the shutter opened, else when it was scanned or stored, else the file's own time.
    private static func captureTime(
        main: TIFFStructure.Directory, photo: TIFFStructure.Directory
    ) -> CaptureTime? {
        let plainZone = photo.text(0x9010)
        let readings = [
            (photo.text(0x9003), photo.text(0x9291), photo.text(0x9011) ?? plainZone),
            (photo.text(0x9004), photo.text(0x9292), photo.text(0x9012) ?? plainZone),
            (main.text(0x0132), photo.text(0x9290), plainZone),
        ]
        for (clock, fraction, zone) in readings {
            if let clock, let time = CaptureTime(clock: clock, fraction: fraction, zone: zone) { return time }
        }
        return nil
    }
}

extension CaptureTime {
    /// Reads EXIF's three texts; `nil` for a time that no clock can show.
    fileprivate init?(clock: String, fraction: String?, zone: String?) {
        let numbers = clock.split(whereSeparator: { !$0.isNumber }).map { Int($0) ?? -1 }
        guard numbers.count >= 6, (1900...2199).contains(numbers[0]), (1...12).contains(numbers[1]),
            (1...Self.days(inMonth: numbers[1], of: numbers[0])).contains(numbers[2]),
            (0...23).contains(numbers[3]), (0...59).contains(numbers[4]), (0...59).contains(numbers[5])
        else { return nil }
        self.init(
            year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3], minute: numbers[4],
            second: numbers[5], millisecond: Self.milliseconds(fraction ?? ""),
            zoneInMinutes: zone.flatMap(Self.minutes))
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The digits behind the point: "5" is half a second.
    private static func milliseconds(_ digits: String) -> Int {
        let three = (digits.utf8.prefix { (48...57).contains($0) } + Array("000".utf8)).prefix(3)
        return three.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    /// "+02:00" in minutes.
    private static func minutes(_ zone: String) -> Int? {
        if zone == "Z" { return 0 }
        let parts = zone.dropFirst().split(separator: ":").map { Int($0) }
        guard let sign = zone.first, sign == "+" || sign == "-", parts.count == 2, let hours = parts[0],
            let minutes = parts[1], (0...14).contains(hours), (0...59).contains(minutes)
        else { return nil }
        return (hours * 60 + minutes) * (sign == "-" ? -1 : 1)
    }
}
