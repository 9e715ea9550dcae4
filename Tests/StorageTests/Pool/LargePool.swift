import Domain
import Storage
import TestSupport

/// A hundred thousand photos, written by a few statements: single units of work would take minutes.
struct LargePool {
    let base: TestDatabase
    static let count = 100_000

    init(_ base: TestDatabase) { self.base = base }

    func fillFolder() async throws {
        let event = try await event(where: "kind = 'folder'")
        try await base.database.write { session throws(StorageError) in
            try fillPhotos(session, event)
            try session.execute(
                """
                INSERT INTO folder_files (event, path, photo, file_size, file_changed_ns, file_inode, state, policy,
                    pack, settled_at)
                SELECT event, id, id, 1, 1, 1, 'indexed', 'standard', 'pack-1', 0 FROM photos
                """)
            try session.execute(
                """
                UPDATE photos SET state = 'indexed', reason = NULL, reason_sentence = NULL, reason_lasts = NULL
                """)
            try count(in: session)
        }
    }

    /// Most are indexed, some wait, few failed; three photographers; a face on each.
    func fillPool() async throws -> Event {
        let pool = try await Pool.open(
            try await base.open(), vault: MemoryVault(knowsEveryEvent: true), at: 1)
        let act = Act(by: .commandLine, at: 1_000)
        let event = try await pool.create("large", EventSettings(), by: act)
        for name in ["Ada", "Ben", "Cy"] { _ = try await pool.addPhotographer(name, to: event, by: act) }
        let people = try await pool.photographers(of: event.id)
        let id = event.id
        try await base.database.write { session throws(StorageError) in
            try fillPhotos(session, id)
            for (place, person) in people.enumerated() {
                try session.execute(
                    """
                    INSERT INTO uploads (id, event, photographer, name, length, received, content_hash, photo, way,
                        began_at, expires_at, finished_at)
                    SELECT id, event, $1, name, 10, 10, content_hash, id, 'new', 0, 0, 0 FROM photos
                    WHERE size_in_bytes % 3 = $2
                    """, [.blob(person.id.bytes), .integer(place)])
            }
            try session.execute(
                """
                INSERT INTO jobs (id, stage, event, lane, subject, state, job_rank, turn, not_before, attempts,
                    owner_deaths, queued_at)
                SELECT id, 'develop', event, $1, id, CASE state WHEN 'failed' THEN 'parked' ELSE 'waiting' END, 2,
                    size_in_bytes, 0, 0, 0, 0
                FROM photos WHERE state IN ('queued', 'failed')
                """, [.blob(people[0].id.bytes)])
            try count(in: session)
            try session.execute(
                """
                INSERT INTO photo_versions SELECT event, '0' || content_hash, id, 5, name, 0 FROM photos
                WHERE size_in_bytes % 20 = 7
                """)
            try session.execute(
                """
                INSERT INTO changes (event, number, kind, subject, actor_kind, actor, at)
                SELECT event, size_in_bytes, 'arrived', id, 'program', NULL, 0 FROM photos
                WHERE size_in_bytes > 10
                """)
            try session.execute(
                "UPDATE events SET last_change = \(Self.count), claimed_bytes = 1, photos_arrived = \(Self.count)"
            )
        }
        try await base.database.write { session throws(StorageError) in try session.execute("ANALYZE", []) }
        return try await pool.event("large")
    }

    /// What the darkroom would find on a photo of this pool.
    func developed(_ job: Job, _ pool: Pool) async throws -> StageProduct {
        let photo = try await pool.photo(job.subject.text, of: job.event)
        let key = try await MemoryVault(knowsEveryEvent: true).key(of: job.event)
        var facts = Sample.facts()
        facts.contentHash = photo.contentHash
        let face = SealedFace(Sample.face(), id: FaceID(at: 5), pack: "pack-1", key: key)
        return .developed(
            DevelopedPhoto(recipe: Sample.recipe, facts: facts, faces: [face], renditions: [.preview: 1]))
    }

    private func fillPhotos(_ session: any DatabaseSession, _ event: EventID) throws(StorageError) {
        // Identifiers of version 7, in the order of the numbers, in either database's words.
        let (id, hash, name) =
            switch base.kind {
            case .sqlite:
                (
                    "CAST(printf('%06d', n) || 'p0' || x'8000000000000000' AS BLOB)", "printf('%064x', n)",
                    "CAST('photo ' || n AS BLOB)"
                )
            case .postgres:
                (
                    "convert_to(lpad(CAST(n AS text), 6, '0') || 'p0', 'UTF8') || '\\x8000000000000000'::bytea",
                    "lpad(to_hex(n), 64, '0')", "convert_to('photo ' || n, 'UTF8')"
                )
            }
        try session.execute(
            """
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < \(Self.count))
            INSERT INTO photos (id, event, content_hash, size_in_bytes, name, state, is_hidden, in_trash, faces,
                arrived_at, version, reason, reason_sentence, reason_lasts)
            SELECT \(id), $1, \(hash), n, \(name),
                CASE WHEN n % 20 = 0 THEN 'queued' WHEN n % 997 = 0 THEN 'failed' ELSE 'indexed' END,
                CASE WHEN n % 50 = 1 THEN 1 ELSE 0 END, CASE WHEN n % 100 = 3 THEN 1 ELSE 0 END, 1, n, 1,
                CASE WHEN n % 997 = 0 AND n % 20 <> 0 THEN 'damaged' END,
                CASE WHEN n % 997 = 0 AND n % 20 <> 0 THEN 'Broken.' END,
                CASE WHEN n % 997 = 0 AND n % 20 <> 0 THEN 1 END
            FROM numbers
            """, [.blob(event.bytes)])
        let zeros = base.kind == .sqlite ? "zeroblob(80)" : "decode(repeat('00', 80), 'hex')"
        try session.execute(
            """
            INSERT INTO faces (id, event, photo, number, x, y, width, height, landmarks, score, sharpness, brightness,
                contrast, clipped, yaw, pitch, roll, occlusion, size, tier, pack, sealed)
            SELECT id, event, id, 1, 0.5, 0.5, 0.5, 0.5, \(zeros), 0.5, 0.5, 0.5,
                0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 'seed', 'pack-1', \(zeros)
            FROM photos
            """)
    }

    private func count(in session: any DatabaseSession) throws(StorageError) {
        try session.execute(
            """
            INSERT INTO photo_counts SELECT event, state, is_hidden, in_trash, count(*) FROM photos
            GROUP BY event, state, is_hidden, in_trash
            """)
    }

    private func event(where condition: String) async throws -> EventID {
        let bytes = try await base.database.read { session throws(StorageError) in
            try session.firstRow("SELECT id FROM events WHERE \(condition)") { row throws(StorageError) in
                try row.blob(0)
            }
        }
        guard let bytes, let id = EventID(bytes: bytes) else { throw StorageError.damaged }
        return id
    }
}
