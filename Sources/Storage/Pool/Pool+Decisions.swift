package import Domain

/// Grouping and decisions, written down together with what they move.
extension Pool {
    package func decisions(of event: EventID) async throws(PoolError) -> [Decision] {
        try await read { session throws(StorageError) in
            .success(
                try session.rows(KeptDecision.select + " WHERE event = $1 ORDER BY number", [.id(event)]) {
                    row throws(StorageError) in try KeptDecision(row).decision
                })
        }
    }

    package func regroup(
        _ change: Regrouping, of event: EventID, by act: Act
    ) async throws(PoolError) {
        try await write { session throws(StorageError) -> Result<Void, PoolError> in
            guard var work = try EventWork(locking: event, by: act, in: session), work.state != .deleting
            else { return .failure(.noSuchEvent) }
            guard try session.isStill(change.expecting, event) else {
                return .failure(.changedMeanwhile)
            }
            let known = try session.people(of: event)
            try session.keepWithItsDecision(change, known: known, of: event, at: act.at)
            for (face, person) in change.moves { try session.move(face, to: person) }
            for (person, traits) in change.people where known[person] != traits {
                try session.put(person, traits, of: event, at: act.at)
            }
            // Who has faces that could not be compared, since another pack measured them, stays.
            for person in known.keys where change.people[person] == nil { try session.deleteFaceless(person) }
            try session.put(change.questions, of: event)
            try session.execute(
                "UPDATE events SET grouped_revision = $2, grouped_by = $3 WHERE id = $1",
                [.id(event), .integer(change.expecting.revision), .text(change.groupedBy)])
            try session.countWriting(of: event)
            if !change.moves.isEmpty { try work.note(.grouped) }
            try work.finish()
            return .success(())
        }
    }

    package func decide(
        _ change: DecisionChange, of event: EventID, by act: Act
    ) async throws(PoolError) -> Decision {
        try await write { session throws(StorageError) in
            guard var work = try EventWork(locking: event, by: act, in: session), work.state != .deleting
            else { return .failure(.noSuchEvent) }
            guard try session.isStill(change.expecting, event) else {
                return .failure(.changedMeanwhile)
            }
            var effects = KeptDecision.Effects()
            effects.writing = change.expecting.groupings + 1
            for (face, person) in change.moves {
                guard let from = try session.personOf(face, in: event) else { return .failure(.noSuchFace) }
                if from.person != person {
                    effects.faces.append(KeptDecision.Effects.Move(face: face, from: from.person, to: person))
                }
            }
            for (person, traits) in change.traits {
                effects.people.append(
                    KeptDecision.Effects.Change(
                        person: person, before: try session.traits(of: person), after: traits))
            }
            // Who loses every face goes, and has to come back as they were where this is undone.
            for (person, faces) in Dictionary(grouping: effects.faces, by: \.from) {
                guard let person, change.traits[person] == nil, let last = try session.last(of: person),
                    faces.count == last.faces
                else { continue }
                effects.people.append(
                    KeptDecision.Effects.Change(
                        person: person, before: last.traits, after: nil, last: last.mark))
            }
            // What was taken back before this stays taken back.
            try session.execute(
                "UPDATE decisions SET is_undone = $2 WHERE event = $1 AND is_undone = $3",
                [.id(event), .standing(.undoneForGood), .standing(.undone)])
            let number =
                try session.firstRow(
                    "SELECT coalesce(max(number), 0) + 1 FROM decisions WHERE event = $1", [.id(event)]
                ) { row throws(StorageError) in try row.integer(0) } ?? 1
            let decision = Decision(
                id: DecisionID(at: act.at), number: number, kind: change.kind, rulings: change.rulings,
                act: act)
            try session.execute(
                """
                INSERT INTO decisions (id, event, number, kind, rulings, effects, is_undone, actor_kind, actor, at)
                VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9)
                """,
                [
                    .id(decision.id), .id(event), .integer(number), .text(change.kind.rawValue),
                    .text(try KeptDecision.json(change.rulings)), .text(try KeptDecision.json(effects)),
                ] + act.columns)
            try session.apply(effects, of: event, at: act.at)
            try session.countWriting(of: event)
            work.raiseRevision()
            let (was, became) = effects.facts
            try work.note(
                .decided, decision.id, was: was,
                became: became.merging(["kind": change.kind.rawValue]) { $1 })
            try work.finish()
            return .success(decision)
        }
    }

