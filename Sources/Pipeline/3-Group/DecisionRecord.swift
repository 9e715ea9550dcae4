package import Domain

/// What was decided about the people of an event, and what of it holds.
package struct DecisionRecord: Sendable {
    /// Oldest first, those that were taken back too.
    package let decisions: [Decision]
    /// Those of which at least a part could not hold beside a newer one, by their numbers.
    package let overruled: Set<Int64>
    /// Whose each face is now.
    private let people: [FaceID: PersonID]

    /// Who has the faces that a decision was about now, those with most of them first.
    package func people(of decision: Decision) -> [PersonID] {
        var counts: [PersonID: Int] = [:]
        for face in decision.faces { if let person = people[face] { counts[person, default: 0] += 1 } }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    }

    /// Needs no vector, so nothing is opened.
    package static func read(
        of event: EventID, from kept: any PeopleKeeping
    ) async throws(PoolError) -> DecisionRecord {
        var faces: [GroupFace] = []
        var people: [FaceID: PersonID] = [:]
        var last: FaceID?
        while case let page = try await kept.faces(of: event, after: last, limit: 2000), !page.isEmpty {
            faces += page.map { GroupFace($0) }
            for face in page { people[face.id] = face.person }
            last = page.last?.id
        }
        let decisions = try await kept.decisions(of: event)
        return DecisionRecord(
            decisions: decisions, overruled: Constraints(decisions, faces: faces).overruled, people: people)
    }
}
