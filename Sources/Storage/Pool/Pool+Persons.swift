package import Domain

/// The people of an event, read.
extension Pool: PeopleKeeping {
    package func standing(of event: EventID) async throws(PoolError) -> PeopleStanding {
        try await read { session throws(StorageError) in
            let standing = try session.firstRow(
                PeopleStanding.select, [.id(event)]
            ) { row throws(StorageError) in try PeopleStanding(row) }
            return standing.map { .success($0) } ?? .failure(.noSuchEvent)
        }
    }

    package func faces(
        of event: EventID, after last: FaceID?, limit: Int
    ) async throws(PoolError) -> [FaceOfEvent] {
        try await read { session throws(StorageError) in
            .success(
                try session.rows(
                    FaceOfEvent.select
                        + " WHERE faces.event = $1 AND faces.id > $2 AND faces.sealed IS NOT NULL"
                        + " ORDER BY faces.id LIMIT $3",
                    [.id(event), .blob(last?.bytes ?? []), .integer(limit)]
                ) { row throws(StorageError) in try FaceOfEvent(row) })
        }
    }

    package func faces(_ ids: [FaceID], of event: EventID) async throws(PoolError) -> [FaceOfEvent] {
        try await read { session throws(StorageError) in
            var faces: [FaceOfEvent] = []
            try session.forEachRow(
                FaceOfEvent.select + " WHERE faces.id = $1 AND faces.event = $2 AND faces.sealed IS NOT NULL",
                each: ids.map { [.id($0), .id(event)] }
            ) { _, row throws(StorageError) in faces.append(try FaceOfEvent(row)) }
            return .success(faces)
        }
    }

    package func marks(of event: EventID, pack: String) async throws(PoolError) -> [FaceMark] {
        try await read { session throws(StorageError) in
            .success(
                try session.rows(
                    """
                    SELECT id, person, CASE WHEN pack = $2 THEN 1 ELSE 0 END, substr(sealed, 1, \(FaceMark.sealLength))
                    FROM faces WHERE event = $1 AND sealed IS NOT NULL
                    """, [.id(event), .text(pack)]
                ) { row throws(StorageError) in
                    FaceMark(
                        id: try row.identifier(0), person: try row.optionalIdentifier(1),
                        isOfPack: try row.truth(2), seal: try row.blob(3))
                })
        }
    }

    package func people(of event: EventID, limit: Int) async throws(PoolError) -> [Person] {
        try await read { session throws(StorageError) in
            .success(
                try session.rows(
                    Person.all, [.id(event), .integer(limit)]
                ) { row throws(StorageError) in try Person(row) })
        }
    }

    package func people(
        of event: EventID, after last: PersonID?, limit: Int
    ) async throws(PoolError) -> [Person] {
        try await read { session throws(StorageError) in
            .success(
                try session.rows(
                    Person.select + " WHERE event = $1 AND id > $2 ORDER BY id LIMIT $3",
                    [.id(event), .blob(last?.bytes ?? []), .integer(limit)]
                ) { row throws(StorageError) in try Person(row) })
        }
    }

    package func person(_ nameOrID: String, of event: EventID) async throws(PoolError) -> Person {
        try await read { session throws(StorageError) in
            let (column, value): (String, DatabaseValue) =
                PersonID(text: nameOrID).map { ("id", .id($0)) } ?? ("name", .text(nameOrID))
            let found = try session.rows(
                Person.select + " WHERE event = $1 AND \(column) = $2 ORDER BY id LIMIT 2",
                [.id(event), value]
            ) { row throws(StorageError) in try Person(row) }
            guard let person = found.first else { return .failure(.noSuchPerson) }
            return found.count == 1 ? .success(person) : .failure(.severalPeople)
        }
    }

    package func faces(of person: PersonID) async throws(PoolError) -> [PersonFace] {
        try await read { session throws(StorageError) in
            .success(
                try session.rows(
                    PersonFace.select + " WHERE faces.person = $1 ORDER BY photos.id, faces.number",
                    [.id(person)]
                ) { row throws(StorageError) in try PersonFace(row) })
        }
    }

    package func face(_ id: FaceID, of event: EventID) async throws(PoolError) -> PersonFace {
        try await read { session throws(StorageError) in
            let face = try session.firstRow(
                PersonFace.select + " WHERE faces.id = $1 AND faces.event = $2", [.id(id), .id(event)]
            ) { row throws(StorageError) in try PersonFace(row) }
            return face.map { .success($0) } ?? .failure(.noSuchFace)
        }
    }

