package import Domain

extension Pool: AccountKeeping {
    package func hasOwner() async throws(AccountError) -> Bool {
        try await look { session throws(StorageError) in try session.hasOwner() }
    }

    package func keep(_ use: SingleUse, token: [UInt8]) async throws(AccountError) {
        try await change { session throws(StorageError) -> Result<Void, AccountError> in
            try session.execute(
                "DELETE FROM single_uses WHERE purpose = $1 AND (account = $2 OR account IS NULL AND $3 = 1)",
                [.text(use.purpose.rawValue), .id(use.user), .truth(use.user == nil)])
            try session.execute(
                "INSERT INTO single_uses (token, purpose, account, expires_at) VALUES ($1, $2, $3, $4)",
                [.blob(token), .text(use.purpose.rawValue), .id(use.user), .integer(use.expiresAt)])
            return .success(())
        }
    }

    package func setUp(
        _ organisation: String, owner: User, password: String, code: [UInt8], at milliseconds: Int64
    ) async throws(AccountError) {
        try await change { session throws(StorageError) -> Result<Void, AccountError> in
            // Whoever deletes the code was first.
            let home = try session.home()
            guard try !session.hasOwner() else { return .failure(.alreadySetUp) }
            let used = try session.execute(
                "DELETE FROM single_uses WHERE token = $1 AND purpose = $2 AND expires_at > $3",
                [.blob(code), .text(SingleUse.Purpose.setUp.rawValue), .integer(milliseconds)])
            guard used == 1 else { return .failure(.noSuchCode) }
            try session.execute(
                "UPDATE organisations SET name = $2, version = version + 1 WHERE id = $1",
                [.id(home), .text(organisation)])
            try session.execute(
                """
                INSERT INTO users (id, organisation, name, created_at, version, role, password, is_active)
                VALUES ($1, $2, $3, $4, 1, $5, $6, 1)
                """,
                [
                    .id(owner.id), .id(home), .text(owner.name), .integer(owner.createdAt),
                    .text(owner.role.rawValue), .text(password),
                ])
            return .success(())
        }
    }

    package func account(
        named name: String
    ) async throws(AccountError) -> (user: User, password: String?)? {
        try await look { session throws(StorageError) in
            try session.firstRow(
                User.select + ", password FROM users WHERE name = $1 ORDER BY id", [.text(name)]
            ) {
                row throws(StorageError) in (try User(row, from: 0), try row.optionalText(User.columns))
            }
        }
    }

    package func begin(
        _ session: SessionID, token: [UInt8], of user: UserID, at milliseconds: Int64
    ) async throws(AccountError) {
        try await change { database throws(StorageError) -> Result<Void, AccountError> in
            try database.execute(
                "INSERT INTO sessions (id, token, account, created_at, used_at) VALUES ($1, $2, $3, $4, $5)",
                [
                    .id(session), .blob(token), .id(user), .integer(milliseconds), .integer(milliseconds),
                ])
            return .success(())
        }
    }

    package func session(_ token: [UInt8]) async throws(AccountError) -> UserSession? {
        try await glance { session throws(StorageError) in
            try session.firstRow(UserSession.select + " WHERE sessions.token = $1", [.blob(token)]) {
                row throws(StorageError) in try UserSession(row)
            }
        }
    }

    package func sessions(of user: UserID) async throws(AccountError) -> [UserSession] {
        try await look { session throws(StorageError) in
            try session.rows(
                UserSession.select + " WHERE sessions.account = $1 ORDER BY sessions.used_at DESC",
                [.id(user)]
            ) { row throws(StorageError) in try UserSession(row) }
        }
    }

    package func touch(_ session: SessionID, at milliseconds: Int64) async throws(AccountError) {
        try await change { database throws(StorageError) -> Result<Void, AccountError> in
            try database.execute(
                "UPDATE sessions SET used_at = $2 WHERE id = $1", [.id(session), .integer(milliseconds)])
            return .success(())
        }
    }

