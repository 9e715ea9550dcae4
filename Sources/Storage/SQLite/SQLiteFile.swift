internal import Domain
internal import Glibc

/// The file of a database as the file system sees it, before and beside SQLite.
///
/// Nothing here opens a database that exists: closing it would drop the locks that SQLite holds on it
/// for the whole process, as POSIX has it.
enum SQLiteFile {
    /// Makes an empty file that only its owner may read, whatever the umask; leaves an existing one alone.
    ///
    /// SQLite gives its `-wal` and `-shm` files the permissions of the database.
    static func createIfMissing(_ path: DiskPath) throws(StorageError) {
        let descriptor = path.withCString {
            open($0, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0o600)
        }
        guard descriptor >= 0 else {
            guard errno == EEXIST else { throw StorageError(systemError: errno) }
            return
        }
        defer { close(descriptor) }
        guard fchmod(descriptor, 0o600) == 0 else { throw StorageError(systemError: errno) }
    }

    /// Refuses what cannot be a database: nothing, a folder, a device, or a link to who knows what.
    static func check(_ path: DiskPath) throws(StorageError) {
        var status = stat()
        guard path.withCString({ lstat($0, &status) }) == 0 else { throw StorageError(systemError: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notADatabase }
    }

    /// Refuses a file that could be read but not added to, before SQLite leaves anything beside it.
    static func checkWritable(_ path: DiskPath) throws(StorageError) {
        for place in [path, path.folder] {
            let answer = place.withCString { faccessat(AT_FDCWD, $0, R_OK | W_OK, AT_EACCESS) }
            guard answer == 0 else { throw StorageError(systemError: errno) }
        }
    }

    /// Whether there are changes beside the file that have not been moved into it.
    static func hasPendingChanges(_ path: DiskPath) -> Bool {
        var status = stat()
        return path.with(ending: "-wal").withCString { stat($0, &status) } == 0 && status.st_size > 0
    }

    /// Puts a finished file in the place of `target`, so that it survives a power cut.
    static func publish(_ finished: DiskPath, as target: DiskPath) throws(StorageError) {
        try synchronise(finished)
        let status = finished.withCString { from in target.withCString { rename(from, $0) } }
        guard status == 0 else { throw StorageError(systemError: errno) }
        try synchronise(target.folder)
    }

    /// Puts a finished file where there must be none yet.
    static func publish(_ finished: DiskPath, asNew target: DiskPath) throws(StorageError) {
        try synchronise(finished)
        // Unlike a rename it takes the place of nothing.
        let status = finished.withCString { from in target.withCString { link(from, $0) } }
        guard status == 0 else {
            throw errno == EEXIST ? StorageError.conflict : StorageError(systemError: errno)
        }
        try remove(finished)
        try synchronise(target.folder)
    }

    /// Waits for a lock of the folder that the file lies in, which ends with its owner and leaves nothing behind.
    static func lockFolder(of path: DiskPath) throws(StorageError) -> Int32 {
        let descriptor = path.folder.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw StorageError(systemError: errno) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let error = StorageError(systemError: errno)
                close(descriptor)
                throw error
            }
        }
        return descriptor
    }

    static func unlock(_ descriptor: Int32) { close(descriptor) }

    static func remove(_ path: DiskPath) throws(StorageError) {
        guard path.withCString({ unlink($0) }) == 0 || errno == ENOENT else {
            throw StorageError(systemError: errno)
        }
    }

    private static func synchronise(_ path: DiskPath) throws(StorageError) {
        let descriptor = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw StorageError(systemError: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StorageError(systemError: errno) }
    }
}
