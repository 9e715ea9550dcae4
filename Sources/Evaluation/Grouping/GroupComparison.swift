/// The same figures for each group of people, side by side, so that no average hides whom it fails.
package struct GroupComparison: Sendable, Equatable, Codable {
    package var everyone: Row
    /// In order of their names.
    package var groups: [Row]
    /// People whom no group was told for; absent where there are none.
    package var unstated: Row?

    /// The figures of one group of people.
    package struct Row: Sendable, Equatable, Codable {
        package var name: String
        /// With a face, usable or not.
        package var identities: Int
        package var faces: Int
        package var ignored: Int
        package var outside: Int
        package var precision: Estimate?
        package var recall: Estimate?
        package var f: Estimate?
        package var mixedIdentities: PeopleShare
        package var splitIdentities: PeopleShare
        package var selfies: SelfieScores
        /// Absent where no distances were handed in.
        package var near: NearShare?
    }

    init(
        of known: KnownFaces, selfies: [GivenSelfie], _ people: DrawnPeople, groups: PeopleGroups,
        mixed: Set<String>, split: Set<String>, near: NearPairs?
    ) {
        let counts = GroupCounts(of: known.usable.map(\.member), identities: people.people)
        func row(_ name: String, _ belongs: (String) -> Bool) -> Row {
            let faces = known.faces.filter { belongs(known.identities[$0.identity]) }
            let scores = BandScores(of: faces, among: counts, people)
            let present = known.identitiesWithUsableFaces.filter(belongs)
            let numbers = Set(known.identities.indices.filter { belongs(known.identities[$0]) })
            return Row(
                name: name, identities: numbers.count, faces: faces.count, ignored: scores.ignored,
                outside: scores.outside, precision: scores.precision, recall: scores.recall, f: scores.f,
                mixedIdentities: PeopleShare(present.map { mixed.contains($0) }),
                splitIdentities: PeopleShare(present.map { split.contains($0) }),
                selfies: SelfieScores(selfies.filter { belongs($0.identity) }),
                near: near?.share(among: numbers, people))
        }
        let group = groups.groupOfIdentity
        let all = Set(known.identities).union(selfies.map(\.identity))
        everyone = row("everyone") { _ in true }
        self.groups = Set(all.compactMap { group[$0] }).sorted().map { name in
            row(name) { group[$0] == name }
        }
        unstated = all.contains { group[$0] == nil } ? row("no group told") { group[$0] == nil } : nil
    }
}
