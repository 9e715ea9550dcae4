package import Domain
internal import Synchronization

extension Pool: PhotoKeeping {
    package func photos(
        of event: EventID, _ filter: PhotoFilter, after last: PhotoID?, limit: Int
    ) async throws(PoolError) -> [PoolPhoto] {
        try await read { session throws(StorageError) in
            .success(try session.photos(of: event, filter, after: last, limit: limit))
        }
    }

    package func photo(_ nameOrID: String, of event: EventID) async throws(PoolError) -> PoolPhoto {
        try await glance { session throws(StorageError) in
            let (sql, value): (String, DatabaseValue) =
                PhotoID(text: nameOrID).map { (PhotoQuery.byID, .id($0)) }
                ?? (PhotoQuery.byName, .blob(Array(nameOrID.utf8)))
            let found = try session.rows(sql, [.id(event), value]) { row throws(StorageError) in
                try PoolPhoto(row)
            }
            // Cameras count from 1 again: a name that two photos have names neither.
            guard let photo = found.first else { return .failure(.noSuchPhoto) }
            return found.count == 1 ? .success(photo) : .failure(.severalPhotos)
        }
    }

    package func content(of photo: PhotoID, in event: EventID) async throws(PoolError) -> String {
        try await glance { session throws(StorageError) in try session.content(of: photo, in: event) }
    }

    package func contentAtOnce(of photo: PhotoID, in event: EventID) throws(PoolError) -> String? {
        try glanceAtOnce { session throws(StorageError) in try session.content(of: photo, in: event) }
    }

    package func holds(_ content: String, in event: EventID) async throws(PoolError) -> Bool {
        try await glance { session throws(StorageError) in .success(try session.holds(content, in: event)) }
    }

    package func holdsAtOnce(_ content: String, in event: EventID) throws(PoolError) -> Bool? {
        try glanceAtOnce { session throws(StorageError) in .success(try session.holds(content, in: event)) }
    }

    package func counts(of event: EventID) async throws(PoolError) -> PhotoCounts {
        try await read { session throws(StorageError) in .success(try session.counts(of: event)) }
    }

    package func credits(of photo: PhotoID) async throws(PoolError) -> [PhotographerID] {
        try await glance { session throws(StorageError) in
            .success(
                try session.rows(
                    """
                    SELECT DISTINCT photographer FROM uploads WHERE photo = $1 ORDER BY photographer
                    """, [.id(photo)]
                ) { row throws(StorageError) in try row.identifier(0) })
        }
    }

    package func subject(_ photo: PhotoID) async throws(StorageError) -> DevelopSubject? {
        if let known = lookedUp.withLock({ $0.removeValue(forKey: photo) }) { return known }
        return try await database.read { session throws(StorageError) in
            guard let found = try session.subjects([photo]).first else { return nil }
            guard found.hadFaces else { return found.value }
            let subject = found.value
            return DevelopSubject(
                photo: photo, event: subject.event, contentHash: subject.contentHash, policy: subject.policy,
                earlierFaces: try session.earlierFaces(of: photo))
        }
    }

    package func sealedFaces(
        of event: EventID, after last: FaceID?, limit: Int
    ) async throws(PoolError) -> [KeptFace] {
        try await read { session throws(StorageError) in
            .success(
                try session.rows(
                    """
                    SELECT id, photo, number, pack, sealed FROM faces
                    WHERE event = $1 AND id > $2 AND sealed IS NOT NULL ORDER BY id LIMIT $3
                    """, [.id(event), .blob(last?.bytes ?? []), .integer(limit)]
                ) { row throws(StorageError) in
                    KeptFace(
                        id: try row.identifier(0), photo: try row.identifier(1),
                        number: Int(try row.integer(2)), pack: try row.text(3), sealed: try row.blob(4))
                })
        }
    }
}

extension DatabaseSession {
    fileprivate func photos(
        of event: EventID, _ filter: PhotoFilter, after last: PhotoID?, limit: Int
    ) throws(StorageError) -> [PoolPhoto] {
        var photos: [PoolPhoto] = []
        var last = last
        while photos.count < limit {
            var query = PhotoQuery(event: event, filter: filter, after: last, limit: limit - photos.count)
            let end = try query.leading.flatMap { photographer throws(StorageError) in
                try endOfPage(of: photographer, after: last)
            }
            if query.leading != nil {
                guard let end else { return photos }
                query.end(at: end)
            }
            photos += try rows(query.sql, query.values) { row throws(StorageError) in try PoolPhoto(row) }
            guard let end else { return photos }
            last = photos.count < limit ? end : photos.last?.id
        }
        return photos
    }

