/// What is known of uploads: how far each is, and which photo it became.
///
/// Everything told here was promised: it is on the disk when the call returns.
package protocol UploadKeeping: Sendable {
    /// Writes down that a file is about to arrive, and claims its room. The same source again is the same upload.
    func begin(_ offer: UploadOffer, expiresAt: Int64, now: Int64) async throws(UploadError) -> Upload

    func upload(_ id: UploadID) async throws(UploadError) -> Upload

    /// Writes down that the bytes up to `offset` are on the disk, and with the last of them the hash of the whole, so
    /// that whatever happens next, the upload can be finished without its sender.
    func advance(
        _ id: UploadID, to offset: Int64, content: String?, expiresAt: Int64
    ) async throws(UploadError) -> Upload

    /// Makes a complete upload a photo, or finds the photo that it is; its work begins where there is any. Once more
    /// gives the same answer.
    func finish(_ id: UploadID, now: Int64) async throws(UploadError) -> UploadResult

    /// Forgets an upload that is not finished, and frees its room; one that is gone is no error.
    func end(_ id: UploadID) async throws(UploadError)

    /// Uploads that expired with bytes missing.
    func expired(at milliseconds: Int64, limit: Int) async throws(UploadError) -> [Upload]

    /// Uploads that are complete and no photo yet: their program was ended in between.
    func unfinished(limit: Int) async throws(UploadError) -> [Upload]
}

/// Why an upload is not taken, or not taken further. Nothing that was acknowledged is lost by any of them.
package enum UploadError: Error, Sendable, Hashable {
    case noSuchUpload
    case expired
    case noSuchEvent
    case noSuchPhotographer
    case noSuchPhoto
    case noSuchAlbum
    case eventClosed
    case empty
    case fileTooLarge(most: Int64)
    case eventFull(most: Int64)
    case photographerFull(most: Int64)
    /// The piece does not begin where the last one ended.
    case wrongOffset(expected: Int64)
    /// The piece reaches beyond the length that was told.
    case tooLong
    case wrongChecksum
    /// The piece is larger than we hold in memory.
    case pieceTooLarge(most: Int)
    /// Bytes are missing.
    case incomplete(missing: Int64)
    /// Another piece of it is arriving at this moment.
    case inHand
    /// The upload is finished; nothing can be added.
    case finished
    /// What lies on the disk is not what was acknowledged: the sender begins anew.
    case damaged
    case storage(StorageError)
}

extension UploadError {
    /// A stable word for scripts and JSON.
    package var code: String {
        switch self {
        case .noSuchUpload: "no_such_upload"
        case .expired: "upload_expired"
        case .noSuchEvent: "no_such_event"
        case .noSuchPhotographer: "no_such_photographer"
        case .noSuchPhoto: "no_such_photo"
        case .noSuchAlbum: "no_such_album"
        case .eventClosed: "event_closed"
        case .empty: "empty_file"
        case .fileTooLarge: "file_too_large"
        case .eventFull: "event_full"
        case .photographerFull: "photographer_full"
        case .wrongOffset: "wrong_offset"
        case .tooLong: "piece_too_long"
        case .wrongChecksum: "wrong_checksum"
        case .pieceTooLarge: "piece_too_large"
        case .incomplete: "upload_incomplete"
        case .inHand: "upload_in_hand"
        case .finished: "upload_finished"
        case .damaged: "upload_damaged"
        case .storage(let error): error.code
        }
    }

    /// What was found, and what to do.
    package var sentence: String {
        switch self {
        case .noSuchUpload: "There is no such upload; begin it anew."
        case .expired: "The upload lay unfinished for too long and was thrown away; begin it anew."
        case .noSuchEvent: "There is no such event."
        case .noSuchPhotographer: "The event has no such photographer."
        case .noSuchPhoto: "The photo that was to be replaced is not in the event."
        case .noSuchAlbum: "The event has no such album."
        case .eventClosed: "The event takes no photos any more."
        case .empty: "The file is empty; copy it again from the card or the phone."
        case .fileTooLarge(let most): "The file is larger than this event takes (\(most) bytes)."
        case .eventFull(let most):
            "The event has no room for it (\(most) bytes in all); the organiser can raise the limit."
        case .photographerFull(let most):
            "You have no room left in this event (\(most) bytes in all); the organiser can raise the limit."
        case .wrongOffset(let expected):
            "The next byte that is wanted is number \(expected); go on from there."
        case .tooLong: "The piece reaches beyond the end that was told for the file."
        case .wrongChecksum: "The piece arrived damaged; send it again."
        case .pieceTooLarge(let most): "The piece is too large; send pieces of at most \(most) bytes."
        case .incomplete(let missing): "\(missing) bytes are still missing; send them first."
        case .inHand: "A piece of this upload is arriving at this moment; wait for its end."
        case .finished: "The upload is finished already; nothing can be added."
        case .damaged: "What was kept of the upload is damaged; begin it anew."
        case .storage(let error): error.sentence
        }
    }
}
