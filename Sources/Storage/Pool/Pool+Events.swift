package import Domain

extension Pool: EventKeeping {
    package func create(
        _ name: String, _ settings: EventSettings, by act: Act
    ) async throws(PoolError) -> Event {
        guard !name.isEmpty else { throw .emptyName }
        let id = EventID(at: act.at)
        return try await write { session throws(StorageError) in
            let home = try session.home()
            guard try session.event(named: name) == nil else { return .failure(.eventExists) }
            try session.execute(
                """
                INSERT INTO events (id, organisation, name, kind, state, created_at, version, revision, last_change,
                    photos_arrived, claimed_bytes, \(EventSettings.select))
                VALUES ($1, $2, $3, 'pool', 'open', $4, 1, 0, 0, 0, 0, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
                """, [.id(id), .id(home), .text(name), .integer(act.at)] + settings.columns)
            var work = try session.lock(id, by: act)
            try work.note(.created, became: settings.facts.merging(["name": name]) { $1 })
            try work.finish()
            try session.note(.eventCreated, id, became: ["name": name], by: act)
            return try session.found(id)
        }
    }

    package func events() async throws(PoolError) -> [Event] {
        try await read { session throws(StorageError) in
            .success(
                try session.rows(
                    Event.select + " WHERE state <> 'deleting' ORDER BY created_at DESC, id DESC"
                ) {
                    row throws(StorageError) in try Event(row)
                })
        }
    }

    package func event(_ id: EventID) async throws(PoolError) -> Event {
        try await glance { session throws(StorageError) in
            guard let event = try session.event(id), event.state != .deleting else {
                return .failure(.noSuchEvent)
            }
            return .success(event)
        }
    }

    package func event(_ nameOrID: String) async throws(PoolError) -> Event {
        try await read { session throws(StorageError) in
            var event = try session.event(named: nameOrID)
            if event == nil, let id = EventID(text: nameOrID) { event = try session.event(id) }
            guard let event, event.state != .deleting else { return .failure(.noSuchEvent) }
            return .success(event)
        }
    }

    package func set(
        _ settings: EventSettings, of event: Event, by act: Act
    ) async throws(PoolError) -> Event {
        try await write { session throws(StorageError) in
            guard var work = try EventWork(locking: event.id, by: act, in: session), work.state != .deleting
            else {
                return .failure(.noSuchEvent)
            }
            let changed = try session.execute(
                """
                UPDATE events SET \(EventSettings.names.enumerated().map { "\($1) = $\($0 + 3)" }.joined(separator: ", ")),
                    version = version + 1
                WHERE id = $1 AND version = $2
                """, [.id(event.id), .integer(event.version)] + settings.columns)
            guard changed == 1 else { return .failure(.changedMeanwhile) }
            let (was, became) = (work.settings.facts, settings.facts)
            try work.note(
                .settings, was: was.filter { became[$0.key] != $0.value },
                became: became.filter { was[$0.key] != $0.value })
            try work.finish()
            return try session.found(event.id)
        }
    }

    package func archive(_ event: Event, by act: Act) async throws(PoolError) {
        try await move(event, to: .archived, .archived, by: act)
    }

    package func beginDeleting(_ event: Event, by act: Act) async throws(PoolError) {
        try await move(event, to: .deleting, .deleting, by: act)
    }

    package func deleting() async throws(PoolError) -> [Event] {
        try await read { session throws(StorageError) in
            .success(
                try session.rows(Event.select + " WHERE state = 'deleting'") { row throws(StorageError) in
                    try Event(row)
                })
        }
    }

    /// Table by table in an order that no reference forbids, in bites, so that nobody waits long for the lock.
    package func removeRows(of event: EventID) async throws(PoolError) {
        for table in Self.tablesOfEvent {
            var removed = 1
            while removed > 0 {
                removed = try await write { session throws(StorageError) -> Result<Int, PoolError> in
                    .success(
                        try session.execute(
                            """
                            DELETE FROM \(table.name) WHERE \(table.key) IN (
                                SELECT \(table.key) FROM \(table.name) WHERE event = $1 LIMIT 2000) AND event = $1
                            """, [.id(event)]))
                }
            }
        }
        _ = try await write { session throws(StorageError) in
            .success(try session.execute("DELETE FROM events WHERE id = $1", [.id(event)]))
        }
    }

    package func rowsLeft(of event: EventID) async throws(PoolError) -> Int {
        try await read { session throws(StorageError) in
            var rows = 0
            for (name, column) in Self.tablesOfEvent.map({ ($0.name, "event") }) + [("events", "id")] {
                let sql = "SELECT count(*) FROM \(name) WHERE \(column) = $1"
                rows +=
                    try session.firstRow(sql, [.id(event)]) { row throws(StorageError) in
                        Int(try row.integer(0))
                    } ?? 0
            }
            return .success(rows)
        }
    }