    package func undo(of event: EventID, by act: Act) async throws(PoolError) -> Decision? {
        try await turn(
            event, by: act, to: true, " WHERE event = $1 AND is_undone = 0 ORDER BY number DESC LIMIT 1")
    }

    package func redo(of event: EventID, by act: Act) async throws(PoolError) -> Decision? {
        // Decisions are taken back from the newest on, so the oldest of them was taken back last.
        try await turn(
            event, by: act, to: false,
            """
             WHERE event = $1 AND is_undone = 1 AND number > (
                SELECT coalesce(max(number), 0) FROM decisions WHERE event = $1 AND is_undone = 0)
            ORDER BY number LIMIT 1
            """)
    }

    private func turn(
        _ event: EventID, by act: Act, to isUndone: Bool, _ which: String
    ) async throws(PoolError) -> Decision? {
        try await write { session throws(StorageError) -> Result<Decision?, PoolError> in
            guard var work = try EventWork(locking: event, by: act, in: session), work.state != .deleting
            else { return .failure(.noSuchEvent) }
            let found = try session.firstRow(KeptDecision.select + which, [.id(event)]) {
                row throws(StorageError) in try KeptDecision(row)
            }
            guard var found else { return .success(nil) }
            try session.execute(
                "UPDATE decisions SET is_undone = $2 WHERE id = $1",
                [.id(found.decision.id), .standing(isUndone ? .undone : .stands)])
            try session.apply(isUndone ? found.effects.undone : found.effects, of: event, at: act.at)
            try session.countWriting(of: event)
            work.raiseRevision()
            let (was, became) = (isUndone ? found.effects.undone : found.effects).facts
            try work.note(
                isUndone ? .undone : .redone, found.decision.id, was: was,
                became: became.merging(["kind": found.decision.kind.rawValue]) { $1 })
            try work.finish()
            found.decision.isUndone = isUndone
            return .success(found.decision)
        }
    }
}

extension DatabaseSession {
    /// Whether people are as they were seen. Faces may come and go at any time: nobody has to wait until they stand still.
    fileprivate func isStill(_ seen: PeopleStanding, _ event: EventID) throws(StorageError) -> Bool {
        let now = try firstRow(PeopleStanding.select, [.id(event)]) { row throws(StorageError) in
            try PeopleStanding(row)
        }
        return now?.groupings == seen.groupings
    }

    /// What grouping does first after a decision is taken back with it, or people whom nobody touched would come back as
    /// others.
    fileprivate func keepWithItsDecision(
        _ change: Regrouping, known: [PersonID: Person.Traits], of event: EventID, at milliseconds: Int64
    ) throws(StorageError) {
        let newest = try firstRow(
            KeptDecision.select + " WHERE event = $1 AND is_undone = 0 ORDER BY number DESC LIMIT 1",
            [.id(event)]
        ) { row throws(StorageError) in try KeptDecision(row) }
        guard let newest, newest.effects.writing == change.expecting.groupings else { return }
        var made = KeptDecision.Effects()
        for (face, person) in change.moves {
            guard let from = try personOf(face, in: event) else { continue }
            made.faces.append(KeptDecision.Effects.Move(face: face, from: from.person, to: person))
        }
        for (person, traits) in change.people where known[person] == nil {
            made.people.append(
                KeptDecision.Effects.Change(
                    person: person, before: nil, after: traits,
                    last: KeptDecision.Effects.Mark(createdAt: milliseconds, version: 0)))
        }
        for person in known.keys where change.people[person] == nil {
            guard let last = try last(of: person) else { continue }
            made.people.append(
                KeptDecision.Effects.Change(
                    person: person, before: last.traits, after: nil, last: last.mark))
        }
        var effects = newest.effects
        effects.absorb(made)
        try execute(
            "UPDATE decisions SET effects = $2 WHERE id = $1",
            [.id(newest.decision.id), .text(try KeptDecision.json(effects))])
    }

    fileprivate func countWriting(of event: EventID) throws(StorageError) {
        try executeLater("UPDATE events SET groupings = groupings + 1 WHERE id = $1", [.id(event)])
    }

