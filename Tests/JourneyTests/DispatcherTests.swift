import Domain
import Pipeline
import Storage
import Synchronization
import TestSupport
import Testing
import Vault

/// A stage that does what a test says.
private struct MadeStage: JourneyStage {
    let name: StageName
    let body: @Sendable (Job) async throws(StageFault) -> StageProduct

    func work(on job: Job) async throws(StageFault) -> StageProduct { try await body(job) }
}

@Suite("The dispatcher", .timeLimit(.minutes(10))) struct DispatcherTests {
    private static let failure = PhotoFailure(code: "crashed", sentence: "It crashed.", isLasting: false)

    private struct Yard {
        let base: TestDatabase
        let pool: Pool
        let event: Event
        let photographer: Photographer

        init(_ kind: DatabaseKind, photos: Int) async throws {
            base = try await TestDatabase(kind)
            pool = try await Pool.open(base.database, vault: MemoryVault(), at: 1)
            let act = Act(by: .commandLine, at: millisecondsSince1970())
            event = try await pool.create("party", EventSettings(), by: act)
            photographer = try await pool.addPhotographer("Ada", to: event, by: act)
            for number in 0..<photos { try await add(number) }
        }

        func add(_ number: Int) async throws {
            let now = millisecondsSince1970()
            let offer = UploadOffer(
                event: event.id, photographer: photographer.id, name: PhotoName("\(number).jpg"), length: 1)
            let upload = try await pool.begin(offer, expiresAt: .max, now: now)
            _ = try await pool.advance(
                upload.id, to: 1, content: Sample.facts(number + 1).contentHash, expiresAt: .max)
            _ = try await pool.finish(upload.id, now: now)
        }

        func dispatcher(
            _ stages: [MadeStage], width: Int = 4, rule: RetryRule = RetryRule(),
            _ report: @escaping @Sendable (DispatchEvent) -> Void = { _ in }
        ) -> Dispatcher {
            Dispatcher(
                jobs: pool, journey: Journey(stages), width: width, rule: rule, now: millisecondsSince1970,
                report)
        }
    }

    @Test(
        "leads every photo through all stages in their order; a stage more is a line more",
        arguments: DatabaseKind.available)
    func journey(kind: DatabaseKind) async throws {
        let yard = try await Yard(kind, photos: 30)
        let seen = Mutex<[PhotoID: [String]]>([:])
        let stages = ["develop", "admire", "frame"].map { name in
            MadeStage(name: StageName(rawValue: name)) { job throws(StageFault) in
                seen.withLock { $0[job.subject, default: []].append(name) }
                return .nothing
            }
        }
        try await yard.dispatcher(stages).run(until: StopSign(), end: .whenIdle { true })
        let ways = seen.withLock { $0 }
        #expect(ways.count == 30)
        #expect(ways.values.allSatisfy { $0 == ["develop", "admire", "frame"] })
        let queue = try await yard.pool.queue(at: millisecondsSince1970())
        #expect(queue.waiting == 0 && queue.running == 0 && queue.parked == 0)
    }

    @Test("never has more in hand than its width", arguments: DatabaseKind.available)
    func width(kind: DatabaseKind) async throws {
        let yard = try await Yard(kind, photos: 40)
        let hands = Mutex((now: 0, most: 0))
        let stage = MadeStage(name: .develop) { _ throws(StageFault) in
            hands.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            await Task.yield()
            hands.withLock { $0.now -= 1 }
            return .nothing
        }
        try await yard.dispatcher([stage], width: 3).run(until: StopSign(), end: .whenIdle { true })
        let most = hands.withLock { $0.most }
        #expect(most <= 3 && most > 1)
    }

    @Test(
        "tries passing failures again with growing pauses, and then parks them; lasting ones at once",
        arguments: DatabaseKind.available)
    func failures(kind: DatabaseKind) async throws {
        let yard = try await Yard(kind, photos: 3)
        let tries = Mutex<[PhotoID: Int]>([:])
        let lasting = PhotoFailure(code: "damaged", sentence: "Broken.", isLasting: true)
        let stage = MadeStage(name: .develop) { job throws(StageFault) in
            let (count, place) = tries.withLock { tries in
                tries[job.subject, default: 0] += 1
                return (tries[job.subject] ?? 0, tries.keys.sorted().firstIndex(of: job.subject) ?? 0)
            }
            // One photo heals, one does not, one never can.
            switch place {
            case 0: if count < 3 { throw .passing(Self.failure) }
            case 1: throw .passing(Self.failure)
            default: throw .lasting(lasting)
            }
            return .nothing
        }
        var rule = RetryRule()
        rule.firstPause = .milliseconds(10)
        try await yard.dispatcher([stage], width: 1, rule: rule).run(
            until: StopSign(), end: .whenIdle { true })
        let counts = tries.withLock { Array($0.values) }
        #expect(counts.sorted().last == rule.mostAttempts)
        let queue = try await yard.pool.queue(at: millisecondsSince1970())
        #expect(queue.parked == 2)
        var filter = PhotoFilter()
        filter.state = .failed
        let failed = try await yard.pool.photos(of: yard.event.id, filter, after: nil, limit: 9)
        #expect(Set(failed.compactMap(\.failure?.code)) == ["crashed", "damaged"])
    }

    @Test("waits where the machine lacks something, and counts nothing against the photos")
    func unavailable() async throws {
        let yard = try await Yard(.sqlite, photos: 2)
        let stop = StopSign()
        let heard = Mutex<[String]>([])
        let stage = MadeStage(name: .develop) { _ throws(StageFault) in
            throw .unavailable(code: "disk_full", sentence: "Full.")
        }
        try await yard.dispatcher([stage]) { event in
            guard case .unavailable(let code, _) = event else { return }
            let count = heard.withLock {
                $0.append(code)
                return $0.count
            }
            if count == 2 { stop.raise() }
        }.run(until: stop)
        #expect(heard.withLock { $0 } == ["disk_full", "disk_full"])
        let job = try #require(
            try await yard.pool.claim(
                atMost: 1, for: OwnerID(at: 1), at: millisecondsSince1970() + 3_600_000
            ).first)
        #expect(job.attempts == 0 && job.ownerDeaths == 0)
    }

    @Test(
        "takes up what comes while it waits, from this process and from another",
        arguments: DatabaseKind.available)
    func news(kind: DatabaseKind) async throws {
        let yard = try await Yard(kind, photos: 0)
        let (arrivals, told) = AsyncStream.makeStream(of: PhotoID.self)
        let stop = StopSign()
        let stage = MadeStage(name: .develop) { job throws(StageFault) in
            told.yield(job.subject)
            return .nothing
        }
        let dispatcher = yard.dispatcher([stage])
        async let work: Void = dispatcher.run(until: stop)
        var waiting = arrivals.makeAsyncIterator()
        try await Task.sleep(for: .milliseconds(300))
        try await yard.add(1)
        #expect(await waiting.next() != nil)
        // Another handle on the same data rings no bell in this process.
        let other = try await Pool.open(try await yard.base.open(), vault: MemoryVault())
        let offer = UploadOffer(
            event: yard.event.id, photographer: yard.photographer.id, name: PhotoName("other.jpg"), length: 1)
        let upload = try await other.begin(offer, expiresAt: .max, now: millisecondsSince1970())
        _ = try await other.advance(upload.id, to: 1, content: Sample.facts(99).contentHash, expiresAt: .max)
        _ = try await other.finish(upload.id, now: millisecondsSince1970())
        #expect(await waiting.next() != nil)
        stop.raise()
        try await work
    }

    @Test("takes over the jobs of a dispatcher that died, at once", arguments: DatabaseKind.available)
    func takesOver(kind: DatabaseKind) async throws {
        let yard = try await Yard(kind, photos: 5)
        // An owner without a lock is what a killed process leaves.
        let dead = OwnerID(at: 5)
        #expect(try await yard.pool.claim(atMost: 5, for: dead, at: millisecondsSince1970()).count == 5)
        let freed = Mutex(0)
        let stage = MadeStage(name: .develop) { _ throws(StageFault) in .nothing }
        try await yard.dispatcher([stage]) { event in
            if case .freed(let count) = event { freed.withLock { $0 += count } }
        }.run(until: StopSign(), end: .whenIdle { true })
        #expect(freed.withLock { $0 } == 5)
        #expect(try await yard.pool.queue(at: millisecondsSince1970()).waiting == 0)
    }

    @Test("outlives a database that is away for a while, and goes on by itself")
    func databaseAway() async throws {
        let yard = try await Yard(.sqlite, photos: 3)
        let away = Mutex(true)
        let pool = try await Pool.open(
            FlakyDatabase(database: yard.base.database, isAway: { away.withLock { $0 } }),
            vault: MemoryVault())
        let stop = StopSign()
        let heard = Mutex<[String]>([])
        let done = Mutex(0)
        let stage = MadeStage(name: .develop) { _ throws(StageFault) in .nothing }
        try await Dispatcher(jobs: pool, journey: Journey([stage]), width: 2, now: millisecondsSince1970) {
            event in
            switch event {
            case .unavailable(let code, _):
                heard.withLock { $0.append(code) }
                away.withLock { $0 = false }
                pool.ring()
            case .settled:
                if done.withLock({
                    $0 += 1; return $0
                }) == 3 {
                    stop.raise()
                }
            case .freed, .standsStill: break
            }
        }.run(until: stop)
        #expect(heard.withLock { $0.first } == "disk_full")
        #expect(done.withLock { $0 } == 3)
        #expect(try await yard.pool.census().filter { !$0.contains("queued photos have no job") } == [])
    }

    @Test("ends when it is called off while everybody has a job in hand")
    func calledOff() async throws {
        let yard = try await Yard(.sqlite, photos: 6)
        let hands = Mutex(0)
        let stage = MadeStage(name: .develop) { _ throws(StageFault) in
            hands.withLock { $0 += 1 }
            while !Task.isCancelled { await Task.yield() }
            return .nothing
        }
        let dispatcher = yard.dispatcher([stage], width: 2)
        let run = Ending { try await dispatcher.run(until: StopSign(), end: .whenIdle { true }) }
        #expect(await hasCome { hands.withLock { $0 } == 2 })
        run.cancel()
        #expect(await hasCome { run.hasEnded })
        #expect(hands.withLock { $0 } == 2, "nothing more was taken")
        #expect(try await yard.pool.queue(at: millisecondsSince1970()).running == 0)
    }

    @Test("ends with the error of a settlement, though others wait for work")
    func settlementFails() async throws {
        let yard = try await Yard(.sqlite, photos: 1)
        let failsNext = Mutex(false)
        let pool = try await Pool.open(
            FlakyDatabase(
                database: yard.base.database,
                isAway: {
                    failsNext.withLock { fails in
                        defer { fails = false }
                        return fails
                    }
                }),
            vault: MemoryVault())
        let stage = MadeStage(name: .develop) { _ throws(StageFault) in
            failsNext.withLock { $0 = true }
            return .nothing
        }
        let dispatcher = Dispatcher(
            jobs: pool, journey: Journey([stage]), width: 3, now: millisecondsSince1970)
        let run = Ending { try await dispatcher.run(until: StopSign(), end: .whenIdle { true }) }
        #expect(await hasCome { run.hasEnded })
        #expect(run.error as? StorageError == .diskFull)
        #expect(try await yard.pool.queue(at: millisecondsSince1970()).waiting == 1, "the job is free again")
    }

    @Test("leaves jobs of stages that it does not know to a newer program")
    func unknownStage() async throws {
        let yard = try await Yard(.sqlite, photos: 1)
        let stop = StopSign()
        try await yard.dispatcher([
            MadeStage(name: StageName(rawValue: "else")) { _ throws(StageFault) in .nothing }
        ]) {
            event in
            if case .unavailable(let code, _) = event, code == "unknown_stage" { stop.raise() }
        }.run(until: stop)
        #expect(try await yard.pool.queue(at: millisecondsSince1970()).waiting == 1)
    }
}

