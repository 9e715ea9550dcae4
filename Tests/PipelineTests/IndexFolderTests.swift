import Domain
import Pipeline
import Synchronization
import TestSupport
import Testing

@Suite("Index a folder", .timeLimit(.minutes(10))) struct IndexFolderTests {
    private let index = MemoryIndex()

    private func run(
        _ folder: MemoryFolder, _ darkroom: TableDarkroom = TableDarkroom(),
        renditions: MemoryRenditions? = nil, pack: PackFacts = Sample.pack, policy: Policy = .standard,
        width: Int = 2, until stop: StopSign = StopSign(),
        _ report: @escaping @Sendable (IndexEvent) -> Void = { _ in }
    ) async throws -> IndexSummary {
        try await IndexFolder(
            folder: folder, darkroom: darkroom, index: index, renditions: renditions, pack: pack,
            policy: policy,
            width: width
        ).run(until: stop, report)
    }

    @Test("develops photos, skips and names what is none, and writes everything down")
    func everything() async throws {
        let folder = MemoryFolder([
            "a.jpg": "people", "b.jpg": "empty room", "c.png": "broken", "d.xmp": "<x:xmpmeta/>",
            "notes.txt": "hello",
        ])
        await folder.add(FolderEntry(PhotoName("link.jpg"), .passedOver(.link, Sample.stamp())))
        await folder.add(FolderEntry(PhotoName(".git"), .passedOver(.hidden, Sample.stamp())))
        await folder.add(FolderEntry(PhotoName("closed"), .closedFolder(.noPermission)))
        let darkroom = TableDarkroom { text, order throws(DevelopError) in
            #expect(order == DevelopOrder(purpose: .photo(.standard), wantsRenditions: false))
            if text == "broken" { throw .unreadable(.truncated) }
            let faces = [Sample.face(), Sample.face(), Sample.face(size: 20, Verdict(.ignored, .tiny))]
            return TableDarkroom.development(of: text, order, faces: text == "people" ? faces : [])
        }
        let summary = try await run(folder, darkroom)
        #expect(summary.indexed == 1 && summary.noFace == 1 && summary.unchanged == 0)
        #expect(summary.faces == [.seed: 2, .ignored: 1])
        #expect(
            summary.skipped == [
                PhotoName("d.xmp"): .sidecar, PhotoName("notes.txt"): .other, PhotoName("link.jpg"): .link,
                PhotoName(".git"): .hidden,
            ])
        #expect(
            summary.failed.mapValues(\.code) == [
                PhotoName("c.png"): "truncated", PhotoName("closed"): "no_permission",
            ])
        #expect(!summary.wasStopped)
        let records = await index.records
        #expect(
            records.mapValues(\.outcome.state) == [
                PhotoName("a.jpg"): .indexed, PhotoName("b.jpg"): .noFace, PhotoName("c.png"): .failed,
                PhotoName("d.xmp"): .skipped, PhotoName("notes.txt"): .skipped,
                PhotoName("link.jpg"): .skipped,
            ])
        #expect(records.values.allSatisfy { $0.recipe == Sample.recipe })
        #expect(await index.pack() == IndexPack(Sample.pack))
    }

    @Test("opens nothing a second time that has not changed, and still tells what failed")
    func unchanged() async throws {
        let folder = MemoryFolder([
            "a.jpg": "one", "b.jpg": "broken", "c.txt": "text", "d.xmp": "<x:xmpmeta/>",
        ])
        await folder.add(FolderEntry(PhotoName("link.jpg"), .passedOver(.link, Sample.stamp())))
        let darkroom = TableDarkroom { text, order throws(DevelopError) in
            if text == "broken" { throw .unreadable(.damaged) }
            return TableDarkroom.development(of: text, order)
        }
        let first = try await run(folder, darkroom)
        await folder.forgetOpened()
        let second = try await run(folder, darkroom)
        #expect(await folder.opened == [])
        #expect(second.unchanged == 1 && second.indexed == 0)
        #expect(second.failed == first.failed && second.skipped == first.skipped)
        #expect(second.skipped.count == 3)
    }

    @Test("opens again what changed, and forgets what is gone")
    func changed() async throws {
        let folder = MemoryFolder(["a.jpg": "one", "b.jpg": "two", "c.jpg": "three"])
        _ = try await run(folder)
        await folder.write("b.jpg", "TWO")
        await folder.remove("c.jpg")
        await folder.write("d.jpg", "four")
        await folder.forgetOpened()
        let summary = try await run(folder, width: 1)
        #expect(await folder.opened.map(\.text) == ["b.jpg", "d.jpg"])
        #expect(summary.unchanged == 1 && summary.indexed == 2 && summary.forgotten == 1)
        #expect(await index.records.keys.map(\.text).sorted() == ["a.jpg", "b.jpg", "d.jpg"])
    }

    @Test("opens everything again for another policy or another pack")
    func otherRecipe() async throws {
        let folder = MemoryFolder(["a.jpg": "one", "b.txt": "text"])
        _ = try await run(folder)
        #expect(try await run(folder, policy: .thorough).indexed == 1)
        var pack = Sample.pack
        pack.identity = "pack-2"
        #expect(try await run(folder, pack: pack, policy: .thorough).indexed == 1)
        #expect(try await run(folder, pack: pack, policy: .thorough).unchanged == 1)
        #expect(await index.pack()?.identity == "pack-2")
        #expect(await index.records[PhotoName("a.jpg")]?.recipe == Recipe(policy: .thorough, pack: "pack-2"))
    }

    @Test(
        "tries again what failed for a reason that may have passed",
        arguments: [.changedWhileRead, .crashed, .tookTooLong, .usedTooMuchMemory, .tooLarge(.pixels)]
            as [DevelopError])
    func triesAgain(error: DevelopError) async throws {
        let folder = MemoryFolder(["a.jpg": "one"])
        let first = try await run(folder, TableDarkroom { _, _ throws(DevelopError) in throw error })
        #expect(first.failed.values.map(\.code) == [error.code])
        let second = try await run(folder)
        #expect(second.indexed == 1 && second.failed.isEmpty)
    }

    @Test("takes up a photo that had vanished or was locked away, when it is back")
    func vanished() async throws {
        let folder = MemoryFolder(["a.jpg": "one", "b.jpg": "two", "c.jpg": "three"])
        await folder.fail("a.jpg", with: .vanished)
        await folder.fail("b.jpg", with: .noPermission)
        let first = try await run(folder)
        #expect(
            first.failed.mapValues(\.code) == [
                PhotoName("a.jpg"): "vanished", PhotoName("b.jpg"): "no_permission",
            ])
        #expect(first.indexed == 1)
        await folder.fail("a.jpg", with: nil)
        await folder.fail("b.jpg", with: nil)
        #expect(try await run(folder).indexed == 2)
    }

    @Test("keeps what it knows of photos in a folder that is closed now")
    func closedFolder() async throws {
        let folder = MemoryFolder(["day/a.jpg": "one", "day2/b.jpg": "two", "c.jpg": "three"])
        _ = try await run(folder)
        await folder.remove("day/a.jpg")
        await folder.remove("day2/b.jpg")
        await folder.add(FolderEntry(PhotoName("day"), .closedFolder(.noPermission)))
        let summary = try await run(folder)
        #expect(summary.forgotten == 1)
        #expect(await index.records.keys.map(\.text).sorted() == ["c.jpg", "day/a.jpg"])
    }

    @Test("ends at once when the darkroom cannot work at all, and blames no photo")
    func noDarkroom() async throws {
        let folder = MemoryFolder(Dictionary((0..<50).map { ("\($0).jpg", "\($0)") }) { first, _ in first })
        let darkroom = TableDarkroom { _, _ throws(DevelopError) in throw .darkroomUnavailable("No pack.") }
        await #expect(throws: IndexError.darkroom("No pack.")) { try await run(folder, darkroom) }
        #expect(await index.records.isEmpty)
        #expect(await folder.opened.count < 10)
    }

    @Test("ends with a clear error when the index fails, keeps what is done, and goes on later")
    func indexFails() async throws {
        let folder = MemoryFolder(Dictionary((0..<50).map { ("\($0).jpg", "\($0)") }) { first, _ in first })
        await index.fail(after: 20, with: .diskFull)
        await #expect(throws: IndexError.index(.diskFull)) { try await run(folder) }
        #expect(await index.records.count == 20)
        await index.fail(after: .max, with: .diskFull)
        let summary = try await run(folder)
        #expect(summary.unchanged == 20 && summary.indexed == 30)
    }

    @Test("ends when the folder cannot be read, and forgets nothing for it")
    func folderFails() async throws {
        let folder = MemoryFolder(["a.jpg": "one"])
        _ = try await run(folder)
        await folder.fail(with: .diskFault(5))
        await #expect(throws: IndexError.folder(.diskFault(5))) { try await run(folder) }
        #expect(await index.records.count == 1)
    }

    @Test("keeps renditions before it calls a photo done, and makes lost ones again")
    func renditions() async throws {
        let folder = MemoryFolder(["a.jpg": "one", "b.jpg": "two"])
        _ = try await run(folder)
        let renditions = MemoryRenditions()
        #expect(try await run(folder, renditions: renditions).indexed == 2)
        let kept = await renditions.kept
        #expect(kept.count == 2 && kept.values.allSatisfy { $0 == [[1, 2, 3], [4]] })
        #expect(try await run(folder, renditions: renditions).unchanged == 2)
        let hash = try #require(kept.keys.first)
        await renditions.lose(hash)
        let summary = try await run(folder, renditions: renditions)
        #expect(summary.indexed == 1 && summary.unchanged == 1)
        #expect(await renditions.kept == kept)
    }

    @Test("ends when renditions cannot be kept, with their photos unsettled")
    func renditionsFail() async throws {
        let folder = MemoryFolder(["a.jpg": "one"])
        await #expect(throws: IndexError.previews(.diskFull)) {
            try await run(folder, renditions: MemoryRenditions(failingWith: .diskFull))
        }
        #expect(await index.records.isEmpty)
    }

    @Test(
        "takes a thousand photos with any number of workers, each once, and tells of each",
        arguments: [1, 2, 9])
    func thousand(width: Int) async throws {
        let folder = MemoryFolder(
            Dictionary((0..<1000).map { ("\($0).jpg", "photo \($0)") }) { first, _ in first })
        let told = Mutex<(started: Int, names: [PhotoName])>((0, []))
        let summary = try await run(folder, width: width) { event in
            told.withLock { told in
                switch event {
                case .started(let files, let soFar):
                    #expect(files == 1000 && soFar == IndexSummary())
                    told.started += 1
                case .finished(let name, let outcome):
                    #expect(outcome.state == .indexed)
                    told.names.append(name)
                }
            }
        }
        #expect(summary.indexed == 1000 && summary.faces == [.seed: 1000])
        let (started, names) = told.withLock { $0 }
        #expect(started == 1 && names.count == 1000 && Set(names).count == 1000)
        #expect(await folder.opened.count == 1000)
        if width == 1 { #expect(names == names.sorted()) }
    }

    @Test("finishes what is in hand when it is asked to stop, claims no more, and goes on where it was")
    func stopped() async throws {
        let folder = MemoryFolder(
            Dictionary((0..<50).map { ("\($0).jpg", "photo \($0)") }) { first, _ in first })
        let stop = StopSign()
        let inHand = Mutex(0)
        let darkroom = TableDarkroom { text, order throws(DevelopError) in
            let number = inHand.withLock { inHand in
                inHand += 1
                return inHand
            }
            // Nobody leaves before all three are at work, and the last to come asks for the stop.
            if number == 3 { stop.raise() }
            while !stop.isUp { await Task.yield() }
            #expect(!Task.isCancelled)
            return TableDarkroom.development(of: text, order)
        }
        let first = try await run(folder, darkroom, width: 3, until: stop)
        #expect(first.wasStopped && first.indexed == 3)
        #expect(await folder.opened.count == 3)
        #expect(await Set(index.records.keys) == Set(folder.opened))
        let second = try await run(folder)
        #expect(second.unchanged == 3 && second.indexed == 47 && !second.wasStopped)
    }

    @Test("opens nothing when it is asked to stop before it begins, and calls a finished run finished")
    func stoppedEarlyOrLate() async throws {
        let folder = MemoryFolder(["a.jpg": "one", "b.txt": "text"])
        let stop = StopSign()
        stop.raise()
        #expect(try await run(folder, until: stop).wasStopped)
        #expect(await folder.opened.isEmpty)
        let late = StopSign()
        let whole = try await run(folder, width: 1, until: late) { event in
            if case .finished(PhotoName("b.txt"), _) = event { late.raise() }
        }
        #expect(late.isUp && !whole.wasStopped)
    }

    @Test("stops when it is cancelled, writes nothing half, and goes on where it was")
    func cancelled() async throws {
        let folder = MemoryFolder(
            Dictionary((0..<300).map { ("\($0).jpg", "photo \($0)") }) { first, _ in first })
        let begun = Mutex(0)
        let (signal, stuck) = AsyncStream.makeStream(of: Void.self)
        let darkroom = TableDarkroom { text, order throws(DevelopError) in
            let number = begun.withLock { begun in
                begun += 1
                return begun
            }
            guard number > 40 else { return TableDarkroom.development(of: text, order) }
            // From here on children die as they do when the whole group of processes is interrupted.
            stuck.finish()
            while !Task.isCancelled { await Task.yield() }
            throw .crashed
        }
        let task = Task { try await run(folder, darkroom) }
        for await _ in signal {}
        task.cancel()
        let first = try await task.value
        #expect(first.wasStopped && first.indexed == 40 && first.failed.isEmpty)
        #expect(await index.records.count == 40)
        let second = try await run(folder)
        #expect(second.unchanged == 40 && second.indexed == 260 && !second.wasStopped)
    }
}
