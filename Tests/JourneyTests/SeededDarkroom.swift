import Digests
import Domain
import Glibc
import TestSupport

/// A darkroom that finds on every photo what its bytes decide: always the same, at once, without networks.
struct SeededDarkroom: Developing {
    /// Hears of each photo before it is looked at.
    var watch: @Sendable () -> Void = {}

    func develop(_ photo: OpenPhoto, order: DevelopOrder) async throws(DevelopError) -> Development {
        watch()
        var bytes = [UInt8](repeating: 0, count: Int(photo.stamp.sizeInBytes))
        guard pread(photo.descriptor, &bytes, bytes.count, 0) == bytes.count else { throw .changedWhileRead }
        return try Self.development(of: bytes)
    }

    static func development(of bytes: [UInt8]) throws(DevelopError) -> Development {
        let hash = SHA256.of(bytes)
        var random = SeededGenerator(seed: UInt64(hash.prefix(15), radix: 16) ?? 0)
        // One in nine cannot be opened, one in four of the others shows nobody.
        guard random.next() % 9 != 0 else { throw .unreadable(.damaged) }
        let faces = (0..<Int(random.next() % 4)).map { place in
            var face = Sample.face()
            face.box = Box(x: Double(place) * 200, y: Double(random.next() % 500), width: 90, height: 110)
            face.vector = FaceVector(
                (0..<16).map { _ in Float(Int64(bitPattern: random.next()) % 1000) / 1000 })
            return face
        }
        var facts = Sample.facts()
        facts.contentHash = hash
        return Development(
            facts: facts, faces: faces, preview: [UInt8](repeating: 1, count: 300),
            thumbnail: [UInt8](repeating: 2, count: 30))
    }
}
