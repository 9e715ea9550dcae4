internal import Domain
internal import Testing

@testable internal import Imaging

@Suite("File kind") struct FileKindTests {
    @Test("is every picture's format, by its content", arguments: PictureFormat.allCases)
    func pictures(_ format: PictureFormat) throws {
        let head = Array(try TestPicture.file(format, TestPicture.waves(64, 64)).prefix(FileKind.headLength))
        for name in ["a.jpg", "a.mov", "noending", "a.xmp"] {
            #expect(FileKind.of(head: head, name: PhotoName(name)) == .picture(format))
        }
    }

    @Test(
        "is raw for cameras' own files",
        arguments: [
            ("a.cr2", "II*\u{0}\u{10}\u{0}\u{0}\u{0}CR"), ("a.raf", "FUJIFILMCCD-RAW "), ("a.x3f", "FOVb"),
            ("a.orf", "IIRO"), ("a.rw2", "IIU\u{0}"), ("a.crw", "II\u{1A}\u{0}\u{0}\u{0}HEAPCCDR"),
            ("a.cr3", "\u{0}\u{0}\u{0}\u{18}ftypcrx \u{0}\u{0}\u{0}\u{1}crx isom"),
            ("a.nef", "MM\u{0}*\u{0}\u{0}\u{0}\u{8}"),
            ("a.mrw", "\u{0}MRM"),
        ])
    func raw(_ name: String, _ head: String) {
        #expect(
            FileKind.of(head: Array(head.unicodeScalars.map { UInt8($0.value) }), name: PhotoName(name))
                == .raw)
    }

    @Test("is raw for TIFF files with raw contents, whatever their name")
    func tags() {
        func kind(_ extra: [(Int, Int)], photometric: Int = 2) -> FileKind {
            let file = TestTIFF.file(
                width: 2, height: 2, pixels: [UInt8](repeating: 0, count: 12), photometric: photometric,
                extra: extra.map { (tag: $0.0, value: $0.1) })
            return FileKind.of(head: file, name: PhotoName("scan.tif"))
        }
        #expect(kind([]) == .picture(.tiff))
        #expect(kind([], photometric: 32803) == .raw)
        #expect(kind([(0xC612, 0x0401)]) == .raw)
        #expect(kind([(0x00FE, 1), (0x010F, 8), (0x014A, 500)]) == .raw)
        // A developed picture names its camera too.
        #expect(kind([(0x010F, 8)]) == .picture(.tiff))
    }

    @Test(
        "is video for films",
        arguments: [
            "\u{0}\u{0}\u{0}\u{14}ftypqt  \u{0}\u{0}\u{0}\u{0}qt  ",
            "\u{0}\u{0}\u{0}\u{18}ftypmp42\u{0}\u{0}\u{0}\u{0}isommp42",
            "\u{0}\u{0}\u{0}\u{8}moovabcdefgh", "RIFF....AVI LIST", "\u{1A}E\u{DF}\u{A3}...",
            "\u{0}\u{0}\u{1}\u{BA}....",
        ])
    func video(_ head: String) {
        let bytes = head.unicodeScalars.map { UInt8($0.value) }
        #expect(FileKind.of(head: bytes, name: PhotoName("photo.jpg")) == .video)
    }

    @Test("is a sidecar by name where the content is no picture, and for a film's cover always")
    func sidecars() throws {
        for name in ["a.xmp", "b.AAE", "c.pp3", "d.dop"] {
            #expect(FileKind.of(head: Array("anything".utf8), name: PhotoName(name)) == .sidecar)
        }
        #expect(FileKind.of(head: Array("<x:xmpmeta xmlns:x=".utf8), name: PhotoName("a")) == .sidecar)
        let cover = try TestPicture.jpeg(TestPicture.waves(16, 16))
        #expect(FileKind.of(head: cover, name: PhotoName("MVI_0001.THM")) == .sidecar)
    }

    @Test("is text, empty or unknown otherwise")
    func others() {
        #expect(FileKind.of(head: [], name: PhotoName("a.jpg")) == .empty)
        #expect(FileKind.of(head: Array("Guten Tag, schöne Grüße\n".utf8), name: PhotoName("a.jpg")) == .text)
        #expect(FileKind.of(head: Array("GIF89a".utf8) + [0, 1, 2], name: PhotoName("a.gif")) == .unknown)
        #expect(FileKind.of(head: [0, 1, 2, 3], name: PhotoName("a.jpg")) == .unknown)
        let cut = [UInt8](repeating: 65, count: FileKind.headLength - 1) + [0xC3]
        #expect(FileKind.of(head: cut, name: PhotoName("a.txt")) == .text)
    }

    @Test("never trips over a short or hostile head")
    func hostile() throws {
        var chance = Chance(9)
        let heads = try PictureFormat.allCases.map { try TestPicture.file($0, TestPicture.waves(16, 16)) }
        for head in heads {
            for length in 0..<min(200, head.count) {
                _ = FileKind.of(head: Array(head.prefix(length)), name: PhotoName("a"))
            }
            for _ in 0..<300 {
                var mutant = Array(head.prefix(400))
                for _ in 0..<5 {
                    mutant[chance.below(min(60, mutant.count))] = UInt8(
                        truncatingIfNeeded: chance.next() >> 30)
                }
                _ = FileKind.of(head: mutant, name: PhotoName("a"))
            }
        }
    }
}
