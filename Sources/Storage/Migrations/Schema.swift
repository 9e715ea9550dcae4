/// The tables of our databases, step by step.
///
/// The types are words that both drivers know: to SQLite BIGINT is a 64-bit integer, and BYTEA takes bytes as they are.
package enum Schema {
    package static let steps = [theIndex, thePool, thePeople, theAccounts, theDesk]

    /// The index of one folder. Times are milliseconds UTC, identifiers sixteen bytes.
    private static let theIndex = Migration(
        1, "the index of a folder",
        [
            """
            CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)
            """,
            // A photo's row is there whatever became of it; its facts only where it was developed.
            """
            CREATE TABLE photos (
                id BYTEA PRIMARY KEY,
                path BYTEA NOT NULL UNIQUE,
                file_size BIGINT NOT NULL,
                file_changed_ns BIGINT NOT NULL,
                file_inode BIGINT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('indexed', 'no-face', 'failed', 'skipped')),
                reason TEXT,
                reason_sentence TEXT,
                reason_lasts BIGINT,
                policy TEXT NOT NULL,
                pack TEXT NOT NULL,
                settled_at BIGINT NOT NULL,
                format TEXT,
                width BIGINT,
                height BIGINT,
                taken_clock BIGINT,
                taken_zone_minutes BIGINT,
                camera_make TEXT,
                camera_model TEXT,
                camera_serial TEXT,
                content_hash TEXT,
                perceptual_hash TEXT,
                profile TEXT,
                CHECK ((state IN ('failed', 'skipped')) = (reason IS NOT NULL)),
                CHECK ((state IN ('indexed', 'no-face')) = (content_hash IS NOT NULL)))
            """,
            "CREATE INDEX photos_by_state ON photos (state, path)",
            "CREATE INDEX photos_by_content ON photos (content_hash)",
            // Landmarks are five pairs of little-endian doubles, a vector is little-endian floats.
            """
            CREATE TABLE faces (
                id BYTEA PRIMARY KEY,
                photo BYTEA NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
                number BIGINT NOT NULL,
                x DOUBLE PRECISION NOT NULL,
                y DOUBLE PRECISION NOT NULL,
                width DOUBLE PRECISION NOT NULL,
                height DOUBLE PRECISION NOT NULL,
                landmarks BYTEA NOT NULL,
                score DOUBLE PRECISION NOT NULL,
                sharpness DOUBLE PRECISION NOT NULL,
                brightness DOUBLE PRECISION NOT NULL,
                contrast DOUBLE PRECISION NOT NULL,
                clipped DOUBLE PRECISION NOT NULL,
                yaw DOUBLE PRECISION NOT NULL,
                pitch DOUBLE PRECISION NOT NULL,
                roll DOUBLE PRECISION NOT NULL,
                occlusion DOUBLE PRECISION NOT NULL,
                size DOUBLE PRECISION NOT NULL,
                tier TEXT NOT NULL CHECK (tier IN ('seed', 'attach', 'ignored')),
                reason TEXT,
                pack TEXT NOT NULL,
                vector BYTEA,
                UNIQUE (photo, number))
            """,
            "CREATE INDEX faces_by_tier ON faces (tier)",
        ])
}
