internal import Domain

/// Where a photo stands, read under its event's lock.
struct PhotoStanding {
    let id: PhotoID
    let standing: EventWork.Standing

    func setInTrash(_ isInTrash: Bool, at now: Int64, in work: inout EventWork) throws(StorageError) {
        try work.session.execute(
            "UPDATE photos SET in_trash = $2, trashed_at = $3, version = version + 1 WHERE id = $1",
            [.id(id), .truth(isInTrash), isInTrash ? .integer(now) : .null])
        try move(in: &work) { $0.isInTrash = isInTrash }
    }

    func setHidden(_ isHidden: Bool, in work: inout EventWork) throws(StorageError) {
        try work.session.execute(
            "UPDATE photos SET is_hidden = $2, version = version + 1 WHERE id = $1",
            [.id(id), .truth(isHidden)])
        try move(in: &work) { $0.isHidden = isHidden }
    }

    private func move(
        in work: inout EventWork, _ change: (inout EventWork.Standing) -> Void
    ) throws(StorageError) {
        var after = standing
        change(&after)
        work.count(standing, -1)
        work.count(after, 1)
    }
}

extension DatabaseSession {
    /// Nil where the event has no such photo.
    func standing(of photo: PhotoID, in event: EventID) throws(StorageError) -> PhotoStanding? {
        try firstRow(
            "SELECT state, is_hidden, in_trash FROM photos WHERE id = $1 AND event = $2",
            [.id(photo), .id(event)]
        ) { row throws(StorageError) in
            PhotoStanding(
                id: photo,
                standing: EventWork.Standing(
                    state: try row.word(0), isHidden: try row.truth(1), isInTrash: try row.truth(2)))
        }
    }
}
