package import Domain

/// A lock that dies with the process that holds it, however that ends.
package protocol OwnerLock: Sendable {
    /// Whether it still holds: the session of a server may be lost.
    var isHeld: Bool { get async }

    func release() async
}

/// An ear for changes that other processes make.
package protocol DatabaseNews: Sendable {
    /// Returns true as soon as something was committed that is worth a look, false at the limit.
    func next(within limit: Duration) async throws(StorageError) -> Bool

    func close() async
}
