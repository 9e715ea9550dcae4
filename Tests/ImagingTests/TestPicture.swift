internal import CJPEG
internal import Domain

@testable internal import Imaging

/// Made pictures for the tests, and files of them in every format.
enum TestPicture {
    /// Smooth waves of colour with a bright mark near the upper left corner: no two orientations look the same.
    static func waves(_ width: Int, _ height: Int) -> RGBPixels {
        var picture = RGBPixels(width: width, height: height)
        for y in 0..<height {
            for x in 0..<width {
                let u = Double(x) / Double(width)
                let v = Double(y) / Double(height)
                let marked = u > 0.1 && u < 0.3 && v > 0.15 && v < 0.3
                let place = (y * width + x) * 3
                picture.bytes[place] = marked ? 250 : UInt8(60 + 120 * u)
                picture.bytes[place + 1] = marked ? 240 : UInt8(60 + 100 * v)
                picture.bytes[place + 2] = marked ? 30 : UInt8(90 + 80 * u * v)
            }
        }
        return picture
    }

    /// Fine detail that averaging and blending must treat alike: numbers without order, but always the same.
    static func noise(_ width: Int, _ height: Int, seed: UInt64 = 1) -> RGBPixels {
        var chance = Chance(seed)
        return RGBPixels(
            width: width, height: height,
            bytes: (0..<width * height * 3).map { _ in UInt8(truncatingIfNeeded: chance.next() >> 33) })
    }

    /// Turns a picture into what a camera would have stored with this orientation, by EXIF's own words: where
    /// the stored first row and first column lie in the scene.
    static func stored(_ upright: RGBPixels, orientation: Int) -> RGBPixels {
        let turned = orientation >= 5
        let width = turned ? upright.height : upright.width
        let height = turned ? upright.width : upright.height
        var picture = RGBPixels(width: width, height: height)
        for row in 0..<height {
            for column in 0..<width {
                let (x, y) =
                    switch orientation {  // 0th row is the scene's ..., 0th column is the scene's ...
                    case 2: (upright.width - 1 - column, row)  // top, right
                    case 3: (upright.width - 1 - column, upright.height - 1 - row)  // bottom, right
                    case 4: (column, upright.height - 1 - row)  // bottom, left
                    case 5: (row, column)  // left, top
                    case 6: (upright.width - 1 - row, column)  // right, top
                    case 7: (upright.width - 1 - row, upright.height - 1 - column)  // right, bottom
                    case 8: (row, upright.height - 1 - column)  // left, bottom
                    default: (column, row)  // top, left
                    }
                let from = (y * upright.width + x) * 3
                let to = (row * width + column) * 3
                picture.bytes.replaceSubrange(to..<to + 3, with: upright.bytes[from..<from + 3])
            }
        }
        return picture
    }

    static func jpeg(
        _ picture: RGBPixels, quality: Int = 95, chroma: (Int32, Int32) = (2, 2), grey: Bool = false,
        progressive: Bool = false
    ) throws -> [UInt8] {
        try Imaging.jpeg(
            picture, quality: quality,
            layout: lk_jpeg_layout(
                chroma_x: chroma.0, chroma_y: chroma.1, grey: grey ? 1 : 0, progressive: progressive ? 1 : 0))
    }

    /// A file of the given format, sharp enough to compare pixels with.
    static func file(_ format: PictureFormat, _ picture: RGBPixels) throws -> [UInt8] {
        let ending =
            switch format {
            case .jpeg: ".jpg[Q=95]"
            case .png: ".png"
            case .webp: ".webp[lossless]"
            case .heic: ".heic[Q=90]"
            case .avif: ".avif[Q=90,effort=0]"
            case .tiff: ".tif[compression=deflate]"
            }
        return try VipsImage(picture).encoded(ending)
    }
}

/// A row of numbers that is the same in every run.
struct Chance {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }

    mutating func below(_ limit: Int) -> Int { Int(next() >> 11) % limit }
}

/// Decodes without a file.
func negative(_ bytes: [UInt8], limits: Limits = Limits()) throws(PictureError) -> Negative {
    try Negative(PhotoBytes(bytes), limits: limits)
}

/// Mean and largest difference of two pictures' samples; enormous when their sizes differ.
func difference(_ first: RGBPixels, _ second: RGBPixels) -> (mean: Double, largest: Int) {
    guard first.width == second.width, first.height == second.height else { return (1000, 1000) }
    let steps = zip(first.bytes, second.bytes).map { abs(Int($0) - Int($1)) }
    return (Double(steps.reduce(0, +)) / Double(steps.count), steps.max() ?? 0)
}
