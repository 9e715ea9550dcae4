package import Domain

/// Whether the database agrees with itself.
extension Pool {
    /// Everything that does not add up, in words; nothing in a pool that is well.
    package func census() async throws(PoolError) -> [String] {
        try await read { session throws(StorageError) in
            var faults: [String] = []
            for (sql, words) in Self.rules {
                let count = try session.firstRow(sql) { row throws(StorageError) in try row.integer(0) } ?? 0
                if count > 0 { faults.append("\(count) \(words)") }
            }
            return .success(faults)
        }
    }

    private static let rules: [(sql: String, words: String)] = [
        (
            """
            SELECT count(*) FROM (
                SELECT event, state, is_hidden, in_trash, count(*) AS photos FROM photos
                GROUP BY event, state, is_hidden, in_trash) AS found
            FULL JOIN (SELECT * FROM photo_counts WHERE photos <> 0) AS kept
            ON found.event = kept.event AND found.state = kept.state AND found.is_hidden = kept.is_hidden
                AND found.in_trash = kept.in_trash
            WHERE found.photos IS NULL OR kept.photos IS NULL OR found.photos <> kept.photos
            """, "counts of photos do not agree with the photos"
        ),
        (
            """
            SELECT count(*) FROM photos JOIN events ON events.id = photos.event
            WHERE events.kind = 'pool' AND photos.state = 'queued' AND NOT EXISTS (
                SELECT 1 FROM jobs WHERE jobs.subject = photos.id AND jobs.state IN ('waiting', 'running'))
            """, "queued photos have no job"
        ),
        (
            """
            SELECT count(*) FROM photos JOIN events ON events.id = photos.event
            WHERE events.kind = 'pool' AND photos.state = 'failed' AND NOT EXISTS (
                SELECT 1 FROM jobs WHERE jobs.subject = photos.id AND jobs.state = 'parked')
            """, "failed photos have no parked job"
        ),
        (
            """
            SELECT count(*) FROM jobs JOIN photos ON photos.id = jobs.subject
            WHERE jobs.stage = 'develop' AND (
                (jobs.state = 'parked' AND photos.state <> 'failed')
                OR (jobs.state = 'waiting' AND photos.state <> 'queued'))
            """, "jobs do not fit the state of their photos"
        ),
        (
            """
            SELECT count(*) FROM photos WHERE faces <> (SELECT count(*) FROM faces WHERE faces.photo = photos.id)
                AND state <> 'queued'
            """, "photos have another number of faces than they tell"
        ),
        (
            """
            SELECT count(*) FROM events WHERE claimed_bytes <>
                (SELECT CAST(coalesce(sum(size_in_bytes), 0) AS BIGINT) FROM photos WHERE event = events.id)
                + (SELECT CAST(coalesce(sum(size_in_bytes), 0) AS BIGINT) FROM photo_versions WHERE event = events.id)
                + (SELECT CAST(coalesce(sum(length), 0) AS BIGINT) FROM uploads
                    WHERE event = events.id AND photo IS NULL)
                AND kind = 'pool'
            """, "events claim another number of bytes than their photos have"
        ),
        (
            """
            SELECT count(*) FROM photos JOIN events ON events.id = photos.event
            WHERE events.kind = 'pool' AND NOT EXISTS (SELECT 1 FROM uploads WHERE uploads.photo = photos.id)
            """, "photos are credited to nobody"
        ),
    ]
}
