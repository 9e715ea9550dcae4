internal import Domain
internal import Pipeline
internal import Storage

/// `likeness people name`.
struct PeopleName: Command {
    private static let name = Place("NAME", "what the person is called")
    static let description = CommandDescription(
        name: "people name", summary: "give a person a name, which follows the faces",
        places: [PeopleOptions.person, name], options: PeopleOptions.all,
        examples: [Example("likeness people name 0199… \"Ada Lovelace\" --event Congress", "from now on")])

    private let common: PeopleOptions
    private let person: Word
    private let name: String

    init(_ arguments: Arguments) throws(UsageError) {
        common = PeopleOptions(arguments)
        person = arguments[PeopleOptions.person]
        name = try arguments.text(Self.name)
    }

    func run() async throws -> ExitCode {
        try await common.decide("The person is called \(shown(name)).") { place in
            try await place.decisions.name(try await place.person(person).id, name)
        }
    }
}

/// `likeness people merge`.
struct PeopleMerge: Command {
    static let description = CommandDescription(
        name: "people merge", summary: "say that two people are one; the first keeps its id",
        places: [PeopleOptions.person, PeopleOptions.other], options: PeopleOptions.all,
        examples: [Example("likeness people merge Ada 0199… --event Congress", "both are Ada")])

    private let common: PeopleOptions
    private let person: Word
    private let other: Word

    init(_ arguments: Arguments) throws(UsageError) {
        common = PeopleOptions(arguments)
        person = arguments[PeopleOptions.person]
        other = arguments[PeopleOptions.other]
    }

    func run() async throws -> ExitCode {
        let place = try await common.open()
        let (mine, theirs) = (try await place.person(person), try await place.person(other))
        guard mine.id != theirs.id else {
            throw Failure("That is the same person twice.", code: "same_person")
        }
        return try await place.decide(Self.words(mine.traits, theirs.traits), asJSON: common.asJSON) {
            try await place.decisions.merge(theirs.id, into: mine.id)
        }
    }

    /// What the person is from now on, where that is not what both were.
    private static func words(_ mine: Person.Traits, _ theirs: Person.Traits) -> String {
        var words = ["Both are one person now."]
        if let name = mine.name ?? theirs.name { words.append("They are called \(shown(name)).") }
        if let kept = mine.name, let lost = theirs.name, kept != lost {
            words.append("The name \(shown(lost)) is gone; undoing brings it back.")
        }
        if mine.isHidden != theirs.isHidden { words.append("They are hidden, since one of them was.") }
        return words.joined(separator: " ")
    }
}

/// `likeness people split`.
struct PeopleSplit: Command {
    static let description = CommandDescription(
        name: "people split", summary: "say that some faces of a person are somebody else",
        places: [PeopleOptions.person, PeopleOptions.faces], options: PeopleOptions.all,
        examples: [
            Example("likeness people split Ada FACE FACE --event Congress", "a new person of two faces")
        ])

    private let common: PeopleOptions
    private let person: Word
    private let faces: [Word]

    init(_ arguments: Arguments) throws(UsageError) {
        common = PeopleOptions(arguments)
        person = arguments[PeopleOptions.person]
        faces = arguments[all: PeopleOptions.faces]
    }

    func run() async throws -> ExitCode {
        let new = PersonID(at: millisecondsSince1970())
        return try await common.decide("The faces are a person of their own: \(new.text).", person: new) {
            place in
            let ids = try faces.map { word in try EventPeople.face(word) }
            return try await place.decisions.split(
                ids, from: try await place.person(person).id, newPerson: new)
        }
    }
}

/// `likeness people lone`: faces that are in nobody's group.
struct PeopleLone: Command {
    static let description = CommandDescription(
        name: "people lone", summary: "list the faces that are in nobody's group",
        details: ["Those that are too blurred, too dark or too small to be anybody's are not among them."],
        options: PeopleOptions.all + [limit],
        examples: [Example("likeness people lone --event Congress", "who is on one photo only, and others")])

    private static let limit = Option("--limit", "N", "at most so many (100)")

    private let common: PeopleOptions
    private let limit: Int

    init(_ arguments: Arguments) throws(UsageError) {
        common = PeopleOptions(arguments)
        limit = try arguments.number(Self.limit, in: 1...100_000) ?? 100
    }

    func run() async throws -> ExitCode {
        let place = try await common.open()
        let faces = try await spoken(about: place.house.place) { () async throws(PoolError) in
            try await place.house.pool.loneFaces(of: place.event.id, after: nil, limit: limit)
        }
        if common.asJSON {
            Console.print(JSON.list(faces.map(JSON.face)).document)
        } else {
            Console.print(faces.isEmpty ? "Every face is in somebody's group." : faces.table)
        }
        return .done
    }
}

/// `likeness people gather`: lone faces are one person.
struct PeopleGather: Command {
    static let description = CommandDescription(
        name: "people gather", summary: "say that faces in nobody's group are one person",
        places: [PeopleOptions.faces], options: PeopleOptions.all,
        examples: [
            Example("likeness people gather FACE FACE --event Congress", "a new person of two faces"),
            Example("likeness people gather FACE --event Congress", "somebody of whom there is one photo"),
        ])

    private let common: PeopleOptions
    private let faces: [Word]

    init(_ arguments: Arguments) throws(UsageError) {
        common = PeopleOptions(arguments)
        faces = arguments[all: PeopleOptions.faces]
    }

