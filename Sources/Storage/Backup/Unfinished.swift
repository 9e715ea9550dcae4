internal import Domain
internal import Glibc

/// Names of what is not finished: beside its place and with the number of the process that makes it, so that what a
/// killed one left is told from what another is making just now.
struct Unfinished {
    let place: DiskPath
    let word: String

    var mine: DiskPath { place.with(ending: ".\(word)-\(getpid())") }

    /// Takes away what was left by processes that are gone, and by an earlier one of our number.
    func sweep() throws(StorageError) {
        for path in try Self.contents(of: place.folder.inside(".")) where isAbandoned(path.name) {
            try Self.erase(path)
        }
    }

    /// Takes away a file or a folder with all that is in it; nothing there is no error.
    static func erase(_ path: DiskPath) throws(StorageError) {
        if path.withCString({ unlink($0) }) == 0 || errno == ENOENT { return }
        guard errno == EISDIR else { throw StorageError(systemError: errno) }
        for path in try contents(of: path) { try erase(path) }
        guard path.withCString({ rmdir($0) }) == 0 else { throw StorageError(systemError: errno) }
    }

    private static func contents(of folder: DiskPath) throws(StorageError) -> [DiskPath] {
        let descriptor = folder.withCString { open($0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
        guard descriptor >= 0 else { throw StorageError(systemError: errno) }
        var paths: [DiskPath] = []
        do throws(FileFault) {
            let names = try FolderListing(owning: descriptor)
            while let name = try names.next() {
                paths.append(DiskPath(bytes: folder.inside("").bytes + name))
            }
        } catch {
            throw StorageError(systemError: error.number)
        }
        return paths
    }

    private func isAbandoned(_ name: [UInt8]) -> Bool {
        let start = place.name + Array(".\(word)-".utf8)
        guard name.starts(with: start) else { return false }
        let digits = name.dropFirst(start.count).prefix { (48...57).contains($0) }
        guard let process = pid_t(String(decoding: digits, as: UTF8.self)) else { return false }
        return process == getpid() || (kill(process, 0) != 0 && errno == ESRCH)
    }
}
