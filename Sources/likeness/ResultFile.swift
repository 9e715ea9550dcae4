internal import Domain
internal import Glibc
internal import Storage

/// A file that a command writes: whole or not at all, for its owner's eyes, never over the photo it is about, and
/// over another file only where that was asked for.
struct ResultFile: Sendable {
    private let path: DiskPath
    private let shown: String
    private let replaces: Bool

    /// Makes sure before the work begins that the file can be written after it.
    ///
    /// - Parameters:
    ///   - folder: photos that are none of the command's business to overwrite.
    ///   - replaces: whether a file that is there already may go.
    init(
        _ word: Word, besides input: OpenPhoto? = nil, among folder: Word? = nil, replaces: Bool
    ) throws(Failure) {
        self.replaces = replaces
        path = word.path
        shown = word.shown
        var facts = stat()
        if path.withCString({ lstat($0, &facts) }) == 0 {
            guard facts.st_mode & S_IFMT == S_IFREG else {
                throw Failure(
                    "\(shown) is there already and no plain file; choose another name.", code: "not_a_file")
            }
            if let input, Self.isSame(facts, input) {
                throw Failure(
                    "\(shown) is the photo itself; choose another name for the result.", code: "same_file")
            }
            if let folder, Self.isInside(path, folder.path) {
                throw Failure(
                    "\(shown) is there already, among the photos; choose another name or place.",
                    code: "same_file")
            }
            if !replaces { throw failure(EEXIST) }
        }
        guard path.folder.withCString({ access($0, W_OK | X_OK) }) == 0 else { throw failure(errno) }
    }

    /// Puts the bytes in place in one step.
    func write(_ bytes: [UInt8]) throws(Failure) {
        let unfinished = path.with(ending: ".unfinished-\(getpid())")
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = unfinished.withCString { open($0, flags, 0o600) }
        guard descriptor >= 0 else { throw failure(errno) }
        var fault = Self.fault(of: bytes, to: descriptor)
        if fault == nil, fsync(descriptor) != 0 { fault = errno }
        close(descriptor)
        if fault == nil {
            fault = unfinished.withCString { from in path.withCString { put(from, at: $0) } }
        }
        guard let fault else { return }
        _ = unfinished.withCString { unlink($0) }
        throw failure(fault)
    }

    /// The file may have come while the command worked, so the move itself looks once more.
    private func put(_ unfinished: UnsafePointer<CChar>, at place: UnsafePointer<CChar>) -> Int32? {
        if !replaces {
            if link(unfinished, place) == 0 { return unlink(unfinished) == 0 ? nil : errno }
            // Some file systems know no second names; there the look and the move are two steps.
            guard errno == EPERM || errno == EOPNOTSUPP else { return errno }
            if access(place, F_OK) == 0 { return EEXIST }
        }
        return rename(unfinished, place) == 0 ? nil : errno
    }

    private static func isSame(_ facts: stat, _ input: OpenPhoto) -> Bool {
        var own = stat()
        guard fstat(input.descriptor, &own) == 0 else { return false }
        return own.st_dev == facts.st_dev && own.st_ino == facts.st_ino
    }

    private static func isInside(_ path: DiskPath, _ folder: DiskPath) -> Bool {
        guard let inner = realPath(path), let outer = realPath(folder) else { return false }
        return inner.starts(with: outer + [UInt8(ascii: "/")])
    }

    /// Links and dots resolved.
    private static func realPath(_ path: DiskPath) -> [UInt8]? {
        guard let real = path.withCString({ realpath($0, nil) }) else { return nil }
        defer { free(real) }
        return Array(UnsafeRawBufferPointer(start: real, count: strlen(real)))
    }

    private static func fault(of bytes: [UInt8], to descriptor: Int32) -> Int32? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                return errno
            }
            rest = rest.dropFirst(count)
        }
        return nil
    }

    private func failure(_ fault: Int32) -> Failure {
        switch fault {
        case EEXIST:
            Failure(
                "\(shown) is there already and was left as it is; choose another name, or add --replace.",
                code: "already_there")
        case ENOENT, ENOTDIR:
            Failure("\(shown) cannot be written: its folder does not exist; make it first.", code: "missing")
        case EACCES, EPERM:
            Failure(
                "\(shown) cannot be written: this user may not write into its folder.", code: "no_permission")
        case EROFS:
            Failure(
                "\(shown) cannot be written: its disk is read-only; choose another place.", code: "read_only")
        case ENOSPC, EDQUOT:
            Failure("\(shown) cannot be written: the disk is full; free some space.", code: "disk_full")
        default:
            Failure("\(shown) cannot be written: \(String(cString: strerror(fault))).", code: "disk_fault")
        }
    }
}
