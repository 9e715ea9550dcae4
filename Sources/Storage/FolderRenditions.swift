package import Domain
internal import Glibc

/// Previews and thumbnails in a folder, as `HASH-preview.jpg` and `HASH-thumbnail.jpg`.
///
/// They are copies that can be made again, so they are not forced to the disk, and their permissions are
/// what the user's umask says.
package actor FolderRenditions: RenditionKeeping {
    private let folder: DiskPath
    private let executor = QueueExecutor(label: "likeness.renditions")

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Makes the folder where it is missing, and marks it, so that an index of the folder around it leaves the
    /// copies out.
    package init(_ path: DiskPath) throws(StorageError) {
        folder = path
        let answer = path.withCString { mkdir($0, 0o777) }
        guard answer == 0 || errno == EEXIST else { throw StorageError(systemError: errno) }
        var status = stat()
        guard path.withCString({ stat($0, &status) }) == 0 else { throw StorageError(systemError: errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .notAFolder }
        let mark = path.inside(FolderWalk.ownFolderMark)
        let descriptor = mark.withCString { open($0, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o666) }
        guard descriptor >= 0 else { throw StorageError(systemError: errno) }
        close(descriptor)
    }

    package func holds(_ contentHash: String) throws(StorageError) -> Bool {
        for kind in RenditionKind.allCases {
            let path = folder.inside(try name(of: kind, contentHash))
            guard path.withCString({ access($0, F_OK) }) == 0 else { return false }
        }
        return true
    }

    package func keep(preview: [UInt8], thumbnail: [UInt8], of contentHash: String) throws(StorageError) {
        try write(preview, as: name(of: .preview, contentHash))
        try write(thumbnail, as: name(of: .thumbnail, contentHash))
    }

    private func name(of kind: RenditionKind, _ contentHash: String) throws(StorageError) -> String {
        // The hash comes from a process that opens strangers' files: it becomes a name only if it is a hash.
        let isHash = contentHash.utf8.count == 64 && contentHash.utf8.allSatisfy(isHashDigit)
        guard isHash else { throw .damaged }
        return contentHash + kind.ending
    }

    /// Under a name of its own first, so that nobody ever sees half a picture; it is one that an index leaves out.
    private func write(_ bytes: [UInt8], as name: String) throws(StorageError) {
        let path = folder.inside(name)
        let unfinished = folder.inside(".likeness-\(name).\(getpid()).unfinished")
        let descriptor = unfinished.withCString {
            open($0, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o666)
        }
        guard descriptor >= 0 else { throw StorageError(systemError: errno) }
        do throws(StorageError) {
            defer { close(descriptor) }
            try write(bytes, into: descriptor)
        } catch {
            _ = unfinished.withCString { unlink($0) }
            throw error
        }
        guard unfinished.withCString({ from in path.withCString { rename(from, $0) } }) == 0 else {
            let error = StorageError(systemError: errno)
            _ = unfinished.withCString { unlink($0) }
            throw error
        }
    }

    private func write(_ bytes: [UInt8], into descriptor: Int32) throws(StorageError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw StorageError(systemError: errno) }
            rest = rest.dropFirst(count)
        }
    }
}

extension RenditionKind {
    /// What follows the hash in a file's name.
    var ending: String { "-\(rawValue).jpg" }
}

/// Whether a byte is a digit of a hash as we write it.
func isHashDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (97...102).contains(byte) }
