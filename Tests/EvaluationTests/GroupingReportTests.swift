import Domain
import FoundationEssentials
import Testing

@testable import Evaluation

/// A face of "a" that was put into person 1, unless told otherwise.
func found(
    _ identity: String?, in person: Int?, _ tier: Verdict.Tier = .seed, size: Double = 120,
    brightness: Double = 120, yaw: Double = 0, photo: Int = 0, as reference: String = ""
) -> FoundFace {
    FoundFace(
        reference: reference.isEmpty ? "\(identity ?? "?")-\(photo)" : reference, photo: photo,
        identity: identity, person: person, tier: tier, size: size, brightness: brightness, yaw: yaw)
}

/// So many people of three faces each, every one in a person of its own.
func rightlyGrouped(people: Int, _ change: (Int, Int) -> FoundFace? = { _, _ in nil }) -> [FoundFace] {
    (0..<people).flatMap { person in
        (0..<3).map { change(person, $0) ?? found("p\(person)", in: person, photo: person * 3 + $0) }
    }
}

@Suite("Grouping report") struct GroupingReportTests {
    /// Ten people: p1's last face is with p0, p2's last is a person of its own, p3's last is in none.
    let faulty = rightlyGrouped(people: 10) { person, index in
        guard index == 2 else { return nil }
        switch person {
        case 1: return found("p1", in: 0, photo: 5)
        case 2: return found("p2", in: 20, .attach, size: 50, photo: 8)
        case 3: return found("p3", in: nil, .attach, size: 50, photo: 11)
        default: return nil
        }
    }

    func isInside(_ estimate: Estimate?, _ value: Double) -> Bool {
        guard let estimate else { return false }
        return abs(estimate.value - value) < 1e-12 && estimate.low <= value && estimate.high >= value
    }

    @Test("holds nobody for faultless beyond what the people can carry")
    func perfect() throws {
        let report = GroupingReport(faces: rightlyGrouped(people: 10), selfies: [])
        for figure in [
            report.usable.pairPrecision, report.usable.pairRecall, report.usable.bcubedPrecision,
            report.usable.bcubedRecall, report.usable.bcubedF, report.seeds.bcubedF,
        ] {
            let figure = try #require(figure)
            #expect(figure.value == 1 && figure.high == 1 && abs(figure.low - 0.7) < 1e-12)
        }
        #expect(report.mixedIdentities.affected == 0 && report.splitIdentities.affected == 0)
        let rate = try #require(report.mixedIdentities.rate)
        #expect(rate.value == 0 && rate.low == 0 && abs(rate.high - 0.3) < 1e-12)
        #expect(report.faults == GroupingFaults(faces: [], selfies: [], distance: nil))
    }

    @Test("counts faults as done by hand, each figure inside its interval")
    func faults() throws {
        let report = GroupingReport(faces: faulty, selfies: [])
        // Pairs: person 0 holds 4 faces (3 of 6 right), p1 1, p2 1, p3 1, six others 3 each: 24 of 27, 30 are due.
        #expect(isInside(report.usable.pairPrecision, 24.0 / 27))
        #expect(isInside(report.usable.pairRecall, 24.0 / 30))
        // Precision: p0 3 x 3/4, p1's stray 1/4, all 26 others 1. Recall: p1, p2 and p3 2 x 2/3 + 1/3, all others 1.
        #expect(isInside(report.usable.bcubedPrecision, 28.5 / 30))
        #expect(isInside(report.usable.bcubedRecall, 26.0 / 30))
        #expect(isInside(report.usable.bcubedF, 2 * 28.5 * 26 / 30 / 54.5))
        // The seeds know nothing of the faces that were to be attached.
        #expect(report.seeds.faces == 28 && isInside(report.seeds.pairRecall, 24.0 / 26))
        let precision = try #require(report.usable.bcubedPrecision)
        #expect(precision.low < precision.value && precision.high > precision.value)
        #expect(report.mixedIdentities.affected == 2 && isInside(report.mixedIdentities.rate, 0.2))
        #expect(report.splitIdentities.affected == 2 && isInside(report.splitIdentities.rate, 0.2))
    }

    @Test("counts faces that it does not judge")
    func counts() {
        let others = [
            found(nil, in: 0), found(nil, in: nil), found("p0", in: nil, .ignored),
            found("a", in: nil, .ignored),
        ]
        let report = GroupingReport(faces: faulty + others, selfies: [])
        let counts = report.counts
        #expect(counts.faces == 34 && counts.unknown == 2 && counts.seeds == 28 && counts.attach == 2)
        #expect(counts.ignored == 2 && counts.outside == 1 && counts.photos == 30)
        #expect(counts.identities == 10 && counts.persons == 11)
        #expect(report.usable == GroupingReport(faces: faulty, selfies: []).usable)
    }

