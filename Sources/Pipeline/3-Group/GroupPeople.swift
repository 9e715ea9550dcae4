package import Domain

/// Groups the faces of an event into people, and writes down what is other than before.
package struct GroupPeople: Sendable {
    private let kept: any PeopleKeeping
    private let grouping: any Grouping
    private let makeSpace: @Sendable () -> any FaceComparing
    private let now: @Sendable () -> Int64

    package init(
        kept: any PeopleKeeping, grouping: any Grouping,
        makeSpace: @escaping @Sendable () -> any FaceComparing, now: @escaping @Sendable () -> Int64
    ) {
        self.kept = kept
        self.grouping = grouping
        self.makeSpace = makeSpace
        self.now = now
    }

    /// What changed.
    package struct Summary: Sendable, Equatable {
        package let people: Int
        package let movedFaces: Int
        package let questions: Int
        /// Older decisions that the newest has overruled, wholly or in part, by their numbers.
        package let overruled: Set<Int64>
    }

    /// Groups faces that were opened. Where people were written down since, nothing is: `.changedMeanwhile`.
    /// - Parameter groupedBy: method, bars and model pack in one word, so that a change of any is noticed.
    package func run(
        _ faces: EventFaces, _ bars: GroupingBars, groupedBy: String = "", by act: Act
    ) async throws(PoolError) -> Summary {
        let partition = faces.partition(grouping, bars, makeSpace: makeSpace)
        let ids = Continuity.identifiers(of: partition, earlier: faces.people, at: now())
        let traits = Continuity.traits(of: partition, faces: faces.faces, faces.decisions)
        var change = Regrouping(expecting: faces.standing)
        change.groupedBy = groupedBy
        for (row, person) in partition.person.enumerated() {
            let id = person.map { ids[$0] }
            if faces.people[row] != id { change.moves[faces.faces[row].id] = .some(id) }
        }
        for (person, id) in ids.enumerated() { change.people[id] = traits[person] }
        change.questions = partition.questions.map { question in
            OpenQuestion(
                kind: question.kind, people: question.people.map { ids[$0] },
                first: faces.faces[question.first].id, second: faces.faces[question.second].id,
                distance: question.distance, weight: question.weight)
        }
        try await kept.regroup(change, of: faces.event, by: act)
        return Summary(
            people: ids.count, movedFaces: change.moves.count, questions: change.questions.count,
            overruled: partition.overruled.subtracting(faces.overruledBeforeNewest(partition.overruled)))
    }
}

extension EventFaces {
    /// What of the overruled was so before the newest decision was heard.
    fileprivate func overruledBeforeNewest(_ overruled: Set<Int64>) -> Set<Int64> {
        guard !overruled.isEmpty, let newest = decisions.last(where: { !$0.isUndone }) else {
            return []
        }
        return Constraints(decisions.filter { $0.number < newest.number }, faces: faces).overruled
    }
}
