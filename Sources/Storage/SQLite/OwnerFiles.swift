internal import Domain
internal import Glibc

/// The locks of dispatchers over one database file: a locked file each, beside the database.
///
/// By `flock`, as `IndexLock`: it ends with its owner however that ends, and a file left behind means nothing.
actor OwnerFiles {
    private let folder: DiskPath
    private let executor = QueueExecutor(label: "likeness.owners")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ database: DiskPath) { folder = database.with(ending: ".owners") }

    func hold(_ owner: OwnerID) throws(StorageError) -> any OwnerLock {
        guard folder.withCString({ mkdir($0, 0o700) }) == 0 || errno == EEXIST else {
            throw StorageError(systemError: errno)
        }
        let file = folder.inside(owner.text)
        let descriptor = file.withCString { open($0, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600) }
        guard descriptor >= 0 else { throw StorageError(systemError: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let error: StorageError =
                errno == EWOULDBLOCK ? .inUse(process: nil) : StorageError(systemError: errno)
            close(descriptor)
            throw error
        }
        return OwnerFile(descriptor, file)
    }

    func isAlive(_ owner: OwnerID) throws(StorageError) -> Bool {
        let file = folder.inside(owner.text)
        let descriptor = file.withCString { open($0, O_RDWR | O_NOFOLLOW | O_CLOEXEC) }
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw StorageError(systemError: errno) }
            return false
        }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw StorageError(systemError: errno) }
            return true
        }
        // Whoever had it is dead, and its number never comes again.
        _ = file.withCString { unlink($0) }
        return false
    }
}

/// The lock that this process holds.
private actor OwnerFile: OwnerLock {
    private var descriptor: Int32?
    private let file: DiskPath

    init(_ descriptor: Int32, _ file: DiskPath) {
        self.descriptor = descriptor
        self.file = file
    }

    deinit { if let descriptor { close(descriptor) } }

    var isHeld: Bool { descriptor != nil }

    func release() {
        guard let descriptor else { return }
        _ = file.withCString { unlink($0) }
        close(descriptor)
        self.descriptor = nil
    }
}
