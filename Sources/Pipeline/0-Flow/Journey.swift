package import Domain

/// The stages of a photo's way, in order. A new stage is a new line in the list that the wiring hands in: whoever settles
/// one stage puts the photo in the line for the next.
package struct Journey: Sendable {
    private let stages: [any JourneyStage]

    package init(_ stages: [any JourneyStage]) {
        precondition(Set(stages.map(\.name)).count == stages.count, "each stage has its own name")
        self.stages = stages
    }

    func stage(_ name: StageName) -> (any JourneyStage)? { stages.first { $0.name == name } }

    func next(after name: StageName) -> StageName? {
        guard let place = stages.firstIndex(where: { $0.name == name }) else { return nil }
        return stages[(place + 1)...].first?.name
    }
}

/// One step on a photo's way. Doing it twice does no harm: a crash may come between the work and its settling.
package protocol JourneyStage: Sendable {
    var name: StageName { get }

    func work(on job: Job) async throws(StageFault) -> StageProduct
}

/// Why a stage did not get its work done, and with that what becomes of the job.
package enum StageFault: Error, Sendable {
    /// What the job was about is gone.
    case gone
    /// The same bytes would fail again.
    case lasting(PhotoFailure)
    /// It may work another time: the photo's own trouble, which is tried a few times.
    case passing(PhotoFailure)
    /// The machine's trouble, not the photo's: the job waits and nothing counts against it.
    case unavailable(code: String, sentence: String)
}

/// How often and how late a job that failed is tried again.
package struct RetryRule: Sendable {
    /// Tries before a passing failure parks the job.
    package var mostAttempts = 4
    package var firstPause = Duration.seconds(1)
    package var longestPause = Duration.seconds(300)

    package init() {}

    /// The pause doubles with each failure, and a share of it is left to chance, so that jobs that failed together do not
    /// come back together.
    package func pause(after failures: Int, chance: Double = .random(in: 0..<1)) -> Duration {
        let doubled = firstPause * Double(1 << min(failures, 16))
        return min(doubled, longestPause) * (0.5 + chance / 2)
    }

    func outcome(of fault: StageFault, _ job: Job, now: Int64) -> Settlement.Outcome {
        func later(_ failures: Int) -> Int64 { now + Int64(pause(after: failures) / .milliseconds(1)) }
        switch fault {
        case .gone: return .dropped
        case .lasting(let failure): return .parked(failure)
        case .passing(let failure):
            guard job.attempts + 1 < mostAttempts else { return .parked(failure) }
            return .again(notBefore: later(job.attempts), counts: true)
        case .unavailable: return .again(notBefore: later(2), counts: false)
        }
    }
}