    package func loneFaces(
        of event: EventID, after last: FaceID?, limit: Int
    ) async throws(PoolError) -> [PersonFace] {
        try await read { session throws(StorageError) in
            .success(
                try session.rows(
                    PersonFace.select
                        + """
                         WHERE faces.event = $1 AND faces.person IS NULL AND faces.sealed IS NOT NULL
                            AND faces.tier <> 'ignored' AND photos.in_trash = 0 AND faces.id > $2
                        ORDER BY faces.id LIMIT $3
                        """, [.id(event), .blob(last?.bytes ?? []), .integer(limit)]
                ) { row throws(StorageError) in try PersonFace(row) })
        }
    }

    package func note(
        _ search: PersonSearch, of event: EventID, by act: Act
    ) async throws(PoolError) {
        try await write { session throws(StorageError) -> Result<Void, PoolError> in
            guard let work = try EventWork(locking: event, by: act, in: session), work.state != .deleting
            else { return .failure(.noSuchEvent) }
            try session.execute(
                """
                INSERT INTO searches (id, event, consent, people, photos, actor_kind, actor, at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """,
                [
                    .id(search.id), .id(event), .text(search.consent), .integer(search.people),
                    .integer(search.photos),
                ] + act.columns)
            return .success(())
        }
    }

    package func searches(
        of event: EventID, before last: SearchID?, limit: Int
    ) async throws(PoolError) -> [PersonSearch] {
        let end = last.map { .id($0) } ?? DatabaseValue.blob([UInt8](repeating: 0xFF, count: 16))
        return try await read { session throws(StorageError) in
            .success(
                try session.rows(
                    """
                    SELECT id, consent, people, photos, actor_kind, actor, at FROM searches
                    WHERE event = $1 AND id < $2 ORDER BY id DESC LIMIT $3
                    """, [.id(event), end, .integer(limit)]
                ) { row throws(StorageError) in
                    PersonSearch(
                        id: try row.identifier(0), consent: try row.text(1),
                        people: Int(try row.integer(2)), photos: Int(try row.integer(3)),
                        act: try Act(row, from: 4))
                })
        }
    }

    package func hiddenPeople(of event: EventID) async throws(PoolError) -> Set<PersonID> {
        try await read { session throws(StorageError) in
            .success(
                Set(
                    try session.rows(
                        "SELECT id FROM people WHERE event = $1 AND is_hidden = 1", [.id(event)]
                    ) { row throws(StorageError) in try row.identifier(0) }))
        }
    }

    package func gallery(
        of people: [PersonID], _ faces: [FaceID], in event: EventID
    ) async throws(PoolError) -> [PoolPhoto] {
        try await read { session throws(StorageError) in
            var photos: [PhotoID: PoolPhoto] = [:]
            let visible = " AND event = $2 AND is_hidden = 0 AND in_trash = 0"
            for person in people {
                try session.forEachRow(
                    PhotoQuery.select + " WHERE id IN (SELECT photo FROM faces WHERE person = $1)" + visible,
                    [.id(person), .id(event)]
                ) { row throws(StorageError) in
                    let photo = try PoolPhoto(row)
                    photos[photo.id] = photo
                }
            }
            try session.forEachRow(
                PhotoQuery.select + " WHERE id = (SELECT photo FROM faces WHERE faces.id = $1)" + visible,
                each: faces.map { [.id($0), .id(event)] }
            ) { _, row throws(StorageError) in
                let photo = try PoolPhoto(row)
                photos[photo.id] = photo
            }
            return .success(photos.values.sorted { $0.id < $1.id })
        }
    }

    package func questions(of event: EventID, limit: Int) async throws(PoolError) -> [OpenQuestion] {
        try await read { session throws(StorageError) in
            .success(
                try session.rows(
                    """
                    SELECT kind, person, other, face, other_face, distance, weight FROM questions
                    WHERE event = $1 ORDER BY place LIMIT $2
                    """, [.id(event), .integer(limit)]
                ) { row throws(StorageError) in
                    let other: PersonID? = try row.optionalIdentifier(2)
                    return OpenQuestion(
                        kind: try row.word(0), people: [try row.identifier(1)] + (other.map { [$0] } ?? []),
                        first: try row.identifier(3), second: try row.identifier(4),
                        distance: try row.real(5), weight: Int(try row.integer(6)))
                })
        }
    }
}

