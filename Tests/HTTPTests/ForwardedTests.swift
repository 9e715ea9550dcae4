import Domain
import Testing

@testable import HTTP

@Suite("Proxies", .timeLimit(.minutes(2))) struct ForwardedTests {
    private func chain(_ peer: String, _ headers: [(String, String)]) throws -> ForwardedChain {
        ForwardedChain(
            peer: peer, isSecure: false, headers: headers.map { Header($0.0, $0.1) },
            trusted: [
                try #require(AddressRange("10.0.0.0/8")), try #require(AddressRange("fd00::/8")),
            ])
    }

    private func client(_ peer: String = "10.0.0.1", _ lines: String...) throws -> String {
        try chain(peer, lines.map { ("x-forwarded-for", $0) }).client
    }

    @Test("are believed from the right, as far as they are ours")
    func walk() throws {
        #expect(try client("6.6.6.6", "1.2.3.4") == "6.6.6.6", "somebody else says so")
        #expect(try client("10.0.0.1") == "10.0.0.1")
        #expect(try client("10.0.0.1", "1.2.3.4") == "1.2.3.4")
        #expect(try client("10.0.0.1", "9.9.9.9, 1.2.3.4, 10.0.0.7") == "1.2.3.4")
        #expect(try client("10.0.0.1", "9.9.9.9, 1.2.3.4", "10.0.0.7,10.0.0.8") == "1.2.3.4")
        #expect(try client("10.0.0.1", "10.0.0.9, 10.0.0.8") == "10.0.0.9", "one of our own machines")
        #expect(try client("fd00::1", "2001:db8::7, [fd00::2]:443") == "2001:db8::7")
        #expect(try client("10.0.0.1", "1.2.3.4:5678") == "1.2.3.4")
        #expect(try client("::ffff:10.0.0.1", "::ffff:1.2.3.4") == "::ffff:1.2.3.4")
    }

    @Test(
        "end at the last good word where something stands that is no address",
        arguments: [
            "", " ", "unknown", "1.2.3", "1.2.3.4.5", "_hidden", "1.2.3.4:x", "1.2.3.4:", "[::1", "[::1]x",
            "::1]", "1.2.3.4 5", "<script>", "1.2.3.4:123456",
        ])
    func garbage(_ word: String) throws {
        #expect(try client("10.0.0.1", "9.9.9.9, \(word)") == "10.0.0.1")
        #expect(try client("10.0.0.1", "9.9.9.9, \(word), 10.0.0.7") == "10.0.0.7")
    }

    @Test("tell of TLS where the client spoke it, and not where somebody before them says so")
    func schemes() throws {
        func isSecure(_ peer: String, _ client: String, _ scheme: String...) throws -> Bool {
            try chain(
                peer, [("x-forwarded-for", client)] + scheme.map { ("x-forwarded-proto", $0) }
            ).isSecure
        }
        #expect(try isSecure("10.0.0.1", "1.2.3.4", "https"))
        #expect(try !isSecure("6.6.6.6", "1.2.3.4", "https"))
        #expect(try !isSecure("10.0.0.1", "1.2.3.4", "http"))
        #expect(try !isSecure("10.0.0.1", "1.2.3.4", "https, http"), "the first word is the client's own")
        #expect(try isSecure("10.0.0.1", "1.2.3.4, 10.0.0.7", "https, http"))
        #expect(try !isSecure("10.0.0.1", "1.2.3.4, 10.0.0.7", "https, http, http"))
        #expect(try isSecure("10.0.0.1", "1.2.3.4, 10.0.0.7", "https"), "handed on by the inner one")
        #expect(try !isSecure("10.0.0.1", "1.2.3.4", "https", "http"))
        #expect(try !isSecure("10.0.0.1", "1.2.3.4", "httpsx"))
    }

    @Test("and so they are by the server")
    func served() async throws {
        let lines = [
            "GET /who HTTP/1.1", "X-Forwarded-For: 6.6.6.6, 9.8.7.6", "X-Forwarded-For: 127.0.0.9",
            "X-Forwarded-Proto: https",
        ].joined(separator: "\r\n")
        try await TestServer.with([TestServer.who]) { server in
            let reply = try TestServer.ask(server.port, lines)
            #expect(reply.text == #"{"client":"127.0.0.1","secure":false}"#)
            #expect(reply.header("Strict-Transport-Security") == nil)
        }
        let ours = try #require(AddressRange("127.0.0.0/8"))
        try await TestServer.with([TestServer.who], { $0.trustedProxies = [ours] }) { server in
            let reply = try TestServer.ask(server.port, lines)
            #expect(reply.text == #"{"client":"9.8.7.6","secure":true}"#)
            #expect(reply.header("Strict-Transport-Security") != nil)
        }
    }
}
