internal import Synchronization

/// How often somebody may try to sign in: a bucket for each name from each address, and a wider one for each address. Whoever
/// guesses at a name from elsewhere never keeps its owner out.
package final class SignInThrottle: Sendable {
    private let buckets = Mutex<[String: Bucket]>([:])

    private struct Bucket {
        var left: Double
        var at: Int64
    }

    private struct Measure {
        let most: Double
        let secondsForOne: Double

        static let name = Measure(most: 6, secondsForOne: 20)
        static let address = Measure(most: 40, secondsForOne: 3)
    }

    package init() {}

    /// Counts a try; tells for how many seconds to wait where there were too many.
    package func secondsToWait(_ name: String, from address: String, at milliseconds: Int64) -> Int? {
        buckets.withLock { buckets in
            if buckets.count > Self.mostBuckets { buckets = [:] }
            let kinds = [("\(address) \(name)", Measure.name), (address, Measure.address)]
            var filled: [(String, Bucket)] = []
            for (key, measure) in kinds {
                var bucket = buckets[key] ?? Bucket(left: measure.most, at: milliseconds)
                let passed = Double(milliseconds - bucket.at) / 1000
                bucket.left = min(measure.most, bucket.left + passed / measure.secondsForOne)
                bucket.at = milliseconds
                guard bucket.left >= 1 else {
                    return max(1, Int(((1 - bucket.left) * measure.secondsForOne).rounded(.up)))
                }
                bucket.left -= 1
                filled.append((key, bucket))
            }
            for (key, bucket) in filled { buckets[key] = bucket }
            return nil
        }
    }

    /// Whoever came in is no stranger.
    package func forget(_ name: String, from address: String) {
        _ = buckets.withLock { $0.removeValue(forKey: "\(address) \(name)") }
    }

    private static let mostBuckets = 20_000
}
