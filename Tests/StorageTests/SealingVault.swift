import Domain
import TestSupport

/// A vault whose seals cannot be read by eye, or one that refuses.
actor SealingVault: VectorSealing {
    private let within = MemoryVault()
    private let refusal: VaultError?

    init(refusing refusal: VaultError? = nil) { self.refusal = refusal }

    func prepare(_ event: EventID) async throws(VaultError) { try await within.prepare(event) }

    func key(of event: EventID) async throws(VaultError) -> any VectorKey {
        if let refusal { throw refusal }
        return SealingKey(within: try await within.key(of: event))
    }
}

/// The key that binds, with every byte turned over.
private struct SealingKey: VectorKey {
    let within: any VectorKey

    func seal(_ vector: FaceVector, of face: FaceID, pack: String) -> [UInt8] {
        within.seal(vector, of: face, pack: pack).map { $0 ^ 0xA5 }
    }

    func open(_ sealed: [UInt8], of face: FaceID, pack: String) throws(VaultError) -> FaceVector {
        try within.open(sealed.map { $0 ^ 0xA5 }, of: face, pack: pack)
    }

    func turned(_ vector: FaceVector) -> FaceVector { vector }

    func turnedBack(_ vector: FaceVector) -> FaceVector { vector }
}
