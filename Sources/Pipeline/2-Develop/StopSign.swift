internal import Synchronization

/// Asks a run to end in good order: nothing more is claimed, and what is in hand is finished and written down.
package final class StopSign: Sendable {
    private let up = Atomic(false)

    package init() {}

    package var isUp: Bool { up.load(ordering: .relaxed) }

    /// May be called from any thread, and more than once.
    package func raise() { up.store(true, ordering: .relaxed) }
}
