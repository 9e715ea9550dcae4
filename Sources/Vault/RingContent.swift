internal import Domain

/// What a ring holds: a secret for each event, and which events were erased when.
struct RingContent: Sendable {
    private(set) var secrets = EventSecrets()
    private(set) var erasures: [EventID: Int64] = [:]

    init() {}

    /// Nil where the bytes are not what `withBytes` made.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        guard let count = Self.number(&rest), count <= UInt64(rest.count / EventSecrets.lengthOfEntry),
            let secrets = EventSecrets(entries: rest.prefix(Int(count) * EventSecrets.lengthOfEntry))
        else { return nil }
        self.secrets = secrets
        rest = rest.dropFirst(Int(count) * EventSecrets.lengthOfEntry)
        guard let erasures = Self.number(&rest), erasures <= UInt64(rest.count) else { return nil }
        for _ in 0..<erasures {
            guard rest.count >= 16, let event = EventID(bytes: Array(rest.prefix(16))) else { return nil }
            rest = rest.dropFirst(16)
            guard let moment = Self.number(&rest) else { return nil }
            self.erasures[event] = Int64(bitPattern: moment)
        }
        guard rest.isEmpty else { return nil }
    }

    /// Lends the bytes, which are wiped afterwards.
    func withBytes<Answer>(_ body: ([UInt8]) -> Answer) -> Answer {
        var bytes: [UInt8] = []
        // No growing, which would leave copies behind.
        bytes.reserveCapacity(16 + secrets.count * EventSecrets.lengthOfEntry + erasures.count * 24)
        bytes += Self.bytes(UInt64(secrets.count))
        secrets.append(to: &bytes)
        bytes += Self.bytes(UInt64(erasures.count))
        for (event, moment) in erasures.sorted(by: { $0.key < $1.key }) {
            bytes += event.bytes + Self.bytes(UInt64(bitPattern: moment))
        }
        defer { wipe(&bytes) }
        return body(bytes)
    }

    /// Makes a secret for an event that has none.
    mutating func prepare(_ event: EventID) throws(VaultError) {
        guard erasures[event] == nil else { throw .erased }
        if !secrets.has(event) { secrets.add(event) }
    }

    mutating func destroy(_ event: EventID, at milliseconds: Int64) {
        secrets.remove([event])
        erasures[event] = min(erasures[event] ?? milliseconds, milliseconds)
    }

    /// An event that either side knows as erased is erased.
    mutating func add(_ other: RingContent) {
        erasures.merge(other.erasures) { min($0, $1) }
        secrets.add(other.secrets)
        secrets.remove(Set(erasures.keys))
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        guard rest.count >= 8 else { return nil }
        let number = rest.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        rest = rest.dropFirst(8)
        return number
    }
}
