import Domain
import Glibc
import Testing

@testable import HTTP

@Suite("TLS", .timeLimit(.minutes(2))) struct TLSTests {
    @Test("is spoken with a certificate and its key, to whoever trusts it and to nobody else")
    func certificate() async throws {
        let folder = try TestFolder()
        let (chain, key) = ("\(folder.path)/cert.pem", "\(folder.path)/key.pem")
        let made = try TestFolder.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out",
                chain,
            ], into: folder.path + "/words")
        try #require(made == 0, "\(TestFolder.text(folder.path + "/words"))")
        try await TestServer.with(
            [TestServer.who],
            {
                $0.certificate = ServerSettings.Certificate(
                    chain: TestFolder.text(chain), key: TestFolder.text(key))
            }
        ) { server in
            func ask(_ words: String...) throws -> (Int32, String) {
                let status = try TestFolder.run(
                    "/usr/bin/curl", ["-s", "-i", "--max-time", "30"] + words, into: folder.path + "/out")
                return (status, TestFolder.text(folder.path + "/out"))
            }
            let place = "https://localhost:\(server.port)/who"
            let resolve = "localhost:\(server.port):127.0.0.1"
            let (status, reply) = try ask("--resolve", resolve, "--cacert", chain, place)
            #expect(status == 0 && reply.hasPrefix("HTTP/1.1 200"), "\(reply)")
            #expect(reply.hasSuffix(#"{"client":"127.0.0.1","secure":true}"#), "\(reply)")
            #expect(reply.contains("Strict-Transport-Security: max-age="))
            #expect(try ask("--resolve", resolve, place).0 == 60, "nobody vouches for it")
            let old = ["--resolve", resolve, "--cacert", chain, "--tls-max", "1.1", place]
            #expect(
                try TestFolder.run("/usr/bin/curl", ["-s"] + old, into: folder.path + "/out") != 0,
                "versions that are broken are not spoken")
            let plain = try RawClient(server.port)
            plain.send("GET /who HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(!plain.rest().contains("200 OK"), "nothing is said in the clear")
        }
    }
}

/// A folder for one test, gone with it.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/likeness-http-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Fault(errno: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in ["cert.pem", "key.pem", "words", "out"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    struct Fault: Error { let errno: Int32 }

    static func text(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        return String(decoding: buffer[..<max(0, read(file, &buffer, buffer.count))], as: UTF8.self)
    }

    /// Waits for a program and tells its status; what it says goes to a file.
    static func run(_ program: String, _ arguments: [String], into file: String) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let words = ([program] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        var (process, status): (pid_t, Int32) = (0, 0)
        let fault = posix_spawn(&process, program, &actions, nil, words + [nil], environ)
        guard fault == 0 else { throw Fault(errno: fault) }
        while waitpid(process, &status, 0) != process {}
        return status >> 8 & 0xFF
    }
}
