/// The fourth step: who may come in. Passwords and tokens are kept as hashes only.
extension Schema {
    static let theAccounts = Migration(
        4, "accounts, sessions and tokens",
        [
            // A user's name is what they sign in by.
            "ALTER TABLE users ADD COLUMN role TEXT NOT NULL DEFAULT 'viewer'",
            "ALTER TABLE users ADD COLUMN password TEXT",
            "ALTER TABLE users ADD COLUMN is_active BIGINT NOT NULL DEFAULT 1",
            """
            CREATE TABLE sessions (
                id BYTEA PRIMARY KEY,
                token BYTEA NOT NULL UNIQUE,
                account BYTEA NOT NULL REFERENCES users (id),
                created_at BIGINT NOT NULL,
                used_at BIGINT NOT NULL)
            """,
            "CREATE INDEX sessions_of_account ON sessions (account)",
            // Codes and links that work once: for the first set-up, or for a new password of one account.
            """
            CREATE TABLE single_uses (
                token BYTEA PRIMARY KEY,
                purpose TEXT NOT NULL,
                account BYTEA REFERENCES users (id),
                expires_at BIGINT NOT NULL)
            """,
            """
            CREATE TABLE upload_tokens (
                id BYTEA PRIMARY KEY,
                token BYTEA NOT NULL UNIQUE,
                event BYTEA NOT NULL REFERENCES events (id),
                photographer BYTEA NOT NULL REFERENCES photographers (id),
                created_at BIGINT NOT NULL,
                expires_at BIGINT NOT NULL,
                revoked_at BIGINT)
            """,
            "CREATE INDEX upload_tokens_of_event ON upload_tokens (event)",
        ])
}
