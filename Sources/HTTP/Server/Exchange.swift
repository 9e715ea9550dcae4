internal import CMicroHTTPD
internal import Glibc
internal import Synchronization

/// One request and its reply, between the library's threads and the task that answers.
///
/// While the task is at work the connection is suspended. Suspending and waking share one lock with a flag for a wake that
/// came first, so that none is lost.
final class Exchange: @unchecked Sendable {
    // The lock in `state` guards all that changes. The library keeps a suspended connection, and lets any thread resume it.
    private let connection: OpaquePointer
    /// Nil where it is no address of ours.
    private let target: RequestTarget?
    private let rawTarget: (address: UInt, count: Int)
    let watched: Connection
    private let state = Mutex(State())

    private struct State {
        var phase = Phase.new
        var isSuspended = false
        var wasWoken = false
        var isCancelled = false
        var reply: Reply?
        var stream: EventStream?
        var task: Task<Void, Never>?
        var request: Request?
        /// Of a body that nobody wants any more.
        var drained = 0
        var record = Access()
        /// Among the requests in hand of those who come by way of a proxy.
        var countedAs: String?
    }

    private enum Phase {
        case new
        /// The header is read; the body has not begun.
        case head
        case body
        /// Everything has arrived.
        case whole
        case replied
    }

    /// - Parameter target: as it was sent; the library decodes it afterwards, in the same place.
    init(_ target: UnsafePointer<CChar>?, on connection: OpaquePointer, _ watched: Connection) {
        let bytes = UnsafeRawBufferPointer(start: target, count: target.map { strlen($0) } ?? 0)
        self.target = RequestTarget(bytes.assumingMemoryBound(to: UInt8.self))
        rawTarget = (UInt(bitPattern: target), bytes.count)
        self.connection = connection
        self.watched = watched
    }

    /// The library's call, again and again until there is a reply.
    func proceed(
        _ method: UnsafePointer<CChar>, _ version: UnsafePointer<CChar>, _ piece: UnsafePointer<CChar>?,
        _ size: UnsafeMutablePointer<Int>, _ server: HTTPServer.Works
    ) -> MHD_Result {
        if state.withLock({ $0.phase == .new }) {
            if server.isClosed { return .NO }
            watched.headerIsComplete()
            begin(method, version, server)
            // To reply now would be to close the connection, as if a body had been refused. There is none: the library
            // comes back at once.
            if state.withLock({ $0.phase == .whole }) { return .YES }
        }
        while true {
            let (phase, hasReply, body, isCancelled) = state.withLock {
                ($0.phase, $0.reply != nil, $0.request?.body, $0.isCancelled)
            }
            if isCancelled { return .NO }
            if hasReply {
                if phase == .body, size.pointee > 0 { return drain(size) }
                return queue(server)
            }
            switch phase {
            case .head where body?.isWanted == true:
                // Nothing is said: the library goes on to the body.
                state.withLock { $0.phase = .body }
                watched.waitsForBody()
                return .YES
            case .body where size.pointee == 0:
                state.withLock { $0.phase = .whole }
                watched.received(0)
                body?.end()
            case .body where body?.isWanted == true:
                let bytes = Array(UnsafeRawBufferPointer(start: piece, count: size.pointee))
                size.pointee = 0
                watched.received(bytes.count)
                let total = state.withLock { state in
                    state.record.bytesIn += bytes.count
                    return state.record.bytesIn
                }
                // What comes in chunks did not say how long it is.
                if total > server.settings.mostBytesOfBody {
                    body?.abort(.tooLarge)
                } else {
                    body?.deliver(bytes)
                }
                // Between two chunks the library does not look whether it was suspended: only with a piece that nobody has
                // taken yet is there a stop.
                watched.waitsForBody()
                return .YES
            default:
                if suspendUnlessWoken() { return .YES }
            }
        }
    }

    private func begin(
        _ method: UnsafePointer<CChar>, _ version: UnsafePointer<CChar>, _ server: HTTPServer.Works
    ) {
        let number = RequestNumber.next()
        state.withLock { $0.record.id = number }
        do throws(Refusal) {
            let isOld = try RequestHeader.isOld(version)
            let verb = try RequestHeader.method(method)
            guard let target else { throw .badAddress }
            let layout = HeaderLayout.read(connection, method: method, target: rawTarget, version: version)
            guard let bytes = layout.lines(of: connection) else { throw RequestHeader.bad }
            let header = try watched.header(bytes, isOld: isOld) { () throws(Refusal) in
                try RequestHeader(connection, bytes, isOld: isOld, from: watched.address, server.settings)
            }
            let body =
                header.length == 0
                ? RequestBody.nothing : RequestBody(length: header.length) { [weak self] in self?.wake() }
            let found = server.router.find(verb, target)
            var parameters = Parameters()
            if case .route(_, let values) = found { parameters = values }
            let request = Request(
                method: verb, target: target, parameters: parameters, headers: header.lines, number: number,
                client: ClientAddress(header.sender.client), isSecure: header.sender.isSecure, body: body)
            state.withLock { state in
                state.phase = header.length == 0 ? .whole : .head
                state.request = request
                state.record.method = verb
            }
            try admit(header, server)
            try answer(request, found, server)
        } catch {
            state.withLock { state in
                if state.phase == .new { state.phase = .head }
                state.reply = Reply(error, to: number)
            }
        }
    }

