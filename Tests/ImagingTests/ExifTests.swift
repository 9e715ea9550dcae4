internal import Domain
internal import Testing

@testable internal import Imaging

@Suite("EXIF") struct ExifTests {
    @Test("tells time, zone and camera, in either byte order", arguments: [true, false])
    func whole(_ littleEndian: Bool) {
        let block = TestExif.block(
            [0x010F: .text("Canon"), 0x0110: .text("EOS R6  "), 0x0132: .text("2020:01:01 00:00:00")],
            photo: [
                0x9003: .text("2026:06:13 14:05:09"), 0x9291: .text("25"), 0x9011: .text("+02:00"),
                0xA431: .text("012345"),
            ], littleEndian: littleEndian)
        let tags = PhotoTags(block[...])
        #expect(tags.takenAt?.text == "2026-06-13T14:05:09.250+02:00")
        #expect(tags.camera == Camera(make: "Canon", model: "EOS R6", serial: "012345"))
    }

    @Test("falls back to the time of scanning, then to the file's own")
    func fallbacks() {
        let scanned = TestExif.block(
            [0x0132: .text("2021:01:01 00:00:00")],
            photo: [
                0x9003: .text("0000:00:00 00:00:00"), 0x9004: .text("2022:02:03 04:05:06"),
                0x9292: .text("7"),
            ])
        #expect(PhotoTags(scanned[...]).takenAt?.text == "2022-02-03T04:05:06.700")
        let stored = TestExif.block([0x0132: .text("2021:01:01 00:00:00")], photo: [0x9010: .text("-03:30")])
        #expect(PhotoTags(stored[...]).takenAt?.text == "2021-01-01T00:00:00.000-03:30")
    }

    @Test(
        "does not believe times that no clock shows",
        arguments: [
            "0000:00:00 00:00:00", "2026:13:01 00:00:00", "2026:02:29 10:00:00", "2026:06:31 10:00:00",
            "2026:06:13 24:00:00", "2026:06:13 10:60:00", "    :  :     :  :  ", "yesterday", "2026:06:13",
            "",
            "99999999999999999999:01:01 00:00:00",
        ])
    func implausible(_ text: String) {
        #expect(PhotoTags(TestExif.block(photo: [0x9003: .text(text)])[...]).takenAt == nil)
    }

    @Test("believes a leap day, and takes odd zones for none")
    func oddities() {
        let block = TestExif.block(photo: [0x9003: .text("2024:02:29 23:59:59"), 0x9011: .text("+99:00")])
        let time = PhotoTags(block[...]).takenAt
        #expect(time?.text == "2024-02-29T23:59:59.000")
    }

    @Test("takes control characters and outer spaces from names, and empty names for none")
    func names() {
        let block = TestExif.block(
            [0x010F: .text("  Ni\u{1B}[31mkon\u{202E} \n"), 0x0110: .text("   ")],
            photo: [0xA431: .text("\t")])
        let camera = PhotoTags(block[...]).camera
        #expect(camera == Camera(make: "Ni[31mkon", model: nil, serial: nil))
    }

    @Test("reads the serial number where older software put it")
    func serial() {
        #expect(PhotoTags(TestExif.block([0xC62F: .text("77-A")])[...]).camera.serial == "77-A")
    }

    @Test("comes through from each container")
    func containers() throws {
        let block = TestExif.block(photo: [0x9003: .text("2026:06:13 14:05:09")])
        let picture = TestPicture.waves(40, 30)
        let expected = "2026-06-13T14:05:09.000"
        let files = [
            TestExif.inserted(block, intoJPEG: try TestPicture.jpeg(picture)),
            TestExif.inserted(block, intoPNG: try TestPicture.file(.png, picture)),
            TestExif.inserted(block, intoWebP: try TestPicture.file(.webp, picture), width: 40, height: 30),
        ]
        for file in files { #expect(try negative(file).facts.takenAt?.text == expected) }
        for ending in [".heic", ".avif"] {
            let image = try VipsImage(picture)
            image.attach("exif-data", Array("Exif".utf8) + [0, 0] + block)
            #expect(try negative(try image.encoded(ending)).facts.takenAt?.text == expected)
        }
        let tiff = TestTIFF.file(width: 4, height: 4, pixels: [UInt8](repeating: 9, count: 48))
        #expect(try negative(tiff).facts.takenAt == nil)
    }

    @Test("that loops, overflows or lies about its counts does no harm")
    func hostile() {
        var loop = TestExif.block([0x8769: .long(8)])
        #expect(PhotoTags(loop[...]).takenAt == nil)
        loop.replaceSubrange(4..<8, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(PhotoTags(loop[...]).camera == Camera())
        var counts = TestExif.block([0x010F: .text("A long camera maker")])
        counts.replaceSubrange(14..<18, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(PhotoTags(counts[...]).camera.make == nil)
        counts[8] = 0xFF
        counts[9] = 0xFF
        _ = PhotoTags(counts[...])
        let block = TestExif.block(
            [0x010F: .text("Canon"), 0x0112: .short(6)],
            photo: [0x9003: .text("2026:06:13 14:05:09"), 0x9011: .text("+02:00")],
            exchange: [1: .text("R03")])
        for length in 0..<block.count { _ = PhotoTags(block.prefix(length)) }
        var chance = Chance(3)
        for _ in 0..<3000 {
            var mutant = block
            for _ in 0..<4 {
                mutant[chance.below(mutant.count)] = UInt8(truncatingIfNeeded: chance.next() >> 20)
            }
            _ = PhotoTags(mutant[...])
        }
    }
}
