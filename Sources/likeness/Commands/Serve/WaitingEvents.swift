internal import Domain
internal import Synchronization

/// Events in which photos arrive: each is due when it has been quiet for a moment, and now and then while it is not.
final class WaitingEvents: Sendable {
    private let events = Mutex<[EventID: (first: ContinuousClock.Instant, last: ContinuousClock.Instant)]>([:]
    )

    func note(_ event: EventID, at now: ContinuousClock.Instant = .now) {
        events.withLock { $0[event] = ($0[event]?.first ?? now, now) }
    }

    func due(at now: ContinuousClock.Instant = .now) -> [EventID] {
        events.withLock { events in
            let due = events.filter {
                now - $0.value.last > .seconds(1) || now - $0.value.first > .seconds(5)
            }.keys
            for event in due { events[event] = nil }
            return Array(due)
        }
    }
}
