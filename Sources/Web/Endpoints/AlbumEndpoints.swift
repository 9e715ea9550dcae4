internal import Accounts
internal import Domain
internal import HTTP

/// The albums of an event.
struct ListAlbums: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/albums"
    static let permission = Permission.seePhotos
    static let says = Says("The albums of an event, by name", gives: [200: .json(Shapes.album.page)])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> EventID {
        try request.id("event")
    }

    func answer(_ event: EventID, to guest: Caller) async throws(Refusal) -> Reply {
        _ = try await desk.event(event)
        let albums = try await answered { () async throws(PoolError) in
            try await desk.kept.albums(of: event)
        }
        return Reply(200, Shapes.album.page(albums))
    }
}

/// Adds an album, or finds the one of this name.
struct AddAlbum: MakingEndpoint {
    static let method = Method.post
    static let path = "/api/v1/events/:event/albums"
    static let largestBody = 4 << 10
    static let permission = Permission.editEvents
    static let says = Says(
        "Add an album; where there is one of this name, it is told", headers: [Says.onceKey],
        takes: .json(.members(["name": .name])), gives: [201: .json(Shapes.album.schema)])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (event: EventID, name: String) {
        var form = try Form(body)
        let name = try form.named("name")
        try form.finish()
        return (try request.id("event"), name)
    }

    func make(_ input: (event: EventID, name: String), as guest: Caller) async throws(Refusal) -> Album {
        let event = try await desk.event(input.event)
        return try await answered { () async throws(PoolError) in
            try await desk.kept.album(input.name, of: event, by: desk.act(guest))
        }
    }

    static func reply(_ album: Album, at now: Int64) -> Reply { Reply(201, Shapes.album(album)) }
}
