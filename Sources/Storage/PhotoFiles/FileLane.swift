internal import Digests
internal import Domain
internal import Glibc

/// One of a few queues on which files are written and read. All that concerns one upload runs in the same lane.
actor FileLane {
    let files: CarefulFiles
    private let folder: DiskPath
    private let executor: QueueExecutor
    /// Uploads that are being written, so that not every piece opens its file and forces its folders; latest last.
    private var open: [OpenUpload] = []
    private var unfinished = 0

    private static let openAtMost = 16
    private static let pieceOfReading = 1 << 20

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(number: Int, files: CarefulFiles, folder: DiskPath) {
        self.files = files
        self.folder = folder
        executor = QueueExecutor(label: "likeness.files.\(number)")
    }

    // MARK: Uploads

    func put(
        _ piece: [UInt8], of upload: UploadID, in event: EventID, at offset: Int64
    ) throws(StorageError) {
        let file = try opened(upload, in: event)
        do throws(StorageError) {
            let before = try files.facts(of: file.descriptor).stamp.sizeInBytes
            // A hole would count as bytes that arrived.
            guard offset >= 0, offset <= before else { throw .damaged }
            do throws(StorageError) {
                try files.write(piece, to: file.descriptor, at: offset)
                try files.synchronise(file.descriptor)
            } catch {
                shorten(file, to: before)
                throw error
            }
        } catch {
            forget(upload)
            throw error
        }
    }

    func length(of upload: UploadID, in event: EventID) throws(StorageError) -> Int64 {
        try files.facts(of: place(of: .upload(upload), in: event))?.stamp.sizeInBytes ?? 0
    }

    func hash(
        of upload: UploadID, in event: EventID, length: Int64
    ) async throws(StorageError) -> String {
        let file = try files.open(place(of: .upload(upload), in: event), O_RDONLY)
        var hash = SHA256()
        var bytes = [UInt8](repeating: 0, count: Self.pieceOfReading)
        var done: Int64 = 0
        while done < length {
            let count = try files.read(into: &bytes, from: file, at: done)
            let wanted = Int(min(Int64(count), length - done))
            guard wanted > 0 else { throw .damaged }
            bytes.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<wanted])) }
            done += Int64(wanted)
            // A video takes a while; the pieces of other uploads go in between.
            if done % (8 << 20) == 0 { await Task.yield() }
        }
        return hash.finish()
    }

    func keep(_ upload: UploadID, as content: String, in event: EventID) throws(StorageError) {
        let event = EventFolder(of: event, below: events)
        let original = try event.path(of: .original(content))
        let path = try event.path(of: .upload(upload))
        forget(upload)
        let there = try files.facts(of: original)
        guard let file = try files.openIfThere(path, O_RDWR) else {
            return try confirm(original, of: event)
        }
        let size = try files.facts(of: file).stamp.sizeInBytes
        if let there, there.kind == .file, there.stamp.sizeInBytes == size {
            try synchroniseOriginal(original, of: event)
            try files.unlink(path)
        } else {
            // Absent, or of another length and so damaged: the whole upload takes its place.
            try files.synchronise(file)
            try makeFolders(event, .originals)
            do throws(StorageError) {
                try files.rename(path, to: original)
            } catch .missing {
                return try confirm(original, of: event)
            }
            try files.synchronise(folder: event[.originals])
        }
        try files.synchronise(folder: event[.uploads])
    }

    /// For an upload that is gone: somebody else, at this moment or before, gave it its name.
    private func confirm(_ original: DiskPath, of event: EventFolder) throws(StorageError) {
        guard try files.facts(of: original)?.kind == .file else { throw .missing }
        try synchroniseOriginal(original, of: event)
        // An upload that came back with a power cut would be one that nobody asks for.
        try makeFolders(event, .uploads)
        try files.synchronise(folder: event[.uploads])
    }

    /// Whoever put it there may have ended before it was on the disk.
    private func synchroniseOriginal(_ original: DiskPath, of event: EventFolder) throws(StorageError) {
        try files.synchronise(files.open(original, O_RDWR | O_NONBLOCK))
        try makeFolders(event, .originals)
        try files.synchronise(folder: event[.originals])
    }

    /// Bytes that were refused must not count as arrived. Where even this fails they stay, and the next piece or
    /// `keep` forces them to the disk with the rest.
    private func shorten(_ file: OpenUpload, to length: Int64) {
        _ = try? files.whole { layer throws(FileFault) in
            try layer.truncate(file.descriptor.number, to: length)
        }
    }

    private func opened(_ upload: UploadID, in event: EventID) throws(StorageError) -> OpenUpload {
        if let place = open.firstIndex(where: { $0.upload == upload && $0.event == event }) {
            let file = open.remove(at: place)
            open.append(file)
            return file
        }
        let folder = EventFolder(of: event, below: events)
        try makeFolders(folder, .uploads)
        let descriptor = try files.open(folder.path(of: .upload(upload)), O_RDWR | O_CREAT | O_NONBLOCK)
        guard try files.facts(of: descriptor).kind == .file else { throw .damaged }
        // Also where the file was there: whoever made it may have ended before this.
        try files.synchronise(folder: folder[.uploads])
        let file = OpenUpload(upload: upload, event: event, descriptor: descriptor)
        if open.count >= Self.openAtMost { open.removeFirst() }
        open.append(file)
        return file
    }

    func forget(_ upload: UploadID) { open.removeAll { $0.upload == upload } }

    func forget(_ event: EventID) { open.removeAll { $0.event == event } }

    // MARK: Any file

    func open(_ file: PhotoFile, in event: EventID) throws(StorageError) -> OpenPhoto {
        try opened(file, in: event)
    }

    /// The same on the thread of whoever asks.
    nonisolated func opened(_ file: PhotoFile, in event: EventID) throws(StorageError) -> OpenPhoto {
        let path = try place(of: file, in: event)
        let file = try files.open(path, O_RDONLY | O_NONBLOCK)
        let facts = try files.facts(of: file)
        guard facts.kind == .file else { throw .damaged }
        return OpenPhoto(owning: file.handOver(), stamp: facts.stamp)
    }

    func bytes(of file: PhotoFile, in event: EventID, range: Range<Int64>) throws(StorageError) -> [UInt8] {
        let file = try files.open(place(of: file, in: event), O_RDONLY | O_NONBLOCK)
        let facts = try files.facts(of: file)
        guard facts.kind == .file, range.lowerBound >= 0 else { throw .damaged }
        // No more memory than there are bytes, whatever was asked for.
        let end = min(range.upperBound, facts.stamp.sizeInBytes)
        guard end > range.lowerBound else { return [] }
        var bytes = [UInt8](repeating: 0, count: Int(end - range.lowerBound))
        let count = try files.read(into: &bytes, from: file, at: range.lowerBound)
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    func size(of file: PhotoFile, in event: EventID) throws(StorageError) -> Int64? {
        try files.facts(of: place(of: file, in: event))?.stamp.sizeInBytes
    }

    func keep(_ rendition: [UInt8], as file: PhotoFile, in event: EventID) throws(StorageError) {
        guard case .rendition = file else { throw .damaged }
        let path = try place(of: file, in: event)
        let folder = EventFolder(of: event, below: events)
        for made in [events, folder.path, folder[.renditions]] { try files.makeFolder(made) }
        unfinished += 1
        let name = ".unfinished-\(getpid())-\(executor.label)-\(unfinished)"
        let temporary = folder[.renditions].inside(name)
        do throws(StorageError) {
            try files.write(rendition, to: files.open(temporary, O_WRONLY | O_CREAT | O_TRUNC), at: 0)
            try files.rename(temporary, to: path)
        } catch {
            // What cannot be removed now is a stray, and the janitor's.
            _ = try? files.unlink(temporary)
            throw error
        }
    }

    func remove(_ file: PhotoFile, in event: EventID) throws(StorageError) {
        let path = try place(of: file, in: event)
        if case .upload(let upload) = file { forget(upload) }
        guard try files.facts(of: path) != nil else { return }
        try files.removeTree(path)
        try files.synchronise(folder: path.folder)
    }

    // MARK: Events

    func eventsThere() throws(StorageError) -> [EventID] {
        var found: [EventID] = []
        let listing = try files.whole { layer throws(FileFault) in try layer.listing(of: events) }
        while let listing, let name = try files.whole({ _ throws(FileFault) in try listing.next() }) {
            let text = String(decoding: name, as: UTF8.self)
            if let event = EventID(text: text), event.text == text { found.append(event) }
        }
        return found
    }

    func removeAll(in event: EventID) throws(StorageError) {
        try files.removeTree(EventFolder(of: event, below: events).path)
        if try files.facts(of: events) != nil { try files.synchronise(folder: events) }
    }

    func freeSpace() throws(StorageError) -> Int64 {
        try files.whole { layer throws(FileFault) in try layer.freeSpace(at: folder) }
    }

    // MARK: Places

    nonisolated var events: DiskPath { folder.inside("events") }

    private nonisolated func place(of file: PhotoFile, in event: EventID) throws(StorageError) -> DiskPath {
        try EventFolder(of: event, below: events).path(of: file)
    }

    /// Makes what is missing on the way and forces each name to the disk, whoever made it.
    private func makeFolders(_ event: EventFolder, _ part: EventFolder.Part) throws(StorageError) {
        for made in [events, event.path, event[part]] {
            try files.makeFolder(made)
            try files.synchronise(folder: made.folder)
        }
    }
}

/// An upload's file between two pieces.
private final class OpenUpload: Sendable {
    let upload: UploadID
    let event: EventID
    let descriptor: FileDescriptor

    init(upload: UploadID, event: EventID, descriptor: consuming FileDescriptor) {
        self.upload = upload
        self.event = event
        self.descriptor = descriptor
    }
}
