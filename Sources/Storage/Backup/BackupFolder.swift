internal import Digests
internal import Domain
internal import Glibc

/// The files of a backup in an ordinary folder, written so that they outlive the machine.
actor BackupFolder {
    private let root: DiskPath
    private let executor = QueueExecutor(label: "likeness.backup")
    private var foldersMade: Set<String> = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ root: DiskPath) { self.root = root }

    static func exists(_ path: DiskPath) -> Bool {
        var status = stat()
        return path.withCString { lstat($0, &status) } == 0
    }

    func make() throws(StorageError) {
        guard root.withCString({ mkdir($0, 0o700) }) == 0 else { throw StorageError(systemError: errno) }
    }

    /// Writes a file piece by piece, and tells its size and sum.
    func write(
        _ name: String, _ nextPiece: @Sendable (Int64) async throws(StorageError) -> [UInt8]
    ) async throws(StorageError) -> BackupManifest.Entry {
        try makeFolders(of: name)
        let path = root.inside(name)
        let descriptor = path.withCString {
            Glibc.open($0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        }
        guard descriptor >= 0 else { throw StorageError(systemError: errno) }
        defer { close(descriptor) }
        var sum = SHA256()
        var offset: Int64 = 0
        while case let piece = try await nextPiece(offset), !piece.isEmpty {
            try Self.write(piece, to: descriptor, at: offset)
            piece.withUnsafeBytes { sum.update($0) }
            offset += Int64(piece.count)
        }
        guard fsync(descriptor) == 0 else { throw StorageError(systemError: errno) }
        return BackupManifest.Entry(name: name, sizeInBytes: offset, sha256: sum.finish())
    }

    func remove(_ name: String) throws(StorageError) {
        guard root.inside(name).withCString({ unlink($0) }) == 0 || errno == ENOENT else {
            throw StorageError(systemError: errno)
        }
    }

    /// Size and sum of a file; absent where there is none.
    func entry(_ name: String) throws(StorageError) -> BackupManifest.Entry? {
        guard let file = try open(name) else { return nil }
        defer { close(file) }
        var sum = SHA256()
        var offset: Int64 = 0
        while case let piece = try Self.read(file, at: offset), !piece.isEmpty {
            piece.withUnsafeBytes { sum.update($0) }
            offset += Int64(piece.count)
        }
        return BackupManifest.Entry(name: name, sizeInBytes: offset, sha256: sum.finish())
    }

    /// A piece of a file; empty at its end.
    func piece(of name: String, at offset: Int64) throws(StorageError) -> [UInt8] {
        guard let file = try open(name) else { throw .missing }
        defer { close(file) }
        return try Self.read(file, at: offset)
    }

    /// Gives the finished folder its name.
    func publish(as target: DiskPath) throws(StorageError) {
        for folder in foldersMade.sorted(by: >) { try Self.synchronise(root.inside(folder)) }
        try Self.synchronise(root)
        guard root.withCString({ from in target.withCString { rename(from, $0) } }) == 0 else {
            throw StorageError(systemError: errno)
        }
        try Self.synchronise(target.folder)
    }

    private func makeFolders(of name: String) throws(StorageError) {
        let parts = name.split(separator: "/").dropLast()
        for count in 0..<parts.count {
            let folder = parts[...count].joined(separator: "/")
            guard foldersMade.insert(folder).inserted else { continue }
            guard root.inside(folder).withCString({ mkdir($0, 0o700) }) == 0 || errno == EEXIST else {
                throw StorageError(systemError: errno)
            }
        }
    }

    private func open(_ name: String) throws(StorageError) -> Int32? {
        let isInside = name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && $0 != "." && $0 != ".."
        }
        guard isInside else { throw .damaged }
        let file = root.inside(name).withCString {
            Glibc.open($0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        }
        guard file >= 0 else {
            guard [ENOENT, ENOTDIR, ELOOP].contains(errno) else { throw StorageError(systemError: errno) }
            return nil
        }
        return file
    }

    private static let lengthOfPiece = 1 << 20

    private static func read(_ file: Int32, at offset: Int64) throws(StorageError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: lengthOfPiece)
        while true {
            let count = pread(file, &bytes, bytes.count, off_t(offset))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw StorageError(systemError: errno) }
            return count == bytes.count ? bytes : Array(bytes.prefix(count))
        }
    }

    private static func write(_ piece: [UInt8], to file: Int32, at offset: Int64) throws(StorageError) {
        var written = 0
        while written < piece.count {
            let count = piece.withUnsafeBytes { buffer in
                pwrite(
                    file, buffer.baseAddress.map { $0 + written }, buffer.count - written,
                    off_t(offset) + off_t(written))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw StorageError(systemError: errno) }
            written += count
        }
    }

    private static func synchronise(_ folder: DiskPath) throws(StorageError) {
        let descriptor = folder.withCString { Glibc.open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw StorageError(systemError: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StorageError(systemError: errno) }
    }
}
