package import Domain

/// Who works here: accounts that an owner adds, what they are to the organisation and to single events, and the tokens of their
/// programs.
package struct Staff: Sendable {
    private let kept: any AccountKeeping
    private let secrets: any SecretMaking
    private let sessions: Sessions
    private let now: @Sendable () -> Int64

    package init(
        kept: any AccountKeeping, secrets: any SecretMaking, sessions: Sessions,
        now: @escaping @Sendable () -> Int64
    ) {
        self.kept = kept
        self.secrets = secrets
        self.sessions = sessions
        self.now = now
    }

    /// Adds an account; its owner chooses a password by the link's token, once, within a week.
    package func invite(
        _ name: String, as role: Role?, by act: Act
    ) async throws(AccountError) -> (user: User, token: String) {
        let token = secrets.token()
        let user = User(
            id: UserID(at: now()), name: try SignIn.checked(name: name), role: role, isActive: true,
            createdAt: now())
        return (
            try await kept.add(
                user, link: secrets.hash(of: token), expiresAt: now() + Self.linkLasts, by: act), token
        )
    }

    package func set(
        _ role: Role?, isActive: Bool, of user: User, by act: Act
    ) async throws(AccountError) -> User {
        let changed = try await kept.set(role, isActive: isActive, of: user, by: act)
        sessions.forget(user.id)
        return changed
    }

    package func remove(_ user: UserID, by act: Act) async throws(AccountError) {
        try await kept.remove(user, by: act)
        sessions.forget(user)
    }

    package func set(
        _ role: Role?, of user: UserID, in event: EventID, by act: Act
    ) async throws(AccountError) {
        try await kept.set(role, of: user, in: event, by: act)
        sessions.forget(user)
    }

    /// A token for a program of somebody who is signed in.
    package func makeToken(
        _ name: String, scopes: Set<Permission>, event: EventID?, days: Int64, for session: UserSession
    ) async throws(AccountError) -> (token: APIToken, secret: String) {
        let title = try SignIn.checked(title: name)
        let secret = Self.mark + secrets.token()
        let token = APIToken(
            id: APITokenID(at: now()), user: session.user, eventRoles: session.eventRoles, name: title,
            scopes: Set(scopes.map(\.rawValue)), event: event, createdAt: now(),
            expiresAt: now() + days * 86_400_000)
        let act = Act(by: .user(session.user.id), at: now())
        return (try await kept.keep(token, hash: secrets.hash(of: secret), by: act), secret)
    }

    /// The token that a program brings; nil for one that is none, or no longer good.
    package func token(_ secret: String) async throws(AccountError) -> APIToken? {
        guard secret.hasPrefix(Self.mark), let found = try await kept.apiToken(secrets.hash(of: secret)),
            found.isGood(at: now())
        else { return nil }
        return found
    }

    /// Tells a program's token from a photographer's link, and a leaked one from any other word.
    package static let mark = "likeness_"
    private static let linkLasts: Int64 = 7 * 86_400_000
}
