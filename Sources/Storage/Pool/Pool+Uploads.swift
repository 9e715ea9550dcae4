package import Domain

extension Pool: UploadKeeping {
    package func begin(
        _ offer: UploadOffer, expiresAt: Int64, now: Int64
    ) async throws(UploadError) -> Upload {
        guard offer.length > 0 else { throw .empty }
        let id = UploadID(at: now)
        let act = Act(by: .photographer(offer.photographer), at: now)
        return try await uploading { session throws(StorageError) in
            guard var work = try EventWork(locking: offer.event, by: act, in: session) else {
                return .failure(.noSuchEvent)
            }
            if let source = offer.source {
                let known = try session.firstRow(
                    Upload.select + " WHERE photographer = $1 AND source = $2 AND event = $3",
                    [.id(offer.photographer), .text(source), .id(offer.event)]
                ) { row throws(StorageError) in try Upload(row) }
                if let known { return .success(known) }
            }
            guard work.state == .open else { return .failure(.eventClosed) }
            if let refusal = try session.refusal(of: offer, in: work) { return .failure(refusal) }
            try session.execute(
                """
                INSERT INTO uploads (id, event, photographer, album, name, length, received, source, replaces, began_at,
                    expires_at)
                VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10)
                """,
                [
                    .id(id), .id(offer.event), .id(offer.photographer), .id(offer.album),
                    .blob(offer.name.bytes), .integer(offer.length), .optional(offer.source),
                    .id(offer.replaces), .integer(now), .integer(expiresAt),
                ])
            work.claim(bytes: offer.length)
            try session.claim(bytes: offer.length, for: offer.photographer)
            try work.finish()
            return try session.known(id)
        }
    }

    package func upload(_ id: UploadID) async throws(UploadError) -> Upload {
        let answer: Result<Upload, UploadError>
        do throws(StorageError) {
            answer = try await database.glance { session throws(StorageError) in try session.known(id) }
        } catch {
            throw .storage(error)
        }
        return try answer.get()
    }

    package func advance(
        _ id: UploadID, to offset: Int64, content: String?, expiresAt: Int64
    ) async throws(UploadError) -> Upload {
        try await uploading { session throws(StorageError) in
            // A slower copy of the same piece never takes back what a quicker one has told.
            let changed = try session.execute(
                """
                UPDATE uploads SET received = $2, content_hash = $3, expires_at = $4
                WHERE id = $1 AND photo IS NULL AND content_hash IS NULL AND received <= $2
                """, [.id(id), .integer(offset), .optional(content), .integer(expiresAt)])
            let known = try session.known(id)
            if changed == 0, case .success(let upload) = known, upload.result != nil {
                return .failure(.finished)
            }
            return known
        }
    }

    package func end(_ id: UploadID) async throws(UploadError) {
        try await uploading { session throws(StorageError) in
            guard case .success(let upload) = try session.known(id), upload.result == nil,
                var work = try EventWork(
                    locking: upload.event, by: Act(by: .program, at: 0), in: session)
            else { return .success(()) }
            let gone = try session.execute("DELETE FROM uploads WHERE id = $1 AND photo IS NULL", [.id(id)])
            guard gone == 1 else { return .success(()) }
            work.claim(bytes: -upload.length)
            try session.claim(bytes: -upload.length, for: upload.photographer)
            try work.finish()
            return .success(())
        }
    }

    package func expired(at milliseconds: Int64, limit: Int) async throws(UploadError) -> [Upload] {
        try await uploads(
            " WHERE photo IS NULL AND content_hash IS NULL AND expires_at <= $1 ORDER BY expires_at LIMIT $2",
            [.integer(milliseconds), .integer(limit)])
    }

    package func unfinished(limit: Int) async throws(UploadError) -> [Upload] {
        try await uploads(
            " WHERE photo IS NULL AND content_hash IS NOT NULL ORDER BY id LIMIT $1", [.integer(limit)])
    }

    private func uploads(_ filter: String, _ values: [DatabaseValue]) async throws(UploadError) -> [Upload] {
        do throws(StorageError) {
            return try await database.read { session throws(StorageError) in
                try session.rows(Upload.select + filter, values) { row throws(StorageError) in try Upload(row)
                }
            }
        } catch {
            throw .storage(error)
        }
    }

    func uploading<Answer: Sendable>(
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Result<Answer, UploadError>
    ) async throws(UploadError) -> Answer {
        let answer: Result<Answer, UploadError>
        do throws(StorageError) { answer = try await database.write(work) } catch { throw .storage(error) }
        return try answer.get()
    }
}

extension DatabaseSession {
    func known(_ id: UploadID) throws(StorageError) -> Result<Upload, UploadError> {
        let upload = try firstRow(Upload.select + " WHERE id = $1", [.id(id)]) { row throws(StorageError) in
            try Upload(row)
        }
        return upload.map { .success($0) } ?? .failure(.noSuchUpload)
    }

    /// Why there is no place for a file; absent where there is.
    func refusal(of offer: UploadOffer, in work: EventWork) throws(StorageError) -> UploadError? {
        let used = try firstRow(
            "SELECT claimed_bytes FROM photographers WHERE id = $1 AND event = $2",
            [.id(offer.photographer), .id(offer.event)]
        ) { row throws(StorageError) in try row.integer(0) }
        guard let used else { return .noSuchPhotographer }
        if let album = offer.album {
            let sql = "SELECT 1 FROM albums WHERE id = $1 AND event = $2"
            guard try firstRow(sql, [.id(album), .id(offer.event)], { _ in true }) != nil else {
                return .noSuchAlbum
            }
        }
        if let photo = offer.replaces {
            let sql = "SELECT 1 FROM photos WHERE id = $1 AND event = $2 AND in_trash = 0"
            guard try firstRow(sql, [.id(photo), .id(offer.event)], { _ in true }) != nil else {
                return .noSuchPhoto
            }
        }
        if let most = work.settings.mostBytesOfFile, offer.length > most { return .fileTooLarge(most: most) }
        if let most = work.settings.mostBytesOfEvent, work.claimedBytes > most - offer.length {
            return .eventFull(most: most)
        }
        if let most = work.settings.mostBytesOfPhotographer, used > most - offer.length {
            return .photographerFull(most: most)
        }
        return nil
    }

    func claim(bytes: Int64, for photographer: PhotographerID) throws(StorageError) {
        try execute(
            "UPDATE photographers SET claimed_bytes = claimed_bytes + $2 WHERE id = $1",
            [.id(photographer), .integer(bytes)])
    }
}

extension Upload {
    static let select = """
        SELECT id, event, photographer, album, name, length, received, content_hash, replaces, expires_at, photo, way
        FROM uploads
        """

    init(_ row: any DatabaseRow) throws(StorageError) {
        let photo: PhotoID? = try row.optionalIdentifier(10)
        self.init(
            id: try row.identifier(0), event: try row.identifier(1), photographer: try row.identifier(2),
            album: try row.optionalIdentifier(3), name: PhotoName(bytes: try row.blob(4)),
            length: try row.integer(5), offset: try row.integer(6), content: try row.optionalText(7),
            replaces: try row.optionalIdentifier(8), expiresAt: try row.integer(9),
            result: try photo.map { photo throws(StorageError) in
                UploadResult(photo: photo, way: try row.word(11))
            })
    }
}
