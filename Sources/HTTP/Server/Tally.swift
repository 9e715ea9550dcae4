internal import Synchronization

/// How many of something each address has at this moment.
final class Tally: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    /// Tells how many it has by now.
    func enter(_ key: String) -> Int {
        counts.withLock { counts in
            counts[key, default: 0] += 1
            return counts[key] ?? 0
        }
    }

    func leave(_ key: String) {
        counts.withLock { counts in
            guard let count = counts[key] else { return }
            counts[key] = count > 1 ? count - 1 : nil
        }
    }

    var isEmpty: Bool { counts.withLock { $0.isEmpty } }
}
