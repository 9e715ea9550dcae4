internal import Domain
internal import HTTP

/// Tells listeners of events what changes there, from the change log: each change is read once and encoded once, however many
/// listen, and whoever comes back says what they have seen last.
package actor ChangeStream {
    private let kept: any EventKeeping
    private let roundsOfHeartbeat: Int
    private var rooms: [EventID: [Listener]] = [:]
    private var reading: Task<Void, Never>?
    private var isClosed = false

    private struct Listener {
        let stream: EventStream
        var seen: Int64
        /// Whether they may still listen: they may have been signed out since.
        let mayStay: @Sendable () async -> Bool
    }

    /// - Parameter roundsOfHeartbeat: of a tenth of a second each.
    init(kept: any EventKeeping, roundsOfHeartbeat: Int = 150) {
        self.kept = kept
        self.roundsOfHeartbeat = roundsOfHeartbeat
    }

    /// A stream of what changed after that number; from now on where none is told.
    func listen(
        to event: EventID, after number: Int64?, mayStay: @escaping @Sendable () async -> Bool = { true }
    ) async throws(PoolError) -> EventStream {
        let seen: Int64
        if let number { seen = number } else { seen = try await kept.lastChange(of: event) }
        let stream = EventStream()
        stream.send(EventStream.encoded("hello", id: String(seen), .object(("last", .integer(seen)))))
        guard !isClosed else {
            stream.end()
            return stream
        }
        rooms[event, default: []].append(Listener(stream: stream, seen: seen, mayStay: mayStay))
        if reading == nil { reading = Task { await read() } }
        return stream
    }

    func close() {
        isClosed = true
        for listener in rooms.values.joined() { listener.stream.end() }
        rooms = [:]
        reading?.cancel()
    }

    /// Looks every tenth of a second while anybody listens; other processes write as well, so nobody could ring.
    private func read() async {
        var rounds = 0
        while !rooms.isEmpty, !isClosed {
            for event in rooms.keys { await tell(event) }
            rounds += 1
            if rounds % roundsOfHeartbeat == 0 { await beat() }
            // A sleep that is cancelled has done its work.
            try? await Task.sleep(for: .milliseconds(100))
        }
        reading = nil
    }

    private func tell(_ event: EventID) async {
        let seen = Set((rooms[event] ?? []).map(\.seen))
        for start in seen {
            let changes: [Change]
            do throws(PoolError) {
                changes = try await kept.changes(of: event, after: start, limit: Self.mostAtOnce)
            } catch {
                // The next round asks again; nothing is skipped, since nobody has seen it yet.
                continue
            }
            guard let last = changes.last else { continue }
            let bytes = changes.flatMap { change in
                EventStream.encoded("change", id: String(change.number), Shapes.change(change))
            }
            var room = rooms[event] ?? []
            for place in room.indices where room[place].seen == start {
                room[place].seen = room[place].stream.send(bytes) ? last.number : .max
            }
            room.removeAll { $0.seen == .max }
            rooms[event] = room.isEmpty ? nil : room
        }
    }

    /// Finds out who is gone, and who may listen no more.
    private func beat() async {
        for (event, room) in rooms {
            var gone: Set<ObjectIdentifier> = []
            for listener in room {
                if await listener.mayStay(), listener.stream.send(EventStream.heartbeat) { continue }
                listener.stream.end()
                gone.insert(ObjectIdentifier(listener.stream))
            }
            // Others may have come meanwhile.
            let left = (rooms[event] ?? []).filter { !gone.contains(ObjectIdentifier($0.stream)) }
            rooms[event] = left.isEmpty ? nil : left
        }
    }

    private static let mostAtOnce = 500
}
