internal import Accounts
internal import Domain
internal import HTTP
internal import Pipeline

/// What was decided, the newest first.
struct ListDecisions: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/decisions"
    static let permission = Permission.seePeople
    static let says = Says(
        "What was decided about people, newest first, with what later decisions overrule",
        query: ["after": .integer(), "limit": Says.limit],
        gives: [
            200: .json(
                .page(
                    of: .members([
                        "decision": Shapes.decision.schema, "isOverruledInPart": .truth, "people": .list(.id),
                    ])))
        ])
    let desk: Desk

    static func read(
        _ request: Request, _ body: [UInt8]
    ) throws(Refusal) -> EventPage<Int64> {
        try EventPage(request) { page throws(Refusal) in try page.number() }
    }

    func answer(_ input: EventPage<Int64>, to guest: Caller) async throws(Refusal) -> Reply {
        _ = try await desk.event(input.event)
        // What overrules what is known of all of them together.
        let record = try await answered { () async throws(PoolError) in
            try await DecisionRecord.read(of: input.event, from: desk.kept)
        }
        let decisions = record.decisions.reversed()
            .filter { decision in input.place.map { decision.number < $0 } ?? true }.prefix(input.limit)
        let items: [JSONValue] = decisions.map { decision in
            .object(
                ("decision", Shapes.decision(decision)),
                ("isOverruledInPart", .truth(record.overruled.contains(decision.number))),
                ("people", .list(record.people(of: decision).map { .id($0) })))
        }
        let next = decisions.count == input.limit ? decisions.last.map { String($0.number) } : nil
        return Reply(200, .object(("items", .list(items)), ("next", .optional(next))))
    }
}

/// Decides who is whom.
struct Decide: MakingEndpoint {
    static let method = Method.post
    static let path = "/api/v1/events/:event/decisions"
    static let largestBody = 1 << 20
    static let permission = Permission.decideOnPeople
    static let says = Says(
        "Decide who is whom; null where there was nothing to take back", headers: [Says.onceKey],
        takes: .json(.oneOf(forms)),
        gives: [200: .json(.orNull(Shapes.decision.schema))])
    let desk: Desk

    private static let forms: [Schema] = {
        let faces = Schema.list(.id, atLeast: 1, atMost: 10_000)
        func kind(_ word: Kind) -> Schema { .word([word.rawValue]) }
        return [
            .members(["kind": kind(.merge), "person": .id, "other": .id]),
            .members(["kind": kind(.split), "person": .id, "faces": faces]),
            .members(["kind": kind(.gather), "faces": faces]),
            .members(["kind": kind(.move), "face": .id, "person": .id]),
            .members(["kind": kind(.not), "face": .id]),
            .members(["kind": kind(.leaveOut), "faces": faces]),
            .members(["kind": kind(.answer), "question": .text(), "says": .word(OpenQuestion.Answer.self)]),
            .members(["kind": kind(.undo)]), .members(["kind": kind(.redo)]),
        ]
    }()

    enum What: Sendable {
        case merge(PersonID, into: PersonID)
        case split([FaceID], from: PersonID)
        case gather([FaceID])
        case move(FaceID, to: PersonID)
        case not(FaceID)
        case leaveOut([FaceID])
        case answer(key: String, OpenQuestion.Answer)
        case undo
        case redo
    }

    enum Kind: String, CaseIterable {
        case merge, split, gather, move, not, leaveOut = "leave-out", answer, undo, redo
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (event: EventID, what: What) {
        var form = try Form(body)
        guard let kind = try form.word("kind", Kind.self) else {
            throw Form.missing("kind", "one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let what: What =
            switch kind {
            case .merge: .merge(try form.id("other"), into: try form.id("person"))
            case .split: .split(try form.ids("faces"), from: try form.id("person"))
            case .gather: .gather(try form.ids("faces"))
            case .move: .move(try form.id("face"), to: try form.id("person"))
            case .not: .not(try form.id("face"))
            case .leaveOut: .leaveOut(try form.ids("faces"))
            case .answer: .answer(key: try form.text("question"), try Self.answer(&form))
            case .undo: .undo
            case .redo: .redo
            }
        try form.finish()
        return (try request.id("event"), what)
    }

    private static func answer(_ form: inout Form) throws(Refusal) -> OpenQuestion.Answer {
        guard let answer = try form.word("says", OpenQuestion.Answer.self) else {
            throw Form.missing("says", "an answer")
        }
        return answer
    }

    static func reply(_ made: Decision?, at now: Int64) -> Reply {
        Reply(200, .optional(made.map { Shapes.decision($0) }))
    }

    static func kept(_ written: Decision, at now: Int64) -> Reply { reply(written, at: now) }

    func make(
        _ input: (event: EventID, what: What), as guest: Caller
    ) async throws(Refusal) -> Decision? {
        let new = PersonID(at: desk.now())
        return try await desk.decide(in: input.event, as: guest) { decisions throws(PoolError) in
            func own(_ person: PersonID) async throws(PoolError) -> PersonID {
                try await desk.kept.person(person.text, of: input.event).id
            }
            switch input.what {
            case .merge(let other, let person):
                guard other != person else { throw .noSuchPerson }
                return try await decisions.merge(try await own(other), into: try await own(person))
            case .split(let faces, let person):
                return try await decisions.split(faces, from: try await own(person), newPerson: new)
            case .gather(let faces): return try await decisions.gather(faces, newPerson: new)
            case .move(let face, let person): return try await decisions.move(face, to: try await own(person))
            case .not(let face): return try await decisions.notThisPerson(face)
            case .leaveOut(let faces): return try await decisions.leaveOut(faces)
            case .answer(let key, let answer):
                let questions = try await desk.kept.questions(of: input.event, limit: 1_000_000)
                guard let question = questions.first(where: { $0.key == key }) else { throw .questionGone }
                return try await decisions.answer(question, answer)
            case .undo: return try await desk.kept.undo(of: input.event, by: desk.act(guest))
            case .redo: return try await desk.kept.redo(of: input.event, by: desk.act(guest))
            }
        }
    }
}

/// What only a person can tell, the weightiest first.
struct ListQuestions: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/questions"
    static let permission = Permission.seePeople
    static let says = Says(
        "What only a person can tell, the weightiest first",
        query: ["limit": Says.limit], gives: [200: .json(Shapes.question.page)])
    let desk: Desk

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> (event: EventID, limit: Int) {
        try request.allowQuery("limit")
        return (try request.id("event"), try PageWish(request).limit)
    }

    func answer(_ input: (event: EventID, limit: Int), to guest: Caller) async throws(Refusal) -> Reply {
        _ = try await desk.grouped(input.event)
        let questions = try await answered { () async throws(PoolError) in
            try await desk.kept.questions(of: input.event, limit: input.limit)
        }
        return Reply(200, Shapes.question.page(questions))
    }
}
