package import Domain

/// The faces of one event, opened and compared: warm as long as somebody holds them, made anew from the sealed ones at will.
package struct EventFaces: Sendable {
    package let event: EventID
    package private(set) var standing: PeopleStanding
    package private(set) var faces: [GroupFace]
    package private(set) var people: [PersonID?]
    package private(set) var decisions: [Decision]
    /// The beginning of each row's seal, which is random: a face that was measured anew has another one.
    private var seals: [[UInt8]] = []
    package let space: any FaceComparing
    /// All pairs nearer than `reach`, nearest first.
    package private(set) var pairs: [NearPair]
    package let reach: Double
    /// Faces that another model pack measured, which cannot be compared.
    package private(set) var ofOtherPacks: Int
    private var mostPairs = Self.mostPairs

    package init(
        event: EventID, standing: PeopleStanding, faces: [GroupFace], people: [PersonID?],
        decisions: [Decision],
        space: any FaceComparing, pairs: [NearPair], reach: Double, ofOtherPacks: Int
    ) {
        self.event = event
        self.standing = standing
        self.faces = faces
        self.people = people
        self.decisions = decisions
        self.space = space
        self.pairs = pairs.ordered(of: faces)
        self.reach = reach
        self.ofOtherPacks = ofOtherPacks
    }

    /// Opens every face of the event that this pack measured.
    package static func open(
        _ event: EventID, from kept: any PeopleKeeping, vault: any VectorSealing, pack: PackFacts,
        reach: Double, mostPairs: Int = mostPairs, makeSpace: () -> any FaceComparing
    ) async throws(PoolError) -> EventFaces {
        var opened = EventFaces(
            event: event, standing: try await kept.standing(of: event), faces: [], people: [],
            decisions: try await kept.decisions(of: event), space: makeSpace(), pairs: [], reach: reach,
            ofOtherPacks: 0)
        opened.mostPairs = mostPairs
        let key = try await key(of: event, vault)
        var last: FaceID?
        while case let page = try await kept.faces(of: event, after: last, limit: pageLength), !page.isEmpty {
            try opened.take(page, key, pack)
            last = page.last?.id
        }
        try opened.join(from: 0)
        return opened
    }

    /// The same in step with the event: only what is new is read, opened and compared with the rest. Where a face that was
    /// here is gone or measured anew, everything is opened again.
    package func refreshed(
        from kept: any PeopleKeeping, vault: any VectorSealing, pack: PackFacts,
        makeSpace: () -> any FaceComparing
    ) async throws(PoolError) -> EventFaces {
        var next = self
        next.standing = try await kept.standing(of: event)
        next.decisions = try await kept.decisions(of: event)
        let unknown = next.look(at: try await kept.marks(of: event, pack: pack.identity))
        // Rows that somebody else added behind ours since, from an older look, are none of ours.
        guard let unknown, space.count == faces.count else {
            return try await Self.open(
                event, from: kept, vault: vault, pack: pack, reach: reach, mostPairs: mostPairs,
                makeSpace: makeSpace)
        }
        let key = try await Self.key(of: event, vault)
        for start in stride(from: 0, to: unknown.count, by: Self.pageLength) {
            let page = Array(unknown[start..<min(start + Self.pageLength, unknown.count)])
            try next.take(try await kept.faces(page, of: event), key, pack)
        }
        try next.join(from: faces.count)
        return next
    }

    /// Whose each face is now, and which faces are not here yet; nil where one of those that are is no more what it was.
    private mutating func look(at marks: [FaceMark]) -> [FaceID]? {
        var rows = [FaceID: Int](minimumCapacity: faces.count)
        for (row, face) in faces.enumerated() { rows[face.id] = row }
        var (seen, unknown) = (0, [FaceID]())
        ofOtherPacks = 0
        for mark in marks {
            if !mark.isOfPack {
                ofOtherPacks += 1
            } else if let row = rows[mark.id] {
                guard seals[row] == mark.seal else { return nil }
                people[row] = mark.person
                seen += 1
            } else {
                unknown.append(mark.id)
            }
        }
        return seen == faces.count ? unknown : nil
    }

    private mutating func take(
        _ page: [FaceOfEvent], _ key: any VectorKey, _ pack: PackFacts
    ) throws(PoolError) {
        var vectors: [FaceVector] = []
        for face in page {
            guard face.pack == pack.identity else {
                ofOtherPacks += 1
                continue
            }
            do throws(VaultError) {
                vectors.append(try key.open(face.sealed, of: face.id, pack: face.pack))
            } catch {
                throw .vault(error)
            }
            faces.append(GroupFace(face))
            seals.append(FaceMark.seal(of: face.sealed))
            people.append(face.person)
        }
        space.append(vectors)
    }

    private mutating func join(from first: Int) throws(PoolError) {
        guard let found = space.pairs(within: reach, from: first, atMost: mostPairs - pairs.count) else {
            throw .tooManyPairs
        }
        pairs = pairs.merged(with: found.ordered(of: faces), of: faces)
    }

    private static func key(
        of event: EventID, _ vault: any VectorSealing
    ) async throws(PoolError) -> any VectorKey {
        do throws(VaultError) { return try await vault.key(of: event) } catch { throw .vault(error) }
    }

    private static let pageLength = 2000
    /// Two people on twelve thousand photos each make as many. Beyond that the bars tell nobody apart, and memory would
    /// run out.
    package static let mostPairs = 150_000_000

    /// Faces near a vector, best first. An older look may share its place with a newer one, whose rows it does not know.
    package func near(_ vector: FaceVector, within radius: Double) -> [Near] {
        space.near(vector, within: radius).filter { Int($0.row) < faces.count }
    }

    /// The people that these bars give.
    package func partition(
        _ grouping: any Grouping, _ bars: GroupingBars, makeSpace: () -> any FaceComparing
    ) -> Partition {
        precondition(bars.question <= reach, "pairs beyond the reach are not known")
        return grouping.partition(
            of: faces, in: space, pairs: pairs, decisions, bars, makeSpace: makeSpace)
    }
}
