internal import CSodium

/// Secret bytes in memory that is locked where the limit allows, fenced, left out of core dumps, and wiped at the end.
///
/// Never changed once it is made, so any thread may read it. Printing it tells nothing.
final class SecretBytes: @unchecked Sendable, CustomStringConvertible, CustomReflectable {
    // Written only before the initialiser ends: no lock is needed for what nobody changes.
    private let start: UnsafeMutableRawPointer
    let count: Int

    init(count: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Void) {
        precondition(count > 0 && Self.isReady, "libsodium is there, and a secret has bytes")
        guard let start = sodium_malloc(count) else { preconditionFailure("there is memory for a key") }
        self.start = start
        self.count = count
        fill(start.bindMemory(to: UInt8.self, capacity: count))
        sodium_mprotect_readonly(start)
    }

    convenience init(random count: Int) {
        self.init(count: count) { randombytes_buf($0, count) }
    }

    convenience init(copying bytes: some Collection<UInt8>) {
        self.init(count: bytes.count) { start in
            for (place, byte) in bytes.enumerated() { start[place] = byte }
        }
    }

    deinit { sodium_free(start) }

    func withBytes<Answer>(_ body: (UnsafePointer<UInt8>) -> Answer) -> Answer {
        body(start.assumingMemoryBound(to: UInt8.self))
    }

    func copy(_ offset: Int, _ length: Int, to place: UnsafeMutablePointer<UInt8>) {
        precondition(offset >= 0 && length >= 0 && offset + length <= count, "inside of the secret")
        withBytes { place.update(from: $0 + offset, count: length) }
    }

    func withDoubles<Answer>(_ body: (UnsafePointer<Double>) -> Answer) -> Answer {
        body(start.assumingMemoryBound(to: Double.self))
    }

    var description: String { "secret" }
    var customMirror: Mirror { Mirror(self, children: []) }

    /// Must be called before anything else of the library; may be called from any thread, and more than once.
    static let isReady = sodium_init() >= 0
}

/// Wipes bytes that held a secret outside of guarded memory.
func wipe(_ bytes: inout [UInt8]) {
    bytes.withUnsafeMutableBytes { sodium_memzero($0.baseAddress, $0.count) }
}
