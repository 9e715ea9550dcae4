package import Domain

/// Deletes an event with all that is held about anybody in it, and proves it.
///
/// The key goes first: from then on no vector can be read, also from an older backup. Whatever ends the program on the
/// way, doing it again goes on from there.
package struct DeleteEvent: Sendable {
    private let events: any EventKeeping
    private let files: any PhotoFileKeeping
    private let ring: any KeyRinging
    private let now: @Sendable () -> Int64

    package init(
        events: any EventKeeping, files: any PhotoFileKeeping, ring: any KeyRinging,
        now: @escaping @Sendable () -> Int64
    ) {
        self.events = events
        self.files = files
        self.ring = ring
        self.now = now
    }

    /// What was looked at after everything was deleted.
    package struct Receipt: Sendable, Equatable {
        package let event: EventID
        package let name: String
        package let deletedAt: Int64
        package let rowsLeft: Int
        package let filesLeft: Int
        package let keyIsLeft: Bool

        package var isClean: Bool { rowsLeft == 0 && filesLeft == 0 && !keyIsLeft }
    }

    package func delete(_ event: Event, by actor: Actor) async throws(PoolError) -> Receipt {
        if event.state != .deleting {
            try await events.beginDeleting(event, by: Act(by: actor, at: now()))
        }
        return try await goOn(event)
    }

    /// Takes up deletions that were interrupted.
    package func goOnWithAll() async throws(PoolError) -> [Receipt] {
        var receipts: [Receipt] = []
        for event in try await events.deleting() { receipts.append(try await goOn(event)) }
        return receipts
    }

    private func goOn(_ event: Event) async throws(PoolError) -> Receipt {
        do throws(VaultError) {
            try await ring.destroy(event.id, at: now())
        } catch {
            throw .vault(error)
        }
        do throws(StorageError) {
            try await files.removeAll(in: event.id)
        } catch {
            throw .storage(error)
        }
        try await events.removeRows(of: event.id)
        return try await receipt(for: event)
    }

    private func receipt(for event: Event) async throws(PoolError) -> Receipt {
        let count = Counter()
        do throws(StorageError) {
            // A piece that arrived while we deleted is swept as well.
            try await files.removeAll(in: event.id)
            try await files.forEachFile(in: event.id) { await count.add($0.count) }
        } catch {
            throw .storage(error)
        }
        let keys: Set<EventID>
        do throws(VaultError) {
            keys = try await ring.events()
        } catch {
            throw .vault(error)
        }
        return Receipt(
            event: event.id, name: event.name, deletedAt: now(),
            rowsLeft: try await events.rowsLeft(of: event.id), filesLeft: await count.value,
            keyIsLeft: keys.contains(event.id))
    }
}

private actor Counter {
    private(set) var value = 0
    func add(_ count: Int) { value += count }
}
