import Domain
import TestSupport
import Testing

@testable import Pipeline

@Suite("People") struct ContinuityTests {
    private let ids = (0..<4).map { PersonID(at: Int64($0)) }

    private func partition(_ people: [Int?], decided: Set<Int> = []) -> Partition {
        var partition = Partition()
        partition.person = people
        partition.isDecided = people.indices.map { decided.contains($0) }
        let count = (people.compactMap { $0 }.max() ?? -1) + 1
        partition.people = (0..<count).map { person in people.indices.filter { people[$0] == person } }
        return partition
    }

    private func identifiers(
        _ people: [Int?], earlier: [PersonID?], decided: Set<Int> = []
    ) -> [PersonID] {
        Continuity.identifiers(of: partition(people, decided: decided), earlier: earlier, at: 1_000_000)
    }

    @Test("keep their identifiers with most of their faces")
    func overlap() {
        let (a, b) = (ids[0], ids[1])
        // Two of three faces of a went on, one of b's two as well; a newcomer is new.
        let found = identifiers([0, 0, 1, 1, nil, 2], earlier: [a, a, a, b, b, nil])
        #expect(found[0] == a && found[1] == b && ![a, b].contains(found[2]))
    }

    @Test("who merge leave the larger one's, who split leave it to the larger part")
    func mergeAndSplit() {
        let (a, b) = (ids[0], ids[1])
        #expect(identifiers([0, 0, 0], earlier: [b, a, a]) == [a])
        let parts = identifiers([0, 1, 1], earlier: [a, a, a])
        #expect(parts[1] == a && parts[0] != a)
        // As many faces of two: the older one stays.
        #expect(identifiers([0, 0], earlier: [b, a]) == [a])
    }

    @Test("whom somebody touched keep theirs also where a larger group joins them")
    func touched() {
        let (a, b) = (ids[0], ids[1])
        #expect(identifiers([0, 0, 0], earlier: [b, a, a], decided: [0]) == [b])
        // Of two parts, the one that was decided on.
        let parts = identifiers([0, 1, 1], earlier: [a, a, a], decided: [0])
        #expect(parts[0] == a && parts[1] != a)
    }

    @Test("whom nobody touched are not renamed by a photo that arrives", arguments: 0..<60)
    func stable(seed: Int) {
        var random = SeededGenerator(seed: UInt64(1000 + seed))
        var scene = GroupingTests.random(using: &random)
        scene.decisions = []
        let before = scene.partition()
        let names = Continuity.identifiers(of: before, earlier: scene.faces.map { _ in nil }, at: 1)
        let people = before.person.map { $0.map { names[$0] } }
        for _ in 0..<2 {
            scene.add([.random(in: -2...2, using: &random), .random(in: -2...2, using: &random)], photo: 150)
        }
        let after = scene.partition()
        let now = Continuity.identifiers(of: after, earlier: people + [nil, nil], at: 2)
        for (person, rows) in after.people.enumerated() {
            // Who has the same faces as before, and perhaps new ones, is the same person.
            let old = Set(rows.filter { $0 < people.count }.map { people[$0] })
            if old.count == 1, let only = old.first, let only {
                let all = people.indices.filter { people[$0] == only }
                if all.allSatisfy(rows.contains) { #expect(now[person] == only) }
            }
        }
        #expect(Set(now).count == now.count)
    }

    @Test("have what was said of most of their faces, the newest last")
    func traits() {
        var scene = GroupScene()
        let rows = (0..<4).map { scene.add(Float($0) * 10, photo: $0) }
        scene.decide(.name, .trait(scene.ids(rows[0], rows[1]), .name("Ada")))
        scene.decide(.name, .trait(scene.ids(rows[0], rows[1], rows[2]), .name("Eve")))
        scene.decide(.hide, .trait(scene.ids(rows[3]), .hidden(true)))
        scene.decide(.name, .trait(scene.ids(rows[3]), .name("Bob")), isUndone: true)
        let traits = Continuity.traits(
            of: partition([0, 0, 1, 1]), faces: scene.faces, scene.decisions)
        #expect(traits.map(\.name) == ["Eve", nil] && traits.map(\.isHidden) == [false, true])
    }

    @Test("keep their name when most of their faces are taken away, and those do not take it with them")
    func takenAway() {
        var scene = GroupScene()
        for row in 0..<6 { scene.add(Float(row) * 10, photo: row) }
        let ada = scene.ids(0, 1, 2, 3, 4)
        scene.decide(.name, .trait(scene.ids(5), .name("Bob")))
        scene.decide(.name, .trait(ada, .name("Ada")), .trait(ada, .cover(ada[0])))
        scene.decide(.split, .apart(scene.ids(0, 1), scene.ids(2, 3, 4)))
        scene.decide(.move, .apart(scene.ids(3), scene.ids(2, 4)))
        scene.decide(.notThisPerson, .apart(scene.ids(2), scene.ids(4)))
        // Those who were split off, the one who stays, and Bob with the face that was moved to him.
        let people = partition([0, 0, nil, 2, 1, 2])
        func traits() -> [Person.Traits] {
            Continuity.traits(of: people, faces: scene.faces, scene.decisions)
        }
        #expect(traits().map(\.name) == [nil, "Ada", "Bob"])
        #expect(traits().map(\.cover) == [nil, nil, nil], "the face that stood for Ada is hers no more")
        scene.decisions[2].isUndone = true
        #expect(traits()[0].name == "Ada" && traits()[0].cover == ada[0])
    }
}
