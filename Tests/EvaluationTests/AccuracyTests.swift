import Domain
import Testing

@testable import Evaluation

/// Faces on a line, so that every distance can be told by looking.
func faces(_ places: (String, [Float])...) -> [LabelledVector] {
    places.flatMap { identity, values in
        values.enumerated().map { index, value in
            LabelledVector(
                photo: PhotoName("\(identity)/\(index).jpg"), identity: identity, vector: FaceVector([value]))
        }
    }
}

func pack(selfie: Double, metric: Metric = .euclidean) -> PackFacts {
    let bars = Thresholds(
        merge: .init(distance: selfie), attach: .init(distance: selfie), selfie: .init(distance: selfie),
        ask: .init(distance: selfie))
    return PackFacts(
        name: "line", identity: "0", dimension: 1, metric: metric, thresholds: [.intimate: bars])
}

/// Same pairs: 2.25, 0.5. Different pairs: 0.75, 1.25, 3, 3.5, 6.5, 7, 7.75, 10.
let three = faces(("a", [0, 2.25]), ("b", [3, 3.5]), ("c", [10]))

@Suite("Error curve") struct ErrorCurveTests {
    let pairs = FacePairs(of: three, metric: .euclidean)

    @Test("finds the threshold at a rate and what matches below it")
    func atRate() {
        let curve = ErrorCurve(of: pairs, upToRate: 0.5, distance: 0)
        #expect(curve.same == 2 && curve.different == 8)
        #expect(curve.threshold(atRate: 0) == 0.75 && curve.matchRate(atRate: 0) == 0.5)
        #expect(curve.threshold(atRate: 0.125) == 1.25 && curve.matchRate(atRate: 0.125) == 0.5)
        #expect(curve.threshold(atRate: 0.25) == 3 && curve.matchRate(atRate: 0.25) == 1)
        #expect(curve.pairs(beyondRate: 0.25) == 2)
    }

    @Test("counts a pair at the very bar as a match")
    func atBar() {
        let curve = ErrorCurve(of: pairs, upToRate: 0, distance: 3)
        #expect(curve.falseMatches(at: 0.75) == 1 && curve.falseMatches(at: 0.74) == 0)
        #expect(curve.falseMatchRate(at: 3) == 0.375)
        #expect(
            curve.missRate(at: 0.5) == 0.5 && curve.missRate(at: 0.49) == 1 && curve.missRate(at: 2.25) == 0)
    }

    @Test("counts people as often as they are drawn, never a person against himself")
    func drawn() {
        let curve = ErrorCurve(of: pairs, draws: [2, 0, 1], upToRate: 1, distance: 0)
        #expect(curve.same == 2 && curve.different == 4)
        #expect(curve.threshold(atRate: 0) == 7.75 && curve.threshold(atRate: 0.5) == 10)
        #expect(!ErrorCurve(of: pairs, draws: [3, 0, 0], upToRate: 1, distance: 0).isMeasurable)
        #expect(!ErrorCurve(of: pairs, draws: [0, 0, 3], upToRate: 1, distance: 0).isMeasurable)
    }

    @Test("finds the equal error rate")
    func equalErrorRate() {
        #expect(pairs.equalErrorRate == 0.125)
        #expect(FacePairs(of: faces(("a", [0, 1]), ("b", [9])), metric: .euclidean).equalErrorRate == 0)
        #expect(FacePairs(of: faces(("a", [0, 1])), metric: .euclidean).equalErrorRate == nil)
    }

    @Test("treats equal distances alike, whatever their order")
    func ties() {
        let pairs = FacePairs(of: faces(("a", [0, 1]), ("b", [2]), ("c", [-1])), metric: .euclidean)
        // Different: 1 (a-b), 1 (a-c), 2, 2, 3; same: 1. One false match allowed, but two lie at 1: neither counts.
        let curve = ErrorCurve(of: pairs, upToRate: 0.5, distance: 0)
        #expect(curve.threshold(atRate: 0.2) == 1 && curve.matchRate(atRate: 0.2) == 0)
        #expect(curve.threshold(atRate: 0.4) == 2 && curve.matchRate(atRate: 0.4) == 1)
    }
}

@Suite("Rank one") struct RankOneTests {
    @Test("leaves each photo out and looks for it among the others")
    func byHand() throws {
        // a's second photo is nearer to b, by face and by mean; c has one photo and is only a candidate.
        let rank = try #require(RankOne(of: three, metric: .euclidean))
        #expect(rank.probes == 4 && rank.people == 3)
        #expect(rank.byPerson.value == 0.75 && rank.byFace.value == 0.75)
        #expect(rank.byPerson.low == 0.5 && rank.byPerson.high == 1)
        #expect(RankOne(of: faces(("a", [1]), ("b", [2])), metric: .euclidean) == nil)
    }

