internal import Synchronization

/// Asks a run to end in good order: nothing more is claimed, and what is in hand is finished and written down.
package final class StopSign: Sendable {
    private let up = Atomic(false)
    private let hearers = Mutex<[@Sendable () -> Void]>([])

    package init() {}

    package var isUp: Bool { up.load(ordering: .relaxed) }

    /// May be called from any thread, and more than once.
    package func raise() {
        up.store(true, ordering: .relaxed)
        for tell in hearers.withLock({ $0 }) { tell() }
    }

    /// Wakes somebody who waits for something else; at once where the sign is up already.
    package func whenRaised(_ tell: @escaping @Sendable () -> Void) {
        hearers.withLock { $0.append(tell) }
        if isUp { tell() }
    }
}
