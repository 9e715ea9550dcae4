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

    /// Ends one session of a user.
    func end(_ session: SessionID, of user: UserID, at milliseconds: Int64) async throws(AccountError)

    /// Sets a password where the one-time token allows it, and ends every session of its account.
    func reset(_ password: String, by token: [UInt8], at milliseconds: Int64) async throws(AccountError)

    /// Sets a password, and ends every other session.
    func set(_ password: String, of user: UserID, keeping session: SessionID, at milliseconds: Int64)
        async throws(AccountError)

    func users() async throws(AccountError) -> [User]

    /// Adds an account without a password, with the link that sets one.
    func add(_ user: User, link: [UInt8], expiresAt: Int64, by act: Act) async throws(AccountError) -> User

    /// Refuses with `.changedMeanwhile` where somebody edited the account since this version, and with `.lastOwner` where
    /// nobody would be left who may do everything. Whoever is active no more is signed out.
    func set(_ role: Role?, isActive: Bool, of user: User, by act: Act) async throws(AccountError) -> User

    /// Removes an account with all that lets it in.
    func remove(_ user: UserID, by act: Act) async throws(AccountError)

    /// What accounts are to one event, beside what they are to all.
    func roles(in event: EventID) async throws(AccountError) -> [(user: User, role: Role)]

    /// Takes the role away where none is given.
    func set(_ role: Role?, of user: UserID, in event: EventID, by act: Act) async throws(AccountError)

    func keep(_ token: APIToken, hash: [UInt8], by act: Act) async throws(AccountError) -> APIToken
    func apiToken(_ hash: [UInt8]) async throws(AccountError) -> APIToken?
    func apiToken(_ id: APITokenID) async throws(AccountError) -> APIToken?
    func apiTokens(of user: UserID) async throws(AccountError) -> [APIToken]
    func revoke(_ token: APITokenID, of user: UserID, by act: Act) async throws(AccountError)

    func keep(_ token: UploadToken, hash: [UInt8], by act: Act) async throws(AccountError) -> UploadToken
    func uploadToken(_ hash: [UInt8]) async throws(AccountError) -> UploadToken?
    func uploadTokens(of event: EventID) async throws(AccountError) -> [UploadToken]
    func revoke(_ token: UploadTokenID, of event: EventID, by act: Act) async throws(AccountError)

    /// Writes down what was done to the organisation as a whole.
    func note(_ kind: AccountChange.Kind, _ after: Facts, by act: Act) async throws(AccountError)

    /// What was changed about accounts, newest first.
    func accountChanges(before last: AccountChangeID?, limit: Int) async throws(AccountError)
        -> [AccountChange]
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
    case noSuchEvent
    case userExists
    /// Nobody would be left who may do everything.
    case lastOwner
    /// Somebody else edited it since it was read.
    case changedMeanwhile
    /// An organisation, or a token, without a name or with one that is too long.
    case badTitle
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
        case .noSuchEvent: "no_such_event"
        case .userExists: "user_exists"
        case .lastOwner: "last_owner"
        case .changedMeanwhile: "changed_meanwhile"
        case .badTitle: "bad_title"
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
        case .noSuchToken: "There is no such link or token any more."
        case .noSuchEvent: "There is no such event."
        case .userExists: "Somebody has an account under this address already."
        case .lastOwner: "Nobody else is an owner; make somebody one first."
        case .changedMeanwhile: "Somebody else changed it meanwhile; look at it again before you go on."
        case .badTitle: "The name is empty or longer than 200 letters; give one that people recognise."
        case .storage(let error): error.sentence
        }
    }
}
