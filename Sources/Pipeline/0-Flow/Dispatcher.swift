package import Domain
internal import Synchronization

/// Works through the jobs of a database, together with any other dispatchers there are.
///
/// Crash and cancellation are the same path: jobs in hand are left, and come free with the dispatcher's lock.
package struct Dispatcher: Sendable {
    private let jobs: any JobKeeping
    private let journey: Journey
    private let width: Int
    private let rule: RetryRule
    private let now: @Sendable () -> Int64
    private let report: @Sendable (DispatchEvent) -> Void

    /// `width` jobs are in hand at a time.
    package init(
        jobs: any JobKeeping, journey: Journey, width: Int, rule: RetryRule = RetryRule(),
        now: @escaping @Sendable () -> Int64, _ report: @escaping @Sendable (DispatchEvent) -> Void = { _ in }
    ) {
        self.jobs = jobs
        self.journey = journey
        self.width = width
        self.rule = rule
        self.now = now
        self.report = report
    }

    /// When a dispatcher goes home by itself.
    package enum End: Sendable {
        case never
        /// When no job waits or is in anybody's hands, and nobody announces more.
        case whenIdle(@Sendable () -> Bool)
    }

    /// Works until it is told to stop, or until its end has come. The jobs in hand are finished first.
    ///
    /// A service that never ends outlives a full disk or a database that is away: it says so, and begins anew after a
    /// pause. Who waits for the end of the work is told instead.
    package func run(until stop: StopSign, end: End = .never) async throws(StorageError) {
        // Not the whole of us: whoever hears our reports may hold the sign.
        stop.whenRaised { [jobs] in jobs.ring() }
        guard case .never = end else { return try await runOnce(until: stop, end) }
        while !stop.isUp, !Task.isCancelled {
            do throws(StorageError) {
                return try await runOnce(until: stop, end)
            } catch {
                guard error.mayPass else { throw error }
                report(.unavailable(code: error.code, sentence: error.sentence))
                await jobs.waitForNews(atMost: .seconds(5))
            }
        }
    }

    private func runOnce(until stop: StopSign, _ end: End) async throws(StorageError) {
        let owner = try await jobs.enter(at: now())
        do {
            try await work(as: owner, until: stop, end)
            await owner.leave()
        } catch let error as StorageError {
            await owner.leave()
            throw error
        } catch {
            await owner.leave()
            preconditionFailure("a dispatcher's errors come from the database: \(error)")
        }
    }

    private func work(as owner: any JobOwning, until stop: StopSign, _ end: End) async throws {
        let group = SettleGroup { settlements in
            try await jobs.settle(settlements, of: owner.id, at: now())
        }
        let supply = JobSupply { count in
            try await jobs.claim(atMost: min(count, SettleGroup.mostJobs), for: owner.id, at: now())
        }
        let stage = Stage(width: width) {
            guard let job = try await supply.next() else { return nil }
            await group.begin()
            return job
        } work: { (job: Job) throws(StageFault) in
            guard let stage = journey.stage(job.stage) else {
                // A newer program knows it: the job waits for that one.
                throw .unavailable(code: "unknown_stage", sentence: "This program does not know the step.")
            }
            return try await stage.work(on: job)
        } leave: { _ in
            await group.leave()
        } settle: { job, result in
            let outcome: Settlement.Outcome
            switch result {
            case .success(let product): outcome = .done(product, next: journey.next(after: job.stage))
            case .failure(let fault): outcome = rule.outcome(of: fault, job, now: now())
            }
            do {
                try await group.settle(Settlement(job: job, outcome: outcome))
            } catch {
                // Workers who wait for a job would not hear that all is over.
                await supply.close()
                throw error
            }
            report(.settled(job, outcome))
            if case .failure(.unavailable(let code, let sentence)) = result {
                report(.unavailable(code: code, sentence: sentence))
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await stage.run() }
            tasks.addTask { try await feed(supply, as: owner, until: stop, end) }
            // Whichever ends first, the workers or the feed, ends the other; with an error or without one.
            do {
                while try await tasks.next() != nil { await supply.close() }
            } catch {
                await supply.close()
                tasks.cancelAll()
                throw error
            }
        }
    }

    /// Claims for whoever is free; where nothing is due, waits for news or for the next moment.
    private func feed(
        _ supply: JobSupply, as owner: any JobOwning, until stop: StopSign, _ end: End
    ) async throws {
        var watch = QueueWatch(now: now())
        var nextBeat: Int64 = 0
        while !stop.isUp, !Task.isCancelled {
            if now() >= nextBeat {
                try await tend(owner, &watch)
                nextBeat = now() + Self.beatInMilliseconds
            }
            await supply.waitUntilWanted()
            if stop.isUp || Task.isCancelled { return }
            if try await supply.serve() > 0 { continue }
            let queue = try await jobs.queue(at: now())
            if queue.isDue {
                // Somebody else is just taking what is due, or it came this moment.
                await jobs.waitForNews(atMost: .milliseconds(20))
                continue
            }
            if case .whenIdle(let mayEnd) = end, queue.waiting == 0, queue.running == 0, mayEnd() { return }
            let pause = min(queue.nextMoment ?? .max, nextBeat) - now()
            // Another dispatcher's last job makes no news for us, so whoever waits for the end looks now and then.
            let longest: Int64 = if case .whenIdle = end { 200 } else { Self.beatInMilliseconds }
            await jobs.waitForNews(atMost: .milliseconds(min(max(1, pause), longest)))
        }
    }

    /// What is due every few seconds: our own sign of life, the jobs of the dead, and a queue that stands still.
    private func tend(_ owner: any JobOwning, _ watch: inout QueueWatch) async throws {
        try await jobs.beat(owner.id, at: now())
        guard await owner.isHeld else {
            // Others take us for dead and our jobs for free: what we still settle is refused, so we begin anew.
            throw StorageError.unreachable
        }
        let freed = try await jobs.reap(at: now())
        if freed > 0 { report(.freed(freed)) }
        if let still = watch.alarm(try await jobs.queue(at: now()), now: now()) {
            report(.standsStill(still))
        }
    }

    private static let beatInMilliseconds: Int64 = 5000
}

/// What a dispatcher tells while it works.
package enum DispatchEvent: Sendable {
    case settled(Job, Settlement.Outcome)
    /// Jobs of dispatchers that died are in the line again.
    case freed(Int)
    /// Work waits for something that the machine lacks.
    case unavailable(code: String, sentence: String)
    /// Nothing was settled for so long, though work is due.
    case standsStill(Duration)
}

/// Notices a queue that stands still, and says so once for each time.
struct QueueWatch {
    private var isAlarmed = false
    private let began: Int64

    init(now: Int64) { began = now }

    mutating func alarm(_ queue: QueueFigures, now: Int64) -> Duration? {
        guard let still = queue.stillFor(at: now), still >= QueueFigures.alarmAfter,
            now - began >= Int64(QueueFigures.alarmAfter / .milliseconds(1))
        else {
            isAlarmed = false
            return nil
        }
        guard !isAlarmed else { return nil }
        isAlarmed = true
        return still
    }
}
