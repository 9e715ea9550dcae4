internal import Domain
internal import Glibc

/// Files as the benchmark needs them, nothing more.
enum Disk {
    static func bytes(of path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Fault("Cannot open \(path): \(String(cString: strerror(errno))).") }
        defer { close(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(file, &piece, piece.count)
            guard count >= 0 else { throw Fault("Cannot read \(path): \(String(cString: strerror(errno))).") }
            if count == 0 { return bytes }
            bytes += piece[..<count]
        }
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw Fault("Cannot write \(path): \(String(cString: strerror(errno))).") }
        defer { close(file) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress?.advanced(by: done), $0.count - done)
            }
            guard count > 0 else { throw Fault("Cannot write \(path): \(String(cString: strerror(errno))).") }
            done += count
        }
    }

    /// A photo opened as the product opens it, for the darkroom.
    static func photo(_ path: String) throws -> OpenPhoto {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { throw Fault("Cannot open \(path): \(String(cString: strerror(errno))).") }
        var status = stat()
        guard fstat(file, &status) == 0 else {
            close(file)
            throw Fault("Cannot look at \(path): \(String(cString: strerror(errno))).")
        }
        let changed = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        return OpenPhoto(
            owning: file,
            stamp: FileStamp(
                sizeInBytes: Int64(status.st_size), changedInNanoseconds: changed,
                inode: UInt64(status.st_ino)))
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func makeFolder(_ path: String) throws {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw Fault("Cannot make the folder \(path): \(String(cString: strerror(errno))).")
        }
    }

    static func move(_ path: String, to place: String) throws {
        guard rename(path, place) == 0 else {
            throw Fault("Cannot put \(place) in its place: \(String(cString: strerror(errno))).")
        }
    }

    static func removeFile(_ path: String) { unlink(path) }

    /// Names in a folder, sorted; none where it cannot be read.
    static func names(in folder: String) -> [String] {
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
