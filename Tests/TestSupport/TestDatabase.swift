package import Domain
internal import Glibc
package import Storage
internal import Synchronization

/// The two drivers that every suite of the storage runs on.
package enum DatabaseKind: String, Sendable, CaseIterable {
    case sqlite, postgres

    /// Both where `./test` has started a PostgreSQL, which it always does.
    package static let available: [DatabaseKind] = {
        guard server == nil else { return allCases }
        print("Skipped on PostgreSQL: LIKENESS_TEST_POSTGRES names no server; ./test starts one.")
        return [.sqlite]
    }()

    /// The address of the test server.
    package static let server = getenv("LIKENESS_TEST_POSTGRES").map { String(cString: $0) }
}

/// A blank database of its own for one test, gone with it.
package final class TestDatabase: Sendable {
    package let kind: DatabaseKind
    package let database: any Database
    package let scratch: ScratchFolder
    /// What `likeness --database` would take.
    package let address: String
    private let schema: String?

    package init(_ kind: DatabaseKind) async throws {
        self.kind = kind
        scratch = try ScratchFolder()
        switch kind {
        case .sqlite:
            schema = nil
            address = scratch.path(of: "pool.sqlite")
        case .postgres:
            guard let server = DatabaseKind.server else { throw StorageError.unreachable }
            let name = "test_\(getpid())_\(Self.number.wrappingAdd(1, ordering: .relaxed).newValue)"
            try await PostgresDatabase.open(server).write { session throws(StorageError) in
                try session.execute("CREATE SCHEMA \(name)")
            }
            schema = name
            let sign = server.contains("?") ? "&" : "?"
            address = "\(server)\(sign)options=-csearch_path%3D\(name)"
        }
        database = try await Self.open(address, kind)
    }

    /// Another handle on the same data, as another process would have.
    package func open() async throws(StorageError) -> any Database { try await Self.open(address, kind) }

    package static func open(_ address: String, _ kind: DatabaseKind) async throws(StorageError)
        -> any Database
    {
        switch kind {
        case .sqlite: try await SQLiteDatabase.open(DiskPath(address))
        case .postgres: try await PostgresDatabase.open(address)
        }
    }

    private static let number = Atomic(0)
}
