internal import Domain
internal import Evaluation
internal import Glibc
internal import Storage

/// Every list, count and filter of a pool with 100,000 photos.
enum ListsSection {
    private static let photos = 100_000

    static func run(_ bench: Bench) async throws -> [Figure] {
        try await PoolBench.onEach(bench) { place in
            try await fill(place)
            let (pool, event) = (place.pool, place.event.id)
            let person = place.photographer.id
            let middle = try await pool.photo("photo 50000", of: event).id
            func filter(_ change: (inout PhotoFilter) -> Void) -> PhotoFilter {
                var filter = PhotoFilter()
                change(&filter)
                return filter
            }
            let filters: [(String, PhotoFilter)] = [
                ("all", filter { _ in }), ("indexed", filter { $0.state = .indexed }),
                ("queued", filter { $0.state = .queued }), ("failed", filter { $0.state = .failed }),
                ("processing", filter { $0.state = .processing }), ("hidden", filter { $0.isHidden = true }),
                ("trash", filter { $0.isInTrash = true }),
                ("photographer", filter { $0.photographer = person }),
                (
                    "photographer+failed",
                    filter {
                        $0.photographer = person
                        $0.state = .failed
                    }
                ),
                (
                    "photographer+queued",
                    filter {
                        $0.photographer = person
                        $0.state = .queued
                    }
                ),
            ]
            var worst = 0.0
            func measure(_ name: String, _ query: () async throws -> Void) async throws {
                var times: [Double] = []
                for _ in 0..<20 {
                    let start = ContinuousClock.now
                    try await query()
                    times.append((ContinuousClock.now - start).inSeconds * 1000)
                }
                times.sort()
                worst = max(worst, times[18])
                print("  \(name): \(times.median.decimals(2)) ms, p95 \(times[18].decimals(2))")
            }
            print(place.name)
            for (name, filter) in filters {
                for (page, after) in [("first", nil), ("middle", middle)] as [(String, PhotoID?)] {
                    try await measure("\(name), \(page) page") {
                        _ = try await pool.photos(of: event, filter, after: after, limit: 100)
                    }
                }
            }
            try await measure("counts") { _ = try await pool.counts(of: event) }
            try await measure("changes") { _ = try await pool.changes(of: event, after: 50_000, limit: 100) }
            try await measure("queue") { _ = try await pool.queue(at: PoolBench.now()) }
            try await measure("by name") { _ = try await pool.photo("photo 77", of: event) }
            try await measure("credits") { _ = try await pool.credits(of: middle) }
            try await measure("faces") { _ = try await pool.sealedFaces(of: event, after: nil, limit: 100) }
            return [Figure("lists.\(place.name).worst", worst, "ms")]
        }
    }

    private static func fill(_ place: PoolBench) async throws {
        let (event, person) = (place.event.id, place.photographer.id)
        let (id, hash, name, zeros) =
            place.name == "sqlite"
            ? (
                "CAST(printf('%06d', n) || 'p0' || x'8000000000000000' AS BLOB)", "printf('%064x', n)",
                "CAST('photo ' || n AS BLOB)", "zeroblob(80)"
            )
            : (
                "convert_to(lpad(CAST(n AS text), 6, '0') || 'p0', 'UTF8') || '\\x8000000000000000'::bytea",
                "lpad(to_hex(n), 64, '0')", "convert_to('photo ' || n, 'UTF8')",
                "decode(repeat('00', 80), 'hex')"
            )
        let damaged = "n % 997 = 0 AND n % 20 <> 0"
        let statements: [(String, [DatabaseValue])] = [
            (
                """
                WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < \(photos))
                INSERT INTO photos (id, event, content_hash, size_in_bytes, name, state, is_hidden, in_trash, faces,
                    arrived_at, version, reason, reason_sentence, reason_lasts)
                SELECT \(id), $1, \(hash), n, \(name),
                    CASE WHEN n % 20 = 0 THEN 'queued' WHEN n % 997 = 0 THEN 'failed' ELSE 'indexed' END,
                    CASE WHEN n % 50 = 1 THEN 1 ELSE 0 END, CASE WHEN n % 100 = 3 THEN 1 ELSE 0 END, 1, n, 1,
                    CASE WHEN \(damaged) THEN 'damaged' END, CASE WHEN \(damaged) THEN 'Broken.' END,
                    CASE WHEN \(damaged) THEN 1 END
                FROM numbers
                """, [.blob(event.bytes)]
            ),
            (
                """
                INSERT INTO uploads (id, event, photographer, name, length, received, content_hash, photo, way, began_at,
                    expires_at, finished_at)
                SELECT id, event, $1, name, 10, 10, content_hash, id, 'new', 0, 0, 0 FROM photos
                WHERE size_in_bytes % 3 = 0
                """, [.blob(person.bytes)]
            ),
            (
                """
                INSERT INTO jobs (id, stage, event, lane, subject, state, job_rank, turn, not_before, attempts,
                    owner_deaths, queued_at)
                SELECT id, 'develop', event, $1, id, CASE state WHEN 'failed' THEN 'parked' ELSE 'waiting' END, 2,
                    size_in_bytes, 0, 0, 0, 0
                FROM photos WHERE state IN ('queued', 'failed')
                """, [.blob(person.bytes)]
            ),
            (
                """
                INSERT INTO faces (id, event, photo, number, x, y, width, height, landmarks, score, sharpness, brightness,
                    contrast, clipped, yaw, pitch, roll, occlusion, size, tier, pack, sealed)
                SELECT id, event, id, 1, 0.5, 0.5, 0.5, 0.5, \(zeros), 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5,
                    'seed', 'pack-1', \(zeros)
                FROM photos
                """, []
            ),
            (
                """
                INSERT INTO photo_counts SELECT event, state, is_hidden, in_trash, count(*) FROM photos
                GROUP BY event, state, is_hidden, in_trash
                """, []
            ),
            (
                """
                INSERT INTO changes SELECT event, size_in_bytes, 'arrived', id, 'program', NULL, 0 FROM photos
                WHERE size_in_bytes > 10
                """, []
            ),
        ]
        try await place.database.write { session throws(StorageError) in
            for (sql, values) in statements { try session.execute(sql, values) }
        }
        try await place.database.write { session throws(StorageError) in try session.execute("ANALYZE") }
    }
}
