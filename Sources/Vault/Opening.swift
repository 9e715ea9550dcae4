internal import Domain
internal import Glibc

/// Opens a ring with care, on a thread that may wait for the disk.
actor Opening {
    private let executor = QueueExecutor(label: "likeness.vault.opening")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func open(
        _ folder: String, _ source: MasterKeySource, _ mayBegin: Bool
    ) throws(VaultError) -> KeyRing {
        if mkdir(folder, 0o700) == 0 {
            // A ring that a power cut takes with its folder would take every face with it.
            try PrivateFile.synchroniseFolder(of: folder)
        } else if errno != EEXIST {
            throw PrivateFile.fault()
        }
        try PrivateFile.checkFolder(folder)
        let lock = try RingLock(folder)
        defer { lock.release() }
        let path = KeyRing.ring(in: folder)
        let stamp = RingStamp(path)
        guard let bytes = try PrivateFile.bytes(at: path, atMost: KeyRing.mostBytes) else {
            guard mayBegin else { throw .ringMissing }
            return try begin(folder, source)
        }
        let (master, content) = try Self.unwrap(bytes, source)
        return KeyRing(folder: folder, source: source, master: master, content: content, stamp: stamp)
    }

    private func begin(_ folder: String, _ source: MasterKeySource) throws(VaultError) -> KeyRing {
        let master: MasterKey
        if let key = try source.key() {
            master = key
        } else {
            guard case .file(let path) = source else { throw .masterKeyMissing }
            master = MasterKey()
            try master.withDigits { digits throws(VaultError) in try PrivateFile.put(digits, at: path) }
        }
        let path = KeyRing.ring(in: folder)
        try PrivateFile.put(RingFile.wrapped(RingContent(), master), at: path)
        return KeyRing(
            folder: folder, source: source, master: master, content: RingContent(), stamp: RingStamp(path))
    }

    /// Nil where there is no key on its way, or none that opens the ring.
    private static func unwrap(
        _ bytes: [UInt8], coming next: String
    ) throws(VaultError) -> (MasterKey, RingContent)? {
        do throws(VaultError) {
            guard let coming = try MasterKeySource.file(next).key() else { return nil }
            return (coming, try RingFile.opened(bytes, coming))
        } catch {
            switch error {
            case .wrongKey, .noMasterKey, .openToOthers: return nil
            default: throw error
            }
        }
    }

    /// A rotation may have been interrupted: then two keys are there, and one of them opens the ring.
    static func unwrap(
        _ bytes: [UInt8], _ source: MasterKeySource
    ) throws(VaultError) -> (MasterKey, RingContent) {
        guard case .file(let path) = source else {
            guard let key = try source.key() else { throw .masterKeyMissing }
            return (key, try RingFile.opened(bytes, key))
        }
        let next = KeyRing.next(path)
        if let (coming, content) = try unwrap(bytes, coming: next) {
            try PrivateFile.move(next, to: path)
            return (coming, content)
        }
        guard let key = try source.key() else { throw .masterKeyMissing }
        let content = try RingFile.opened(bytes, key)
        try PrivateFile.remove(next)
        return (key, content)
    }
}
