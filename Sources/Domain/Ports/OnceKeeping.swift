/// Answers to requests that carry a key, so that the same request sent twice does its work once.
package protocol OnceKeeping: Sendable {
    func answer(to key: OnceKey) async throws(PoolError) -> (fingerprint: [UInt8], answer: KeptAnswer)?

    /// Forgets what is older than this moment.
    func forgetAnswers(before milliseconds: Int64) async throws(PoolError)
}

/// The key that somebody gave a request of theirs.
package struct OnceKey: Sendable, Hashable {
    /// Whose it is: others may choose the same.
    package let caller: [UInt8]
    package let word: String

    package init(caller: [UInt8], word: String) {
        self.caller = caller
        self.word = word
    }
}

/// An answer as it is given again.
package struct KeptAnswer: Sendable, Hashable {
    package let status: Int
    package let location: String?
    package let body: [UInt8]

    package init(status: Int, location: String?, body: [UInt8]) {
        self.status = status
        self.location = location
        self.body = body
    }
}

/// A unit of work that is to be done once: while this is the current one, whatever writes what was made writes the answer in
/// the same transaction.
package struct OnceWork: Sendable {
    package let key: OnceKey
    package let fingerprint: [UInt8]
    package let at: Int64
    /// The answer to what a unit of work made; nil for units beside the one that counts.
    package let answer: @Sendable (any Sendable) -> KeptAnswer?

    package init(
        key: OnceKey, fingerprint: [UInt8], at milliseconds: Int64,
        answer: @escaping @Sendable (any Sendable) -> KeptAnswer?
    ) {
        self.key = key
        self.fingerprint = fingerprint
        self.at = milliseconds
        self.answer = answer
    }

    @TaskLocal package static var current: OnceWork?
}
