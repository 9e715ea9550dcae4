internal import Synchronization

/// How many requests an address, or a token, may make in a second: a bucket that fills again as time passes. Nobody fills our memory by
/// having many addresses, or frees others by it: where there are too many, those that are new share one bucket.
final class RequestLimit: Sendable {
    private let perSecond: Double
    private let state = Mutex(State())

    private struct State {
        var buckets: [String: Bucket] = [:]
        var swept: ContinuousClock.Instant?
    }

    private struct Bucket {
        var left: Double
        var at: ContinuousClock.Instant

        /// Whether there was one left.
        mutating func take(at now: ContinuousClock.Instant, _ perSecond: Double) -> Bool {
            left = min(perSecond * 2, left + (now - at) / .seconds(1) * perSecond)
            at = now
            guard left >= 1 else { return false }
            left -= 1
            return true
        }
    }

    /// 0 for none.
    init(perSecond: Int) { self.perSecond = Double(perSecond) }

    func check(_ own: String, at now: ContinuousClock.Instant = .now) throws(Refusal) {
        guard perSecond > 0 else { return }
        let isFree = state.withLock { state in
            if state.buckets.count >= Self.mostAddresses { Self.sweep(&state, at: now) }
            let isCrowd = state.buckets.count >= Self.mostAddresses && state.buckets[own] == nil
            return state.buckets[isCrowd ? "" : own, default: Bucket(left: perSecond * 2, at: now)]
                .take(at: now, perSecond)
        }
        if !isFree { throw .tooOften(retryAfter: 1) }
    }

    /// A bucket that is full again says no more than none. Once a second, since it looks at all of them.
    private static func sweep(_ state: inout State, at now: ContinuousClock.Instant) {
        if let swept = state.swept, now - swept < .seconds(1) { return }
        state.swept = now
        state.buckets = state.buckets.filter { now - $0.value.at < .seconds(2) }
    }

    /// Whoever has one address of IPv6 has all 2^64 of its network.
    static func key(of address: String) -> String {
        guard address.utf8.contains(UInt8(ascii: ":")), let bytes = AddressRange.bytes(of: address),
            bytes.count == 16
        else { return address }
        return bytes.prefix(8).map(String.init).joined(separator: ":")
    }

    /// A token is not kept; what stands for it here is made anew with each start.
    static func key(ofToken token: String) -> String {
        var hasher = Hasher()
        hasher.combine(token)
        return String(hasher.finalize())
    }

    static let mostAddresses = 50_000
}
