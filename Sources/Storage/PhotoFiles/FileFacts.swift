package import Domain
internal import Glibc

/// What the system tells of a file without reading it.
package struct FileFacts: Sendable, Hashable {
    package enum Kind: Sendable { case file, folder, other }

    package let kind: Kind
    package let stamp: FileStamp
    /// Written or renamed last: the later of both times, since nobody can set back the second.
    package let changedAt: Int64

    init(_ status: stat) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .folder
        default: kind = .other
        }
        stamp = FileStamp(status)
        changedAt = max(Self.milliseconds(status.st_mtim), Self.milliseconds(status.st_ctim))
    }

    private static func milliseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
