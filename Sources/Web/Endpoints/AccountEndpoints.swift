internal import Accounts
internal import Domain
internal import HTTP

/// Makes the organisation and its owner, once.
struct SetUpOrganisation: Endpoint {
    static let method = Method.post
    static let path = "/api/v1/setup"
    static let largestBody = 8 << 10
    let desk: Desk

    struct Input: Sendable {
        let organisation: String
        let name: String
        let password: String
        let code: String
    }

    func admit(_ request: Request) async throws(Refusal) -> Bool {
        try desk.refuseOtherSites(request)
        return request.isSecure
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        var form = try Form(body)
        let input = Input(
            organisation: try form.text("organisation"), name: try form.text("name"),
            password: try form.text("password", atMost: 2000), code: try form.text("code"))
        try form.finish()
        return input
    }

    func answer(_ input: Input, to isSecure: Bool) async throws(Refusal) -> Reply {
        let (session, token) = try await answered { () async throws(AccountError) in
            try await desk.signIn.setUp(
                input.organisation, name: input.name, password: input.password, code: input.code)
        }
        return desk.welcome(session, token, isSecure: isSecure, status: 201)
    }
}

/// Signs somebody in.
struct BeginSession: Endpoint {
    static let method = Method.post
    static let path = "/api/v1/session"
    static let largestBody = 8 << 10
    let desk: Desk

    struct Visitor: Sendable {
        let address: String
        let isSecure: Bool
    }

    struct Input: Sendable {
        let name: String
        let password: String
    }

    func admit(_ request: Request) async throws(Refusal) -> Visitor {
        try desk.refuseOtherSites(request)
        return Visitor(address: request.client.text, isSecure: request.isSecure)
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        var form = try Form(body)
        let input = Input(name: try form.text("name"), password: try form.text("password", atMost: 2000))
        try form.finish()
        return input
    }

    func answer(_ input: Input, to visitor: Visitor) async throws(Refusal) -> Reply {
        let (session, token) = try await answered { () async throws(AccountError) in
            try await desk.signIn.signIn(input.name, input.password, from: visitor.address)
        }
        return desk.welcome(session, token, isSecure: visitor.isSecure, status: 201)
    }
}

extension Desk {
    func welcome(_ session: UserSession, _ token: String, isSecure: Bool, status: Int) -> Reply {
        Reply(
            status,
            .object(("user", JSONValue(session.user)), ("proof", .text(sessions.proof(for: token)))),
            [SessionCookie.header(token, isSecure: isSecure, seconds: 30 * 86_400)])
    }

    /// Whoever is signed in, with what their browser brought.
    func signedIn(_ request: Request) async throws(Refusal) -> SignedIn {
        guard case .user(let session) = try await caller(of: request) else {
            throw Refusal(AccountError.notSignedIn)
        }
        return SignedIn(
            session: session, token: request.cookie(SessionCookie.name(isSecure: request.isSecure)) ?? "",
            address: request.client.text, isSecure: request.isSecure)
    }
}

struct SignedIn: Sendable {
    let session: UserSession
    let token: String
    let address: String
    let isSecure: Bool
}

/// Who is signed in.
struct ShowSession: Endpoint {
    static let method = Method.get
    static let path = "/api/v1/session"
    let desk: Desk

    func admit(_ request: Request) async throws(Refusal) -> SignedIn { try await desk.signedIn(request) }
    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) {}

    func answer(_ input: Void, to guest: SignedIn) async throws(Refusal) -> Reply {
        Reply(
            200,
            .object(
                ("user", JSONValue(guest.session.user)),
                ("proof", .text(desk.sessions.proof(for: guest.token)))))
    }
}

/// Signs out.
struct EndThisSession: Endpoint {
    static let method = Method.delete
    static let path = "/api/v1/session"
    let desk: Desk

    func admit(_ request: Request) async throws(Refusal) -> SignedIn { try await desk.signedIn(request) }
    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) {}

    func answer(_ input: Void, to guest: SignedIn) async throws(Refusal) -> Reply {
        try await answered { () async throws(AccountError) in
            try await desk.sessions.end(guest.session.id, of: guest.session.user.id)
        }
        return Reply(
            204,
            [
                SessionCookie.header("", isSecure: guest.isSecure, seconds: 0),
                Header("Clear-Site-Data", "\"cache\", \"storage\""),
            ])
    }
}

/// The devices somebody is signed in on.
struct ListSessions: Endpoint {
    static let method = Method.get
    static let path = "/api/v1/sessions"
    let desk: Desk

    func admit(_ request: Request) async throws(Refusal) -> SignedIn { try await desk.signedIn(request) }
    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) {}

    func answer(_ input: Void, to guest: SignedIn) async throws(Refusal) -> Reply {
        let sessions = try await answered { () async throws(AccountError) in
            try await desk.kept.sessions(of: guest.session.user.id)
        }
        return Reply(
            200,
            .page(
                sessions.map { session in
                    .object(
                        ("id", .text(session.id.text)), ("createdAt", .integer(session.createdAt)),
                        ("usedAt", .integer(session.usedAt)),
                        ("isThis", .truth(session.id == guest.session.id)))
                }, next: nil))
    }
}

/// Ends another device's session.
struct EndSession: Endpoint {
    static let method = Method.delete
    static let path = "/api/v1/sessions/:session"
    let desk: Desk

    func admit(_ request: Request) async throws(Refusal) -> SignedIn { try await desk.signedIn(request) }
    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> SessionID {
        try request.id("session")
    }

    func answer(_ session: SessionID, to guest: SignedIn) async throws(Refusal) -> Reply {
        try await answered { () async throws(AccountError) in
            try await desk.sessions.end(session, of: guest.session.user.id)
        }
        return Reply(204)
    }
}

/// Changes one's own password.
struct ChangePassword: Endpoint {
    static let method = Method.post
    static let path = "/api/v1/password"
    static let largestBody = 8 << 10
    let desk: Desk

    func admit(_ request: Request) async throws(Refusal) -> SignedIn { try await desk.signedIn(request) }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (old: String, new: String) {
        var form = try Form(body)
        let input = (try form.text("old", atMost: 2000), try form.text("new", atMost: 2000))
        try form.finish()
        return input
    }

    func answer(_ input: (old: String, new: String), to guest: SignedIn) async throws(Refusal) -> Reply {
        try await answered { () async throws(AccountError) in
            try await desk.signIn.changePassword(
                of: guest.session, from: input.old, to: input.new, at: guest.address)
        }
        return Reply(204)
    }
}

/// Sets a password by a link that works once.
struct ResetPassword: Endpoint {
    static let method = Method.post
    static let path = "/api/v1/password/reset"
    static let largestBody = 8 << 10
    let desk: Desk

    func admit(_ request: Request) async throws(Refusal) { try desk.refuseOtherSites(request) }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (token: String, new: String) {
        var form = try Form(body)
        let input = (try form.text("token"), try form.text("new", atMost: 2000))
        try form.finish()
        return input
    }

    func answer(_ input: (token: String, new: String), to guest: Void) async throws(Refusal) -> Reply {
        try await answered { () async throws(AccountError) in
            try await desk.signIn.reset(input.new, by: input.token)
        }
        return Reply(204)
    }
}
