internal import Accounts
internal import Domain
internal import HTTP

/// The photos of an event in the order of their arrival, page by page: what arrives meanwhile comes behind.
struct ListPhotos: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/photos"
    static let permission = Permission.seePhotos
    static let says = Says(
        "The photos of an event in the order of their arrival; what arrives meanwhile comes behind",
        query: [
            "after": .id, "limit": Says.limit,
            "state": .word(PhotoState.self), "album": .id, "photographer": .id, "person": .id,
            "name": .plain(), "hidden": .truth, "trash": .truth,
        ], gives: [200: .json(Shapes.photo.page)])
    let desk: Desk

    struct Input: Sendable {
        let event: EventID
        let filter: PhotoFilter
        let after: PhotoID?
        let limit: Int
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        try request.allowQuery(
            "after", "limit", "state", "album", "photographer", "person", "name", "hidden", "trash")
        let page = try PageWish(request)
        var filter = PhotoFilter()
        filter.state = try request.word("state")
        filter.album = try request.idInQuery("album")
        filter.photographer = try request.idInQuery("photographer")
        filter.person = try request.idInQuery("person")
        filter.name = try request.text("name")
        filter.isHidden = try request.truth("hidden")
        filter.isInTrash = try request.truth("trash") ?? false
        return Input(
            event: try request.id("event"), filter: filter, after: try page.after(), limit: page.limit)
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        _ = try await desk.event(input.event)
        let photos = try await answered { () async throws(PoolError) in
            try await desk.kept.photos(of: input.event, input.filter, after: input.after, limit: input.limit)
        }
        let next = photos.count == input.limit ? photos.last?.id.text : nil
        return Reply(200, Shapes.photo.page(photos, next: next))
    }
}

/// One photo with who it was uploaded by.
struct ShowPhoto: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/photos/:photo"
    static let permission = Permission.seePhotos
    static let says = Says(
        "One photo, with who uploaded it",
        gives: [
            200: .json(.members(["photo": Shapes.photo.schema, "photographers": .list(.id)]))
        ])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (EventID, PhotoID) {
        (try request.id("event"), try request.id("photo"))
    }

    func answer(_ input: (EventID, PhotoID), to guest: Caller) async throws(Refusal) -> Reply {
        let (photo, credits) = try await answered { () async throws(PoolError) in
            let photo = try await desk.kept.photo(input.1.text, of: input.0)
            return (photo, try await desk.kept.credits(of: photo.id))
        }
        return Reply(
            200,
            .object(("photo", Shapes.photo(photo)), ("photographers", .list(credits.map { .id($0) }))))
    }
}

/// Hides photos or moves them to the trash, or brings them back; several at once.
struct EditPhotos: DeskEndpoint {
    static let method = Method.patch
    static let path = "/api/v1/events/:event/photos"
    static let largestBody = 1 << 20
    static let permission = Permission.editPhotos
    static let says = Says(
        "Hide photos or move them to the trash, or bring them back; all of the list, or none",
        takes: .json(
            .members(
                ["photos": .list(.id, atLeast: 1, atMost: 10_000)],
                maybe: ["isHidden": .truth, "isInTrash": .truth])), gives: [204: .nothing])
    let desk: Desk

    struct Input: Sendable {
        let event: EventID
        let photos: [PhotoID]
        let isHidden: Bool?
        let isInTrash: Bool?
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        var form = try Form(body)
        let input = Input(
            event: try request.id("event"), photos: try form.ids("photos"),
            isHidden: try form.truth("isHidden"),
            isInTrash: try form.truth("isInTrash"))
        try form.finish()
        return input
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        try await answered { () async throws(PoolError) in
            let act = desk.act(guest)
            if let isHidden = input.isHidden {
                try await desk.kept.setHidden(isHidden, input.photos, of: input.event, by: act)
            }
            if let isInTrash = input.isInTrash {
                try await desk.kept.setInTrash(isInTrash, input.photos, of: input.event, by: act)
            }
        }
        return Reply(204)
    }
}

/// Tries failed photos again.
struct RetryPhotos: DeskEndpoint {
    static let method = Method.post
    static let path = "/api/v1/events/:event/photos/retry"
    static let largestBody = 1 << 20
    static let permission = Permission.editPhotos
    static let says = Says(
        "Try failed photos of an event again: those that are named, or all",
        takes: .json(.members([:], maybe: ["photos": .list(.id, atLeast: 1, atMost: 10_000)])),
        gives: [200: .json(.members(["queued": .integer()]))])
    let desk: Desk

    static func read(
        _ request: Request, _ body: [UInt8]
    ) throws(Refusal) -> (event: EventID, photos: [PhotoID]?) {
        var form = try Form(body)
        let photos: [PhotoID]? = form.has("photos") ? try form.ids("photos") : nil
        try form.finish()
        return (try request.id("event"), photos)
    }

    func answer(
        _ input: (event: EventID, photos: [PhotoID]?), to guest: Caller
    ) async throws(Refusal) -> Reply {
        let queued = try await answered { () async throws(PoolError) in
            try await desk.kept.retry(input.photos, of: input.event, by: desk.act(guest))
        }
        desk.kept.ring()
        return Reply(200, .object(("queued", .integer(queued))))
    }
}

/// Removes photos that lie in the trash, for good.
struct PurgePhotos: DeskEndpoint {
    static let method = Method.post
    static let path = "/api/v1/events/:event/photos/purge"
    static let largestBody = 1 << 20
    static let permission = Permission.editEvents
    static let says = Says(
        "Remove photos that lie in the trash for good, files and faces; others are left alone",
        takes: .json(.members(["photos": .list(.id, atLeast: 1, atMost: 10_000)])),
        gives: [200: .json(.members(["purged": .integer()]))])
    let desk: Desk

    static func read(
        _ request: Request, _ body: [UInt8]
    ) throws(Refusal) -> (event: EventID, photos: [PhotoID]) {
        var form = try Form(body)
        let photos: [PhotoID] = try form.ids("photos")
        try form.finish()
        return (try request.id("event"), photos)
    }

    func answer(
        _ input: (event: EventID, photos: [PhotoID]), to guest: Caller
    ) async throws(Refusal) -> Reply {
        let purged = try await answered { () async throws(PoolError) in
            try await desk.kept.purge(input.photos, of: input.event, by: desk.act(guest))
        }
        await desk.crops.drop(input.event)
        return Reply(200, .object(("purged", .integer(purged))))
    }
}
