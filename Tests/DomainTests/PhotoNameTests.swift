import Domain
import Testing

@Suite("Photo name") struct PhotoNameTests {
    @Test(
        "is shown as it is where it is text, and escaped where it is not",
        arguments: [
            (Array("day 1/Zoë 写真.jpg".utf8), "day 1/Zoë 写真.jpg"),
            (Array("a\nb".utf8), "a\\x0Ab"),
            (Array("back\\slash".utf8), "back\\\\slash"),
            ([0x61, 0xFF, 0x62], "a\\xFFb"),
            ([0xE2, 0x80, 0xAE, 0x67], "\\xE2\\x80\\xAEg"),
            ([0xC3], "\\xC3"),
            ([0xF0, 0x9F, 0x98, 0x80], "😀"),
            ([0x7F, 0x1B], "\\x7F\\x1B"),
        ] as [([UInt8], String)])
    func shows(bytes: [UInt8], text: String) {
        #expect(PhotoName(bytes: bytes).text == text)
    }

    @Test("loses nothing: the bytes can be read back from the text")
    func lossless() {
        var random = Steps(state: 7)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                // Mostly bytes with a part in UTF-8 or in the escaping.
                Bool.random(using: &random)
                    ? UInt8.random(in: 0...255, using: &random)
                    : [0x5C, 0x78, 0x30, 0x41, 0xC3, 0xA9, 0xE2, 0x80, 0x8B, 0xF0, 0x9F, 0x98].randomElement(
                        using: &random) ?? 0
            }
            #expect(Self.bytes(of: PhotoName(bytes: bytes).text) == bytes)
        }
    }

    @Test("never prints a control character")
    func printable() {
        for byte in UInt8.min...UInt8.max {
            let text = PhotoName(bytes: [byte]).text
            #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
        }
    }

    @Test(
        "tells its ending",
        arguments: [
            ("a/b.JPG", "jpg"), ("a.b/c", ""), (".hidden", ""), ("a.tar.gz", "gz"), ("a.", ""), ("", ""),
        ])
    func ending(name: String, ending: String) {
        #expect(PhotoName(name).ending == ending)
    }

    @Test("is ordered by its bytes")
    func order() {
        let names = [[0xFF], [0x61, 0x62], [0x61], [], [0x5A]].map { PhotoName(bytes: $0) }
        #expect(names.sorted().map(\.bytes) == [[], [0x5A], [0x61], [0x61, 0x62], [0xFF]])
    }

    /// The way back, as a reader of the JSON would write it.
    private static func bytes(of text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let next = rest.popFirst() {
            if next != 0x5C {
                bytes.append(next)
            } else if rest.popFirst() == 0x78 {
                bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(0x5C)
            }
        }
        return bytes
    }
}

/// Numbers that look random and are the same in every run.
struct Steps: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ state >> 29) &* 0x9E37_79B9_7F4A_7C15
    }
}
