package import Domain

/// Photo files that live as long as the test, with a clock that the test sets.
package actor MemoryPhotoFiles: PhotoFileKeeping {
    private struct File {
        var bytes: [UInt8]
        var changedAt: Int64
    }

    private var files: [EventID: [PhotoFile: File]] = [:]
    private var now: Int64 = 0
    private var fault: StorageError?
    private var free = Int64.max
    private let hashing: @Sendable ([UInt8]) -> String

    /// `hashing` tells a content's name; tests that want the true one bring SHA-256.
    package init(hashing: @escaping @Sendable ([UInt8]) -> String) { self.hashing = hashing }

    package func set(now: Int64) { self.now = now }
    package func fail(with fault: StorageError?) { self.fault = fault }
    package func set(free: Int64) { self.free = free }

    /// Puts a file there without a word, as another program would.
    package func place(_ file: PhotoFile, _ bytes: [UInt8], in event: EventID, changedAt: Int64) {
        files[event, default: [:]][file] = File(bytes: bytes, changedAt: changedAt)
    }

    package func put(
        _ piece: [UInt8], of upload: UploadID, in event: EventID, at offset: Int64
    ) throws(StorageError) {
        if let fault { throw fault }
        var bytes = files[event]?[.upload(upload)]?.bytes ?? []
        guard offset >= 0, offset <= bytes.count else { throw .damaged }
        let end = min(Int(offset) + piece.count, bytes.count)
        bytes.replaceSubrange(Int(offset)..<end, with: piece)
        place(.upload(upload), bytes, in: event, changedAt: now)
    }

    package func length(of upload: UploadID, in event: EventID) throws(StorageError) -> Int64 {
        try size(of: .upload(upload), in: event) ?? 0
    }

    package func hash(
        of upload: UploadID, in event: EventID, length: Int64
    ) throws(StorageError) -> String {
        if let fault { throw fault }
        guard let file = files[event]?[.upload(upload)] else { throw .missing }
        guard file.bytes.count >= length else { throw .damaged }
        return hashing(Array(file.bytes.prefix(Int(length))))
    }

    package func keep(_ upload: UploadID, as content: String, in event: EventID) throws(StorageError) {
        try check(.original(content))
        guard let file = files[event]?[.upload(upload)] else {
            guard files[event]?[.original(content)] != nil else { throw .missing }
            return
        }
        files[event]?[.upload(upload)] = nil
        if files[event]?[.original(content)]?.bytes.count == file.bytes.count { return }
        place(.original(content), file.bytes, in: event, changedAt: now)
    }

    package func drop(_ upload: UploadID, in event: EventID) throws(StorageError) {
        try remove(.upload(upload), in: event)
    }

    package func open(_ name: PhotoFile, in event: EventID) throws(StorageError) -> OpenPhoto {
        try check(name)
        guard let file = files[event]?[name] else { throw .missing }
        let descriptor: Int32
        do throws(PhotoOpenError) {
            descriptor = try MemoryFolder.descriptor(of: file.bytes)
        } catch {
            throw .unexpected(-1)
        }
        let stamp = FileStamp(
            sizeInBytes: Int64(file.bytes.count), changedInNanoseconds: file.changedAt * 1_000_000, inode: 1)
        return OpenPhoto(owning: descriptor, stamp: stamp)
    }

    package func bytes(
        of file: PhotoFile, in event: EventID, range: Range<Int64>
    ) throws(StorageError) -> [UInt8] {
        try check(file)
        guard let bytes = files[event]?[file]?.bytes else { throw .missing }
        guard range.lowerBound >= 0 else { throw .damaged }
        let all = Int64(bytes.count)
        return Array(bytes[Int(min(range.lowerBound, all))..<Int(min(range.upperBound, all))])
    }

    package func size(of file: PhotoFile, in event: EventID) throws(StorageError) -> Int64? {
        try check(file)
        return (files[event]?[file]?.bytes.count).map(Int64.init)
    }

    package func keep(_ rendition: [UInt8], as file: PhotoFile, in event: EventID) throws(StorageError) {
        guard case .rendition = file else { throw .damaged }
        try check(file)
        place(file, rendition, in: event, changedAt: now)
    }

    package func forEachFile(
        in event: EventID, _ body: @Sendable ([KeptFile]) async throws(StorageError) -> Void
    ) async throws(StorageError) {
        if let fault { throw fault }
        let all = (files[event] ?? [:]).map { file, kept in
            KeptFile(file: file, sizeInBytes: Int64(kept.bytes.count), changedAt: kept.changedAt)
        }
        for start in stride(from: 0, to: all.count, by: 500) {
            try await body(Array(all[start..<min(start + 500, all.count)]))
        }
    }

    package func events() throws(StorageError) -> [EventID] {
        if let fault { throw fault }
        return Array(files.keys)
    }

    package func remove(_ file: PhotoFile, in event: EventID) throws(StorageError) {
        try check(file)
        files[event]?[file] = nil
    }

    package func removeAll(in event: EventID) throws(StorageError) {
        if let fault { throw fault }
        files[event] = nil
    }

    package func checkSpace(for bytes: Int64) throws(StorageError) {
        guard bytes <= free else { throw .lowSpace }
    }

    private func check(_ file: PhotoFile) throws(StorageError) {
        if let fault { throw fault }
        let isGood =
            switch file {
            case .original(let hash), .rendition(_, of: let hash):
                hash.utf8.count == 64
                    && hash.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
            case .upload: true
            case .stray(let name): !name.isEmpty && !name.contains("/") && !name.utf8.contains(0)
            }
        guard isGood else { throw .damaged }
    }
}
