package import Domain

/// The faces of one event, opened and compared: warm as long as somebody holds them, made anew from the sealed ones at will.
package struct EventFaces: Sendable {
    package let event: EventID
    package private(set) var revision: Int64
    package private(set) var faces: [GroupFace]
    package private(set) var people: [PersonID?]
    package private(set) var decisions: [Decision]
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
        let standing = try await kept.standing(of: event)
        let key: any VectorKey
        do throws(VaultError) { key = try await vault.key(of: event) } catch { throw .vault(error) }
        let space = makeSpace()
        var faces: [GroupFace] = []
        var people: [PersonID?] = []
        var others = 0
        var last: FaceID?
        while case let page = try await kept.faces(of: event, after: last, limit: pageLength), !page.isEmpty {
            var vectors: [FaceVector] = []
            for face in page {
                guard face.pack == pack.identity else {
                    others += 1
                    continue
                }
                do throws(VaultError) {
                    vectors.append(try key.open(face.sealed, of: face.id, pack: face.pack))
                } catch {
                    throw .vault(error)
                }
                faces.append(GroupFace(face))
                people.append(face.person)
            }
            space.append(vectors)
            last = page.last?.id
        }
        return EventFaces(
            event: event, revision: standing.revision, faces: faces, people: people,
            decisions: try await kept.decisions(of: event), space: space,
            pairs: space.pairs(within: reach, from: 0), reach: reach, ofOtherPacks: others)
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

extension GroupFace {
    fileprivate init(_ face: FaceOfEvent) {
        self.init(
            id: face.id, photo: face.photo, content: face.contentHash, number: face.number, tier: face.tier)
    }
}
