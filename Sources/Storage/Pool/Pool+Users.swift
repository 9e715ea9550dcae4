package import Domain

/// Accounts as an owner manages them.
extension Pool {
    package func users() async throws(AccountError) -> [User] {
        try await look { session throws(StorageError) in
            try session.rows(User.select + " FROM users WHERE \(User.isHere) ORDER BY users.id") {
                row throws(StorageError) in
                try User(row, from: 0)
            }
        }
    }

    package func add(
        _ user: User, link: [UInt8], expiresAt: Int64, by act: Act
    ) async throws(AccountError) -> User {
        try await change { session throws(StorageError) -> Result<User, AccountError> in
            let isNew = try session.execute(
                """
                INSERT INTO users (id, organisation, name, created_at, version, role, is_active)
                VALUES ($1, $2, $3, $4, 1, $5, 1) ON CONFLICT (organisation, name) DO NOTHING
                """,
                [
                    .id(user.id), .id(try session.home()), .text(user.name), .integer(user.createdAt),
                    .role(user.role),
                ])
            guard isNew == 1 else { return .failure(.userExists) }
            try session.execute(
                "INSERT INTO single_uses (token, purpose, account, expires_at) VALUES ($1, $2, $3, $4)",
                [
                    .blob(link), .text(SingleUse.Purpose.newPassword.rawValue), .id(user.id),
                    .integer(expiresAt),
                ])
            try session.note(.userAdded, user.id, became: user.facts, by: act)
            return .success(user)
        }
    }

    package func set(
        _ role: Role?, isActive: Bool, of user: User, by act: Act
    ) async throws(AccountError) -> User {
        try await change { session throws(StorageError) -> Result<User, AccountError> in
            try session.lockOwners()
            guard let known = try session.user(user.id) else { return .failure(.noSuchUser) }
            guard known.version == user.version else { return .failure(.changedMeanwhile) }
            if role != .owner || !isActive, try session.isLastOwner(user.id) { return .failure(.lastOwner) }
            try session.execute(
                "UPDATE users SET role = $2, is_active = $3, version = version + 1 WHERE id = $1",
                [.id(user.id), .role(role), .truth(isActive)])
            if !isActive { try session.endSessions(of: user.id, but: nil) }
            guard let changed = try session.user(user.id) else { throw .damaged }
            try session.note(.userChanged, user.id, was: known.facts, became: changed.facts, by: act)
            return .success(changed)
        }
    }

    package func remove(_ user: UserID, by act: Act) async throws(AccountError) {
        try await change { session throws(StorageError) -> Result<Void, AccountError> in
            try session.lockOwners()
            guard try session.user(user) != nil else { return .failure(.noSuchUser) }
            if try session.isLastOwner(user) { return .failure(.lastOwner) }
            for table in ["sessions", "single_uses", "api_tokens", "event_roles"] {
                try session.execute("DELETE FROM \(table) WHERE account = $1", [.id(user)])
            }
            try session.execute("DELETE FROM users WHERE id = $1", [.id(user)])
            try session.note(.userRemoved, user, by: act)
            return .success(())
        }
    }

    package func roles(in event: EventID) async throws(AccountError) -> [(user: User, role: Role)] {
        try await look { session throws(StorageError) in
            try session.rows(
                User.select
                    + ", event_roles.role FROM event_roles JOIN users ON users.id = event_roles.account"
                    + " WHERE event_roles.event = $1 ORDER BY users.id", [.id(event)]
            ) { row throws(StorageError) in (try User(row, from: 0), try row.word(User.columns)) }
        }
    }

    package func set(
        _ role: Role?, of user: UserID, in event: EventID, by act: Act
    ) async throws(AccountError) {
        try await change { session throws(StorageError) -> Result<Void, AccountError> in
            guard var work = try EventWork(locking: event, by: act, in: session), work.state != .deleting
            else { return .failure(.noSuchEvent) }
            guard try session.user(user) != nil else { return .failure(.noSuchUser) }
            let was = try session.eventRoles(of: user)[event]
            if let role {
                try session.execute(
                    """
                    INSERT INTO event_roles (event, account, role) VALUES ($1, $2, $3)
                    ON CONFLICT (event, account) DO UPDATE SET role = excluded.role
                    """, [.id(event), .id(user), .role(role)])
            } else {
                try session.execute(
                    "DELETE FROM event_roles WHERE event = $1 AND account = $2", [.id(event), .id(user)])
            }
            try work.note(
                .role, user, was: ["role": was?.rawValue ?? "none"],
                became: ["role": role?.rawValue ?? "none"])
            try work.finish()
            return .success(())
        }
    }
}

