/// The second step: events with all that is theirs.
///
/// Truth values are 0 and 1. Where a photo stands in the list of work is told by its job, so `processing` is no state of
/// a row: it is `queued` with a job in somebody's hands.
extension Schema {
    static let thePool = Migration(
        2, "the pool of events",
        setAside + people + events + photos + folders + faces + work,
        carry: IndexUpgrade.carry)

    /// The index of the first step makes room; `IndexUpgrade` carries it over and drops it.
    private static let setAside = [
        "DROP INDEX photos_by_state",
        "DROP INDEX photos_by_content",
        "DROP INDEX faces_by_tier",
        "ALTER TABLE faces RENAME TO earlier_faces",
        "ALTER TABLE photos RENAME TO earlier_photos",
    ]

    private static let people = [
        """
        CREATE TABLE organisations (
            id BYTEA PRIMARY KEY, name TEXT NOT NULL, created_at BIGINT NOT NULL, version BIGINT NOT NULL)
        """,
        """
        CREATE TABLE users (
            id BYTEA PRIMARY KEY, organisation BYTEA NOT NULL REFERENCES organisations (id),
            name TEXT NOT NULL, created_at BIGINT NOT NULL, version BIGINT NOT NULL,
            UNIQUE (organisation, name))
        """,
    ]

    private static let events = [
        """
        CREATE TABLE events (
            id BYTEA PRIMARY KEY,
            organisation BYTEA NOT NULL REFERENCES organisations (id),
            name TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('pool', 'folder')),
            state TEXT NOT NULL CHECK (state IN ('open', 'archived', 'deleting')),
            created_at BIGINT NOT NULL,
            version BIGINT NOT NULL,
            revision BIGINT NOT NULL,
            last_change BIGINT NOT NULL,
            photos_arrived BIGINT NOT NULL,
            claimed_bytes BIGINT NOT NULL,
            policy TEXT NOT NULL CHECK (policy IN ('fast', 'standard', 'thorough')),
            reuploads TEXT NOT NULL CHECK (reuploads IN ('stay-deleted', 'restore')),
            most_bytes_of_file BIGINT,
            most_bytes_of_event BIGINT,
            most_bytes_of_photographer BIGINT,
            UNIQUE (organisation, name))
        """,
        // Numbered under the lock of the event's row: a reader that has seen a number has seen all before it.
        """
        CREATE TABLE changes (
            event BYTEA NOT NULL REFERENCES events (id), number BIGINT NOT NULL, kind TEXT NOT NULL,
            subject BYTEA, actor_kind TEXT NOT NULL, actor BYTEA, at BIGINT NOT NULL,
            PRIMARY KEY (event, number))
        """,
        """
        CREATE TABLE albums (
            id BYTEA PRIMARY KEY, event BYTEA NOT NULL REFERENCES events (id), name TEXT NOT NULL,
            created_at BIGINT NOT NULL, version BIGINT NOT NULL, UNIQUE (event, name))
        """,
        """
        CREATE TABLE photographers (
            id BYTEA PRIMARY KEY, event BYTEA NOT NULL REFERENCES events (id), name TEXT NOT NULL,
            claimed_bytes BIGINT NOT NULL, created_at BIGINT NOT NULL, version BIGINT NOT NULL,
            UNIQUE (event, name))
        """,
        // What a file does not tell is empty rather than null, so that one camera has one row.
        """
        CREATE TABLE cameras (
            id BYTEA PRIMARY KEY, event BYTEA NOT NULL REFERENCES events (id), make TEXT NOT NULL,
            model TEXT NOT NULL, serial TEXT NOT NULL, UNIQUE (event, make, model, serial))
        """,
    ]

