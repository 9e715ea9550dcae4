import Domain
import Storage
import TestSupport
import Testing

@Suite(
    "A PostgreSQL server", .enabled(if: DatabaseKind.server != nil, "LIKENESS_TEST_POSTGRES names no server"),
    .timeLimit(.minutes(10)))
struct PostgresServerTests {
    @Test("that asks for a password, is stopped and started again")
    func ofItsOwn() async throws {
        guard let server = try await PostgresServer.start() else { return }
        try await passwords(server)
        try await restart(server)
    }

    /// A wrong password is refused in time, and told nowhere.
    private func passwords(_ server: PostgresServer) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        for address in [
            server.address(password: "a-wrong-one"),
            server.address().replacing(":" + PostgresServer.password, with: ""),
            server.address(database: "unknown"),
        ] {
            do {
                _ = try await PostgresDatabase.open(address)
                Issue.record("\(address) was let in")
            } catch {
                #expect(error == .refused)
                for words in ["\(error)", String(reflecting: error), error.sentence, error.code] {
                    #expect(!words.contains("one") && !words.contains("127.0.0.1"), "\(words)")
                }
            }
        }
        #expect(clock.now - start < .seconds(30))
        let database = try await PostgresDatabase.open(server.address())
        for words in ["\(database)", String(reflecting: database)] {
            #expect(!words.contains(PostgresServer.password))
        }
    }

    /// Who was connected goes on by itself; a dispatcher knows that its lock is gone.
    private func restart(_ server: PostgresServer) async throws {
        let database = try await PostgresDatabase.open(server.address())
        try await database.write { session throws(StorageError) in
            try session.execute("CREATE TABLE things (number BIGINT)")
        }
        let owner = OwnerID(at: 1)
        let lock = try await database.hold(owner)
        let news = try await database.news()
        #expect(try await news.next(within: .milliseconds(10)))
        try await server.stop()
        #expect(await !lock.isHeld)
        await #expect(throws: StorageError.unreachable) { _ = try await news.next(within: .seconds(5)) }
        var hasty = PostgresSettings()
        hasty.patience = .milliseconds(200)
        await #expect(throws: StorageError.unreachable) {
            _ = try await PostgresDatabase.open(server.address(), hasty)
        }
        async let write = database.write { session throws(StorageError) in
            try session.execute("INSERT INTO things VALUES (1)")
        }
        try await Task.sleep(for: .milliseconds(300))
        try await server.begin()
        #expect(try await write == 1)
        let count = try await database.read { session throws(StorageError) in
            try session.firstRow("SELECT count(*) FROM things") { row throws(StorageError) in
                try row.integer(0)
            }
        }
        #expect(count == 1)
        #expect(try await !database.isAlive(owner))
        #expect(try await news.next(within: .milliseconds(10)), "there may be news from while it was away")
        await news.close()
    }
}
