import Domain
import Storage
import Synchronization
import TestSupport
import Testing

@Suite(
    "PostgreSQL's connections",
    .enabled(if: DatabaseKind.server != nil, "LIKENESS_TEST_POSTGRES names no server"),
    .timeLimit(.minutes(10)))
struct PostgresPoolTests {
    @Test("are as many as is set, and lent to who came first")
    func bounded() async throws {
        let base = try await TestDatabase(.postgres)
        var settings = PostgresSettings()
        settings.connections = 2
        let database = try await PostgresDatabase.open(base.address, settings)
        let tally = Tally()
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<20 {
                group.addTask {
                    try await database.read { session throws(StorageError) in
                        tally.come()
                        // The first waits for the second, however slow the machine.
                        for turn in 0..<500 where turn == 0 || tally.most < 2 {
                            try session.execute("SELECT pg_sleep(0.02)")
                        }
                        tally.go()
                    }
                }
            }
        }
        #expect(tally.most == 2)
    }

    @Test("are lent in the order of asking")
    func inOrder() async throws {
        let base = try await TestDatabase(.postgres)
        var settings = PostgresSettings()
        settings.connections = 1
        let database = try await PostgresDatabase.open(base.address, settings)
        let (signal, isBusy) = AsyncStream.makeStream(of: Void.self)
        let gate = Gate()
        async let first: Void = database.read { _ in
            isBusy.finish()
            gate.wait()
        }
        for await _ in signal {}
        let order = Tally()
        try await withThrowingDiscardingTaskGroup { group in
            for number in 0..<5 {
                group.addTask { try await database.read { _ in order.come(number) } }
                // So that they ask one after the other.
                try await Task.sleep(for: .milliseconds(50))
            }
            gate.open()
        }
        try await first
        #expect(order.names == [0, 1, 2, 3, 4])
    }

    @Test("that lock two rows in opposite order both come through")
    func deadlock() async throws {
        let base = try await things(.postgres)
        let database = base.database
        try await database.write { session throws(StorageError) in
            try session.execute("INSERT INTO things (number, size) VALUES (1, 0), (2, 0)")
        }
        let runs = Tally()
        let one = Gate()
        let two = Gate()
        // Each holds its first row before either asks for the other's, at least in the first run.
        @Sendable func add(_ first: Int, _ second: Int, _ mine: Gate, _ other: Gate) async throws {
            let mineRuns = Tally()
            try await database.write { session throws(StorageError) in
                runs.come()
                mineRuns.come()
                let sql = "UPDATE things SET size = size + 1 WHERE number = $1"
                try session.execute(sql, [.integer(first)])
                if mineRuns.most == 1 {
                    mine.open()
                    other.wait()
                }
                try session.execute(sql, [.integer(second)])
            }
        }
        async let forth: Void = add(1, 2, one, two)
        async let back: Void = add(2, 1, two, one)
        _ = try await (forth, back)
        #expect(runs.most >= 3, "one of both was in the other's way")
        let sizes = try await database.read { session throws(StorageError) in
            try session.rows("SELECT size FROM things") { row throws(StorageError) in try row.real(0) }
        }
        #expect(sizes == [2, 2])
    }

    @Test("keep a copy of one state of all tables, and forget it")
    func copy() async throws {
        let base = try await things(.postgres)
        let database = base.database
        try await database.write { session throws(StorageError) in
            try session.execute("CREATE TABLE others (number BIGINT)")
        }
        // Both tables always hold as much, however the copies fall between.
        async let writing: Void = {
            for number in 0..<150 {
                try await database.write(.repeatable) { session throws(StorageError) in
                    try session.execute("INSERT INTO things (number) VALUES ($1)", [.integer(number)])
                    try session.execute("INSERT INTO others VALUES ($1)", [.integer(number)])
                }
            }
        }()
        for _ in 0..<8 {
            try await database.keepCopy(labelled: "version-1")
            let counts = try await copied(database)
            #expect(counts.count == 2 && counts.first == counts.last, "\(counts)")
        }
        try await writing
        try await database.forgetCopy(labelled: "version-1")
        try await database.forgetCopy(labelled: "version-1")
        let schemas = try await database.read { session throws(StorageError) in
            try session.firstRow(
                "SELECT count(*) FROM pg_namespace WHERE nspname = current_schema() || '_version-1'"
            ) { row throws(StorageError) in try row.integer(0) }
        }
        #expect(schemas == 0)
    }

    private func copied(_ database: any Database) async throws -> [Int64] {
        try await database.read { session throws(StorageError) in
            let schema = try session.firstRow("SELECT current_schema() || '_version-1'") {
                row throws(StorageError) in try row.text(0)
            }
            let name = "\"" + (schema ?? "") + "\""
            return try session.rows(
                "SELECT count(*) FROM \(name).things UNION ALL SELECT count(*) FROM \(name).others"
            ) { row throws(StorageError) in try row.integer(0) }
        }
    }
}

/// Who came, and how many were there at once.
private final class Tally: Sendable {
    private struct State {
        var now = 0
        var most = 0
        var names: [Int] = []
    }

    private let state = Mutex(State())

    var most: Int { state.withLock { $0.most } }
    var names: [Int] { state.withLock { $0.names } }

    func come(_ name: Int = 0) {
        state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
            state.names.append(name)
        }
    }

    func go() { state.withLock { $0.now -= 1 } }
}