/// Work whose end can be waited for with a limit, so that a hang is a failure and not the end of the tests.
private final class Ending: Sendable {
    private let outcome = Mutex<Result<Void, any Error>?>(nil)
    private let started = Mutex<Task<Void, Never>?>(nil)

    init(_ work: @escaping @Sendable () async throws -> Void) {
        let task = Task {
            do {
                try await work()
                outcome.withLock { $0 = .success(()) }
            } catch {
                outcome.withLock { $0 = .failure(error) }
            }
        }
        started.withLock { $0 = task }
    }

    func cancel() { started.withLock { $0 }?.cancel() }

    var hasEnded: Bool { outcome.withLock { $0 != nil } }

    var error: (any Error)? {
        guard case .failure(let error) = outcome.withLock({ $0 }) else { return nil }
        return error
    }
}

/// Whether something comes true within half a minute.
private func hasCome(_ isTrue: () -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + .seconds(30)
    while !isTrue() {
        if ContinuousClock.now > deadline { return false }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return true
}

/// A database whose settlements fail while it is said to be away.
private struct FlakyDatabase: Database {
    let database: any Database
    let isAway: @Sendable () -> Bool

    func read<Answer: Sendable>(
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(StorageError) -> Answer {
        try await database.read(work)
    }

    func write<Answer: Sendable>(
        _ durability: Durability,
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(StorageError) -> Answer {
        if isAway() { throw .diskFull }
        return try await database.write(durability, work)
    }

    func keepCopy(labelled label: String) async throws(StorageError) {
        try await database.keepCopy(labelled: label)
    }

    func forgetCopy(labelled label: String) async throws(StorageError) {
        try await database.forgetCopy(labelled: label)
    }

    func hold(_ owner: OwnerID) async throws(StorageError) -> any OwnerLock { try await database.hold(owner) }

    func isAlive(_ owner: OwnerID) async throws(StorageError) -> Bool { try await database.isAlive(owner) }

    func news() async throws(StorageError) -> any DatabaseNews { try await database.news() }
}

@Suite("Pauses between tries") struct RetryRuleTests {
    @Test("double, have an end, and are not the same for all")
    func pauses() {
        let rule = RetryRule()
        #expect(rule.pause(after: 0, chance: 1) == .seconds(1))
        #expect(rule.pause(after: 3, chance: 1) == .seconds(8))
        #expect(rule.pause(after: 3, chance: 0) == .seconds(4))
        #expect(rule.pause(after: 60, chance: 1) == .seconds(300))
    }
}
