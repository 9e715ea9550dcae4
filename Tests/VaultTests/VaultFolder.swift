import Domain
import TestSupport
import Vault

/// A folder of keys for one test.
struct VaultFolder {
    let scratch: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
        try scratch.makeFolder("keys")
    }

    var path: String { scratch.path(of: "keys") }
    var file: MasterKeySource { .file(path + "/master.key") }

    func open(
        _ source: MasterKeySource? = nil, mayBegin: Bool = true
    ) async throws(VaultError) -> KeyRing {
        try await KeyRing.open(folder: path, master: source ?? file, mayBegin: mayBegin)
    }
}

/// Reproducible vectors of the length that a model's have.
func vector(_ seed: UInt64, _ dimension: Int) -> FaceVector {
    var random = SeededGenerator(seed: seed)
    return FaceVector(
        (0..<dimension).map { _ in Float(Int64(bitPattern: random.next() >> 11)) / Float(1 << 52) - 1 })
}
