internal import Domain

/// One unit of work over one event: its row is locked first, so that units of one event come one after the other in any
/// database, and everything that is counted or numbered stays in step.
struct EventWork {
    let id: EventID
    let session: any DatabaseSession
    let state: Event.State
    let settings: EventSettings
    private(set) var claimedBytes: Int64
    private(set) var photosArrived: Int64
    private let act: Act
    private var lastChange: Int64
    /// Cameras that were met in this unit of work.
    var cameras: [Camera: CameraID?] = [:]
    private var raisesRevision = false
    private var moved: [Standing: Int64] = [:]

    /// What photos are counted by.
    struct Standing: Hashable {
        var state: PhotoState
        var isHidden = false
        var isInTrash = false
    }

    /// Nil where there is no such event.
    init?(locking event: EventID, by act: Act, in session: any DatabaseSession) throws(StorageError) {
        let sql = """
            SELECT state, last_change, photos_arrived, claimed_bytes, \(EventSettings.select)
            FROM events WHERE id = $1 FOR UPDATE
            """
        let row = try session.firstRow(sql, [.id(event)]) { row throws(StorageError) in
            (
                try row.word(0, Event.State.self), try row.integer(1), try row.integer(2), try row.integer(3),
                try EventSettings(row, from: 4)
            )
        }
        guard let row else { return nil }
        id = event
        self.session = session
        self.act = act
        (state, lastChange, photosArrived, claimedBytes, settings) = row
    }

    /// Adds an entry to the event's change log, with what was before and is now where the kind does not say it all.
    mutating func note<Kind>(
        _ kind: Change.Kind, _ subject: Identifier<Kind>?, was: Facts? = nil, became: Facts? = nil
    ) throws(StorageError) {
        lastChange += 1
        try session.executeLater(
            """
            INSERT INTO changes (event, number, kind, subject, was, became, actor_kind, actor, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                .id(id), .integer(lastChange), .text(kind.rawValue), .id(subject), try recorded(was),
                try recorded(became),
            ] + act.columns)
    }

    mutating func note(
        _ kind: Change.Kind, was: Facts? = nil, became: Facts? = nil
    ) throws(StorageError) { try note(kind, EventID?.none, was: was, became: became) }

    /// Counts photos in or out.
    mutating func count(_ standing: Standing, _ change: Int64) { moved[standing, default: 0] += change }

    mutating func claim(bytes: Int64) { claimedBytes += bytes }

    mutating func photoArrived() { photosArrived += 1 }

    /// Faces or decisions change: warm copies of them must notice.
    mutating func raiseRevision() { raisesRevision = true }

    /// Writes down what was counted.
    func finish() throws(StorageError) {
        try session.executeLater(
            """
            UPDATE events SET last_change = $2, photos_arrived = $3, claimed_bytes = $4, revision = revision + $5
            WHERE id = $1
            """,
            [
                .id(id), .integer(lastChange), .integer(photosArrived), .integer(claimedBytes),
                .truth(raisesRevision),
            ])
        let changes = moved.filter { $0.value != 0 }.map { standing, change -> [DatabaseValue] in
            [
                .id(id), .text(standing.state.rawValue), .truth(standing.isHidden),
                .truth(standing.isInTrash),
                .integer(change),
            ]
        }
        var isThere = Set<Int>()
        let sql = """
            UPDATE photo_counts SET photos = photos + $5
            WHERE event = $1 AND state = $2 AND is_hidden = $3 AND in_trash = $4 RETURNING 1
            """
        try session.forEachRow(sql, each: changes) { number, _ in isThere.insert(number) }
        for (number, values) in changes.enumerated() where !isThere.contains(number) {
            try session.executeLater("INSERT INTO photo_counts VALUES ($1, $2, $3, $4, $5)", values)
        }
    }
}

extension EventSettings {
    static let names = [
        "policy", "reuploads", "most_bytes_of_file", "most_bytes_of_event", "most_bytes_of_photographer",
        "preset", "grouping_method", "merge_distance", "attach_distance", "selfie_distance", "ask_distance",
    ]

    static let select = names.joined(separator: ", ")

    /// Every setting by its name, for the record.
    var facts: Facts {
        var facts: Facts = [
            "policy": policy.rawValue, "reuploads": reuploads.rawValue, "preset": preset.rawValue,
            "grouping": grouping.rawValue,
        ]
        for (name, bytes) in [
            ("mostBytesOfFile", mostBytesOfFile), ("mostBytesOfEvent", mostBytesOfEvent),
            ("mostBytesOfPhotographer", mostBytesOfPhotographer),
        ] { facts[name] = bytes.map(String.init) ?? "none" }
        facts["distances"] =
            distances.map { "\($0.merge), \($0.attach), \($0.selfie), \($0.ask)" } ?? "of the preset"
        return facts
    }

    /// From as many columns as there are names.
    init(_ row: any DatabaseRow, from first: Int) throws(StorageError) {
        self.init()
        policy = try row.word(first)
        reuploads = try row.word(first + 1)
        mostBytesOfFile = try row.optionalInteger(first + 2)
        mostBytesOfEvent = try row.optionalInteger(first + 3)
        mostBytesOfPhotographer = try row.optionalInteger(first + 4)
        preset = try row.word(first + 5)
        grouping = try row.word(first + 6)
        guard !row.isNull(first + 7) else { return }
        distances = Distances(
            merge: try row.real(first + 7), attach: try row.real(first + 8),
            selfie: try row.real(first + 9), ask: try row.real(first + 10))
    }

    var columns: [DatabaseValue] {
        [
            .text(policy.rawValue), .text(reuploads.rawValue), .optional(mostBytesOfFile),
            .optional(mostBytesOfEvent), .optional(mostBytesOfPhotographer), .text(preset.rawValue),
            .text(grouping.rawValue),
        ]
            + [distances?.merge, distances?.attach, distances?.selfie, distances?.ask].map {
                $0.map { .real($0) } ?? .null
            }
    }
}

extension Act {
    /// Kind of actor, actor, moment.
    var columns: [DatabaseValue] {
        switch actor {
        case .program: [.text("program"), .null, .integer(at)]
        case .commandLine: [.text("command-line"), .null, .integer(at)]
        case .photographer(let id): [.text("photographer"), .id(id), .integer(at)]
        case .user(let id): [.text("user"), .id(id), .integer(at)]
        }
    }

    init(_ row: any DatabaseRow, from first: Int) throws(StorageError) {
        let actor: Actor
        switch try row.text(first) {
        case "program": actor = .program
        case "command-line": actor = .commandLine
        case "photographer": actor = .photographer(try row.identifier(first + 1))
        case "user": actor = .user(try row.identifier(first + 1))
        default: throw .damaged
        }
        self.init(by: actor, at: try row.integer(first + 2))
    }
}
