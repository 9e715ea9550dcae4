internal import Domain

/// The part of the second step that statements cannot do: an index from before events becomes an event of its own, its
/// open vectors sealed.
enum IndexUpgrade {
    static let carry: Migration.Carry = { session, help throws(StorageError) in
        try makeHome(in: session, at: help.milliseconds)
        let files = try session.firstRow("SELECT count(*) FROM earlier_photos") { row throws(StorageError) in
            try row.integer(0)
        }
        let pack = try session.firstRow("SELECT count(*) FROM settings") { row throws(StorageError) in
            try row.integer(0)
        }
        if files != 0 || pack != 0 {
            guard let (event, key) = help.folder else { throw .damaged }
            try session.makeFolderEvent(event, at: help.milliseconds)
            var work = try session.lock(event, by: Act(by: .program, at: help.milliseconds))
            try carryPhotos(into: &work, at: help.milliseconds)
            try carryFaces(into: work, key)
            try work.finish()
        }
        if help.folder != nil {
            // Stays until the copy that was made before the step is gone, with the vectors that anybody can read.
            try session.execute(
                "INSERT INTO settings (name, value) VALUES ($1, 'version-1')", [.text(Schema.copyToForget)])
        }
        try session.execute("DROP TABLE earlier_faces")
        try session.execute("DROP TABLE earlier_photos")
    }

    private static func makeHome(in session: any DatabaseSession, at now: Int64) throws(StorageError) {
        let home = OrganisationID(at: now)
        try session.execute(
            "INSERT INTO organisations (id, name, created_at, version) VALUES ($1, 'home', $2, 1)",
            [.id(home), .integer(now)])
    }

    /// The same content under several paths was several photos, and is one from now on.
    private static func carryPhotos(into work: inout EventWork, at now: Int64) throws(StorageError) {
        let session = work.session
        try session.execute(
            """
            INSERT INTO photos (id, event, content_hash, size_in_bytes, name, state, is_hidden, in_trash, faces,
                arrived_at, settled_at, version, policy, pack, format, width, height, taken_clock,
                taken_zone_minutes, perceptual_hash, profile)
            SELECT id, $1, content_hash, file_size, path, state, 0, 0,
                (SELECT count(*) FROM earlier_faces WHERE photo = earlier_photos.id),
                settled_at, settled_at, 1, policy, pack, format, width, height, taken_clock, taken_zone_minutes,
                perceptual_hash, profile
            FROM earlier_photos WHERE content_hash IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM earlier_photos AS others
                WHERE others.content_hash = earlier_photos.content_hash AND others.id < earlier_photos.id)
            """, [.id(work.id)])
        try session.execute(
            """
            INSERT INTO folder_files (event, path, photo, file_size, file_changed_ns, file_inode, state, reason,
                reason_sentence, reason_lasts, policy, pack, settled_at)
            SELECT $1, path, photos.id, file_size, file_changed_ns, file_inode, earlier_photos.state,
                earlier_photos.reason, earlier_photos.reason_sentence, earlier_photos.reason_lasts,
                earlier_photos.policy, earlier_photos.pack, earlier_photos.settled_at
            FROM earlier_photos LEFT JOIN photos
                ON photos.event = $1 AND photos.content_hash = earlier_photos.content_hash
            """, [.id(work.id)])
        let states = try session.rows(
            "SELECT state, count(*) FROM photos WHERE event = $1 GROUP BY state", [.id(work.id)]
        ) { row throws(StorageError) in (try row.word(0, PhotoState.self), try row.integer(1)) }
        for (state, count) in states { work.count(EventWork.Standing(state: state), count) }
    }

    private static func carryFaces(into work: EventWork, _ key: any VectorKey) throws(StorageError) {
        let session = work.session
        try session.execute(
            """
            INSERT INTO faces (id, event, photo, number, pack, x, y, width, height, landmarks, score, sharpness,
                brightness, contrast, clipped, yaw, pitch, roll, occlusion, size, tier, reason, sealed)
            SELECT id, $1, photo, number, pack, x, y, width, height, landmarks, score, sharpness, brightness, contrast,
                clipped, yaw, pitch, roll, occlusion, size, tier, reason, NULL
            FROM earlier_faces WHERE photo IN (SELECT id FROM photos WHERE event = $1)
            """, [.id(work.id)])
        let open = try session.rows("SELECT id FROM faces WHERE event = $1", [.id(work.id)]) {
            row throws(StorageError) in try row.identifier(0, FaceID.self)
        }
        for id in open {
            let found = try session.firstRow(
                "SELECT pack, vector FROM earlier_faces WHERE id = $1 AND vector IS NOT NULL", [.id(id)]
            ) { row throws(StorageError) in (pack: try row.text(0), bytes: try row.blob(1)) }
            guard let found else { continue }
            guard let vector = FaceVector(bytes: found.bytes) else { throw .damaged }
            try session.execute(
                "UPDATE faces SET sealed = $2 WHERE id = $1",
                [.id(id), .blob(key.seal(vector, of: id, pack: found.pack))])
        }
    }
}

extension Schema {
    /// Brings a database of any age up to date.
    static func bringUpToDate(
        _ database: any Database, vault: any VectorSealing, at now: Int64
    ) async throws(PoolError) {
        let isOldIndex = try await pooled { () async throws(StorageError) in
            try await database.read { session throws(StorageError) in try session.schemaVersion() } == 1
        }
        guard isOldIndex else {
            return try await pooled { () async throws(StorageError) in
                try await database.migrate(through: steps, at: now)
                try await forgetOpenCopy(of: database)
            }
        }
        let event = EventID(at: now)
        let key = try await pooled { () async throws(VaultError) in
            try await vault.prepare(event)
            return try await vault.key(of: event)
        }
        try await pooled { () async throws(StorageError) in
            try await database.migrate(through: steps, at: now, folder: (event, key))
            // Another program may have been quicker and forgotten its copy before ours was made.
            try await database.forgetCopy(labelled: "version-1")
            try await forgetOpenCopy(of: database)
        }
    }

    /// The setting that names a copy with open vectors, as long as it may be there.
    static let copyToForget = "copy_to_forget"

    /// Removes the copy that was made before vectors were sealed, also where the program that made it was ended.
    private static func forgetOpenCopy(of database: any Database) async throws(StorageError) {
        let label = try await database.read { session throws(StorageError) in
            try session.firstRow("SELECT value FROM settings WHERE name = $1", [.text(copyToForget)]) {
                row throws(StorageError) in try row.text(0)
            }
        }
        guard let label else { return }
        do throws(StorageError) {
            try await database.forgetCopy(labelled: label)
            try await database.write { session throws(StorageError) in
                try session.execute("DELETE FROM settings WHERE name = $1", [.text(copyToForget)])
            }
        } catch .readOnly {
            // An index that can only be read is read; whoever may write it next removes the copy.
        }
    }
}

extension DatabaseSession {
    /// The row of an event whose photos lie in somebody's folder.
    func makeFolderEvent(_ event: EventID, at now: Int64) throws(StorageError) {
        try execute(
            """
            INSERT INTO events (id, organisation, name, kind, state, created_at, version, revision, last_change,
                photos_arrived, claimed_bytes, policy, reuploads)
            VALUES ($1, $2, 'folder', 'folder', 'open', $3, 1, 0, 0, 0, 0, 'standard', 'stay-deleted')
            """, [.id(event), .id(try home()), .integer(now)])
    }
}
