internal import Domain
internal import Pipeline
internal import Storage

/// `likeness questions`: what only a person can tell.
struct QuestionsCommand: Command {
    static let description = CommandDescription(
        name: "questions",
        summary: "what only a person can tell about the people of an event, the weightiest first",
        details: [
            "same-photos: near enough for one person, but seen together; two people, or a mirror or a screen. close-pair: a "
                + "little farther apart than one person's faces are. both-touched: near enough, but you had a hand in both. "
                + "claimed-twice: two people are almost equally near to one face.",
            "--answer N same or different settles a question by its number; both answers can be undone.",
        ],
        options: [PoolOptions.event, answer, says, limit] + PoolOptions.all + [SharedOptions.json],
        examples: [
            Example("likeness questions --event Congress", "what is open"),
            Example("likeness questions --event Congress --answer 1 --says same", "both are one person"),
        ])

    private static let answer = Option("--answer", "N", "settle the question of this number")
    private static let says = Option("--says", "ANSWER", "same or different")
    private static let limit = Option("--limit", "N", "at most so many (20)")

    private enum Answer: String, CaseIterable { case same, different }

    private let event: Word
    private let number: Int?
    private let answer: Answer?
    private let limit: Int
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        event = arguments[needed: PoolOptions.event]
        number = try arguments.number(Self.answer, in: 1...100_000)
        answer = try arguments.choice(Self.says)
        limit = try arguments.number(Self.limit, in: 1...100_000) ?? 20
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
        guard (number == nil) == (answer == nil) else {
            throw UsageError("--answer N and --says same or different belong together.")
        }
    }

    func run() async throws -> ExitCode {
        let place = try await EventPeople(event, options)
        try await place.bringUpToDate()
        if let number, let answer { try await settle(number, answer, place) }
        let questions = try await spoken(about: place.house.place) { () async throws(PoolError) in
            try await place.house.pool.questions(of: place.event.id, limit: limit)
        }
        if asJSON {
            Console.print(JSON.list(questions.map { JSON.question($0) }).document)
            return .done
        }
        guard !questions.isEmpty else {
            Console.print("Nothing is open.")
            return .done
        }
        var columns = Columns("n", "question", "people", "distance", "photos")
        for (place, question) in questions.enumerated() {
            columns.add(
                String(place + 1), question.kind, question.people.map(\.text).joined(separator: " and "),
                decimals(question.distance, 3), String(question.weight))
        }
        Console.print(columns.text)
        return .done
    }

    private func settle(_ number: Int, _ answer: Answer, _ place: EventPeople) async throws {
        do {
            let open = try await place.house.pool.questions(of: place.event.id, limit: number)
            guard open.count == number, let question = open.last, question.people.count == 2 else {
                throw Failure("There is no question \(number).", code: "no_such_question")
            }
            let (first, second) = (question.people[0], question.people[1])
            // A face that two claim is moved, or kept out of the second; people are merged or kept apart.
            switch (question.kind, answer) {
            case (Question.Kind.claimedTwice.rawValue, .same):
                _ = try await place.decisions.move(question.first, to: first)
            case (Question.Kind.claimedTwice.rawValue, .different):
                _ = try await place.decisions.move(question.first, to: second)
            case (_, .same): _ = try await place.decisions.merge(second, into: first, kind: .same)
            case (_, .different): _ = try await place.decisions.keepApart(first, second)
            }
        } catch let error as PoolError {
            throw Failure(error, about: place.house.place)
        }
        try await place.bringUpToDate()
    }
}

/// `likeness what-if`: what another threshold would change.
struct WhatIfCommand: Command {
    static let description = CommandDescription(
        name: "what-if",
        summary: "show what another merge distance would change among an event's people, without changing it",
        options: [PoolOptions.event, threshold] + PoolOptions.all + [SharedOptions.json],
        examples: [
            Example("likeness what-if --event Congress --threshold .45", "stricter: who would fall apart"),
            Example("likeness what-if --event Congress --threshold .50", "looser: who would become one"),
        ])

    private static let threshold = Option(
        "--threshold", "DISTANCE", "up to which two faces form a person", isNeeded: true)

    private let event: Word
    private let threshold: Double
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        event = arguments[needed: PoolOptions.event]
        let word = arguments[needed: Self.threshold]
        guard let value = Double(word.text), value > 0, value < 10 else {
            throw UsageError("--threshold is a distance such as .48, not '\(word.shown)'.")
        }
        threshold = value
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
    }

    func run() async throws -> ExitCode {
        let place = try await EventPeople(event, options)
        var then = place.thresholds
        // The other bars keep their distance to the first.
        let shift = threshold - then.merge.distance
        then.merge.distance = threshold
        then.attach.distance += shift
        let bars = EventPeople.bars(then, place.pack)
        let faces = try await place.open(reach: bars.question)
        let start = ContinuousClock.now
        let what = WhatIf(
            faces, now: place.bars, then: bars, grouping: place.grouping, makeSpace: place.makeSpace)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        if asJSON {
            Console.print(JSON.whatIf(what).document)
            return .done
        }
        Console.print(
            """
            at \(decimals(threshold, 3)) instead of \(decimals(place.thresholds.merge.distance, 3)):
              \(what.people) people with \(what.groupedFaces) faces on \(what.photosWithPeople) photos
              \(what.merged) people of today would become part of another
              \(what.split) more would come of people of today
              \(what.changedPairs) pairs of near faces would change sides
              \(what.questionsThen) questions instead of \(what.questionsNow)
            """)
        for example in what.examples {
            Console.print(
                "  \(decimals(example.distance, 3))  \(example.first.text)  \(example.second.text)")
        }
        Console.note("Compared \(faces.faces.count) faces in \(decimals(seconds, 2)) s.")
        return .done
    }
}

extension JSON {
    static func question(_ question: OpenQuestion) -> JSON {
        .object([
            ("kind", .text(question.kind)), ("people", .list(question.people.map { .text($0.text) })),
            ("faces", .list([.text(question.first.text), .text(question.second.text)])),
            ("distance", .rounded(question.distance, 6)), ("weight", .integer(question.weight)),
        ])
    }

    static func whatIf(_ what: WhatIf) -> JSON {
        .object([
            ("people", .integer(what.people)), ("groupedFaces", .integer(what.groupedFaces)),
            ("photosWithPeople", .integer(what.photosWithPeople)), ("merged", .integer(what.merged)),
            ("split", .integer(what.split)), ("changedPairs", .integer(what.changedPairs)),
            ("questionsNow", .integer(what.questionsNow)), ("questionsThen", .integer(what.questionsThen)),
            (
                "examples",
                .list(
                    what.examples.map { example in
                        .object([
                            ("faces", .list([.text(example.first.text), .text(example.second.text)])),
                            ("distance", .rounded(example.distance, 6)),
                        ])
                    })
            ),
        ])
    }
}
