internal import Domain
internal import Pipeline
internal import Storage

/// `likeness people unname`, `hide`, `unhide`, `ignore` and `unignore`.
struct PeopleMark: Sendable {
    private let common: PeopleOptions
    private let person: Word

    static func description(_ name: String, _ summary: String) -> CommandDescription {
        CommandDescription(
            name: "people \(name)", summary: summary, places: [PeopleOptions.person],
            options: PeopleOptions.all,
            examples: [Example("likeness people \(name) Ada --event Congress", "can be undone")])
    }

    init(_ arguments: Arguments) {
        common = PeopleOptions(arguments)
        person = arguments[PeopleOptions.person]
    }

    func run(
        _ words: String, _ decide: (DecideOnPeople, PersonID) async throws(PoolError) -> Decision
    ) async throws -> ExitCode {
        try await common.decide("\(person.shown) \(words)") { place in
            try await decide(place.decisions, try await place.person(person).id)
        }
    }
}

struct PeopleHide: Command {
    static let description = PeopleMark.description("hide", "keep a person out of galleries")
    private let mark: PeopleMark
    init(_ arguments: Arguments) throws(UsageError) { mark = PeopleMark(arguments) }
    func run() async throws -> ExitCode {
        try await mark.run("is hidden.") { decisions, person throws(PoolError) in
            try await decisions.hide(person, true)
        }
    }
}

struct PeopleUnhide: Command {
    static let description = PeopleMark.description("unhide", "let a hidden person be seen again")
    private let mark: PeopleMark
    init(_ arguments: Arguments) throws(UsageError) { mark = PeopleMark(arguments) }
    func run() async throws -> ExitCode {
        try await mark.run("is seen again.") { decisions, person throws(PoolError) in
            try await decisions.hide(person, false)
        }
    }
}

struct PeopleUnname: Command {
    static let description = PeopleMark.description("unname", "take a person's name away")
    private let mark: PeopleMark
    init(_ arguments: Arguments) throws(UsageError) { mark = PeopleMark(arguments) }
    func run() async throws -> ExitCode {
        try await mark.run("has no name any more.") { decisions, person throws(PoolError) in
            try await decisions.name(person, nil)
        }
    }
}

struct PeopleIgnore: Command {
    static let description = PeopleMark.description("ignore", "leave a person out of lists and figures")
    private let mark: PeopleMark
    init(_ arguments: Arguments) throws(UsageError) { mark = PeopleMark(arguments) }
    func run() async throws -> ExitCode {
        try await mark.run("is ignored.") { decisions, person throws(PoolError) in
            try await decisions.ignore(person, true)
        }
    }
}

struct PeopleUnignore: Command {
    static let description = PeopleMark.description("unignore", "count an ignored person again")
    private let mark: PeopleMark
    init(_ arguments: Arguments) throws(UsageError) { mark = PeopleMark(arguments) }
    func run() async throws -> ExitCode {
        try await mark.run("counts again.") { decisions, person throws(PoolError) in
            try await decisions.ignore(person, false)
        }
    }
}
