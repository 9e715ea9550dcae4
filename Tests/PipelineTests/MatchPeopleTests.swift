import Domain
import TestSupport
import Testing

@testable import Pipeline

@Suite("A selfie among people") struct MatchPeopleTests {
    private var thresholds = Thresholds(
        merge: .init(distance: 0.4), attach: .init(distance: 0.5), selfie: .init(distance: 0.5),
        ask: .init(distance: 0.7))
    private var scene = GroupScene()
    private var people: [PersonID?] = []

    private func found(_ values: Float..., weak: Bool = false) -> MatchPeople.Found {
        found([FaceVector(values)], weak: weak)
    }

    private func found(_ selfies: [FaceVector], weak: Bool = false) -> MatchPeople.Found {
        match(weak: weak).found(for: selfies)
    }

    private func match(weak: Bool = false) -> MatchPeople {
        let space = PlainSpace()
        space.append(scene.vectors)
        let faces = EventFaces(
            event: EventID(at: 1), standing: .none, faces: scene.faces, people: people,
            decisions: scene.decisions,
            space: space, pairs: [], reach: 0, ofOtherPacks: 0)
        return MatchPeople(faces, thresholds, hasKnownWeakness: weak)
    }

    private mutating func add(_ value: Float, _ person: PersonID?) {
        scene.add(value, photo: scene.faces.count)
        people.append(person)
    }

    @Test("matches by the mean of the nearest members: one lucky face is not enough")
    mutating func mean() {
        let (a, b) = (PersonID(at: 1), PersonID(at: 2))
        for value: Float in [0.3, 0.31, 0.32, 0.33, 0.34, 3, 3, 3] { add(value, a) }
        for value: Float in [-0.1, -0.9, -0.9, -0.9, -0.9] { add(value, b) }
        let hits = found(0).people
        #expect(hits.map(\.person) == [a] && hits[0].band == .match)
        #expect(abs(hits[0].distance - 0.32) < 1e-6 && abs(hits[0].nearestDistance - 0.3) < 1e-6)
        #expect(hits[0].nearestFace == scene.faces[0].id)
    }

    @Test("asks in the band, and says nothing beyond it")
    mutating func bands() {
        let (a, b, c) = (PersonID(at: 1), PersonID(at: 2), PersonID(at: 3))
        for value: Float in [0.55, 0.65] { add(value, a) }
        for value: Float in [-0.69, -0.73] { add(value, b) }
        for value: Float in [0.2, 0.3] { add(value, c) }
        let hits = found(0).people
        #expect(hits.map(\.person) == [c, a] && hits.map(\.band) == [.match, .ask])
    }

    @Test("holds a lone face to a nearer bar where the model is known to confuse people")
    mutating func lone() {
        add(0.41, nil)
        add(0.43, nil)
        #expect(found(0).faces.map(\.band) == [.match, .match])
        // A margin of .16 of the bar: .42.
        let hits = found([FaceVector([0])], weak: true)
        #expect(hits.faces.map(\.band) == [.match, .ask])
        #expect(match(weak: true).gallery(of: hits, hidden: []).faces == [scene.faces[0].id])
    }

    @Test("finds single faces outside of every person")
    mutating func single() {
        add(0.4, nil)
        add(0.6, nil)
        add(0.8, nil)
        let hits = found(0).faces
        #expect(hits.map(\.face) == [scene.faces[0].id, scene.faces[1].id])
        #expect(hits.map(\.band) == [.match, .ask])
        scene.decide(.ignore, .outside(scene.ids(0)))
        #expect(found(0).faces.map(\.face) == [scene.faces[1].id])
    }

    @Test("does not bring back a face of which somebody said that it is not this person")
    mutating func notThem() {
        let person = PersonID(at: 1)
        for value: Float in [0.1, 0.2] { add(value, person) }
        add(0.15, nil)
        #expect(found(0).faces.map(\.face) == scene.ids(2))
        scene.decide(.notThisPerson, .apart(scene.ids(2), scene.ids(0, 1)))
        #expect(found(0).faces.isEmpty && found(0).people.count == 1)
        // Of whom it was parted is not near here, so it stands for itself.
        people[0] = nil
        people[1] = nil
        #expect(found(0).faces.count == 3)
    }

    @Test(
        "puts matches into a gallery, but nobody who is hidden, nor single faces that are most likely theirs")
    mutating func gallery() {
        let (a, b, c) = (PersonID(at: 1), PersonID(at: 2), PersonID(at: 3))
        for value: Float in [0.1, 0.1] { add(value, a) }
        for value: Float in [-0.2, -0.2] { add(value, b) }
        for value: Float in [0.6, 0.6] { add(value, c) }
        add(0.3, nil)
        add(0.65, nil)
        let all = found(0)
        #expect(all.people.map(\.person) == [a, b, c] && all.faces.count == 2)
        func gallery(_ hidden: Set<PersonID>) -> (people: [PersonID], faces: [FaceID]) {
            match().gallery(of: all, hidden: hidden)
        }
        #expect(gallery([]) == ([a, b], scene.ids(6)))
        #expect(gallery([b]) == ([a], scene.ids(6)))
        #expect(gallery([a]) == ([b], []))
        // Somebody hidden is too far from the selfie, but nearest to the single face.
        let d = PersonID(at: 4)
        for value: Float in [0.35, 0.95, 0.95] { add(value, d) }
        #expect(!found(0).people.map(\.person).contains(d))
        #expect(match().gallery(of: found(0), hidden: [d]) == ([a, b], []))
    }

    @Test("is unsure between two people where the model is known to confuse some")
    mutating func unsure() {
        let (a, b) = (PersonID(at: 1), PersonID(at: 2))
        for value: Float in [0.3, 0.3] { add(value, a) }
        for value: Float in [-0.35, -0.35] { add(value, b) }
        #expect(!found(0).isUnsure)
        #expect(found(0, weak: true).isUnsure)
        #expect(!found(0.1, weak: true).isUnsure)
        // Also where nobody would be asked about the second, as with strict presets.
        thresholds.ask.distance = 0.34
        thresholds.selfie.distance = 0.33
        #expect(found(0, weak: true).people.count == 1 && found(0, weak: true).isUnsure)
    }

    @Test("takes several selfies for one person")
    mutating func several() {
        let person = PersonID(at: 1)
        for value: Float in [0.45, 0.45] { add(value, person) }
        let selfies = [FaceVector([-0.2]), FaceVector([0.2])]
        #expect(found(selfies).people.first?.band == .match)
        #expect(found([selfies[0]]).people.first?.band == .ask)
        #expect(found([FaceVector]()) == MatchPeople.Found())
    }
}
