import Domain
import Imaging

@testable import Darkroom

/// Pictures made by arithmetic: grey waves with bright patches, which the generated detector takes for faces.
enum MadePhoto {
    static func pixels(
        width: Int = 640, height: Int = 480, patches: [(x: Int, y: Int)] = [(200, 160)], seed: Int = 0
    )
        -> RGBPixels
    {
        var pixels = RGBPixels(width: width, height: height)
        for y in 0..<height {
            for x in 0..<width {
                let wave = UInt8((x * 3 + y * 5 + seed * 7) % 128 + 32)
                let place = (y * width + x) * 3
                for colour in 0..<3 { pixels.bytes[place + colour] = wave }
            }
        }
        for patch in patches where patch.x < width && patch.y < height {
            for y in patch.y..<min(patch.y + 24, height) {
                for x in patch.x..<min(patch.x + 24, width) {
                    for colour in 0..<3 { pixels.bytes[(y * width + x) * 3 + colour] = 255 }
                }
            }
        }
        return pixels
    }

    static func jpeg(width: Int = 640, height: Int = 480, seed: Int = 0) throws -> [UInt8] {
        try Imaging.jpeg(pixels(width: width, height: height, seed: seed), quality: 90)
    }
}
