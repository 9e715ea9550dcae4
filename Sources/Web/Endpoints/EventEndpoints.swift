internal import Accounts
internal import Domain
internal import HTTP
internal import Pipeline

/// All events, newest first.
struct ListEvents: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events"
    static let permission = Permission.seeEvents
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) {}

    func answer(_ input: Void, to guest: Caller) async throws(Refusal) -> Reply {
        let events = try await answered { () async throws(PoolError) in try await desk.kept.events() }
        return Reply(200, .page(events.map { JSONValue($0) }, next: nil))
    }
}

/// Begins an event.
struct CreateEvent: DeskEndpoint {
    static let method = Method.post
    static let path = "/api/v1/events"
    static let largestBody = 16 << 10
    static let permission = Permission.createEvents
    let desk: Desk

    struct Input: Sendable {
        let name: String
        let settings: EventSettings
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        var form = try Form(body)
        let name = try form.text("name", atMost: 200)
        var settings = EventSettings()
        try settings.take(&form)
        try form.finish()
        return Input(name: name, settings: settings)
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        let event = try await answered { () async throws(PoolError) in
            let event = try await desk.kept.create(input.name, input.settings, by: desk.act(guest))
            do throws(VaultError) { try await desk.vault.prepare(event.id) } catch { throw .vault(error) }
            return event
        }
        return Reply(201, JSONValue(event), [Header("Location", "/api/v1/events/\(event.id.text)")])
    }
}

/// One event with how its photos stand.
struct ShowEvent: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event"
    static let permission = Permission.seeEvents
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> EventID {
        try request.id("event")
    }

    func answer(_ id: EventID, to guest: Caller) async throws(Refusal) -> Reply {
        let event = try await desk.event(id)
        let counts = try await answered { () async throws(PoolError) in try await desk.kept.counts(of: id) }
        let states = counts.byState.sorted { $0.key.rawValue < $1.key.rawValue }.map {
            JSONValue.Member($0.key.rawValue, .integer($0.value))
        }
        return Reply(
            200,
            .object(
                ("event", JSONValue(event)),
                (
                    "photos",
                    .object(
                        ("total", .integer(counts.total)), ("byState", .object(states)),
                        ("hidden", .integer(counts.hidden)), ("inTrash", .integer(counts.inTrash)))
                )), [Header("ETag", "\"\(event.version)\"")])
    }
}

/// Edits the settings of an event.
struct EditEvent: DeskEndpoint {
    static let method = Method.patch
    static let path = "/api/v1/events/:event"
    static let largestBody = 16 << 10
    static let permission = Permission.editEvents
    let desk: Desk

    struct Input: Sendable {
        let event: EventID
        let version: Int64?
        let body: [UInt8]
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        Input(event: try request.id("event"), version: try request.editedVersion(), body: body)
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        guard let version = input.version else {
            throw Refusal(
                428, "version_needed",
                "Say which version was read, as If-Match, so that nobody's edit is lost.")
        }
        let event = try await desk.event(input.event)
        guard event.version == version else { throw Refusal(PoolError.changedMeanwhile) }
        var (form, settings) = (try Form(input.body), event.settings)
        try settings.take(&form)
        try form.finish()
        let edited = try await answered { [settings] () async throws(PoolError) in
            try await desk.kept.set(settings, of: event, by: desk.act(guest))
        }
        return Reply(200, JSONValue(edited), [Header("ETag", "\"\(edited.version)\"")])
    }
}

extension EventSettings {
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
        let bytes: ClosedRange<Int64> = 1...(1 << 50)
        if let most = try form.integer("mostBytesOfFile", in: bytes) { mostBytesOfFile = most }
        if let most = try form.integer("mostBytesOfEvent", in: bytes) { mostBytesOfEvent = most }
        if let most = try form.integer("mostBytesOfPhotographer", in: bytes) {
            mostBytesOfPhotographer = most
        }
    }
}

/// Lets an event take no more photos.
struct ArchiveEvent: DeskEndpoint {
    static let method = Method.post
    static let path = "/api/v1/events/:event/archive"
    static let permission = Permission.editEvents
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
        return Reply(
            200,
            .object(
                ("event", .text(receipt.event.text)), ("name", .text(receipt.name)),
                ("deletedAt", .integer(receipt.deletedAt)), ("rowsLeft", .integer(receipt.rowsLeft)),
                ("filesLeft", .integer(receipt.filesLeft)), ("keyIsLeft", .truth(receipt.keyIsLeft)),
                ("isClean", .truth(receipt.isClean))))
    }
}
