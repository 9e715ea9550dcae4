import Domain
import Storage
import TestSupport

/// For suites that look at rows rather than at seals: a vault that knows every event.
extension FaceIndex {
    static func opened(
        _ path: DiskPath, _ settings: SQLiteSettings = SQLiteSettings()
    ) async throws(StorageError) -> FaceIndex {
        do throws(PoolError) {
            return try await open(path, settings, vault: MemoryVault(knowsEveryEvent: true))
        } catch .storage(let error) {
            throw error
        } catch {
            throw .damaged
        }
    }

    static func opened(
        in database: any Database, clock: @escaping @Sendable () -> Int64 = millisecondsSince1970
    ) async throws -> FaceIndex {
        try await open(in: database, vault: MemoryVault(knowsEveryEvent: true), clock: clock)
    }
}
