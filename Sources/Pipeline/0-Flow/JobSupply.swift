internal import Domain

/// Hands jobs to the workers of a dispatcher: those who are free at the same moment are served by one claim.
actor JobSupply {
    private let claim: @Sendable (Int) async throws -> [Job]
    private var idle: [CheckedContinuation<Job?, any Error>] = []
    private var isClosed = false
    private var whenWanted: CheckedContinuation<Void, Never>?

    init(_ claim: @escaping @Sendable (Int) async throws -> [Job]) { self.claim = claim }

    /// The worker's side: nil when there is no more work.
    func next() async throws -> Job? {
        if isClosed { return nil }
        return try await withCheckedThrowingContinuation { continuation in
            idle.append(continuation)
            whenWanted?.resume()
            whenWanted = nil
        }
    }

    var idleWorkers: Int { idle.count }

    /// Waits until a worker is free.
    func waitUntilWanted() async {
        if isClosed || !idle.isEmpty { return }
        await withCheckedContinuation { whenWanted = $0 }
    }

    /// Claims for all who are free, and tells how many got a job.
    func serve() async throws -> Int {
        guard !isClosed, !idle.isEmpty else { return 0 }
        let jobs = try await claim(idle.count)
        // Workers only join while we wait, so there is one for each job. Where all was closed meanwhile there is none: the
        // jobs come free when their owner leaves.
        guard !isClosed else { return 0 }
        for job in jobs { idle.removeFirst().resume(returning: job) }
        return jobs.count
    }

    func close() {
        isClosed = true
        for worker in idle { worker.resume(returning: nil) }
        idle = []
        whenWanted?.resume()
        whenWanted = nil
    }
}
