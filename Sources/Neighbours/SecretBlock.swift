internal import Glibc

/// Memory for open vectors that grows in its place: left out of core dumps, locked where the limit allows, wiped when the
/// last owner lets go.
///
/// Its owner writes behind what others read, under the lock of `FaceArena`; what was written is never changed.
final class SecretBlock: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
    private let reserved: Int
    private var usable = 0

    /// Room that takes addresses and no memory until it is used.
    init(reserving bytes: Int) {
        reserved = Self.wholePages(bytes)
        guard
            let memory = mmap(nil, reserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
            memory != MAP_FAILED
        else { preconditionFailure("there are addresses for the faces of an event") }
        start = memory
        madvise(start, reserved, Int32(MADV_DONTDUMP))
    }

    deinit {
        explicit_bzero(start, usable)
        munmap(start, reserved)
    }

    /// Makes so many bytes usable; new ones are zero.
    func grow(to bytes: Int) {
        guard bytes > usable else { return }
        let wanted = min(reserved, Self.wholePages(max(bytes, usable + usable / 16)))
        precondition(bytes <= wanted, "an event has fewer faces than that")
        guard mprotect(start + usable, wanted - usable, PROT_READ | PROT_WRITE) == 0 else {
            preconditionFailure("there is memory for the faces of an event")
        }
        // Beyond the limit it is not locked, which is no error: the machine may swap, to a disk of its owner's.
        _ = mlock(start + usable, wanted - usable)
        usable = wanted
    }

    var floats: UnsafeMutablePointer<Float> { start.assumingMemoryBound(to: Float.self) }

    var integers: UnsafeMutablePointer<Int32> { start.assumingMemoryBound(to: Int32.self) }

    private static func wholePages(_ bytes: Int) -> Int { max(4096, (bytes + 4095) / 4096 * 4096) }
}
