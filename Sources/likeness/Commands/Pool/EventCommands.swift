internal import Domain
internal import Inference
internal import Pipeline
internal import Storage
internal import Vault

/// `likeness event create`: a new event.
struct EventCreate: Command {
    static let description = CommandDescription(
        name: "event create",
        summary: "begin an event: photos can be imported from now on",
        places: [name], options: EventOptions.settings + PoolOptions.all + [SharedOptions.json],
        examples: [
            Example("likeness event create \"Anna & Ben\"", "a wedding"),
            Example("likeness event create Congress --most-event 200G", "no more than 200 GB of originals"),
        ])

    private static let name = Place("NAME", "what people call it; each event has its own")

    private let name: String
    private let settings: EventOptions
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        name = try arguments.text(Self.name)
        settings = try EventOptions(arguments)
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
    }

    func run() async throws -> ExitCode {
        let wiring = try Wiring()
        let house = try await wiring.house(options)
        let event = try await spoken(about: house.place) { () async throws(PoolError) in
            let event = try await house.pool.create(
                name, settings.applied(to: EventSettings()), by: House.act)
            do throws(VaultError) { try await house.ring.prepare(event.id) } catch { throw .vault(error) }
            return event
        }
        Console.print(asJSON ? JSON.event(event).document : "\(shown(event.name)) is there, and empty.")
        // Said where the preset is chosen, not in small print. Without a pack an event can be made all the same.
        if event.settings.preset == .conference, event.settings.distances == nil,
            let weakness = (try? wiring.pack())?.manifest.weaknesses.first
        {
            Console.note(
                "The model pack has known weaknesses. \(weakness) `likeness event settings \(shown(event.name)) --preset intimate` or children is stricter."
            )
        }
        return .done
    }
}

/// `likeness event list`: all events.
struct EventList: Command {
    static let description = CommandDescription(
        name: "event list", summary: "all events with the number of their photos",
        options: PoolOptions.all + [SharedOptions.json],
        examples: [Example("likeness event list", "newest first")])

    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
    }

    func run() async throws -> ExitCode {
        let house = try await Wiring().house(options)
        let events = try await spoken(about: house.place) { () async throws(PoolError) in
            var all: [(Event, PhotoCounts)] = []
            for event in try await house.pool.events() {
                all.append((event, try await house.pool.counts(of: event.id)))
            }
            return all
        }
        if asJSON {
            let list = events.map { JSON.event($0, $1) }
            Console.print(JSON.object([("events", .list(list))]).document)
        } else if events.isEmpty {
            Console.note("There is no event yet; `likeness event create NAME` begins one.")
        } else {
            var columns = Columns("event", "state", "photos", "size")
            for (event, counts) in events {
                columns.add(
                    shown(event.name), event.state.rawValue, String(counts.total),
                    sizeText(Int(event.claimedBytes)))
            }
            Console.print(columns.text)
        }
        return .done
    }
}

/// `likeness event show`: where every photo of an event is.
struct EventShow: Command {
    static let description = CommandDescription(
        name: "event show", summary: "where every photo of an event is, who uploads to it, and its settings",
        places: [EventOptions.name], options: PoolOptions.all + [SharedOptions.json],
        examples: [Example("likeness event show Congress", "counts by state, photographers, settings")])

    private let name: Word
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        name = arguments[EventOptions.name]
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
    }

    func run() async throws -> ExitCode {
        let house = try await Wiring().house(options)
        let event = try await house.event(name)
        let (counts, photographers, albums) = try await spoken(about: house.place) {
            () async throws(PoolError) in
            (
                try await house.pool.counts(of: event.id), try await house.pool.photographers(of: event.id),
                try await house.pool.albums(of: event.id)
            )
        }
        Console.print(
            asJSON
                ? JSON.event(event, counts, photographers, albums).document
                : EventPage(event: event, counts: counts, photographers: photographers, albums: albums).text)
        return .done
    }
}