/// Tokens of programs.
extension Pool {
    package func keep(
        _ token: APIToken, hash: [UInt8], by act: Act
    ) async throws(AccountError) -> APIToken {
        try await change { session throws(StorageError) -> Result<APIToken, AccountError> in
            if let event = token.event {
                guard let known = try session.event(event), known.state != .deleting else {
                    return .failure(.noSuchEvent)
                }
            }
            try session.execute(
                """
                INSERT INTO api_tokens (id, token, account, name, scopes, event, created_at, expires_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """,
                [
                    .id(token.id), .blob(hash), .id(token.user.id), .text(token.name), .text(token.scopeList),
                    .id(token.event), .integer(token.createdAt), .integer(token.expiresAt),
                ])
            try session.note(
                .tokenMade, token.id, became: ["name": token.name, "scopes": token.scopeList], by: act)
            return .success(token)
        }
    }

    package func apiToken(_ hash: [UInt8]) async throws(AccountError) -> APIToken? {
        try await apiTokens("api_tokens.token = $1", .blob(hash)).first
    }

    package func apiToken(_ id: APITokenID) async throws(AccountError) -> APIToken? {
        try await apiTokens("api_tokens.id = $1", .id(id)).first
    }

    package func apiTokens(of user: UserID) async throws(AccountError) -> [APIToken] {
        try await apiTokens("api_tokens.account = $1", .id(user))
    }

    private func apiTokens(
        _ condition: String, _ value: DatabaseValue
    ) async throws(AccountError) -> [APIToken] {
        try await look { session throws(StorageError) in
            let found = try session.rows(
                """
                \(User.select), api_tokens.id, api_tokens.name, scopes, event, api_tokens.created_at, expires_at, revoked_at
                FROM api_tokens JOIN users ON users.id = api_tokens.account
                WHERE \(condition) AND \(User.isHere) ORDER BY api_tokens.id
                """, [value]
            ) { row throws(StorageError) in
                let first = User.columns
                return APIToken(
                    id: try row.identifier(first), user: try User(row, from: 0), eventRoles: [:],
                    name: try row.text(first + 1),
                    scopes: Set(try row.text(first + 2).split(separator: " ").map(String.init)),
                    event: try row.optionalIdentifier(first + 3), createdAt: try row.integer(first + 4),
                    expiresAt: try row.integer(first + 5), revokedAt: try row.optionalInteger(first + 6))
            }
            // All of them are one account's.
            guard let user = found.first?.user.id else { return [] }
            let roles = try session.eventRoles(of: user)
            return found.map { token in
                var token = token
                token.eventRoles = roles
                return token
            }
        }
    }

    package func revoke(_ token: APITokenID, of user: UserID, by act: Act) async throws(AccountError) {
        try await change { session throws(StorageError) -> Result<Void, AccountError> in
            let found = try session.execute(
                "UPDATE api_tokens SET revoked_at = coalesce(revoked_at, $3) WHERE id = $1 AND account = $2",
                [.id(token), .id(user), .integer(act.at)])
            guard found == 1 else { return .failure(.noSuchToken) }
            try session.note(.tokenRevoked, token, by: act)
            return .success(())
        }
    }
}

extension DatabaseSession {
    fileprivate func user(_ id: UserID) throws(StorageError) -> User? {
        try firstRow(User.select + " FROM users WHERE users.id = $1 AND \(User.isHere)", [.id(id)]) {
            row throws(StorageError) in
            try User(row, from: 0)
        }
    }

    /// Of two who take each other's ownership at once, one is second.
    fileprivate func lockOwners() throws(StorageError) {
        _ = try rows("SELECT id FROM organisations WHERE id = $1 FOR UPDATE", [.id(try home())]) { _ in }
    }

    fileprivate func isLastOwner(_ user: UserID) throws(StorageError) -> Bool {
        let owners = try rows(
            "SELECT id FROM users WHERE role = 'owner' AND is_active = 1 AND password IS NOT NULL AND \(User.isHere)"
        ) { row throws(StorageError) in try row.identifier(0, UserID.self) }
        return owners == [user]
    }
}

extension User {
    fileprivate var facts: Facts {
        ["role": role?.rawValue ?? "none", "isActive": isActive ? "true" : "false"]
    }
}

extension APIToken {
    fileprivate var scopeList: String { scopes.sorted().joined(separator: " ") }
}