    func run() async throws -> ExitCode {
        let new = PersonID(at: millisecondsSince1970())
        let ids = Set(try faces.map { word throws(Failure) in try EventPeople.face(word) })
        return try await common.decide("The faces are one person: \(new.text).", person: new) { place in
            try await place.decisions.gather(ids.sorted(), newPerson: new)
        }
    }
}

/// `likeness people move`.
struct PeopleMove: Command {
    static let description = CommandDescription(
        name: "people move", summary: "say that one face belongs to another person",
        places: [PeopleOptions.face, PeopleOptions.person], options: PeopleOptions.all,
        examples: [Example("likeness people move FACE Ada --event Congress", "this face is Ada")])

    private let common: PeopleOptions
    private let face: Word
    private let person: Word

    init(_ arguments: Arguments) throws(UsageError) {
        common = PeopleOptions(arguments)
        face = arguments[PeopleOptions.face]
        person = arguments[PeopleOptions.person]
    }

    func run() async throws -> ExitCode {
        try await common.decide("The face belongs to \(person.shown).") { place in
            try await place.decisions.move(
                try EventPeople.face(face), to: try await place.person(person).id)
        }
    }
}

/// `likeness people not`: a face is not who it was put to.
struct PeopleNot: Command {
    static let description = CommandDescription(
        name: "people not", summary: "say that a face is not the person it was put to",
        places: [PeopleOptions.face], options: PeopleOptions.all,
        examples: [Example("likeness people not FACE --event Congress", "it never comes back there")])

    private let common: PeopleOptions
    private let face: Word

    init(_ arguments: Arguments) throws(UsageError) {
        common = PeopleOptions(arguments)
        face = arguments[PeopleOptions.face]
    }

    func run() async throws -> ExitCode {
        try await common.decide("The face is not that person.") { place in
            try await place.decisions.notThisPerson(try EventPeople.face(face))
        }
    }
}

/// `likeness people leave-out`: faces that are nobody's concern.
struct PeopleLeaveOut: Command {
    static let description = CommandDescription(
        name: "people leave-out", summary: "keep faces out of every person: posters, statues, passers-by",
        places: [PeopleOptions.faces], options: PeopleOptions.all,
        examples: [Example("likeness people leave-out FACE --event Congress", "a face on a poster")])

    private let common: PeopleOptions
    private let faces: [Word]

    init(_ arguments: Arguments) throws(UsageError) {
        common = PeopleOptions(arguments)
        faces = arguments[all: PeopleOptions.faces]
    }

    func run() async throws -> ExitCode {
        let ids = Set(try faces.map { word throws(Failure) in try EventPeople.face(word) })
        return try await common.decide(
            ids.count == 1 ? "The face is left out." : "\(ids.count) faces are left out."
        ) {
            try await $0.decisions.leaveOut(ids.sorted())
        }
    }
}

/// `likeness people cover`.
struct PeopleCover: Command {
    static let description = CommandDescription(
        name: "people cover", summary: "choose the face that stands for a person",
        places: [PeopleOptions.person, PeopleOptions.face], options: PeopleOptions.all,
        examples: [Example("likeness people cover Ada FACE --event Congress", "the best picture of her")])

    private let common: PeopleOptions
    private let person: Word
    private let face: Word

    init(_ arguments: Arguments) throws(UsageError) {
        common = PeopleOptions(arguments)
        person = arguments[PeopleOptions.person]
        face = arguments[PeopleOptions.face]
    }

    func run() async throws -> ExitCode {
        try await common.decide("The face stands for \(person.shown).") { place in
            try await place.decisions.cover(try await place.person(person).id, try EventPeople.face(face))
        }
    }
}

/// `likeness people undo` and `redo`.
struct PeopleTurn: Sendable {
    private let common: PeopleOptions

    init(_ arguments: Arguments) { common = PeopleOptions(arguments) }

    static func description(_ name: String, _ summary: String) -> CommandDescription {
        CommandDescription(
            name: "people \(name)", summary: summary, options: PeopleOptions.all,
            examples: [Example("likeness people \(name) --event Congress", "the last decision")])
    }

    func run(
        _ words: String, nothing: String,
        _ turn: (Pool, EventID) async throws(PoolError) -> Decision?
    ) async throws -> ExitCode {
        let place = try await common.open()
        let decision = try await spoken(about: place.house.place) { () async throws(PoolError) in
            try await turn(place.house.pool, place.event.id)
        }
        try await place.bringUpToDate()
        guard let decision else {
            Console.print(common.asJSON ? JSON.null.document : nothing)
            return .done
        }
        Console.print(
            common.asJSON
                ? JSON.decision(decision).document
                : "\(words): \(decision.words) (decision \(decision.number)).")
        return .done
    }
}

struct PeopleUndo: Command {
    static let description = PeopleTurn.description("undo", "take the last decision about people back")
    private let turn: PeopleTurn
    init(_ arguments: Arguments) throws(UsageError) { turn = PeopleTurn(arguments) }
    func run() async throws -> ExitCode {
        try await turn.run("Taken back", nothing: "There is nothing to take back.") {
            pool, event throws(PoolError) in try await pool.undo(of: event, by: House.act)
        }
    }
}

struct PeopleRedo: Command {
    static let description = PeopleTurn.description(
        "redo", "bring back the decision that was taken back last")
    private let turn: PeopleTurn
    init(_ arguments: Arguments) throws(UsageError) { turn = PeopleTurn(arguments) }
    func run() async throws -> ExitCode {
        try await turn.run("Brought back", nothing: "There is nothing to bring back.") {
            pool, event throws(PoolError) in try await pool.redo(of: event, by: House.act)
        }
    }
}
