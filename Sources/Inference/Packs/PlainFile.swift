internal import Glibc

/// A file could not be read or written: what was tried, and the system's words for why not.
struct FileFault: Error, Equatable {
    let reason: Reason

    enum Reason: Equatable {
        case missing, notAFile, tooLarge(limit: Int), system(Int32)
    }

    var words: String {
        switch reason {
        case .missing: "is missing"
        case .notAFile: "is not a plain file"
        case .tooLarge(let limit):
            "is larger than \(limit >> 20 > 0 ? "\(limit >> 20) MB" : "\(limit >> 10) KB")"
        case .system(let code): "cannot be used (\(String(cString: strerror(code))))"
        }
    }

    static func current() -> FileFault { FileFault(reason: errno == ENOENT ? .missing : .system(errno)) }
}

/// Whole files in and out. Only plain files are opened, never by a link, so that no pack can point elsewhere.
enum PlainFile {
    /// Opens a plain file for reading.
    static func open(_ path: String) throws(FileFault) -> Int32 {
        let descriptor = Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        if descriptor < 0 {
            throw errno == ELOOP ? FileFault(reason: .notAFile) : .current()
        }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw FileFault(reason: .notAFile)
        }
        return descriptor
    }

    static func bytes(of path: String, upTo limit: Int) throws(FileFault) -> [UInt8] {
        let descriptor = try open(path)
        defer { close(descriptor) }
        return try bytes(from: descriptor, upTo: limit)
    }

    /// Reads from the start to the end, whatever was read before.
    static func bytes(from descriptor: Int32, upTo limit: Int) throws(FileFault) -> [UInt8] {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw .current() }
        guard facts.st_size <= limit else { throw FileFault(reason: .tooLarge(limit: limit)) }
        let size = Int(facts.st_size)
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = pread(
                    descriptor, buffer.baseAddress?.advanced(by: count), size - count, off_t(count))
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                count += got
            }
        }
        if failure != 0 { throw FileFault(reason: .system(failure)) }
        return bytes
    }

    /// Writes a new file and waits until it is on the disk.
    static func write(_ bytes: [UInt8], to path: String) throws(FileFault) {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .current() }
        defer { close(descriptor) }
        var done = 0
        while done < bytes.count {
            let wrote = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if wrote < 0 && errno == EINTR { continue }
            guard wrote > 0 else { throw .current() }
            done += wrote
        }
        guard fsync(descriptor) == 0 else { throw .current() }
    }

    static func rename(_ path: String, to other: String) throws(FileFault) {
        guard Glibc.rename(path, other) == 0 else { throw .current() }
    }
}
