internal import Accounts
internal import Domain
internal import HTTP

/// One's own tokens for programs.
struct ListTokens: SessionEndpoint {
    static let method = Method.get
    static let path = "/api/v1/tokens"
    static let says = Says("One's own tokens for programs", gives: [200: .json(Shapes.token.page)])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) {}

    func answer(_ input: Void, to guest: SignedIn) async throws(Refusal) -> Reply {
        let tokens = try await answered { () async throws(AccountError) in
            try await desk.kept.apiTokens(of: guest.session.user.id)
        }
        let now = desk.now()
        return Reply(200, Shapes.token.page(tokens.map { ($0, now) }))
    }
}

/// Makes a token: no program makes one for another.
struct MakeToken: SessionEndpoint {
    static let method = Method.post
    static let path = "/api/v1/tokens"
    static let largestBody = 8 << 10
    static let says = Says(
        "Make a token for a program: for some of what one may do, in all events or in one, for some days; it is told only here",
        takes: .json(
            .members(
                ["name": .name, "scopes": .list(.word(Permission.self), atLeast: 1, atMost: 100)],
                maybe: ["event": .orNull(.id), "days": .orNull(.integer(from: 1, to: 366))])),
        gives: [201: .json(.members(["token": Shapes.token.schema, "secret": .text()]))], refuses: [404])
    let desk: Desk

    struct Input: Sendable {
        let name: String
        let scopes: Set<Permission>
        let event: EventID?
        let days: Int64
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        var form = try Form(body)
        let input = Input(
            name: try form.named("name"), scopes: Set(try form.words("scopes", Permission.self)),
            event: try form.optionalID("event"), days: try form.integer("days", in: 1...366) ?? 90)
        try form.finish()
        return input
    }

    func answer(_ input: Input, to guest: SignedIn) async throws(Refusal) -> Reply {
        if let event = input.event {
            guard Caller.user(guest.session).may(.seeEvents, in: event) else {
                throw Refusal(PoolError.noSuchEvent)
            }
        }
        let (token, secret) = try await answered { () async throws(AccountError) in
            try await desk.staff.makeToken(
                input.name, scopes: input.scopes, event: input.event, days: input.days, for: guest.session)
        }
        return Reply(
            201, .object(("token", Shapes.token((token, desk.now()))), ("secret", .text(secret)))
        ).withSecret
    }
}

/// Ends a token.
struct RevokeToken: SessionEndpoint {
    static let method = Method.delete
    static let path = "/api/v1/tokens/:token"
    static let says = Says("Take a token back; it opens nothing from then on", gives: [204: .nothing])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> APITokenID {
        try request.id("token")
    }

    func answer(_ token: APITokenID, to guest: SignedIn) async throws(Refusal) -> Reply {
        let user = guest.session.user.id
        try await answered { () async throws(AccountError) in
            try await desk.kept.revoke(token, of: user, by: Act(by: .user(user), at: desk.now()))
        }
        return Reply(204)
    }
}
