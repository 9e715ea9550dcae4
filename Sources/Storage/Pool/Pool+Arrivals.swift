package import Domain

/// A complete upload becomes a photo, or finds the photo that it is.
extension Pool {
    package func finish(_ id: UploadID, now: Int64) async throws(UploadError) -> UploadResult {
        let result: UploadResult = try await uploading { session throws(StorageError) in
            // First without the event's lock, to learn which event it is; what counts is read again under it.
            guard case .success(let seen) = try session.known(id) else { return .failure(.noSuchUpload) }
            let act = Act(by: .photographer(seen.photographer), at: now)
            guard var work = try EventWork(locking: seen.event, by: act, in: session),
                case .success(let upload) = try session.known(id)
            else { return .failure(.noSuchUpload) }
            if let result = upload.result { return .success(result) }
            guard let content = upload.content else {
                return .failure(.incomplete(missing: upload.length - upload.offset))
            }
            guard work.state != .deleting else { return .failure(.eventClosed) }
            let arrival = Arrival(upload: upload, content: content, now: now)
            let result = try arrival.settle(in: &work)
            try session.execute(
                "UPDATE uploads SET photo = $2, way = $3, finished_at = $4 WHERE id = $1",
                [.id(id), .id(result.photo), .text(result.way.rawValue), .integer(now)])
            try work.finish()
            return .success(result)
        }
        ring()
        return result
    }
}

/// A complete file that stands at the door of its event.
private struct Arrival {
    let upload: Upload
    let content: String
    let now: Int64

    func settle(in work: inout EventWork) throws(StorageError) -> UploadResult {
        if let known = try known(in: work) {
            // Its bytes are kept once, so the event gives the room back.
            work.claim(bytes: -upload.length)
            return UploadResult(photo: known.id, way: try credit(known, in: &work))
        }
        if let replaced = try upload.replaces.flatMap({ id throws(StorageError) in
            try work.session.standing(of: id, in: work.id)
        }) {
            try replace(replaced, in: &work)
            return UploadResult(photo: replaced.id, way: .replaced)
        }
        return UploadResult(photo: try add(in: &work), way: .new)
    }

    /// The photo that has this content now, or had it before it was retouched.
    private func known(in work: EventWork) throws(StorageError) -> PhotoStanding? {
        let values: [DatabaseValue] = [.id(work.id), .text(content)]
        var photo = try work.session.firstRow(
            "SELECT id FROM photos WHERE event = $1 AND content_hash = $2", values
        ) { row throws(StorageError) in try row.identifier(0, PhotoID.self) }
        if photo == nil {
            photo = try work.session.firstRow(
                "SELECT photo FROM photo_versions WHERE event = $1 AND content_hash = $2", values
            ) { row throws(StorageError) in try row.identifier(0, PhotoID.self) }
        }
        return try photo.flatMap { id throws(StorageError) in try work.session.standing(of: id, in: work.id) }
    }

    private func credit(
        _ photo: PhotoStanding, in work: inout EventWork
    ) throws(StorageError) -> UploadResult.Way {
        try work.note(.credited, photo.id)
        guard photo.standing.isInTrash else { return .duplicate }
        guard work.settings.reuploads == .restore else { return .staysDeleted }
        try photo.setInTrash(false, at: now, in: &work)
        try work.note(.restored, photo.id)
        return .restored
    }

    /// Everything attached to the photo stays; it is developed anew, and its earlier file is kept.
    private func replace(_ photo: PhotoStanding, in work: inout EventWork) throws(StorageError) {
        try work.session.execute(
            """
            INSERT INTO photo_versions (event, content_hash, photo, size_in_bytes, name, replaced_at)
            SELECT event, content_hash, id, size_in_bytes, name, $2 FROM photos WHERE id = $1
            """, [.id(photo.id), .integer(now)])
        try work.session.execute(
            """
            UPDATE photos SET content_hash = $2, size_in_bytes = $3, name = $4, state = 'queued', reason = NULL,
                reason_sentence = NULL, reason_lasts = NULL, version = version + 1
            WHERE id = $1
            """,
            [.id(photo.id), .text(content), .integer(upload.length), .blob(upload.name.bytes)])
        var after = photo.standing
        after.state = .queued
        work.count(photo.standing, -1)
        work.count(after, 1)
        try work.note(.replaced, photo.id)
        try work.enqueue(photo.id, stage: .develop, lane: upload.photographer, now: now)
    }

    private func add(in work: inout EventWork) throws(StorageError) -> PhotoID {
        let id = PhotoID(at: now)
        try work.session.execute(
            """
            INSERT INTO photos (id, event, content_hash, size_in_bytes, name, album, state, is_hidden, in_trash, faces,
                arrived_at, version)
            VALUES ($1, $2, $3, $4, $5, $6, 'queued', 0, 0, 0, $7, 1)
            """,
            [
                .id(id), .id(work.id), .text(content), .integer(upload.length), .blob(upload.name.bytes),
                .id(upload.album), .integer(now),
            ])
        work.count(EventWork.Standing(state: .queued), 1)
        try work.enqueue(id, stage: .develop, lane: upload.photographer, now: now)
        work.photoArrived()
        try work.note(.arrived, id)
        return id
    }
}
