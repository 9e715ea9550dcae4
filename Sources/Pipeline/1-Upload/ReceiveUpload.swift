package import Domain
internal import Synchronization

/// The receiving side of uploads, in the sense of tus 1.0: begin, pieces at their offsets, status, termination.
///
/// What is acknowledged is on the disk: the bytes first, then the row that tells of them. A file that is complete is hashed
/// once, from the disk, and becomes a photo; if the program ends in between, the next one finishes it without the sender.
package struct ReceiveUpload: Sendable {
    private let uploads: any UploadKeeping
    private let files: any PhotoFileKeeping
    private let digest: @Sendable ([UInt8], PieceChecksum.Method) -> [UInt8]
    private let now: @Sendable () -> Int64
    private let busy = UploadsInHand()

    /// Pieces are held in memory, so they have a limit.
    package static let mostBytesOfPiece = 16 << 20
    /// An upload that nothing is heard of for so long is thrown away.
    package static let expiryInMilliseconds: Int64 = 24 * 3600 * 1000

    package init(
        uploads: any UploadKeeping, files: any PhotoFileKeeping,
        digest: @escaping @Sendable ([UInt8], PieceChecksum.Method) -> [UInt8],
        now: @escaping @Sendable () -> Int64
    ) {
        self.uploads = uploads
        self.files = files
        self.digest = digest
        self.now = now
    }

    /// Makes room for a file. The same source again leads to the same upload, wherever it stands.
    package func begin(_ offer: UploadOffer) async throws(UploadError) -> Upload {
        try await checkSpace(for: offer.length)
        let upload = try await uploads.begin(
            offer, expiresAt: now() + Self.expiryInMilliseconds, now: now())
        if upload.result == nil, upload.content != nil { return try await complete(upload) }
        return upload
    }

    /// How far an upload is; one that was left complete is finished on the way.
    package func status(of id: UploadID) async throws(UploadError) -> Upload {
        let upload = try await uploads.upload(id)
        if upload.result == nil, upload.content != nil { return try await complete(upload) }
        if upload.result == nil, upload.expiresAt <= now() { throw .expired }
        return upload
    }

    /// Takes the next piece; with the last one the upload becomes a photo.
    package func take(
        _ piece: [UInt8], of id: UploadID, at offset: Int64, checksum: PieceChecksum? = nil
    ) async throws(UploadError) -> Upload {
        guard busy.begin(id) else { throw .inHand }
        defer { busy.end(id) }
        let upload = try await uploads.upload(id)
        try check(piece, of: upload, at: offset, checksum)
        try await checkSpace(for: Int64(piece.count))
        let end = offset + Int64(piece.count)
        // The told offset is on the disk, unless somebody else's hand was in the folder.
        let length = try await stored { () async throws(StorageError) in
            try await files.length(of: id, in: upload.event)
        }
        guard length >= offset else {
            try await discard(upload)
            throw .damaged
        }
        if !piece.isEmpty {
            try await stored { () async throws(StorageError) in
                try await files.put(piece, of: id, in: upload.event, at: offset)
            }
        }
        let content = end == upload.length ? try await hash(upload) : nil
        let advanced = try await uploads.advance(
            id, to: end, content: content, expiresAt: now() + Self.expiryInMilliseconds)
        return content == nil ? advanced : try await complete(advanced)
    }

    /// Throws away an upload that is not finished.
    package func terminate(_ id: UploadID) async throws(UploadError) {
        guard busy.begin(id) else { throw .inHand }
        defer { busy.end(id) }
        let upload = try await uploads.upload(id)
        guard upload.result == nil else { throw .finished }
        try await discard(upload)
    }

    /// Finishes what an ended program left complete, and throws away what expired. Tells how many of each. An upload whose
    /// bytes are gone is thrown away, and does not keep the others waiting.
    package func tidy() async throws(UploadError) -> (finished: Int, expired: Int) {
        var (finished, expired) = (0, 0)
        for upload in try await uploads.unfinished(limit: 1000) {
            guard busy.begin(upload.id) else { continue }
            defer { busy.end(upload.id) }
            do throws(UploadError) {
                _ = try await complete(upload)
                finished += 1
            } catch {
                switch error {
                case .damaged, .noSuchUpload: continue
                default: throw error
                }
            }
        }
        for upload in try await uploads.expired(at: now(), limit: 1000) {
            guard busy.begin(upload.id) else { continue }
            defer { busy.end(upload.id) }
            try await discard(upload)
            expired += 1
        }
        return (finished, expired)
    }

    private func check(
        _ piece: [UInt8], of upload: Upload, at offset: Int64, _ checksum: PieceChecksum?
    ) throws(UploadError) {
        guard upload.result == nil, upload.content == nil else { throw .finished }
        guard upload.expiresAt > now() else { throw .expired }
        guard offset == upload.offset else { throw .wrongOffset(expected: upload.offset) }
        guard piece.count <= Self.mostBytesOfPiece else { throw .pieceTooLarge(most: Self.mostBytesOfPiece) }
        guard Int64(piece.count) <= upload.length - offset else { throw .tooLong }
        if let checksum, digest(piece, checksum.method) != checksum.digest { throw .wrongChecksum }
    }

    private func hash(_ upload: Upload) async throws(UploadError) -> String {
        do throws(StorageError) {
            return try await files.hash(of: upload.id, in: upload.event, length: upload.length)
        } catch .damaged {
            try await discard(upload)
            throw .damaged
        } catch {
            throw .storage(error)
        }
    }

    /// The file gets its name first, and then its row: a file without a row is swept, a row without a file would be a
    /// photo lost.
    private func complete(_ upload: Upload) async throws(UploadError) -> Upload {
        guard let content = upload.content else { throw .incomplete(missing: upload.length - upload.offset) }
        do throws(StorageError) {
            try await files.keep(upload.id, as: content, in: upload.event)
        } catch .missing {
            try await discard(upload)
            throw .damaged
        } catch {
            throw .storage(error)
        }
        _ = try await uploads.finish(upload.id, now: now())
        return try await uploads.upload(upload.id)
    }

    private func discard(_ upload: Upload) async throws(UploadError) {
        try await uploads.end(upload.id)
        try await stored { () async throws(StorageError) in
            try await files.drop(upload.id, in: upload.event)
        }
    }

    private func checkSpace(for bytes: Int64) async throws(UploadError) {
        try await stored { () async throws(StorageError) in try await files.checkSpace(for: bytes) }
    }
}

/// Tells what the store refuses in the words of uploads.
func stored<Answer>(_ work: () async throws(StorageError) -> Answer) async throws(UploadError) -> Answer {
    do throws(StorageError) { return try await work() } catch { throw .storage(error) }
}

/// The uploads that a piece is being taken of: two senders of one upload would write into each other's bytes.
private final class UploadsInHand: Sendable {
    private let uploads = Mutex<Set<UploadID>>([])

    func begin(_ id: UploadID) -> Bool { uploads.withLock { $0.insert(id).inserted } }

    func end(_ id: UploadID) { _ = uploads.withLock { $0.remove(id) } }
}
