internal import Synchronization

/// Says once, not once a child, which parts of the barrier this kernel lacks.
final class BarrierNotice: Sendable {
    private let wasGiven = Mutex(false)
    private let note: @Sendable (String) -> Void

    init(_ note: @escaping @Sendable (String) -> Void) { self.note = note }

    func give(_ parts: BarrierParts) {
        let isFirst = wasGiven.withLock { given in
            defer { given = true }
            return !given
        }
        if isFirst { parts.lacking.forEach(note) }
    }
}
