internal import CMicroHTTPD
internal import Domain
internal import Glibc
internal import Synchronization

/// A server that listens from the moment it is made until it is stopped.
package final class HTTPServer: Sendable {
    package let port: Int
    private let works: Works
    private let daemon: Mutex<OpaquePointer?>
    private let watch: Task<Void, Never>

    /// What the library's callbacks work with.
    final class Works: Sendable {
        let settings: ServerSettings
        let headerLimit: Duration
        let idleLimit: Duration
        let router: Router
        let ofAddress: RequestLimit
        let ofToken: RequestLimit
        /// Requests in hand of whoever comes by way of a proxy.
        let inHand = Tally()
        let connections = Connections()
        let exchanges = Mutex<[ObjectIdentifier: Exchange]>([:])
        let observe: @Sendable (Access) -> Void
        private let stage = Atomic(0)

        /// What is in hand is finished, and connections end with it.
        var isStopping: Bool { stage.load(ordering: .acquiring) > 0 }
        /// Nothing is begun any more.
        var isClosed: Bool { stage.load(ordering: .acquiring) > 1 }

        init(_ settings: ServerSettings, _ router: Router, _ observe: @escaping @Sendable (Access) -> Void) {
            self.settings = settings
            headerLimit = .seconds(settings.headerSeconds)
            idleLimit = .seconds(settings.idleSeconds)
            self.router = router
            self.observe = observe
            ofAddress = RequestLimit(perSecond: settings.mostRequestsOfAddressPerSecond)
            ofToken = RequestLimit(perSecond: settings.mostRequestsOfTokenPerSecond)
        }

        func stop() { stage.store(1, ordering: .releasing) }
        func close() { stage.store(2, ordering: .releasing) }

        /// Whoever asks too much is told so, each by address, and by what shows who they are.
        func check(_ header: RequestHeader) throws(Refusal) {
            try ofAddress.check(header.addressKey)
            if let key = header.tokenKey { try ofToken.check(key) }
        }
    }

    /// - Parameter observe: hears of each request when it is over, on the library's threads: it must not wait.
    package init(
        _ settings: ServerSettings, _ router: Router,
        observe: @escaping @Sendable (Access) -> Void = { _ in }
    ) throws(ServerError) {
        let socket = try ListeningSocket(address: settings.address, port: settings.port)
        works = Works(settings, router, observe)
        port = socket.port
        var options = likeness_http_options()
        options.listening = socket.descriptor
        options.threads = UInt32(clamping: settings.threads)
        // Those above the limit are told so; only far above it the library closes without a word.
        options.most_connections = UInt32(
            clamping: settings.mostConnections + max(Self.reserve, settings.mostConnections / 4))
        options.idle_seconds = UInt32(clamping: settings.idleSeconds)
        options.memory_of_connection = 24 << 10
        let owner = Unmanaged.passRetained(works)
        var callbacks = Self.callbacks(owner.toOpaque())
        let started = Self.start(&options, &callbacks, settings.certificate)
        guard let started else {
            owner.release()
            close(socket.descriptor)
            throw .cannotStart
        }
        daemon = Mutex(started)
        watch = Task { [works] in
            // A sleep that is cancelled has done its work.
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(500))
                let now = ContinuousClock.now
                _ = works.connections.cutOff {
                    $0.isOverdue(at: now, works.settings)
                }
            }
        }
    }

    private static func start(
        _ options: inout likeness_http_options, _ callbacks: inout likeness_http_callbacks,
        _ certificate: ServerSettings.Certificate?
    ) -> OpaquePointer? {
        guard let certificate else { return likeness_http_start(&options, &callbacks) }
        return certificate.chain.withCString { chain in
            certificate.key.withCString { key in
                options.certificate = chain
                options.key = key
                return likeness_http_start(&options, &callbacks)
            }
        }
    }

    /// Connections that are open.
    package var connections: Int { works.connections.count }

    /// Takes no more connections, lets what is in hand be finished for so long, and ends.
    package func stop(within limit: Duration = .seconds(10)) async {
        guard let daemon = daemon.withLock({ $0.take() }) else { return }
        works.stop()
        let listening = MHD_quiesce_daemon(daemon)
        if listening >= 0 { close(listening) }
        await waitUntilIdle(atMost: limit) { $0.endStream() }
        works.close()
        _ = works.connections.cutOff { _ in true }
        await waitUntilIdle(atMost: .seconds(5)) { exchange in
            exchange.endStream()
            exchange.cancel()
        }
        watch.cancel()
        // The library ends the program where somebody is still suspended; the program is about to end anyway.
        guard works.exchanges.withLock({ $0.isEmpty }) else { return }
        await withCheckedContinuation { continuation in
            // It waits for its threads, so not on ours.
            let ended = UncheckedPointer(daemon)
            WorkThread(label: "http-stop").run {
                MHD_stop_daemon(ended.pointer)
                continuation.resume()
            }
        }
        Unmanaged.passUnretained(works).release()
    }

    private func waitUntilIdle(atMost limit: Duration, _ hurry: (Exchange) -> Void) async {
        let end = ContinuousClock.now + limit
        repeat {
            let open = works.exchanges.withLock { Array($0.values) }
            if open.isEmpty { return }
            for exchange in open { hurry(exchange) }
            // A sleep that is cancelled has done its work.
            try? await Task.sleep(for: .milliseconds(10))
        } while ContinuousClock.now < end
    }

    // By then nobody else has the daemon.
    private struct UncheckedPointer: @unchecked Sendable {
        let pointer: OpaquePointer
        init(_ pointer: OpaquePointer) { self.pointer = pointer }
    }

    private static func works(_ owner: UnsafeMutableRawPointer) -> Works {
        Unmanaged<Works>.fromOpaque(owner).takeUnretainedValue()
    }

    private static func callbacks(_ owner: UnsafeMutableRawPointer) -> likeness_http_callbacks {
        var callbacks = likeness_http_callbacks()
        callbacks.owner = owner
        callbacks.connection = { owner, connection, context, code in
            guard let owner, let connection, let context else { return }
            let works = HTTPServer.works(owner)
            if code.rawValue == 0 {
                let watched = works.connections.open(
                    likeness_http_socket(connection),
                    from: likeness_http_address(connection).map { AddressRange.text(of: $0) } ?? "",
                    works.settings)
                context.pointee = Unmanaged.passRetained(watched).toOpaque()
            } else if let opaque = context.pointee {
                works.connections.remove(Unmanaged<Connection>.fromOpaque(opaque).takeRetainedValue())
                context.pointee = nil
            }
        }
        callbacks.target = { owner, uri, connection in
            guard let owner, let connection, let context = likeness_http_context(connection) else {
                return nil
            }
            let works = HTTPServer.works(owner)
            let watched = Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
            watched.targetIsThere(headerWithin: works.headerLimit)
            let exchange = Exchange(uri, on: connection, watched)
            works.exchanges.withLock { $0[ObjectIdentifier(exchange)] = exchange }
            return Unmanaged.passRetained(exchange).toOpaque()
        }
        callbacks.request = { owner, _, _, method, version, piece, size, context in
            guard let owner, let method, let version, let size, let opaque = context?.pointee else {
                return .NO
            }
            return Unmanaged<Exchange>.fromOpaque(opaque).takeUnretainedValue().proceed(
                method, version, piece, size, HTTPServer.works(owner))
        }
        callbacks.completed = { owner, _, context, _ in
            guard let owner, let opaque = context?.pointee else { return }
            let works = HTTPServer.works(owner)
            let exchange = Unmanaged<Exchange>.fromOpaque(opaque).takeRetainedValue()
            context?.pointee = nil
            _ = works.exchanges.withLock { $0.removeValue(forKey: ObjectIdentifier(exchange)) }
            let record = exchange.complete(works)
            exchange.watched.isIdle(within: works.idleLimit)
            works.observe(record)
        }
        return callbacks
    }

    private static let reserve = 64
}
