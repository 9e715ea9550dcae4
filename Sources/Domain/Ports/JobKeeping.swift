/// The work that waits in the database, shared by all dispatchers.
package protocol JobKeeping: Sendable {
    /// Makes a dispatcher known, with a lock that dies with it.
    func enter(at milliseconds: Int64) async throws(StorageError) -> any JobOwning

    /// Takes the next jobs that are due, in their order.
    func claim(atMost count: Int, for owner: OwnerID, at milliseconds: Int64) async throws(StorageError)
        -> [Job]

    /// Writes down what came of jobs, together with their end. A job that is no longer the owner's is left alone, and so
    /// is a product of bytes that were replaced meanwhile.
    func settle(_ settlements: [Settlement], of owner: OwnerID, at milliseconds: Int64)
        async throws(StorageError)

    /// Frees the jobs of dispatchers that died, and of those that were silent for too long. Tells how many.
    func reap(at milliseconds: Int64) async throws(StorageError) -> Int

    /// Says that the owner lives, and extends its leases.
    func beat(_ owner: OwnerID, at milliseconds: Int64) async throws(StorageError)

    /// A page of the jobs of an event, or of all, in the order in which they came.
    func jobs(of event: EventID?, in state: WaitingJob.State?, after last: JobID?, limit: Int)
        async throws(StorageError) -> [WaitingJob]

    func queue(at milliseconds: Int64) async throws(StorageError) -> QueueFigures

    /// Waits until there may be new work, or until the limit. A ring that came before the call counts.
    func waitForNews(atMost limit: Duration) async
    /// Lets whoever waits look again.
    func ring()
}

/// A dispatcher that is known to the database.
package protocol JobOwning: Sendable {
    var id: OwnerID { get }
    /// Whether the lock still holds; a lost one means that others may have taken the jobs.
    var isHeld: Bool { get async }
    /// Gives the lock back and frees what is still in hand.
    func leave() async
}

/// How the work stands.
package struct QueueFigures: Sendable, Hashable {
    package var waiting = 0
    /// Of those, the ones that may begin now.
    package var isDue = false
    package var running = 0
    package var parked = 0
    /// When the next job that waits for its time may begin.
    package var nextMoment: Int64?
    /// Since when the oldest due job could have begun.
    package var oldestDue: Int64?
    /// When any dispatcher settled a job last.
    package var movedAt: Int64?

    package init() {}

    /// How long work has stood still: due jobs wait, and nobody has settled any.
    package func stillFor(at milliseconds: Int64) -> Duration? {
        guard let oldestDue else { return nil }
        let since = max(oldestDue, movedAt ?? oldestDue)
        return since < milliseconds ? .milliseconds(milliseconds - since) : nil
    }

    /// From here on somebody should know.
    package static let alarmAfter = Duration.seconds(120)
}
