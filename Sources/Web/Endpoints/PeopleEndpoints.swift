internal import Accounts
internal import Domain
internal import HTTP
internal import Pipeline

extension Desk {
    /// The event with its people up to date.
    func grouped(_ id: EventID) async throws(Refusal) -> (
        event: Event, faces: EventFaces, rules: GroupingRules
    ) {
        let event = try await event(id)
        let (faces, rules) = try await answered { () async throws(PoolError) in
            try await people.faces(of: event)
        }
        return (event, faces, rules)
    }

    /// Takes a decision and brings the people up to date.
    func decide(
        in event: EventID, as guest: Caller,
        _ decide: (DecideOnPeople) async throws(PoolError) -> Decision?
    ) async throws(Refusal) -> Decision? {
        let (now, actor) = (now, act(guest).actor)
        let decisions = DecideOnPeople(kept: kept, event: event, act: { Act(by: actor, at: now()) })
        _ = try await grouped(event)
        let decision = try await answered { () async throws(PoolError) in try await decide(decisions) }
        _ = try await grouped(event)
        return decision
    }
}

/// The people of an event.
struct ListPeople: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/people"
    static let permission = Permission.seePeople
    static let says = Says(
        "The people of an event: page by page in the order in which they were found, which stays while photos arrive; or by "
            + "\"order=photos\" one page of those with most photos",
        query: [
            "after": .id, "limit": Says.limit, "order": .word(Order.self),
        ], gives: [200: .json(Shapes.person.page)])
    let desk: Desk

    enum Order: String, CaseIterable { case found, photos }

    struct Input: Sendable {
        let event: EventID
        let order: Order
        let after: PersonID?
        let limit: Int
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        try request.allowQuery("after", "limit", "order")
        let page = try PageWish(request)
        let order = try request.word("order", Order.self) ?? .found
        guard order == .found || page.after == nil else {
            throw Refusal(
                422, "bad_query",
                "By the number of photos there is one page: the order changes while photos arrive.")
        }
        return Input(
            event: try request.id("event"), order: order, after: try page.after(), limit: page.limit)
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        _ = try await desk.grouped(input.event)
        let people = try await answered { () async throws(PoolError) in
            switch input.order {
            case .photos: try await desk.kept.people(of: input.event, limit: input.limit)
            case .found:
                try await desk.kept.people(of: input.event, after: input.after, limit: input.limit)
            }
        }
        let isWhole = input.order == .photos || people.count < input.limit
        return Reply(
            200,
            Shapes.person.page(people.filter { $0.photos > 0 }, next: isWhole ? nil : people.last?.id.text))
    }
}

/// One person with their faces.
struct ShowPerson: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/people/:person"
    static let permission = Permission.seePeople
    static let says = Says(
        "One person with their faces",
        gives: [
            200: .json(.members(["person": Shapes.person.schema, "faces": .list(Shapes.face.schema)]))
        ])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (EventID, PersonID) {
        (try request.id("event"), try request.id("person"))
    }

    func answer(_ input: (EventID, PersonID), to guest: Caller) async throws(Refusal) -> Reply {
        _ = try await desk.grouped(input.0)
        let (person, faces) = try await answered { () async throws(PoolError) in
            let person = try await desk.kept.person(input.1.text, of: input.0)
            return (person, try await desk.kept.faces(of: person.id))
        }
        return Reply(
            200,
            .object(
                ("person", Shapes.person(person)),
                ("faces", .list(faces.filter { !$0.isInTrash }.map { Shapes.face($0) }))))
    }
}

/// Faces that are in nobody's group.
struct ListLoneFaces: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/lone-faces"
    static let permission = Permission.seePeople
    static let says = Says(
        "Faces that could be somebody's and are in nobody's group, in the order in which they were found",
        query: ["after": .id, "limit": Says.limit], gives: [200: .json(Shapes.face.page)])
    let desk: Desk

    struct Input: Sendable {
        let event: EventID
        let after: FaceID?
        let limit: Int
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        try request.allowQuery("after", "limit")
        let page = try PageWish(request)
        return Input(event: try request.id("event"), after: try page.after(), limit: page.limit)
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        _ = try await desk.grouped(input.event)
        let faces = try await answered { () async throws(PoolError) in
            try await desk.kept.loneFaces(of: input.event, after: input.after, limit: input.limit)
        }
        let next = faces.count == input.limit ? faces.last?.id.text : nil
        return Reply(200, Shapes.face.page(faces, next: next))
    }
}

/// Names, hides, ignores a person or chooses their cover; one decision for each member.
struct EditPerson: DeskEndpoint {
    static let method = Method.patch
    static let path = "/api/v1/events/:event/people/:person"
    static let largestBody = 4 << 10
    static let permission = Permission.decideOnPeople
    static let says = Says(
        "Name, hide or ignore a person, or choose their cover: one of them, each is a decision of its own",
        takes: .json(
            .oneOf([
                .members(["name": .orNull(.name)]), .members(["isHidden": .truth]),
                .members(["isIgnored": .truth]), .members(["cover": .id]),
            ])), gives: [200: .json(.orNull(Shapes.decision.schema))])
    let desk: Desk

    enum Edit: Sendable {
        case name(String?)
        case hidden(Bool)
        case ignored(Bool)
        case cover(FaceID)
    }

    struct Input: Sendable {
        let event: EventID
        let person: PersonID
        let edit: Edit
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        var form = try Form(body)
        var edits: [Edit] = []
        switch form.value("name") {
        case nil: break
        case .null: edits.append(.name(nil))
        case .text: edits.append(.name(try form.named("name")))
        default: throw Form.missing("name", "a text or null")
        }
        if let isHidden = try form.truth("isHidden") { edits.append(.hidden(isHidden)) }
        if let isIgnored = try form.truth("isIgnored") { edits.append(.ignored(isIgnored)) }
        if let cover = try form.optionalText("cover") {
            guard let face = FaceID(text: cover) else { throw Form.missing("cover", "an id") }
            edits.append(.cover(face))
        }
        try form.finish()
        guard let edit = edits.first, edits.count == 1 else {
            throw Refusal(
                422, "one_member",
                "Send one of name, isHidden, isIgnored and cover: each is a decision of its own.")
        }
        return Input(event: try request.id("event"), person: try request.id("person"), edit: edit)
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        let decision = try await desk.decide(in: input.event, as: guest) { decisions throws(PoolError) in
            // The person must be of this event.
            let person = try await desk.kept.person(input.person.text, of: input.event).id
            return switch input.edit {
            case .name(let name): try await decisions.name(person, name)
            case .hidden(let isHidden): try await decisions.hide(person, isHidden)
            case .ignored(let isIgnored): try await decisions.ignore(person, isIgnored)
            case .cover(let face): try await decisions.cover(person, face)
            }
        }
        return Reply(200, .optional(decision.map { Shapes.decision($0) }))
    }
}