    package func end(_ session: SessionID, of user: UserID) async throws(AccountError) {
        try await change { database throws(StorageError) -> Result<Void, AccountError> in
            try database.execute(
                "DELETE FROM sessions WHERE id = $1 AND account = $2", [.id(session), .id(user)])
            return .success(())
        }
    }

    package func endAll(of user: UserID, but session: SessionID?) async throws(AccountError) {
        try await change { database throws(StorageError) -> Result<Void, AccountError> in
            try database.endSessions(of: user, but: session)
            return .success(())
        }
    }

    package func reset(
        _ password: String, by token: [UInt8], at milliseconds: Int64
    ) async throws(AccountError) {
        try await change { session throws(StorageError) -> Result<Void, AccountError> in
            let user: UserID?? = try session.firstRow(
                "DELETE FROM single_uses WHERE token = $1 AND purpose = $2 AND expires_at > $3 RETURNING account",
                [.blob(token), .text(SingleUse.Purpose.newPassword.rawValue), .integer(milliseconds)]
            ) { row throws(StorageError) in try row.optionalIdentifier(0) }
            guard case let user?? = user else { return .failure(.noSuchCode) }
            try session.setPassword(password, of: user)
            try session.endSessions(of: user, but: nil)
            return .success(())
        }
    }

    package func set(
        _ password: String, of user: UserID, keeping session: SessionID
    ) async throws(AccountError) {
        try await change { database throws(StorageError) -> Result<Void, AccountError> in
            try database.setPassword(password, of: user)
            try database.endSessions(of: user, but: session)
            return .success(())
        }
    }

    func look<Answer: Sendable>(
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(AccountError) -> Answer {
        do throws(StorageError) { return try await database.read(work) } catch { throw .storage(error) }
    }

    /// Reads a row by its key.
    func glance<Answer: Sendable>(
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(AccountError) -> Answer {
        do throws(StorageError) { return try await database.glance(work) } catch { throw .storage(error) }
    }

    func change<Answer: Sendable>(
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Result<Answer, AccountError>
    ) async throws(AccountError) -> Answer {
        let result: Result<Answer, AccountError>
        do throws(StorageError) { result = try await database.write(work) } catch { throw .storage(error) }
        return try result.get()
    }
}

extension DatabaseSession {
    fileprivate func hasOwner() throws(StorageError) -> Bool {
        try firstRow("SELECT 1 FROM users WHERE role = 'owner' LIMIT 1") { _ in true } ?? false
    }

    fileprivate func setPassword(_ password: String, of user: UserID) throws(StorageError) {
        try execute(
            "UPDATE users SET password = $2, version = version + 1 WHERE id = $1",
            [.id(user), .text(password)])
    }

    fileprivate func endSessions(of user: UserID, but session: SessionID?) throws(StorageError) {
        try execute(
            "DELETE FROM sessions WHERE account = $1 AND id <> $2",
            [.id(user), .blob(session?.bytes ?? [])])
    }
}

extension User {
    fileprivate static let select =
        "SELECT users.id, users.name, users.role, users.is_active, users.created_at"
    fileprivate static let columns = 5

    fileprivate init(_ row: any DatabaseRow, from first: Int) throws(StorageError) {
        self.init(
            id: try row.identifier(first), name: try row.text(first + 1), role: try row.word(first + 2),
            isActive: try row.truth(first + 3), createdAt: try row.integer(first + 4))
    }
}

extension UserSession {
    fileprivate static let select =
        User.select
        + ", sessions.id, sessions.created_at, sessions.used_at FROM sessions JOIN users ON users.id = sessions.account"

    fileprivate init(_ row: any DatabaseRow) throws(StorageError) {
        self.init(
            id: try row.identifier(User.columns), user: try User(row, from: 0),
            createdAt: try row.integer(User.columns + 1), usedAt: try row.integer(User.columns + 2))
    }
}
