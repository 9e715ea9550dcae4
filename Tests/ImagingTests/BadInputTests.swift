internal import Domain
internal import Glibc
internal import Testing

@testable internal import Imaging

@Suite("Bad input") struct BadInputTests {
    @Test("of nothing, of text and of other things is named")
    func notPictures() {
        #expect(reason([]) == .unreadable(.empty))
        #expect(reason(Array("This is a letter, not a photo.\n".utf8)) == .unreadable(.notAPicture))
        #expect(reason([UInt8](repeating: 0, count: 5000)) == .unreadable(.notAPicture))
        #expect(
            reason(Array("<svg xmlns=\"http://www.w3.org/2000/svg\"/>".utf8)) == .unreadable(.notAPicture))
        #expect(reason(Array("GIF89a".utf8) + [1, 0, 1, 0, 0, 0, 0]) == .unreadable(.notAPicture))
        #expect(reason(Array("FUJIFILMCCD-RAW 0201".utf8)) == .unreadable(.unsupported))
        #expect(reason([0xFF, 0xD8, 0xFF]) == .unreadable(.truncated))
    }

    @Test("cut short is called truncated, wherever it is cut", arguments: PictureFormat.allCases)
    func truncated(_ format: PictureFormat) throws {
        let file = try TestPicture.file(format, TestPicture.noise(96, 80))
        for part in [0.999, 0.9, 0.5, 0.25] {
            let cut = Array(file.prefix(Int(Double(file.count - 2) * part)))
            #expect(reason(cut) == .unreadable(.truncated), "\(format) cut to \(part)")
        }
    }

    @Test("cut short in a progressive JPEG is noticed at every length")
    func progressive() throws {
        let file = try TestPicture.jpeg(TestPicture.noise(64, 64), quality: 60, progressive: true)
        for length in stride(from: 700, to: file.count - 2, by: 97) {
            #expect(
                reason(Array(file.prefix(length))) == .unreadable(.truncated), "\(length) of \(file.count)")
        }
    }

    @Test("in a JPEG that lost nothing but its end mark, or has strays and a tail, is forgiven")
    func harmless() throws {
        let file = try TestPicture.jpeg(TestPicture.waves(64, 64))
        let body = Array(file.dropLast(2))
        for variant in [body, body + [0, 0, 0xFF, 0xD9], file + [UInt8](repeating: 7, count: 5000)] {
            #expect(reason(variant) == nil)
        }
    }

    @Test("inside a JPEG's data is called damaged")
    func damaged() throws {
        var file = try TestPicture.jpeg(TestPicture.noise(200, 200))
        file.replaceSubrange(file.count / 2..<file.count / 2 + 400, with: [UInt8](repeating: 0, count: 400))
        #expect(reason(file) == .unreadable(.damaged))
    }

    @Test("at random never does worse than throw", arguments: PictureFormat.allCases)
    func mutations(_ format: PictureFormat) throws {
        let file = try TestPicture.file(format, TestPicture.waves(48, 40))
        var chance = Chance(UInt64(file.count))
        var refused = 0
        for round in 0..<150 {
            var mutant = file
            switch round % 3 {
            case 0:
                for _ in 0...chance.below(8) {
                    mutant[chance.below(mutant.count)] ^= 1 << UInt8(chance.below(8))
                }
            case 1:
                let start = chance.below(mutant.count)
                let end = min(mutant.count, start + 1 + chance.below(60))
                for index in start..<end { mutant[index] = UInt8(truncatingIfNeeded: chance.next() >> 40) }
            default:
                mutant.removeSubrange(
                    chance.below(mutant.count / 2)..<mutant.count / 2 + chance.below(mutant.count / 2))
            }
            refused += use(mutant) ? 0 : 1
        }
        #expect(refused > 20)
    }

    @Test("with impossible sizes is refused by its header")
    func bombs() throws {
        var png = try TestPicture.file(.png, TestPicture.waves(16, 16))
        png.replaceSubrange(16..<24, with: TestExif.bigEndian(60_000) + TestExif.bigEndian(60_000))
        png.replaceSubrange(29..<33, with: TestExif.bigEndian(TestExif.checksum(Array(png[12..<29]))))
        #expect(reason(png) == .tooLarge(.pixels))
        var jpeg = try TestPicture.jpeg(TestPicture.waves(16, 16))
        let frame = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
        jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
        #expect(reason(jpeg) == .tooLarge(.pixels))
        let tiff = TestTIFF.file(width: 60_000, height: 60_000, pixels: [1, 2, 3])
        #expect(reason(tiff) == .tooLarge(.pixels))
    }

    @Test("beyond the configured limits is refused")
    func limits() throws {
        var limits = Limits()
        limits.pixels = 99
        for format in PictureFormat.allCases {
            let file = try TestPicture.file(format, TestPicture.waves(64, 64))
            #expect(reason(file, limits) == .tooLarge(.pixels))
        }
    }

    @Test("in a TIFF chain without end does not hang")
    func chains() throws {
        let pixels = TestPicture.waves(8, 8).bytes
        var loop = TestTIFF.file(width: 8, height: 8, pixels: pixels, next: 8)
        #expect(reason(loop) == nil)
        TIFFStructure.cutChain(&loop)
        #expect(loop == TestTIFF.file(width: 8, height: 8, pixels: pixels))
        // Sixty thousand directories, each a copy of the first but for its successor.
        var long = TestTIFF.file(width: 8, height: 8, pixels: pixels, next: 0)
        let directory = Array(long[8..<8 + 2 + 12 * 11])
        long.replaceSubrange(8 + directory.count..<12 + directory.count, with: little(long.count))
        for _ in 0..<60_000 { long += directory + little(long.count + directory.count + 4) }
        #expect(reason(long) == nil)
    }

    @Test("in EXIF of the greatest size does no harm")
    func hugeExif() throws {
        var block = TestExif.block([0x010F: .text("Canon")])
        block += [UInt8](repeating: 0xAA, count: 65_500 - block.count)
        block[8] = 0xFF
        block[9] = 0xFF
        var file = try TestPicture.jpeg(TestPicture.waves(32, 32))
        for _ in 0..<40 { file = TestExif.inserted(block, intoJPEG: file) }
        #expect(reason(file) == nil)
    }

    @Test("in a JPEG with scans without end is refused")
    func scans() throws {
        var file = try TestPicture.jpeg(TestPicture.waves(32, 32), progressive: true)
        let scan = try #require(
            file.indices.last { file[$0] == 0xFF && file[$0 + 1 < file.count ? $0 + 1 : $0] == 0xDA })
        let last = Array(file[scan..<file.count - 2])
        file.removeLast(2)
        for _ in 0..<300 { file += last }
        #expect(reason(file + [0xFF, 0xD9]) == .unreadable(.damaged))
    }

    /// Decodes and uses everything; whether it opened.
    private func use(_ file: [UInt8]) -> Bool {
        do {
            let negative = try negative(file)
            _ = negative.reduced(toFit: 20)
            _ = negative.patch(Similarity(a: 0.4, b: 0.1, tx: 5, ty: 5), side: 32)
            _ = try negative.renditions()
            return true
        } catch {
            return false
        }
    }

    private func reason(_ file: [UInt8], _ limits: Limits = Limits()) -> PictureError? {
        do {
            _ = try negative(file, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    private func little(_ number: Int) -> [UInt8] { TestExif.bigEndian(number).reversed() }
}
