import Domain
import Synchronization
import Testing

@testable import HTTP

@Suite("Limits", .timeLimit(.minutes(3))) struct LimitTests {
    /// A route that answers when it is let.
    private final class Gate: Sendable {
        private let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])

        var count: Int { waiting.withLock { $0.count } }

        var route: Route {
            Route(.get, "/held") { [self] _ throws(Refusal) in
                await withCheckedContinuation { continuation in
                    waiting.withLock { $0.append(continuation) }
                }
                return Reply(200, .text("held"))
            }
        }

        func open() {
            let held = waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            for continuation in held { continuation.resume() }
        }
    }

    @Test("of connections tell whoever is above them at once, and let others in when some have gone")
    func connections() async throws {
        for isOfAddress in [true, false] {
            try await TestServer.with(
                [TestServer.who],
                { settings in
                    if isOfAddress {
                        settings.mostConnectionsOfAddress = 5
                    } else {
                        settings.mostConnections = 5
                    }
                    settings.headerSeconds = 60
                }
            ) { server in
                var held = try (0..<5).map { _ in try RawClient(server.port) }
                for client in held {
                    client.send("GET /who HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(client.until("false}").hasPrefix("HTTP/1.1 200"))
                }
                let reply = try TestServer.ask(server.port, "GET /who HTTP/1.1")
                #expect(reply.status == 503 && reply.header("Retry-After") == "2", "\(reply.head)")
                #expect(reply.header("Connection") == "close" && reply.text.contains(#""code":"busy""#))
                let silent = try RawClient(server.port)
                #expect(silent.rest().isEmpty, "and who says nothing is not waited for")
                held.removeLast()
                try await TestServer.eventually { server.connections < 5 }
                #expect(try TestServer.ask(server.port, "GET /who HTTP/1.1").status == 200)
            }
        }
    }

    @Test("count whom a proxy of ours names, and not the proxy")
    func behindProxy() async throws {
        let gate = Gate()
        let ours = try #require(AddressRange("127.0.0.1"))
        try await TestServer.with(
            [TestServer.who, gate.route],
            {
                $0.trustedProxies = [ours]
                $0.mostConnectionsOfAddress = 3
            }
        ) { server in
            let held = try (0..<6).map { number in
                let client = try RawClient(server.port)
                // Three of one network of IPv6, three of single addresses.
                let address = number < 3 ? "2001:db8::\(number + 1)" : "1.1.1.\(number)"
                client.send("GET /held HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: \(address)\r\n\r\n")
                return client
            }
            try await TestServer.eventually { gate.count == 6 }
            let above = try TestServer.ask(
                server.port, "GET /who HTTP/1.1", "X-Forwarded-For: 2001:db8::9")
            #expect(above.status == 503 && above.header("Retry-After") == "2")
            let other = try TestServer.ask(server.port, "GET /who HTTP/1.1", "X-Forwarded-For: 1.1.1.3")
            #expect(other.status == 200)
            gate.open()
            for client in held { #expect(client.until("held").hasPrefix("HTTP/1.1 200")) }
            try await TestServer.eventually {
                let again = try? TestServer.ask(
                    server.port, "GET /who HTTP/1.1", "X-Forwarded-For: 2001:db8::9")
                return again?.status == 200
            }
        }
    }

    @Test("of requests hold for an address, and for a token wherever it comes from")
    func requests() async throws {
        let ours = try #require(AddressRange("127.0.0.1"))
        @Sendable func answers(_ server: HTTPServer, _ line: String) throws -> [TestReply] {
            try (0..<12).map { number in
                try TestServer.ask(
                    server.port, "GET /who HTTP/1.1", "X-Forwarded-For: 1.1.1.\(number)", line)
            }
        }
        try await TestServer.with(
            [TestServer.who],
            {
                $0.trustedProxies = [ours]
                $0.mostRequestsOfTokenPerSecond = 1
                $0.sessionCookies = ["__Host-s", "s"]
            }
        ) { server in
            for line in ["Authorization: Bearer abc", "Cookie: a=b; s=abcd", "Cookie: __Host-s=abcde"] {
                let replies = try answers(server, line)
                #expect(replies.prefix(2).allSatisfy { $0.status == 200 }, "each token has its own")
                #expect(replies.contains { $0.status == 429 && $0.header("Retry-After") == "1" }, "\(line)")
            }
            #expect(try answers(server, "Cookie: a=b").allSatisfy { $0.status == 200 })
        }
    }

    @Test("of a body hold whatever the endpoint would take, and whether its length was told or not")
    func bodies() async throws {
        let route = Route(.put, "/all") { request throws(Refusal) in
            var total = 0
            while let piece = try await request.body.next() { total += piece.count }
            return Reply(200, .integer(total))
        }
        try await TestServer.with([route], { $0.mostBytesOfBody = 100_000 }) { server in
            func ask(_ header: String, _ body: [UInt8]) throws -> TestReply {
                let client = try RawClient(server.port)
                client.send("PUT /all HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(header)\r\n\r\n")
                client.send(body)
                return try TestReply(client.restBytes())
            }
            #expect(try ask("Content-Length: 100000", [UInt8](repeating: 7, count: 100_000)).text == "100000")
            let told = try ask("Content-Length: 100001", [])
            #expect(told.status == 413 && told.text.contains("body_too_large"))
            func chunked(_ count: Int) -> [UInt8] {
                Array("\(String(count, radix: 16))\r\n".utf8) + [UInt8](repeating: 7, count: count)
                    + Array("\r\n0\r\n\r\n".utf8)
            }
            #expect(try ask("Transfer-Encoding: chunked", chunked(100_000)).text == "100000")
            let untold = try ask("Transfer-Encoding: chunked", chunked(400_000))
            #expect(untold.status == 413 && untold.text.contains("body_too_large"), "\(untold.head)")
        }
    }
}
