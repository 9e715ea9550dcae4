internal import Accounts
internal import Domain
internal import HTTP
internal import Pipeline

/// The events that one has a part in, newest first.
struct ListEvents: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events"
    static let permission = Permission.seeEvents
    static let says = Says(
        "The events that one has a part in, newest first", gives: [200: .json(Shapes.event.page)])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) {}

    func answer(_ input: Void, to guest: Caller) async throws(Refusal) -> Reply {
        let events = try await answered { () async throws(PoolError) in try await desk.kept.events() }
        return Reply(200, Shapes.event.page(events.filter { guest.may(.seeEvents, in: $0.id) }))
    }
}

/// Begins an event.
struct CreateEvent: MakingEndpoint {
    static let method = Method.post
    static let path = "/api/v1/events"
    static let largestBody = 16 << 10
    static let permission = Permission.createEvents
    static let says = Says(
        "Begin an event", headers: [Says.onceKey],
        takes: .json(
            .object([.init(name: "name", schema: .name, isNeeded: true)] + EventSettings.members)),
        gives: [201: .json(Shapes.event.schema)], refuses: [409, 507])
    let desk: Desk

    struct Input: Sendable {
        let name: String
        let settings: EventSettings
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        var form = try Form(body)
        let name = try form.named("name")
        var settings = EventSettings()
        try settings.take(&form)
        try form.finish()
        return Input(name: name, settings: settings)
    }

    func make(_ input: Input, as guest: Caller) async throws(Refusal) -> Event {
        try await answered { () async throws(PoolError) in
            let event = try await desk.kept.create(input.name, input.settings, by: desk.act(guest))
            do throws(VaultError) { try await desk.vault.prepare(event.id) } catch { throw .vault(error) }
            return event
        }
    }

    static func reply(_ event: Event, at now: Int64) -> Reply {
        Reply(
            201, Shapes.event(event),
            [Header("Location", "/api/v1/events/\(event.id.text)"), .version(event.version)])
    }
}

/// One event with how its photos stand.
struct ShowEvent: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event"
    static let permission = Permission.seeEvents
    static let says = Says(
        "One event, how its photos stand, and the distances that it is matched by",
        gives: [
            200: .json(
                .members([
                    "event": Shapes.event.schema, "photos": Shapes.counts.schema,
                    "distances": .orNull(Shapes.distances.schema),
                ]))
        ])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> EventID {
        try request.id("event")
    }

    func answer(_ id: EventID, to guest: Caller) async throws(Refusal) -> Reply {
        let event = try await desk.event(id)
        let counts = try await answered { () async throws(PoolError) in try await desk.kept.counts(of: id) }
        let distances = desk.people.thresholds(for: event.settings).map { bars in
            Shapes.distances(
                EventSettings.Distances(
                    merge: bars.merge.distance, attach: bars.attach.distance,
                    selfie: bars.selfie.distance, ask: bars.ask.distance))
        }
        return Reply(
            200,
            .object(
                ("event", Shapes.event(event)), ("photos", Shapes.counts(counts)),
                ("distances", .optional(distances))), [.version(event.version)])
    }
}

extension Header {
    /// The version of what is told, for edits.
    static func version(_ version: Int64) -> Header { Header("ETag", "\"\(version)\"") }
}

/// Edits the settings of an event.
struct EditEvent: DeskEndpoint {
    static let method = Method.patch
    static let path = "/api/v1/events/:event"
    static let largestBody = 16 << 10
    static let permission = Permission.editEvents
    static let says = Says(
        "Edit the settings of an event; whoever edits what was edited meanwhile is told (412)",
        headers: [Says.ifMatch], takes: .json(.object(EventSettings.members)),
        gives: [200: .json(Shapes.event.schema)])
    let desk: Desk

    struct Input: Sendable {
        let event: EventID
        let version: Int64
        let body: [UInt8]
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        Input(event: try request.id("event"), version: try request.editedVersion(), body: body)
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        let event = try await desk.event(input.event)
        guard event.version == input.version else { throw Refusal(PoolError.changedMeanwhile) }
        var (form, settings) = (try Form(input.body), event.settings)
        try settings.take(&form)
        try form.finish()
        let edited = try await answered { [settings] () async throws(PoolError) in
            try await desk.kept.set(settings, of: event, by: desk.act(guest))
        }
        return Reply(200, Shapes.event(edited), [.version(edited.version)])
    }
}

