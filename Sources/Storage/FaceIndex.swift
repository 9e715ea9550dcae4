package import Domain
internal import Glibc

/// The index of a folder in a database: an event whose photos stay where they lie. All its SQL stands in this file.
package final class FaceIndex: FaceIndexing {
    private let database: any Database
    private let milliseconds: @Sendable () -> Int64
    /// Absent where nothing was indexed so far.
    private let folder: (event: EventID, key: any VectorKey)?

    private init(
        in database: any Database, folder: (event: EventID, key: any VectorKey)?,
        clock: @escaping @Sendable () -> Int64
    ) {
        self.database = database
        self.folder = folder
        milliseconds = clock
    }

    /// Opens the index in this file; `.existing` refuses to make one.
    package static func open(
        _ path: DiskPath, _ settings: SQLiteSettings = SQLiteSettings(), vault: any VectorSealing
    ) async throws(PoolError) -> FaceIndex {
        let database = try await pooled { () async throws(StorageError) in
            try await SQLiteDatabase.open(path, settings)
        }
        return try await open(in: database, vault: vault, begins: settings.access == .createIfMissing)
    }

    /// Takes a database whatever its age and brings it up to date; an index that `begins` has a key from here on.
    package static func open(
        in database: any Database, vault: any VectorSealing, begins: Bool = true,
        clock: @escaping @Sendable () -> Int64 = millisecondsSince1970
    ) async throws(PoolError) -> FaceIndex {
        try await Schema.bringUpToDate(database, vault: vault, at: clock())
        var event = try await pooled { () async throws(StorageError) in
            try await database.read { session throws(StorageError) in try session.folderEvent() }
        }
        if event == nil, begins {
            let new = EventID(at: clock())
            try await pooled { () async throws(VaultError) in try await vault.prepare(new) }
            event = try await pooled { () async throws(StorageError) in
                try await database.write { session throws(StorageError) in
                    // Another run may have been quicker.
                    if let other = try session.folderEvent() { return other }
                    try session.makeFolderEvent(new, at: clock())
                    return new
                }
            }
        }
        guard let event else { return FaceIndex(in: database, folder: nil, clock: clock) }
        let key = try await pooled { () async throws(VaultError) in try await vault.key(of: event) }
        return FaceIndex(in: database, folder: (event, key), clock: clock)
    }

    package func turned(_ vector: FaceVector) -> FaceVector { folder?.key.turned(vector) ?? vector }

    package func adopt(_ pack: IndexPack) async throws(StorageError) {
        let settings = [
            ("pack_name", pack.name), ("pack_identity", pack.identity),
            ("pack_dimension", String(pack.dimension)), ("pack_metric", pack.metric.rawValue),
        ]
        try await database.write { session throws(StorageError) in
            for (name, value) in settings {
                try session.execute(
                    """
                    INSERT INTO settings (name, value) VALUES ($1, $2)
                    ON CONFLICT (name) DO UPDATE SET value = excluded.value
                    """, [.text(name), .text(value)])
            }
        }
    }

    package func pack() async throws(StorageError) -> IndexPack? {
        let pairs = try await database.read { session throws(StorageError) in
            try session.rows("SELECT name, value FROM settings") { row throws(StorageError) in
                (try row.text(0), try row.text(1))
            }
        }
        let settings = Dictionary(pairs) { first, _ in first }
        guard let name = settings["pack_name"] else { return nil }
        guard let identity = settings["pack_identity"],
            let dimension = settings["pack_dimension"].flatMap(Int.init),
            let metric = settings["pack_metric"].flatMap(Metric.init)
        else { throw .damaged }
        return IndexPack(name: name, identity: identity, dimension: dimension, metric: metric)
    }

    package func known() async throws(StorageError) -> [PhotoName: KnownPhoto] {
        guard let folder else { return [:] }
        return try await database.read { session throws(StorageError) in
            var known: [PhotoName: KnownPhoto] = [:]
            let sql = """
                SELECT path, file_size, file_changed_ns, file_inode, folder_files.policy, folder_files.pack,
                    folder_files.state, folder_files.reason, folder_files.reason_sentence,
                    folder_files.reason_lasts, content_hash
                FROM folder_files LEFT JOIN photos ON photos.id = folder_files.photo
                WHERE folder_files.event = $1
                """
            try session.forEachRow(sql, [.id(folder.event)]) { row throws(StorageError) in
                known[PhotoName(bytes: try row.blob(0))] = try KnownPhoto(row)
            }
            return known
        }
    }

    package func put(_ records: [PhotoRecord]) async throws(StorageError) {
        guard let folder else { throw .readOnly }
        let now = milliseconds()
        try await database.write { session throws(StorageError) in
            var work = try session.lock(folder.event, by: Act(by: .commandLine, at: now))
            for record in records {
                let earlier = try session.photo(at: record.name, in: folder.event)
                let photo = try put(record, key: folder.key, in: &work, at: now)
                try session.execute(
                    Self.putFile,
                    [.id(folder.event), .blob(record.name.bytes), .id(photo)] + record.columns(settledAt: now)
                )
                if let earlier, earlier != photo { try work.leave(earlier) }
            }
            work.raiseRevision()
            try work.finish()
        }
    }

    /// Writes down the photo behind a file; nil where the file is none.
    private func put(
        _ record: PhotoRecord, key: any VectorKey, in work: inout EventWork, at now: Int64
    ) throws(StorageError) -> PhotoID? {
        guard case .developed(let facts, let faces) = record.outcome else { return nil }
        let session = work.session
        let known = try session.firstRow(
            "SELECT id FROM photos WHERE event = $1 AND content_hash = $2",
            [.id(work.id), .text(facts.contentHash)]
        ) { row throws(StorageError) in try row.identifier(0, PhotoID.self) }
        let photo = known ?? PhotoID(at: now)
        if let standing = try known.flatMap({ id throws(StorageError) in
            try session.standing(of: id, in: work.id)
        }) {
            work.count(standing.standing, -1)
        }
        try session.execute(
            Self.putPhoto,
            [
                .id(photo), .id(work.id), .text(facts.contentHash), .integer(record.stamp.sizeInBytes),
                .blob(record.name.bytes), .text(record.outcome.state.rawValue), .integer(faces.count),
                .integer(now), .text(record.recipe.policy.rawValue), .text(record.recipe.pack),
                .text(facts.format.rawValue), .integer(facts.width), .integer(facts.height),
                .optional(facts.takenAt?.clockInMilliseconds),
                .optional(facts.takenAt?.zoneInMinutes.map { Int64($0) }), .text(facts.perceptualHash),
                .text(facts.profile),
            ])
        work.count(EventWork.Standing(state: record.outcome.state), 1)
        try session.execute("DELETE FROM faces WHERE photo = $1", [.id(photo)])
        for (place, face) in faces.enumerated() {
            let pack = record.recipe.pack
            let sealed = SealedFace(face, id: FaceID(at: now), pack: pack, key: key)
            try session.put(sealed, place + 1, of: photo, pack: pack, in: work.id)
        }
        return photo
    }

    package func forget(_ names: [PhotoName]) async throws(StorageError) {
        guard let folder, !names.isEmpty else { return }
        try await database.write { session throws(StorageError) in
            var work = try session.lock(folder.event, by: Act(by: .commandLine, at: milliseconds()))
            for name in names {
                let photo = try session.photo(at: name, in: folder.event)
                try session.execute(
                    "DELETE FROM folder_files WHERE event = $1 AND path = $2",
                    [.id(folder.event), .blob(name.bytes)])
                if let photo { try work.leave(photo) }
            }
            work.raiseRevision()
            try work.finish()
        }
    }

    package func totals() async throws(StorageError) -> IndexTotals {
        guard let folder else { return IndexTotals() }
        return try await database.read { session throws(StorageError) in
            var totals = IndexTotals()
            try session.forEachRow(
                "SELECT state, count(*) FROM folder_files WHERE event = $1 GROUP BY state",
                [.id(folder.event)]
            ) { row throws(StorageError) in
                totals.photos[try row.word(0)] = Int(try row.integer(1))
            }
            try session.forEachRow(
                "SELECT tier, count(*) FROM faces WHERE event = $1 GROUP BY tier", [.id(folder.event)]
            ) { row throws(StorageError) in
                totals.faces[try row.word(0)] = Int(try row.integer(1))
            }
            return totals
        }
    }

    package func failures() async throws(StorageError) -> [PhotoName: PhotoFailure] {
        guard let folder else { return [:] }
        let sql = """
            SELECT path, reason, reason_sentence, reason_lasts FROM folder_files
            WHERE event = $1 AND state = 'failed'
            """
        return try await database.read { session throws(StorageError) in
            var failures: [PhotoName: PhotoFailure] = [:]
            try session.forEachRow(sql, [.id(folder.event)]) { row throws(StorageError) in
                failures[PhotoName(bytes: try row.blob(0))] = try PhotoFailure(row, from: 1)
            }
            return failures
        }
    }

    package func foldUsableFaces<Answer: Sendable>(
        into start: Answer, _ step: @Sendable (inout Answer, IndexedFace) -> Void
    ) async throws(StorageError) -> Answer {
        guard let folder else { return start }
        // The same photo under several names is found under each.
        let sql = """
            SELECT faces.id, folder_files.path, faces.number, faces.x, faces.y, faces.width, faces.height,
                faces.sealed, faces.pack
            FROM faces JOIN folder_files ON folder_files.photo = faces.photo
            WHERE faces.event = $1 AND faces.sealed IS NOT NULL
            """
        return try await database.read { session throws(StorageError) in
            var answer = start
            try session.forEachRow(sql, [.id(folder.event)]) { row throws(StorageError) in
                step(&answer, try IndexedFace(row, opening: folder.key))
            }
            return answer
        }
    }

    private static let putFile = """
        INSERT INTO folder_files (event, path, photo, file_size, file_changed_ns, file_inode, state, reason,
            reason_sentence, reason_lasts, policy, pack, settled_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (event, path) DO UPDATE SET
            photo = excluded.photo, file_size = excluded.file_size, file_changed_ns = excluded.file_changed_ns,
            file_inode = excluded.file_inode, state = excluded.state, reason = excluded.reason,
            reason_sentence = excluded.reason_sentence, reason_lasts = excluded.reason_lasts,
            policy = excluded.policy, pack = excluded.pack, settled_at = excluded.settled_at
        """

    private static let putPhoto = """
        INSERT INTO photos (id, event, content_hash, size_in_bytes, name, state, is_hidden, in_trash, faces,
            arrived_at, settled_at, version, policy, pack, format, width, height, taken_clock, taken_zone_minutes,
            perceptual_hash, profile)
        VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, $8, $8, 1, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        ON CONFLICT (event, content_hash) DO UPDATE SET
            state = excluded.state, faces = excluded.faces, settled_at = excluded.settled_at,
            version = photos.version + 1, policy = excluded.policy, pack = excluded.pack,
            format = excluded.format, width = excluded.width, height = excluded.height,
            taken_clock = excluded.taken_clock, taken_zone_minutes = excluded.taken_zone_minutes,
            perceptual_hash = excluded.perceptual_hash, profile = excluded.profile
        """
}

