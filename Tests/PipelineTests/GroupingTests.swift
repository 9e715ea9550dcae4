import Domain
import TestSupport
import Testing

@testable import Pipeline

@Suite("Grouping") struct GroupingTests {
    private var scene = GroupScene()

    @Test("merges the nearest pairs, and leaves a lone face outside")
    mutating func merges() {
        let a = [0, 0.3, 0.6].enumerated().map { scene.add(Float($1), photo: $0) }
        scene.add(5, photo: 9)
        #expect(scene.people() == [a])
        #expect(scene.partition().person == [0, 0, 0, nil])
    }

    @Test("keeps two faces of one photo apart, and asks")
    mutating func samePhoto() {
        // Two people who look alike, side by side on one photo and apart on two others.
        let (a, b) = (scene.add(0, photo: 0), scene.add(0.4, photo: 0))
        let (c, d) = (scene.add(-0.1, photo: 1), scene.add(0.5, photo: 2))
        #expect(scene.people() == [[a, c], [b, d]])
        let question = scene.partition().questions[0]
        #expect(question.kind == .samePhotos && Set([question.first, question.second]) == [a, b])
        #expect(question.weight == 2)
    }

    @Test("takes a mirror for a mirror: one shared photo in ten is put out and not refused")
    mutating func mirror() {
        for photo in 0..<10 { scene.add(Float(photo) * 0.01, photo: photo) }
        for photo in 10..<20 { scene.add(0.4 + Float(photo) * 0.01, photo: photo) }
        let double = scene.add(0.9, photo: 19)
        let people = scene.people()
        #expect(people.count == 1 && people[0].count == 20 && !people[0].contains(double))
    }

    @Test("looks anew at a merge that was refused when both sides have grown")
    mutating func grown() {
        // The nearest pair of all is on one photo: refused while both sides have one face. From there both grow outwards.
        func place(_ number: Int) -> Float { Float(number) * 0.02 + Float(number * number) * 0.0005 }
        for photo in 0..<10 { scene.add(-place(photo), photo: photo) }
        for (number, photo) in ([0] + Array(10..<20)).enumerated() {
            scene.add(0.01 + place(number), photo: photo)
        }
        let people = scene.people()
        #expect(people.count == 1 && people[0].count == 20)
    }

    @Test("asks about two people just beyond the bar, the larger answer first")
    mutating func closePairs() {
        for photo in 0..<3 { scene.add(Float(photo) * 0.1, photo: photo) }
        for photo in 3..<5 { scene.add(0.9 + Float(photo - 3) * 0.1, photo: photo) }
        for photo in 5..<9 { scene.add(-0.7 - Float(photo - 5) * 0.1, photo: photo) }
        let questions = scene.partition().questions
        #expect(questions.map(\.kind) == [.closePair, .closePair])
        #expect(questions.map(\.weight) == [3, 2])
        #expect(abs(questions[1].distance - 0.7) < 1e-6)
    }

    @Test("asks nothing about people who stand side by side")
    mutating func sideBySide() {
        for photo in 0..<3 {
            scene.add(Float(photo) * 0.1, photo: photo)
            scene.add(0.9 + Float(photo) * 0.1, photo: photo)
        }
        #expect(scene.partition().questions == [])
        #expect(scene.people().count == 2)
    }

    @Test("lets weak faces join by the middle of a person, never form one")
    mutating func attaches() {
        let (a, b) = (scene.add(0, photo: 0), scene.add(0.4, photo: 1))
        let near = scene.add(0.75, photo: 2, tier: .attach)
        scene.add(0.85, photo: 3, tier: .attach)
        scene.add(7, photo: 4, tier: .attach)
        scene.add(7, photo: 5, tier: .attach)
        let onThePhoto = scene.add(0.25, photo: 1, tier: .attach)
        #expect(scene.people() == [[a, b, near]])
        #expect(scene.partition().person[onThePhoto] == nil)
    }

    @Test("joins two halves of a person whose middles are near, though no two faces are")
    mutating func halves() {
        // Faces all round two middles that lie .3 apart; nearest faces of both sides are .55 from each other.
        let left = [[0, 0.45], [0, 0.9]].enumerated().map { scene.add($1.map { Float($0) }, photo: $0) }
        let right = [[0.3, 1.36], [0.3, -0.01]].enumerated().map {
            scene.add($1.map { Float($0) }, photo: $0 + 10)
        }
        #expect(scene.people() == [left])
        scene.decide(.same, .together(scene.ids(right[0], right[1])))
        #expect(scene.people() == [left + right])
        scene.decide(.different, .apart(scene.ids(left[0]), scene.ids(right[0])))
        #expect(scene.people() == [left, right])
    }

