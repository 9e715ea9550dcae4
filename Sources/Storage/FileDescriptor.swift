internal import Domain
internal import Glibc

/// An open file or folder, closed when its one owner lets go.
struct FileDescriptor: ~Copyable, Sendable {
    let number: Int32

    init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// Gives the number to an owner who will close it.
    consuming func handOver() -> Int32 {
        let number = number
        discard self
        return number
    }

    /// Opens `name` below a folder, one part at a time, so that no folder on the way can be a link.
    static func open(_ name: PhotoName, below root: Int32, flags: Int32) throws(PhotoOpenError) -> Int32 {
        let parts = name.bytes.split(separator: 47, omittingEmptySubsequences: false)
        // Names come from our own listing; one with ".." in it comes from a database that was tampered with.
        let staysInside = parts.allSatisfy {
            !$0.isEmpty && !$0.elementsEqual([46]) && !$0.elementsEqual([46, 46])
        }
        guard let last = parts.last, staysInside, !name.bytes.contains(0) else { throw .vanished }
        var folder: Int32?
        defer { if let folder { close(folder) } }
        for part in parts.dropLast() {
            let next = try open(part, in: folder ?? root, flags: pathOnly | O_DIRECTORY)
            if let folder { close(folder) }
            folder = next
        }
        return try open(last, in: folder ?? root, flags: flags)
    }

    func status() throws(PhotoOpenError) -> stat {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw PhotoOpenError(systemError: errno) }
        return status
    }

    /// The first bytes of a file; fewer where it is shorter.
    func bytes(atMost limit: Int) throws(PhotoOpenError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        while true {
            let count = pread(number, &bytes, limit, 0)
            if count >= 0 { return Array(bytes.prefix(count)) }
            guard errno == EINTR else { throw PhotoOpenError(systemError: errno) }
        }
    }

    private static func open(
        _ part: ArraySlice<UInt8>, in folder: Int32, flags: Int32
    ) throws(PhotoOpenError) -> Int32 {
        let part = DiskPath(bytes: Array(part))
        let descriptor = part.withCString { openat(folder, $0, flags | O_NOFOLLOW | O_CLOEXEC) }
        guard descriptor >= 0 else { throw PhotoOpenError(systemError: errno) }
        return descriptor
    }
}

/// O_PATH, which the headers show to GNU programs only: to pass through a folder without reading it.
private let pathOnly: Int32 = 0o10_000_000
