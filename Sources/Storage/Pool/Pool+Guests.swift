package import Domain

extension Pool: GuestKeeping {
    package func guests(
        of event: EventID, matching text: String?, after last: GuestID?, limit: Int
    ) async throws(PoolError) -> [Guest] {
        let words = text == nil ? "" : #" AND sought LIKE $4 ESCAPE '\'"#
        return try await read { session throws(StorageError) in
            .success(
                try session.rows(
                    Guest.select + " WHERE event = $1 AND id > $2\(words) ORDER BY id LIMIT $3",
                    [.id(event), .blob(last?.bytes ?? []), .integer(limit)]
                        + (text.map { [.text(.containing($0.lowercased()))] } ?? [])
                ) { row throws(StorageError) in try Guest(row) })
        }
    }

    package func guest(_ id: GuestID, of event: EventID) async throws(PoolError) -> Guest {
        try await read { session throws(StorageError) in try session.guest(id, of: event) }
    }

    package func add(
        _ guests: [Guest], to event: EventID, by act: Act
    ) async throws(PoolError) -> [Guest] {
        try await write { session throws(StorageError) in
            guard var work = try EventWork(locking: event, by: act, in: session), work.state != .deleting
            else { return .failure(.noSuchEvent) }
            var addresses = Set<String>()
            for email in guests.compactMap(\.details.email) {
                guard addresses.insert(email).inserted, try !session.isInvited(email, to: event) else {
                    return .failure(.guestExists(email: email))
                }
            }
            for guest in guests {
                try session.execute(
                    """
                    INSERT INTO guests (id, event, sought, name, email, phone, note, source, created_at, version)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                    """,
                    [.id(guest.id), .id(event)] + guest.details.columns + [
                        .text(guest.source.rawValue), .integer(guest.createdAt), .integer(guest.version),
                    ])
                try work.note(.guestAdded, guest.id, became: ["source": guest.source.rawValue])
            }
            try work.finish()
            return .success(guests)
        }
    }

    package func set(
        _ details: Guest.Details, of guest: Guest, in event: EventID, by act: Act
    ) async throws(PoolError) -> Guest {
        try await write { session throws(StorageError) in
            guard var work = try EventWork(locking: event, by: act, in: session), work.state != .deleting
            else { return .failure(.noSuchEvent) }
            guard case .success(let known) = try session.guest(guest.id, of: event) else {
                return .failure(.noSuchGuest)
            }
            guard known.version == guest.version else { return .failure(.changedMeanwhile) }
            if let email = details.email, email != known.details.email,
                try session.isInvited(email, to: event)
            {
                return .failure(.guestExists(email: email))
            }
            try session.execute(
                """
                UPDATE guests SET sought = $2, name = $3, email = $4, phone = $5, note = $6, version = version + 1
                WHERE id = $1
                """, [.id(guest.id)] + details.columns)
            // What a guest's address was is nobody's business once it is changed.
            let members = details.changed(from: known.details).joined(separator: ", ")
            try work.note(.guestEdited, guest.id, became: ["members": members])
            try work.finish()
            return try session.guest(guest.id, of: event)
        }
    }

    package func remove(_ guest: GuestID, of event: EventID, by act: Act) async throws(PoolError) {
        try await write { session throws(StorageError) -> Result<Void, PoolError> in
            guard var work = try EventWork(locking: event, by: act, in: session), work.state != .deleting
            else { return .failure(.noSuchEvent) }
            let removed = try session.execute(
                "DELETE FROM guests WHERE id = $1 AND event = $2", [.id(guest), .id(event)])
            guard removed == 1 else { return .failure(.noSuchGuest) }
            try work.note(.guestRemoved, guest)
            try work.finish()
            return .success(())
        }
    }
}

extension DatabaseSession {
    fileprivate func guest(
        _ id: GuestID, of event: EventID
    ) throws(StorageError) -> Result<Guest, PoolError> {
        let guest = try firstRow(
            Guest.select + " WHERE id = $1 AND event = $2", [.id(id), .id(event)]
        ) { row throws(StorageError) in try Guest(row) }
        return guest.map { .success($0) } ?? .failure(.noSuchGuest)
    }

    fileprivate func isInvited(_ email: String, to event: EventID) throws(StorageError) -> Bool {
        try firstRow("SELECT 1 FROM guests WHERE event = $1 AND email = $2", [.id(event), .text(email)]) {
            _ in true
        } ?? false
    }
}

extension Guest {
    fileprivate static let select =
        "SELECT id, name, email, phone, note, source, created_at, version FROM guests"

    fileprivate init(_ row: any DatabaseRow) throws(StorageError) {
        self.init(
            id: try row.identifier(0),
            details: Details(
                name: try row.text(1), email: try row.optionalText(2), phone: try row.optionalText(3),
                note: try row.optionalText(4)), source: try row.word(5), createdAt: try row.integer(6),
            version: try row.integer(7))
    }
}

extension Guest.Details {
    fileprivate var columns: [DatabaseValue] {
        [
            .text("\(name)\n\(email ?? "")".lowercased()), .text(name), .optional(email), .optional(phone),
            .optional(note),
        ]
    }
}
