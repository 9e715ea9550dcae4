/// The third step: people, and what organisers decided about them.
extension Schema {
    static let thePeople = Migration(
        3, "the people of events",
        [
            """
            CREATE TABLE people (
                id BYTEA PRIMARY KEY,
                event BYTEA NOT NULL REFERENCES events (id),
                name TEXT,
                is_hidden BIGINT NOT NULL,
                is_ignored BIGINT NOT NULL,
                cover BYTEA,
                created_at BIGINT NOT NULL,
                version BIGINT NOT NULL)
            """,
            "CREATE INDEX people_by_name ON people (event, name)",
            // No reference: a face outlives its person, and both go with their event.
            "ALTER TABLE faces ADD COLUMN person BYTEA",
            // Only of those who have one: a statistic over all the others would speak against it.
            "CREATE INDEX faces_by_person ON faces (person) WHERE person IS NOT NULL",
            // Rulings and effects are JSON: they name faces and people that may be gone by now. Effects tell what moved and
            // how people were before and after, so that a decision can be taken back by itself.
            """
            CREATE TABLE decisions (
                id BYTEA PRIMARY KEY,
                event BYTEA NOT NULL REFERENCES events (id),
                number BIGINT NOT NULL,
                kind TEXT NOT NULL,
                rulings TEXT NOT NULL,
                effects TEXT NOT NULL,
                is_undone BIGINT NOT NULL,
                actor_kind TEXT NOT NULL,
                actor BYTEA,
                at BIGINT NOT NULL,
                UNIQUE (event, number))
            """,
            """
            CREATE TABLE questions (
                event BYTEA NOT NULL REFERENCES events (id),
                place BIGINT NOT NULL,
                kind TEXT NOT NULL,
                person BYTEA NOT NULL,
                other BYTEA,
                face BYTEA NOT NULL,
                other_face BYTEA NOT NULL,
                distance DOUBLE PRECISION NOT NULL,
                weight BIGINT NOT NULL,
                PRIMARY KEY (event, place))
            """,
            // Who was looked for, by whom and with whose leave; never the face.
            """
            CREATE TABLE searches (
                id BYTEA PRIMARY KEY,
                event BYTEA NOT NULL REFERENCES events (id),
                consent TEXT NOT NULL,
                people BIGINT NOT NULL,
                photos BIGINT NOT NULL,
                actor_kind TEXT NOT NULL,
                actor BYTEA,
                at BIGINT NOT NULL)
            """,
            "CREATE INDEX searches_of_event ON searches (event, id)",
            "ALTER TABLE events ADD COLUMN grouped_revision BIGINT NOT NULL DEFAULT -1",
            "ALTER TABLE events ADD COLUMN groupings BIGINT NOT NULL DEFAULT 0",
            "ALTER TABLE events ADD COLUMN grouped_by TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE events ADD COLUMN preset TEXT NOT NULL DEFAULT 'conference'",
            "ALTER TABLE events ADD COLUMN grouping_method TEXT NOT NULL DEFAULT 'constrained'",
            "ALTER TABLE events ADD COLUMN merge_distance DOUBLE PRECISION",
            "ALTER TABLE events ADD COLUMN attach_distance DOUBLE PRECISION",
            "ALTER TABLE events ADD COLUMN selfie_distance DOUBLE PRECISION",
            "ALTER TABLE events ADD COLUMN ask_distance DOUBLE PRECISION",
        ])
}
