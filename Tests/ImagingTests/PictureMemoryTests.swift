internal import Domain
internal import Glibc
internal import Testing

@testable internal import Imaging

@Suite("Memory of pictures", .serialized) struct PictureMemoryTests {
    @Test("do not grow with the number of pictures")
    func memory() throws {
        let picture = TestPicture.noise(200, 150)
        let files = try PictureFormat.allCases.map { try TestPicture.file($0, picture) }
        func round() throws {
            for file in files {
                let negative = try negative(file)
                _ = negative.reduced(toFit: 100)
                _ = negative.patch(Similarity(a: 0.5, b: 0, tx: 0, ty: 0), side: 112)
                _ = try negative.renditions()
                _ = try? ImagingTests.negative(Array(file.prefix(file.count / 2)))
            }
        }
        for _ in 0..<5 { try round() }
        // A picture that is never freed would show in each window: 96 of 90 KB and more, or 2,000 pages.
        var least = Int.max
        for _ in 0..<5 {
            let before = Self.residentPages()
            for _ in 0..<8 { try round() }
            least = min(least, Self.residentPages() - before)
        }
        #expect(least < 300)
    }

    private static func residentPages() -> Int {
        let descriptor = open("/proc/self/statm", O_RDONLY)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = read(descriptor, &bytes, bytes.count)
        let fields = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? Int(fields[1]) ?? 0 : 0
    }
}
