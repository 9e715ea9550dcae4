import Domain
import Glibc
import Pipeline
import Storage
import TestSupport
import Testing

/// `LIKENESS_KILLS` asks for more kills than the few of every run: `Benchmarks/kills` does.
private let kills = getenv("LIKENESS_KILLS").flatMap { Int(String(cString: $0)) } ?? 16

@Suite("A killed import", .serialized, .timeLimit(.minutes(60))) struct KillTests {
    @Test(
        "goes on and ends as if nobody had touched it",
        .enabled(if: kills > 0, "LIKENESS_KILLS asks for none"),
        arguments: DatabaseKind.available)
    func killed(kind: DatabaseKind) async throws {
        let base = try await TestDatabase(kind)
        let scratch = try ScratchFolder()
        try scratch.makeFolder("pool")
        try scratch.makeFolder("marks")
        let scene = KillScene(kind: kind, address: base.address, folder: scratch.path(of: "pool"))
        try await scene.prepare()
        var random = SeededGenerator(seed: UInt64.random(in: 0...UInt64(UInt32.max)))
        for round in 0..<kills {
            // Every point in turn, each time at another of its occasions.
            let point = KillPoint.allCases[round % KillPoint.allCases.count]
            let count = Int.random(in: 1...12, using: &random)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [
                    kind = kind.rawValue as String, address = scene.address as String,
                    folder = scene.folder as String, marker = scratch.path(of: "marks/\(round)") as String,
                    point = point.rawValue as String, count = count as Int, round = round as Int
                ] in
                let kind = try #require(DatabaseKind(rawValue: kind))
                let dying = Dying(KillPoint(rawValue: point), after: count, marker: marker)
                try await KillScene(kind: kind, address: address, folder: folder)
                    .play(max(0, round - 2)...round, dying)
                dying.end("unreached")
            }
        }
        let never = Dying(nil, after: 0, marker: "")
        try await scene.play(0...kills, never)
        try await expectSound(scene)

        let marks = try scratch.names(in: "marks")
        print("Kills on \(kind.rawValue): " + count(marks))
        #expect(marks.count == kills)
        for point in KillPoint.allCases {
            // One in ten may find nothing left to do.
            #expect(marks.filter { $0.hasSuffix(point.rawValue) }.count >= kills / 5 * 9 / 10)
        }

        let calm = try await TestDatabase(kind)
        try scratch.makeFolder("calm")
        let undisturbed = KillScene(kind: kind, address: calm.address, folder: scratch.path(of: "calm"))
        try await undisturbed.prepare()
        try await undisturbed.play(0...kills, never)
        let (found, wanted) = (try await PoolSnapshot(scene), try await PoolSnapshot(undisturbed))
        #expect(found.photos.count == wanted.photos.count)
        #expect(wanted.photos.count == (kills + 1) * (2 + 3 * (KillScene.filesOfRound - 2)))
        #expect(found.agrees(with: wanted))
    }

    private func count(_ marks: [String]) -> String {
        let names = marks.compactMap { $0.split(separator: "-").last.map(String.init) }
        return Dictionary(grouping: names) { $0 }.map { "\($0.value.count) in \($0.key)" }.sorted()
            .joined(separator: ", ")
    }

    /// Rows agree with one another and with the files, and once the janitor has been there nothing is left over.
    private func expectSound(_ scene: KillScene) async throws {
        let ring = try await scene.ring()
        let pool = try await Pool.open(try await scene.database(), vault: ring)
        let event = try await pool.event("party")
        #expect(try await pool.census() == [])
        let counts = try await pool.counts(of: event.id)
        #expect(counts.byState[.queued] == nil && counts.byState[.processing] == nil)
        let queue = try await pool.queue(at: millisecondsSince1970())
        #expect(queue.waiting == 0 && queue.running == 0 && queue.parked == counts.byState[.failed] ?? 0)

        let files = FolderPhotoFiles(DiskPath(scene.folder), floor: 0)
        let janitor = FileJanitor(files: files, names: pool, graceInMilliseconds: 0)
        #expect(try await janitor.missing() == [:])
        _ = try await janitor.sweep(now: millisecondsSince1970() + 1000)
        #expect(try await janitor.missing() == [:])
        let left = Leftovers()
        try await files.forEachFile(in: event.id) { page throws(StorageError) in
            let named = try await pool.named(page.map(\.file), in: event.id)
            await left.add(page.map(\.file).filter { !named.contains($0) })
        }
        #expect(await left.files == [])
    }
}

private actor Leftovers {
    private(set) var files: [PhotoFile] = []
    func add(_ more: [PhotoFile]) { files += more }
}