extension PeopleStanding {
    static let select = "SELECT revision, grouped_revision, grouped_by, groupings FROM events WHERE id = $1"

    init(_ row: any DatabaseRow) throws(StorageError) {
        self.init(
            revision: try row.integer(0), groupedRevision: try row.integer(1), groupedBy: try row.text(2),
            groupings: try row.integer(3))
    }
}

extension FaceOfEvent {
    fileprivate static let select = """
        SELECT faces.id, faces.photo, photos.content_hash, faces.number, faces.tier, faces.pack, faces.sealed, faces.person
        FROM faces JOIN photos ON photos.id = faces.photo
        """

    fileprivate init(_ row: any DatabaseRow) throws(StorageError) {
        self.init(
            id: try row.identifier(0), photo: try row.identifier(1), contentHash: try row.text(2),
            number: Int(try row.integer(3)), tier: try row.word(4), pack: try row.text(5),
            sealed: try row.blob(6), person: try row.optionalIdentifier(7))
    }
}

extension Person {
    /// All people of an event, counted in one go: with a count for each, a database that does not know its tables yet may
    /// look through all faces again and again.
    fileprivate static let all = """
        SELECT people.id, name, is_hidden, is_ignored, cover, created_at, version, coalesce(counts.faces, 0),
            coalesce(counts.photos, 0)
        FROM people LEFT JOIN (
            SELECT faces.person AS person, count(*) AS faces, count(DISTINCT faces.photo) AS photos
            FROM faces JOIN photos ON photos.id = faces.photo
            WHERE faces.event = $1 AND faces.person IS NOT NULL AND photos.in_trash = 0
            GROUP BY faces.person) counts ON counts.person = people.id
        WHERE event = $1 ORDER BY 9 DESC, people.id LIMIT $2
        """

    /// One of them; faces on photos in the trash do not count.
    fileprivate static let select = """
        SELECT id, name, is_hidden, is_ignored, cover, created_at, version,
            (SELECT count(*) FROM faces JOIN photos ON photos.id = faces.photo
                WHERE faces.person = people.id AND photos.in_trash = 0),
            (SELECT count(DISTINCT photos.id) FROM faces JOIN photos ON photos.id = faces.photo
                WHERE faces.person = people.id AND photos.in_trash = 0)
        FROM people
        """

    fileprivate init(_ row: any DatabaseRow) throws(StorageError) {
        self.init(
            id: try row.identifier(0), traits: try Traits(row, from: 1), faces: Int(try row.integer(7)),
            photos: Int(try row.integer(8)), createdAt: try row.integer(5), version: try row.integer(6))
    }
}

extension Person.Traits {
    /// Name, whether hidden, whether ignored, cover.
    init(_ row: any DatabaseRow, from first: Int) throws(StorageError) {
        self.init()
        name = try row.optionalText(first)
        isHidden = try row.truth(first + 1)
        isIgnored = try row.truth(first + 2)
        cover = try row.optionalIdentifier(first + 3)
    }

    var columns: [DatabaseValue] {
        [.optional(name), .truth(isHidden), .truth(isIgnored), .id(cover)]
    }
}

extension PersonFace {
    fileprivate static let select = """
        SELECT faces.id, faces.person, faces.photo, photos.name, faces.number, faces.tier, faces.x, faces.y, faces.width,
            faces.height, photos.in_trash, photos.content_hash, photos.width, photos.height
        FROM faces JOIN photos ON photos.id = faces.photo
        """

    fileprivate init(_ row: any DatabaseRow) throws(StorageError) {
        self.init(
            id: try row.identifier(0), person: try row.optionalIdentifier(1), photo: try row.identifier(2),
            photoName: PhotoName(bytes: try row.blob(3)), number: Int(try row.integer(4)),
            tier: try row.word(5),
            box: Box(
                x: try row.real(6), y: try row.real(7), width: try row.real(8), height: try row.real(9)),
            isInTrash: try row.truth(10), content: try row.text(11),
            pictureWidth: Int(try row.optionalInteger(12) ?? 0),
            pictureHeight: Int(try row.optionalInteger(13) ?? 0))
    }
}
