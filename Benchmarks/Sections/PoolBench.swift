internal import Domain
internal import Glibc
internal import Storage
internal import Vault

/// A pool of its own for one measurement, on either database, gone afterwards.
struct PoolBench {
    let name: String
    let folder: String
    let database: any Database
    let pool: Pool
    let ring: KeyRing
    let event: Event
    let photographer: Photographer

    static func now() -> Int64 { millisecondsSince1970() }

    /// Lends a pool on each database that can be had; PostgreSQL where `LIKENESS_BENCH_POSTGRES` names a server.
    static func onEach(
        _ bench: Bench, _ work: (PoolBench) async throws -> [Figure]
    ) async throws -> [Figure] {
        var figures = try await lend("sqlite", bench, work)
        if getenv("LIKENESS_BENCH_POSTGRES") == nil {
            print(
                "PostgreSQL is left out: LIKENESS_BENCH_POSTGRES names no server; Benchmarks/bench starts one."
            )
        } else {
            figures += try await lend("postgres", bench, work)
        }
        return figures
    }

    private static func lend(
        _ name: String, _ bench: Bench, _ work: (PoolBench) async throws -> [Figure]
    ) async throws -> [Figure] {
        let folder = "\(bench.scratch)/pool-\(name)-\(getpid())"
        try Disk.makeFolder(folder)
        defer { remove(folder) }
        let database: any Database
        var schema: String?
        if name == "sqlite" {
            database = try await SQLiteDatabase.open(DiskPath(folder + "/pool.sqlite"))
        } else {
            let server = getenv("LIKENESS_BENCH_POSTGRES").map { String(cString: $0) } ?? ""
            let own = "bench_\(getpid())"
            try await PostgresDatabase.open(server).write { session throws(StorageError) in
                try session.execute("DROP SCHEMA IF EXISTS \(own) CASCADE")
                try session.execute("CREATE SCHEMA \(own)")
            }
            database = try await PostgresDatabase.open("\(server)?options=-csearch_path%3D\(own)")
            schema = own
        }
        let ring = try await KeyRing.open(
            folder: folder + "/keys", master: .file(folder + "/keys/master.key"), mayBegin: true)
        let pool = try await Pool.open(database, vault: ring)
        let act = Act(by: .commandLine, at: now())
        let event = try await pool.create("bench", EventSettings(), by: act)
        try await ring.prepare(event.id)
        let photographer = try await pool.addPhotographer("Ada", to: event, by: act)
        let answer = try await work(
            PoolBench(
                name: name, folder: folder, database: database, pool: pool, ring: ring, event: event,
                photographer: photographer))
        if let schema {
            try await database.write { session throws(StorageError) in
                try session.execute("DROP SCHEMA \(schema) CASCADE")
            }
        }
        return answer
    }

    private static func remove(_ path: String) {
        for name in Disk.names(in: path) { remove(path + "/" + name) }
        if unlink(path) != 0 { rmdir(path) }
    }

    static func hash(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 64 - digits.count) + digits
    }
}