extension DatabaseSession {
    /// The event that an indexed folder is.
    fileprivate func folderEvent() throws(StorageError) -> EventID? {
        try firstRow("SELECT id FROM events WHERE kind = 'folder' ORDER BY id LIMIT 1") {
            row throws(StorageError) in try row.identifier(0)
        }
    }

    fileprivate func photo(at name: PhotoName, in event: EventID) throws(StorageError) -> PhotoID? {
        try firstRow(
            "SELECT photo FROM folder_files WHERE event = $1 AND path = $2", [.id(event), .blob(name.bytes)]
        ) { row throws(StorageError) in try row.optionalIdentifier(0) } ?? nil
    }
}

extension EventWork {
    /// A file of the folder shows this photo no more: unless another does, it goes with its faces.
    fileprivate mutating func leave(_ photo: PhotoID) throws(StorageError) {
        let isShown = try session.firstRow("SELECT 1 FROM folder_files WHERE photo = $1", [.id(photo)]) { _ in
            true
        }
        guard isShown == nil, let standing = try session.standing(of: photo, in: id) else { return }
        try session.execute("DELETE FROM photos WHERE id = $1", [.id(photo)])
        count(standing.standing, -1)
    }
}

/// The system's clock, in milliseconds UTC.
package func millisecondsSince1970() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
}
