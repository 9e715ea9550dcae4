internal import Domain

/// What a ring holds: a secret for each event, and which events were erased when.
struct RingContent: Sendable {
    var secrets: [EventID: SecretBytes] = [:]
    var erasures: [EventID: Int64] = [:]

    private static let secretLength = 32

    init() {}

    /// Nil where the bytes are not what `withBytes` made.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        guard let secrets = Self.number(&rest), secrets <= UInt64(rest.count) else { return nil }
        for _ in 0..<secrets {
            guard let event = Self.event(&rest), rest.count >= Self.secretLength else { return nil }
            self.secrets[event] = SecretBytes(copying: rest.prefix(Self.secretLength))
            rest = rest.dropFirst(Self.secretLength)
        }
        guard let erasures = Self.number(&rest), erasures <= UInt64(rest.count) else { return nil }
        for _ in 0..<erasures {
            guard let event = Self.event(&rest), let moment = Self.number(&rest) else { return nil }
            self.erasures[event] = Int64(bitPattern: moment)
        }
        guard rest.isEmpty else { return nil }
    }

    /// Lends the bytes, which are wiped afterwards.
    func withBytes<Answer>(_ body: ([UInt8]) -> Answer) -> Answer {
        var bytes = Self.bytes(UInt64(secrets.count))
        bytes.reserveCapacity(16 + secrets.count * 48 + erasures.count * 24)
        for (event, secret) in secrets.sorted(by: { $0.key < $1.key }) {
            bytes += event.bytes
            secret.withBytes { bytes += UnsafeBufferPointer(start: $0, count: secret.count) }
        }
        bytes += Self.bytes(UInt64(erasures.count))
        for (event, moment) in erasures.sorted(by: { $0.key < $1.key }) {
            bytes += event.bytes + Self.bytes(UInt64(bitPattern: moment))
        }
        defer { wipe(&bytes) }
        return body(bytes)
    }

    static func newSecret() -> SecretBytes { SecretBytes(random: secretLength) }

    /// An event that either side knows as erased is erased.
    mutating func add(_ other: RingContent) {
        erasures.merge(other.erasures) { min($0, $1) }
        secrets.merge(other.secrets) { own, _ in own }
        for event in erasures.keys { secrets[event] = nil }
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

    private static func event(_ rest: inout ArraySlice<UInt8>) -> EventID? {
        guard rest.count >= 16, let event = EventID(bytes: Array(rest.prefix(16))) else { return nil }
        rest = rest.dropFirst(16)
        return event
    }
}
