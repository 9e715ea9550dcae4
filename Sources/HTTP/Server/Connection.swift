internal import Glibc
internal import Synchronization

/// A connection as we watch it: the library's own limits begin anew with every byte, so whoever sends one byte now and then
/// would stay for ever.
final class Connection: Sendable {
    let address: String
    /// Whether a proxy of ours is at the other end.
    let isProxy: Bool
    /// Above the limit: told so and closed.
    let isOneTooMany: Bool
    private let socket: Int32
    private let state: Mutex<State>
    private let lastHeader = Mutex<RequestHeader?>(nil)

    private struct State {
        var phase: Phase
        /// Of the body in hand.
        var bytes = 0
        var waited = Duration.zero
    }

    private enum Phase {
        /// Until its header is complete.
        case header(until: ContinuousClock.Instant)
        /// We wait for the sender.
        case body(since: ContinuousClock.Instant)
        /// The sender waits for us.
        case busy
        case replying(until: ContinuousClock.Instant)
    }

    init(
        socket: Int32, address: String, isProxy: Bool, isOneTooMany: Bool, headerWithin limit: Duration
    ) {
        self.socket = socket
        self.address = address
        self.isProxy = isProxy
        self.isOneTooMany = isOneTooMany
        state = Mutex(State(phase: .header(until: .now + limit)))
    }

    /// The header that lies in these bytes, made by `read` unless the last one was the same.
    func header(
        _ bytes: UnsafeRawBufferPointer, isOld: Bool, _ read: () throws(Refusal) -> RequestHeader
    ) throws(Refusal) -> RequestHeader {
        if let last = lastHeader.withLock({ $0 }), last.isMade(of: bytes, isOld: isOld) { return last }
        let header = try read()
        lastHeader.withLock { $0 = header.canBeKept ? header : nil }
        return header
    }

    func headerIsComplete() {
        state.withLock { $0 = State(phase: .busy) }
    }

    func targetIsThere(headerWithin limit: Duration) {
        state.withLock { $0.phase = .header(until: .now + limit) }
    }

    func waitsForBody() {
        state.withLock { state in
            if case .busy = state.phase { state.phase = .body(since: .now) }
        }
    }

    func received(_ bytes: Int) {
        state.withLock { state in
            if case .body(let since) = state.phase { state.waited += .now - since }
            state.bytes += bytes
            state.phase = .busy
        }
    }

    func replies(within limit: Duration) {
        state.withLock { $0.phase = .replying(until: .now + limit) }
    }

    /// Until the next request.
    func isIdle(within limit: Duration) {
        state.withLock { $0 = State(phase: .header(until: .now + limit)) }
    }

    /// Whether the other side is slower than anybody who means well.
    func isOverdue(at now: ContinuousClock.Instant, _ settings: ServerSettings) -> Bool {
        state.withLock { state in
            switch state.phase {
            case .header(let until), .replying(let until): return now > until
            case .busy: return false
            case .body(let since):
                let waited = (state.waited + (now - since)) / .seconds(1)
                return waited > settings.graceSeconds
                    && Double(state.bytes) < waited * settings.leastBytesPerSecond
            }
        }
    }

    /// The library notices, and closes it.
    func cutOff() { shutdown(socket, Int32(SHUT_RDWR)) }
}

/// All connections of a server.
final class Connections: Sendable {
    private let all = Mutex<[ObjectIdentifier: Connection]>([:])
    private let ofAddress = Tally()

    var count: Int { all.withLock { $0.count } }

    /// A new one, which is told to go again where there are too many.
    func open(_ socket: Int32, from address: String, _ settings: ServerSettings) -> Connection {
        let ofAddress = ofAddress.enter(RequestLimit.key(of: address))
        // All guests come by way of a proxy; they are counted one by one as their requests are.
        let isProxy = settings.trustedProxies.contains { $0.contains(address) }
        let isOneTooMany =
            count >= settings.mostConnections
            || !isProxy && ofAddress > settings.mostConnectionsOfAddress
        let connection = Connection(
            socket: socket, address: address, isProxy: isProxy, isOneTooMany: isOneTooMany,
            // Whoever is one too many and says nothing would keep others from being told.
            headerWithin: .seconds(isOneTooMany ? min(2, settings.headerSeconds) : settings.headerSeconds))
        all.withLock { $0[ObjectIdentifier(connection)] = connection }
        return connection
    }

    /// Before its socket is closed: nobody cuts off a number that is somebody else's by then.
    func remove(_ connection: Connection) {
        ofAddress.leave(RequestLimit.key(of: connection.address))
        _ = all.withLock { $0.removeValue(forKey: ObjectIdentifier(connection)) }
    }

    /// Tells how many were cut off.
    func cutOff(where isMeant: (Connection) -> Bool) -> Int {
        all.withLock { all in
            var count = 0
            for connection in all.values where isMeant(connection) {
                connection.cutOff()
                count += 1
            }
            return count
        }
    }
}
