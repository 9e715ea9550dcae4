package import Domain

/// What went wrong, by name: the examples behind the figures, the worst first.
package struct GroupingFaults: Sendable, Equatable, Codable {
    /// Persons with usable faces of several identities.
    package var mixed: [MixedPerson]
    /// Identities whose usable faces lie in several persons.
    package var split: [SplitIdentity]
    /// Usable faces outside of every person, of identities that have a person.
    package var missed: [MissedFace]
    /// Selfies that were given photos of others, strangers first.
    package var selfies: [WrongSelfie]

    package struct MixedPerson: Sendable, Equatable, Codable {
        package var person: Int
        /// The most frequent first.
        package var identities: [Holding]
        /// Absent where no distances were handed in.
        package var nearest: WrongPair?
    }

    /// Faces of one identity in one person.
    package struct Holding: Sendable, Equatable, Codable {
        package var identity: String
        package var person: Int
        package var faces: Int
        /// The reference of the largest of them.
        package var example: String
    }

    /// The nearest two faces of different identities in one person, by their references.
    package struct WrongPair: Sendable, Equatable, Codable {
        package var distance: Double
        package var first: String
        package var firstIdentity: String
        package var second: String
        package var secondIdentity: String
    }

    package struct SplitIdentity: Sendable, Equatable, Codable {
        package var identity: String
        /// The person with most of the faces first.
        package var persons: [Holding]
        /// Usable faces outside of every person.
        package var outside: Int
    }

    package struct MissedFace: Sendable, Equatable, Codable {
        package var reference: String
        package var identity: String
        package var photo: Int
        package var tier: Verdict.Tier
        package var size: Double
        package var brightness: Double
        package var yaw: Double
    }

    package struct WrongSelfie: Sendable, Equatable, Codable {
        package var reference: String
        package var identity: String
        package var isStranger: Bool
        package var given: Int
        /// Numbers of the photos given that do not show the person.
        package var wrong: [Int]
        package var nearestFace: String?
    }

    init(faces: [FoundFace], selfies: [GivenSelfie], distance: ((Int, Int) -> Double)?) {
        let usable = KnownFaces(faces).usable
        let holdings = Self.holdings(of: usable)
        mixed = Self.mixed(holdings, usable, distance)
        split = Self.split(holdings, usable)
        missed = Self.missed(holdings, usable)
        self.selfies = selfies.compactMap { selfie in
            let wrong = selfie.given.subtracting(selfie.isStranger ? [] : selfie.shown)
            guard !wrong.isEmpty else { return nil }
            return WrongSelfie(
                reference: selfie.reference, identity: selfie.identity, isStranger: selfie.isStranger,
                given: selfie.given.count, wrong: wrong.sorted(), nearestFace: selfie.nearestFace)
        }
        .sorted {
            if $0.isStranger != $1.isStranger { return $0.isStranger }
            if $0.wrong.count != $1.wrong.count { return $0.wrong.count > $1.wrong.count }
            return $0.reference < $1.reference
        }
    }

    /// Everybody who shares a person with somebody else.
    var mixedIdentities: Set<String> { Set(mixed.flatMap { $0.identities.map(\.identity) }) }

    private struct Place: Hashable {
        let identity: String
        let person: Int
    }

    private static func holdings(of usable: [KnownFaces.Known]) -> [Holding] {
        var holdings: [Place: (faces: Int, largest: FoundFace)] = [:]
        for known in usable {
            guard let identity = known.face.identity, let person = known.face.person else { continue }
            var holding = holdings[Place(identity: identity, person: person)] ?? (0, known.face)
            holding.faces += 1
            let (face, largest) = (known.face, holding.largest)
            if (face.size, largest.reference) > (largest.size, face.reference) { holding.largest = face }
            holdings[Place(identity: identity, person: person)] = holding
        }
        return holdings.map {
            Holding(
                identity: $0.identity, person: $0.person, faces: $1.faces, example: $1.largest.reference)
        }
        .sorted { ($1.faces, $0.identity, $0.person) < ($0.faces, $1.identity, $1.person) }
    }

    private static func mixed(
        _ holdings: [Holding], _ usable: [KnownFaces.Known], _ distance: ((Int, Int) -> Double)?
    ) -> [MixedPerson] {
        let byPerson = Dictionary(grouping: holdings, by: \.person).filter { $0.value.count > 1 }
        let faces = Dictionary(grouping: usable) { $0.face.person }
        let mixed = byPerson.map { person, identities in
            MixedPerson(
                person: person, identities: identities,
                nearest: distance.flatMap { nearestWrongPair(of: faces[person] ?? [], $0) })
        }
        // The more faces are with the wrong person, the worse.
        func strays(_ person: MixedPerson) -> Int {
            person.identities.dropFirst().reduce(0) { $0 + $1.faces }
        }
        return mixed.sorted { (strays($1), $0.person) < (strays($0), $1.person) }
    }

    private static func nearestWrongPair(
        of faces: [KnownFaces.Known], _ distance: (Int, Int) -> Double
    ) -> WrongPair? {
        var nearest: WrongPair?
        for (index, second) in faces.enumerated() {
            for first in faces[..<index] where first.identity != second.identity {
                let apart = distance(first.place, second.place)
                guard apart < nearest?.distance ?? .infinity else { continue }
                nearest = WrongPair(
                    distance: apart, first: first.face.reference, firstIdentity: first.face.identity ?? "",
                    second: second.face.reference, secondIdentity: second.face.identity ?? "")
            }
        }
        return nearest
    }

    private static func split(_ holdings: [Holding], _ usable: [KnownFaces.Known]) -> [SplitIdentity] {
        let outside = Dictionary(grouping: usable.filter { $0.face.person == nil }) { $0.face.identity }
        let split = Dictionary(grouping: holdings, by: \.identity).filter { $0.value.count > 1 }
            .map { SplitIdentity(identity: $0, persons: $1, outside: outside[$0]?.count ?? 0) }
        func apart(_ split: SplitIdentity) -> Int { split.persons.dropFirst().reduce(0) { $0 + $1.faces } }
        return split.sorted { (apart($1), $0.identity) < (apart($0), $1.identity) }
    }

    private static func missed(_ holdings: [Holding], _ usable: [KnownFaces.Known]) -> [MissedFace] {
        let placed = Set(holdings.map(\.identity))
        return usable.compactMap { known in
            let face = known.face
            guard face.person == nil, let identity = face.identity, placed.contains(identity) else {
                return nil
            }
            return MissedFace(
                reference: face.reference, identity: identity, photo: face.photo, tier: face.tier,
                size: face.size, brightness: face.brightness, yaw: face.yaw)
        }
        // The larger a face, the less it excuses.
        .sorted { ($1.size, $0.reference) < ($0.size, $1.reference) }
    }
}
