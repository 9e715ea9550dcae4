import Domain
import Glibc
import TestSupport
import Testing

@testable import Darkroom

@Suite("Darkroom over time", .enabled(if: Product.executable != nil, "needs the program beside the tests"))
struct SoakTests {
    @Test("keeps neither memory nor files of the photos it has seen", .timeLimit(.minutes(10)))
    func doesNotGrow() async throws {
        let workplace = try await Workplace()
        let order = DevelopOrder(purpose: .photo(.fast), wantsRenditions: true)
        let photos = try (0..<8).map { number in
            try workplace.photo(
                try MadePhoto.jpeg(width: 160 + number * 16, height: 120, seed: number),
                named: "\(number).jpg")
        }
        let broken = try workplace.photo(Array("no picture".utf8), named: "broken.jpg")
        try await workplace.withDarkroom { darkroom in
            func round() async throws {
                for photo in photos { _ = try await darkroom.develop(photo, order: order) }
                await #expect(throws: DevelopError.self) { try await darkroom.develop(broken, order: order) }
            }
            for _ in 0..<5 { try await round() }
            let child = try #require(darkroom.processNumbers.first)
            let memory = Self.residentPages(of: child)
            let files = Self.openFiles(of: child)
            for _ in 0..<30 { try await round() }
            #expect(darkroom.processNumbers.first == child)
            // Less than one such picture in 240 would leave behind.
            #expect(Self.residentPages(of: child) - memory < 1500, "pages of 4 KB after 240 photos")
            #expect(Self.openFiles(of: child) == files)
        }
        #expect(workplace.notes.all.isEmpty)
    }

    private static func residentPages(of process: pid_t) -> Int {
        let descriptor = open("/proc/\(process)/statm", O_RDONLY)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = read(descriptor, &bytes, bytes.count)
        let numbers = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
        return numbers.count > 1 ? Int(numbers[1]) ?? 0 : 0
    }

    /// How many files the process has open; nil where only root may look.
    private static func openFiles(of process: pid_t) -> Int? {
        guard let folder = opendir("/proc/\(process)/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return count
    }
}
