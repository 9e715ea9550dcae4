import Domain
import Testing

@testable import Evaluation

@Suite("Groups of people") struct GroupComparisonTests {
    @Test("reads a table of groups, and refuses one that contradicts itself")
    func reads() throws {
        let table = try CSVTable(reading: "group,identity\nx,a\n,b\ny,c\nx,a\n")
        #expect(try PeopleGroups(reading: table).groupOfIdentity == ["a": "x", "c": "y"])
        let torn = try CSVTable(reading: "identity,group\na,x\na,y\n")
        #expect(throws: CSVError.contradiction(row: 2, column: "group")) { try PeopleGroups(reading: torn) }
        let bare = try CSVTable(reading: "identity\na\n")
        #expect(throws: CSVError.noColumn("group")) { try PeopleGroups(reading: bare) }
    }

    /// Ten people of three faces; p0 and p1 are one person, and of the two p1 stands near.
    let faces = rightlyGrouped(people: 10) { person, index in
        person == 1 ? found("p1", in: 0, photo: 3 + index) : nil
    }
    let groups = PeopleGroups(
        groupOfIdentity: Dictionary(
            uniqueKeysWithValues: (0..<10).map { ("p\($0)", $0 < 5 ? "left" : "right") }))

    func report(_ groups: PeopleGroups) throws -> GroupComparison {
        // Everybody stands ten apart, p0 and p1 one.
        let places = faces.map { face in
            face.identity == "p1" ? 1 : (face.identity.flatMap { Double($0.dropFirst()) } ?? 0) * 10
        }
        let report = GroupingReport(
            faces: faces,
            selfies: (0..<10).map {
                GivenSelfie(
                    reference: "s\($0)", identity: "p\($0)", isStranger: false,
                    given: $0 < 5 ? [$0, 99] : [$0],
                    shown: [$0], findable: [$0])
            }, groups: groups, merge: 2
        ) { abs(places[$0] - places[$1]) }
        return try #require(report.byGroup)
    }

    @Test("shows whom the average hides")
    func sideBySide() throws {
        let comparison = try report(groups)
        #expect(comparison.groups.map(\.name) == ["left", "right"] && comparison.unstated == nil)
        let (left, right) = (comparison.groups[0], comparison.groups[1])
        // Six of fifteen faces lie in a person half theirs.
        #expect(left.precision?.value == 12.0 / 15 && right.precision?.value == 1)
        #expect(comparison.everyone.precision?.value == 27.0 / 30)
        #expect(left.mixedIdentities.affected == 2 && right.mixedIdentities.affected == 0)
        #expect(left.selfies.precision?.value == 0.5 && right.selfies.precision?.value == 1)
        #expect(comparison.everyone.selfies.precision?.value == 10.0 / 15)
        #expect(left.identities == 5 && left.faces == 15 && right.splitIdentities.people == 5)
    }

    @Test("counts pairs of different people within the merge distance, in each group and in all")
    func near() throws {
        let comparison = try report(groups)
        let left = try #require(comparison.groups[0].near)
        #expect(left.pairs == 90 && left.near == 9 && left.share?.value == 0.1)
        let right = try #require(comparison.groups[1].near)
        // None of ten pairs of people: up to three in ten may be near, whatever the number of their faces.
        #expect(right.pairs == 90 && right.near == 0 && right.share?.value == 0 && right.share?.high == 0.3)
        let all = try #require(comparison.everyone.near)
        #expect(all.pairs == 405 && all.near == 9 && all.share?.value == 9.0 / 405)
        #expect(GroupingReport(faces: faces, selfies: [], groups: groups).byGroup?.everyone.near == nil)
    }

    @Test("shows counts alone for a group of few, and those whom no group was told for")
    func few() throws {
        let comparison = try report(PeopleGroups(groupOfIdentity: ["p0": "few", "p1": "few"]))
        let few = comparison.groups[0]
        #expect(few.faces == 6 && few.precision == nil && few.near?.share == nil && few.near?.near == 9)
        #expect(few.mixedIdentities.affected == 2 && few.mixedIdentities.rate == nil)
        #expect(comparison.unstated?.identities == 8 && comparison.unstated?.precision?.value == 1)
    }

    @Test("counts no more than twenty faces of one identity")
    func most() {
        let faces =
            (0..<30).map { found("a", in: 1, photo: $0) } + [found("b", in: 2), found("c", in: 3, .attach)]
        let near = NearPairs(KnownFaces(faces), within: 1) { _, _ in 0 }
        let share = near.share(among: [0, 1, 2], DrawnPeople(people: 3))
        #expect(share.pairs == 20 && share.near == 20 && share.identities == 2 && share.share == nil)
    }
}
