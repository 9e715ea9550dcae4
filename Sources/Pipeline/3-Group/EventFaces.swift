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
    /// All pairs nearer than `reach`.
    package private(set) var pairs: [NearPair]
    package let reach: Double
    /// Faces that another model pack measured, which cannot be compared.
    package private(set) var ofOtherPacks: Int

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
        self.pairs = pairs
        self.reach = reach
        self.ofOtherPacks = ofOtherPacks
    }

    /// Opens every face of the event that this pack measured.
    package static func open(
        _ event: EventID, from kept: any PeopleKeeping, vault: any VectorSealing, pack: PackFacts,
        reach: Double, makeSpace: () -> any FaceComparing
    ) async throws(PoolError) -> EventFaces {
        let empty = EventFaces(
            event: event, standing: .none, faces: [], people: [], decisions: [], space: makeSpace(),
            pairs: [],
            reach: reach, ofOtherPacks: 0)
        return try await empty.refreshed(from: kept, vault: vault, pack: pack, makeSpace: makeSpace)
    }

    /// The same in step with the event: only what is new is opened and compared with the rest. Where a face that was here
    /// is gone or measured anew, everything is opened again.
    package func refreshed(
        from kept: any PeopleKeeping, vault: any VectorSealing, pack: PackFacts,
        makeSpace: () -> any FaceComparing
    ) async throws(PoolError) -> EventFaces {
        let standing = try await kept.standing(of: event)
        let key: any VectorKey
        do throws(VaultError) { key = try await vault.key(of: event) } catch { throw .vault(error) }
        var next = self
        next.standing = standing
        next.decisions = try await kept.decisions(of: event)
        next.people = [PersonID?](repeating: nil, count: faces.count)
        next.ofOtherPacks = 0
        var rows: [FaceID: Int] = [:]
        for (row, face) in faces.enumerated() { rows[face.id] = row }
        // Rows that somebody else added behind ours since, from an older look, are none of ours.
        guard space.count == faces.count else { return try await anew(from: kept, vault, pack, makeSpace) }
        var seen = 0
        var last: FaceID?
        while case let page = try await kept.faces(of: event, after: last, limit: Self.pageLength),
            !page.isEmpty
        {
            var vectors: [FaceVector] = []
            for face in page {
                guard face.pack == pack.identity else {
                    next.ofOtherPacks += 1
                    continue
                }
                if let row = rows[face.id] {
                    guard seals[row] == face.seal else {
                        return try await anew(from: kept, vault, pack, makeSpace)
                    }
                    next.people[row] = face.person
                    seen += 1
                    continue
                }
                do throws(VaultError) {
                    vectors.append(try key.open(face.sealed, of: face.id, pack: face.pack))
                } catch {
                    throw .vault(error)
                }
                next.faces.append(GroupFace(face))
                next.seals.append(face.seal)
                next.people.append(face.person)
            }
            space.append(vectors)
            last = page.last?.id
        }
        guard seen == faces.count else { return try await anew(from: kept, vault, pack, makeSpace) }
        next.pairs += space.pairs(within: reach, from: faces.count)
        return next
    }

    private func anew(
        from kept: any PeopleKeeping, _ vault: any VectorSealing, _ pack: PackFacts,
        _ makeSpace: () -> any FaceComparing
    ) async throws(PoolError) -> EventFaces {
        try await Self.open(event, from: kept, vault: vault, pack: pack, reach: reach, makeSpace: makeSpace)
    }

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

    private static let pageLength = 2000
}

extension FaceOfEvent {
    fileprivate var seal: [UInt8] { Array(sealed.prefix(25)) }
}
