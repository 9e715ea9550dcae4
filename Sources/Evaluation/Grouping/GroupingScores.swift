/// Pairwise and BCubed figures of a set of faces, which is all that they are judged among.
package struct GroupingScores: Sendable, Equatable, Codable {
    package var faces: Int
    package var identities: Int
    /// Of all pairs in one person, those of one identity.
    package var pairPrecision: Estimate?
    /// Of all pairs of one identity, those in one person.
    package var pairRecall: Estimate?
    package var bcubedPrecision: Estimate?
    package var bcubedRecall: Estimate?
    package var bcubedF: Estimate?

    init(of faces: [KnownFaces.Known], _ people: DrawnPeople) {
        let members = faces.map(\.member)
        self.faces = faces.count
        identities = Set(faces.map(\.identity)).count
        guard identities >= DrawnPeople.leastPeople, faces.count >= GroupingReport.leastFaces else { return }
        let counts = GroupCounts(of: members, identities: people.people)
        let all = counts.part(members)
        let among = identities
        let figures = people.estimates { counts.pairs(draws: $0) + counts.bcubed(of: all, draws: $0) }
            .map { $0?.whereNoneWasMissed(among: among) }
        pairPrecision = figures[0]
        pairRecall = figures[1]
        bcubedPrecision = figures[2]
        bcubedRecall = figures[3]
        bcubedF = figures[4]
    }
}

/// BCubed figures of some of the faces, judged among all usable ones.
struct BandScores {
    let ignored: Int
    let outside: Int
    let identities: Int
    private(set) var precision: Estimate?
    private(set) var recall: Estimate?
    private(set) var f: Estimate?

    init(of faces: [KnownFaces.Known], among counts: GroupCounts, _ people: DrawnPeople) {
        let usable = faces.filter { $0.face.isUsable }
        ignored = faces.count - usable.count
        outside = usable.count { $0.face.person == nil }
        identities = Set(usable.map(\.identity)).count
        guard identities >= DrawnPeople.leastPeople, usable.count >= GroupingReport.leastFaces else { return }
        let part = counts.part(usable.map(\.member))
        let among = identities
        let figures = people.estimates { counts.bcubed(of: part, draws: $0) }
            .map { $0?.whereNoneWasMissed(among: among) }
        precision = figures[0]
        recall = figures[1]
        f = figures[2]
    }
}