    @Test("lets a lone good face join by the middle, but no farther than good faces merge")
    mutating func lone() {
        let pair = [scene.add(0, 0.4, photo: 0), scene.add(0, -0.05, photo: 1)]
        let near = scene.add(0.47, 0.17, photo: 2)
        let far = scene.add(-0.55, 0.17, photo: 3)
        let weak = scene.add(-0.56, 0.17, photo: 4, tier: .attach)
        #expect(scene.people() == [pair + [near, weak]])
        #expect(scene.partition().person[far] == nil)
    }

    @Test("asks about a face that two claim, and keeps it out where the model is known to be weak")
    mutating func claimed() {
        let a = [0, 0.2].enumerated().map { scene.add(Float($1), photo: $0) }
        let b = [1.1, 1.3].enumerated().map { scene.add(Float($1), photo: $0 + 10) }
        scene.bars.question = 0.5
        let between = scene.add(0.63, photo: 20, tier: .attach)
        #expect(scene.people() == [a + [between], b])
        #expect(scene.partition().questions.map(\.kind) == [.claimedTwice])
        #expect(scene.partition().questions[0].first == between)
        scene.bars.keepsOutUnsure = true
        #expect(scene.people() == [a, b])
    }

    @Test("keeps together and apart what somebody decided, against every distance")
    mutating func decisions() {
        let (a, b) = (scene.add(0, photo: 0), scene.add(0.1, photo: 1))
        let (c, d) = (scene.add(5, photo: 2), scene.add(5.1, photo: 3))
        let e = scene.add(0.2, photo: 4)
        scene.decide(.merge, .together(scene.ids(a, c)))
        #expect(scene.people() == [[a, b, c, d, e]])
        scene.decide(.notThisPerson, .apart(scene.ids(e), scene.ids(a, b)))
        #expect(scene.people() == [[a, b, c, d]])
        scene.decide(.ignore, .outside(scene.ids(d)))
        #expect(scene.people() == [[a, b, c]])
        #expect(scene.partition().questions == [])
        scene.decisions[1].isUndone = true
        #expect(scene.people() == [[a, b, c, e]])
    }

