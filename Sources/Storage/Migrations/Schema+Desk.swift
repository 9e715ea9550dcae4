/// The fifth step: what several people at one desk need: parts in single events, tokens for programs, the record of who changed
/// what, answers that are given again, and guests.
extension Schema {
    static let theDesk = Migration(
        5, "the desk",
        [
            // Nobody ever signed in as the one that the second step made.
            """
            DELETE FROM single_uses WHERE account IN (SELECT id FROM users WHERE name = 'operator' AND password IS NULL)
            """,
            "DELETE FROM users WHERE name = 'operator' AND password IS NULL",
            """
            CREATE TABLE event_roles (
                event BYTEA NOT NULL REFERENCES events (id),
                account BYTEA NOT NULL REFERENCES users (id),
                role TEXT NOT NULL,
                PRIMARY KEY (event, account))
            """,
            "CREATE INDEX event_roles_of_account ON event_roles (account)",
            """
            CREATE TABLE api_tokens (
                id BYTEA PRIMARY KEY,
                token BYTEA NOT NULL UNIQUE,
                account BYTEA NOT NULL REFERENCES users (id),
                name TEXT NOT NULL,
                scopes TEXT NOT NULL,
                event BYTEA REFERENCES events (id),
                created_at BIGINT NOT NULL,
                expires_at BIGINT NOT NULL,
                revoked_at BIGINT)
            """,
            "CREATE INDEX api_tokens_of_account ON api_tokens (account)",
            "CREATE INDEX api_tokens_of_event ON api_tokens (event) WHERE event IS NOT NULL",
            // Members that differ, as JSON.
            "ALTER TABLE changes ADD COLUMN was TEXT",
            "ALTER TABLE changes ADD COLUMN became TEXT",
            // No references: the record outlives what it tells of.
            """
            CREATE TABLE account_changes (
                id BYTEA PRIMARY KEY,
                kind TEXT NOT NULL,
                subject BYTEA,
                was TEXT,
                became TEXT,
                actor_kind TEXT NOT NULL,
                actor BYTEA,
                at BIGINT NOT NULL)
            """,
            // Written in the transaction of what they answer.
            """
            CREATE TABLE kept_answers (
                caller BYTEA NOT NULL,
                word TEXT NOT NULL,
                fingerprint BYTEA NOT NULL,
                status BIGINT NOT NULL,
                location TEXT,
                body BYTEA NOT NULL,
                at BIGINT NOT NULL,
                PRIMARY KEY (caller, word))
            """,
            "CREATE INDEX kept_answers_by_age ON kept_answers (at)",
            // Name and address once more in small letters, to be searched: databases fold those of English alone.
            """
            CREATE TABLE guests (
                id BYTEA PRIMARY KEY,
                event BYTEA NOT NULL REFERENCES events (id),
                sought TEXT NOT NULL,
                name TEXT NOT NULL,
                email TEXT,
                phone TEXT,
                note TEXT,
                source TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                version BIGINT NOT NULL,
                UNIQUE (event, email))
            """,
            "CREATE INDEX guests_of_event ON guests (event, id)",
            "CREATE INDEX people_of_event ON people (event, id)",
        ])
}
