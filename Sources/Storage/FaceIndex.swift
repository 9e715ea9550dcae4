package import Domain
internal import Glibc

/// The index of a folder in a database; all its SQL stands in this file.
package final class FaceIndex: FaceIndexing {
    private let database: any Database
    private let milliseconds: @Sendable () -> Int64

    /// Takes a database whatever its age and brings it up to date.
    package init(
        in database: any Database, clock: @escaping @Sendable () -> Int64 = millisecondsSince1970
    ) async throws(StorageError) {
        self.database = database
        milliseconds = clock
        try await database.migrate(through: Schema.steps, at: clock())
    }

    /// Opens the index in this file; `.existing` refuses to make one.
    package static func open(
        _ path: DiskPath, _ settings: SQLiteSettings = SQLiteSettings()
    ) async throws(StorageError) -> FaceIndex {
        try await FaceIndex(in: SQLiteDatabase.open(path, settings))
    }

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
        try await database.read { session throws(StorageError) in
            var known: [PhotoName: KnownPhoto] = [:]
            let sql = """
                SELECT path, file_size, file_changed_ns, file_inode, policy, pack, state, reason, reason_sentence,
                    reason_lasts, content_hash
                FROM photos
                """
            try session.forEachRow(sql, []) { row throws(StorageError) in
                known[PhotoName(bytes: try row.blob(0))] = try KnownPhoto(row)
            }
            return known
        }
    }

    package func put(_ records: [PhotoRecord]) async throws(StorageError) {
        let now = milliseconds()
        try await database.write { session throws(StorageError) in
            for record in records {
                let photo = try Self.put(record, at: now, in: session)
                try session.execute("DELETE FROM faces WHERE photo = $1", [.blob(photo)])
                guard case .developed(_, let faces) = record.outcome else { continue }
                for (place, face) in faces.enumerated() {
                    let values: [DatabaseValue] = [
                        .blob(UUIDv7(at: now).bytes), .blob(photo), .integer(place + 1),
                        .text(record.recipe.pack),
                    ]
                    try session.execute(Self.putFace, values + face.columns)
                }
            }
        }
    }

    /// The photo's identifier, which stays when it is developed anew.
    private static func put(
        _ record: PhotoRecord, at now: Int64, in session: any DatabaseSession
    ) throws(StorageError) -> [UInt8] {
        let values = [.blob(UUIDv7(at: now).bytes)] + record.columns(settledAt: now)
        let photo = try session.firstRow(putPhoto, values) { row throws(StorageError) in try row.blob(0) }
        guard let photo else { throw .damaged }
        return photo
    }

    package func forget(_ names: [PhotoName]) async throws(StorageError) {
        try await database.write { session throws(StorageError) in
            // Their faces go with them.
            for name in names {
                try session.execute("DELETE FROM photos WHERE path = $1", [.blob(name.bytes)])
            }
        }
    }

    package func totals() async throws(StorageError) -> IndexTotals {
        try await database.read { session throws(StorageError) in
            var totals = IndexTotals()
            try session.forEachRow("SELECT state, count(*) FROM photos GROUP BY state", []) {
                row throws(StorageError) in
                guard let state = PhotoState(rawValue: try row.text(0)) else { throw .damaged }
                totals.photos[state] = Int(try row.integer(1))
            }
            try session.forEachRow("SELECT tier, count(*) FROM faces GROUP BY tier", []) {
                row throws(StorageError) in
                guard let tier = Verdict.Tier(rawValue: try row.text(0)) else { throw .damaged }
                totals.faces[tier] = Int(try row.integer(1))
            }
            return totals
        }
    }

    package func failures() async throws(StorageError) -> [PhotoName: PhotoFailure] {
        let sql = "SELECT path, reason, reason_sentence, reason_lasts FROM photos WHERE state = 'failed'"
        return try await database.read { session throws(StorageError) in
            var failures: [PhotoName: PhotoFailure] = [:]
            try session.forEachRow(sql, []) { row throws(StorageError) in
                failures[PhotoName(bytes: try row.blob(0))] = try PhotoFailure(row, from: 1)
            }
            return failures
        }
    }

    package func foldUsableFaces<Answer: Sendable>(
        into start: Answer, _ step: @Sendable (inout Answer, IndexedFace) -> Void
    ) async throws(StorageError) -> Answer {
        let sql = """
            SELECT faces.id, photos.path, faces.number, faces.x, faces.y, faces.width, faces.height, faces.vector,
                faces.pack
            FROM faces JOIN photos ON photos.id = faces.photo
            WHERE faces.vector IS NOT NULL
            """
        return try await database.read { session throws(StorageError) in
            var answer = start
            try session.forEachRow(sql, []) { row throws(StorageError) in step(&answer, try IndexedFace(row))
            }
            return answer
        }
    }

    private static let putPhoto = """
        INSERT INTO photos (id, path, file_size, file_changed_ns, file_inode, state, reason, reason_sentence,
            reason_lasts, policy, pack, settled_at, format, width, height, taken_clock, taken_zone_minutes,
            camera_make, camera_model, camera_serial, content_hash, perceptual_hash, profile)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
            $22, $23)
        ON CONFLICT (path) DO UPDATE SET
            file_size = excluded.file_size, file_changed_ns = excluded.file_changed_ns,
            file_inode = excluded.file_inode, state = excluded.state, reason = excluded.reason,
            reason_sentence = excluded.reason_sentence, reason_lasts = excluded.reason_lasts,
            policy = excluded.policy, pack = excluded.pack, settled_at = excluded.settled_at,
            format = excluded.format, width = excluded.width, height = excluded.height,
            taken_clock = excluded.taken_clock, taken_zone_minutes = excluded.taken_zone_minutes,
            camera_make = excluded.camera_make, camera_model = excluded.camera_model,
            camera_serial = excluded.camera_serial, content_hash = excluded.content_hash,
            perceptual_hash = excluded.perceptual_hash, profile = excluded.profile
        RETURNING id
        """

    private static let putFace = """
        INSERT INTO faces (id, photo, number, pack, x, y, width, height, landmarks, score, sharpness,
            brightness, contrast, clipped, yaw, pitch, roll, occlusion, size, tier, reason, vector)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
            $22)
        """
}

/// The system's clock, in milliseconds UTC.
package func millisecondsSince1970() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
}
