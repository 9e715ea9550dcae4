package import Domain

/// The faces of one event, opened and compared: warm as long as somebody holds them, made anew from the sealed ones at will.
package struct EventFaces: Sendable {
    package let event: EventID
    package private(set) var revision: Int64
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
    package let ofOtherPacks: Int

    package init(
        event: EventID, revision: Int64, faces: [GroupFace], people: [PersonID?], decisions: [Decision],
        space: any FaceComparing, pairs: [NearPair], reach: Double, ofOtherPacks: Int
    ) {
        self.event = event
        self.revision = revision
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
            event: event, revision: -1, faces: [], people: [], decisions: [], space: makeSpace(), pairs: [],
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
        let decisions = try await kept.decisions(of: event)
        var all: [FaceOfEvent] = []
        while case let page = try await kept.faces(of: event, after: all.last?.id, limit: Self.pageLength),
            !page.isEmpty
        {
            all += page
        }
        let ours = all.filter { $0.pack == pack.identity }
        var rows: [FaceID: FaceOfEvent] = [:]
        for face in ours { rows[face.id] = face }
        let isWhole = faces.enumerated().allSatisfy { row, face in rows[face.id]?.seal == seals[row] }
        let base = isWhole ? self : nil
        let space = base?.space ?? makeSpace()
        let known = Set(base?.faces.map(\.id) ?? [])
        let new = ours.filter { !known.contains($0.id) }
        let key: any VectorKey
        do throws(VaultError) { key = try await vault.key(of: event) } catch { throw .vault(error) }
        var vectors: [FaceVector] = []
        for face in new {
            do throws(VaultError) {
                vectors.append(try key.open(face.sealed, of: face.id, pack: face.pack))
            } catch {
                throw .vault(error)
            }
        }
        let from = space.count
        space.append(vectors)
        var next = EventFaces(
            event: event, revision: standing.revision, faces: (base?.faces ?? []) + new.map { GroupFace($0) },
            people: [], decisions: decisions, space: space,
            pairs: (base?.pairs ?? []) + space.pairs(within: reach, from: from), reach: reach,
            ofOtherPacks: all.count - ours.count)
        next.seals = (base?.seals ?? []) + new.map(\.seal)
        next.people = next.faces.map { rows[$0.id]?.person }
        return next
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

extension GroupFace {
    fileprivate init(_ face: FaceOfEvent) {
        self.init(
            id: face.id, photo: face.photo, content: face.contentHash, number: face.number, tier: face.tier)
    }
}