    @Test("tells the mean of a person from a single photo")
    func meanAgainstFace() throws {
        // b's stray photo is the nearest face of a's first; b's mean is far off.
        let rank = try #require(
            RankOne(of: faces(("a", [0, 2]), ("b", [-1, -30])), metric: .euclidean))
        #expect(rank.byPerson.value == 0.75)
        #expect(rank.byFace.value == 0.5)
    }

    @Test("weighs faces alike where angles count")
    func cosine() throws {
        let long = FaceVector([100, 0])
        func face(_ identity: String, _ vector: FaceVector, _ name: String) -> LabelledVector {
            LabelledVector(photo: PhotoName(name), identity: identity, vector: vector)
        }
        // Two photos of "a" at 0 and 90 degrees have their mean at 45, whatever the first one's length.
        let rank = try #require(
            RankOne(
                of: [
                    face("a", long, "1"), face("a", FaceVector([0, 1]), "2"),
                    face("a", FaceVector([1, 1]), "3"),
                    face("b", FaceVector([1, 0.5]), "4"),
                ], metric: .cosine))
        #expect(rank.byPerson.value == 1.0 / 3)
    }
}

@Suite("Accuracy report") struct AccuracyReportTests {
    /// Hundred people far from each other, half of them with two like photos and half with two unlike ones.
    let half = (0..<100).map { person in
        let place = Float(person) * 1000
        return (
            person < 10 ? "p0\(person)" : "p\(person)", [place, place + (person % 2 == 0 ? 0.5 : 1_000_000)]
        )
    }.flatMap { faces(($0.0, $0.1)) }

    @Test("gives the figure with the interval that its people allow")
    func interval() throws {
        let report = AccuracyReport(faces: half, missed: [], pack: pack(selfie: 1))
        #expect(report.people == 100 && report.samePairs == 100 && report.differentPairs == 19_800)
        let first = try #require(report.verification.first)
        let matchRate = try #require(first.matchRate)
        #expect(first.pairsBeyond == 198 && matchRate.value == 0.5)
        // Half of a hundred people: a standard deviation of .05.
        #expect(abs(matchRate.low - 0.402) < 0.02 && abs(matchRate.high - 0.598) < 0.02)
        let selfie = try #require(report.bars.first { $0.name == "selfie" })
        #expect(selfie.falseMatches == 0 && selfie.missRate.value == 0.5 && selfie.preset == .intimate)
        // None of 19,800 is not never.
        #expect(selfie.falseMatchRate.value == 0 && selfie.falseMatchRate.high == 3.0 / 19_800)
    }

    @Test("finds no skill in labels without meaning")
    func chance() throws {
        var state: UInt64 = 7
        let scattered = (0..<150).map { index in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let place = Float(state >> 40) / Float(1 << 24)
            return LabelledVector(
                photo: PhotoName("\(index)"), identity: "\(index % 15)", vector: FaceVector([place]))
        }
        let report = AccuracyReport(faces: scattered, missed: [], pack: pack(selfie: 0.1))
        let matchRate = try #require(report.verification.first?.matchRate)
        #expect(matchRate.low <= 0.01 && matchRate.high >= 0.01 && matchRate.value < 0.03)
        let eer = try #require(report.equalErrorRate)
        #expect(abs(eer - 0.5) < 0.05)
        // Two places drawn evenly from 0 to 1 lie within .1 of each other in 19 cases of 100.
        let bar = try #require(report.bars.first)
        #expect(abs(bar.falseMatchRate.value - 0.19) < 0.03 && abs(bar.missRate.value - 0.81) < 0.05)
        #expect(bar.falseMatchRate.low < bar.falseMatchRate.value)
    }

    @Test("says which rates the photos are too few for")
    func tooFew() {
        let report = AccuracyReport(faces: half, missed: [], pack: pack(selfie: 1))
        #expect(report.verification.map { $0.matchRate != nil } == [true, true, false])
        #expect(report.text.contains("not measurable with 19800 different pairs"))
        let none = AccuracyReport(faces: faces(("a", [1])), missed: [], pack: pack(selfie: 1))
        #expect(none.bars.isEmpty && none.rankOne == nil && none.equalErrorRate == nil)
        #expect(none.text.contains("nobody has two photos"))
    }

    @Test("counts and names the photos that gave no vector")
    func missed() {
        let gone = LabelledPhoto(name: PhotoName("a/2.jpg"), identity: "a", box: nil).missed("no face found")
        let report = AccuracyReport(faces: three, missed: [gone], pack: pack(selfie: 1))
        #expect(report.photos == 6 && report.samePairs == 2 && report.samePairsLost == 2)
        #expect(report.text.contains("a/2.jpg: no face found"))
    }

    @Test("is the same every time, down to the last bit, whatever the order of the faces")
    func deterministic() {
        let first = AccuracyReport(faces: half, missed: [], pack: pack(selfie: 1))
        let second = AccuracyReport(faces: half.reversed(), missed: [], pack: pack(selfie: 1))
        #expect(first == second)
        var bootstrap = Bootstrap(seed: 1)
        #expect(bootstrap.draws(people: 8) == Self.drawsOfSeedOne)
    }

    /// Written down once: another generator would change every interval ever published.
    static let drawsOfSeedOne = [0, 0, 0, 2, 2, 1, 1, 2]
}
