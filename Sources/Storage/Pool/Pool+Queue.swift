internal import Domain

/// How jobs get into the line.
///
/// Turns make it fair inside an event: a photographer who begins starts at the turn that is served now, and each of their
/// jobs takes one turn. So somebody with five photos does not wait behind somebody with five thousand.
extension EventWork {
    /// Puts a photo in the line for a stage; one that waits there already waits on. A parked job goes, and so does one in
    /// somebody's hands: it is overtaken, and what comes of it will find no job to settle.
    func enqueue(
        _ photo: PhotoID, stage: StageName, lane: PhotographerID?, now: Int64
    ) throws(StorageError) {
        try session.execute(
            "DELETE FROM jobs WHERE subject = $1 AND stage = $2 AND state <> 'waiting'",
            [.id(photo), .text(stage.rawValue)])
        let rank: JobRank = photosArrived < Int64(JobRank.firstPhotosOfEvent) ? .firstPhotos : .rest
        let lane = lane.map(\.bytes) ?? id.bytes
        try session.execute(
            """
            INSERT INTO jobs (id, stage, event, lane, subject, state, job_rank, turn, not_before, attempts,
                owner_deaths, queued_at)
            VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7, $8, 0, 0, $8)
            ON CONFLICT (subject, stage) WHERE state = 'waiting' DO NOTHING
            """,
            [
                .id(JobID(at: now)), .text(stage.rawValue), .id(id), .blob(lane), .id(photo),
                .integer(rank.rawValue), .integer(try nextTurn(of: lane, rank)), .integer(now),
            ])
        try session.announce()
    }

    private func nextTurn(of lane: [UInt8], _ rank: JobRank) throws(StorageError) -> Int64 {
        let served = try session.firstRow(
            """
            SELECT turn FROM jobs WHERE state = 'waiting' AND event = $1 AND job_rank = $2 ORDER BY turn LIMIT 1
            """, [.id(id), .integer(rank.rawValue)]
        ) { row throws(StorageError) in try row.integer(0) }
        let last = try session.firstRow(
            """
            SELECT turn FROM jobs WHERE state = 'waiting' AND event = $1 AND lane = $2 ORDER BY turn DESC LIMIT 1
            """, [.id(id), .blob(lane)]
        ) { row throws(StorageError) in try row.integer(0) }
        return max(served ?? 0, last.map { $0 + 1 } ?? 0)
    }
}