extension EventSettings {
    private static let bytes: ClosedRange<Int64> = 1...(1 << 50)

    static let distanceMembers: Schema = {
        let distance = Schema.raw(
            .object(
                ("type", .text("number")), ("exclusiveMinimum", .integer(0)),
                ("exclusiveMaximum", .integer(2))))
        return .members(["merge": distance, "attach": distance, "selfie": distance, "ask": distance])
    }()

    /// What `take` takes, in the words of the document.
    fileprivate static let members: [Schema.Member] = {
        let size = Schema.orNull(.integer(from: bytes.lowerBound, to: bytes.upperBound))
        return [
            ("policy", .word(Policy.self)), ("preset", .word(Preset.self)),
            ("grouping", .word(GroupingMethod.self)), ("reuploads", .word(Reuploads.self)),
            ("mostBytesOfFile", size), ("mostBytesOfEvent", size), ("mostBytesOfPhotographer", size),
            ("distances", .orNull(distanceMembers)),
        ].map { Schema.Member(name: $0.0, schema: $0.1, isNeeded: false) }
    }()

    /// Takes what a form tells of settings.
    fileprivate mutating func take(_ form: inout Form) throws(Refusal) {
        if let policy = try form.word("policy", Policy.self) { self.policy = policy }
        if let reuploads = try form.word("reuploads", Reuploads.self) { self.reuploads = reuploads }
        if let grouping = try form.word("grouping", GroupingMethod.self) { self.grouping = grouping }
        if let preset = try form.word("preset", Preset.self) {
            self.preset = preset
            // Whoever chooses a preset means it to count.
            distances = nil
        }
        if form.has("distances") { distances = try form.distances("distances") }
        // Null takes a limit away.
        if form.has("mostBytesOfFile") {
            mostBytesOfFile = try form.integer("mostBytesOfFile", in: Self.bytes)
        }
        if form.has("mostBytesOfEvent") {
            mostBytesOfEvent = try form.integer("mostBytesOfEvent", in: Self.bytes)
        }
        if form.has("mostBytesOfPhotographer") {
            mostBytesOfPhotographer = try form.integer("mostBytesOfPhotographer", in: Self.bytes)
        }
    }
}

extension Form {
    mutating func distances(_ name: String) throws(Refusal) -> EventSettings.Distances? {
        guard var inner = try form(name) else { return nil }
        let distances = EventSettings.Distances(
            merge: try inner.number("merge"), attach: try inner.number("attach"),
            selfie: try inner.number("selfie"), ask: try inner.number("ask"))
        try inner.finish()
        guard distances.isSound else { throw Refusal(PoolError.badDistances) }
        return distances
    }
}

/// Lets an event take no more photos.
struct ArchiveEvent: DeskEndpoint {
    static let method = Method.post
    static let path = "/api/v1/events/:event/archive"
    static let permission = Permission.editEvents
    static let says = Says("Let an event take no more photos", gives: [204: .nothing])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> EventID {
        try request.id("event")
    }

    func answer(_ id: EventID, to guest: Caller) async throws(Refusal) -> Reply {
        let event = try await desk.event(id)
        try await answered { () async throws(PoolError) in
            try await desk.kept.archive(event, by: desk.act(guest))
        }
        return Reply(204)
    }
}

/// Deletes an event with all that is held about anybody in it.
struct RemoveEvent: DeskEndpoint {
    static let method = Method.delete
    static let path = "/api/v1/events/:event"
    static let permission = Permission.deleteEvents
    static let says = Says(
        "Delete an event with all that is held about anybody in it; the receipt says what is left: nothing",
        gives: [200: .json(Shapes.receipt.schema)])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> EventID {
        try request.id("event")
    }

    func answer(_ id: EventID, to guest: Caller) async throws(Refusal) -> Reply {
        let event = try await desk.event(id)
        await desk.people.drop(id)
        let receipt = try await answered { () async throws(PoolError) in
            try await desk.deletion.delete(event, by: desk.act(guest).actor)
        }
        await desk.crops.drop(id)
        return Reply(200, Shapes.receipt(receipt))
    }
}