    @Test("names who was mixed, split and missed, the nearest wrong pair with them")
    func names() throws {
        let places = faulty.indices.map { Double($0) }
        let report = GroupingReport(faces: faulty, selfies: []) { abs(places[$0] - places[$1]) }
        let mixed = try #require(report.faults.mixed.first)
        #expect(report.faults.mixed.count == 1 && mixed.person == 0)
        #expect(mixed.identities.map(\.identity) == ["p0", "p1"] && mixed.identities.map(\.faces) == [3, 1])
        // p0's last face is number 2, p1's stray is number 5.
        #expect(
            mixed.nearest
                == .init(
                    distance: 3, first: "p0-2", firstIdentity: "p0", second: "p1-5", secondIdentity: "p1"))
        #expect(report.faults.split.map(\.identity) == ["p1", "p2"])
        #expect(report.faults.split.last?.persons.map(\.person) == [2, 20])
        #expect(report.faults.missed.map(\.reference) == ["p3-11"])
        #expect(GroupingReport(faces: faulty, selfies: []).faults.mixed.first?.nearest == nil)
    }

    @Test("misses nobody who has no person at all")
    func alone() {
        let faults = GroupingFaults(faces: [found("z", in: nil)], selfies: [], distance: nil)
        #expect(faults.missed.isEmpty)
    }

    @Test("claims no figure from a handful of people or faces")
    func tooFew() {
        let four = GroupingReport(faces: rightlyGrouped(people: 4), selfies: [])
        #expect(four.usable.faces == 12 && four.usable.bcubedF == nil && four.mixedIdentities.rate == nil)
        let nine = GroupingReport(faces: (0..<9).map { found("n\($0 as Int)", in: $0) }, selfies: [])
        #expect(nine.usable.identities == 9 && nine.usable.bcubedF == nil)
        let none = GroupingReport(faces: [], selfies: [])
        #expect(none.counts.faces == 0 && none.usable.bcubedF == nil && none.selfies.precision == nil)
        // Ten people of one face each: grouped rightly, but there is no pair that could be.
        let single = GroupingReport(faces: (0..<10).map { found("n\($0 as Int)", in: $0) }, selfies: [])
        #expect(single.usable.bcubedF?.value == 1)
        #expect(single.usable.pairPrecision == nil && single.usable.pairRecall == nil)
    }

    @Test("tells sizes, light and pose apart, with no figure where there are too few")
    func bands() throws {
        // p0 to p4 are small, dark and turned to either side, and p1's stray is their one fault; the others are not.
        let faces =
            faulty.map { face in
                guard let identity = face.identity, identity < "p5" else { return face }
                var face = face
                (face.size, face.brightness, face.yaw) = (40, 40, face.photo % 2 == 0 ? -35 : 35)
                return face
            } + [found("p9", in: nil, .ignored, size: 20, photo: 99)]
        let report = GroupingReport(faces: faces, selfies: [])
        #expect(report.bySize.map(\.name) == ["<36", "36-64", "64-100", "100-180", "180-260", "260+"])
        #expect(report.bySize.map(\.faces) == [1, 15, 0, 15, 0, 0])
        #expect(report.bySize[0].ignored == 1 && report.bySize[0].f == nil)
        #expect(report.bySize[1].outside == 1 && report.bySize[1].identities == 5)
        #expect(isInside(report.bySize[1].precision, 13.5 / 15))
        #expect(isInside(report.bySize[1].recall, 11.0 / 15))
        #expect(report.bySize[3].f?.value == 1)
        #expect(report.byLight.map(\.faces) == [0, 15, 0, 16, 0, 0])
        #expect(report.byPose.map(\.faces) == [16, 0, 15, 0, 0])
        #expect(report.byPose[2].precision == report.bySize[1].precision)
    }

    @Test("is the same whatever the order of the faces, and comes back from JSON as it was")
    func steady() throws {
        let groups = PeopleGroups(groupOfIdentity: ["p0": "x", "p1": "x"])
        let selfies = [
            GivenSelfie(
                reference: "s", identity: "p0", isStranger: false, given: [1], shown: [1], findable: [])
        ]
        let report = GroupingReport(faces: faulty, selfies: selfies, groups: groups)
        let other = GroupingReport(faces: faulty.reversed(), selfies: selfies, groups: groups)
        #expect(report == other)
        #expect(try JSONDecoder().decode(GroupingReport.self, from: JSONEncoder().encode(report)) == report)
    }
}
