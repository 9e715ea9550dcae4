import Glibc
import Storage
import TestSupport

/// A server of a test's own that asks for a password and can be stopped, gone with it.
final class PostgresServer {
    static let programs = "/usr/lib/postgresql/15/bin/"
    static let password = "only-this-one"

    private let scratch: ScratchFolder
    private let port: UInt16
    private var data: String { scratch.path(of: "server/data") }

    /// Nil, with the reason printed, where the machine has no such programs.
    static func start() async throws -> PostgresServer? {
        guard DatabaseKind.server != nil, access(programs + "initdb", X_OK) == 0 else {
            print("Skipped: the programs of PostgreSQL 15 are not installed; ./test installs them.")
            return nil
        }
        let server = try PostgresServer()
        try await server.make()
        return server
    }

    private init() throws {
        scratch = try ScratchFolder()
        port = try Self.freePort()
    }

    deinit {
        // The folder goes with its owner, so its server must be gone before.
        guard let process = try? scratch.read("server/data/postmaster.pid").prefix(while: { $0 != 10 }),
            let number = pid_t(String(decoding: process, as: UTF8.self)), number > 1
        else { return }
        kill(number, SIGQUIT)
        for _ in 0..<100 where kill(number, 0) == 0 { usleep(20_000) }
    }

    func address(password: String = PostgresServer.password, database: String = "postgres") -> String {
        "postgres://likeness:\(password)@127.0.0.1:\(port)/\(database)"
    }

    func begin() async throws {
        let options = """
            -c listen_addresses=127.0.0.1 -c port=\(port) -c unix_socket_directories= -c fsync=off \
            -c shared_buffers=16MB -c max_connections=20
            """
        try await run([
            "pg_ctl", "--pgdata=\(data)", "--wait", "--silent", "--log=\(scratch.path(of: "server/log"))",
            "--options=\(options)", "start",
        ])
    }

    func stop() async throws {
        try await run(["pg_ctl", "--pgdata=\(data)", "--mode=fast", "--wait", "stop"])
    }

    private func make() async throws {
        try scratch.makeFolder("server")
        try scratch.write("server/password", Self.password + "\n")
        if geteuid() == 0 {
            try await Psql.command(["chmod", "755", scratch.path])
            try await Psql.command(["chown", "-R", "postgres", scratch.path(of: "server")])
        }
        try await run([
            "initdb", "--pgdata=\(data)", "--username=likeness", "--auth=scram-sha-256",
            "--pwfile=\(scratch.path(of: "server/password"))", "--encoding=UTF8", "--locale=C.UTF-8",
            "--no-sync",
        ])
        try await begin()
    }

    /// As the server's own user: it does not run as root.
    private func run(_ words: [String]) async throws {
        let command = [Self.programs + words[0]] + words.dropFirst()
        // They wish to be in a folder that this user may enter.
        let asUser = [
            "env", "--chdir=/", "setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups",
        ]
        try await Psql.command(geteuid() == 0 ? asUser + command : command)
    }

    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutableBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { bound -> Int32 in
                guard let start = bound.baseAddress, bind(descriptor, start, size) == 0 else { return -1 }
                return getsockname(descriptor, start, &size)
            }
        }
        guard status == 0 else { throw Psql.Failure(words: ["bind"], status: errno) }
        return UInt16(bigEndian: address.sin_port)
    }
}
