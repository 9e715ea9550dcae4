package import Domain
internal import Glibc

/// A darkroom for tests that answers by what the file says: made-up photos are made-up texts.
package final class TableDarkroom: Developing {
    private let answer: @Sendable (String, DevelopOrder) async throws(DevelopError) -> Development

    package init(
        _ answer: @escaping @Sendable (String, DevelopOrder) async throws(DevelopError) -> Development
    ) {
        self.answer = answer
    }

    /// Develops every file into one face at place 0.
    package convenience init() {
        self.init { text, order in Self.development(of: text, order) }
    }

    package func develop(_ photo: OpenPhoto, order: DevelopOrder) async throws(DevelopError) -> Development {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = pread(photo.descriptor, &bytes, bytes.count, 0)
        return try await answer(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self), order)
    }

    /// One face, and renditions where they are ordered; the content hash comes from the text.
    package static func development(
        of text: String, _ order: DevelopOrder, faces: [Face] = [Sample.face()]
    ) -> Development {
        let seed = text.utf8.reduce(17) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF }
        return Development(
            facts: Sample.facts(seed), faces: faces, preview: order.wantsRenditions ? [1, 2, 3] : nil,
            thumbnail: order.wantsRenditions ? [4] : nil)
    }
}
