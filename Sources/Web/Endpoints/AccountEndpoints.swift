internal import Accounts
internal import Domain
internal import HTTP

/// Makes the organisation and its owner, once.
struct SetUpOrganisation: OpenEndpoint {
    static let method = Method.post
    static let path = "/api/v1/setup"
    static let largestBody = 8 << 10
    static let says = Says(
        "Make the organisation and its owner, by the code that the server printed; once",
        takes: .json(
            .members([
                "organisation": .text(), "name": .text(), "password": .text(most: 2000), "code": .text(),
            ])), gives: [201: .json(welcome)], refuses: [409])
    let desk: Desk

    struct Input: Sendable {
        let organisation: String
        let name: String
        let password: String
        let code: String
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        var form = try Form(body)
        let input = Input(
            organisation: try form.text("organisation"), name: try form.text("name"),
            password: try form.text("password", atMost: 2000), code: try form.text("code"))
        try form.finish()
        return input
    }

    func answer(_ input: Input, to visitor: Visitor) async throws(Refusal) -> Reply {
        let (session, token) = try await answered { () async throws(AccountError) in
            try await desk.signIn.setUp(
                input.organisation, name: input.name, password: input.password, code: input.code)
        }
        return desk.welcome(session, token, isSecure: visitor.isSecure)
    }

    /// What whoever comes in is told.
    static let welcome = Schema.members(["user": Shapes.user.schema, "proof": .text()])
}

/// Signs somebody in.
struct BeginSession: OpenEndpoint {
    static let method = Method.post
    static let path = "/api/v1/session"
    static let largestBody = 8 << 10
    static let says = Says(
        "Sign in; the answer sets a cookie and tells the proof that changes need beside it",
        takes: .json(.members(["name": .text(), "password": .text(most: 2000)])),
        gives: [201: .json(SetUpOrganisation.welcome)], refuses: [401])
    let desk: Desk

    static func read(
        _ request: Request, _ body: [UInt8]
    ) throws(Refusal) -> (name: String, password: String) {
        var form = try Form(body)
        let input = (try form.text("name"), try form.text("password", atMost: 2000))
        try form.finish()
        return input
    }

    func answer(
        _ input: (name: String, password: String), to visitor: Visitor
    ) async throws(Refusal) -> Reply {
        let (session, token) = try await answered { () async throws(AccountError) in
            try await desk.signIn.signIn(input.name, input.password, from: visitor.address)
        }
        return desk.welcome(session, token, isSecure: visitor.isSecure)
    }
}

extension Desk {
    fileprivate func welcome(_ session: UserSession, _ token: String, isSecure: Bool) -> Reply {
        Reply(
            201,
            .object(("user", Shapes.user(session.user)), ("proof", .text(sessions.proof(for: token)))),
            [SessionCookie.header(token, isSecure: isSecure, seconds: 30 * 86_400)]
        ).withSecret
    }

    /// Whoever is signed in, with what their browser brought.
    func signedIn(_ request: Request) async throws(Refusal) -> SignedIn {
        switch try await caller(of: request) {
        case .user(let session):
            return SignedIn(
                session: session,
                token: request.cookie(SessionCookie.name(isSecure: request.isSecure)) ?? "",
                address: request.client.text, isSecure: request.isSecure)
        case .program: throw Refusal(AccountError.notAllowed)
        case .nobody, .photographer: throw Refusal(AccountError.notSignedIn)
        }
    }
}

struct SignedIn: Sendable {
    let session: UserSession
    let token: String
    let address: String
    let isSecure: Bool
}

/// Who is signed in.
struct ShowSession: SessionEndpoint {
    static let method = Method.get
    static let path = "/api/v1/session"
    static let says = Says(
        "Who is signed in, with the proof that changes need",
        gives: [200: .json(SetUpOrganisation.welcome)])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) {}

    func answer(_ input: Void, to guest: SignedIn) async throws(Refusal) -> Reply {
        Reply(
            200,
            .object(
                ("user", Shapes.user(guest.session.user)),
                ("proof", .text(desk.sessions.proof(for: guest.token))))
        ).withSecret
    }
}

/// Signs out.
struct EndThisSession: SessionEndpoint {
    static let method = Method.delete
    static let path = "/api/v1/session"
    static let says = Says("Sign out", gives: [204: .nothing])
    let desk: Desk

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
struct ListSessions: SessionEndpoint {
    static let method = Method.get
    static let path = "/api/v1/sessions"
    static let says = Says(
        "The devices that one is signed in on",
        gives: [
            200: .json(
                .page(
                    of: .members([
                        "id": .id, "createdAt": .integer(), "usedAt": .integer(), "isThis": .truth,
                    ])))
        ])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) {}

    func answer(_ input: Void, to guest: SignedIn) async throws(Refusal) -> Reply {
        let sessions = try await answered { () async throws(AccountError) in
            try await desk.kept.sessions(of: guest.session.user.id)
        }
        let items: [JSONValue] = sessions.map { session in
            .object(
                ("id", .id(session.id)), ("createdAt", .integer(session.createdAt)),
                ("usedAt", .integer(session.usedAt)), ("isThis", .truth(session.id == guest.session.id)))
        }
        return Reply(200, .object(("items", .list(items)), ("next", .null)))
    }
}

/// Ends another device's session.
struct EndSession: SessionEndpoint {
    static let method = Method.delete
    static let path = "/api/v1/sessions/:session"
    static let says = Says("Sign another device out", gives: [204: .nothing])
    let desk: Desk

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
struct ChangePassword: SessionEndpoint {
    static let method = Method.post
    static let path = "/api/v1/password"
    static let largestBody = 8 << 10
    static let says = Says(
        "Change one's own password, which signs every other device out",
        takes: .json(.members(["old": .text(most: 2000), "new": .text(most: 2000)])),
        gives: [204: .nothing])
    let desk: Desk

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
struct ResetPassword: OpenEndpoint {
    static let method = Method.post
    static let path = "/api/v1/password/reset"
    static let largestBody = 8 << 10
    static let says = Says(
        "Set a password by the token of a link that works once",
        takes: .json(.members(["token": .text(), "new": .text(most: 2000)])), gives: [204: .nothing])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (token: String, new: String) {
        var form = try Form(body)
        let input = (try form.text("token"), try form.text("new", atMost: 2000))
        try form.finish()
        return input
    }

    func answer(_ input: (token: String, new: String), to guest: Visitor) async throws(Refusal) -> Reply {
        try await answered { () async throws(AccountError) in
            try await desk.signIn.reset(input.new, by: input.token)
        }
        return Reply(204)
    }
}
