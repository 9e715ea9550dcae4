internal import Accounts
internal import Domain
internal import HTTP

/// What changes in an event, live.
struct FollowEvent: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/stream"
    static let permission = Permission.seePhotos
    static let says = Says(
        "Every change of an event, live: \"hello\" with the newest number, then \"change\" for each. Whoever comes back with Last-Event-ID misses nothing",
        query: ["after": .integer()],
        headers: [(name: "Last-Event-ID", schema: .integer(), isNeeded: false)], gives: [200: .events])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (event: EventID, after: Int64?) {
        try request.allowQuery("after")
        var after: Int64?
        if let last = request.header("last-event-id") ?? request.query("after") {
            guard let number = Int64(last), number >= 0 else {
                throw Refusal(422, "bad_query", "Changes are counted in whole numbers from 0.")
            }
            after = number
        }
        return (try request.id("event"), after)
    }

    func answer(_ input: (event: EventID, after: Int64?), to guest: Caller) async throws(Refusal) -> Reply {
        _ = try await desk.event(input.event)
        let stream = try await answered { () async throws(PoolError) in
            try await desk.stream.listen(to: input.event, after: input.after) {
                await desk.stillMay(guest, Self.permission, in: input.event)
            }
        }
        // Some proxies hold back what they do not know to be a stream.
        return Reply(200, [Header("X-Accel-Buffering", "no")], content: .events(stream))
    }
}

/// How the work stands.
struct ShowWork: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/work"
    static let permission = Permission.seeWork
    static let says = Says("How the work stands, over all events", gives: [200: .json(Shapes.work.schema)])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) {}

    func answer(_ input: Void, to guest: Caller) async throws(Refusal) -> Reply {
        let queue: QueueFigures
        do throws(StorageError) { queue = try await desk.kept.queue(at: desk.now()) } catch {
            throw Refusal(error)
        }
        return Reply(200, Shapes.work(queue))
    }
}

/// The jobs of an event: what waits, is in hand, or is parked with its reason.
struct ListJobs: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/jobs"
    static let permission = Permission.seeWork
    static let says = Says(
        "The jobs of an event: what waits, is in hand, or is parked with its reason",
        query: [
            "after": .id, "limit": Says.limit,
            "state": .word(WaitingJob.State.self),
        ], gives: [200: .json(Shapes.job.page)])
    let desk: Desk

    struct Input: Sendable {
        let event: EventID
        let state: WaitingJob.State?
        let after: JobID?
        let limit: Int
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        try request.allowQuery("after", "limit", "state")
        let page = try PageWish(request)
        return Input(
            event: try request.id("event"), state: try request.word("state"), after: try page.after(),
            limit: page.limit)
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        _ = try await desk.event(input.event)
        let jobs: [WaitingJob]
        do throws(StorageError) {
            jobs = try await desk.kept.jobs(
                of: input.event, in: input.state, after: input.after, limit: input.limit)
        } catch {
            throw Refusal(error)
        }
        let next = jobs.count == input.limit ? jobs.last?.job.id.text : nil
        return Reply(200, Shapes.job.page(jobs, next: next))
    }
}

/// The backups that are there, and the one that is being made.
struct ListBackups: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/backups"
    static let permission = Permission.backUp
    static let says = Says(
        "The backups that lie beside the data, newest first", gives: [200: .json(Shapes.backup.page)])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) {}

    func answer(_ input: Void, to guest: Caller) async throws(Refusal) -> Reply {
        do throws(StorageError) {
            return Reply(200, Shapes.backup.page(try await desk.backups.all()))
        } catch {
            throw Refusal(error)
        }
    }
}

/// Begins a backup.
struct BeginBackup: DeskEndpoint {
    static let method = Method.post
    static let path = "/api/v1/backups"
    static let permission = Permission.backUp
    static let says = Says(
        "Begin a backup beside the data: everything but the keys; the list tells how it goes",
        gives: [202: .json(Shapes.backup.schema)], refuses: [409, 507])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) {}

    func answer(_ input: Void, to guest: Caller) async throws(Refusal) -> Reply {
        let act = desk.act(guest)
        guard let backup = await desk.backups.begin(at: act.at) else {
            throw Refusal(409, "backup_running", "A backup is being made already; wait for its end.")
        }
        try await answered { () async throws(AccountError) in
            try await desk.kept.note(.backedUp, ["name": backup.name], by: act)
        }
        return Reply(202, Shapes.backup(backup))
    }
}

/// What of the API is there, in its own words.
struct ShowDocument: Described {
    static let method = Method.get
    static let path = "/api/v1/openapi.json"
    static let entrance = Entrance.everybody
    static let says = Says(
        "This document", gives: [200: .json(.raw(.object(("type", .text("object")))))])
    let document: [UInt8]

    func admit(_ request: Request) async throws(Refusal) {}
    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) {}

    func answer(_ input: Void, to guest: Void) async throws(Refusal) -> Reply {
        Reply(
            200, [Header("Cache-Control", "public, max-age=60")],
            content: .bytes(document, type: "application/json"))
    }
}
