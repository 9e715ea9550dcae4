import Domain
import Glibc
import Storage
import Synchronization

/// Where a program is killed.
enum KillPoint: String, CaseIterable, Sendable {
    /// A piece is written and not yet on the disk.
    case piece
    /// An original is about to get its name, or has it and the name is not yet on the disk.
    case rename
    /// A promise is written down and not committed, or committed and not told.
    case commit
    /// A photo is in the darkroom.
    case darkroom
    /// What came of jobs is written down and not committed, or committed and not told.
    case settle
}

/// Ends its own process at an appointed moment, as hard as it can be ended, and leaves a mark of where.
final class Dying: Sendable {
    private let point: KillPoint?
    private let marker: String
    private let left: Mutex<Int>

    /// Never, where there is no point.
    init(_ point: KillPoint?, after count: Int, marker: String) {
        self.point = point
        self.marker = marker
        left = Mutex(count)
    }

    func reach(_ point: KillPoint) {
        guard point == self.point else { return }
        let isNow = left.withLock { left in
            left -= 1
            return left == 0
        }
        if isNow { end(point.rawValue) }
    }

    /// At once; also for a run that came to its end before its moment.
    func end(_ name: String) -> Never {
        let file = open("\(marker)-\(name)", O_WRONLY | O_CREAT, 0o600)
        close(file)
        kill(getpid(), SIGKILL)
        while true { pause() }
    }
}

/// A database whose program dies in units of work: at their end before the commit, and behind it before anybody is told.
struct DyingDatabase: Database {
    let database: any Database
    let dying: Dying

    func read<Answer: Sendable>(
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(StorageError) -> Answer {
        try await database.read(work)
    }

    func write<Answer: Sendable>(
        _ durability: Durability,
        _ work: @Sendable (any DatabaseSession) throws(StorageError) -> Answer
    ) async throws(StorageError) -> Answer {
        // Claims and signs of life are repeatable as well; they are where a settlement may be hit, too.
        let point: KillPoint = durability == .promised ? .commit : .settle
        let answer = try await database.write(durability) { session throws(StorageError) in
            let answer = try work(session)
            dying.reach(point)
            return answer
        }
        dying.reach(point)
        return answer
    }

    func keepCopy(labelled label: String) async throws(StorageError) {
        try await database.keepCopy(labelled: label)
    }

    func forgetCopy(labelled label: String) async throws(StorageError) {
        try await database.forgetCopy(labelled: label)
    }

    func hold(_ owner: OwnerID) async throws(StorageError) -> any OwnerLock { try await database.hold(owner) }

    func isAlive(_ owner: OwnerID) async throws(StorageError) -> Bool { try await database.isAlive(owner) }

    func news() async throws(StorageError) -> any DatabaseNews { try await database.news() }
}
