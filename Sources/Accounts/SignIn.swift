package import Domain

/// How people come in: the first set-up, signing in and out, and new passwords.
package struct SignIn: Sendable {
    private let kept: any AccountKeeping
    private let secrets: any SecretMaking
    private let sessions: Sessions
    private let throttle = SignInThrottle()
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

    /// A fresh code for the first set-up; nil where that was done. Earlier codes end.
    package func setUpCode() async throws(AccountError) -> String? {
        guard try await !kept.hasOwner() else { return nil }
        let code = secrets.token()
        try await kept.keep(
            SingleUse(.setUp, of: nil, expiresAt: now() + Self.codeLasts), token: secrets.hash(of: code))
        return code
    }

    /// Makes the organisation and its owner, and lets the owner in.
    package func setUp(
        _ organisation: String, name: String, password: String, code: String
    ) async throws(AccountError) -> (session: UserSession, token: String) {
        let name = try Self.checked(name: name)
        try Self.check(password, of: name)
        let title = try Self.checked(title: organisation)
        // Before the slow hash: a wrong code costs us nothing.
        guard try await !kept.hasOwner() else { throw .alreadySetUp }
        let owner = User(id: UserID(at: now()), name: name, role: .owner, isActive: true, createdAt: now())
        try await kept.setUp(
            title, owner: owner, password: try await secrets.hash(ofPassword: password),
            code: secrets.hash(of: code), at: now())
        return try await begin(owner)
    }

    package func signIn(
        _ name: String, _ password: String, from address: String
    ) async throws(AccountError) -> (session: UserSession, token: String) {
        let name = name.lowercased()
        if let seconds = throttle.secondsToWait(name, from: address, at: now()) {
            throw .tooManyTries(seconds: seconds)
        }
        guard password.count <= Self.mostLetters else { throw .wrongPassword }
        let account = try await kept.account(named: name)
        guard try await secrets.isRight(password, for: account?.password), let account, account.user.isActive
        else { throw .wrongPassword }
        throttle.forget(name, from: address)
        return try await begin(account.user)
    }

    package func changePassword(
        of session: UserSession, from old: String, to new: String, at address: String
    ) async throws(AccountError) {
        if let seconds = throttle.secondsToWait(session.user.name, from: address, at: now()) {
            throw .tooManyTries(seconds: seconds)
        }
        try Self.check(new, of: session.user.name)
        let account = try await kept.account(named: session.user.name)
        guard try await secrets.isRight(old, for: account?.password) else { throw .wrongPassword }
        try await kept.set(
            try await secrets.hash(ofPassword: new), of: session.user.id, keeping: session.id,
            at: now())
        sessions.forget(session.user.id)
    }

    /// A link that sets a new password, once; for whoever may run commands on the machine.
    package func resetToken(for name: String) async throws(AccountError) -> String {
        guard let account = try await kept.account(named: name.lowercased()) else { throw .noSuchUser }
        let token = secrets.token()
        try await kept.keep(
            SingleUse(.newPassword, of: account.user.id, expiresAt: now() + Self.codeLasts),
            token: secrets.hash(of: token))
        return token
    }

    package func reset(_ password: String, by token: String) async throws(AccountError) {
        try Self.check(password, of: "")
        try await kept.reset(
            try await secrets.hash(ofPassword: password), by: secrets.hash(of: token), at: now())
        sessions.forgetAll()
    }

    private func begin(_ user: User) async throws(AccountError) -> (session: UserSession, token: String) {
        let token = secrets.token()
        let session = UserSession(id: SessionID(at: now()), user: user, createdAt: now(), usedAt: now())
        try await kept.begin(session.id, token: secrets.hash(of: token), of: user.id, at: now())
        return (session, token)
    }

    static func checked(title: String) throws(AccountError) -> String {
        let title = title.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !title.isEmpty, title.count <= 200 else { throw .badTitle }
        return title
    }

    static func checked(name: String) throws(AccountError) -> String {
        let sides = name.lowercased().split(separator: "@", omittingEmptySubsequences: false)
        guard sides.count == 2, sides.allSatisfy({ !$0.isEmpty }), name.count <= 200,
            name.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else { throw .badName }
        return name.lowercased()
    }

    private static func check(_ password: String, of name: String) throws(AccountError) {
        guard (leastLetters...mostLetters).contains(password.count) else {
            throw .badPassword(least: leastLetters, most: mostLetters)
        }
        let plain = password.lowercased()
        let local = name.prefix { $0 != "@" }
        guard plain != name, plain != String(local), Set(plain).count > 3, !common.contains(plain) else {
            throw .commonPassword
        }
    }

    private static let leastLetters = 10
    private static let mostLetters = 1000
    private static let codeLasts: Int64 = 24 * 3600 * 1000
    /// Those of at least ten letters that lists of stolen passwords begin with.
    private static let common: Set<String> = [
        "1234567890", "12345678910", "0123456789", "qwertyuiop", "1q2w3e4r5t", "password123", "password1234",
        "qwerty123456", "1qaz2wsx3edc", "iloveyou123", "administrator", "letmein1234", "photographer",
    ]
}
