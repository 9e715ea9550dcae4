internal import Accounts
internal import Domain
internal import HTTP

/// What changes in an event, live.
struct FollowEvent: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/stream"
    static let permission = Permission.seePhotos
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (event: EventID, after: Int64?) {
        let last = request.header("last-event-id") ?? request.query("after")
        return (try request.id("event"), last.flatMap { Int64($0) })
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
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) {}

    func answer(_ input: Void, to guest: Caller) async throws(Refusal) -> Reply {
        let queue: QueueFigures
        do throws(StorageError) { queue = try await desk.kept.queue(at: desk.now()) } catch {
            throw Refusal(error)
        }
        return Reply(
            200,
            .object(
                ("waiting", .integer(queue.waiting)), ("running", .integer(queue.running)),
                ("parked", .integer(queue.parked))))
    }
}