    @Test("hears the newer of two decisions, and only where they conflict")
    mutating func overrules() {
        let rows = (0..<4).map { scene.add(Float($0) * 10, photo: $0) }
        scene.decide(.merge, .together(scene.ids(rows[0], rows[1], rows[2])))
        scene.decide(.split, .apart(scene.ids(rows[0]), scene.ids(rows[1], rows[3])))
        // 0 and 1 are parted; that 2 belongs to one of them holds.
        #expect(
            scene.people() == [[rows[0], rows[2]]] || scene.people() == [[rows[0], rows[2]], [rows[1]]])
        #expect(scene.partition().overruled == [1])
        scene.decide(.same, .together(scene.ids(rows[0], rows[1])))
        #expect(scene.people() == [[rows[0], rows[1], rows[2]]])
        #expect(scene.partition().overruled == [2])
    }

    @Test("calls overruled what cannot hold: faces left out and then moved, no name for lost faces")
    mutating func overrulesWhat() {
        let rows = (0..<3).map { scene.add(Float($0) * 0.1, photo: $0) }
        let all = scene.ids(rows[0], rows[1], rows[2])
        scene.decide(.name, .together(all), .trait(all, .name("Ada")))
        scene.decide(
            .split, .together(scene.ids(rows[0])), .apart(scene.ids(rows[0]), scene.ids(rows[1], rows[2])))
        #expect(scene.partition().overruled == [])
        scene.decide(.ignore, .outside(scene.ids(rows[1])))
        #expect(scene.partition().overruled == [])
        scene.decide(.move, .together(scene.ids(rows[1], rows[2])))
        #expect(scene.partition().overruled == [3])
        #expect(scene.people() == [[rows[0]], [rows[1], rows[2]]])
        scene.decide(.ignore, .outside(scene.ids(rows[1])))
        #expect(scene.partition().overruled == [4], "the older one says the same again")
    }

    @Test("lets two faces leave one person for another, one after the other")
    mutating func leavesTwice() {
        let mine = (0..<4).map { scene.add(Float($0) * 0.1, photo: $0) }
        let theirs = (4..<6).map { scene.add(2 + Float($0) * 0.1, photo: $0) }
        let other = scene.ids(theirs[0], theirs[1])
        scene.decide(
            .move, .together(scene.ids(mine[0]) + other),
            .apart(scene.ids(mine[0]), scene.ids(mine[1], mine[2], mine[3])))
        scene.decide(
            .move, .together(scene.ids(mine[1], mine[0]) + other),
            .apart(scene.ids(mine[1]), scene.ids(mine[2], mine[3])))
        #expect(scene.partition().overruled == [])
        #expect(scene.people() == [[mine[0], mine[1]] + theirs, [mine[2], mine[3]]])
    }

    @Test("never merges by itself two people whom somebody has touched, but asks")
    mutating func touched() {
        let (a, b) = (scene.add(0, photo: 0), scene.add(0.1, photo: 1))
        let (c, d) = (scene.add(0.4, photo: 2), scene.add(0.5, photo: 3))
        #expect(scene.people() == [[a, b, c, d]])
        scene.decide(.name, .together(scene.ids(a, b)), .trait(scene.ids(a, b), .name("Ada")))
        scene.decide(.name, .together(scene.ids(c, d)), .trait(scene.ids(c, d), .name("Eve")))
        #expect(scene.people() == [[a, b], [c, d]])
        #expect(scene.partition().questions.map(\.kind) == [.bothTouched])
        scene.decide(.different, .apart(scene.ids(a, b), scene.ids(c, d)))
        #expect(scene.partition().questions == [])
    }

    @Test("keeps a named person of one face")
    mutating func namedAlone() {
        let a = scene.add(0, photo: 0)
        scene.decide(.name, .together(scene.ids(a)), .trait(scene.ids(a), .name("Ada")))
        #expect(scene.people() == [[a]])
    }

    @Test("does not depend on the order of arrival, with decisions among the faces", arguments: 0..<200)
    func order(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let scene = Self.random(using: &random)
        for grouping in [ConstrainedGrouping(), DBSCANGrouping(minSamples: seed % 4 + 1)] as [any Grouping] {
            let wanted = scene.partition(grouping).words(scene.faces)
            for _ in 0..<3 {
                let other = scene.shuffled(using: &random)
                let found = other.partition(grouping).words(other.faces)
                #expect(found == wanted)
            }
        }
    }

    /// A party of some people, seen on some photos, with decisions of every kind.
    static func random(using random: inout SeededGenerator) -> GroupScene {
        var scene = GroupScene()
        scene.bars.keepsOutUnsure = Bool.random(using: &random)
        let middles = (0..<Int.random(in: 2...8, using: &random)).map { _ in
            (0..<2).map { _ in Float.random(in: -1.5...1.5, using: &random) }
        }
        for photo in 0..<Int.random(in: 4...30, using: &random) {
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let middle = middles[Int.random(in: 0..<middles.count, using: &random)]
                // On a grid, so that equal distances are many.
                let values = middle.map { value in
                    ((value + Float.random(in: -0.4...0.4, using: &random)) * 10).rounded() / 10
                }
                let tier: Verdict.Tier = Int.random(in: 0..<4, using: &random) == 0 ? .attach : .seed
                scene.add(values, photo: photo, tier: tier)
            }
        }
        let count = scene.faces.count
        func some(_ most: Int) -> [FaceID] {
            (0..<Int.random(in: 1...most, using: &random)).map { _ in
                scene.faces[Int.random(in: 0..<count, using: &random)].id
            }
        }
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            switch Int.random(in: 0..<5, using: &random) {
            case 0: scene.decide(.merge, .together(some(4)))
            case 1: scene.decide(.split, .apart(some(3), some(3)))
            case 2: scene.decide(.ignore, .outside(some(2)))
            case 3:
                let faces = some(3)
                scene.decide(.name, .together(faces), .trait(faces, .name("Ada")))
            default: scene.decide(.same, .together(some(2)), isUndone: true)
            }
        }
        return scene
    }
}
