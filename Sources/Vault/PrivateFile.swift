internal import Domain
internal import Glibc

/// Small files for their owner's eyes only, written whole or not at all.
enum PrivateFile {
    /// Nil where there is no file. Refused where others may read it, or where it is no plain file of ours.
    static func bytes(at path: String, atMost limit: Int) throws(VaultError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw fault()
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw fault() }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .storage(.notADatabase) }
        guard status.st_mode & 0o077 == 0, status.st_uid == geteuid() else { throw .openToOthers }
        guard status.st_size <= limit else { throw .wrongKey }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                pread(
                    descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled, off_t(filled))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw fault() }
            filled += count
        }
        return bytes
    }

    /// Whoever can write in a folder can put another key or an older ring there.
    static func checkFolder(_ path: String) throws(VaultError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw fault() }
        guard status.st_mode & 0o022 == 0, [geteuid(), 0].contains(status.st_uid) else { throw .openToOthers }
    }

    /// On the disk under its name when this returns. What it replaces is overwritten then, as far as the file system
    /// lets anybody: one that copies on writing keeps the old blocks.
    static func put(_ bytes: [UInt8], at path: String) throws(VaultError) {
        let unfinished = "\(path).unfinished"
        let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw fault() }
        defer { close(descriptor) }
        guard fchmod(descriptor, 0o600) == 0 else { throw fault() }
        try write(bytes, to: descriptor)
        guard fsync(descriptor) == 0 else { throw fault() }
        let earlier = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
        defer { if earlier >= 0 { close(earlier) } }
        guard rename(unfinished, path) == 0 else { throw fault() }
        try synchroniseFolder(of: path)
        if earlier >= 0 { try overwrite(earlier) }
    }

    /// Takes the place of another file, which is overwritten behind it.
    static func move(_ path: String, to target: String) throws(VaultError) {
        let earlier = open(target, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
        defer { if earlier >= 0 { close(earlier) } }
        guard rename(path, target) == 0 else { throw fault() }
        try synchroniseFolder(of: target)
        if earlier >= 0 { try overwrite(earlier) }
    }

    static func remove(_ path: String) throws(VaultError) {
        let descriptor = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
        if descriptor >= 0 {
            defer { close(descriptor) }
            try overwrite(descriptor)
        }
        guard unlink(path) == 0 else {
            if errno == ENOENT { return }
            throw fault()
        }
        try synchroniseFolder(of: path)
    }

    private static func overwrite(_ descriptor: Int32) throws(VaultError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw fault() }
        try write([UInt8](repeating: 0, count: Int(status.st_size)), to: descriptor)
        guard fsync(descriptor) == 0 else { throw fault() }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(VaultError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(
                    descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written,
                    off_t(written))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw fault() }
            written += count
        }
    }

    static func synchroniseFolder(of path: String) throws(VaultError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw fault() }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw fault() }
    }

    /// What `errno` says.
    static func fault() -> VaultError {
        switch errno {
        case ENOSPC, EDQUOT, EFBIG: .storage(.diskFull)
        case EROFS: .storage(.readOnly)
        case EACCES, EPERM: .storage(.noPermission)
        case ENOENT, ENOTDIR: .storage(.missing)
        case let number: .storage(.diskFault(number))
        }
    }
}
