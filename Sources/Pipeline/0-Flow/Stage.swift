/// One step on a photo's way: claim a job, work on it, settle what came of it.
///
/// Workers pull: each takes its next job only when the last one is settled, so never more than `width` jobs
/// are in hand, and a slow step leaves the others waiting where they are.
package struct Stage<Job: Sendable, Product: Sendable, Failure: Error>: Sendable {
    private let width: Int
    private let claim: @Sendable () async throws -> Job?
    private let work: @Sendable (Job) async throws(Failure) -> Product
    private let leave: @Sendable (Job) async -> Void
    private let settle: @Sendable (Job, Result<Product, Failure>) async throws -> Void

    /// - Parameter leave: hears of jobs that stay unsettled, since we are leaving ourselves.
    package init(
        width: Int,
        claim: @escaping @Sendable () async throws -> Job?,
        work: @escaping @Sendable (Job) async throws(Failure) -> Product,
        leave: @escaping @Sendable (Job) async -> Void = { _ in },
        settle: @escaping @Sendable (Job, Result<Product, Failure>) async throws -> Void
    ) {
        precondition(width > 0, "a stage needs at least one worker")
        self.width = width
        self.claim = claim
        self.work = work
        self.leave = leave
        self.settle = settle
    }

    /// Works until nothing is left to claim, or until the task is cancelled.
    ///
    /// A job that fails is settled as failed and the others go on. A queue that fails, at claiming or at
    /// settling, ends the stage with its error.
    package func run() async throws {
        try await withThrowingDiscardingTaskGroup { workers in
            for _ in 0..<width { workers.addTask { try await workOn() } }
        }
    }

    private func workOn() async throws {
        while !Task.isCancelled, let job = try await claim() {
            let outcome: Result<Product, Failure>
            do throws(Failure) {
                outcome = .success(try await work(job))
            } catch {
                // Left unsettled: a job that fails because we are leaving has not failed, and is claimed again.
                if Task.isCancelled { return await leave(job) }
                outcome = .failure(error)
            }
            try await settle(job, outcome)
        }
    }
}
