internal import Domain
internal import Imaging

/// Pictures of our own making: event photos where there is no made event, a selfie, a crowd.
struct OwnPhotos {
    let bench: Bench

    /// Photos of 24 megapixels with portraits pasted at several sizes on noisy backdrops; without portraits only
    /// backdrops, which measure all but the faces.
    func photoSet(count: Int) throws -> PhotoSet {
        let folder = bench.scratch + "/own"
        try Disk.makeFolder(folder)
        let portraits = portraitPaths(shared: false)
        if portraits.isEmpty { print("  no portraits in .deps/portraits: photos without faces") }
        for number in 0..<count {
            let path = "\(folder)/photo_\(1000 + number).jpg"
            if Disk.exists(path) { continue }
            var backdrop = Backdrop(width: 6000, height: 4000, seed: UInt64(number))
            for place in 0..<(number % 5) where !portraits.isEmpty {
                let portrait = portraits[(number + place) % portraits.count]
                let side = [420, 700, 1100, 1500][(number + place * 3) % 4]
                backdrop.paste(
                    try picture(portrait, longSide: side), x: 100 + place * 1400, y: 200 + number * 97 % 2000)
            }
            try write(backdrop.pixels, to: path)
        }
        return try PhotoSet(folder: folder, most: count)
    }

    /// A portrait that fills a phone's photo of 12 megapixels.
    func selfie() throws -> String {
        let path = bench.scratch + "/selfie.jpg"
        if Disk.exists(path) { return path }
        guard let portrait = portraitPaths(shared: true).first else {
            throw Skip(reason: "a selfie needs a portrait from ../shared/faces or .deps/portraits")
        }
        let (width, height) = (3024, 4032)
        let face = try opened(portrait) { negative in
            let scale = Double(height) / Double(negative.height)
            let left = (Double(height) - Double(negative.width) * scale) / 2
            return negative.patch(Similarity(a: scale, b: 0, tx: left, ty: 0), side: height)
        }
        var backdrop = Backdrop(width: width, height: height, seed: 1)
        backdrop.paste(face, x: (width - height) / 2, y: 0, withGrain: true)
        try write(backdrop.pixels, to: path)
        return path
    }

    /// An upright picture, no side longer than this, never enlarged.
    func picture(_ path: String, longSide: Int) throws -> RGBPixels {
        try opened(path) { $0.reduced(toFit: longSide) }
    }

    /// Written first whole beside its place, so that an interrupted run leaves no half picture behind.
    func write(_ pixels: RGBPixels, to path: String) throws {
        let unfinished = path + ".part"
        try Disk.write(try jpeg(pixels, quality: 96), to: unfinished)
        if let python = bench.options.python {
            // Cameras write half the colour; ours is for drawings and keeps it all.
            let script = """
                import sys; from PIL import Image
                path = sys.argv[1]
                picture = Image.open(path); picture.load()
                picture.save(path, 'JPEG', quality=92, subsampling='4:2:0')
                """
            _ = try Command(python, ["-c", script, unfinished]).run(wordsTo: bench.scratch + "/pillow.txt")
        }
        try Disk.move(unfinished, to: path)
    }

    private func opened<Product>(_ path: String, _ use: (borrowing Negative) throws -> Product) throws
        -> Product
    {
        try ImagingLibrary.start()
        let photo = try Disk.photo(path)
        return try use(try Negative(reading: photo.descriptor, limits: Limits()))
    }

    private func portraitPaths(shared: Bool) -> [String] {
        if shared, let folder = bench.options.shared {
            let obama = folder + "/faces/obama"
            let names = Disk.names(in: obama)
            if !names.isEmpty { return names.map { obama + "/" + $0 } }
        }
        let folder = bench.root + "/.deps/portraits"
        return Disk.names(in: folder).filter { $0.hasSuffix(".jpg") }.map { folder + "/" + $0 }
    }
}

/// A picture to paste on: a slope of colour with a camera's grain, the same for the same seed.
struct Backdrop {
    private(set) var pixels: RGBPixels
    private var grain: UInt64

    init(width: Int, height: Int, seed: UInt64) {
        grain = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493
        var bytes = [UInt8](repeating: 0, count: width * height * 3)
        for y in 0..<height {
            for x in 0..<width {
                let slope = 40 + x * 90 / width + y * 70 / height
                let start = (y * width + x) * 3
                for channel in 0..<3 {
                    grain = grain &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    bytes[start + channel] = UInt8(
                        truncatingIfNeeded: slope + channel * 12 + Int(grain >> 60))
                }
            }
        }
        pixels = RGBPixels(width: width, height: height, bytes: bytes)
    }

    /// Puts a picture with its corner at (x, y); what lies outside is cut off. Grain hides that it was enlarged.
    mutating func paste(_ picture: RGBPixels, x: Int, y: Int, withGrain: Bool = false) {
        let columns = max(0, -x)..<min(picture.width, pixels.width - x)
        for row in max(0, -y)..<max(0, min(picture.height, pixels.height - y)) {
            for column in columns {
                for channel in 0..<3 {
                    var value = Int(picture.bytes[(row * picture.width + column) * 3 + channel])
                    if withGrain {
                        grain = grain &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                        value += Int(grain >> 60) - 8
                    }
                    pixels.bytes[((row + y) * pixels.width + column + x) * 3 + channel] = UInt8(
                        clamping: value)
                }
            }
        }
    }
}
