import Domain
import TestSupport
import Testing

@testable import Pipeline

@Suite("What another distance would change") struct WhatIfTests {
    /// Two people of three faces .55 apart, each with faces .2 apart.
    private static let scene: GroupScene = {
        var scene = GroupScene()
        for (number, place) in [0, 0.2, 0.4, 0.95, 1.15, 1.35].enumerated() {
            scene.add(Float(place), photo: number)
        }
        return scene
    }()

    private func what(merge: Double) -> WhatIf {
        let scene = Self.scene
        let space = PlainSpace()
        space.append(scene.vectors)
        let faces = EventFaces(
            event: EventID(at: 1), standing: .none, faces: scene.faces,
            people: scene.faces.map { _ in nil }, decisions: [], space: space,
            pairs: space.pairs(within: 2, from: 0), reach: 2, ofOtherPacks: 0)
        return WhatIf(
            faces, now: Self.bars(0.5), then: Self.bars(merge), selfie: (0.5, merge),
            grouping: ConstrainedGrouping(),
            makeSpace: { PlainSpace() })
    }

    private static func bars(_ merge: Double) -> GroupingBars {
        GroupingBars(merge: merge, attach: merge, question: merge * 1.12)
    }

    @Test("tells who would become one, with the pairs that would")
    func looser() {
        let what = what(merge: 0.6)
        #expect([what.now.people, what.now.faces, what.now.photos, what.now.questions] == [2, 6, 6, 1])
        #expect([what.then.people, what.then.faces, what.then.photos, what.then.questions] == [1, 6, 6, 0])
        #expect([what.merged, what.split, what.changedPairs] == [1, 0, 9])
        let (now, then) = (what.now.selfies, what.then.selfies)
        #expect([now.taken, now.findingThemselves, now.findingOthers] == [2, 2, 0])
        #expect(
            [then.taken, then.findingThemselves, then.findingOthers] == [1, 0, 0], "the mean of all five")
        #expect(what.examples.map { $0.first } == [Self.scene.faces[2].id])
        #expect(what.examples.map { ($0.distance * 100).rounded() } == [55])
    }

    @Test("tells who would fall apart")
    func stricter() {
        let what = what(merge: 0.1)
        #expect([what.then.people, what.then.faces, what.then.photos, what.then.questions] == [0, 0, 0, 0])
        #expect([what.merged, what.split, what.changedPairs] == [0, 0, 6])
        #expect(what.then.selfies.taken == 0)
        #expect(what.examples.count == 2, "one pair of each person is enough to look at")
        #expect(self.what(merge: 0.5).changedPairs == 0)
        // The pairs that are known reach farther than either question does.
        #expect(self.what(merge: 0.45).then.questions == 0)
    }
}
