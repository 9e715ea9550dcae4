internal import Dispatch

/// Runs an actor on a thread of its own queue, so that blocking calls never hold up the shared pool.
package final class QueueExecutor: SerialExecutor {
    package let label: String
    private let queue: DispatchQueue

    package init(label: String) {
        self.label = label
        queue = DispatchQueue(label: label)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
