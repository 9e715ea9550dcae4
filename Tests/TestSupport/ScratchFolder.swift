internal import FoundationEssentials
internal import Glibc

/// An empty folder for one test, gone with everything in it when its owner lets go.
package final class ScratchFolder: Sendable {
    package let path: String

    package init() throws {
        let template = FileManager.default.temporaryDirectory.path() + "/likeness-test-XXXXXX"
        var name = Array(template.utf8CString)
        guard mkdtemp(&name) != nil else { throw SystemFault(number: errno) }
        path = name.withUnsafeBufferPointer {
            String(decoding: $0.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }

    deinit { Self.remove(Array(path.utf8), in: AT_FDCWD) }

    package func path(of name: String) -> String { path + "/" + name }

    /// Writes a file, making the folders on the way.
    package func write(_ name: String, _ bytes: [UInt8]) throws {
        if let slash = name.lastIndex(of: "/") { try makeFolder(String(name[..<slash])) }
        let descriptor = open(path(of: name), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { throw SystemFault(number: errno) }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw SystemFault(number: errno)
        }
    }

    package func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    package func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path(of: name), withIntermediateDirectories: true)
    }

    package func read(_ name: String) throws -> [UInt8] { try Self.bytes(of: path(of: name)) }

    /// All of a file, wherever it lies.
    package static func bytes(of path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw SystemFault(number: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = Glibc.read(descriptor, &piece, piece.count), count > 0 {
            bytes += piece[..<count]
        }
        return bytes
    }

    /// The names inside, sorted.
    package func names(in folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(of: folder)).sorted()
    }

    /// The nine permission bits of a file.
    package func permissions(of name: String) -> UInt32 {
        var status = stat()
        return lstat(path(of: name), &status) == 0 ? status.st_mode & 0o777 : 0
    }

    /// From folder to folder, since a test may have gone deeper than any path may be long.
    private static func remove(_ bytes: [UInt8], in folder: Int32) {
        // Names need not be text.
        let name = bytes.map { CChar(bitPattern: $0) } + [0]
        if unlinkat(folder, name, 0) == 0 { return }
        guard let stream = fdopendir(openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
        else {
            return print("left behind: \(String(decoding: bytes, as: UTF8.self))")
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let inside = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            guard inside != [46], inside != [46, 46] else { continue }
            remove(inside, in: dirfd(stream))
        }
        if unlinkat(folder, name, Int32(AT_REMOVEDIR)) != 0 {
            print("left behind: \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    package struct SystemFault: Error {
        package let number: Int32
    }
}
