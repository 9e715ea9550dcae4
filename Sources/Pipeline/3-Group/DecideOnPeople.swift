package import Domain

/// What organisers do with people: each call is one decision on the record, touches only whom it is about, and can be taken
/// back.
package struct DecideOnPeople: Sendable {
    private let kept: any PeopleKeeping
    private let event: EventID
    private let act: @Sendable () -> Act

    package init(
        kept: any PeopleKeeping, event: EventID, act: @escaping @Sendable () -> Act
    ) {
        self.kept = kept
        self.event = event
        self.act = act
    }

    package static let mostLettersOfName = 200

    package func name(_ person: PersonID, _ name: String?) async throws(PoolError) -> Decision {
        let name = name.map { $0.trimmingWhitespace }
        guard name?.isEmpty != true else { throw .emptyName }
        guard name?.count ?? 0 <= Self.mostLettersOfName else {
            throw .nameTooLong(most: Self.mostLettersOfName)
        }
        return try await give(.name(name), to: person, kind: .name)
    }

    package func hide(_ person: PersonID, _ isHidden: Bool) async throws(PoolError) -> Decision {
        try await give(.hidden(isHidden), to: person, kind: .hide)
    }

    package func ignore(_ person: PersonID, _ isIgnored: Bool) async throws(PoolError) -> Decision {
        try await give(.ignored(isIgnored), to: person, kind: .ignore)
    }

    package func cover(_ person: PersonID, _ face: FaceID) async throws(PoolError) -> Decision {
        guard try await kept.face(face, of: event).person == person else { throw .faceOfAnother }
        return try await give(.cover(face), to: person, kind: .cover)
    }

    /// Two people are one; the first keeps its identifier, and the name of the first that has one.
    package func merge(
        _ other: PersonID, into person: PersonID, kind: Decision.Kind = .merge
    ) async throws(PoolError) -> Decision {
        try await decide { () async throws(PoolError) in
            let (mine, theirs) = (try await seen(person), try await seen(other))
            var traits = mine.person.traits
            traits.name = traits.name ?? theirs.person.traits.name
            traits.cover = traits.cover ?? theirs.person.traits.cover
            // Nobody comes into a gallery by being merged.
            traits.isHidden = traits.isHidden || theirs.person.traits.isHidden
            let all = mine.faces + theirs.faces
            var change = DecisionChange(
                expecting: mine.standing, kind: kind,
                rulings: [.together(all)] + traits.rulings(for: all))
            for face in theirs.faces { change.moves[face] = .some(person) }
            change.traits[person] = traits
            return change
        }
    }

    /// Two people are two, whatever their distance.
    package func keepApart(_ person: PersonID, _ other: PersonID) async throws(PoolError) -> Decision {
        try await decide { () async throws(PoolError) in
            let (mine, theirs) = (try await seen(person), try await seen(other))
            return DecisionChange(
                expecting: mine.standing, kind: .different, rulings: [.apart(mine.faces, theirs.faces)])
        }
    }

    /// Settles a question.
    package func answer(
        _ question: OpenQuestion, _ answer: OpenQuestion.Answer
    ) async throws(PoolError) -> Decision {
        guard question.answers.contains(answer), question.people.count == 2 else {
            throw .unfitAnswer(question.answers)
        }
        let (first, second) = (question.people[0], question.people[1])
        return switch answer {
        case .same: try await merge(second, into: first, kind: .same)
        case .different: try await keepApart(first, second)
        case .first: try await move(question.first, to: first)
        case .second: try await move(question.first, to: second)
        case .neither: try await notThisPerson(question.first, [first, second])
        }
    }

    /// Some faces of a person are somebody else: a person of their own.
    package func split(
        _ faces: [FaceID], from person: PersonID, newPerson: PersonID
    ) async throws(PoolError) -> Decision {
        try await decide { () async throws(PoolError) in
            let mine = try await seen(person)
            let chosen = Set(faces)
            let gone = mine.faces.filter(chosen.contains)
            let rest = mine.faces.filter { !chosen.contains($0) }
            for face in chosen.subtracting(gone) {
                _ = try await kept.face(face, of: event)
                throw .faceOfAnother
            }
            guard !rest.isEmpty else { throw .allFaces }
            var change = DecisionChange(
                expecting: mine.standing, kind: .split,
                rulings: [.together(gone), .together(rest), .apart(gone, rest)])
            for face in gone { change.moves[face] = .some(newPerson) }
            change.traits[newPerson] = Person.Traits()
            return change
        }
    }

    /// Faces that are in nobody's group are one person, be it of a single face.
    package func gather(
        _ faces: [FaceID], newPerson: PersonID
    ) async throws(PoolError) -> Decision {
        try await decide { () async throws(PoolError) in
            let standing = try await kept.standing(of: event)
            for face in faces where try await kept.face(face, of: event).person != nil {
                throw .faceOfAnother
            }
            var change = DecisionChange(expecting: standing, kind: .gather, rulings: [.together(faces)])
            for face in faces { change.moves[face] = .some(newPerson) }
            change.traits[newPerson] = Person.Traits()
            return change
        }
    }

    /// A face belongs to another person.
    package func move(_ face: FaceID, to person: PersonID) async throws(PoolError) -> Decision {
        try await decide { () async throws(PoolError) in
            let theirs = try await seen(person)
            let from = try await kept.face(face, of: event).person
            // Whom it is with already it leaves nobody.
            let rest = from == person ? [] : try await others(of: from, than: face)
            var change = DecisionChange(
                expecting: theirs.standing, kind: .move,
                rulings: [.together([face] + theirs.faces.filter { $0 != face })]
                    + (rest.isEmpty ? [] : [.apart([face], rest)]))
            change.moves[face] = .some(person)
            return change
        }
    }

    /// A face is none of these people; where nobody is named, not whom it was put to.
    package func notThisPerson(
        _ face: FaceID, _ people: [PersonID] = []
    ) async throws(PoolError) -> Decision {
        try await decide { () async throws(PoolError) in
            let standing = try await kept.standing(of: event)
            let own = try await kept.face(face, of: event).person
            guard let whom = people.isEmpty ? own.map({ [$0] }) : people else { throw .faceOfNobody }
            var rulings: [Ruling] = []
            for person in whom {
                let rest = try await others(of: person, than: face)
                // Where it is the person's only face, there is nobody left to be.
                rulings.append(rest.isEmpty ? .outside([face]) : .apart([face], rest))
            }
            var change = DecisionChange(expecting: standing, kind: .notThisPerson, rulings: rulings)
            if let own, whom.contains(own) { change.moves[face] = .some(nil) }
            return change
        }
    }

    /// Faces that are nobody's concern: a poster, a statue, a stranger far away.
    package func leaveOut(_ faces: [FaceID]) async throws(PoolError) -> Decision {
        try await decide { () async throws(PoolError) in
            var change = DecisionChange(
                expecting: try await kept.standing(of: event), kind: .ignore,
                rulings: [.outside(faces)])
            for face in faces { change.moves[face] = .some(nil) }
            return change
        }
    }

    private func give(
        _ trait: PersonTrait, to person: PersonID, kind: Decision.Kind
    ) async throws(PoolError) -> Decision {
        try await decide { () async throws(PoolError) in
            let mine = try await seen(person)
            var traits = mine.person.traits
            traits.take(trait)
            // Who was touched stays as it was seen, so its faces are kept together.
            var change = DecisionChange(
                expecting: mine.standing, kind: kind,
                rulings: [.together(mine.faces), .trait(mine.faces, trait)])
            change.traits[person] = traits
            return change
        }
    }

    private struct Seen {
        let person: Person
        let faces: [FaceID]
        let standing: PeopleStanding
    }

    private func seen(_ person: PersonID) async throws(PoolError) -> Seen {
        let standing = try await kept.standing(of: event)
        return Seen(
            person: try await kept.person(person.text, of: event),
            faces: try await kept.faces(of: person).map(\.id), standing: standing)
    }

    private func others(of person: PersonID?, than face: FaceID) async throws(PoolError) -> [FaceID] {
        guard let person else { return [] }
        return try await kept.faces(of: person).map(\.id).filter { $0 != face }
    }

    /// A photo may arrive just now: then what was looked at is looked at again.
    private func decide(
        _ change: () async throws(PoolError) -> DecisionChange
    ) async throws(PoolError) -> Decision {
        for _ in 0..<20 {
            do throws(PoolError) {
                return try await kept.decide(try await change(), of: event, by: act())
            } catch .changedMeanwhile {
                continue
            }
        }
        throw .changedMeanwhile
    }
}

extension Person.Traits {
    /// As they are given to a person by a decision.
    fileprivate func rulings(for faces: [FaceID]) -> [Ruling] {
        [.trait(faces, .name(name)), .trait(faces, .hidden(isHidden)), .trait(faces, .ignored(isIgnored))]
            + (cover.map { [.trait(faces, .cover($0))] } ?? [])
    }
}

extension String {
    fileprivate var trimmingWhitespace: String {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