    /// Those above the limits are told so before anything is done for them.
    private func admit(_ header: RequestHeader, _ server: HTTPServer.Works) throws(Refusal) {
        if watched.isOneTooMany { throw .busy() }
        if let length = header.length, length > server.settings.mostBytesOfBody { throw .tooLarge }
        if watched.isProxy {
            state.withLock { $0.countedAs = header.addressKey }
            guard server.inHand.enter(header.addressKey) <= server.settings.mostConnectionsOfAddress else {
                throw .busy()
            }
        }
        try server.check(header)
    }

    private func answer(
        _ request: Request, _ found: Router.Found, _ server: HTTPServer.Works
    ) throws(Refusal) {
        switch found {
        case .nothing: throw .noSuchPage
        case .otherMethod(let allowed) where request.method == .options:
            state.withLock { $0.reply = Reply(204, [.allow(allowed)]) }
        case .otherMethod(let allowed):
            throw Refusal(
                405, "method_not_allowed", "That cannot be done at this address.", headers: [.allow(allowed)])
        case .route(let place, _):
            state.withLock { $0.record.route = place }
            start(request, server.router.routes[place], server)
        }
    }

    private func start(_ request: Request, _ route: Route, _ server: HTTPServer.Works) {
        if request.body.length == 0, let reply = replyAtOnce(to: request, route) {
            return state.withLock { $0.reply = reply }
        }
        // At once, on the library's thread: an answer that never waits costs neither a suspended connection nor a wake.
        // Whatever may block hops to a queue of its own anyway.
        let task = Task.immediate { [self] in
            var reply: Reply
            do throws(Refusal) {
                reply = try await route.respond(request)
                reply = await reply.fitted(to: request)
            } catch {
                reply = Reply(error, to: request.number)
            }
            if request.method == .options, reply.header("allow") == nil {
                reply.headers.append(.allow(server.router.allowed(request.target)))
            }
            state.withLock { $0.reply = reply }
            wake()
        }
        state.withLock { $0.task = task }
    }

    private func replyAtOnce(to request: Request, _ route: Route) -> Reply? {
        do throws(Refusal) {
            return try route.respondAtOnce(request)?.fittedAtOnce(to: request)
        } catch {
            return Reply(error, to: request.number)
        }
    }

    private func queue(_ server: HTTPServer.Works) -> MHD_Result {
        let (reply, request, number) = state.withLock { ($0.reply.take(), $0.request, $0.record.id) }
        guard let reply else { return .NO }
        let isInChunks = request.map { $0.body.length == nil } ?? false
        // The library (0.9.75) ends a chunk's line at a bare LF and passes over whatever stands behind a semicolon. Who reads
        // such a line otherwise sees another end of the body, so nothing is taken for a next request behind it.
        let closes = server.isStopping || watched.isOneTooMany || isInChunks
        guard
            let length = ReplyWriter.send(
                reply, number, isSecure: request?.isSecure ?? false, closes: closes, on: connection)
        else { return .NO }
        state.withLock { state in
            state.phase = .replied
            state.record.status = reply.status
            state.record.bytesOut = length
        }
        if case .events(let stream) = reply.content {
            state.withLock { $0.stream = stream }
            watched.replies(within: .seconds(365 * 86400))
            stream.whenTooSlow { [watched] in watched.replies(within: .zero) }
        } else {
            let milliseconds = Double(length) * 1000 / server.settings.leastBytesPerSecond
            watched.replies(within: server.idleLimit + .milliseconds(Int64(milliseconds)))
        }
        return .YES
    }

    /// The reply was made before the body had arrived: a little more is taken, so that the sender may hear it.
    private func drain(_ size: UnsafeMutablePointer<Int>) -> MHD_Result {
        watched.received(size.pointee)
        watched.waitsForBody()
        let drained = state.withLock { state in
            state.drained += size.pointee
            return state.drained
        }
        size.pointee = 0
        return drained <= Self.mostDrained ? .YES : .NO
    }

    private func suspendUnlessWoken() -> Bool {
        state.withLock { state in
            if state.wasWoken {
                state.wasWoken = false
                return false
            }
            state.isSuspended = true
            MHD_suspend_connection(connection)
            return true
        }
    }

    private func wake() {
        state.withLock { state in
            guard state.isSuspended else { return state.wasWoken = true }
            state.isSuspended = false
            MHD_resume_connection(connection)
        }
    }

    /// The server stops: whoever listens comes back to the next one.
    func endStream() {
        state.withLock { $0.stream }?.end()
    }

    /// The server stops, and waits no longer.
    func cancel() {
        let task = state.withLock { state in
            state.isCancelled = state.phase != .replied
            return state.task
        }
        task?.cancel()
        if state.withLock({ $0.isCancelled }) { wake() }
    }

    /// The connection is done with it, in one way or the other. Tells what became of it.
    func complete(_ server: HTTPServer.Works) -> Access {
        let (task, body, record, key) = state.withLock {
            ($0.phase == .replied ? nil : $0.task, $0.request?.body, $0.record, $0.countedAs)
        }
        if let key { server.inHand.leave(key) }
        task?.cancel()
        if let body, body.length != 0 { body.abort() }
        return record
    }

    private static let mostDrained = 4 << 20
}

/// What the log and the figures keep of a request: nothing of who sent it or of what it carried.
package struct Access: Sendable {
    package var id: RequestNumber?
    package var method: Method?
    /// The place of the endpoint in the table.
    package var route: Int?
    /// 0 where the sender was gone before there was a reply.
    package var status = 0
    package var bytesIn = 0
    package var bytesOut: Int64 = 0
    package var began = ContinuousClock.now
}
