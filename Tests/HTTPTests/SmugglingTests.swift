import Domain
import Testing

@testable import HTTP

/// Requests that a proxy before us may take for one and we for two, or the other way about.
@Suite("Header as it was sent", .timeLimit(.minutes(2))) struct SmugglingTests {
    fileprivate static func serving(_ work: @Sendable (Int) async throws -> Void) async throws {
        var settings = ServerSettings()
        settings.port = 0
        let routes = [
            Route(.post, "/echo") { request throws(Refusal) in
                Reply(200, .text(String(decoding: try await request.bytes(atMost: 1000), as: UTF8.self)))
            },
            Route(.get, "/names") { request throws(Refusal) in
                Reply(200, .integer(request.headers.count))
            },
        ]
        let server = try HTTPServer(settings, Router(routes))
        // Our sockets block, and shall not hold up the tasks of the server.
        try await withTaskExecutorPreference(WorkThread(label: "client")) { try await work(server.port) }
        await server.stop(within: .milliseconds(200))
    }

    @Test(
        "what the library would read otherwise than it was sent is refused, and the connection closed",
        arguments: [
            "X-A: a\0b\r\nContent-Length: 2", "Content-Length: 2\0", "Content-Length: 2\u{0}44",
            "Transfer-Encoding: chunked\0x", "X-A: a\r\n b\r\nContent-Length: 2", "Content-Length:\r\n 2",
            ": a\r\nContent-Length: 2", "X-A: a\nContent-Length: 2", "Content-Length : 2",
            "Transfer-Encoding : chunked", "Content-Length: 2\r\nContent-Length: 2", "Content-Length: 2, 2",
            "Content-Length: +2", "Content-Length: 0x2", "Transfer-Encoding: \u{B}chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            "Content-Length: 2\r\nTransfer-Encoding: chunked",
        ])
    func lines(_ lines: String) async throws {
        try await Self.serving { port in
            let client = try RawClient(port)
            client.send(
                "POST /echo HTTP/1.1\r\nHost: x\r\n\(lines)\r\n\r\nhiGET /names HTTP/1.1\r\nHost: x\r\n\r\n")
            let reply = client.rest()
            #expect(reply.hasPrefix("HTTP/1.1 400 "), "\(reply)")
            #expect(!reply.contains("HTTP/1.1 200"), "\(reply)")
        }
    }

    @Test(
        "so is a first line with hidden bytes, a host that is none, and chunks in a version that had none",
        arguments: [
            "GET /names\0/x HTTP/1.1\r\nHost: x", "GET /names?a\0b HTTP/1.1\r\nHost: x",
            "GET\0 /names HTTP/1.1\r\nHost: x", "GET  /names HTTP/1.1\r\nHost: x",
            "GET /names HTTP/1.1\nHost: x", "GET /names HTTP/1.1\r\nHost: a b/c@d",
            "GET /names HTTP/1.1\r\nHost:", "GET /names HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked",
        ])
    func firstLine(_ head: String) async throws {
        try await Self.serving { port in
            let client = try RawClient(port)
            client.send(head + "\r\n\r\n")
            let reply = client.rest()
            #expect(reply.hasPrefix("HTTP/1.1 400 ") || reply.hasPrefix("HTTP/1.0 400 "), "\(reply)")
        }
    }

    @Test("a header that is in order is taken however it arrives: in bytes, in a row, with much white space")
    func inOrder() async throws {
        try await Self.serving { port in
            let head =
                "GET /names HTTP/1.1\r\nHost: [::1]:80\r\nX-Empty:\r\nX-Wide: \t  a b \t\r\nCookie: a=b; c\r\n\r\n"
            let client = try RawClient(port)
            for byte in head.utf8 { client.send([byte]) }
            #expect(client.until("\r\n\r\n4").hasPrefix("HTTP/1.1 200"))
            let long =
                "GET /names HTTP/1.1\r\nHost: x\r\nX-Long: \(String(repeating: "v", count: 9000))\r\n\r\n"
            client.send(long + head + "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi" + head)
            client.send("GET /names HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(client.rest().split(separator: "HTTP/1.1 200").count == 5)
        }
    }
}

extension SmugglingTests {
    /// What the library (0.9.75) does with the lines of chunks. What it takes otherwise than others is harmless, since nothing
    /// behind a body in chunks is read as another request.
    @Test(
        "a body in chunks is the last of its connection, however its lines are written",
        arguments: [
            ("2\r\nhi\r\n0\r\n\r\n", 200), ("2;a=b\r\nhi\r\n0\r\n\r\n", 200), ("2;a\nhi\r\n0\r\n\r\n", 200),
            ("2\nhi\r\n0\r\n\r\n", 200), ("2\r\nhi\n0\n\n", 200), ("0002\r\nhi\r\n0\r\nX-A: b\r\n\r\n", 200),
            ("2 \r\nhi\r\n0\r\n\r\n", 400), ("+2\r\nhi\r\n0\r\n\r\n", 400), ("0x2\r\nhi\r\n0\r\n\r\n", 400),
            ("-2\r\nhi\r\n0\r\n\r\n", 400), ("\r\nhi\r\n0\r\n\r\n", 400), ("2\r\nhiX\r\n0\r\n\r\n", 400),
            ("2\rhi\r\n0\r\n\r\n", 400), ("ffffffffffffffff1\r\nhi\r\n0\r\n\r\n", 413),
        ])
    func chunks(_ body: String, _ status: Int) async throws {
        try await Self.serving { port in
            let client = try RawClient(port)
            client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
            client.send("GET /names HTTP/1.1\r\nHost: x\r\n\r\n")
            let reply = client.rest()
            #expect(reply.hasPrefix("HTTP/1.1 \(status) "), "\(reply)")
            #expect(reply.split(separator: "HTTP/1.1 ").count == 1, "\(reply)")
            if status == 200 { #expect(reply.hasSuffix("\r\n\r\n\"hi\""), "\(reply)") }
        }
    }

    /// These the library writes itself, as HTML and before anything of ours is asked; there is no way to give it other words.
    @Test(
        "what the library refuses by itself has the right status, ends the connection and reaches no endpoint",
        arguments: [
            ("GET /names HTTP/1.1\r\n\r\n", 400), ("GET /names HTTP/1.1\r\nHost: x\r\nNo-Colon\r\n\r\n", 400),
            (
                "GET /names HTTP/1.1\r\nHost: x\r\nX: " + String(repeating: "v", count: 40_000) + "\r\n\r\n",
                431
            ),
            ("GET /" + String(repeating: "n", count: 40_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", 414),
            ("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
            ("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        ])
    func ofTheLibrary(_ text: String, _ status: Int) async throws {
        try await Self.serving { port in
            let client = try RawClient(port)
            client.send(text)
            client.send("GET /names HTTP/1.1\r\nHost: x\r\n\r\n")
            let reply = client.rest()
            #expect(reply.hasPrefix("HTTP/1.1 \(status) "), "\(reply)")
            #expect(!reply.contains("HTTP/1.1 200") && !reply.contains("HTTP/1.0 200"), "\(reply)")
        }
    }
}
