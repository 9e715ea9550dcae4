package import Domain
internal import Glibc

/// A folder of photos on disk.
///
/// Every step goes from an open folder to a name inside it and refuses links, so nothing outside is ever opened,
/// whatever is moved or linked meanwhile. Disks block, so the folder has a queue of its own.
package actor FolderFiles: PhotoFinding {
    private let root: FileDescriptor
    private let executor = QueueExecutor(label: "likeness.folder")

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The folder itself may be named by a link: somebody chose it.
    package init(_ path: DiskPath) throws(FolderError) {
        let descriptor = path.withCString { Glibc.open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw FolderError(systemError: errno) }
        root = FileDescriptor(owning: descriptor)
    }

    package func entries() throws(FolderError) -> [FolderEntry] {
        try FolderWalk(root: root.number).entries()
    }

    package func open(_ name: PhotoName) throws(PhotoOpenError) -> FoundPhoto {
        let number = try FileDescriptor.open(name, below: root.number, flags: O_RDONLY | O_NONBLOCK)
        return try Self.found(FileDescriptor(owning: number), name: name)
    }

    /// Opens a file that somebody named, such as a selfie; links are followed, but only to a plain file.
    package static func open(single path: DiskPath) throws(PhotoOpenError) -> FoundPhoto {
        let descriptor = path.withCString { Glibc.open($0, O_RDONLY | O_NONBLOCK | O_CLOEXEC) }
        guard descriptor >= 0 else { throw PhotoOpenError(systemError: errno) }
        return try found(FileDescriptor(owning: descriptor), name: PhotoName(bytes: path.bytes))
    }

    private static func found(
        _ descriptor: consuming FileDescriptor, name: PhotoName
    ) throws(PhotoOpenError) -> FoundPhoto {
        let status = try descriptor.status()
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        let head = try descriptor.bytes(atMost: FileKind.headLength)
        let kind = FileKind.of(head: head, name: name)
        return FoundPhoto(OpenPhoto(owning: descriptor.handOver(), stamp: FileStamp(status)), kind)
    }
}

extension FileStamp {
    /// By the change time, which no program can set back, unlike the modification time.
    init(_ status: stat) {
        self.init(
            sizeInBytes: Int64(status.st_size),
            changedInNanoseconds: Int64(status.st_ctim.tv_sec) * 1_000_000_000
                + Int64(status.st_ctim.tv_nsec),
            inode: UInt64(status.st_ino))
    }
}

extension FolderError {
    init(systemError: Int32) {
        switch systemError {
        case ENOENT: self = .missing
        case ENOTDIR, ELOOP: self = .notAFolder
        case EACCES, EPERM: self = .noPermission
        default: self = .diskFault(systemError)
        }
    }
}

extension PhotoOpenError {
    init(systemError: Int32) {
        switch systemError {
        // A folder on the way that became something else takes its photos with it.
        case ENOENT, ENOTDIR: self = .vanished
        // ENXIO is what a socket answers, and a pipe that nobody reads.
        case ELOOP, ENXIO, EISDIR, ENODEV: self = .notAFile
        case EACCES, EPERM: self = .noPermission
        default: self = .diskFault(systemError)
        }
    }
}