    fileprivate func move(_ face: FaceID, to person: PersonID?) throws(StorageError) {
        try executeLater("UPDATE faces SET person = $2 WHERE id = $1", [.id(face), .id(person)])
    }

    fileprivate func personOf(
        _ face: FaceID, in event: EventID
    ) throws(StorageError) -> (person: PersonID?, isThere: Bool)? {
        try firstRow("SELECT person FROM faces WHERE id = $1 AND event = $2", [.id(face), .id(event)]) {
            row throws(StorageError) in (try row.optionalIdentifier(0), true)
        }
    }

    fileprivate func traits(of person: PersonID) throws(StorageError) -> Person.Traits? {
        try firstRow("SELECT name, is_hidden, is_ignored, cover FROM people WHERE id = $1", [.id(person)]) {
            row throws(StorageError) in try Person.Traits(row, from: 0)
        }
    }

    fileprivate func people(of event: EventID) throws(StorageError) -> [PersonID: Person.Traits] {
        var people: [PersonID: Person.Traits] = [:]
        try forEachRow(
            "SELECT id, name, is_hidden, is_ignored, cover FROM people WHERE event = $1", [.id(event)]
        ) { row throws(StorageError) in
            people[try row.identifier(0)] = try Person.Traits(row, from: 1)
        }
        return people
    }

    fileprivate func put(
        _ person: PersonID, _ traits: Person.Traits, of event: EventID, at milliseconds: Int64,
        version: Int64 = 1
    ) throws(StorageError) {
        try executeLater(
            """
            INSERT INTO people (id, event, name, is_hidden, is_ignored, cover, created_at, version)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, is_hidden = excluded.is_hidden,
                is_ignored = excluded.is_ignored, cover = excluded.cover, version = people.version + 1
            """, [.id(person), .id(event)] + traits.columns + [.integer(milliseconds), .integer(version)])
    }

    /// Faces that somebody else has moved since stay where they are.
    fileprivate func apply(
        _ effects: KeptDecision.Effects, of event: EventID, at milliseconds: Int64
    ) throws(StorageError) {
        for change in effects.people {
            guard let traits = change.after else { continue }
            try put(
                change.person, traits, of: event, at: change.last?.createdAt ?? milliseconds,
                version: (change.last?.version ?? 0) + 1)
        }
        for move in effects.faces {
            guard let now = try personOf(move.face, in: event), now.person == move.from else { continue }
            if let to = move.to, try traits(of: to) == nil {
                try put(to, Person.Traits(), of: event, at: milliseconds)
            }
            try execute("UPDATE faces SET person = $2 WHERE id = $1", [.id(move.face), .id(move.to)])
        }
        // A person without a face is nobody.
        for person in Set(effects.people.map(\.person) + effects.faces.compactMap(\.from)) {
            try deleteFaceless(person)
        }
    }

    fileprivate func deleteFaceless(_ person: PersonID) throws(StorageError) {
        try executeLater(
            """
            DELETE FROM people WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM faces WHERE faces.person = people.id)
            """, [.id(person)])
    }

    /// A person as they are before they go.
    fileprivate func last(
        of person: PersonID
    ) throws(StorageError) -> (traits: Person.Traits, mark: KeptDecision.Effects.Mark, faces: Int)? {
        try firstRow(
            """
            SELECT name, is_hidden, is_ignored, cover, created_at, version,
                (SELECT count(*) FROM faces WHERE faces.person = people.id)
            FROM people WHERE id = $1
            """, [.id(person)]
        ) { row throws(StorageError) in
            (
                try Person.Traits(row, from: 0),
                KeptDecision.Effects.Mark(createdAt: try row.integer(4), version: try row.integer(5)),
                Int(try row.integer(6))
            )
        }
    }

    fileprivate func put(_ questions: [OpenQuestion], of event: EventID) throws(StorageError) {
        try execute("DELETE FROM questions WHERE event = $1", [.id(event)])
        for (place, question) in questions.enumerated() {
            try executeLater(
                """
                INSERT INTO questions (event, place, kind, person, other, face, other_face, distance, weight)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                """,
                [
                    .id(event), .integer(place), .text(question.kind.rawValue), .id(question.people[0]),
                    .id(question.people.dropFirst().first), .id(question.first), .id(question.second),
                    .real(question.distance), .integer(question.weight),
                ])
        }
    }
}
