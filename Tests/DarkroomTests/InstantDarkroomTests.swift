import Domain
import TestSupport
import Testing

@testable import Darkroom

@Suite("Instant darkroom")
struct InstantDarkroomTests {
    @Test("answers from its table, by bytes before size, and remembers what was ordered")
    func answers() async throws {
        let folder = try ScratchFolder()
        try folder.write("a", [1, 2, 3])
        try folder.write("b", [3, 2, 1])
        try folder.write("c", [1])
        let darkroom = InstantDarkroom(otherwise: .failure(.crashed))
        let first = Self.development(width: 1)
        let second = Self.development(width: 2)
        darkroom.teach([1, 2, 3], .success(first))
        darkroom.teach(sizeInBytes: 3, .success(second))
        let order = DevelopOrder(purpose: .photo(.fast), wantsRenditions: true)
        func develop(_ name: String, _ order: DevelopOrder) async throws(DevelopError) -> Development {
            guard let photo = try? Workplace.open(folder.path(of: name)) else { throw .crashed }
            return try await darkroom.develop(photo, order: order)
        }
        #expect(try await develop("a", order) == first)
        #expect(try await develop("b", order) == second)
        await #expect(throws: DevelopError.crashed) { try await develop("c", order) }
        let bare = DevelopOrder(purpose: .selfie, wantsRenditions: false)
        #expect(try await develop("a", bare).preview == nil)
        #expect(darkroom.orders == [order, order, order, bare])
    }

    private static func development(width: Int) -> Development {
        Development(
            facts: PictureFacts(
                format: .jpeg, width: width, height: 1, sizeInBytes: 3, takenAt: nil, camera: Camera(),
                contentHash: String(repeating: "0", count: 64),
                perceptualHash: String(repeating: "0", count: 16),
                profile: "sRGB"),
            faces: [], preview: [1], thumbnail: [2])
    }
}
