internal import Accounts
internal import Domain
internal import HTTP

/// Who photographs for an event.
struct ListPhotographers: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/photographers"
    static let permission = Permission.seePhotos
    static let says = Says(
        "Who photographs for an event, by name", gives: [200: .json(Shapes.photographer.page)])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> EventID {
        try request.id("event")
    }

    func answer(_ event: EventID, to guest: Caller) async throws(Refusal) -> Reply {
        _ = try await desk.event(event)
        let all = try await answered { () async throws(PoolError) in
            try await desk.kept.photographers(of: event)
        }
        return Reply(200, Shapes.photographer.page(all))
    }
}

/// Adds a photographer.
struct AddPhotographer: MakingEndpoint {
    static let method = Method.post
    static let path = "/api/v1/events/:event/photographers"
    static let largestBody = 4 << 10
    static let permission = Permission.managePhotographers
    static let says = Says(
        "Add a photographer", headers: [Says.onceKey], takes: .json(.members(["name": .name])),
        gives: [201: .json(Shapes.photographer.schema)])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (event: EventID, name: String) {
        var form = try Form(body)
        let name = try form.named("name")
        try form.finish()
        return (try request.id("event"), name)
    }

    func make(
        _ input: (event: EventID, name: String), as guest: Caller
    ) async throws(Refusal) -> Photographer {
        let event = try await desk.event(input.event)
        return try await answered { () async throws(PoolError) in
            try await desk.kept.addPhotographer(input.name, to: event, by: desk.act(guest))
        }
    }

    static func reply(_ made: Photographer, at now: Int64) -> Reply { Reply(201, Shapes.photographer(made)) }
}

/// The upload links of an event; a token is told only when it is made.
struct ListUploadLinks: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/upload-links"
    static let permission = Permission.managePhotographers
    static let says = Says("The upload links of an event", gives: [200: .json(Shapes.link.page)])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> EventID {
        try request.id("event")
    }

    func answer(_ event: EventID, to guest: Caller) async throws(Refusal) -> Reply {
        _ = try await desk.event(event)
        let tokens = try await answered { () async throws(AccountError) in
            try await desk.kept.uploadTokens(of: event)
        }
        let now = desk.now()
        return Reply(200, Shapes.link.page(tokens.map { ($0, now) }))
    }
}

/// Makes a link for a photographer, who needs no account.
struct MakeUploadLink: MakingEndpoint {
    static let method = Method.post
    static let path = "/api/v1/events/:event/upload-links"
    static let largestBody = 4 << 10
    static let permission = Permission.managePhotographers
    static let says = Says(
        "Make a link by which a photographer uploads to this event without an account; its token is told only here",
        headers: [Says.onceKey],
        takes: .json(
            .members(["photographer": .id], maybe: ["days": .orNull(.integer(from: 1, to: 366))])),
        gives: [201: .json(.members(["link": Shapes.link.schema, "token": .text()]))])
    let desk: Desk

    struct Input: Sendable {
        let event: EventID
        let photographer: PhotographerID
        let days: Int64
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        var form = try Form(body)
        let input = Input(
            event: try request.id("event"), photographer: try form.id("photographer"),
            days: try form.integer("days", in: 1...366) ?? 30)
        try form.finish()
        return input
    }

    func make(_ input: Input, as guest: Caller) async throws(Refusal) -> (link: UploadToken, token: String) {
        let all = try await answered { () async throws(PoolError) in
            try await desk.kept.photographers(of: input.event)
        }
        guard all.contains(where: { $0.id == input.photographer }) else {
            throw Refusal(PoolError.noSuchPhotographer)
        }
        let (secret, now) = (desk.secrets.token(), desk.now())
        let token = UploadToken(
            id: UploadTokenID(at: now), event: input.event, photographer: input.photographer, createdAt: now,
            expiresAt: now + input.days * 86_400_000, revokedAt: nil)
        let kept = try await answered { () async throws(AccountError) in
            try await desk.kept.keep(token, hash: desk.secrets.hash(of: secret), by: desk.act(guest))
        }
        return (kept, secret)
    }

    static func reply(_ made: (link: UploadToken, token: String), at now: Int64) -> Reply {
        Reply(201, .object(("link", Shapes.link((made.link, now))), ("token", .text(made.token)))).withSecret
    }

    static func kept(_ written: UploadToken, at now: Int64) -> Reply { .toldOnce }
}

/// Ends a link.
struct RevokeUploadLink: DeskEndpoint {
    static let method = Method.delete
    static let path = "/api/v1/events/:event/upload-links/:link"
    static let permission = Permission.managePhotographers
    static let says = Says("Take a link back; it opens nothing from then on", gives: [204: .nothing])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (EventID, UploadTokenID) {
        (try request.id("event"), try request.id("link"))
    }

    func answer(_ input: (EventID, UploadTokenID), to guest: Caller) async throws(Refusal) -> Reply {
        try await answered { () async throws(AccountError) in
            try await desk.kept.revoke(input.1, of: input.0, by: desk.act(guest))
        }
        return Reply(204)
    }
}
