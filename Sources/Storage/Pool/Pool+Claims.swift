package import Domain
internal import Synchronization

/// Who works on what: jobs change hands here.
///
/// The events that have work are served in turn, so that a large one does not make a small one wait; which comes next is
/// remembered in this process only, for with several dispatchers any order is fair.
extension Pool {
    package func claim(
        atMost count: Int, for owner: OwnerID, at milliseconds: Int64
    ) async throws(StorageError) -> [Job] {
        let start = turns.withLock { $0 }
        let (jobs, subjects, last) = try await database.write(.repeatable) { session throws(StorageError) in
            var jobs: [Job] = []
            var last = start
            let busy = try session.busyEvents(at: milliseconds)
            for rank in Set(busy.map(\.rank)).sorted() where jobs.count < count {
                let events = busy.filter { $0.rank == rank }.map(\.event).served(after: last)
                for (place, event) in events.enumerated() where jobs.count < count {
                    // What one event leaves of its share goes to those behind it.
                    let share = (count - jobs.count + events.count - place - 1) / (events.count - place)
                    let taken = try session.claim(
                        atMost: share, of: event, rank, for: owner, at: milliseconds)
                    if !taken.isEmpty { last = event }
                    jobs += taken
                }
            }
            return (jobs, try session.subjects(jobs.map(\.subject)), last)
        }
        turns.withLock { $0 = last }
        lookedUp.withLock { known in
            // A stage that never asks must not fill the memory.
            if known.count > 1000 { known = [:] }
            for subject in subjects where !subject.hadFaces { known[subject.value.photo] = subject.value }
        }
        return jobs
    }

    package func reap(at milliseconds: Int64) async throws(StorageError) -> Int {
        let owners = try await database.read { session throws(StorageError) in
            try session.rows(
                """
                SELECT id FROM owners UNION SELECT owner FROM jobs WHERE state = 'running'
                """
            ) { row throws(StorageError) in try row.identifier(0, OwnerID.self) }
        }
        var freed = 0
        for owner in owners {
            let isAlive = try await database.isAlive(owner)
            freed += try await database.write(.repeatable) { session throws(StorageError) in
                let count = try session.free(
                    isAlive ? .silent(owner, since: milliseconds) : .all(owner), isDeath: true,
                    at: milliseconds)
                if !isAlive { try session.execute("DELETE FROM owners WHERE id = $1", [.id(owner)]) }
                return count
            }
        }
        if freed > 0 { ring() }
        return freed
    }

    package func beat(_ owner: OwnerID, at milliseconds: Int64) async throws(StorageError) {
        try await database.write(.repeatable) { session throws(StorageError) in
            try session.execute(
                "UPDATE owners SET seen_at = $2 WHERE id = $1", [.id(owner), .integer(milliseconds)])
            try session.execute(
                "UPDATE jobs SET lease_until = $2 WHERE state = 'running' AND owner = $1",
                [.id(owner), .integer(milliseconds + Self.leaseInMilliseconds)])
        }
    }

    /// The second way by which jobs come free, for an owner whose lock holds though it does nothing any more.
    static let leaseInMilliseconds: Int64 = 10 * 60 * 1000
}

/// Which jobs in hand come free.
enum Freed {
    case all(OwnerID)
    /// Those whose lease ran out.
    case silent(OwnerID, since: Int64)
}

extension DatabaseSession {
    /// Events with due jobs, each with the rank of its first.
    func busyEvents(at milliseconds: Int64) throws(StorageError) -> [(event: EventID, rank: Int64)] {
        // One step of the index for each event, however many jobs wait in it.
        let sql = """
            WITH RECURSIVE busy (event) AS (
                SELECT (SELECT event FROM jobs WHERE state = 'waiting' ORDER BY event LIMIT 1)
                UNION ALL
                SELECT (SELECT event FROM jobs WHERE state = 'waiting' AND jobs.event > busy.event
                    ORDER BY event LIMIT 1)
                FROM busy WHERE busy.event IS NOT NULL)
            SELECT event, (
                SELECT job_rank FROM jobs WHERE state = 'waiting' AND jobs.event = busy.event AND not_before <= $1
                ORDER BY job_rank LIMIT 1)
            FROM busy WHERE event IS NOT NULL
            """
        var busy: [(event: EventID, rank: Int64)] = []
        try forEachRow(sql, [.integer(milliseconds)]) { row throws(StorageError) in
            guard let rank = try row.optionalInteger(1) else { return }
            busy.append((try row.identifier(0), rank))
        }
        return busy
    }

    func claim(
        atMost count: Int, of event: EventID, _ rank: Int64, for owner: OwnerID, at milliseconds: Int64
    ) throws(StorageError) -> [Job] {
        try rows(
            """
            UPDATE jobs SET state = 'running', owner = $1, lease_until = $2
            WHERE id IN (
                SELECT id FROM jobs
                WHERE state = 'waiting' AND event = $3 AND job_rank = $4 AND not_before <= $5
                ORDER BY turn, id LIMIT $6 FOR UPDATE SKIP LOCKED)
            RETURNING id, stage, event, subject, attempts, owner_deaths, turn
            """,
            [
                .id(owner), .integer(milliseconds + Pool.leaseInMilliseconds), .id(event), .integer(rank),
                .integer(milliseconds), .integer(count),
            ]
        ) { row throws(StorageError) in (try Job(row), try row.integer(6)) }
        // The rows come in no order.
        .sorted { ($0.1, $0.0.id) < ($1.1, $1.0.id) }.map(\.0)
    }

    /// Gives jobs back to the line.
    func free(_ freed: Freed, isDeath: Bool, at milliseconds: Int64) throws(StorageError) -> Int {
        let (owner, before) =
            switch freed {
            case .all(let owner): (owner, Int64.max)
            case .silent(let owner, let moment): (owner, moment)
            }
        // A job that outlived three of its owners lets the others go first, and is never given up for it.
        return try execute(
            """
            UPDATE jobs SET state = 'waiting', owner = NULL, lease_until = NULL, owner_deaths = owner_deaths + $3,
                not_before = CASE WHEN owner_deaths + $3 > 3 THEN $4 + 1000 * owner_deaths ELSE not_before END
            WHERE state = 'running' AND owner = $1 AND lease_until <= $2
            """, [.id(owner), .integer(before), .truth(isDeath), .integer(milliseconds)])
    }
}

extension Job {
    init(_ row: any DatabaseRow) throws(StorageError) {
        self.init(
            id: try row.identifier(0), stage: StageName(rawValue: try row.text(1)),
            event: try row.identifier(2), subject: try row.identifier(3),
            attempts: Int(try row.integer(4)), ownerDeaths: Int(try row.integer(5)))
    }
}

extension [EventID] {
    /// In order, beginning behind the one that was served last.
    fileprivate func served(after last: EventID?) -> [EventID] {
        guard let last else { return sorted() }
        return sorted { ($0 <= last ? 1 : 0, $0) < ($1 <= last ? 1 : 0, $1) }
    }
}
