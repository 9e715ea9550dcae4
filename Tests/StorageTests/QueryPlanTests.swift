import Domain
import Storage
import TestSupport
import Testing

@Suite("Query plans", .timeLimit(.minutes(10))) struct QueryPlanTests {
    @Test("of an index find their rows by an index among 100,000 photos")
    func folder() async throws {
        let base = try await TestDatabase(.sqlite)
        let database = RecordingDatabase(base.database)
        let index = try await FaceIndex.opened(in: database)
        try await LargePool(base).fillFolder()
        database.forget()

        try await index.put([Sample.record("one more.jpg")])
        try await index.forget([PhotoName("one more.jpg")])
        _ = try await index.totals()
        _ = try await index.failures()
        #expect(try await index.known().count == 100_000)

        // Comparing a folder means looking at every file, by design.
        let whole = ["FROM folder_files LEFT JOIN photos"]
        try await expectIndexes(for: database, on: base, except: whole)
    }

    @Test("of a pool find their rows by an index among 100,000 photos", arguments: DatabaseKind.available)
    func pool(kind: DatabaseKind) async throws {
        let base = try await TestDatabase(kind)
        let database = RecordingDatabase(base.database)
        let pool = try await Pool.open(database, vault: MemoryVault(knowsEveryEvent: true), at: 1)
        let large = LargePool(base)
        let event = try await large.fillPool()
        database.forget()
        try await walkEveryHotPath(pool, event, large)
        #expect(database.statements.count > 40)
        // How the work stands is told of all work.
        try await expectIndexes(for: database, on: base, except: ["SELECT state, count(*) FROM jobs"])
    }

    private func walkPeople(_ pool: Pool, _ event: Event, _ act: Act) async throws {
        let faces = try await pool.faces(of: event.id, after: nil, limit: 100)
        let (person, other) = (PersonID(at: 1), PersonID(at: 2))
        let first = try #require(faces.first?.id)
        var change = Regrouping(expecting: try await pool.standing(of: event.id))
        change.people = [person: Person.Traits(), other: Person.Traits()]
        for face in faces { change.moves[face.id] = .some(face.id == first ? other : person) }
        change.questions = [
            OpenQuestion(
                kind: .closePair, people: [person, other], first: first, second: first, distance: 0.5,
                weight: 1)
        ]
        try await pool.regroup(change, of: event.id, by: act)
        var decision = DecisionChange(
            expecting: try await pool.standing(of: event.id), kind: .name, rulings: [])
        decision.traits[other] = Person.Traits()
        decision.moves[first] = .some(person)
        _ = try await pool.decide(decision, of: event.id, by: act)
        _ = try await pool.undo(of: event.id, by: act)
        _ = try await pool.redo(of: event.id, by: act)
        _ = try await pool.decisions(of: event.id)
        _ = try await pool.person(person.text, of: event.id)
        _ = try await pool.faces(of: person)
        _ = try await pool.face(first, of: event.id)
        _ = try await pool.hiddenPeople(of: event.id)
        _ = try await pool.gallery(of: [person], [first], in: event.id)
        _ = try await pool.questions(of: event.id, limit: 10)
        _ = try await pool.people(of: event.id, limit: 10)
        _ = try await pool.people(of: event.id, after: nil, limit: 10)
        _ = try await pool.loneFaces(of: event.id, after: nil, limit: 10)
        let search = PersonSearch(consent: "form", people: 1, photos: 1, act: act)
        try await pool.note(search, of: event.id, by: act)
        _ = try await pool.searches(of: event.id, before: nil, limit: 10)
    }

    private func walkDesk(_ pool: Pool, _ event: Event, _ act: Act) async throws {
        _ = try await pool.record(of: event.id, before: 50, limit: 10)
        let guest = Guest(
            id: GuestID(at: 1), details: Guest.Details(name: "a", email: "a@b"), source: .added, createdAt: 1)
        _ = try await pool.add([guest], to: event.id, by: act)
        _ = try await pool.guests(of: event.id, matching: "a", after: nil, limit: 10)
        _ = try await pool.set(Guest.Details(name: "b", email: "c@d"), of: guest, in: event.id, by: act)
        try await pool.remove(guest.id, of: event.id, by: act)
        for state in [nil, WaitingJob.State.parked] {
            _ = try await pool.jobs(of: event.id, in: state, after: nil, limit: 10)
        }
        var filter = PhotoFilter()
        filter.person = PersonID(at: 1)
        filter.name = "7"
        _ = try await pool.photos(of: event.id, filter, after: nil, limit: 10)
        _ = try await pool.session([1])
        _ = try await pool.apiToken([1])
        _ = try await pool.uploadToken([1])
        _ = try await pool.accountChanges(before: nil, limit: 10)
        _ = try await pool.answer(to: OnceKey(caller: [1], word: "a"))
        try await pool.forgetAnswers(before: 1)
    }

    private func walkEveryHotPath(_ pool: Pool, _ event: Event, _ large: LargePool) async throws {
        let act = Act(by: .commandLine, at: 2_000_000_000_000)
        let photographer = try #require(try await pool.photographers(of: event.id).first)
        let album = try await pool.album("dinner", of: event, by: act)
        for isInTrash in [false, true] {
            for state in [nil, PhotoState.queued, .processing, .indexed, .failed] {
                for person in [nil, photographer.id] {
                    var filter = PhotoFilter()
                    (filter.isInTrash, filter.state, filter.photographer) = (isInTrash, state, person)
                    _ = try await pool.photos(of: event.id, filter, after: nil, limit: 100)
                }
            }
        }
        var filter = PhotoFilter()
        filter.album = album.id
        _ = try await pool.photos(of: event.id, filter, after: nil, limit: 100)
        filter.album = nil
        filter.isHidden = true
        _ = try await pool.photos(of: event.id, filter, after: nil, limit: 100)
        _ = try await pool.counts(of: event.id)
        _ = try await pool.changes(of: event.id, after: 50_000, limit: 100)
        let offer = UploadOffer(
            event: event.id, photographer: photographer.id, name: PhotoName("new.jpg"), length: 5,
            source: "new")
        let begun = try await pool.begin(offer, expiresAt: .max, now: act.at)
        _ = try await pool.advance(
            begun.id, to: 5, content: String(repeating: "f", count: 64), expiresAt: .max)
        _ = try await pool.unfinished(limit: 9)
        let photo = try await pool.finish(begun.id, now: act.at).photo
        _ = try await pool.expired(at: 1, limit: 9)
        _ = try await pool.credits(of: photo)
        _ = try await pool.subject(photo)
        _ = try await pool.photo("new.jpg", of: event.id)
        let owner = try await pool.enter(at: act.at)
        let jobs = try await pool.claim(atMost: 8, for: owner.id, at: act.at)
        #expect(jobs.count == 8)
        let failure = PhotoFailure(code: "damaged", sentence: "Broken.", isLasting: true)
        try await pool.settle(
            [
                Settlement(job: jobs[0], outcome: .parked(failure)),
                Settlement(job: jobs[1], outcome: .again(notBefore: act.at, counts: true)),
                Settlement(job: jobs[2], outcome: .done(try await large.developed(jobs[2], pool), next: nil)),
            ], of: owner.id, at: act.at)
        try await pool.beat(owner.id, at: act.at)
        _ = try await pool.reap(at: act.at)
        _ = try await pool.queue(at: act.at)
        _ = try await pool.retry([jobs[0].subject], of: event.id, by: act)
        _ = try await pool.sealedFaces(of: event.id, after: nil, limit: 100)
        try await walkPeople(pool, event, act)
        try await walkDesk(pool, event, act)
        try await pool.setHidden(true, [photo], of: event.id, by: act)
        try await pool.setInTrash(true, [photo], of: event.id, by: act)
        _ = try await pool.purge([photo], of: event.id, by: act)
        _ = try await pool.named(
            [.original(String(repeating: "e", count: 64)), .upload(begun.id)], in: event.id)
        _ = try await pool.originals(after: nil, in: event.id, limit: 100)
        await owner.leave()
    }

    private func expectIndexes(
        for database: RecordingDatabase, on base: TestDatabase, except whole: [String]
    ) async throws {
        for (sql, values) in database.statements where sql.hasPrefix("PRAGMA") == false {
            if whole.contains(where: sql.contains) || sql.contains("pg_") { continue }
            switch base.kind {
            case .sqlite:
                let steps = try await base.database.read { session throws(StorageError) in
                    try session.rows("EXPLAIN QUERY PLAN " + sql, values) { row throws(StorageError) in
                        try row.text(3)
                    }
                }
                for step in steps where step.hasPrefix("SCAN") {
                    let isSmall = Self.smallTables.contains { step.hasPrefix("SCAN \($0)") }
                    #expect(isSmall || step.contains("USING COVERING INDEX"), "\(step) in \(sql)")
                }
            case .postgres:
                let steps = try await base.database.write { session throws(StorageError) in
                    try session.rows("EXPLAIN " + sql, values) { row throws(StorageError) in try row.text(0) }
                }
                for step in steps where step.contains("Seq Scan on ") {
                    let isSmall = (Self.smallTables + Self.emptyTables).contains {
                        step.contains("Seq Scan on \($0)")
                    }
                    #expect(isSmall, "\(step) in \(sql)")
                }
            }
        }
    }

    /// Tables with nothing in them here, of which this server knows so.
    private static let emptyTables = [
        "users", "sessions", "api_tokens", "guests", "upload_tokens", "kept_answers", "event_roles",
    ]

    /// Tables of a few rows, and results of queries inside queries.
    private static let smallTables = [
        "account_changes",
        "people", "decisions", "questions", "searches", "organisations", "events", "photographers", "albums",
        "cameras", "owners", "busy", "now", "earlier",
        "CONSTANT",
        "photo_counts",
        "(subquery", "migrations",
    ]
}
