internal import Domain
internal import Testing

@testable internal import Imaging

@Suite("Orientation") struct OrientationTests {
    /// Odd sizes: there the half colour samples of turned pictures come first.
    private let upright = TestPicture.waves(205, 143)
    private let place = Similarity(a: 0.8, b: 0.3, tx: 20, ty: -15)

    @Test("is undone for JPEG, in copies and in patches", arguments: 1...8)
    func jpeg(_ number: Int) throws {
        let stored = try TestPicture.jpeg(TestPicture.stored(upright, orientation: number))
        let exif = TestExif.block([0x0112: .short(number)])
        try check(TestExif.inserted(exif, intoJPEG: stored), tolerance: 1.5)
    }

    @Test("is undone for PNG, in copies and in patches", arguments: 1...8)
    func png(_ number: Int) throws {
        let stored = try TestPicture.file(.png, TestPicture.stored(upright, orientation: number))
        let exif = TestExif.block([0x0112: .short(number)], littleEndian: false)
        try check(TestExif.inserted(exif, intoPNG: stored), tolerance: 1)
    }

    @Test(
        "leaves the preview's colours where they were, also where an odd side was turned round",
        arguments: 2...8)
    func colours(_ number: Int) throws {
        let picture = TestPicture.noise(45, 31)
        let stored = try TestPicture.file(.png, TestPicture.stored(picture, orientation: number))
        let file = TestExif.inserted(TestExif.block([0x0112: .short(number)]), intoPNG: stored)
        let expected = try negative(try TestPicture.file(.png, picture)).renditions()
        #expect(try negative(file).renditions() == expected)
    }

    @Test("is undone for WebP", arguments: [1, 6])
    func webp(_ number: Int) throws {
        let stored = TestPicture.stored(upright, orientation: number)
        let file = TestExif.inserted(
            TestExif.block([0x0112: .short(number)]), intoWebP: try TestPicture.file(.webp, stored),
            width: stored.width, height: stored.height)
        try check(file, tolerance: 1)
    }

    @Test("is undone for TIFF", arguments: [1, 3, 8])
    func tiff(_ number: Int) throws {
        let stored = TestPicture.stored(upright, orientation: number)
        let file = TestTIFF.file(
            width: stored.width, height: stored.height, pixels: stored.bytes, orientation: number)
        try check(file, tolerance: 1)
    }

    @Test(
        "of EXIF is left alone in HEIC and AVIF, which turn by a property of their own",
        arguments: [".heic", ".avif"])
    func heic(_ ending: String) throws {
        let picture = try VipsImage(upright)
        picture.attach("exif-data", Array("Exif".utf8) + [0, 0] + TestExif.block([0x0112: .short(6)]))
        let negative = try negative(try picture.encoded(ending + "[Q=90]"))
        #expect(negative.width == 205 && negative.height == 143)
        #expect(difference(negative.reduced(toFit: 300), upright).mean < 5)
    }

    @Test("out of range counts as upright", arguments: [0, 9, 65535])
    func nonsense(_ number: Int) throws {
        let file = TestExif.inserted(
            TestExif.block([0x0112: .short(number)]), intoJPEG: try TestPicture.jpeg(upright))
        try check(file, tolerance: 1.5)
    }

    private func check(_ file: [UInt8], tolerance: Double) throws {
        let negative = try negative(file)
        let reference = try ImagingTests.negative(try TestPicture.file(.png, upright))
        #expect(negative.width == upright.width && negative.height == upright.height)
        #expect(difference(negative.reduced(toFit: 1000), upright).mean < tolerance)
        #expect(difference(negative.reduced(toFit: 100), reference.reduced(toFit: 100)).mean < tolerance)
        #expect(
            difference(negative.patch(place, side: 112), reference.patch(place, side: 112)).mean < tolerance)
        let renditions = try negative.renditions()
        let preview = try VipsImage(file: renditions.preview).pixels()
        #expect(difference(preview, upright).mean < tolerance + 1.5)
        #expect(negative.facts.perceptualHash == reference.facts.perceptualHash || tolerance > 1)
    }
}
