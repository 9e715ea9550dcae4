package import Domain
internal import Glibc

/// The right to write an index, held by one run at a time.
///
/// A lock of its own file, by `flock`: it ends with its owner however that ends, a file left behind means
/// nothing, and it cannot disturb SQLite's locks, which POSIX drops when anybody in the process closes the database.
package struct IndexLock: ~Copyable, Sendable {
    private let descriptor: Int32

    /// Takes the lock of the index at `path`, or tells who has it.
    package init(on path: DiskPath) throws(StorageError) {
        let file = path.with(ending: ".lock")
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let descriptor = file.withCString { open($0, flags, 0o600) }
        guard descriptor >= 0 else { throw StorageError(systemError: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isTaken = errno == EWOULDBLOCK
            let error =
                isTaken ? .inUse(process: Self.process(in: descriptor)) : StorageError(systemError: errno)
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        Self.sign(descriptor)
    }

    deinit { close(descriptor) }

    /// Leaves our number for the sentence that others read; the lock holds without it, so a full disk is no matter.
    private static func sign(_ descriptor: Int32) {
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0 else { return }
        _ = pwrite(descriptor, text, text.count, 0)
    }

    private static func process(in descriptor: Int32) -> Int32? {
        var text = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &text, text.count, 0)
        return Int32(
            String(decoding: text.prefix(max(0, count)).prefix { $0 >= 48 && $0 <= 57 }, as: UTF8.self))
    }
}
