import Domain
import Glibc
import Pipeline
import TestSupport
import Testing

@Suite("Match a selfie", .timeLimit(.minutes(10))) struct MatchSelfieTests {
    private let index = MemoryIndex()

    /// The selfie shows these faces; the vectors of the sample lie on a line, so places are distances.
    private func match(
        _ faces: [Face], choosing number: Int? = nil, preset: Preset = .conference,
        pack: PackFacts = Sample.pack
    ) async throws -> MatchOutcome {
        let darkroom = TableDarkroom { text, order throws(DevelopError) in
            #expect(order == DevelopOrder(purpose: .selfie, wantsRenditions: false))
            return TableDarkroom.development(of: text, order, faces: faces)
        }
        let selfie = OpenPhoto(owning: open("/dev/null", O_RDONLY | O_CLOEXEC), stamp: Sample.stamp())
        return try await MatchSelfie(darkroom: darkroom, index: index, pack: pack)
            .matches(of: selfie, choosing: number, preset: preset)
    }

    private func fill(_ photos: [String: [Face]], recipe: Recipe = Sample.recipe) async throws {
        await index.adopt(IndexPack(Sample.pack))
        try await index.put(
            photos.map { name, faces in
                Sample.record(name, .developed(Sample.facts(), faces), recipe: recipe)
            })
    }

    @Test("finds each photo once by its nearest face, best first, with those to ask about apart")
    func best() async throws {
        try await fill([
            "far.jpg": [Sample.face(at: 3)],
            "two.jpg": [Sample.face(at: 0.4), Sample.face(at: 0.2), Sample.face(at: 9)],
            "same.jpg": [Sample.face(at: 0)], "edge.jpg": [Sample.face(at: 0.5)],
            "ask.jpg": [Sample.face(at: 0.6)], "askEdge.jpg": [Sample.face(at: -0.7)],
            "over.jpg": [Sample.face(at: 0.71)],
            "ignored.jpg": [Sample.face(at: 0, Verdict(.ignored, .blurred))],
        ])
        guard case .found(let photos, of: let face) = try await match([Sample.face()]) else {
            Issue.record("the face is found")
            return
        }
        #expect(face == Sample.face())
        #expect(photos.matches.map(\.photo.text) == ["same.jpg", "two.jpg", "edge.jpg"])
        #expect(photos.matches.map(\.face) == [1, 2, 1])
        #expect(photos.matches.allSatisfy { $0.box == Sample.face().box })
        #expect(photos.asks.map(\.photo.text) == ["ask.jpg", "askEdge.jpg"])
        #expect(photos.facesOfOtherPacks == 0)
    }

    @Test("orders equal distances by name, whatever the order of the index")
    func ties() async throws {
        let names = (0..<40).map { "\($0 * 7 % 40).jpg" }
        try await fill(Dictionary(names.map { ($0, [Sample.face(at: 0.25)]) }) { first, _ in first })
        guard case .found(let photos, of: _) = try await match([Sample.face()]) else {
            Issue.record("the face is found")
            return
        }
        #expect(photos.matches.map(\.photo) == names.map { PhotoName($0) }.sorted())
    }

    @Test("asks which face is meant, largest first, and takes the one that is chosen")
    func several() async throws {
        try await fill(["a.jpg": [Sample.face(at: 5)]])
        let faces = [Sample.face(at: 0, size: 300), Sample.face(at: 5, size: 100)]
        #expect(try await match(faces) == .severalFaces(faces))
        guard case .found(let photos, of: let face) = try await match(faces, choosing: 2) else {
            Issue.record("the second face is found")
            return
        }
        #expect(face == faces[1] && photos.matches.map(\.photo.text) == ["a.jpg"])
        for number in [0, 3, -1, Int.min, Int.max] {
            #expect(try await match(faces, choosing: number) == .noSuchFace(count: 2))
        }
    }

    @Test("does not ask about passers-by who could not be compared anyway")
    func passersBy() async throws {
        try await fill([:])
        let me = Sample.face(at: 0, size: 300)
        let passerBy = Sample.face(at: 5, size: 30, Verdict(.ignored, .tiny))
        guard case .found(_, of: let face) = try await match([me, passerBy]) else {
            Issue.record("the large face is taken")
            return
        }
        #expect(face == me)
        // A blurred face in front is never passed over for the sharp one behind it.
        let blurred = Sample.face(at: 0, size: 300, Verdict(.ignored, .blurred))
        let sharp = Sample.face(at: 5, size: 100)
        #expect(try await match([blurred, sharp]) == .severalFaces([blurred, sharp]))
        #expect(try await match([blurred, sharp], choosing: 1) == .unusable(blurred))
        // Nor is a second person who turned away.
        let turned = Sample.face(at: 5, size: 200, Verdict(.ignored, .turned))
        #expect(try await match([me, turned]) == .severalFaces([me, turned]))
    }

    @Test("says that there is no face, or why it cannot be used")
    func unusable() async throws {
        try await fill([:])
        #expect(try await match([]) == .noFace)
        let blurred = Sample.face(size: 300, Verdict(.ignored, .blurred))
        #expect(try await match([blurred]) == .unusable(blurred))
    }

    @Test("never compares vectors of different packs")
    func otherPack() async throws {
        await #expect(throws: MatchError.neverIndexed) { try await match([Sample.face()]) }
        try await fill(["a.jpg": [Sample.face()]])
        var other = Sample.pack
        other.name = "other"
        other.identity = "pack-2"
        let pack = other
        await #expect(throws: MatchError.otherPack(index: "sample", inUse: "other")) {
            try await match([Sample.face()], pack: pack)
        }
        // An index on its way from one pack to the next holds both.
        try await fill(
            ["b.jpg": [Sample.face(), Sample.face()]], recipe: Recipe(policy: .standard, pack: "pack-0"))
        guard case .found(let photos, of: _) = try await match([Sample.face()]) else {
            Issue.record("the face is found")
            return
        }
        #expect(photos.matches.map(\.photo.text) == ["a.jpg"] && photos.facesOfOtherPacks == 2)
    }

    @Test("calls an index damaged whose vectors have another length")
    func oddLength() async throws {
        var odd = Sample.face()
        odd.vector = FaceVector([1, 2])
        try await fill(["a.jpg": [odd]])
        await #expect(throws: MatchError.index(.damaged)) { try await match([Sample.face()]) }
    }

    @Test("has no threshold for a preset that the pack does not know")
    func noPreset() async throws {
        try await fill([:])
        await #expect(throws: MatchError.noThresholds(.children)) {
            try await match([Sample.face()], preset: .children)
        }
    }
}