    /// Where a page of a photographer's own list ends; nil where nothing is left of it.
    private func endOfPage(
        of photographer: PhotographerID, after last: PhotoID?
    ) throws(StorageError) -> PhotoID? {
        try rows(
            """
            SELECT DISTINCT photo FROM uploads WHERE photographer = $1 AND photo > $2 ORDER BY photo LIMIT 500
            """, [.id(photographer), .blob(last?.bytes ?? [])]
        ) { row throws(StorageError) in try row.identifier(0, PhotoID.self) }.last
    }

    func counts(of event: EventID) throws(StorageError) -> PhotoCounts {
        var counts = PhotoCounts()
        try forEachRow(
            "SELECT state, is_hidden, in_trash, photos FROM photo_counts WHERE event = $1", [.id(event)]
        ) { row throws(StorageError) in
            let photos = Int(try row.integer(3))
            guard photos > 0 else { return }
            if try row.truth(2) {
                counts.inTrash += photos
            } else {
                counts.byState[try row.word(0), default: 0] += photos
                if try row.truth(1) { counts.hidden += photos }
            }
        }
        let inHand = try firstRow(
            """
            SELECT count(*) FROM photos WHERE state = 'queued' AND in_trash = 0 AND id IN (
                SELECT subject FROM jobs WHERE event = $1 AND state = 'running')
            """, [.id(event)]
        ) { row throws(StorageError) in Int(try row.integer(0)) }
        if let inHand, inHand > 0 {
            let waiting = counts.byState[.queued, default: 0] - inHand
            counts.byState[.queued] = waiting > 0 ? waiting : nil
            counts.byState[.processing] = inHand
        }
        return counts
    }

    /// What is to be developed, without the faces of an earlier trip.
    func subjects(_ photos: [PhotoID]) throws(StorageError) -> [(value: DevelopSubject, hadFaces: Bool)] {
        var subjects: [(value: DevelopSubject, hadFaces: Bool)] = []
        try forEachRow(
            """
            SELECT photos.id, photos.event, photos.content_hash, events.policy, photos.faces
            FROM photos JOIN events ON events.id = photos.event
            WHERE photos.id = $1 AND events.state <> 'deleting'
            """, each: photos.map { [.id($0)] }
        ) { _, row throws(StorageError) in
            let subject = DevelopSubject(
                photo: try row.identifier(0), event: try row.identifier(1), contentHash: try row.text(2),
                policy: try row.word(3), earlierFaces: [])
            subjects.append((subject, try row.integer(4) > 0))
        }
        return subjects
    }

    /// Where faces were found by an earlier trip, in parts of the picture.
    fileprivate func earlierFaces(
        of photo: PhotoID
    ) throws(StorageError) -> [DevelopSubject.EarlierFace] {
        try rows(
            """
            SELECT faces.id, faces.x, faces.y, faces.width, faces.height, photos.width, photos.height
            FROM faces JOIN photos ON photos.id = faces.photo
            WHERE faces.photo = $1 AND photos.width IS NOT NULL ORDER BY faces.number
            """, [.id(photo)]
        ) { row throws(StorageError) in
            let (width, height) = (Double(try row.integer(5)), Double(try row.integer(6)))
            return DevelopSubject.EarlierFace(
                id: try row.identifier(0),
                box: Box(
                    x: try row.real(1) / width, y: try row.real(2) / height, width: try row.real(3) / width,
                    height: try row.real(4) / height))
        }
    }
}

extension PoolPhoto {
    init(_ row: any DatabaseRow) throws(StorageError) {
        var state: PhotoState = try row.word(4)
        if state == .queued, try row.truth(11) { state = .processing }
        self.init(
            id: try row.identifier(0), name: PhotoName(bytes: try row.blob(1)),
            contentHash: try row.text(2), sizeInBytes: try row.integer(3), state: state,
            failure: row.isNull(12) ? nil : try PhotoFailure(row, from: 12),
            isHidden: try row.truth(5), isInTrash: try row.truth(6), album: try row.optionalIdentifier(7),
            faces: Int(try row.integer(8)), arrivedAt: try row.integer(9), version: try row.integer(10))
    }
}

extension DatabaseSession {
    fileprivate func content(
        of photo: PhotoID, in event: EventID
    ) throws(StorageError) -> Result<String, PoolError> {
        var content: String?
        try forEachRow(
            "SELECT content_hash FROM photos WHERE id = $1 AND event = $2", [.id(photo), .id(event)]
        ) { row throws(StorageError) in content = try row.text(0) }
        return content.map { .success($0) } ?? .failure(.noSuchPhoto)
    }

    fileprivate func holds(_ content: String, in event: EventID) throws(StorageError) -> Bool {
        var isThere = false
        try forEachRow(
            "SELECT 1 FROM photos WHERE event = $1 AND content_hash = $2", [.id(event), .text(content)]
        ) { _ in isThere = true }
        return isThere
    }
}
