internal import Domain
internal import Testing

@testable internal import Imaging

@Suite("Reduced pictures") struct ReducedTests {
    @Test("are the mean of the area behind each pixel", arguments: [299, 200, 151, 100, 64, 37, 10, 1])
    func mean(_ side: Int) throws {
        let picture = TestPicture.noise(300, 203)
        let found = try negative(try TestPicture.file(.png, picture)).reduced(toFit: side)
        let expected = Reference.reduced(picture, width: found.width, height: found.height)
        #expect(found.width == side)
        // Colour goes through planes, which costs up to two steps on the way.
        #expect(Reference.difference(found, expected).largest < 3.2)
        #expect(Reference.difference(found, expected).mean < 0.7)
    }

    @Test("keep proportions, are never enlarged and never empty")
    func sizes() throws {
        let negative = try negative(try TestPicture.file(.png, TestPicture.waves(640, 3)))
        let small = negative.reduced(toFit: 100)
        #expect(small.width == 100 && small.height == 1)
        #expect(negative.reduced(toFit: 5000) == negative.reduced(toFit: 640))
        #expect(negative.reduced(toFit: 640).width == 640)
    }

    @Test("of a large picture come from its print, and look the same", arguments: [1600, 1024, 768, 640])
    func print(_ side: Int) throws {
        let picture = TestPicture.waves(4301, 230)
        let found = try negative(try TestPicture.jpeg(picture, quality: 98, chroma: (1, 1))).reduced(
            toFit: side)
        let expected = Reference.reduced(picture, width: found.width, height: found.height)
        #expect(Reference.difference(found, expected).mean < 0.7)
    }
}

@Suite("Patches") struct PatchTests {
    private let picture = TestPicture.noise(400, 300)

    @Test(
        "agree with the slow way: turned, shrunk, enlarged and over the edge",
        arguments: [
            Similarity(a: 1, b: 0, tx: -100, ty: -80), Similarity(a: 0.7, b: 0.2, tx: -60, ty: -90),
            Similarity(a: 2.3, b: -0.4, tx: -500, ty: -200), Similarity(a: 0.3, b: 0.1, tx: 10.3, ty: -20.1),
            Similarity(a: -0.2, b: 0.05, tx: 80, ty: 70), Similarity(a: 0.06, b: 0, tx: 20, ty: 30),
            Similarity(a: 1, b: 0, tx: 60, ty: 50), Similarity(a: 1, b: 0, tx: -350, ty: -250),
            Similarity(a: 1, b: 0, tx: 5000, ty: 0), Similarity(a: 0.5, b: 0.5, tx: -90, ty: -150),
        ])
    func agrees(_ place: Similarity) throws {
        let negative = try negative(try TestPicture.file(.png, picture))
        for side in [112, 150] {
            let found = negative.patch(place, side: side)
            let difference = Reference.difference(found, Reference.patch(picture, place, side: side))
            #expect(difference.largest < 4)
            #expect(difference.mean < 1)
        }
    }

    @Test("take colours that are stored at half size from between their samples")
    func chroma() throws {
        let smooth = TestPicture.waves(400, 300)
        let negative = try negative(try TestPicture.jpeg(smooth, quality: 98))
        for place in [Similarity(a: 1, b: 0, tx: -150, ty: -120), Similarity(a: 0.4, b: 0.2, tx: 0, ty: -40)]
        {
            let found = negative.patch(place, side: 112)
            #expect(Reference.difference(found, Reference.patch(smooth, place, side: 112)).mean < 1)
        }
    }

    @Test("of a grey picture are grey")
    func grey() throws {
        let negative = try negative(try TestPicture.jpeg(picture, grey: true))
        let patch = negative.patch(Similarity(a: 1, b: 0, tx: -30, ty: -30), side: 112)
        for pixel in 0..<112 * 112 where patch.bytes[3 * pixel] != patch.bytes[3 * pixel + 2] {
            Issue.record("pixel \(pixel) has colour")
        }
    }

    @Test("of a picture of one pixel are that pixel, and black around it")
    func onePixel() throws {
        let dot = RGBPixels(width: 1, height: 1, bytes: [90, 90, 90])
        let negative = try negative(try TestPicture.file(.png, dot))
        let patch = negative.patch(Similarity(a: 2, b: 0, tx: 1, ty: 1), side: 4)
        let inside: Set<Int> = [5, 6, 9, 10]
        for pixel in 0..<16 { #expect(patch.bytes[3 * pixel] == (inside.contains(pixel) ? 90 : 0)) }
    }
}

@Suite("Renditions") struct RenditionTests {
    @Test("fit 2048 and 400, carry no metadata and are never enlarged")
    func sizes() throws {
        let exif = TestExif.block([0x010F: .text("A camera maker")])
        let plain = try TestPicture.jpeg(TestPicture.waves(2500, 1001), quality: 80)
        let renditions = try negative(TestExif.inserted(exif, intoJPEG: plain)).renditions()
        let preview = try VipsImage(file: renditions.preview).pixels()
        let thumbnail = try VipsImage(file: renditions.thumbnail).pixels()
        #expect(preview.width == 2048 && preview.height == 820)
        #expect(thumbnail.width == 400 && thumbnail.height == 160)
        for file in [renditions.preview, renditions.thumbnail] {
            #expect(EmbeddedMetadata(of: file, format: .jpeg).exif.isEmpty)
            // Behind the start comes JFIF's marker, then a table: no comment and no application segment.
            #expect(Array(file[2..<4]) == [0xFF, 0xE0] && Array(file[20..<22]) == [0xFF, 0xDB])
        }
        let small = try negative(try TestPicture.jpeg(TestPicture.waves(120, 90))).renditions()
        #expect(try VipsImage(file: small.preview).pixels().width == 120)
        #expect(try VipsImage(file: small.thumbnail).pixels().width == 120)
    }

    @Test(
        "look like the photo at every size around whole blocks", arguments: [1, 2, 7, 8, 9, 15, 16, 17, 33])
    func blocks(_ side: Int) throws {
        let picture = TestPicture.waves(side, 41)
        let preview = try negative(try TestPicture.file(.png, picture)).renditions().preview
        #expect(difference(try VipsImage(file: preview).pixels(), picture).mean < (side < 4 ? 25 : 8))
    }

    @Test("do not show what was in memory before, at edges within a block", arguments: 1...17)
    func edges(_ side: Int) throws {
        _ = try negative(try TestPicture.file(.png, TestPicture.noise(64, 64))).renditions()
        let flat = RGBPixels(
            width: side, height: side, bytes: (0..<side * side).flatMap { _ in [200, 90, 60] as [UInt8] })
        let preview = try negative(try TestPicture.file(.png, flat)).renditions().preview
        #expect(difference(try VipsImage(file: preview).pixels(), flat).largest <= 4)
    }
}
