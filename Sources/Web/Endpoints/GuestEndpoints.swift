internal import Accounts
internal import Domain
internal import HTTP

/// The guests of an event, in the order in which they came.
struct ListGuests: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/guests"
    static let permission = Permission.manageGuests
    static let says = Says(
        "The guests of an event in the order in which they came; with \"text\", those whose name or address holds it",
        query: ["after": .id, "limit": Says.limit, "text": .plain()],
        gives: [200: .json(Shapes.guest.page)])
    let desk: Desk

    struct Input: Sendable {
        let event: EventID
        let text: String?
        let after: GuestID?
        let limit: Int
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        try request.allowQuery("after", "limit", "text")
        let page = try PageWish(request)
        return Input(
            event: try request.id("event"), text: try request.text("text"), after: try page.after(),
            limit: page.limit)
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        _ = try await desk.event(input.event)
        let guests = try await answered { () async throws(PoolError) in
            try await desk.kept.guests(
                of: input.event, matching: input.text, after: input.after, limit: input.limit)
        }
        let next = guests.count == input.limit ? guests.last?.id.text : nil
        return Reply(200, Shapes.guest.page(guests, next: next))
    }
}

/// Adds guests, all of a list or none.
struct AddGuests: MakingEndpoint {
    static let method = Method.post
    static let path = "/api/v1/events/:event/guests"
    static let largestBody = 1 << 20
    static let permission = Permission.manageGuests
    static let says = Says(
        "Add guests: all of the list, or none where an address is there already or comes twice",
        headers: [Says.onceKey],
        takes: .json(
            .members(
                [
                    "guests": .list(
                        .members(["name": .name], maybe: Guest.Details.members), atLeast: 1,
                        atMost: mostAtOnce)
                ], maybe: ["source": .word(Guest.Source.self)])),
        gives: [201: .json(Shapes.guest.page)])
    let desk: Desk

    private static let mostAtOnce = 1000

    struct Input: Sendable {
        let event: EventID
        let guests: [Guest.Details]
        let source: Guest.Source
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        var form = try Form(body)
        var guests: [Guest.Details] = []
        for var guest in try form.forms("guests", atMost: mostAtOnce) {
            var details = Guest.Details(name: try guest.named("name"))
            try details.take(&guest)
            try guest.finish()
            guests.append(details)
        }
        let input = Input(
            event: try request.id("event"), guests: guests,
            source: try form.word("source", Guest.Source.self) ?? .added)
        try form.finish()
        return input
    }

    func make(_ input: Input, as guest: Caller) async throws(Refusal) -> [Guest] {
        let act = desk.act(guest)
        // In the order of the list, which identifiers of one moment have by chance only.
        let ids = input.guests.map { _ in GuestID(at: act.at) }.sorted()
        let guests = zip(ids, input.guests).map {
            Guest(id: $0, details: $1, source: input.source, createdAt: act.at)
        }
        return try await answered { () async throws(PoolError) in
            try await desk.kept.add(guests, to: input.event, by: act)
        }
    }

    static func reply(_ made: [Guest], at now: Int64) -> Reply { Reply(201, Shapes.guest.page(made)) }
}

extension Guest.Details {
    fileprivate static var members: KeyValuePairs<String, Schema> {
        [
            "email": .orNull(.text(most: 254)), "phone": .orNull(.text(most: 40)),
            "note": .orNull(.text(most: 4000)),
        ]
    }

    /// Takes what a form tells of a guest; null takes something away.
    fileprivate mutating func take(_ form: inout Form) throws(Refusal) {
        if form.has("email") { email = try Self.address(try form.optionalText("email", atMost: 254)) }
        if form.has("phone") { phone = try form.optionalText("phone", atMost: 40) }
        if form.has("note") { note = try form.optionalText("note", atMost: 4000) }
    }

    /// In small letters, so that one address is one guest.
    private static func address(_ text: String?) throws(Refusal) -> String? {
        guard let text else { return nil }
        let sides = text.split(separator: "@", omittingEmptySubsequences: false)
        guard sides.count == 2, sides.allSatisfy({ !$0.isEmpty }),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else { throw Refusal(PoolError.badEmail) }
        return text.lowercased()
    }
}

/// One guest.
struct ShowGuest: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/guests/:guest"
    static let permission = Permission.manageGuests
    static let says = Says("One guest", gives: [200: .json(Shapes.guest.schema)])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (EventID, GuestID) {
        (try request.id("event"), try request.id("guest"))
    }

    func answer(_ input: (EventID, GuestID), to guest: Caller) async throws(Refusal) -> Reply {
        let found = try await answered { () async throws(PoolError) in
            try await desk.kept.guest(input.1, of: input.0)
        }
        return Reply(200, Shapes.guest(found), [.version(found.version)])
    }
}

/// Edits a guest.
struct EditGuest: DeskEndpoint {
    static let method = Method.patch
    static let path = "/api/v1/events/:event/guests/:guest"
    static let largestBody = 16 << 10
    static let permission = Permission.manageGuests
    static let says = Says(
        "Edit a guest; null takes something away", headers: [Says.ifMatch],
        takes: .json(
            .object(
                [.init(name: "name", schema: .name, isNeeded: false)]
                    + Guest.Details.members.map { .init(name: $0.key, schema: $0.value, isNeeded: false) })),
        gives: [200: .json(Shapes.guest.schema)])
    let desk: Desk

    struct Input: Sendable {
        let event: EventID
        let guest: GuestID
        let version: Int64
        let body: [UInt8]
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        Input(
            event: try request.id("event"), guest: try request.id("guest"),
            version: try request.editedVersion(), body: body)
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        let found = try await answered { () async throws(PoolError) in
            try await desk.kept.guest(input.guest, of: input.event)
        }
        guard found.version == input.version else { throw Refusal(PoolError.changedMeanwhile) }
        var (form, details) = (try Form(input.body), found.details)
        if form.has("name") { details.name = try form.named("name") }
        try details.take(&form)
        try form.finish()
        let edited = try await answered { [details] () async throws(PoolError) in
            try await desk.kept.set(details, of: found, in: input.event, by: desk.act(guest))
        }
        return Reply(200, Shapes.guest(edited), [.version(edited.version)])
    }
}

/// Takes a guest off the list.
struct RemoveGuest: DeskEndpoint {
    static let method = Method.delete
    static let path = "/api/v1/events/:event/guests/:guest"
    static let permission = Permission.manageGuests
    static let says = Says("Take a guest off the list, address and all", gives: [204: .nothing])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (EventID, GuestID) {
        (try request.id("event"), try request.id("guest"))
    }

    func answer(_ input: (EventID, GuestID), to guest: Caller) async throws(Refusal) -> Reply {
        try await answered { () async throws(PoolError) in
            try await desk.kept.remove(input.1, of: input.0, by: desk.act(guest))
        }
        return Reply(204)
    }
}
