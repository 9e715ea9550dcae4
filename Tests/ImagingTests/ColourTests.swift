internal import Domain
internal import Glibc
internal import Testing

@testable internal import Imaging

@Suite("Colours of previews") struct ColourTests {
    private let picture = TestPicture.waves(240, 160)

    /// Original and preview as a colour-managed viewer shows them both.
    private func difference(_ file: [UInt8], _ format: PictureFormat = .jpeg) throws -> Double {
        let negative = try negative(file)
        let original = try VipsImage(file: file, format: format).pixels(toSRGB: true)
        let renditions = try negative.renditions()
        let preview = try VipsImage(file: renditions.preview).pixels(toSRGB: true)
        return ImagingTests.difference(preview, original).mean
    }

    private func saved(_ profile: [UInt8], _ ending: String = ".jpg[Q=95]") throws -> [UInt8] {
        let image = try VipsImage(picture)
        image.attach("icc-profile-data", profile)
        return try image.encoded(ending)
    }

    @Test("are the original's with Adobe RGB, and would not be without its profile")
    func adobeRGB() throws {
        let profile = try #require(ColourProfile.adobeRGB)
        let file = try saved(profile.bytes)
        #expect(try difference(file) < 1.5)
        let preview = try negative(file).renditions().preview
        #expect(try VipsImage(file: preview).profile == profile.bytes)
        #expect(try VipsImage(file: try negative(file).renditions().thumbnail).profile == profile.bytes)
        let honest = try VipsImage(file: preview).pixels(toSRGB: true)
        let naive = try VipsImage(file: preview).pixels()
        #expect(ImagingTests.difference(honest, naive).mean > 5)
        #expect(try negative(file).facts.profile == "Adobe RGB (1998) compatible")
    }

    @Test("are the original's with Display P3, from JPEG, PNG, HEIC, AVIF, WebP and deep TIFF")
    func displayP3() throws {
        let source = try VipsImage(picture)
        let wide = try source.converted(to: "p3")
        #expect(try difference(try wide.encoded(".jpg[Q=95]")) < 1.5)
        #expect(try difference(try wide.encoded(".png"), .png) < 1.5)
        #expect(try difference(try wide.encoded(".webp[lossless]"), .webp) < 1.5)
        #expect(try difference(try wide.encoded(".heic[Q=90]"), .heic) < 1.5)
        #expect(try difference(try wide.encoded(".avif[Q=90,effort=0]"), .avif) < 1.5)
        #expect(try difference(try wide.deepened().encoded(".tif"), .tiff) < 1.5)
        #expect(try negative(try wide.encoded(".png")).facts.profile.contains("P3"))
    }

    @Test("are the original's with CMYK, which becomes sRGB")
    func cmyk() throws {
        let source = try VipsImage(picture)
        let inks = try source.converted(to: "cmyk")
        for ending in [".jpg[Q=95]", ".jpg[Q=95,strip]"] {
            let file = try inks.encoded(ending)
            #expect(try difference(file) < 2)
            #expect(try VipsImage(file: try negative(file).renditions().preview).profile.isEmpty)
            // The picture came from sRGB, so it must look like itself again.
            let preview = try VipsImage(file: try negative(file).renditions().preview).pixels()
            #expect(ImagingTests.difference(preview, picture).mean < 12)
        }
    }

    @Test("are the original's with a grey profile of another gamma")
    func grey() throws {
        let samples = (0..<200 * 100).map { UInt8($0 % 200) }
        let image = try VipsImage(width: 200, height: 100, bands: 1, samples: samples)
        image.attach("icc-profile-data", Self.greyProfile(gamma: 1.2))
        let file = try image.encoded(".jpg[Q=95]")
        #expect(try difference(file) < 1.5)
        let naive = try VipsImage(file: file).pixels()
        #expect(ImagingTests.difference(try negative(file).reduced(toFit: 200), naive).mean > 5)
    }

    @Test("are converted where the profile is too large to carry")
    func large() throws {
        var profile = try #require(ColourProfile.adobeRGB).bytes
        profile += [UInt8](repeating: 0, count: 40_000 - profile.count)
        profile.replaceSubrange(0..<4, with: TestExif.bigEndian(profile.count))
        let file = try saved(profile)
        #expect(try difference(file) < 1.5)
        #expect(try VipsImage(file: try negative(file).renditions().preview).profile.isEmpty)
    }

