internal import Synchronization

/// How many requests an address may make in a second: a bucket that fills again as time passes. Addresses are forgotten
/// when there are too many, so that nobody fills our memory by having many of them.
final class RequestLimit: Sendable {
    private let perSecond: Double
    private let buckets = Mutex<[String: Bucket]>([:])

    private struct Bucket {
        var left: Double
        var at: ContinuousClock.Instant
    }

    /// 0 for none.
    init(perSecond: Int) { self.perSecond = Double(perSecond) }

    func check(_ address: String, at now: ContinuousClock.Instant = .now) throws(Refusal) {
        guard perSecond > 0 else { return }
        let isFree = buckets.withLock { buckets in
            if buckets.count > Self.mostAddresses { buckets = [:] }
            var bucket = buckets[address] ?? Bucket(left: perSecond * 2, at: now)
            bucket.left = min(perSecond * 2, bucket.left + (now - bucket.at) / .seconds(1) * perSecond)
            bucket.at = now
            let isFree = bucket.left >= 1
            if isFree { bucket.left -= 1 }
            buckets[address] = bucket
            return isFree
        }
        if !isFree { throw .tooOften(retryAfter: 1) }
    }

    private static let mostAddresses = 50_000
}
