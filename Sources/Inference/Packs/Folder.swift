internal import Glibc

/// The few things done with folders.
enum Folder {
    /// Makes a folder and those above it.
    static func make(_ path: String) throws(FileFault) {
        if mkdir(path, 0o755) == 0 { return }
        if errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw .current()
        }
        try make(String(path[..<slash]))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .current() }
    }

    /// The names inside, in order; nothing where there is no folder.
    static func names(in path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func exists(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }

    /// Removes a folder of plain files; our own unfinished work, so what resists is left for the next try.
    static func remove(_ path: String) {
        for name in names(in: path) { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// Makes sure that names written into a folder outlive a power cut.
    static func settle(_ path: String) throws(FileFault) {
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .current() }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .current() }
    }

    /// Puts a finished folder in its place. An earlier one waits under `aside` until the new one stands, so
    /// that after a power cut at any moment a whole folder is under one of the two names.
    static func replace(_ place: String, with finished: String, earlierTo aside: String) throws(FileFault) {
        if exists(place) {
            remove(aside)
            guard rename(place, aside) == 0 else { throw .current() }
        }
        guard rename(finished, place) == 0 else {
            let fault = FileFault.current()
            rename(aside, place)
            throw fault
        }
        if let slash = place.lastIndex(of: "/") { try settle(String(place[..<slash])) }
        remove(aside)
    }
}
