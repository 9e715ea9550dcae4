package import Domain
internal import Synchronization

/// Takes files that lie on this machine into an event, several at a time, each in pieces as over the network.
///
/// Stop it when you like: what was acknowledged is kept, and the same files again go on where they were.
package struct ImportFiles: Sendable {
    private let receive: ReceiveUpload
    private let reader: any PhotoReading
    private let event: EventID
    private let photographer: PhotographerID
    private let album: AlbumID?
    private let width: Int

    package init(
        receive: ReceiveUpload, reader: any PhotoReading, event: EventID, photographer: PhotographerID,
        album: AlbumID?, width: Int = 4
    ) {
        self.receive = receive
        self.reader = reader
        self.event = event
        self.photographer = photographer
        self.album = album
        self.width = width
    }

    /// A file that is to be imported.
    package struct Item: Sendable {
        let name: PhotoName
        let folder: any PhotoFinding

        package init(_ name: PhotoName, in folder: any PhotoFinding) {
            self.name = name
            self.folder = folder
        }
    }

    /// What became of one file.
    package enum Outcome: Sendable {
        case uploaded(UploadResult, bytes: Int64)
        /// An earlier run had it finished.
        case earlier(UploadResult)
        case skipped(SkipReason)
        case failed(code: String, sentence: String)
    }

    /// Runs to the end or until it is stopped. An error of the disk or the database ends it: the next file would meet it
    /// as well.
    package func run(
        _ items: [Item], until stop: StopSign,
        _ report: @escaping @Sendable (PhotoName, Outcome) -> Void
    ) async throws(UploadError) {
        let ahead = Mutex(items[...])
        let stage = Stage(width: width) {
            stop.isUp ? nil : ahead.withLock { $0.popFirst() }
        } work: { (item: Item) throws(UploadError) in
            try await outcome(of: item, until: stop)
        } settle: { item, result in
            if let outcome = try result.get() { report(item.name, outcome) }
        }
        do {
            try await stage.run()
        } catch let error as UploadError {
            throw error
        } catch {
            preconditionFailure("imports end with an UploadError only")
        }
    }

    /// Lets one file take the place of a photo.
    package func replace(
        _ photo: PhotoID, with file: OpenPhoto, named name: PhotoName
    ) async throws(UploadError) -> UploadResult {
        switch try await upload(file, named: name, until: StopSign(), replaces: photo) {
        case .uploaded(let result, _), .earlier(let result): return result
        case .skipped, nil: throw .damaged
        case .failed: throw .damaged
        }
    }

    /// Nil where the run was stopped in the middle of a large file.
    private func outcome(of item: Item, until stop: StopSign) async throws(UploadError) -> Outcome? {
        let found: FoundPhoto
        do throws(PhotoOpenError) {
            found = try await item.folder.open(item.name)
        } catch {
            return .failed(code: error.code, sentence: error.sentence)
        }
        if let reason = found.kind.reasonToSkip(item.name) { return .skipped(reason) }
        do throws(UploadError) {
            return try await upload(found.photo, named: item.name, until: stop)
        } catch {
            switch error {
            case .storage, .noSuchEvent, .noSuchPhotographer, .noSuchAlbum, .eventClosed: throw error
            case .noSuchUpload, .expired, .noSuchPhoto, .empty, .fileTooLarge, .eventFull, .photographerFull,
                .wrongOffset, .tooLong, .wrongChecksum, .pieceTooLarge, .incomplete, .inHand, .finished,
                .damaged:
                return .failed(code: error.code, sentence: error.sentence)
            }
        }
    }

    private func upload(
        _ photo: OpenPhoto, named name: PhotoName, until stop: StopSign, replaces: PhotoID? = nil
    ) async throws(UploadError) -> Outcome? {
        let stamp = photo.stamp
        let offer = UploadOffer(
            event: event, photographer: photographer, album: album, name: name.last,
            length: stamp.sizeInBytes, replaces: replaces,
            source: replaces != nil ? nil : "\(name.text) \(stamp.sizeInBytes) \(stamp.changedInNanoseconds)")
        var upload = try await receive.begin(offer)
        if let result = upload.result { return .earlier(result) }
        while upload.result == nil {
            if stop.isUp { return nil }
            let end = min(upload.offset + Self.bytesOfPiece, upload.length)
            let range = upload.offset..<end
            let piece = try await stored { () async throws(StorageError) in
                try await reader.bytes(of: photo, range)
            }
            guard Int64(piece.count) == end - range.lowerBound else {
                return .failed(
                    code: "changed_while_read",
                    sentence: "The file became shorter while it was read; import it again.")
            }
            upload = try await take(piece, of: upload)
        }
        return upload.result.map { .uploaded($0, bytes: upload.length) }
    }

    /// Another run over the same files may be a step ahead with this one: then we go on from where it is.
    private func take(_ piece: [UInt8], of upload: Upload) async throws(UploadError) -> Upload {
        do throws(UploadError) {
            return try await receive.take(piece, of: upload.id, at: upload.offset)
        } catch {
            switch error {
            case .wrongOffset, .finished: return try await receive.status(of: upload.id)
            default: throw error
            }
        }
    }

    private static let bytesOfPiece: Int64 = 8 << 20
}

extension PhotoName {
    /// Without the folders before it.
    fileprivate var last: PhotoName {
        PhotoName(bytes: Array(bytes.split(separator: UInt8(ascii: "/")).last ?? []))
    }
}
