import Domain
import Glibc
import Synchronization
import Testing

@testable import HTTP

@Suite("Server", .timeLimit(.minutes(5))) struct ServerTests {
    /// A server with an answer of each kind.
    private static func serving(
        _ set: (inout ServerSettings) -> Void = { _ in }, seen: Seen = Seen(),
        _ work: @Sendable (HTTPServer, Int) async throws -> Void
    ) async throws {
        // Our sockets block, and shall not hold up the tasks of the server.
        try await withTaskExecutorPreference(WorkThread(label: "client")) {
            try await served(set, seen, work)
        }
    }

    private static func served(
        _ set: (inout ServerSettings) -> Void, _ seen: Seen,
        _ work: @Sendable (HTTPServer, Int) async throws -> Void
    ) async throws {
        var settings = ServerSettings()
        settings.port = 0
        set(&settings)
        let server = try HTTPServer(settings, Router(routes(seen)), observe: seen.note)
        do {
            try await work(server, server.port)
        } catch {
            await server.stop(within: .zero)
            throw error
        }
        await server.stop(within: .milliseconds(200))
        #expect(server.connections == 0)
    }

    final class Seen: Sendable {
        let pieces = Mutex<[Int]>([])
        let records = Mutex<[Access]>([])
        let broken = Mutex(0)
        let begun = Mutex(0)
        let inHand = Mutex(0)
        let mostAtOnce = Mutex(0)
        let streams = Mutex<[EventStream]>([])

        func note(_ record: Access) { records.withLock { $0.append(record) } }
    }

    private struct Echo: Endpoint {
        static let method = Method.post
        static let path = "/echo/:name"
        static let largestBody = 1000

        func admit(_ request: Request) async throws(Refusal) -> String {
            guard request.header("x-key") != "wrong" else { throw Refusal(401, "who", "Who are you?") }
            return request.client.text
        }

        static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> [String] {
            [
                request.parameters["name"] ?? "", String(decoding: body, as: UTF8.self),
                request.query("q") ?? "",
            ]
        }

        func answer(_ input: [String], to guest: String) async throws(Refusal) -> Reply {
            Reply(200, .list((input + [guest]).map { .text($0) }))
        }
    }

    private static func routes(_ seen: Seen) -> [Route] {
        [
            Route(Echo()),
            Route(.get, "/hello") { request throws(Refusal) in
                Reply(200, .object(("hello", .text("you")), ("secure", .truth(request.isSecure))))
            },
            Route(.get, "/slow") { _ throws(Refusal) in
                seen.begun.withLock { $0 += 1 }
                let atOnce = seen.inHand.withLock { inHand in
                    inHand += 1
                    return inHand
                }
                seen.mostAtOnce.withLock { $0 = max($0, atOnce) }
                try? await Task.sleep(for: .milliseconds(100))
                seen.inHand.withLock { $0 -= 1 }
                return Reply(200, .text("slow"))
            },
            Route(.get, "/file") { _ throws(Refusal) in
                var template = Array("/tmp/likeness-http-XXXXXX".utf8CString)
                let file = mkstemp(&template)
                unlink(template)
                let bytes = (0..<1000).map { UInt8($0 % 251) }
                _ = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
                let stamp = FileStamp(sizeInBytes: 1000, changedInNanoseconds: 0, inode: 0)
                let photo = OpenPhoto(owning: file, stamp: stamp)
                return Reply(200, content: .file(FileContent(photo, type: "image/jpeg", tag: "\"t1\"")))
            },
            Route(.patch, "/upload") { request throws(Refusal) in
                var total = 0
                do throws(Refusal) {
                    while let piece = try await request.body.next() {
                        seen.pieces.withLock { $0.append(piece.count) }
                        total += piece.count
                    }
                } catch {
                    seen.broken.withLock { $0 += 1 }
                    throw error
                }
                return Reply(200, .integer(total))
            },
            Route(.post, "/early") { request throws(Refusal) in
                _ = try await request.body.next()
                throw Refusal(422, "enough", "That is enough.")
            },
            Route(.get, "/events") { _ throws(Refusal) in
                let stream = EventStream()
                seen.streams.withLock { $0.append(stream) }
                return Reply(200, content: .events(stream))
            },
            Route(.get, "/wicked") { _ throws(Refusal) in
                Reply(200, .null, [Header("X-Name", "a\r\nSet-Cookie: stolen=1")])
            },
        ]
    }

    private static func ask(_ port: Int, _ lines: String..., body: String = "") throws -> String {
        let client = try RawClient(port)
        client.send(lines.joined(separator: "\r\n") + "\r\nConnection: close\r\n\r\n" + body)
        return client.rest()
    }

    @Test(
        "answers typed endpoints with parameters, query and body, and every reply says how it is to be treated"
    )
    func typed() async throws {
        try await Self.serving { _, port in
            let reply = try Self.ask(
                port, "POST /echo/a%20b?q=%C3%A4+c HTTP/1.1", "Host: x", "Content-Length: 2", body: "hi")
            #expect(reply.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(reply.hasSuffix("\r\n\r\n[\"a b\",\"hi\",\"ä c\",\"127.0.0.1\"]"), "\(reply)")
            for words in [
                "X-Content-Type-Options: nosniff", "Cross-Origin-Resource-Policy: same-origin",
                "Cache-Control: no-store",
                "default-src 'none'", "X-Request-Id: ", "Content-Type: application/json",
            ] { #expect(reply.contains(words), "\(words) in \(reply)") }
            #expect(!reply.contains("Strict-Transport"))
            let chunked = try Self.ask(
                port, "POST /echo/x HTTP/1.1", "Host: x", "Transfer-Encoding: chunked",
                body: "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
            #expect(chunked.hasSuffix("[\"x\",\"abc\",\"\",\"127.0.0.1\"]"), "\(chunked)")
            let head = try Self.ask(port, "HEAD /hello HTTP/1.1", "Host: x")
            #expect(head.hasPrefix("HTTP/1.1 200") && head.hasSuffix("\r\n\r\n"))
            let wicked = try Self.ask(port, "GET /wicked HTTP/1.1", "Host: x")
            #expect(wicked.contains("X-Name: aSet-Cookie: stolen=1\r\n"))
        }
    }

    @Test("keeps connections, also with several requests at once on one, and answers many side by side")
    func many() async throws {
        let seen = Seen()
        try await Self.serving(seen: seen) { _, port in
            let client = try RawClient(port)
            for _ in 0..<3 { client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n") }
            client.send("GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(client.rest().split(separator: "HTTP/1.1 200").count == 4)
            let clients = try (0..<50).map { _ in try RawClient(port) }
            for client in clients {
                client.send("GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            }
            for client in clients { #expect(client.rest().hasSuffix("\"slow\"")) }
            #expect(seen.mostAtOnce.withLock { $0 } > 10, "they waited for each other")
        }
        #expect(seen.records.withLock { $0.count } == 54)
        #expect(seen.records.withLock { $0.allSatisfy { $0.status == 200 && $0.id?.text.count == 16 } })
    }

    @Test("reads the header of each request of a connection, also where the last one was the same")
    func sameHeader() async throws {
        let route = Route(.post, "/said") { request throws(Refusal) in
            let body = try await request.bytes(atMost: 100)
            let cookies = [request.cookie("a"), request.cookie("a"), request.cookie("b")].map { $0 ?? "-" }
            return Reply(
                200,
                .list(
                    [.integer(request.headers.count), .text(String(decoding: body, as: UTF8.self))]
                        + cookies.map { .text($0) }))
        }
        try await TestServer.with([route]) { server in
            let client = try RawClient(server.port)
            for (lines, body, answer) in [
                ("Cookie: a=1; b=2\r\nContent-Length: 2\r\n", "xy", "[3,\"xy\",\"1\",\"1\",\"2\"]"),
                ("Cookie: a=1; b=2\r\nContent-Length: 2\r\n", "xz", "[3,\"xz\",\"1\",\"1\",\"2\"]"),
                ("Cookie: a=3; b=2\r\nContent-Length: 2\r\n", "xy", "[3,\"xy\",\"3\",\"3\",\"2\"]"),
                ("Cookie: a=3; b=2\r\nContent-Length: 3\r\n", "xyz", "[3,\"xyz\",\"3\",\"3\",\"2\"]"),
                ("Cookie: a=3; b=2\r\n", "", "[2,\"\",\"3\",\"3\",\"2\"]"),
                ("", "", "[1,\"\",\"-\",\"-\",\"-\"]"),
            ] {
                client.send("POST /said HTTP/1.1\r\nHost: x\r\n\(lines)\r\n\(body)")
                var reply = ""
                while !reply.hasSuffix("]") {
                    let bytes = client.receive()
                    guard !bytes.isEmpty else { break }
                    reply += String(decoding: bytes, as: UTF8.self)
                }
                #expect(reply.hasSuffix(answer), "\(lines): \(reply)")
            }
        }
    }

    @Test("refuses what it does not know with a code and a kind sentence")
    func refusals() async throws {
        try await Self.serving { _, port in
            for (status, code, lines) in [
                (404, "not_found", ["GET /nowhere HTTP/1.1", "Host: x"]),
                (404, "not_found", ["GET /hello/ HTTP/1.1", "Host: x"]),
                (405, "method_not_allowed", ["DELETE /hello HTTP/1.1", "Host: x"]),
                (405, "unknown_method", ["BREW /hello HTTP/1.1", "Host: x"]),
                (400, "bad_address", ["GET /a%2 HTTP/1.1", "Host: x"]),
                (400, "bad_address", ["GET /a%00b HTTP/1.1", "Host: x"]),
                (400, "bad_address", ["GET /echo/.. HTTP/1.1", "Host: x"]),
                (400, "bad_address", ["GET /echo/%2e%2e HTTP/1.1", "Host: x"]),
                (400, "bad_address", ["GET /echo/%ff HTTP/1.1", "Host: x"]),
                (401, "who", ["POST /echo/x HTTP/1.1", "Host: x", "X-Key: wrong", "Content-Length: 900"]),
                (413, "body_too_large", ["POST /echo/x HTTP/1.1", "Host: x", "Content-Length: 1001"]),
                (400, "bad_header", ["GET /hello HTTP/1.1", "Host: x", "Host: y"]),
                (
                    400, "bad_header",
                    ["POST /echo/x HTTP/1.1", "Host: x", "Content-Length: 1", "Transfer-Encoding: chunked"]
                ),
                (
                    400, "bad_header",
                    ["POST /echo/x HTTP/1.1", "Host: x", "Content-Length: 1", "Content-Length: 2"]
                ),
                (400, "bad_header", ["GET /hello HTTP/1.1", "Host: x", "X-A: b\u{1}c"]),
            ] as [(Int, String, [String])] {
                let reply = try Self.ask(port, lines.joined(separator: "\r\n"))
                #expect(reply.hasPrefix("HTTP/1.1 \(status) "), "\(lines): \(reply)")
                #expect(reply.contains("\"code\":\"\(code)\""), "\(lines): \(reply)")
                #expect(reply.contains("\"requestId\":\""))
            }
            let allowed = try Self.ask(port, "DELETE /hello HTTP/1.1", "Host: x")
            #expect(allowed.contains("Allow: GET, HEAD, OPTIONS\r\n"))
            for lines in [["GET /hello HTTP/1.1"], ["GET /hello HTTP/1.1", "Host: x", "Content-Length: -5"]] {
                #expect(try Self.ask(port, lines.joined(separator: "\r\n")).hasPrefix("HTTP/1.1 400 "))
            }
            let version = try Self.ask(port, "GET /hello HTTP/3.7", "Host: x")
            #expect(!version.hasPrefix("HTTP/1.1 200"), "\(version)")
        }
    }

    @Test("sends files in whole and in part, and nothing where the client has it already")
    func files() async throws {
        try await Self.serving { _, port in
            func file(_ lines: String...) throws -> String {
                try Self.ask(port, (["GET /file HTTP/1.1", "Host: x"] + lines).joined(separator: "\r\n"))
            }
            let whole = try file()
            #expect(whole.hasPrefix("HTTP/1.1 200") && whole.contains("ETag: \"t1\"\r\n"))
            #expect(whole.contains("Content-Length: 1000") && whole.contains("Accept-Ranges: bytes"))
            let part = try file("Range: bytes=10-19")
            #expect(part.hasPrefix("HTTP/1.1 206") && part.contains("Content-Range: bytes 10-19/1000\r\n"))
            #expect(part.hasSuffix(String(decoding: (10..<20).map { UInt8($0) }, as: UTF8.self)))
            #expect(try file("Range: bytes=-5").contains("Content-Range: bytes 995-999/1000\r\n"))
            #expect(try file("Range: bytes=990-").contains("Content-Length: 10\r\n"))
            let nowhere = try file("Range: bytes=1000-")
            #expect(nowhere.hasPrefix("HTTP/1.1 416") && nowhere.contains("Content-Range: bytes */1000\r\n"))
            #expect(try file("Range: bytes=0-1,5-6").hasPrefix("HTTP/1.1 200"))
            #expect(try file("Range: bytes=0-1", "If-Range: \"other\"").hasPrefix("HTTP/1.1 200"))
            #expect(try file("Range: bytes=0-1", "If-Range: \"t1\"").hasPrefix("HTTP/1.1 206"))
            let known = try file("If-None-Match: W/\"t0\", \"t1\"")
            #expect(known.hasPrefix("HTTP/1.1 304") && known.hasSuffix("\r\n\r\n"))
            let head = try Self.ask(port, "HEAD /file HTTP/1.1", "Host: x")
            #expect(head.contains("Content-Length: 1000") && head.hasSuffix("\r\n\r\n"))
        }
    }

    @Test("takes a long body piece by piece, and hears when its sender is gone")
    func bodies() async throws {
        let seen = Seen()
        try await Self.serving(seen: seen) { _, port in
            let size = 8 << 20
            let client = try RawClient(port)
            client.send("PATCH /upload HTTP/1.1\r\nHost: x\r\nContent-Length: \(size)\r\n\r\n")
            client.send([UInt8](repeating: 7, count: size))
            #expect(client.until("\(size)").hasSuffix("\r\n\r\n\(size)"))
            #expect(seen.pieces.withLock { $0.max() ?? 0 } <= 64 << 10)
            let cut = try RawClient(port)
            cut.send("PATCH /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")
            try await Self.eventually { seen.pieces.withLock { $0.last == 3 } }
        }
        try await Self.eventually { seen.broken.withLock { $0 } == 1 }
    }

    @Test("lets a sender hear a refusal while it is still sending")
    func early() async throws {
        try await Self.serving { _, port in
            let client = try RawClient(port)
            client.send("POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
            client.send([UInt8](repeating: 7, count: 1_000_000))
            #expect(client.until("enough.").hasPrefix("HTTP/1.1 422"))
        }
    }

    @Test("streams events to many, ends them when it stops, and cuts off who does not keep up")
    func events() async throws {
        let seen = Seen()
        try await Self.serving(seen: seen) { _, port in
            let clients = try (0..<20).map { _ in try RawClient(port) }
            for client in clients { client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n") }
            try await Self.eventually { seen.streams.withLock { $0.count } == 20 }
            let streams = seen.streams.withLock { $0 }
            for number in 0..<100 {
                let event = EventStream.encoded("photo", id: "\(number)", .object(("n", .integer(number))))
                for stream in streams { #expect(stream.send(event)) }
            }
            for client in clients {
                let text = client.until("id: 99\ndata: {\"n\":99}\n\n")
                #expect(text.contains("Content-Type: text/event-stream") && text.contains("id: 0\n"))
            }
            let much = [UInt8](repeating: 0x20, count: 200 << 10)
            var sent = 0
            while streams[0].send(much), sent < 1000 { sent += 1 }
            #expect(sent < 1000, "nobody reads, and it is held in memory for ever")
            for stream in streams { stream.end() }
        }
    }

    @Test("cuts off whoever drips, in the header and in the body, and whoever is idle for too long")
    func drips() async throws {
        try await Self.serving({ settings in
            settings.headerSeconds = 1
            settings.idleSeconds = 2
        }) { _, port in
            let header = try RawClient(port)
            header.send("GET /hello HTTP/1.1\r\nHost: x\r\n")
            var drips = 0
            while header.send("X-\(drips): y\r\n"), drips < 600 {
                drips += 1
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(drips < 600, "a drop now and then keeps the connection for ever")
            let idle = try RawClient(port)
            idle.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(idle.rest().contains("hello"), "and then it is closed")
        }
    }

    @Test("tells those above its limits so at once")
    func limits() async throws {
        try await Self.serving({ $0.mostConnections = 5 }) { server, port in
            let held = try (0..<5).map { _ in try RawClient(port) }
            for client in held {
                client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(client.until("false}").hasPrefix("HTTP/1.1 200"))
            }
            let reply = try Self.ask(port, "GET /hello HTTP/1.1", "Host: x")
            #expect(reply.hasPrefix("HTTP/1.1 503") && reply.contains("Retry-After: 2"), "\(reply)")
        }
        try await Self.serving({ $0.mostRequestsOfAddressPerSecond = 1 }) { _, port in
            let replies = try (0..<15).map { _ in try Self.ask(port, "GET /hello HTTP/1.1", "Host: x") }
            #expect(replies.prefix(2).allSatisfy { $0.hasPrefix("HTTP/1.1 200") })
            #expect(replies.contains { $0.hasPrefix("HTTP/1.1 429") && $0.contains("Retry-After: 1") })
        }
    }

    @Test("finishes what is in hand when it stops, and takes nothing new")
    func stopping() async throws {
        var settings = ServerSettings()
        settings.port = 0
        let seen = Seen()
        let server = try HTTPServer(settings, Router(Self.routes(seen)))
        let port = server.port
        let asking = Task(executorPreference: WorkThread(label: "client")) {
            let client = try RawClient(port)
            client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
            return client.rest()
        }
        try await Self.eventually { seen.begun.withLock { $0 } == 1 }
        await server.stop(within: .seconds(5))
        let reply = try await asking.value
        #expect(reply.hasPrefix("HTTP/1.1 200") && reply.contains("Connection: close"))
        #expect(throws: RawClient.Unreachable.self) { try RawClient(server.port) }
    }

    @Test(
        "lets an upload and a download that are under way come to their end, and no longer than it was told")
    func stoppingTransfers() async throws {
        var settings = ServerSettings()
        settings.port = 0
        let seen = Seen()
        let server = try HTTPServer(settings, Router(Self.routes(seen)))
        let port = server.port
        let (sending, never) = (try RawClient(port), try RawClient(port))
        sending.send("PATCH /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello")
        try await Self.eventually { seen.pieces.withLock { $0.reduce(0, +) } == 5 }
        never.send("PATCH /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhell")
        try await Self.eventually { seen.pieces.withLock { $0.reduce(0, +) } == 9 }
        let began = ContinuousClock.now
        async let stopped: Void = server.stop(within: .seconds(3))
        try await Task.sleep(for: .milliseconds(300))
        sending.send("world")
        let reply = await Task(executorPreference: WorkThread(label: "client")) { [sending] in sending.rest()
        }
        .value
        #expect(reply.hasPrefix("HTTP/1.1 200") && reply.hasSuffix("\r\n\r\n10"), "\(reply)")
        await stopped
        #expect((Duration.seconds(2)...Duration.seconds(30)).contains(ContinuousClock.now - began))
        #expect(server.connections == 0 && seen.broken.withLock { $0 } == 1)
        #expect(never.rest().isEmpty)
    }

    @Test("says why it does not start")
    func starting() throws {
        var settings = ServerSettings()
        settings.port = 0
        let first = try ListeningSocket(address: "127.0.0.1", port: 0)
        settings.port = first.port
        #expect(throws: ServerError.addressInUse(port: first.port)) { try HTTPServer(settings, Router([])) }
        settings.address = "nowhere"
        #expect(throws: ServerError.badAddress("nowhere")) { try HTTPServer(settings, Router([])) }
        settings.address = "127.0.0.1"
        settings.port = 0
        settings.certificate = ServerSettings.Certificate(chain: "no", key: "none")
        #expect(throws: ServerError.cannotStart) { try HTTPServer(settings, Router([])) }
        close(first.descriptor)
    }

    static func eventually(_ isSo: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while !isSo(), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(10)) }
        #expect(isSo())
    }
}
