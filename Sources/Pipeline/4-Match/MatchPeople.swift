package import Domain

/// Finds the people and the single faces of an event that a selfie shows.
///
/// A person is as far as the mean of its nearest members: one lucky face does not make a match. Faces that are in no group
/// are looked at one by one. Nothing here says who somebody is; it says who lies how near.
package struct MatchPeople: Sendable {
    private let faces: EventFaces
    private let thresholds: Thresholds
    /// A second person no farther behind the first makes the match unsure; absent where the model is not known for
    /// confusing people.
    private let margin: Double?
    private let constraints: Constraints

    /// So many of a person's nearest faces speak for it.
    package static let membersAsked = 5
    /// How far behind the second person should be, as a share of the bar.
    package static let marginShare = 0.16

    package init(_ faces: EventFaces, _ thresholds: Thresholds, hasKnownWeakness: Bool) {
        self.faces = faces
        self.thresholds = thresholds
        constraints = Constraints(faces.decisions, faces: faces.faces)
        margin = hasKnownWeakness ? thresholds.selfie.distance * Self.marginShare : nil
    }

    /// What lies near, best first.
    package struct Found: Sendable, Equatable {
        package var people: [PersonHit] = []
        package var faces: [FaceHit] = []
        /// The best person is hardly nearer than the second: nobody should be told without somebody having looked.
        package var isUnsure = false

        package init() {}
    }

    package enum Band: String, Sendable, Hashable { case match, ask }

    package struct PersonHit: Sendable, Equatable {
        package let person: PersonID
        /// Mean of the nearest members, on which the band rests.
        package let distance: Double
        package let nearestFace: FaceID
        package let nearestDistance: Double
        package let band: Band
    }

    package struct FaceHit: Sendable, Equatable {
        package let face: FaceID
        package let photo: PhotoID
        package let row: Int
        package let distance: Double
        package let band: Band
    }

    /// - Parameter selfies: one or more of the same person, in the event's space; their mean is looked for.
    package func found(for selfies: [FaceVector]) -> Found {
        guard let template = Self.mean(of: selfies) else { return Found() }
        // Far enough for the second person of whom the margin speaks, also where nobody would be asked about them.
        let far = max(thresholds.selfie.distance + (margin ?? 0), thresholds.ask.distance)
        var members: [PersonID: [Near]] = [:]
        var singles: [Near] = []
        var found = Found()
        for near in faces.near(template, within: far.nextUp) {
            let row = Int(near.row)
            // A face on a poster is nobody's, however near it is.
            if constraints.outside.contains(row) { continue }
            if let person = faces.people[row] {
                members[person, default: []].append(near)
            } else {
                singles.append(near)
            }
        }
        var means: [Double] = []
        let sizes = sizes(of: Set(members.keys))
        for (person, near) in members {
            let asked = min(Self.membersAsked, sizes[person]?.count ?? near.count)
            var distances = near.prefix(asked).map { Double($0.distance) }
            if distances.count < asked {
                distances = (sizes[person] ?? []).map { faces.space.distance(from: template, to: $0) }
                    .sorted()
            }
            let mean = distances.prefix(asked).reduce(0, +) / Double(asked)
            means.append(mean)
            guard let nearest = near.first, let band = band(of: mean, below: thresholds.selfie.distance)
            else {
                continue
            }
            found.people.append(
                PersonHit(
                    person: person, distance: mean, nearestFace: faces.faces[Int(nearest.row)].id,
                    nearestDistance: Double(nearest.distance), band: band))
        }
        found.people.sort { ($0.distance, $0.person) < ($1.distance, $1.person) }
        let parted = rowsParted(
            from: Set((found.people.prefix(1) + found.people.filter { $0.band == .match }).map(\.person)))
        found.faces = singles.compactMap { near in
            let row = Int(near.row)
            let distance = Double(near.distance)
            guard !parted.contains(row), let band = band(of: distance, below: loneFaceBar) else { return nil }
            return FaceHit(
                face: faces.faces[row].id, photo: faces.faces[row].photo, row: row,
                distance: distance, band: band)
        }
        means.sort()
        if let margin, means.count > 1, found.people.first?.band == .match {
            found.isUnsure = means[1] - means[0] < margin
        }
        return found
    }

    /// What of it belongs into a gallery: matches only, and nobody who is hidden. A single face stays out as well where the
    /// person nearest to the selfie or to the face itself is hidden, since it is most likely theirs.
    package func gallery(
        of found: Found, hidden: Set<PersonID>
    ) -> (people: [PersonID], faces: [FaceID]) {
        let people = found.people.filter { $0.band == .match && !hidden.contains($0.person) }.map(\.person)
        let isOfSomebodyHidden = found.people.first.map { hidden.contains($0.person) } ?? false
        let singles = found.faces.filter { hit in
            guard hit.band == .match, !isOfSomebodyHidden else { return false }
            return hidden.isEmpty || !(nearestPerson(to: hit.row).map(hidden.contains) ?? false)
        }
        return (people, singles.map(\.face))
    }

    /// Whose face is nearest to a single one, within the distance at which anybody would be asked about them.
    private func nearestPerson(to row: Int) -> PersonID? {
        for near in faces.near(faces.space.vector(row), within: thresholds.ask.distance.nextUp) {
            if let person = faces.people[Int(near.row)] { return person }
        }
        return nil
    }

    /// Nothing speaks for a lone face but itself: with a model that confuses people it must be nearer by the margin.
    package var loneFaceBar: Double { thresholds.selfie.distance - (margin ?? 0) }

    private func band(of distance: Double, below bar: Double) -> Band? {
        if distance < bar { return .match }
        return distance <= thresholds.ask.distance ? .ask : nil
    }

    /// Faces of which somebody said that they are none of these people.
    private func rowsParted(from people: Set<PersonID>) -> Set<Int> {
        var parted: Set<Int> = []
        for (first, second) in constraints.apart {
            func holdsOneOfThem(_ rows: [Int]) -> Bool {
                rows.contains { row in faces.people[row].map(people.contains) ?? false }
            }
            if holdsOneOfThem(second) { parted.formUnion(first) }
            if holdsOneOfThem(first) { parted.formUnion(second) }
        }
        return parted
    }

    /// The rows of some people.
    private func sizes(of people: Set<PersonID>) -> [PersonID: [Int]] {
        var rows: [PersonID: [Int]] = [:]
        for (row, person) in faces.people.enumerated() {
            if let person, people.contains(person) { rows[person, default: []].append(row) }
        }
        return rows
    }

    private static func mean(of vectors: [FaceVector]) -> FaceVector? {
        guard let first = vectors.first else { return nil }
        guard vectors.count > 1 else { return first }
        var sums = first.values
        for vector in vectors.dropFirst() {
            for (place, value) in vector.values.enumerated() { sums[place] += value }
        }
        return FaceVector(sums.map { $0 / Float(vectors.count) })
    }
}
