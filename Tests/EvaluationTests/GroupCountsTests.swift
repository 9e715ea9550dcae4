import Testing

@testable import Evaluation

@Suite("Group counts") struct GroupCountsTests {
    typealias Member = GroupCounts.Member

    /// Three faces of a and two of b; a's third and b's second stand apart, b's first is with a.
    let muddle = [
        Member(identity: 0, person: 10), Member(identity: 0, person: 10), Member(identity: 0, person: 11),
        Member(identity: 1, person: 10), Member(identity: 1, person: nil),
    ]

    func grouping(_ persons: [Int?]) -> [Member] {
        zip([0, 0, 0, 1, 1], persons).map { Member(identity: $0, person: $1) }
    }

    func figures(_ members: [Member], draws: [Int] = [1, 1]) -> [Double?] {
        let counts = GroupCounts(of: members, identities: 2)
        return counts.pairs(draws: draws) + counts.bcubed(of: counts.part(members), draws: draws)
    }

    func expect(_ found: [Double?], _ due: [Double?], _ place: SourceLocation = #_sourceLocation) {
        #expect(found.count == due.count, sourceLocation: place)
        for (found, due) in zip(found, due) {
            guard let found, let due else {
                #expect(found == due, sourceLocation: place)
                continue
            }
            #expect(abs(found - due) < 1e-12, sourceLocation: place)
        }
    }

    @Test("finds no fault in the truth")
    func perfect() { expect(figures(grouping([1, 1, 1, 2, 2])), [1, 1, 1, 1, 1]) }

    @Test("sees everybody in one person")
    func allInOne() {
        // 3 + 1 of 10 pairs are right; three faces among which 3 of 5 are theirs, two with 2 of 5.
        expect(figures(grouping([1, 1, 1, 1, 1])), [0.4, 1, 0.52, 1, 1.04 / 1.52])
    }

    @Test("sees everybody apart, in persons of one face or in none")
    func allApart() {
        // No pair was made, so none can be right or wrong; every face has found itself alone.
        expect(figures(grouping([1, 2, 3, 4, 5])), [nil, 0, 1, 0.4, 0.8 / 1.4])
        expect(figures(grouping([nil, nil, nil, nil, nil])), [nil, 0, 1, 0.4, 0.8 / 1.4])
    }

    @Test("counts a muddle as done by hand")
    func mixed() {
        expect(figures(muddle), [1.0 / 3, 1.0 / 4, 11.0 / 15, 8.0 / 15, 176.0 / 285])
    }

    @Test("counts identities as often as they are drawn, copies never against each other")
    func drawn() {
        expect(figures(muddle, draws: [2, 0]), [1, 1.0 / 3, 1, 5.0 / 9, 10.0 / 14])
        expect(Array(figures(muddle, draws: [1, 2]).prefix(2)), [1.0 / 5, 1.0 / 5])
        expect(figures(muddle, draws: [0, 0]), [nil, nil, nil, nil, nil])
    }

    @Test("judges some faces by the whole person they are in")
    func part() {
        let counts = GroupCounts(of: muddle, identities: 2)
        let last = counts.part([muddle[3], muddle[4]])
        expect(counts.bcubed(of: last, draws: [1, 1]), [2.0 / 3, 1.0 / 2, 4.0 / 7])
    }
}
