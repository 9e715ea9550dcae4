import Domain
import Glibc
import Storage
import TestSupport
import Testing

@Suite("SQLite's handles", .timeLimit(.minutes(10))) struct MemoryTests {
    @Test("are given back: neither memory nor descriptors grow over many databases")
    func manyRounds() async throws {
        let scratch = try ScratchFolder()
        await #expect(processExitsWith: .success) { [path = scratch.path(of: "index.sqlite") as String] in
            func rounds(_ count: Int) async throws {
                for _ in 0..<count {
                    let index = try await FaceIndex.opened(DiskPath(path))
                    try await index.put([Sample.record("a.jpg")])
                    _ = try await index.known()
                    _ = try await index.foldUsableFaces(into: 0) { count, _ in count += 1 }
                    // A query that SQLite refuses, and a unit of work that fails.
                    let database = try await SQLiteDatabase.open(DiskPath(path))
                    await #expect(throws: StorageError.self) {
                        try await database.write { session throws(StorageError) in
                            try session.execute("NO SQL")
                        }
                    }
                }
            }
            func peakInKilobytes() -> Int {
                var usage = rusage()
                getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
                return usage.ru_maxrss
            }
            try await rounds(40)
            let (memory, next) = (peakInKilobytes(), dup(0))
            try await rounds(120)
            #expect(peakInKilobytes() - memory < 6_000, "\(peakInKilobytes() - memory) KB more")
            // The lowest free number is still the same.
            close(next)
            let later = dup(0)
            #expect(later <= next + 4, "\(later) after \(next)")
        }
    }
}
