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
                + "These are answered same or different.",
            "claimed-twice: two people are almost equally near to one face. It is answered first, second or neither, the "
                + "people as they are listed.",
            "A question keeps its key as long as it is open. Every answer can be undone.",
        ],
        options: [PoolOptions.event, answer, says, limit] + PoolOptions.all + [SharedOptions.json],
        examples: [
            Example("likeness questions --event Congress", "what is open"),
            Example("likeness questions --event Congress --answer 0a1b2c-3d4e5f --says same", "one person"),
        ])

    private static let answer = Option("--answer", "KEY", "settle the question of this key")
    private static let says = Option("--says", "ANSWER", "same or different; first, second or neither")
    private static let limit = Option("--limit", "N", "at most so many (20)")

    private let event: Word
    private let settled: (key: String, answer: OpenQuestion.Answer)?
    private let limit: Int
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        event = arguments[needed: PoolOptions.event]
        switch (arguments[Self.answer], try arguments.choice(Self.says, OpenQuestion.Answer.self)) {
        case (let key?, let answer?): settled = (key.text, answer)
        case (nil, nil): settled = nil
        default: throw UsageError("--answer KEY and --says ANSWER belong together.")
        }
        limit = try arguments.number(Self.limit, in: 1...100_000) ?? 20
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
    }

    func run() async throws -> ExitCode {
        let place = try await EventPeople(event, options)
        try await place.bringUpToDate()
        let pool = place.house.pool
        let questions = try await spoken(about: place.house.place) { () async throws(PoolError) in
            try await pool.questions(of: place.event.id, limit: settled == nil ? limit : 1_000_000)
        }
        if let settled { return try await settle(settled.key, settled.answer, among: questions, place) }
        if asJSON {
            Console.print(JSON.list(questions.map { JSON.question($0) }).document)
            return .done
        }
        guard !questions.isEmpty else {
            Console.print("Nothing is open.")
            return .done
        }
        let table = try await spoken(about: place.house.place) { () async throws(PoolError) in
            try await Self.table(of: questions, in: place.event.id, pool)
        }
        Console.print(table)
        return .done
    }

    private static func table(
        of questions: [OpenQuestion], in event: EventID, _ pool: Pool
    ) async throws(PoolError) -> String {
        var columns = Columns("key", "question", "people", "look at", "distance", "photos")
        for question in questions {
            var people: [String] = []
            for id in question.people {
                people.append(
                    try await pool.person(id.text, of: event).traits.name.map { shown($0) } ?? id.text)
            }
            columns.add(
                question.key, question.kind.rawValue, people.joined(separator: " and "),
                try await pool.places(of: [question.first, question.second], in: event),
                decimals(question.distance, 3), String(question.weight))
        }
        return columns.text
    }

    private func settle(
        _ key: String, _ answer: OpenQuestion.Answer, among questions: [OpenQuestion], _ place: EventPeople
    ) async throws -> ExitCode {
        try await place.decide("The answer is kept.", asJSON: asJSON) {
            guard let question = questions.first(where: { $0.key == key }) else {
                throw PoolError.questionGone
            }
            return try await place.decisions.answer(question, answer)
        }
    }
}

/// `likeness what-if`: what another threshold would change.
struct WhatIfCommand: Command {
    static let description = CommandDescription(
        name: "what-if",
        summary: "show what another merge distance would change among an event's people, without changing it",
        details: [
            "The other distances move along. One face of each person is taken for a selfie, to tell how many would find "
                + "their own photos, and how many somebody else's too."
        ],
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
        then.selfie.distance += shift
        let bars = GroupingBars(then, place.pack)
        let faces = try await place.open(reach: bars.question)
        let start = ContinuousClock.now
        let what = WhatIf(
            faces, now: place.bars, then: bars,
            selfie: (place.thresholds.selfie.distance, then.selfie.distance), grouping: place.grouping,
            makeSpace: place.makeSpace)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        if asJSON {
            Console.print(JSON.whatIf(what).document)
            return .done
        }
        var columns = Columns(
            "merged below", "people", "faces in people", "photos with people", "questions",
            "selfies that find themselves", "and others")
        for (distance, figures) in [(place.thresholds.merge.distance, what.now), (threshold, what.then)] {
            columns.add(
                decimals(distance, 3), String(figures.people), String(figures.faces), String(figures.photos),
                String(figures.questions),
                "\(figures.selfies.findingThemselves) of \(figures.selfies.taken)",
                String(figures.selfies.findingOthers))
        }
        Console.print(
            """
            \(columns.text)

            \(what.merged) people of today would become part of another
            \(what.split) more would come of people of today
            \(what.changedPairs) pairs of near faces would change sides
            """)
        for example in what.examples {
            let faces = try await spoken(about: place.house.place) { () async throws(PoolError) in
                try await place.house.pool.places(of: [example.first, example.second], in: place.event.id)
            }
            Console.print("  \(decimals(example.distance, 3))  \(faces)")
        }
        Console.note("Compared \(faces.faces.count) faces in \(decimals(seconds, 2)) s.")
        return .done
    }
}

extension Pool {
    /// Where to look for faces.
    fileprivate func places(of faces: [FaceID], in event: EventID) async throws(PoolError) -> String {
        var places: [String] = []
        for id in faces {
            let face = try await face(id, of: event)
            places.append("\(face.photoName.text) (face \(face.number))")
        }
        return places.joined(separator: " and ")
    }
}

extension JSON {
    static func question(_ question: OpenQuestion) -> JSON {
        .object([
            ("key", .text(question.key)), ("kind", .text(question.kind.rawValue)),
            ("answers", .list(question.answers.map { .text($0.rawValue) })),
            ("people", .list(question.people.map { .text($0.text) })),
            ("faces", .list([.text(question.first.text), .text(question.second.text)])),
            ("distance", .rounded(question.distance, 6)), ("weight", .integer(question.weight)),
        ])
    }

    static func whatIf(_ what: WhatIf) -> JSON {
        .object([
            ("now", .figures(what.now)), ("then", .figures(what.then)), ("merged", .integer(what.merged)),
            ("split", .integer(what.split)), ("changedPairs", .integer(what.changedPairs)),
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

    private static func figures(_ figures: WhatIf.Figures) -> JSON {
        .object([
            ("people", .integer(figures.people)), ("faces", .integer(figures.faces)),
            ("photos", .integer(figures.photos)), ("questions", .integer(figures.questions)),
            ("selfies", .integer(figures.selfies.taken)),
            ("selfiesFindingThemselves", .integer(figures.selfies.findingThemselves)),
            ("selfiesFindingOthers", .integer(figures.selfies.findingOthers)),
        ])
    }
}
