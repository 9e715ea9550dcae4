import Domain
import Storage
import TestSupport
import Testing

/// People and decisions in rows, on both databases.
@Suite("People in the database", .timeLimit(.minutes(10))) struct PeopleRowsTests {
    /// An event with a photo of `faces` faces for each number.
    private struct Party {
        let fixture: PoolFixture
        var faces: [FaceID] = []

        init(_ kind: DatabaseKind, _ photos: [Int]) async throws {
            fixture = try await PoolFixture(kind)
            let owner = try await fixture.pool.enter(at: fixture.now)
            for (number, count) in photos.enumerated() {
                try await fixture.upload(number + 1)
                let job = try #require(try await fixture.claim(1, for: owner).first)
                try await fixture.settle(
                    job, .done(try await fixture.developed(number + 1, faces: count), next: nil), by: owner)
            }
            await owner.leave()
            faces = try await fixture.pool.faces(of: event, after: nil, limit: 100).map(\.id)
        }

        var pool: Pool { fixture.pool }
        var event: EventID { fixture.event.id }

        func group(_ people: [PersonID: [FaceID]]) async throws {
            var change = Regrouping(expecting: try await pool.standing(of: event))
            for (person, faces) in people {
                change.people[person] = Person.Traits()
                for face in faces { change.moves[face] = .some(person) }
            }
            try await pool.regroup(change, of: event, by: fixture.act)
        }

        func people() async throws -> [PersonID: Set<FaceID>] {
            var people: [PersonID: Set<FaceID>] = [:]
            for person in try await pool.people(of: event, limit: 100) {
                people[person.id] = Set(try await pool.faces(of: person.id).map(\.id))
            }
            return people
        }
    }

    @Test(
        "are listed by their photos, and a regrouping tells what it has seen",
        arguments: DatabaseKind.available)
    func lists(kind: DatabaseKind) async throws {
        let party = try await Party(kind, [1, 2, 1])
        let (a, b) = (PersonID(at: 1), PersonID(at: 2))
        let before = try await party.pool.standing(of: party.event)
        #expect(before.groupedRevision < before.revision)
        try await party.group([a: [party.faces[0]], b: [party.faces[1], party.faces[3]]])
        let after = try await party.pool.standing(of: party.event)
        #expect(after.groupedRevision == after.revision)
        let people = try await party.pool.people(of: party.event, limit: 10)
        #expect(people.map(\.id) == [b, a] && people.map(\.photos) == [2, 1])
        // Page by page in an order that stays, and everybody once.
        let order = [a, b].sorted()
        let first = try await party.pool.people(of: party.event, after: nil, limit: 1)
        let rest = try await party.pool.people(of: party.event, after: first.last?.id, limit: 10)
        #expect((first + rest).map(\.id) == order && Set(first + rest) == Set(people))
        let lone = try await party.pool.loneFaces(of: party.event, after: nil, limit: 10).map(\.id)
        #expect(lone == [party.faces[2]])
        #expect(try await party.pool.loneFaces(of: party.event, after: lone.last, limit: 10) == [])
        // Photos by who is on them.
        var filter = PhotoFilter()
        filter.person = b
        #expect(try await party.pool.photos(of: party.event, filter, after: nil, limit: 10).count == 2)
        #expect(try await party.pool.person(b.text, of: party.event).faces == 2)
        await #expect(throws: PoolError.noSuchPerson) {
            try await party.pool.person("nobody", of: party.event)
        }
        // Another photo arrives: what was grouped before is not written down over it.
        // Nor is what another program has found in between.
        var late = Regrouping(expecting: before)
        late.people[a] = Person.Traits()
        await #expect(throws: PoolError.changedMeanwhile) {
            try await party.pool.regroup(late, of: party.event, by: party.fixture.act)
        }
        #expect(try await party.pool.people(of: party.event, limit: 10).count == 2)
        // A photo in the trash counts no more, and its person comes back with it.
        let photo = try await party.pool.face(party.faces[0], of: party.event).photo
        try await party.pool.setInTrash(true, [photo], of: party.event, by: party.fixture.act)
        #expect(try await party.pool.person(a.text, of: party.event).photos == 0)
        let left = try await party.pool.people(of: party.event, limit: 10)
        #expect(left.map(\.id) == [b, a] && left.map(\.faces) == [2, 0] && left.map(\.photos) == [2, 0])
        try await party.pool.setInTrash(false, [photo], of: party.event, by: party.fixture.act)
        #expect(try await party.pool.person(a.text, of: party.event).photos == 1)
    }

    @Test("keep their faces when a photo is developed again", arguments: DatabaseKind.available)
    func redeveloped(kind: DatabaseKind) async throws {
        let party = try await Party(kind, [2])
        let person = PersonID(at: 1)
        try await party.group([person: [party.faces[0]]])
        let photo = try await party.pool.face(party.faces[0], of: party.event).photo
        let marks = try await party.pool.marks(of: party.event, pack: "pack-1")
            .sorted { $0.id < $1.id }
        let faces = try await party.pool.faces(of: party.event, after: nil, limit: 9)
        #expect(marks.map(\.id) == party.faces && marks.map(\.person) == [person, nil])
        #expect(
            marks.map(\.seal) == faces.map { FaceMark.seal(of: $0.sealed) } && marks.allSatisfy(\.isOfPack))
        #expect(try await party.pool.marks(of: party.event, pack: "pack-2").allSatisfy { !$0.isOfPack })
        #expect(try await party.pool.faces([party.faces[1], FaceID(at: 1)], of: party.event) == [faces[1]])
        #expect(try await party.pool.faces(party.faces, of: EventID(at: 1)) == [])
        try await party.pool.redevelop([photo], of: party.event, by: party.fixture.act)
        let owner = try await party.pool.enter(at: party.fixture.now)
        let job = try #require(try await party.fixture.claim(1, for: owner).first)
        // The same faces with the identifiers that they had.
        let key = try await party.fixture.vault.key(of: party.event)
        var facts = Sample.facts()
        facts.contentHash = party.fixture.hash(1)
        let again = party.faces.enumerated().map { place, id in
            SealedFace(Sample.face(at: Float(place)), id: id, pack: "pack-1", key: key)
        }
        try await party.fixture.settle(
            job,
            .done(
                .developed(
                    DevelopedPhoto(recipe: Sample.recipe, facts: facts, faces: again, renditions: [:])),
                next: nil), by: owner)
        await owner.leave()
        #expect(try await party.people() == [person: [party.faces[0]]])
    }

    @Test(
        "are as before when a decision is undone, and as after when it is done again, also by another program",
        arguments: DatabaseKind.available)
    func undone(kind: DatabaseKind) async throws {
        let party = try await Party(kind, [1, 1, 1, 1])
        let (a, b, new) = (PersonID(at: 1), PersonID(at: 2), PersonID(at: 3))
        let faces = party.faces
        try await party.group([a: [faces[0], faces[1]], b: [faces[2], faces[3]]])
        var states = [try await party.people()]
        // Merge, split, leave out: each from what is there then.
        let changes: [(Decision.Kind, [FaceID: PersonID?], [PersonID: String?])] = [
            (.name, [:], [a: "Ada"]), (.merge, [faces[2]: a, faces[3]: a], [a: "Ada"]),
            (.split, [faces[1]: new], [new: nil]), (.ignore, [faces[0]: nil], [:]),
        ]
        for (kind, moves, names) in changes {
            party.fixture.pass(10)
            var change = DecisionChange(
                expecting: try await party.pool.standing(of: party.event), kind: kind,
                rulings: [.together([faces[0]])])
            change.moves = moves
            for (person, name) in names {
                var traits = Person.Traits()
                traits.name = name
                change.traits[person] = traits
            }
            let decision = try await party.pool.decide(change, of: party.event, by: party.fixture.act)
            #expect(decision.number == Int64(states.count))
            states.append(try await party.people())
        }
        #expect(states[2] == [a: Set(faces)] && states[3].count == 2 && states[4][a]?.count == 2)
        let other = try #require(try await Pool.existing(party.fixture.base.open()))
        for number in (1...4).reversed() {
            #expect(try await other.undo(of: party.event, by: party.fixture.act)?.number == Int64(number))
            #expect(try await party.people() == states[number - 1], "undone \(number)")
        }
        #expect(try await other.undo(of: party.event, by: party.fixture.act) == nil)
        for number in 1...4 {
            #expect(try await other.redo(of: party.event, by: party.fixture.act)?.number == Int64(number))
            #expect(try await party.people() == states[number], "redone \(number)")
        }
        #expect(try await party.pool.person("Ada", of: party.event).id == a)
        // What was taken back before something new was decided stays taken back.
        _ = try await other.undo(of: party.event, by: party.fixture.act)
        let change = DecisionChange(
            expecting: try await party.pool.standing(of: party.event), kind: .same, rulings: [])
        _ = try await party.pool.decide(change, of: party.event, by: party.fixture.act)
        #expect(try await other.redo(of: party.event, by: party.fixture.act) == nil)
        let record = try await party.pool.decisions(of: party.event)
        #expect(record.map(\.isUndone) == [false, false, false, true, false])
        #expect(record[1].kind == .merge && record[0].rulings == [.together([faces[0]])])
    }

    @Test(
        "come back as they were when what took all their faces is undone", arguments: DatabaseKind.available)
    func comeBack(kind: DatabaseKind) async throws {
        let party = try await Party(kind, [1, 1])
        let (a, b) = (PersonID(at: 1), PersonID(at: 2))
        try await party.group([a: [party.faces[0]], b: [party.faces[1]]])
        func decide(_ kind: Decision.Kind, _ fill: (inout DecisionChange) -> Void) async throws {
            party.fixture.pass(10)
            var change = DecisionChange(
                expecting: try await party.pool.standing(of: party.event), kind: kind, rulings: [])
            fill(&change)
            _ = try await party.pool.decide(change, of: party.event, by: party.fixture.act)
        }
        var traits = Person.Traits()
        traits.isHidden = true
        traits.name = "Eve"
        try await decide(.hide) { $0.traits[b] = traits }
        let before = try await party.pool.person(b.text, of: party.event)
        try await decide(.merge) { $0.moves[party.faces[1]] = .some(a) }
        await #expect(throws: PoolError.noSuchPerson) {
            try await party.pool.person(b.text, of: party.event)
        }
        party.fixture.pass(10)
        _ = try await party.pool.undo(of: party.event, by: party.fixture.act)
        let after = try await party.pool.person(b.text, of: party.event)
        #expect(after.traits == traits && after.createdAt == before.createdAt)
        #expect(after.version > before.version)
    }

    @Test("have the decision brought back that was taken back last", arguments: DatabaseKind.available)
    func lastTakenBack(kind: DatabaseKind) async throws {
        let party = try await Party(kind, [1])
        for _ in 0..<2 {
            let change = DecisionChange(
                expecting: try await party.pool.standing(of: party.event), kind: .same, rulings: [])
            _ = try await party.pool.decide(change, of: party.event, by: party.fixture.act)
            _ = try await party.pool.undo(of: party.event, by: party.fixture.act)
        }
        #expect(try await party.pool.redo(of: party.event, by: party.fixture.act)?.number == 2)
        #expect(try await party.pool.redo(of: party.event, by: party.fixture.act) == nil)
    }

    @Test("are left alone where their faces could not be compared", arguments: DatabaseKind.available)
    func otherPack(kind: DatabaseKind) async throws {
        let party = try await Party(kind, [1, 1])
        let (a, b) = (PersonID(at: 1), PersonID(at: 2))
        try await party.group([a: [party.faces[0]]])
        try await party.group([b: [party.faces[1]]])
        #expect(try await party.people() == [a: [party.faces[0]], b: [party.faces[1]]])
    }

    @Test(
        "and decisions are not written into an event that is being deleted", arguments: DatabaseKind.available
    )
    func whileDeleted(kind: DatabaseKind) async throws {
        let party = try await Party(kind, [1])
        let standing = try await party.pool.standing(of: party.event)
        _ = try await party.pool.decide(
            DecisionChange(expecting: standing, kind: .same, rulings: []), of: party.event,
            by: party.fixture.act)
        let late = Regrouping(expecting: try await party.pool.standing(of: party.event))
        try await party.pool.beginDeleting(party.fixture.event, by: party.fixture.act)
        await #expect(throws: PoolError.noSuchEvent) {
            try await party.pool.regroup(late, of: party.event, by: party.fixture.act)
        }
        await #expect(throws: PoolError.noSuchEvent) {
            try await party.pool.undo(of: party.event, by: party.fixture.act)
        }
        let search = PersonSearch(consent: "form 17", people: 1, photos: 1, act: party.fixture.act)
        await #expect(throws: PoolError.noSuchEvent) {
            try await party.pool.note(search, of: party.event, by: party.fixture.act)
        }
    }

    @Test("refuse a decision about what has changed meanwhile", arguments: DatabaseKind.available)
    func meanwhile(kind: DatabaseKind) async throws {
        let party = try await Party(kind, [1])
        let standing = try await party.pool.standing(of: party.event)
        let change = DecisionChange(expecting: standing, kind: .name, rulings: [])
        _ = try await party.pool.decide(change, of: party.event, by: party.fixture.act)
        await #expect(throws: PoolError.changedMeanwhile) {
            try await party.pool.decide(change, of: party.event, by: party.fixture.act)
        }
        let now = try await party.pool.standing(of: party.event)
        var missing = DecisionChange(expecting: now, kind: .ignore, rulings: [])
        missing.moves[FaceID(at: 9)] = .some(nil)
        await #expect(throws: PoolError.noSuchFace) {
            try await party.pool.decide(missing, of: party.event, by: party.fixture.act)
        }
        #expect(try await party.pool.decisions(of: party.event).count == 1)
    }

    @Test(
        "show the photos that guests may see, and who looked with whose leave",
        arguments: DatabaseKind.available)
    func gallery(kind: DatabaseKind) async throws {
        let party = try await Party(kind, [1, 1, 1])
        let person = PersonID(at: 1)
        try await party.group([person: [party.faces[0], party.faces[1]]])
        let all = try await party.pool.gallery(of: [person], [party.faces[2]], in: party.event)
        #expect(all.count == 3)
        try await party.pool.setHidden(true, [all[0].id], of: party.event, by: party.fixture.act)
        try await party.pool.setInTrash(true, [all[1].id], of: party.event, by: party.fixture.act)
        #expect(
            try await party.pool.gallery(of: [person], [party.faces[2]], in: party.event).map(\.id) == [
                all[2].id
            ])
        #expect(try await party.pool.gallery(of: [person], [], in: EventID(at: 1)) == [])
        let search = PersonSearch(consent: "form 17", people: 1, photos: 1, act: party.fixture.act)
        try await party.pool.note(search, of: party.event, by: party.fixture.act)
        let later = PersonSearch(
            consent: "form 18", people: 0, photos: 0, act: Act(by: .commandLine, at: 1 << 41))
        try await party.pool.note(later, of: party.event, by: later.act)
        #expect(try await party.pool.searches(of: party.event, before: nil, limit: 9) == [later, search])
        #expect(try await party.pool.searches(of: party.event, before: nil, limit: 1) == [later])
        #expect(try await party.pool.searches(of: party.event, before: later.id, limit: 9) == [search])
    }

    @Test("and their questions and decisions go with their event", arguments: DatabaseKind.available)
    func deleted(kind: DatabaseKind) async throws {
        let party = try await Party(kind, [1, 1])
        let person = PersonID(at: 1)
        var change = Regrouping(expecting: try await party.pool.standing(of: party.event))
        change.people[person] = Person.Traits()
        change.moves = [party.faces[0]: .some(person)]
        change.questions = [
            OpenQuestion(
                kind: .closePair, people: [person], first: party.faces[0], second: party.faces[1],
                distance: 0.5, weight: 1)
        ]
        try await party.pool.regroup(change, of: party.event, by: party.fixture.act)
        #expect(try await party.pool.questions(of: party.event, limit: 5) == change.questions)
        let decision = DecisionChange(
            expecting: try await party.pool.standing(of: party.event), kind: .same, rulings: [])
        _ = try await party.pool.decide(decision, of: party.event, by: party.fixture.act)
        try await party.pool.removeRows(of: party.event)
        #expect(try await party.pool.rowsLeft(of: party.event) == 0)
        #expect(try await party.pool.people(of: party.event, limit: 5) == [])
    }
}