    /// What names the event, children before parents, each with a column to delete bites by. Renditions go with their
    /// photos.
    static let tablesOfEvent = [
        (name: "jobs", key: "id"), (name: "upload_tokens", key: "id"), (name: "api_tokens", key: "id"),
        (name: "event_roles", key: "account"), (name: "guests", key: "id"), (name: "searches", key: "id"),
        (name: "questions", key: "place"),
        (name: "decisions", key: "id"),
        (name: "people", key: "id"), (name: "faces", key: "id"), (name: "uploads", key: "id"),
        (name: "folder_files", key: "path"), (name: "photo_versions", key: "content_hash"),
        (name: "photos", key: "id"), (name: "photo_counts", key: "state"), (name: "cameras", key: "id"),
        (name: "albums", key: "id"), (name: "photographers", key: "id"), (name: "changes", key: "number"),
    ]

    package func lastChange(of event: EventID) async throws(PoolError) -> Int64 {
        try await read { session throws(StorageError) in
            let last = try session.firstRow("SELECT last_change FROM events WHERE id = $1", [.id(event)]) {
                row throws(StorageError) in try row.integer(0)
            }
            return last.map { .success($0) } ?? .failure(.noSuchEvent)
        }
    }

    package func changes(
        of event: EventID, after number: Int64, limit: Int
    ) async throws(PoolError) -> [Change] {
        try await read { session throws(StorageError) in
            .success(
                try session.rows(
                    """
                    \(Change.select) WHERE event = $1 AND number > $2 ORDER BY number LIMIT $3
                    """, [.id(event), .integer(number), .integer(limit)]
                ) { row throws(StorageError) in try Change(row) })
        }
    }

    package func record(
        of event: EventID, before number: Int64?, limit: Int
    ) async throws(PoolError) -> [Change] {
        try await read { session throws(StorageError) in
            .success(
                try session.rows(
                    """
                    \(Change.select) WHERE event = $1 AND number < $2 AND actor_kind <> 'program'
                        AND kind NOT IN ('arrived', 'credited')
                    ORDER BY number DESC LIMIT $3
                    """, [.id(event), .integer(number ?? .max), .integer(limit)]
                ) { row throws(StorageError) in try Change(row) })
        }
    }

    private func move(
        _ event: Event, to state: Event.State, _ kind: Change.Kind, by act: Act
    ) async throws(PoolError) {
        try await write { session throws(StorageError) -> Result<Void, PoolError> in
            guard var work = try EventWork(locking: event.id, by: act, in: session), work.state != .deleting
            else {
                return .failure(.noSuchEvent)
            }
            try session.execute(
                "UPDATE events SET state = $2, version = version + 1 WHERE id = $1",
                [.id(event.id), .text(state.rawValue)])
            try work.note(kind)
            try work.finish()
            if state == .deleting {
                try session.note(.eventDeleted, event.id, became: ["name": event.name], by: act)
            }
            return .success(())
        }
    }
}

extension DatabaseSession {
    /// The organisation that everything belongs to until there can be several.
    func home() throws(StorageError) -> OrganisationID {
        let home = try firstRow("SELECT id FROM organisations ORDER BY id LIMIT 1") {
            row throws(StorageError) in
            try row.identifier(0, OrganisationID.self)
        }
        guard let home else { throw .damaged }
        return home
    }

    func event(_ id: EventID) throws(StorageError) -> Event? {
        try firstRow(Event.select + " WHERE id = $1", [.id(id)]) { row throws(StorageError) in try Event(row)
        }
    }

    func event(named name: String) throws(StorageError) -> Event? {
        try firstRow(
            Event.select + " WHERE organisation = $1 AND name = $2", [.id(try home()), .text(name)]
        ) { row throws(StorageError) in try Event(row) }
    }

    /// An event that was just written.
    func found(_ id: EventID) throws(StorageError) -> Result<Event, PoolError> {
        guard let event = try event(id) else { throw .damaged }
        return .success(event)
    }

    /// The lock of an event that is known to be there.
    func lock(_ event: EventID, by act: Act) throws(StorageError) -> EventWork {
        guard let work = try EventWork(locking: event, by: act, in: self) else { throw .damaged }
        return work
    }
}

extension Event {
    static let select = """
        SELECT id, name, kind, state, created_at, version, revision, claimed_bytes, \(EventSettings.select) FROM events
        """

    init(_ row: any DatabaseRow) throws(StorageError) {
        self.init(
            id: try row.identifier(0), name: try row.text(1), kind: try row.word(2), state: try row.word(3),
            createdAt: try row.integer(4), settings: try EventSettings(row, from: 8),
            version: try row.integer(5), revision: try row.integer(6), claimedBytes: try row.integer(7))
    }
}

extension Change {
    fileprivate static let select =
        "SELECT number, kind, subject, was, became, actor_kind, actor, at FROM changes"

    fileprivate init(_ row: any DatabaseRow) throws(StorageError) {
        self.init(
            number: try row.integer(0), kind: try row.word(1),
            subject: row.isNull(2) ? nil : UUIDv7(bytes: try row.blob(2)), before: try row.optionalText(3),
            after: try row.optionalText(4), act: try Act(row, from: 5))
    }
}