    @Test("need no profile when it is sRGB under any name")
    func sRGB() throws {
        let source = try VipsImage(picture)
        let profile = try source.converted(to: "srgb").profile
        #expect(try #require(ColourProfile(profile)).isSRGB)
        let file = try saved(profile)
        #expect(try VipsImage(file: try negative(file).renditions().preview).profile.isEmpty)
        #expect(try #require(ColourProfile.adobeRGB).isSRGB == false)
        #expect(try #require(ColourProfile(try source.converted(to: "p3").profile)).isSRGB == false)
    }

    @Test("are Adobe RGB where only EXIF says so")
    func exifOnly() throws {
        let exif = TestExif.block(photo: [0xA001: .short(65535)], exchange: [1: .text("R03")])
        let file = TestExif.inserted(exif, intoJPEG: try TestPicture.jpeg(picture))
        let negative = try negative(file)
        #expect(negative.facts.profile == "Adobe RGB (1998)")
        #expect(
            try VipsImage(file: try negative.renditions().preview).profile == ColourProfile.adobeRGB?.bytes)
        let plain = TestExif.inserted(
            TestExif.block(photo: [0xA001: .short(1)], exchange: [1: .text("R98")]),
            intoJPEG: try TestPicture.jpeg(picture))
        #expect(try ImagingTests.negative(plain).facts.profile == "sRGB")
    }

    @Test("ignore a profile that is broken, cut or for another kind of picture")
    func broken() throws {
        let profile = try #require(ColourProfile.adobeRGB).bytes
        for bytes in [
            Array(profile.prefix(100)), Self.greyProfile(gamma: 2), [UInt8](repeating: 7, count: 500),
        ] {
            let segment = Array("ICC_PROFILE".utf8) + [0, 1, 1] + bytes
            let file = TestExif.segment(0xE2, segment, intoJPEG: try TestPicture.jpeg(picture))
            #expect(try negative(file).facts.profile == "sRGB")
        }
    }

    @Test("put a profile together from its pieces, and drop it when one is missing")
    func pieces() throws {
        let profile = try #require(ColourProfile.adobeRGB).bytes
        let halves = [Array(profile.prefix(300)), Array(profile.dropFirst(300))]
        var file = try TestPicture.jpeg(picture)
        let mark = Array("ICC_PROFILE".utf8) + [0]
        file = TestExif.segment(0xE2, mark + [1, 2] + halves[0], intoJPEG: file)
        #expect(EmbeddedMetadata(of: file, format: .jpeg).profile.isEmpty)
        file = TestExif.segment(0xE2, mark + [2, 2] + halves[1], intoJPEG: file)
        #expect(EmbeddedMetadata(of: file, format: .jpeg).profile == profile)
    }

    /// A grey profile with one gamma.
    private static func greyProfile(gamma: Double) -> [UInt8] {
        let white = TestExif.bigEndian(0xF6D6) + TestExif.bigEndian(0x10000) + TestExif.bigEndian(0xD32D)
        let step = Int(gamma * 256)
        let curve = Array("curv".utf8) + [0, 0, 0, 0, 0, 0, 0, 1, UInt8(step >> 8), UInt8(step & 255), 0, 0]
        let description =
            Array("desc".utf8) + [0, 0, 0, 0, 0, 0, 0, 5] + Array("grey".utf8)
            + [UInt8](repeating: 0, count: 79)
        let tags = [
            ("desc", description), ("wtpt", Array("XYZ ".utf8) + [0, 0, 0, 0] + white), ("kTRC", curve),
        ]
        var table = TestExif.bigEndian(tags.count)
        var content: [UInt8] = []
        for (name, bytes) in tags {
            table +=
                Array(name.utf8) + TestExif.bigEndian(132 + 36 + content.count)
                + TestExif.bigEndian(bytes.count)
            content += bytes
        }
        var header = TestExif.bigEndian(128 + table.count + content.count) + [0, 0, 0, 0, 2, 0x10, 0, 0]
        header += Array("mntrGRAYXYZ ".utf8) + [7, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0] + Array("acsp".utf8)
        header += [UInt8](repeating: 0, count: 28) + white
        header += [UInt8](repeating: 0, count: 128 - header.count)
        return header + table + content
    }
}
