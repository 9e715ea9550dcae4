internal import Dispatch

/// A thread of its own for the long pieces of a task, so that nobody who waits for something small waits behind them.
package final class WorkThread: TaskExecutor {
    private let queue: DispatchQueue

    package init(label: String) { queue = DispatchQueue(label: label) }

    /// Work that is no part of a task.
    package func run(_ work: @escaping @Sendable () -> Void) { queue.async(execute: work) }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