    /// A photo's identifier grows with the moment of its arrival, so it is also its place in every list.
    private static let photos = [
        """
        CREATE TABLE photos (
            id BYTEA PRIMARY KEY,
            event BYTEA NOT NULL REFERENCES events (id),
            content_hash TEXT NOT NULL,
            size_in_bytes BIGINT NOT NULL,
            name BYTEA NOT NULL,
            album BYTEA REFERENCES albums (id),
            camera BYTEA REFERENCES cameras (id),
            state TEXT NOT NULL CHECK (state IN ('queued', 'indexed', 'no-face', 'failed')),
            is_hidden BIGINT NOT NULL,
            in_trash BIGINT NOT NULL,
            trashed_at BIGINT,
            reason TEXT,
            reason_sentence TEXT,
            reason_lasts BIGINT,
            faces BIGINT NOT NULL,
            arrived_at BIGINT NOT NULL,
            settled_at BIGINT,
            version BIGINT NOT NULL,
            policy TEXT,
            pack TEXT,
            format TEXT,
            width BIGINT,
            height BIGINT,
            taken_clock BIGINT,
            taken_zone_minutes BIGINT,
            perceptual_hash TEXT,
            profile TEXT,
            UNIQUE (event, content_hash),
            CHECK ((state = 'failed') = (reason IS NOT NULL)))
        """,
        "CREATE INDEX photos_in_order ON photos (event, in_trash, id)",
        "CREATE INDEX photos_by_state ON photos (event, in_trash, state, id)",
        "CREATE INDEX photos_by_album ON photos (event, in_trash, album, id)",
        "CREATE INDEX photos_by_hiding ON photos (event, in_trash, is_hidden, id)",
        "CREATE INDEX photos_by_name ON photos (event, name)",
        "CREATE INDEX photos_of_album ON photos (album)",
        "CREATE INDEX photos_of_camera ON photos (camera)",
        // Kept in step by every unit of work that moves a photo, so that a count costs nothing.
        """
        CREATE TABLE photo_counts (
            event BYTEA NOT NULL REFERENCES events (id), state TEXT NOT NULL, is_hidden BIGINT NOT NULL,
            in_trash BIGINT NOT NULL, photos BIGINT NOT NULL CHECK (photos >= 0),
            PRIMARY KEY (event, state, is_hidden, in_trash))
        """,
        // Earlier versions of photos that were replaced: their files stay, and coming again they are known.
        """
        CREATE TABLE photo_versions (
            event BYTEA NOT NULL REFERENCES events (id), content_hash TEXT NOT NULL,
            photo BYTEA NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
            size_in_bytes BIGINT NOT NULL, name BYTEA NOT NULL, replaced_at BIGINT NOT NULL,
            PRIMARY KEY (event, content_hash))
        """,
        "CREATE INDEX photo_versions_by_photo ON photo_versions (photo)",
        """
        CREATE TABLE renditions (
            photo BYTEA NOT NULL REFERENCES photos (id) ON DELETE CASCADE, kind TEXT NOT NULL,
            content_hash TEXT NOT NULL, size_in_bytes BIGINT NOT NULL, PRIMARY KEY (photo, kind))
        """,
        // A finished upload is the credit of its photographer.
        """
        CREATE TABLE uploads (
            id BYTEA PRIMARY KEY,
            event BYTEA NOT NULL REFERENCES events (id),
            photographer BYTEA NOT NULL REFERENCES photographers (id),
            album BYTEA REFERENCES albums (id),
            name BYTEA NOT NULL,
            length BIGINT NOT NULL,
            received BIGINT NOT NULL,
            content_hash TEXT,
            source TEXT,
            replaces BYTEA REFERENCES photos (id) ON DELETE CASCADE,
            photo BYTEA REFERENCES photos (id) ON DELETE CASCADE,
            way TEXT,
            began_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            finished_at BIGINT,
            CHECK ((content_hash IS NOT NULL) = (received = length)),
            CHECK ((photo IS NULL) = (way IS NULL)),
            CHECK ((photo IS NULL) = (finished_at IS NULL)))
        """,
        "CREATE UNIQUE INDEX uploads_by_source ON uploads (photographer, source) WHERE source IS NOT NULL",
        "CREATE INDEX uploads_by_photographer ON uploads (photographer, photo)",
        "CREATE INDEX uploads_by_photo ON uploads (photo)",
        "CREATE INDEX uploads_by_replaced ON uploads (replaces)",
        "CREATE INDEX uploads_of_album ON uploads (album)",
        "CREATE INDEX uploads_of_event ON uploads (event)",
        "CREATE INDEX uploads_by_expiry ON uploads (expires_at) WHERE photo IS NULL",
        """
        CREATE INDEX uploads_complete ON uploads (id) WHERE photo IS NULL AND content_hash IS NOT NULL
        """,
    ]

    /// The files of an indexed folder: a photo, or the reason why there is none.
    private static let folders = [
        """
        CREATE TABLE folder_files (
            event BYTEA NOT NULL REFERENCES events (id),
            path BYTEA NOT NULL,
            photo BYTEA REFERENCES photos (id),
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
            PRIMARY KEY (event, path),
            CHECK ((state IN ('failed', 'skipped')) = (reason IS NOT NULL)),
            CHECK ((state IN ('indexed', 'no-face')) = (photo IS NOT NULL)))
        """,
        "CREATE INDEX folder_files_by_state ON folder_files (event, state, path)",
        "CREATE INDEX folder_files_by_photo ON folder_files (photo)",
    ]

    /// Landmarks are five pairs of little-endian doubles; a vector is there only sealed, bound to this row.
    private static let faces = [
        """
        CREATE TABLE faces (
            id BYTEA PRIMARY KEY,
            event BYTEA NOT NULL REFERENCES events (id),
            photo BYTEA NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
            number BIGINT NOT NULL,
            pack TEXT NOT NULL,
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
            sealed BYTEA,
            UNIQUE (photo, number))
        """,
        "CREATE INDEX faces_by_event ON faces (event, id)",
        "CREATE INDEX faces_by_tier ON faces (event, tier)",
    ]

    /// Jobs that are done are gone: what is here waits, is in hand, or is parked.
    private static let work = [
        """
        CREATE TABLE jobs (
            id BYTEA PRIMARY KEY,
            stage TEXT NOT NULL,
            event BYTEA NOT NULL REFERENCES events (id),
            lane BYTEA NOT NULL,
            subject BYTEA NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'parked')),
            job_rank BIGINT NOT NULL,
            turn BIGINT NOT NULL,
            not_before BIGINT NOT NULL,
            attempts BIGINT NOT NULL,
            owner_deaths BIGINT NOT NULL,
            owner BYTEA,
            lease_until BIGINT,
            reason TEXT,
            queued_at BIGINT NOT NULL,
            CHECK ((state = 'running') = (owner IS NOT NULL)))
        """,
        "CREATE UNIQUE INDEX jobs_once ON jobs (subject, stage) WHERE state = 'waiting'",
        "CREATE INDEX jobs_by_subject ON jobs (subject, state)",
        "CREATE INDEX jobs_next ON jobs (event, job_rank, turn, id) WHERE state = 'waiting'",
        "CREATE INDEX jobs_of_lane ON jobs (event, lane, turn) WHERE state = 'waiting'",
        "CREATE INDEX jobs_in_hand ON jobs (owner, event) WHERE state = 'running'",
        "CREATE INDEX jobs_by_state ON jobs (state, not_before)",
        "CREATE INDEX jobs_of_event ON jobs (event, state)",
        """
        CREATE TABLE owners (
            id BYTEA PRIMARY KEY, entered_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, moved_at BIGINT)
        """,
    ]
}
