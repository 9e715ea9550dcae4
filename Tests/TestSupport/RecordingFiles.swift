internal import Glibc
package import Storage
internal import Synchronization

/// A file layer that remembers the order of operations and what is not on the disk yet, and fails when it is told to.
package final class RecordingFiles: FileLayer {
    package enum Operation: Hashable {
        case open, write, read, truncate, synchronise, synchroniseFolder, rename, unlink, makeFolder
        case removeFolder, facts, listing, freeSpace
    }

    private struct State {
        var log: [(Operation, String)] = []
        var names: [Int32: String] = [:]
        var dirty: Set<String> = []
        var foldersWithNews: Set<String> = []
        var fault: (place: Int, number: Int32, lasting: Bool)?
        var longestWrite = Int.max
    }

    private let state = Mutex(State())
    private let disk = SystemFiles()
    /// What is answered as done without being done: a wrong order of operations, to see the tests bite.
    private let skipped: Set<Operation>

    /// Hears of each operation, and of the name it is about, before it is done.
    private let watch: @Sendable (Operation, String) -> Void

    package init(
        skipping skipped: Set<Operation> = [],
        watch: @escaping @Sendable (Operation, String) -> Void = { _, _ in }
    ) {
        self.skipped = skipped
        self.watch = watch
    }

    package var log: [Operation] { state.withLock { $0.log.map(\.0) } }

    /// What a power cut at this moment could take away, renditions left out.
    package var unsynchronised: [String] {
        state.withLock { state in
            (state.dirty.map { "bytes of \($0)" } + state.foldersWithNews.map { "names in \($0)" })
                .filter { !$0.contains("renditions") }.sorted()
        }
    }

    package func forget() { state.withLock { $0.log = [] } }

    /// The operation with this number from now on fails; with `lasting`, so do all that follow.
    package func fail(at place: Int, with number: Int32, lasting: Bool = false) {
        state.withLock { $0.fault = ($0.log.count + place, number, lasting) }
    }

    package func heal() { state.withLock { $0.fault = nil } }

    package func limitWrites(to length: Int) { state.withLock { $0.longestWrite = length } }

    private func note(_ operation: Operation, _ name: String) throws(FileFault) {
        watch(operation, name)
        let fault = state.withLock { state -> FileFault? in
            let place = state.log.count
            state.log.append((operation, name))
            guard let fault = state.fault, fault.place == place || fault.lasting && place > fault.place
            else { return nil }
            return FileFault(fault.number)
        }
        if let fault { throw fault }
    }

    private func name(of file: Int32) -> String { state.withLock { $0.names[file] ?? "" } }

    package func open(_ path: DiskPath, _ flags: Int32) throws(FileFault) -> Int32 {
        try note(.open, path.text)
        let before = try disk.facts(of: path)
        let isNew = flags & O_CREAT != 0 && before == nil
        let file = try disk.open(path, flags)
        state.withLock {
            $0.names[file] = path.text
            if isNew { $0.foldersWithNews.insert(path.folder.text) }
        }
        return file
    }

    package func write(_ bytes: UnsafeRawBufferPointer, to file: Int32, at offset: Int64) throws(FileFault)
        -> Int
    {
        try note(.write, name(of: file))
        let part = state.withLock { state in
            state.dirty.insert(state.names[file] ?? "")
            return UnsafeRawBufferPointer(rebasing: bytes.prefix(state.longestWrite)).count
        }
        return try disk.write(UnsafeRawBufferPointer(rebasing: bytes.prefix(part)), to: file, at: offset)
    }

    package func read(
        into bytes: UnsafeMutableRawBufferPointer, from file: Int32, at offset: Int64
    ) throws(FileFault) -> Int {
        try note(.read, name(of: file))
        return try disk.read(into: bytes, from: file, at: offset)
    }

    package func truncate(_ file: Int32, to length: Int64) throws(FileFault) {
        try note(.truncate, name(of: file))
        try disk.truncate(file, to: length)
    }

    package func synchronise(_ file: Int32) throws(FileFault) {
        if skipped.contains(.synchronise) { return }
        try note(.synchronise, name(of: file))
        try disk.synchronise(file)
        state.withLock { state in _ = state.dirty.remove(state.names[file] ?? "") }
    }

    package func synchronise(folder: DiskPath) throws(FileFault) {
        if skipped.contains(.synchroniseFolder) { return }
        try note(.synchroniseFolder, folder.text)
        try disk.synchronise(folder: folder)
        state.withLock { _ = $0.foldersWithNews.remove(folder.text) }
    }

    package func rename(_ path: DiskPath, to other: DiskPath) throws(FileFault) {
        try note(.rename, other.text)
        try disk.rename(path, to: other)
        state.withLock {
            if $0.dirty.remove(path.text) != nil { $0.dirty.insert(other.text) }
            $0.foldersWithNews.formUnion([path.folder.text, other.folder.text])
        }
    }

    package func unlink(_ path: DiskPath) throws(FileFault) {
        try note(.unlink, path.text)
        try disk.unlink(path)
        state.withLock {
            $0.dirty.remove(path.text)
            $0.foldersWithNews.insert(path.folder.text)
        }
    }

    package func makeFolder(_ path: DiskPath) throws(FileFault) {
        try note(.makeFolder, path.text)
        try disk.makeFolder(path)
        // Renditions are made again when they are gone.
        if path.text.hasSuffix("/renditions") { return }
        state.withLock { _ = $0.foldersWithNews.insert(path.folder.text) }
    }

    package func removeFolder(_ path: DiskPath) throws(FileFault) {
        try note(.removeFolder, path.text)
        try disk.removeFolder(path)
        state.withLock {
            $0.foldersWithNews.remove(path.text)
            $0.foldersWithNews.insert(path.folder.text)
        }
    }

    package func facts(of path: DiskPath) throws(FileFault) -> FileFacts? {
        try note(.facts, path.text)
        return try disk.facts(of: path)
    }

    package func facts(of file: Int32) throws(FileFault) -> FileFacts {
        try note(.facts, name(of: file))
        return try disk.facts(of: file)
    }

    package func listing(of folder: DiskPath) throws(FileFault) -> FolderListing? {
        try note(.listing, folder.text)
        return try disk.listing(of: folder)
    }

    package func freeSpace(at folder: DiskPath) throws(FileFault) -> Int64 {
        try note(.freeSpace, folder.text)
        return try disk.freeSpace(at: folder)
    }
}

extension DiskPath {
    fileprivate var text: String { String(decoding: bytes, as: UTF8.self) }
}
