/// Accounts, sessions and tokens. Tokens come here as hashes: nobody who reads the rows can come in by them.
package protocol AccountKeeping: Sendable {
    /// Whether anybody has an account yet.
    func hasOwner() async throws(AccountError) -> Bool

    /// Keeps a code or link that works once; another one for the same purpose and account goes.
    func keep(_ use: SingleUse, token: [UInt8]) async throws(AccountError)

    /// The first account, with the name of the organisation, by the code of the set-up; exactly once.
    func setUp(
        _ organisation: String, owner: User, password: String, code: [UInt8], at milliseconds: Int64
    ) async throws(AccountError)

    /// The account of this name with the hash of its password.
    func account(named name: String) async throws(AccountError) -> (user: User, password: String?)?

    func begin(_ session: SessionID, token: [UInt8], of user: UserID, at milliseconds: Int64)
        async throws(AccountError)

    func session(_ token: [UInt8]) async throws(AccountError) -> UserSession?

    func sessions(of user: UserID) async throws(AccountError) -> [UserSession]

    /// Writes down that a session is still in use.
    func touch(_ session: SessionID, at milliseconds: Int64) async throws(AccountError)

    /// Ends sessions of a user: one of them, or all but one.
    func end(_ session: SessionID, of user: UserID) async throws(AccountError)
    func endAll(of user: UserID, but session: SessionID?) async throws(AccountError)

    /// Sets a password where the one-time token allows it, and ends every session of its account.
    func reset(_ password: String, by token: [UInt8], at milliseconds: Int64) async throws(AccountError)

    /// Sets a password, and ends every other session.
    func set(_ password: String, of user: UserID, keeping session: SessionID) async throws(AccountError)

    func keep(_ token: UploadToken, hash: [UInt8]) async throws(AccountError)
    func uploadToken(_ hash: [UInt8]) async throws(AccountError) -> UploadToken?
    func uploadTokens(of event: EventID) async throws(AccountError) -> [UploadToken]
    func revoke(_ token: UploadTokenID, of event: EventID, at milliseconds: Int64) async throws(AccountError)
}

/// Something that works once.
package struct SingleUse: Sendable, Hashable {
    package let purpose: Purpose
    package let user: UserID?
    package let expiresAt: Int64

    package init(_ purpose: Purpose, of user: UserID?, expiresAt: Int64) {
        self.purpose = purpose
        self.user = user
        self.expiresAt = expiresAt
    }

    package enum Purpose: String, Sendable, Hashable { case setUp = "set-up", newPassword = "new-password" }
}

/// Makes and hashes what lets people in.
package protocol SecretMaking: Sendable {
    /// A fresh token of 256 random bits, for a link or a cookie.
    func token() -> String
    /// What is kept of a token.
    func hash(of token: String) -> [UInt8]
    /// What is kept of a password. Takes a while and much memory on purpose; few at once are at work, and whoever comes
    /// when too many wait is told so.
    func hash(ofPassword password: String) async throws(AccountError) -> String
    /// Takes as long where there is no hash to compare with.
    func isRight(_ password: String, for hash: String?) async throws(AccountError) -> Bool
}

/// Why somebody does not come in, or may not do what they want.
package enum AccountError: Error, Sendable, Hashable {
    case alreadySetUp
    /// A code or link that never was, was used, or is too old.
    case noSuchCode
    case wrongPassword
    case notSignedIn
    case notAllowed
    case badName
    case badPassword(least: Int, most: Int)
    /// A password that everybody tries first.
    case commonPassword
    case tooManyTries(seconds: Int)
    case busy
    case noSuchUser
    case noSuchToken
    case storage(StorageError)

    package var code: String {
        switch self {
        case .alreadySetUp: "already_set_up"
        case .noSuchCode: "no_such_code"
        case .wrongPassword: "wrong_password"
        case .notSignedIn: "not_signed_in"
        case .notAllowed: "not_allowed"
        case .badName: "bad_name"
        case .badPassword: "bad_password"
        case .commonPassword: "common_password"
        case .tooManyTries: "too_many_tries"
        case .busy: "busy"
        case .noSuchUser: "no_such_user"
        case .noSuchToken: "no_such_token"
        case .storage(let error): error.code
        }
    }

    package var sentence: String {
        switch self {
        case .alreadySetUp: "Likeness is set up already; sign in instead."
        case .noSuchCode: "The code is wrong, was used, or is too old; ask for a new one."
        case .wrongPassword: "The name and the password do not fit together."
        case .notSignedIn: "Please sign in first."
        case .notAllowed: "Your account may not do that; ask the owner of the organisation."
        case .badName: "Sign in by an address of e-mail, such as ada@example.org."
        case .badPassword(let least, let most): "A password has \(least) to \(most) letters."
        case .commonPassword: "Everybody tries that password first; choose another one."
        case .tooManyTries(let seconds): "That was tried too often. Please wait \(seconds) seconds."
        case .busy: "Too many people sign in at this moment. Please try again in a moment."
        case .noSuchUser: "There is no such account."
        case .noSuchToken: "There is no such link any more."
        case .storage(let error): error.sentence
        }
    }
}
