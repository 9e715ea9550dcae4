internal import Domain

/// The secrets of all events, in one guarded block.
///
/// A block for each would take several of the kernel's mappings, of which a process has some 65,000.
struct EventSecrets: Sendable {
    static let lengthOfEntry = 16 + lengthOfSecret
    private static let lengthOfSecret = 32

    private var places: [EventID: Int] = [:]
    private var block: SecretBytes?

    init() {}

    /// From pairs of an event and its secret; nil where an event comes twice or is none.
    init?(entries: ArraySlice<UInt8>) {
        let starts = Array(stride(from: entries.startIndex, to: entries.endIndex, by: Self.lengthOfEntry))
        for (place, start) in starts.enumerated() {
            guard let event = EventID(bytes: Array(entries[start..<start + 16])),
                places.updateValue(place, forKey: event) == nil
            else { return nil }
        }
        block = Self.block(starts.count) { block in
            for (place, start) in starts.enumerated() {
                for offset in 0..<Self.lengthOfSecret {
                    block[place * Self.lengthOfSecret + offset] = entries[start + 16 + offset]
                }
            }
        }
    }

    var count: Int { places.count }

    var events: Set<EventID> { Set(places.keys) }

    func has(_ event: EventID) -> Bool { places[event] != nil }

    /// The event's secret, in a block of its own.
    subscript(event: EventID) -> SecretBytes? {
        guard let place = places[event], let block else { return nil }
        return SecretBytes(count: Self.lengthOfSecret) { part in
            block.copy(place * Self.lengthOfSecret, Self.lengthOfSecret, to: part)
        }
    }

    /// With a fresh secret.
    mutating func add(_ event: EventID) {
        var addition = EventSecrets()
        addition.places = [event: 0]
        addition.block = SecretBytes(random: Self.lengthOfSecret)
        add(addition)
    }

    /// Takes over secrets of events that have none here.
    mutating func add(_ other: EventSecrets) {
        gather(events.map { ($0, self) } + other.events.subtracting(events).map { ($0, other) })
    }

    mutating func remove(_ gone: Set<EventID>) {
        guard !gone.isDisjoint(with: places.keys) else { return }
        gather(events.subtracting(gone).map { ($0, self) })
    }

    func append(to bytes: inout [UInt8]) {
        for (event, place) in places.sorted(by: { $0.key < $1.key }) {
            bytes += event.bytes
            block?.withBytes { start in
                bytes += UnsafeBufferPointer(
                    start: start + place * Self.lengthOfSecret, count: Self.lengthOfSecret)
            }
        }
    }

    /// A new block of these events' secrets, each from where it lies now.
    private mutating func gather(_ wanted: [(event: EventID, from: EventSecrets)]) {
        block = Self.block(wanted.count) { block in
            for (place, (event, from)) in wanted.enumerated() {
                guard let old = from.places[event] else { continue }
                from.block?.copy(
                    old * Self.lengthOfSecret, Self.lengthOfSecret, to: block + place * Self.lengthOfSecret)
            }
        }
        places = Dictionary(
            uniqueKeysWithValues: wanted.enumerated().map { place, entry in (entry.event, place) })
    }

    private static func block(
        _ count: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Void
    ) -> SecretBytes? {
        count == 0 ? nil : SecretBytes(count: count * lengthOfSecret, fill)
    }
}
