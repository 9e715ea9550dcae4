/// How well an event was grouped into persons, and what selfies were given, where the truth is known.
///
/// *Identities* are who people truly are, *persons* are what the grouping made of their faces. Every figure carries
/// the 95 % interval that drawing identities anew gives it, and there is none where the sample is too small for one.
package struct GroupingReport: Sendable, Equatable, Codable {
    package var counts: Counts
    /// Over the seeds alone, each judged among the seeds.
    package var seeds: GroupingScores
    /// Over the seeds and the faces that may only be attached.
    package var usable: GroupingScores
    /// Identities whose usable faces share a person with somebody else's.
    package var mixedIdentities: PeopleShare
    /// Identities whose usable faces lie in several persons.
    package var splitIdentities: PeopleShare
    package var selfies: SelfieScores
    package var bySize: [Band]
    package var byLight: [Band]
    package var byPose: [Band]
    /// Absent where nobody told groups of people.
    package var byGroup: GroupComparison?
    package var faults: GroupingFaults

    /// What there was to judge.
    package struct Counts: Sendable, Equatable, Codable {
        package var faces: Int
        /// Left out of every figure, because nobody knows whose they are.
        package var unknown: Int
        package var seeds: Int
        package var attach: Int
        /// Known, but too poor to be compared: no figure but the counts holds them.
        package var ignored: Int
        /// Usable and known, but in no person.
        package var outside: Int
        /// Photos with a face.
        package var photos: Int
        /// With a usable face.
        package var identities: Int
        /// With a usable face whose identity is known.
        package var persons: Int
    }

    /// The figures of faces that have something in common.
    package struct Band: Sendable, Equatable, Codable {
        /// "<36", "36-64", "260+".
        package var name: String
        package var faces: Int
        package var ignored: Int
        package var outside: Int
        package var identities: Int
        package var precision: Estimate?
        package var recall: Estimate?
        package var f: Estimate?
    }

    /// With fewer usable faces than this a band shows its counts alone.
    package static let leastFaces = 10

    /// - Parameter groups: groups of people to be told apart, if there are any.
    /// - Parameter merge: the distance up to which two seeds form a person.
    /// - Parameter distance: between two usable faces, by their places in `faces`; without it no distance is told.
    package init(
        faces: [FoundFace], selfies: [GivenSelfie], groups: PeopleGroups? = nil, merge: Double? = nil,
        distance: ((Int, Int) -> Double)? = nil
    ) {
        let known = KnownFaces(faces)
        let people = DrawnPeople(people: known.identitiesWithUsableFaces.count)
        counts = Counts(faces, known)
        seeds = GroupingScores(of: known.seeds, people)
        usable = GroupingScores(of: known.usable, people)
        faults = GroupingFaults(faces: faces, selfies: selfies, distance: distance)
        let mixed = faults.mixedIdentities
        let split = Set(faults.split.map(\.identity))
        let present = known.identitiesWithUsableFaces
        mixedIdentities = PeopleShare(present.map { mixed.contains($0) })
        splitIdentities = PeopleShare(present.map { split.contains($0) })
        self.selfies = SelfieScores(selfies)
        bySize = Self.bands(.grouping, of: known, people) { $0.size }
        byLight = Self.bands(.light, of: known, people) { $0.brightness }
        byPose = Self.bands(.pose, of: known, people) { abs($0.yaw) }
        byGroup = groups.map {
            GroupComparison(
                of: known, selfies: selfies, people, groups: $0, mixed: mixed, split: split,
                near: merge.flatMap { merge in
                    distance.map { NearPairs(known, within: merge, distance: $0) }
                })
        }
    }

    private static func bands(
        _ bands: RecallCount.Bands, of known: KnownFaces, _ people: DrawnPeople,
        by measure: (FoundFace) -> Double
    ) -> [Band] {
        let counts = GroupCounts(of: known.usable.map(\.member), identities: people.people)
        let byBand = Dictionary(grouping: known.faces) { bands.band(of: measure($0.face)) }
        return (0..<bands.count).map { band in
            let faces = byBand[band] ?? []
            let scores = BandScores(of: faces, among: counts, people)
            return Band(
                name: bands.name(of: band), faces: faces.count, ignored: scores.ignored,
                outside: scores.outside, identities: scores.identities, precision: scores.precision,
                recall: scores.recall, f: scores.f)
        }
    }
}

extension RecallCount.Bands {
    /// Sizes, cut where the gates for usable faces and for seeds lie.
    package static let grouping = RecallCount.Bands(edges: [36, 64, 100, 180, 260])
    /// Mean luma, cut where seeds become too dark and too bright.
    package static let light = RecallCount.Bands(edges: [30, 60, 100, 150, 225])
    /// Degrees to either side, cut where faces stop being seeds and being usable.
    package static let pose = RecallCount.Bands(edges: [15, 30, 45, 60])
}

extension GroupingReport.Counts {
    init(_ all: [FoundFace], _ known: KnownFaces) {
        faces = all.count
        unknown = all.count { $0.identity == nil }
        seeds = known.seeds.count
        attach = known.usable.count - known.seeds.count
        ignored = known.faces.count - known.usable.count
        outside = known.usable.count { $0.face.person == nil }
        photos = Set(all.map(\.photo)).count
        identities = known.identitiesWithUsableFaces.count
        persons = Set(known.usable.compactMap(\.face.person)).count
    }
}
