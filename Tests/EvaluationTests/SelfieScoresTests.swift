import Testing

@testable import Evaluation

@Suite("Selfie scores") struct SelfieScoresTests {
    func guest(_ name: String, given: Set<Int>, shown: Set<Int>, findable: Set<Int>? = nil) -> GivenSelfie {
        GivenSelfie(
            reference: name, identity: name, isStranger: false, given: given, shown: shown,
            findable: findable ?? shown)
    }

    func stranger(_ name: String, given: Set<Int>, as reference: String? = nil) -> GivenSelfie {
        GivenSelfie(
            reference: reference ?? name, identity: name, isStranger: true, given: given, shown: [],
            findable: [])
    }

    @Test("counts photos given, due and findable as done by hand")
    func byHand() throws {
        let scores = SelfieScores([
            guest("a", given: [1, 2], shown: [1, 2]),
            guest("b", given: [3, 9], shown: [3, 4], findable: [3]),
            guest("c", given: [], shown: [5, 6]),
            guest("d", given: [7], shown: [7]),
            guest("e", given: [8], shown: [8]),
            stranger("x", given: [1]),
        ])
        #expect(scores.selfies == 5 && scores.people == 5 && scores.given == 6 && scores.wrong == 1)
        #expect(scores.shown == 8 && scores.findable == 7)
        let precision = try #require(scores.precision)
        #expect(precision.value == 5.0 / 6 && precision.low < 5.0 / 6 && precision.high == 1)
        #expect(scores.recall?.value == 5.0 / 8 && scores.recallOfFindable?.value == 5.0 / 7)
    }

    @Test("is not certain of five people without a fault")
    func perfect() {
        let scores = SelfieScores((0..<5).map { guest("\($0)", given: [$0], shown: [$0]) })
        #expect(scores.precision?.value == 1 && abs((scores.precision?.low ?? 1) - 0.4) < 1e-12)
    }

    @Test("counts strangers who were given photos, each once")
    func strangers() throws {
        let four =
            [stranger("w", given: []), stranger("x", given: []), stranger("y", given: [])]
            + [stranger("z", given: [1], as: "z1"), stranger("z", given: [2], as: "z2")]
        let few = SelfieScores(four).strangers
        #expect(few.affected == 1 && few.people == 4 && few.rate == nil)
        let enough = SelfieScores(four + [stranger("v", given: [])]).strangers
        let rate = try #require(enough.rate)
        #expect(enough.affected == 1 && enough.people == 5 && rate.value == 0.2)
        #expect(rate.low == 0 && rate.high >= 0.4)
        let none = SelfieScores((0..<20).map { stranger("\($0)", given: []) }).strangers
        #expect(none.rate?.value == 0 && abs((none.rate?.high ?? 0) - 0.15) < 1e-12)
    }

    @Test("claims nothing of four guests")
    func tooFew() {
        let scores = SelfieScores((0..<4).map { guest("\($0)", given: [$0], shown: [$0]) })
        #expect(scores.given == 4 && scores.precision == nil && scores.recall == nil)
    }

    @Test("names the selfies that were given photos of others, strangers first")
    func wrong() {
        let faults = GroupingFaults(
            faces: [],
            selfies: [
                guest("a", given: [1, 2, 3], shown: [1]), guest("b", given: [1], shown: [1]),
                stranger("x", given: [5]), stranger("y", given: []),
            ], distance: nil)
        #expect(faults.selfies.map(\.reference) == ["x", "a"])
        #expect(faults.selfies.map(\.wrong) == [[5], [2, 3]])
    }
}
