import Storage
import Synchronization

/// A clock that runs ahead of the system's by what tests let pass.
final class TestClock: Sendable {
    private let ahead = Atomic<Int64>(0)

    var now: Int64 { millisecondsSince1970() + ahead.load(ordering: .relaxed) }

    func pass(_ milliseconds: Int64) { ahead.wrappingAdd(milliseconds, ordering: .relaxed) }
}
