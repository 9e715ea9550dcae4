internal import Domain
internal import Pipeline
internal import Storage

/// `likeness people`: who is on the photos of an event.
struct PeopleList: Command {
    static let description = CommandDescription(
        name: "people",
        summary: "list the people of an event, those with most photos first",
        details: [
            "Faces are grouped anew where photos have arrived or somebody has decided something since. People keep their "
                + "ids; names and everything else follow the faces."
        ],
        options: [PoolOptions.event, limit, ignored] + PoolOptions.all + [SharedOptions.json],
        examples: [Example("likeness people --event Congress", "everybody, by number of photos")])

    private static let limit = Option("--limit", "N", "at most so many (100)")
    private static let ignored = Option("--ignored", nil, "those that are ignored as well")

    private let event: Word
    private let limit: Int
    private let showsIgnored: Bool
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        event = arguments[needed: PoolOptions.event]
        limit = try arguments.number(Self.limit, in: 1...100_000) ?? 100
        showsIgnored = arguments.has(Self.ignored)
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
    }

    func run() async throws -> ExitCode {
        let place = try await EventPeople(event, options)
        try await place.bringUpToDate()
        let all = try await spoken(about: place.house.place) { () async throws(PoolError) in
            try await place.house.pool.people(of: place.event.id, limit: 1_000_000)
        }
        let wanted = all.filter { $0.photos > 0 && (showsIgnored || !$0.traits.isIgnored) }
        let people = wanted.prefix(limit)
        if asJSON {
            Console.print(
                JSON.object([
                    ("total", .integer(wanted.count)), ("people", .list(people.map { JSON.person($0) })),
                ]).document)
            return .done
        }
        guard !people.isEmpty else {
            Console.print("Nobody yet: a person needs two good photos.")
            return .done
        }
        var columns = Columns("person", "id", "photos", "faces", "remarks")
        for person in people {
            let remarks = [
                person.traits.isHidden ? "hidden" : nil, person.traits.isIgnored ? "ignored" : nil,
            ].compactMap { $0 }
            columns.add(
                person.shownName, person.id.text, String(person.photos), String(person.faces),
                remarks.joined(separator: ", "))
        }
        Console.print("\(wanted.count) people\n\n" + columns.text)
        if wanted.count > people.count { Console.note("\(wanted.count - people.count) more: say --limit.") }
        return .done
    }
}

/// `likeness people show`: the faces of one person.
struct PeopleShow: Command {
    static let description = CommandDescription(
        name: "people show", summary: "list the faces of one person with their photos",
        places: [PeopleOptions.person], options: PeopleOptions.all,
        examples: [Example("likeness people show Ada --event Congress", "where Ada is")])

    private let common: PeopleOptions
    private let person: Word

    init(_ arguments: Arguments) throws(UsageError) {
        common = PeopleOptions(arguments)
        person = arguments[PeopleOptions.person]
    }

    func run() async throws -> ExitCode {
        let place = try await common.open()
        let person = try await place.person(person)
        let faces = try await spoken(about: place.house.place) { () async throws(PoolError) in
            try await place.house.pool.faces(of: person.id)
        }
        if common.asJSON {
            Console.print(
                JSON.object([
                    ("person", JSON.person(person)),
                    ("faces", .list(faces.filter { !$0.isInTrash }.map(JSON.face))),
                ])
                .document)
            return .done
        }
        Console.print(
            "\(person.shownName) (\(person.id.text)): \(person.photos) photos\n\n"
                + faces.filter { !$0.isInTrash }.table)
        return .done
    }
}

extension [PersonFace] {
    /// Each with its photo, for a terminal.
    var table: String {
        var columns = Columns("photo", "face", "id of the face", "tier")
        for face in self {
            columns.add(face.photoName.text, String(face.number), face.id.text, face.tier.rawValue)
        }
        return columns.text
    }
}

/// The words that all commands about people share.
struct PeopleOptions: Sendable {
    static let person = Place("PERSON", "a person, by name or id")
    static let other = Place("OTHER", "another person, by name or id")
    static let face = Place("FACE", "a face, by its id as `likeness people show` lists it")
    static let faces = Place(
        "FACES", "faces, by their ids as `likeness people show` lists them", isRepeated: true)
    static let all = [PoolOptions.event] + PoolOptions.all + [SharedOptions.json]

    let event: Word
    let options: PoolOptions
    let asJSON: Bool

    init(_ arguments: Arguments) {
        event = arguments[needed: PoolOptions.event]
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
    }

    /// The event with its people up to date.
    func open() async throws(Failure) -> EventPeople {
        let place = try await EventPeople(event, options)
        try await place.bringUpToDate()
        return place
    }

    /// Takes a decision and says what it was.
    func decide(
        _ words: String, person: PersonID? = nil, _ decide: (EventPeople) async throws -> Decision
    ) async throws -> ExitCode {
        let place = try await open()
        return try await place.decide(words, person: person, asJSON: asJSON) { try await decide(place) }
    }
}

extension EventPeople {
    /// Takes a decision, brings the people up to date, and says what it was and which older ones it overruled.
    /// - Parameter person: who came to be by it.
    func decide(
        _ words: String, person: PersonID? = nil, asJSON: Bool, _ decide: () async throws -> Decision
    ) async throws -> ExitCode {
        let decision: Decision
        do {
            decision = try await decide()
        } catch let error as PoolError {
            throw Failure(error, about: house.place)
        }
        let overruled = try await bringUpToDate()?.overruled.sorted() ?? []
        if asJSON {
            let numbers = JSON.list(overruled.map { .integer(Int($0)) })
            let new = person.map { [("person", JSON.text($0.text))] } ?? []
            Console.print(JSON.decision(decision, new + [("overrules", numbers)]).document)
            return .done
        }
        Console.print("\(words) (decision \(decision.number))")
        if !overruled.isEmpty {
            let numbers = overruled.map(String.init).joined(separator: ", ")
            Console.print("It overrules what was decided before, wholly or in part: \(numbers).")
        }
        return .done
    }
}

extension JSON {
    static func person(_ person: Person) -> JSON {
        .object([
            ("id", .text(person.id.text)), ("name", .optional(person.traits.name)),
            ("photos", .integer(person.photos)), ("faces", .integer(person.faces)),
            ("isHidden", .truth(person.traits.isHidden)), ("isIgnored", .truth(person.traits.isIgnored)),
            ("cover", .optional(person.traits.cover?.text)), ("version", .integer(Int(person.version))),
        ])
    }

    static func face(_ face: PersonFace) -> JSON {
        .object([
            ("id", .text(face.id.text)), ("person", .optional(face.person?.text)),
            ("photo", .text(face.photo.text)), ("photoName", .text(face.photoName.text)),
            ("number", .integer(face.number)), ("tier", .text(face.tier.rawValue)),
            (
                "box",
                .list([
                    .rounded(face.box.x), .rounded(face.box.y), .rounded(face.box.width),
                    .rounded(face.box.height),
                ])
            ),
        ])
    }

    static func decision(_ decision: Decision, _ more: [(String, JSON)] = []) -> JSON {
        .object(
            [
                ("number", .integer(Int(decision.number))), ("kind", .text(decision.kind.rawValue)),
                ("says", .text(decision.words)),
                ("at", .integer(Int(decision.act.at))), ("isUndone", .truth(decision.isUndone)),
            ] + more)
    }
}
