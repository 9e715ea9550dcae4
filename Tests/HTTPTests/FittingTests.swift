import Domain
import Testing

@testable import HTTP

@Suite("A reply as its reader can take it", .timeLimit(.minutes(2))) struct FittingTests {
    private static let words = (0..<400).map { "word \($0 % 7), " }.joined()
    private static let page = Array(("<p>" + words).utf8)

    private static func json(
        _ path: String, _ method: HTTP.Method = .get,
        _ change: @escaping @Sendable (inout Reply) -> Void = { _ in }
    ) -> Route {
        Route(method, path) { _ throws(Refusal) in
            var reply = Reply(200, .object(("words", .text(words))))
            change(&reply)
            return reply
        }
    }

    private static let routes = [
        json("/json"), json("/posted", .post),
        json("/secret") { $0 = $0.withSecret },
        json("/cookie") { $0.headers.append(Header("Set-Cookie", "a=b")) },
        json("/strong") { $0.headers.append(Header("ETag", "\"7\"")) },
        json("/weak") { $0.headers.append(Header("ETag", "W/\"7\"")) },
        json("/dated") { $0.headers.append(Header("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT")) },
        json("/failed") { $0.status = 500 },
        Route(.get, "/short") { _ throws(Refusal) in Reply(200, .text("short")) },
        Route(.get, "/picture") { _ throws(Refusal) in
            Reply(200, content: .bytes(page, type: "image/jpeg"))
        },
        Route(.get, "/large") { _ throws(Refusal) in
            Reply(
                200,
                content: .bytes([UInt8](repeating: 0x61, count: 3 << 20), type: "text/plain; charset=utf-8"))
        },
        Route(.get, "/asset") { _ throws(Refusal) in
            Reply(200, content: .asset(Asset(page, type: "text/html", tag: "\"a1\"")))
        },
    ]

    private static func get(_ port: Int, _ path: String, _ lines: String...) throws -> TestReply {
        try TestServer.ask(port, (["GET \(path) HTTP/1.1"] + lines).joined(separator: "\r\n"))
    }

    @Test("is packed where it is text, long enough and asked for, and says what it depends on")
    func packed() async throws {
        try await TestServer.with(Self.routes) { server in
            let plain = try Self.get(server.port, "/json")
            #expect(plain.header("Content-Encoding") == nil && plain.header("Vary") == "Accept-Encoding")
            let packed = try Self.get(server.port, "/json", "Accept-Encoding: br, gzip;q=0.8")
            #expect(packed.header("Content-Encoding") == "gzip" && packed.header("Vary") == "Accept-Encoding")
            #expect(packed.body.count * 3 < plain.body.count && packed.unpacked == plain.body)
            #expect(packed.header("Content-Length") == String(packed.body.count))
            let refused = try Self.get(server.port, "/json", "Accept-Encoding: gzip;q=0, *")
            #expect(refused.header("Content-Encoding") == nil && refused.body == plain.body)
            let large = try Self.get(server.port, "/large", "Accept-Encoding: gzip")
            #expect(large.body.count < 100_000 && large.unpacked == [UInt8](repeating: 0x61, count: 3 << 20))
            let head = try TestServer.ask(server.port, "HEAD /json HTTP/1.1", "Accept-Encoding: gzip")
            #expect(head.header("Content-Encoding") == "gzip" && head.body.isEmpty)
            #expect(head.header("Content-Length") == packed.header("Content-Length"))
        }
    }

    @Test(
        "is not packed with a secret in it, by its own word or by what it is",
        arguments: [
            "GET /secret", "GET /cookie", "POST /posted", "GET /failed", "GET /strong", "GET /short",
            "GET /picture", "GET /nowhere",
        ])
    func plain(_ line: String) async throws {
        try await TestServer.with(Self.routes) { server in
            let reply = try TestServer.ask(
                server.port, "\(line) HTTP/1.1", "Accept-Encoding: gzip", "Content-Length: 0")
            #expect(reply.header("Content-Encoding") == nil && reply.header("Vary") == nil, "\(reply.head)")
            #expect(!reply.body.isEmpty)
        }
    }

    @Test("is nothing where the reader has it already, by its tag, or by its date where there is no tag")
    func known() async throws {
        try await TestServer.with(Self.routes) { server in
            for (path, line, status) in [
                ("/strong", "If-None-Match: \"6\", W/\"7\"", 304), ("/strong", "If-None-Match: *", 304),
                ("/strong", "If-None-Match: \"6\"", 200), ("/weak", "If-None-Match: \"7\"", 304),
                ("/weak", "If-None-Match: W/\"7\"\r\nAccept-Encoding: gzip", 304),
                ("/json", "If-None-Match: *", 200), ("/posted", "If-None-Match: *", 405),
                ("/dated", "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT", 304),
                ("/dated", "If-Modified-Since: Mon, 07 Nov 1994 00:00:00 GMT", 304),
                ("/dated", "If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT", 200),
                ("/dated", "If-Modified-Since: yesterday", 200),
                ("/dated", "If-Modified-Since: Mon, 07 Nov 1994 00:00:00 GMT\r\nIf-None-Match: \"7\"", 200),
                ("/strong", "If-Modified-Since: Mon, 07 Nov 2094 00:00:00 GMT", 200),
            ] {
                let reply = try Self.get(server.port, path, line)
                #expect(reply.status == status, "\(path) \(line): \(reply.head)")
                #expect(reply.body.isEmpty == (status == 304))
            }
            let known = try Self.get(server.port, "/strong", "If-None-Match: \"7\"")
            #expect(known.header("ETag") == "\"7\"" && known.header("Cache-Control") == "no-store")
            let head = try TestServer.ask(server.port, "HEAD /strong HTTP/1.1", "If-None-Match: \"7\"")
            #expect(head.status == 304)
        }
    }

    @Test("comes from what was packed beforehand, with a tag of its own for each form")
    func assets() async throws {
        try await TestServer.with(Self.routes) { server in
            let plain = try Self.get(server.port, "/asset")
            #expect(plain.body == Self.page && plain.header("ETag") == "\"a1\"")
            #expect(plain.header("Vary") == "Accept-Encoding")
            for name in [
                "Referrer-Policy", "X-Frame-Options", "Cross-Origin-Opener-Policy", "Permissions-Policy",
            ] {
                #expect(plain.header(name) != nil, "a page obeys it")
                #expect(try Self.get(server.port, "/json").header(name) == nil, "it is no page")
            }
            let packed = try Self.get(server.port, "/asset", "Accept-Encoding: gzip")
            #expect(packed.unpacked == Self.page && packed.header("ETag") == "\"a1-gzip\"")
            let known = try Self.get(
                server.port, "/asset", "Accept-Encoding: gzip", "If-None-Match: \"a1-gzip\"")
            #expect(known.status == 304 && known.header("Content-Encoding") == nil)
            #expect(try Self.get(server.port, "/asset", "If-None-Match: \"a1-gzip\"").status == 200)
        }
        let given = Asset([1, 2, 3], type: "text/css", tag: "\"b\"", packed: [9])
        #expect(given.packed == [9] && Asset([1, 2, 3], type: "text/css", tag: "\"b\"").packed == nil)
    }

    @Test("dates are read as they are written, and nothing else is one")
    func dates() {
        for seconds: Int64 in [0, 784_111_777, 951_782_400, 4_102_444_799, 253_402_300_799] {
            #expect(HTTPDate.seconds(HTTPDate.text(seconds * 1000)) == seconds)
        }
        for wrong in [
            "", "Sun, 06 Nov 1994 08:49:37", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
            "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1969 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
            "Sun, 06 Xxx 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT ",
        ] { #expect(HTTPDate.seconds(wrong) == nil, "\(wrong)") }
    }
}
