import Domain
import Storage
import TestSupport
import Testing

@Suite("An index from before events", .timeLimit(.minutes(10))) struct UpgradeTests {
    @Test("is found whole in the event that it becomes", arguments: DatabaseKind.available)
    func whole(kind: DatabaseKind) async throws {
        let base = try await EarlierIndex.make(kind)
        let vault = SealingVault()
        let index = try await FaceIndex.open(in: base.open(), vault: vault)
        try await EarlierIndex.expect(in: index)
        // And again, without being upgraded again.
        try await EarlierIndex.expect(in: FaceIndex.open(in: base.open(), vault: vault))
        // The next run works on: a photo in the place of another, and a path that is gone.
        try await index.put([Sample.record("a.jpg", stamp: Sample.stamp(99))])
        try await index.forget([PhotoName("twin.jpg")])
        #expect(try await index.totals().photos == [.indexed: 1, .noFace: 1, .failed: 1, .skipped: 1])
    }

    @Test(
        "is upgraded by the pool as well, and lies there beside its events", arguments: DatabaseKind.available
    )
    func throughPool(kind: DatabaseKind) async throws {
        let base = try await EarlierIndex.make(kind)
        let vault = SealingVault()
        let pool = try await Pool.open(base.open(), vault: vault)
        _ = try await pool.create("party", EventSettings(), by: Act(by: .commandLine, at: 5))
        try await EarlierIndex.expect(in: FaceIndex.open(in: base.open(), vault: vault))
        #expect(try await base.database.schema() == Schema.steps.map(\.number))
    }

    @Test("leaves no open vector behind, in no file")
    func sealed() async throws {
        let base = try await EarlierIndex.make(.sqlite)
        #expect(try openVectors(beside: base).count > 0, "they were there")
        let index = try await FaceIndex.open(DiskPath(base.address), vault: SealingVault())
        try await EarlierIndex.expect(in: index)
        #expect(try openVectors(beside: base) == [])
        #expect(try base.scratch.names().filter { $0.contains("version") } == [])
    }

    @Test("leaves no copy with open vectors where the program was ended before it could remove it")
    func endedBeforeForgetting() async throws {
        let base = try await EarlierIndex.make(.sqlite)
        try await base.database.keepCopy(labelled: "kept")
        let copy = try base.scratch.read("pool.sqlite.kept")
        let vault = SealingVault()
        _ = try await FaceIndex.open(DiskPath(base.address), vault: vault)
        // As it is between the step and the removal of the copy.
        try base.scratch.write("pool.sqlite.version-1", copy)
        try await base.database.forgetCopy(labelled: "kept")
        try await base.database.write { session throws(StorageError) in
            try session.execute("INSERT INTO settings VALUES ('copy_to_forget', 'version-1')")
        }
        #expect(try openVectors(beside: base) == ["pool.sqlite.version-1"])
        try await EarlierIndex.expect(in: FaceIndex.open(DiskPath(base.address), vault: vault))
        #expect(try openVectors(beside: base) == [])
        let settings = try await base.database.read { session throws(StorageError) in
            try session.rows("SELECT name FROM settings WHERE name = 'copy_to_forget'") { _ in true }
        }
        #expect(settings == [], "it is forgotten once")
    }

    @Test(
        "leaves nothing of the copy in PostgreSQL, either",
        .enabled(if: DatabaseKind.server != nil, "LIKENESS_TEST_POSTGRES names no server"))
    func sealedInPostgres() async throws {
        let base = try await EarlierIndex.make(.postgres)
        _ = try await FaceIndex.open(in: base.open(), vault: SealingVault())
        let open = try await base.database.read { session throws(StorageError) in
            try session.firstRow(
                """
                SELECT count(*) FROM pg_tables
                WHERE schemaname LIKE current_schema() || '\\_version%' OR tablename LIKE 'earlier\\_%'
                    AND schemaname = current_schema()
                """
            ) { row throws(StorageError) in try row.integer(0) }
        }
        #expect(open == 0)
    }

    @Test("stays as it is where the vault refuses, and is upgraded later", arguments: DatabaseKind.available)
    func vaultFails(kind: DatabaseKind) async throws {
        let base = try await EarlierIndex.make(kind)
        await #expect(throws: PoolError.vault(.wrongKey)) {
            _ = try await FaceIndex.open(in: base.open(), vault: SealingVault(refusing: .wrongKey))
        }
        #expect(try await base.database.schema() == [1])
        try await EarlierIndex.expect(in: FaceIndex.open(in: base.open(), vault: SealingVault()))
    }

    @Test("stays as it is where the disk is full, and is upgraded later")
    func diskFull() async throws {
        let base = try await EarlierIndex.make(.sqlite)
        let pages = try await base.database.read { session throws(StorageError) in
            try session.firstRow("PRAGMA page_count") { row throws(StorageError) in try row.integer(0) }
        }
        var settings = SQLiteSettings()
        for more in [1, 5, 20] {
            settings.mostPages = Int(try #require(pages)) + more
            await #expect(throws: PoolError.storage(.diskFull)) {
                _ = try await FaceIndex.open(DiskPath(base.address), settings, vault: SealingVault())
            }
            #expect(try await base.database.schema() == [1])
            #expect(try await base.database.vectorCount() == 2 * EarlierIndex.faceCount)
        }
        try await EarlierIndex.expect(in: FaceIndex.open(DiskPath(base.address), vault: SealingVault()))
        #expect(try openVectors(beside: base) == [])
    }

    @Test("is upgraded by programs that start at once", arguments: DatabaseKind.available)
    func together(kind: DatabaseKind) async throws {
        let base = try await EarlierIndex.make(kind)
        let vault = SealingVault()
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<3 {
                group.addTask {
                    try await EarlierIndex.expect(in: FaceIndex.open(in: base.open(), vault: vault))
                }
            }
        }
        #expect(try await base.database.schema() == Schema.steps.map(\.number))
        if kind == .sqlite { #expect(try openVectors(beside: base) == []) }
    }

    @Test(
        "is carried into a database without an index when there is nothing in it",
        arguments: DatabaseKind.available)
    func empty(kind: DatabaseKind) async throws {
        let base = try await TestDatabase(kind)
        try await base.database.migrate(through: [Schema.steps[0]], at: 1)
        let index = try await FaceIndex.open(in: base.database, vault: SealingVault())
        #expect(try await index.totals() == IndexTotals())
        #expect(try base.scratch.names().filter { $0.contains("version") } == [])
    }

    /// The files in which a vector of the index can be read.
    private func openVectors(beside base: TestDatabase) throws -> [String] {
        try base.scratch.names().filter { name in
            let bytes = try base.scratch.read(name)
            return EarlierIndex.vectors.contains { contains(bytes, EarlierIndex.bytes(of: $0)) }
        }
    }
}

extension Database {
    func schema() async throws(StorageError) -> [Int64] {
        try await read { session throws(StorageError) in
            try session.rows("SELECT number FROM migrations ORDER BY number") { row throws(StorageError) in
                try row.integer(0)
            }
        }
    }

    /// Open vectors of an index from before events.
    func vectorCount() async throws(StorageError) -> Int {
        try await read { session throws(StorageError) in
            try session.rows("SELECT vector FROM faces WHERE vector IS NOT NULL") { _ in true }.count
        }
    }
}
