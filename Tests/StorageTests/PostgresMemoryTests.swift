import Domain
import Glibc
import Storage
import TestSupport
import Testing

@Suite(
    "PostgreSQL's handles",
    .enabled(if: DatabaseKind.server != nil, "LIKENESS_TEST_POSTGRES names no server"),
    .timeLimit(.minutes(10)))
struct PostgresMemoryTests {
    @Test("are given back: neither memory nor descriptors grow over many databases")
    func manyRounds() async throws {
        let base = try await TestDatabase(.postgres)
        await #expect(processExitsWith: .success) { [address = base.address as String] in
            func rounds(_ count: Int) async throws {
                for _ in 0..<count {
                    let index = try await FaceIndex.opened(in: try await PostgresDatabase.open(address))
                    try await index.put([Sample.record("a.jpg")])
                    _ = try await index.known()
                    _ = try await index.foldUsableFaces(into: 0) { count, _ in count += 1 }
                    let database = try await PostgresDatabase.open(address)
                    // A query that the server refuses, a lock, an ear, and an address that leads nowhere.
                    await #expect(throws: StorageError.self) {
                        try await database.write { session throws(StorageError) in
                            try session.execute("NO SQL")
                        }
                    }
                    let lock = try await database.hold(OwnerID(at: 1))
                    await lock.release()
                    let news = try await database.news()
                    _ = try await news.next(within: .zero)
                    await news.close()
                    var hasty = PostgresSettings()
                    hasty.patience = .zero
                    await #expect(throws: StorageError.unreachable) {
                        _ = try await PostgresDatabase.open("postgres://likeness@127.0.0.1:1/none", hasty)
                    }
                }
            }
            func peakInKilobytes() -> Int {
                var usage = rusage()
                getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
                return usage.ru_maxrss
            }
            try await rounds(20)
            let (memory, next) = (peakInKilobytes(), dup(0))
            try await rounds(60)
            #expect(peakInKilobytes() - memory < 6_000, "\(peakInKilobytes() - memory) KB more")
            close(next)
            // Connections end with their last owner, which may be a moment later.
            let later = dup(0)
            #expect(later <= next + 12, "\(later) after \(next)")
        }
    }
}
