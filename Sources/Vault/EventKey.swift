internal import CSodium
internal import Domain
internal import Synchronization

/// The key of one event: one part seals, another decides how vectors are turned.
final class EventKey: VectorKey, CustomStringConvertible, CustomReflectable {
    private let event: EventID
    private let sealing: SecretBytes
    private let turning: SecretBytes
    private let turns = Mutex<[Int: VectorTurn]>([:])

    /// The form of sealed vectors that this program writes.
    private static let version: UInt8 = 1

    init(_ event: EventID, secret: SecretBytes) {
        self.event = event
        sealing = Self.part(1, of: secret)
        turning = Self.part(2, of: secret)
    }

    func seal(_ vector: FaceVector, of face: FaceID, pack: String) -> [UInt8] {
        var plain = turned(vector).values.flatMap { value in
            withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
        }
        defer { wipe(&plain) }
        return [Self.version] + SealedBox.seal(plain, sealing, context: context(face, pack))
    }

    func open(_ sealed: [UInt8], of face: FaceID, pack: String) throws(VaultError) -> FaceVector {
        guard let version = sealed.first, version == Self.version else { throw .damaged }
        guard var plain = SealedBox.open(sealed.dropFirst(), sealing, context: context(face, pack)),
            plain.count.isMultiple(of: 4)
        else { throw .damaged }
        defer { wipe(&plain) }
        return FaceVector(
            plain.withUnsafeBytes { buffer in
                stride(from: 0, to: buffer.count, by: 4).map { place in
                    Float(
                        bitPattern: UInt32(
                            littleEndian: buffer.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
                }
            })
    }

    func turned(_ vector: FaceVector) -> FaceVector { turn(vector.values.count)?.turned(vector) ?? vector }

    func turnedBack(_ vector: FaceVector) -> FaceVector {
        turn(vector.values.count)?.turnedBack(vector) ?? vector
    }

    var description: String { "key of an event" }
    var customMirror: Mirror { Mirror(self, children: []) }

    /// What a sealed vector is bound to: moved to another row, event or pack it does not open.
    private func context(_ face: FaceID, _ pack: String) -> [UInt8] {
        [Self.version] + event.bytes + face.bytes + Array(pack.utf8)
    }

    /// Made when a dimension is first met; nil for no dimension at all.
    private func turn(_ dimension: Int) -> VectorTurn? {
        guard dimension > 0 else { return nil }
        return turns.withLock { turns in
            if let turn = turns[dimension] { return turn }
            let turn = VectorTurn(dimension, key: turning)
            turns[dimension] = turn
            return turn
        }
    }

    private static func part(_ number: UInt64, of secret: SecretBytes) -> SecretBytes {
        SecretBytes(count: 32) { part in
            _ = secret.withBytes { secret in
                crypto_kdf_derive_from_key(part, 32, number, "likeness", secret)
            }
        }
    }
}
