package import Domain
internal import Synchronization

extension Pool: JobKeeping {
    package func enter(at milliseconds: Int64) async throws(StorageError) -> any JobOwning {
        let id = OwnerID(at: milliseconds)
        let lock = try await database.hold(id)
        do throws(StorageError) {
            try await database.write(.repeatable) { session throws(StorageError) in
                try session.execute(
                    "INSERT INTO owners (id, entered_at, seen_at) VALUES ($1, $2, $2)",
                    [.id(id), .integer(milliseconds)])
            }
            return JobOwner(id: id, lock: lock, news: try await database.news(), pool: self)
        } catch {
            await lock.release()
            throw error
        }
    }

    package func queue(at milliseconds: Int64) async throws(StorageError) -> QueueFigures {
        try await database.read { session throws(StorageError) in
            var figures = QueueFigures()
            try session.forEachRow("SELECT state, count(*) FROM jobs GROUP BY state", []) {
                row throws(StorageError) in
                let count = Int(try row.integer(1))
                switch try row.text(0) {
                case "waiting": figures.waiting = count
                case "running": figures.running = count
                case "parked": figures.parked = count
                default: throw .damaged
                }
            }
            let first = try session.firstRow(
                "SELECT not_before FROM jobs WHERE state = 'waiting' ORDER BY not_before LIMIT 1"
            ) { row throws(StorageError) in try row.integer(0) }
            if let first {
                figures.isDue = first <= milliseconds
                figures.oldestDue = figures.isDue ? first : nil
                figures.nextMoment = first
            }
            figures.movedAt =
                try session.firstRow("SELECT max(moved_at) FROM owners") {
                    row throws(StorageError) in try row.optionalInteger(0)
                } ?? nil
            return figures
        }
    }

    package func jobs(
        of event: EventID?, in state: WaitingJob.State?, after last: JobID?, limit: Int
    ) async throws(StorageError) -> [WaitingJob] {
        var (conditions, values) = (["id > $1"], [DatabaseValue.blob(last?.bytes ?? []), .integer(limit)])
        if let event {
            values.append(.id(event))
            conditions.append("event = $\(values.count)")
        }
        if let state {
            values.append(.text(state.rawValue))
            conditions.append("state = $\(values.count)")
        }
        let sql = """
            SELECT id, stage, event, subject, attempts, owner_deaths, state, queued_at, not_before, reason FROM jobs
            WHERE \(conditions.joined(separator: " AND ")) ORDER BY id LIMIT $2
            """
        return try await database.read { [values] session throws(StorageError) in
            try session.rows(sql, values) { row throws(StorageError) in
                WaitingJob(
                    job: Job(
                        id: try row.identifier(0), stage: StageName(rawValue: try row.text(1)),
                        event: try row.identifier(2), subject: try row.identifier(3),
                        attempts: Int(try row.integer(4)), ownerDeaths: Int(try row.integer(5))),
                    state: try row.word(6), queuedAt: try row.integer(7), notBefore: try row.integer(8),
                    reason: try row.optionalText(9))
            }
        }
    }

    package func waitForNews(atMost limit: Duration) async { await bell.wait(atMost: limit) }

    package func ring() { bell.ring() }
}

/// A dispatcher of this process: its lock, and its ear for other processes.
private final class JobOwner: JobOwning {
    let id: OwnerID
    private let lock: any OwnerLock
    private let pool: Pool
    private let listening: Task<Void, Never>

    init(id: OwnerID, lock: any OwnerLock, news: any DatabaseNews, pool: Pool) {
        self.id = id
        self.lock = lock
        self.pool = pool
        // Awaited by `leave`.
        listening = Task {
            while !Task.isCancelled {
                do throws(StorageError) {
                    if try await news.next(within: .seconds(1)) { pool.ring() }
                } catch {
                    // The database is away: whoever claims next says so. Until then nothing can be new.
                    try? await Task.sleep(for: .seconds(1))
                }
            }
            await news.close()
        }
    }

    var isHeld: Bool { get async { await lock.isHeld } }

    func leave() async {
        listening.cancel()
        await listening.value
        // Where this fails the next one to look finds the lock free, as after a crash.
        do throws(StorageError) {
            let owner = id
            try await pool.database.write(.repeatable) { session throws(StorageError) in
                _ = try session.free(.all(owner), isDeath: false, at: 0)
                try session.execute("DELETE FROM owners WHERE id = $1", [.id(owner)])
            }
        } catch {
            await lock.release()
            return
        }
        await lock.release()
    }
}
