internal import Domain
internal import Storage

/// `likeness photographer add`: somebody who uploads.
struct PhotographerAdd: Command {
    static let description = CommandDescription(
        name: "photographer add", summary: "let somebody upload to an event; photos are credited to them",
        places: [name], options: [PoolOptions.event] + PoolOptions.all + [SharedOptions.json],
        examples: [Example("likeness photographer add \"Mara Voss\" --event Congress", "one of several")])

    private static let name = Place("NAME", "as it is credited; each photographer of an event has their own")

    private let name: String
    private let event: Word
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        name = try arguments.text(Self.name)
        event = arguments[needed: PoolOptions.event]
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
    }

    func run() async throws -> ExitCode {
        let house = try await Wiring().house(options)
        let event = try await house.event(event)
        let added = try await spoken(about: house.place) { () async throws(PoolError) in
            try await house.pool.addPhotographer(name, to: event, by: House.act)
        }
        Console.print(
            asJSON
                ? JSON.object([("id", .text(added.id.text)), ("name", .text(added.name))]).document
                : "\(shown(added.name)) may upload to \(shown(event.name)).")
        return .done
    }
}