/// `likeness event settings`: changes what an organiser sets.
struct EventSettingsCommand: Command {
    static let description = CommandDescription(
        name: "event settings", summary: "change the settings of an event; without options, show them",
        details: ["Another policy counts for photos that are developed from now on."],
        places: [EventOptions.name], options: EventOptions.settings + PoolOptions.all + [SharedOptions.json],
        examples: [
            Example(
                "likeness event settings Congress --reuploads restore", "what is uploaded again, returns"),
            Example("likeness event settings Congress --most-event none", "no limit"),
        ])

    private let name: Word
    private let settings: EventOptions
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        name = arguments[EventOptions.name]
        settings = try EventOptions(arguments)
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
    }

    func run() async throws -> ExitCode {
        let house = try await Wiring().house(options)
        var event = try await house.event(name)
        let wanted = settings.applied(to: event.settings)
        if wanted != event.settings {
            let before = event
            event = try await spoken(about: house.place) { () async throws(PoolError) in
                try await house.pool.set(wanted, of: before, by: House.act)
            }
        }
        Console.print(asJSON ? JSON.event(event).document : EventPage.settings(event.settings))
        return .done
    }
}

/// `likeness event archive`: no more photos.
struct EventArchive: Command {
    static let description = CommandDescription(
        name: "event archive", summary: "close an event: its photos stay as they are, and none are added",
        places: [EventOptions.name], options: PoolOptions.all + [SharedOptions.json],
        examples: [Example("likeness event archive Congress", "when everybody has gone home")])

    private let name: Word
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        name = arguments[EventOptions.name]
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
    }

    func run() async throws -> ExitCode {
        let house = try await Wiring().house(options)
        let event = try await house.event(name)
        let archived = try await spoken(about: house.place) { () async throws(PoolError) in
            try await house.pool.archive(event, by: House.act)
            return try await house.pool.event(event.id.text)
        }
        Console.print(asJSON ? JSON.event(archived).document : "\(shown(event.name)) is archived.")
        return .done
    }
}

/// `likeness event delete`: everything of an event, for ever.
struct EventDelete: Command {
    static let description = CommandDescription(
        name: "event delete", summary: "delete an event with its photos, faces and key, for ever",
        details: [
            "The event's name has to be typed once more, or given with --yes. Its key is destroyed first, so its faces "
                + "cannot be read from older backups either. Afterwards rows, files and keys are looked through, and the "
                + "receipt says what was found. An interrupted deletion goes on with the next command that works on the pool."
        ],
        places: [EventOptions.name], options: [yes] + PoolOptions.all + [SharedOptions.json],
        examples: [
            Example("likeness event delete Congress", "asks for the name once more"),
            Example("likeness event delete Congress --yes Congress", "for scripts"),
        ],
        exits: [(.done, "nothing of it is left"), (.failed, "it was not deleted, or something is left")])

    private static let yes = Option("--yes", "NAME", "the event's name once more, instead of typing it")

    private let name: Word
    private let confirmed: Word?
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        name = arguments[EventOptions.name]
        confirmed = arguments[Self.yes]
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
    }

    func run() async throws -> ExitCode {
        let house = try await Wiring().house(options)
        let event = try await house.event(name)
        guard (confirmed?.text ?? askForName(of: event)) == event.name else {
            throw Failure(
                "The name was not confirmed, and nothing was deleted; add --yes with the event's name.",
                code: "not_confirmed")
        }
        let receipt = try await spoken(about: house.place) { () async throws(PoolError) in
            try await house.deletion.delete(event, by: .commandLine)
        }
        Console.print(asJSON ? JSON.receipt(receipt).document : EventPage.receipt(receipt))
        return receipt.isClean ? .done : .failed
    }

    private func askForName(of event: Event) -> String? {
        guard Console.canAsk else { return nil }
        return Console.answer(to: "Type the name of the event to delete it for ever (\(shown(event.name))):")
    }
}
