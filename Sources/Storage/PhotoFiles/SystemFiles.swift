internal import Glibc

/// The file system itself.
package struct SystemFiles: FileLayer {
    package init() {}

    package func open(_ path: DiskPath, _ flags: Int32) throws(FileFault) -> Int32 {
        let descriptor = path.withCString { Glibc.open($0, flags | O_NOFOLLOW | O_CLOEXEC, 0o600) }
        guard descriptor >= 0 else { throw FileFault(errno) }
        return descriptor
    }

    package func write(
        _ bytes: UnsafeRawBufferPointer, to file: Int32, at offset: Int64
    ) throws(FileFault) -> Int {
        let count = pwrite(file, bytes.baseAddress, bytes.count, off_t(offset))
        guard count >= 0 else { throw FileFault(errno) }
        return count
    }

    package func read(
        into bytes: UnsafeMutableRawBufferPointer, from file: Int32, at offset: Int64
    ) throws(FileFault) -> Int {
        let count = pread(file, bytes.baseAddress, bytes.count, off_t(offset))
        guard count >= 0 else { throw FileFault(errno) }
        return count
    }

    package func truncate(_ file: Int32, to length: Int64) throws(FileFault) {
        try check(ftruncate(file, off_t(length)))
    }

    package func synchronise(_ file: Int32) throws(FileFault) { try check(fdatasync(file)) }

    package func synchronise(folder: DiskPath) throws(FileFault) {
        let descriptor = FileDescriptor(owning: try open(folder, O_RDONLY | O_DIRECTORY))
        try check(fsync(descriptor.number))
    }

    package func rename(_ path: DiskPath, to other: DiskPath) throws(FileFault) {
        try check(path.withCString { from in other.withCString { Glibc.rename(from, $0) } })
    }

    package func unlink(_ path: DiskPath) throws(FileFault) {
        try check(path.withCString { Glibc.unlink($0) })
    }

    package func makeFolder(_ path: DiskPath) throws(FileFault) {
        try check(path.withCString { mkdir($0, 0o700) })
    }

    package func removeFolder(_ path: DiskPath) throws(FileFault) {
        try check(path.withCString { rmdir($0) })
    }

    package func facts(of path: DiskPath) throws(FileFault) -> FileFacts? {
        var status = stat()
        let answer = path.withCString { lstat($0, &status) }
        if answer != 0 && errno == ENOENT { return nil }
        try check(answer)
        return FileFacts(status)
    }

    package func facts(of file: Int32) throws(FileFault) -> FileFacts {
        var status = stat()
        try check(fstat(file, &status))
        return FileFacts(status)
    }

    package func listing(of folder: DiskPath) throws(FileFault) -> FolderListing? {
        do throws(FileFault) {
            return try FolderListing(owning: open(folder, O_RDONLY | O_DIRECTORY))
        } catch {
            if error.number == ENOENT { return nil }
            throw error
        }
    }

    package func freeSpace(at folder: DiskPath) throws(FileFault) -> Int64 {
        var space = statvfs()
        try check(folder.withCString { statvfs($0, &space) })
        return Int64(
            clamping: UInt64(space.f_bavail).multipliedReportingOverflow(by: UInt64(space.f_frsize))
                .partialValue)
    }

    private func check(_ answer: Int32) throws(FileFault) {
        guard answer == 0 else { throw FileFault(errno) }
    }
}
