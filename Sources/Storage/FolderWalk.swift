internal import Domain
internal import Glibc

/// One listing of a folder and everything below it.
///
/// Each folder is read to its end and closed before the next, so a tree of any depth needs few descriptors.
struct FolderWalk {
    /// Stays open, and somebody else's, for as long as the walk lasts.
    private let root: Int32
    private var found: [FolderEntry] = []
    private var foldersAhead: [PhotoName] = []

    /// A folder that holds a file of this name may hold our own copies of photos, which are left out.
    ///
    /// Anybody can put such a file into a folder, so it hides nothing but what is named as we name copies.
    static let ownFolderMark = ".likeness-previews"

    init(root: Int32) { self.root = root }

    consuming func entries() throws(FolderError) -> [FolderEntry] {
        do throws(PhotoOpenError) {
            try read(nil)
        } catch {
            switch error {
            case .vanished: throw .missing
            case .noPermission: throw .noPermission
            case .notAFile: throw .notAFolder
            case .diskFault(let number): throw .diskFault(number)
            }
        }
        while let folder = foldersAhead.popLast() {
            do throws(PhotoOpenError) {
                try read(folder)
            } catch .vanished {
                continue
            } catch {
                found.append(FolderEntry(folder, .closedFolder(error)))
            }
        }
        return found.sorted { $0.name < $1.name }
    }

    /// Notes everything in one folder, or nothing of it when it cannot be read whole.
    private mutating func read(_ folder: PhotoName?) throws(PhotoOpenError) {
        let stream = try open(folder)
        defer { closedir(stream) }
        var entries: [FolderEntry] = []
        var folders: [PhotoName] = []
        var isMarked = false
        while let name = try next(in: stream) {
            // Whoever names a folder of copies as the folder of photos wants to have them indexed.
            if name.elementsEqual(Self.ownFolderMark.utf8) && folder != nil { isMarked = true }
            if name.starts(with: ".likeness".utf8) || name.elementsEqual([46])
                || name.elementsEqual([46, 46])
            {
                continue
            }
            let path = PhotoName(bytes: (folder.map { $0.bytes + [47] } ?? []) + name)
            var status = stat()
            let answer = DiskPath(bytes: name).withCString {
                fstatat(dirfd(stream), $0, &status, AT_SYMLINK_NOFOLLOW)
            }
            guard answer == 0 else {
                // What went between the two calls was never there; anything else holds for the whole folder.
                guard errno == ENOENT else { throw PhotoOpenError(systemError: errno) }
                continue
            }
            let stamp = FileStamp(status)
            switch (status.st_mode & S_IFMT, name.first == 46) {
            case (S_IFLNK, _): entries.append(FolderEntry(path, .passedOver(.link, stamp)))
            case (_, true): entries.append(FolderEntry(path, .passedOver(.hidden, stamp)))
            case (S_IFREG, _): entries.append(FolderEntry(path, .file(stamp)))
            case (S_IFDIR, _): folders.append(path)
            case (S_IFIFO, _): entries.append(FolderEntry(path, .passedOver(.pipe, stamp)))
            case (S_IFSOCK, _): entries.append(FolderEntry(path, .passedOver(.socket, stamp)))
            default: entries.append(FolderEntry(path, .passedOver(.device, stamp)))
            }
        }
        if isMarked { entries.removeAll { $0.isOwnCopy } }
        found += entries
        foldersAhead += folders
    }

    private func open(_ folder: PhotoName?) throws(PhotoOpenError) -> OpaquePointer {
        let number: Int32
        if let folder {
            number = try FileDescriptor.open(folder, below: root, flags: O_RDONLY | O_DIRECTORY)
        } else {
            number = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard number >= 0 else { throw PhotoOpenError(systemError: errno) }
        }
        guard let stream = fdopendir(number) else {
            let error = PhotoOpenError(systemError: errno)
            close(number)
            throw error
        }
        return stream
    }

    private func next(in stream: OpaquePointer) throws(PhotoOpenError) -> [UInt8]? {
        errno = 0
        guard let entry = readdir(stream) else {
            guard errno == 0 else { throw PhotoOpenError(systemError: errno) }
            return nil
        }
        // Read where it lies: some file systems have names longer than the array that C declares.
        guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return nil }
        let start = UnsafeRawPointer(entry) + offset
        return Array(
            UnsafeRawBufferPointer(start: start, count: strlen(start.assumingMemoryBound(to: CChar.self))))
    }
}

extension FolderEntry {
    /// Whether it is named as `FolderRenditions` names its files.
    fileprivate var isOwnCopy: Bool {
        guard case .file = kind, let last = name.bytes.split(separator: 47).last else { return false }
        let ending = last.dropFirst(64)
        return RenditionKind.allCases.contains { ending.elementsEqual($0.ending.utf8) }
            && last.prefix(64).allSatisfy(isHashDigit)
    }
}
