import Domain
import Testing

@testable import HTTP

@Suite("What can be done at an address", .timeLimit(.minutes(1))) struct OptionsTests {
    private static let routes = [
        TestServer.who,
        Route(.patch, "/who") { _ throws(Refusal) in Reply(200) },
        Route(.post, "/own") { _ throws(Refusal) in Reply(200) },
        Route(.options, "/own") { _ throws(Refusal) in Reply(204, [Header("Tus-Version", "1.0.0")]) },
    ]

    @Test("is told to whoever asks, and to whoever tries something else")
    func told() async throws {
        try await TestServer.with(Self.routes) { server in
            let own = try TestServer.ask(server.port, "OPTIONS /own HTTP/1.1")
            #expect(own.status == 204 && own.header("Tus-Version") == "1.0.0" && own.body.isEmpty)
            #expect(own.header("Allow") == "OPTIONS, POST")
            for (method, status) in [("OPTIONS", 204), ("DELETE", 405), ("POST", 405)] {
                let reply = try TestServer.ask(server.port, "\(method) /who HTTP/1.1", "Content-Length: 0")
                #expect(reply.status == status && reply.header("Allow") == "GET, HEAD, OPTIONS, PATCH")
            }
            let nowhere = try TestServer.ask(server.port, "OPTIONS /nowhere HTTP/1.1")
            #expect(nowhere.status == 404 && nowhere.header("Allow") == nil)
            // It does not end the connection, which a browser uses for the next request.
            let client = try RawClient(server.port)
            client.send("OPTIONS /who HTTP/1.1\r\nHost: x\r\n\r\n")
            client.send("GET /who HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(client.rest().contains("HTTP/1.1 200"))
        }
    }
}
