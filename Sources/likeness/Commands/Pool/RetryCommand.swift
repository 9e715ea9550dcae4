internal import Domain
internal import Storage

/// `likeness retry`: queues failed photos again.
struct RetryCommand: Command {
    static let description = CommandDescription(
        name: "retry", summary: "queue failed photos again: all of an event, or those that are named",
        places: [photos], options: [PoolOptions.event] + PoolOptions.all + [SharedOptions.json],
        examples: [
            Example("likeness retry --event Congress", "all that failed"),
            Example("likeness retry IMG_7.jpg --event Congress", "only this one"),
        ])

    private static let photos = Place("PHOTOS", "photos by name or id", isRepeated: true, isNeeded: false)

    private let photos: [Word]
    private let event: Word
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        photos = arguments[all: Self.photos]
        event = arguments[needed: PoolOptions.event]
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
    }

    func run() async throws -> ExitCode {
        let house = try await Wiring().house(options)
        let event = try await house.event(event)
        let chosen = photos.isEmpty ? nil : try await house.photos(photos, of: event).map(\.id)
        let count = try await spoken(about: house.place) { () async throws(PoolError) in
            try await house.pool.retry(chosen, of: event.id, by: House.act)
        }
        Console.print(
            asJSON
                ? JSON.object([("retried", .integer(count))]).document
                : "\(count) photos wait again; `likeness work` works through them.")
        return .done
    }
}
