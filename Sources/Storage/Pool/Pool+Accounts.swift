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
                    .role(owner.role), .text(password),
                ])
            try session.note(
                .setUp, owner.id, became: ["organisation": organisation],
                by: Act(by: .user(owner.id), at: milliseconds))
            return .success(())
        }
    }

    package func account(
        named name: String
    ) async throws(AccountError) -> (user: User, password: String?)? {
        try await look { session throws(StorageError) in
            try session.firstRow(
                User.select + ", password FROM users WHERE name = $1 AND \(User.isHere) ORDER BY id",
                [.text(name)]
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
            try database.note(.signedIn, session, by: Act(by: .user(user), at: milliseconds))
            return .success(())
        }
    }

    package func session(_ token: [UInt8]) async throws(AccountError) -> UserSession? {
        try await look { session throws(StorageError) in
            var found = try session.firstRow(
                UserSession.select + " WHERE sessions.token = $1 AND \(User.isHere)", [.blob(token)]
            ) { row throws(StorageError) in try UserSession(row) }
            if let user = found?.user.id { found?.eventRoles = try session.eventRoles(of: user) }
            return found
        }
    }

    package func sessions(of user: UserID) async throws(AccountError) -> [UserSession] {
        try await look { session throws(StorageError) in
            var found = try session.rows(
                UserSession.select + " WHERE sessions.account = $1 ORDER BY sessions.used_at DESC",
                [.id(user)]
            ) { row throws(StorageError) in try UserSession(row) }
            let roles = try session.eventRoles(of: user)
            for place in found.indices { found[place].eventRoles = roles }
            return found
        }
    }

    package func touch(_ session: SessionID, at milliseconds: Int64) async throws(AccountError) {
        try await change { database throws(StorageError) -> Result<Void, AccountError> in
            try database.execute(
                "UPDATE sessions SET used_at = $2 WHERE id = $1", [.id(session), .integer(milliseconds)])
            return .success(())
        }
    }

    package func end(
        _ session: SessionID, of user: UserID, at milliseconds: Int64
    ) async throws(AccountError) {
        try await change { database throws(StorageError) -> Result<Void, AccountError> in
            let ended = try database.execute(
                "DELETE FROM sessions WHERE id = $1 AND account = $2", [.id(session), .id(user)])
            if ended > 0 {
                try database.note(.sessionEnded, session, by: Act(by: .user(user), at: milliseconds))
            }
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
            try session.note(.passwordReset, user, by: Act(by: .user(user), at: milliseconds))
            return .success(())
        }
    }

    package func set(
        _ password: String, of user: UserID, keeping session: SessionID, at milliseconds: Int64
    ) async throws(AccountError) {
        try await change { database throws(StorageError) -> Result<Void, AccountError> in
            try database.setPassword(password, of: user)
            try database.endSessions(of: user, but: session)
            try database.note(.passwordChanged, user, by: Act(by: .user(user), at: milliseconds))
            return .success(())
        }
    }

    package func note(
        _ kind: AccountChange.Kind, _ after: Facts, by act: Act
    ) async throws(AccountError) {
        try await change { session throws(StorageError) -> Result<Void, AccountError> in
            try session.note(kind, UserID?.none, became: after, by: act)
            return .success(())
        }
    }

    package func accountChanges(
        before last: AccountChangeID?, limit: Int
    ) async throws(AccountError) -> [AccountChange] {
        let end = last?.bytes ?? [UInt8](repeating: 0xFF, count: 16)
        return try await look { session throws(StorageError) in
            try session.rows(
                """
                SELECT id, kind, subject, was, became, actor_kind, actor, at FROM account_changes
                WHERE id < $1 ORDER BY id DESC LIMIT $2
                """, [.blob(end), .integer(limit)]
            ) { row throws(StorageError) in
                AccountChange(
                    id: try row.identifier(0), kind: try row.word(1),
                    subject: row.isNull(2) ? nil : UUIDv7(bytes: try row.blob(2)),
                    before: try row.optionalText(3), after: try row.optionalText(4),
                    act: try Act(row, from: 5))
            }
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
        let once = OnceWork.current
        do throws(StorageError) {
            result = try await database.write { session throws(StorageError) in
                let result = try work(session)
                if let once, case .success(let made) = result { try once.keep(made, in: session) }
                return result
            }
        } catch { throw .storage(error) }
        return try result.get()
    }
}

extension DatabaseSession {
    /// Adds an entry to the record of the accounts.
    func note<Kind>(
        _ kind: AccountChange.Kind, _ subject: Identifier<Kind>?, was: Facts? = nil, became: Facts? = nil,
        by act: Act
    ) throws(StorageError) {
        try execute(
            """
            INSERT INTO account_changes (id, kind, subject, was, became, actor_kind, actor, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .id(AccountChangeID(at: act.at)), .text(kind.rawValue), .id(subject), try recorded(was),
                try recorded(became),
            ] + act.columns)
    }

    func eventRoles(of user: UserID) throws(StorageError) -> [EventID: Role] {
        var roles: [EventID: Role] = [:]
        try forEachRow("SELECT event, role FROM event_roles WHERE account = $1", [.id(user)]) {
            row throws(StorageError) in roles[try row.identifier(0)] = try row.word(1)
        }
        return roles
    }

    fileprivate func hasOwner() throws(StorageError) -> Bool {
        try firstRow("SELECT 1 FROM users WHERE role = 'owner' AND \(User.isHere) LIMIT 1") { _ in true }
            ?? false
    }

    fileprivate func setPassword(_ password: String, of user: UserID) throws(StorageError) {
        try execute(
            "UPDATE users SET password = $2 WHERE id = $1",
            [.id(user), .text(password)])
    }

    func endSessions(of user: UserID, but session: SessionID?) throws(StorageError) {
        try execute(
            "DELETE FROM sessions WHERE account = $1 AND id <> $2",
            [.id(user), .blob(session?.bytes ?? [])])
    }
}

extension User {
    static let select =
        "SELECT users.id, users.name, users.role, users.is_active, users.created_at, users.version"
    static let columns = 6
    /// A server serves one organisation, the first. Should its database hold others, their accounts are none here.
    static let isHere = "users.organisation = (SELECT id FROM organisations ORDER BY id LIMIT 1)"

    init(_ row: any DatabaseRow, from first: Int) throws(StorageError) {
        let role = try row.text(first + 2)
        self.init(
            id: try row.identifier(first), name: try row.text(first + 1),
            role: role == DatabaseValue.noRole ? nil : try row.word(first + 2),
            isActive: try row.truth(first + 3), createdAt: try row.integer(first + 4),
            version: try row.integer(first + 5))
    }
}

extension DatabaseValue {
    fileprivate static let noRole = "none"

    static func role(_ role: Role?) -> DatabaseValue { .text(role?.rawValue ?? noRole) }
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
