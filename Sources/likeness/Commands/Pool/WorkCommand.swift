internal import Darkroom
internal import Domain
internal import Inference
internal import Pipeline
internal import Storage

/// `likeness work`: works through what waits, without taking photos.
struct WorkCommand: Command {
    static let description = CommandDescription(
        name: "work",
        summary: "work through the photos that wait, and keep the pool tidy, until it is stopped",
        details: [
            "Several may run at once, on one machine or on several over PostgreSQL. Each also finishes what interrupted "
                + "programs left: uploads that are complete, deletions that were begun, files that nobody needs any more."
        ],
        options: [once, jobs] + PoolOptions.all + [SharedOptions.json],
        examples: [
            Example("likeness work", "beside imports with --only-receive"),
            Example("likeness work --once", "ends when nothing waits any more"),
        ],
        exits: [(.done, "nothing waits any more (--once)"), (.failed, "it could not be done")])

    private static let once = Option("--once", nil, "end when nothing waits any more")
    private static let jobs = Option(
        "--jobs", "N", "photos worked on at a time; one for each processor if not told")

    private let isOnce: Bool
    private let jobs: Int
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        asJSON = arguments.has(SharedOptions.json)
        isOnce = arguments.has(Self.once)
        jobs = try arguments.number(Self.jobs, in: 1...256) ?? DarkroomSettings.processors
        options = PoolOptions(arguments)
    }

    func run() async throws -> ExitCode {
        let wiring = try Wiring()
        let pack = try wiring.pack()
        let house = try await wiring.house(options)
        let stop = StopSign()
        Signals.onFirst {
            Console.note("Stopping when the photos in hand are finished; once more stops at once.")
            stop.raise()
        }
        try await HouseKeeping(house: house).tidy()
        try await wiring.withDarkroom(pack: pack, children: jobs) { darkroom in
            let work = PoolWork(house: house, darkroom: darkroom, pack: pack.manifest.facts, width: jobs)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await HouseKeeping(house: house).tidyHourly() }
                tasks.addTask {
                    try await work.run(until: stop, end: isOnce ? .whenIdle { true } : .never) { event in
                        if let words = event.words { Console.note(words) }
                    }
                }
                // The work ends by itself or by a signal; the house-keeping only by its faults.
                defer { tasks.cancelAll() }
                try await tasks.next()
            }
        }
        let queue = try await house.pool.queue(at: millisecondsSince1970())
        if asJSON {
            Console.print(
                JSON.object([
                    ("waiting", .integer(queue.waiting)), ("running", .integer(queue.running)),
                    ("parked", .integer(queue.parked)),
                ]).document)
        } else if queue.parked > 0 {
            Console.note("\(queue.parked) photos failed; `likeness photos --state failed` names them.")
        }
        return stop.isUp ? .interrupted : .done
    }
}

/// What interrupted programs left, and what nobody needs any more.
struct HouseKeeping: Sendable {
    let house: House

    func tidy() async throws(Failure) {
        do throws(UploadError) { _ = try await house.receive.tidy() } catch {
            throw Failure(error, about: house.place)
        }
        let receipts = try await spoken(about: house.place) { () async throws(PoolError) in
            try await house.deletion.goOnWithAll()
        }
        for receipt in receipts { Console.note(EventPage.receipt(receipt)) }
        _ = try await spoken(about: house.place) { () async throws(PoolError) in try await house.keys.run() }
        let remade = try await spoken(about: house.place) { () async throws(PoolError) in
            try await house.remaking.run()
        }
        if remade > 0 { Console.note("\(remade) photos have lost their previews; they are made again.") }
        // Whoever asks the same a day later means it anew.
        let yesterday = millisecondsSince1970() - 86_400_000
        try await spoken(about: house.place) { () async throws(PoolError) in
            try await house.pool.forgetAnswers(before: yesterday)
        }
        do throws(StorageError) {
            _ = try await house.janitor.sweep(now: millisecondsSince1970())
        } catch {
            throw Failure(error, about: Word(house.place.data))
        }
    }

    func tidyHourly() async throws {
        while true {
            try await Task.sleep(for: .seconds(3600))
            try await tidy()
        }
    }
}
