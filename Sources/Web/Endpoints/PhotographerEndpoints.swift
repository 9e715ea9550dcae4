internal import Accounts
internal import Domain
internal import HTTP

/// Who photographs for an event.
struct ListPhotographers: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/photographers"
    static let permission = Permission.seePhotos
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> EventID {
        try request.id("event")
    }

    func answer(_ event: EventID, to guest: Caller) async throws(Refusal) -> Reply {
        _ = try await desk.event(event)
        let all = try await answered { () async throws(PoolError) in
            try await desk.kept.photographers(of: event)
        }
        return Reply(200, .page(all.map { JSONValue($0) }, next: nil))
    }
}

/// Adds a photographer.
struct AddPhotographer: DeskEndpoint {
    static let method = Method.post
    static let path = "/api/v1/events/:event/photographers"
    static let largestBody = 4 << 10
    static let permission = Permission.managePhotographers
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (event: EventID, name: String) {
        var form = try Form(body)
        let name = try form.text("name", atMost: 200)
        try form.finish()
        return (try request.id("event"), name)
    }

    func answer(_ input: (event: EventID, name: String), to guest: Caller) async throws(Refusal) -> Reply {
        let event = try await desk.event(input.event)
        let made = try await answered { () async throws(PoolError) in
            try await desk.kept.addPhotographer(input.name, to: event, by: desk.act(guest))
        }
        return Reply(201, JSONValue(made))
    }
}

extension JSONValue {
    fileprivate init(_ photographer: Photographer) {
        self = .object(
            ("id", .text(photographer.id.text)), ("name", .text(photographer.name)),
            ("bytes", .integer(photographer.claimedBytes)))
    }
}

/// The upload links of an event; a token is told only when it is made.
struct ListUploadLinks: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/upload-links"
    static let permission = Permission.managePhotographers
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> EventID {
        try request.id("event")
    }

    func answer(_ event: EventID, to guest: Caller) async throws(Refusal) -> Reply {
        _ = try await desk.event(event)
        let tokens = try await answered { () async throws(AccountError) in
            try await desk.kept.uploadTokens(of: event)
        }
        return Reply(200, .page(tokens.map { JSONValue($0, at: desk.now()) }, next: nil))
    }
}

/// Makes a link by which a photographer uploads without an account.
struct MakeUploadLink: DeskEndpoint {
    static let method = Method.post
    static let path = "/api/v1/events/:event/upload-links"
    static let largestBody = 4 << 10
    static let permission = Permission.managePhotographers
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
            days: try form.integer("days", in: 1...366) ?? 7)
        try form.finish()
        return input
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        _ = try await desk.event(input.event)
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
        try await answered { () async throws(AccountError) in
            try await desk.kept.keep(token, hash: desk.secrets.hash(of: secret))
        }
        return Reply(201, .object(("link", JSONValue(token, at: now)), ("token", .text(secret)))).withSecret
    }
}

/// Ends a link.
struct RevokeUploadLink: DeskEndpoint {
    static let method = Method.delete
    static let path = "/api/v1/events/:event/upload-links/:link"
    static let permission = Permission.managePhotographers
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (EventID, UploadTokenID) {
        (try request.id("event"), try request.id("link"))
    }

    func answer(_ input: (EventID, UploadTokenID), to guest: Caller) async throws(Refusal) -> Reply {
        try await answered { () async throws(AccountError) in
            try await desk.kept.revoke(input.1, of: input.0, at: desk.now())
        }
        return Reply(204)
    }
}
