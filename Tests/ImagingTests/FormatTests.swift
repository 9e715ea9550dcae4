internal import Domain
internal import Testing

@testable internal import Imaging

@Suite("Every format") struct FormatTests {
    @Test("opens and tells its size, format and hash", arguments: PictureFormat.allCases)
    func opens(_ format: PictureFormat) throws {
        let picture = TestPicture.waves(97, 61)
        let file = try TestPicture.file(format, picture)
        let negative = try negative(file)
        #expect(negative.facts.format == format)
        #expect(negative.width == 97 && negative.height == 61)
        #expect(negative.facts.sizeInBytes == file.count)
        #expect(negative.facts.contentHash.count == 64)
        #expect(negative.facts.profile == "sRGB")
        #expect(difference(negative.reduced(toFit: 1000), picture).mean < 4)
    }

    @Test(
        "gives the exact pixels of lossless files, but for one rounding",
        arguments: [PictureFormat.png, .webp, .tiff])
    func lossless(_ format: PictureFormat) throws {
        let picture = TestPicture.noise(50, 40)
        let found = try negative(try TestPicture.file(format, picture)).reduced(toFit: 50)
        #expect(difference(found, picture).largest <= 2)
    }

    @Test(
        "reads JPEG with every halving of its colours",
        arguments: [(1, 1), (2, 1), (1, 2), (2, 2)] as [(Int32, Int32)], [false, true])
    func sampling(_ chroma: (Int32, Int32), _ progressive: Bool) throws {
        let file = try TestPicture.jpeg(TestPicture.waves(203, 131), chroma: chroma, progressive: progressive)
        let judge = try VipsImage(file: file).pixels()
        #expect(difference(try negative(file).reduced(toFit: 1000), judge).mean < 0.6)
    }

    @Test("reads grey JPEG, and makes grey previews of it")
    func grey() throws {
        let file = try TestPicture.jpeg(TestPicture.waves(203, 131), grey: true)
        let negative = try negative(file)
        let judge = try VipsImage(file: file).pixels()
        #expect(difference(negative.reduced(toFit: 1000), judge).largest <= 1)
        let preview = try VipsImage(file: try negative.renditions().preview).pixels()
        #expect(difference(preview, judge).mean < 2)
    }

    @Test("takes a JPEG marked as RGB for what it says")
    func rgbJPEG() throws {
        // Adobe's marker with transform 0: the three planes are red, green and blue.
        let marker = Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, 0]
        var file = try TestPicture.jpeg(TestPicture.waves(64, 48), chroma: (1, 1))
        // JFIF's own marker would say otherwise.
        file.removeSubrange(2..<4 + Int(file[4]) << 8 + Int(file[5]))
        file = TestExif.segment(0xEE, marker, intoJPEG: file)
        let judge = try VipsImage(file: file).pixels()
        #expect(difference(try negative(file).reduced(toFit: 64), judge).mean < 1)
    }

    @Test(
        "lays transparent parts on white",
        arguments: [".png", ".webp[lossless]", ".tif", ".avif[Q=95,effort=0]"])
    func alpha(_ ending: String) throws {
        let samples = (0..<64 * 64).flatMap { $0 % 64 < 32 ? [200, 0, 0, 0] : [0, 100, 0, 255] as [UInt8] }
        let picture = try VipsImage(width: 64, height: 64, bands: 4, samples: samples)
        let found = try negative(try picture.encoded(ending)).reduced(toFit: 64)
        #expect(found.bytes[0..<3].allSatisfy { $0 > 250 })
        #expect(abs(Int(found.bytes[63 * 3 + 1]) - 100) < 8 && found.bytes[63 * 3] < 10)
    }

    @Test("reads 16 bits a sample", arguments: [".png", ".tif[compression=lzw]"])
    func deep(_ ending: String) throws {
        let picture = TestPicture.waves(80, 60)
        let shallow = try VipsImage(picture)
        let file = try shallow.deepened().encoded(ending)
        #expect(difference(try negative(file).reduced(toFit: 80), picture).largest <= 2)
    }

    @Test("reads HEIC of 10 bits a sample")
    func tenBits() throws {
        let picture = TestPicture.waves(80, 64)
        let shallow = try VipsImage(picture)
        let file = try shallow.deepened().encoded(".heic[Q=90,bitdepth=10]")
        #expect(difference(try negative(file).reduced(toFit: 80), picture).mean < 4)
    }

    @Test("takes the first picture of several")
    func pages() throws {
        let first = TestTIFF.file(width: 8, height: 8, pixels: TestPicture.waves(8, 8).bytes)
        let second = TestTIFF.file(width: 8, height: 8, pixels: [UInt8](repeating: 0, count: 192))
        var both = TestTIFF.file(
            width: 8, height: 8, pixels: TestPicture.waves(8, 8).bytes, next: first.count + 8)
        // The second picture's own directory sits behind the first file; its offsets need not be right.
        both += second
        #expect(difference(try negative(both).reduced(toFit: 8), TestPicture.waves(8, 8)).largest <= 2)
    }

    @Test("is recognised by content, never by name")
    func content() throws {
        let file = try TestPicture.file(.png, TestPicture.waves(20, 20))
        #expect(FileKind.of(head: Array(file.prefix(4096)), name: PhotoName("holiday.jpg")) == .picture(.png))
    }

    @Test("gives the same bits whatever was decoded before")
    func independent() throws {
        let large = try TestPicture.jpeg(TestPicture.noise(3000, 2100), quality: 60)
        let small = try TestPicture.jpeg(TestPicture.noise(2603, 1907, seed: 2), quality: 60)
        let place = Similarity(a: 0.4, b: 0.1, tx: -20, ty: -30)
        func all(_ file: [UInt8]) throws -> ([UInt8], [UInt8], [UInt8], Renditions, PictureFacts) {
            let negative = try negative(file)
            return (
                negative.reduced(toFit: 1024).bytes, negative.reduced(toFit: 1900).bytes,
                negative.patch(place, side: 160).bytes, try negative.renditions(), negative.facts
            )
        }
        let first = try all(small)
        _ = try all(large)
        let again = try all(small)
        #expect(first == again)
    }
}
