import Domain
import Storage
import TestSupport
import Testing

/// One suite for everything that calls itself an index: the real one and its memory twin.
@Suite("Index", .timeLimit(.minutes(10))) struct FaceIndexingTests {
    enum Kind: CaseIterable { case memory, sqlite }

    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func index(_ kind: Kind) async throws -> any FaceIndexing {
        switch kind {
        case .memory: MemoryIndex()
        case .sqlite: try await FaceIndex.opened(DiskPath(scratch.path(of: "index.sqlite")))
        }
    }

    @Test("knows no pack before one is adopted, and then the last", arguments: Kind.allCases)
    func packs(kind: Kind) async throws {
        let index = try await index(kind)
        #expect(try await index.pack() == nil)
        try await index.adopt(IndexPack(name: "a", identity: "1", dimension: 128, metric: .euclidean))
        let second = IndexPack(name: "b", identity: "2", dimension: 512, metric: .cosine)
        try await index.adopt(second)
        #expect(try await index.pack() == second)
    }

    @Test("tells of each photo what was written down last", arguments: Kind.allCases)
    func known(kind: Kind) async throws {
        let index = try await index(kind)
        let failure = PhotoFailure(code: "damaged", sentence: "Broken.", isLasting: true)
        let odd = PhotoName(bytes: [0x61, 0x0A, 0xFF, 0x2F, 0x62])
        let stamp = FileStamp(sizeInBytes: .max, changedInNanoseconds: .min, inode: .max)
        try await index.put([
            Sample.record("a.jpg"), Sample.record("b.jpg", .developed(Sample.facts(2), [])),
            Sample.record("c.jpg", .failed(failure)), Sample.record("d.mp4", .skipped(.video)),
            PhotoRecord(name: odd, stamp: stamp, recipe: Sample.recipe, outcome: .skipped(.link)),
        ])
        let fast = Recipe(policy: .fast, pack: "other")
        try await index.put([
            Sample.record(
                "a.jpg", .developed(Sample.facts(3), [Sample.face()]), stamp: Sample.stamp(11), recipe: fast)
        ])
        func photo(
            _ standing: KnownPhoto.Standing, _ stamp: FileStamp = Sample.stamp(),
            _ recipe: Recipe = Sample.recipe
        ) -> KnownPhoto {
            KnownPhoto(stamp: stamp, recipe: recipe, standing: standing)
        }
        #expect(
            try await index.known() == [
                PhotoName("a.jpg"): photo(
                    .developed(contentHash: Sample.facts(3).contentHash, hasFaces: true), Sample.stamp(11),
                    fast),
                PhotoName("b.jpg"): photo(
                    .developed(contentHash: Sample.facts(2).contentHash, hasFaces: false)),
                PhotoName("c.jpg"): photo(.failed(failure)),
                PhotoName("d.mp4"): photo(.skipped(.video)),
                odd: photo(.skipped(.link), stamp),
            ])
        #expect(try await index.failures() == [PhotoName("c.jpg"): failure])
        #expect(
            try await index.totals()
                == IndexTotals(photos: [.indexed: 1, .noFace: 1, .failed: 1, .skipped: 2], faces: [.seed: 1]))
    }

    @Test("hands out every usable face with its place, and no ignored one", arguments: Kind.allCases)
    func faces(kind: Kind) async throws {
        let index = try await index(kind)
        let faces = [
            Sample.face(at: 1, size: 300), Sample.face(at: 2, size: 30, Verdict(.ignored, .tiny)),
            Sample.face(at: 0.1, size: 20, Verdict(.attach, .small)),
        ]
        try await index.put([
            Sample.record("a.jpg", .developed(Sample.facts(), faces)),
            Sample.record("b.jpg", .developed(Sample.facts(2), [Sample.face(at: -4)])),
        ])
        let found = try await all(of: index)
        #expect(found.map(\.photo.text) == ["a.jpg", "a.jpg", "b.jpg"])
        #expect(found.map(\.number) == [1, 3, 1])
        #expect(found.map(\.vector) == [faces[0], faces[2], Sample.face(at: -4)].map(\.vector))
        #expect(found.map(\.box) == [faces[0], faces[2], Sample.face()].map(\.box))
        #expect(found.allSatisfy { $0.pack == "pack-1" })
        #expect(Set(found.map(\.id)).count == 3)
    }

    @Test("replaces the faces of a photo that is written down again", arguments: Kind.allCases)
    func replaced(kind: Kind) async throws {
        let index = try await index(kind)
        try await index.put([
            Sample.record("a.jpg", .developed(Sample.facts(), [Sample.face(at: 1), Sample.face(at: 2)]))
        ])
        try await index.put([Sample.record("a.jpg", .developed(Sample.facts(), [Sample.face(at: 3)]))])
        #expect(try await all(of: index).map { $0.vector.values[0] } == [3])
        let failure = PhotoFailure(code: "vanished", sentence: "Gone.", isLasting: false)
        try await index.put([Sample.record("a.jpg", .failed(failure))])
        #expect(try await all(of: index).isEmpty)
        #expect(try await index.totals() == IndexTotals(photos: [.failed: 1]))
    }

    @Test("forgets photos with their faces, and minds no stranger's name", arguments: Kind.allCases)
    func forgets(kind: Kind) async throws {
        let index = try await index(kind)
        try await index.put([Sample.record("a.jpg"), Sample.record("b.jpg")])
        try await index.forget([PhotoName("a.jpg"), PhotoName("never seen.jpg")])
        #expect(try await index.known().keys.map(\.text) == ["b.jpg"])
        #expect(try await all(of: index).map(\.photo.text) == ["b.jpg"])
    }

    private func all(of index: any FaceIndexing) async throws(StorageError) -> [IndexedFace] {
        try await index.foldUsableFaces(into: [IndexedFace]()) { faces, face in faces.append(face) }
            .sorted { ($0.photo, $0.number) < ($1.photo, $1.number) }
    }
}
