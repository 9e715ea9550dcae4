internal import CBarrier
internal import Glibc
internal import Synchronization

/// Set once, when a darkroom is closed, and seen by everybody who waits for a child.
final class Closing: Sendable {
    private let flag = Atomic<Bool>(false)

    var hasBegun: Bool { flag.load(ordering: .acquiring) }

    func begin() { flag.store(true, ordering: .releasing) }
}

/// Waits for a child with an eye on the clock, its memory, its complaints and the caller's own task.
struct Watch: Waiting {
    let process: pid_t
    let deadline: ContinuousClock.Instant
    let memoryInBytes: Int
    let closing: Closing
    let lastWords: LastWords

    /// A child that balloons takes some 100 MB in this time.
    private static let sliceInMilliseconds: Int32 = 20

    mutating func wait(for events: Int16, on socket: Int32) throws(Impatience) {
        if Task.isCancelled || closing.hasBegun { throw .calledOff }
        if ContinuousClock.now >= deadline { throw .tookTooLong }
        if likeness_resident(process) > memoryInBytes { throw .usedTooMuchMemory }
        var entries = [
            pollfd(fd: socket, events: events, revents: 0),
            pollfd(fd: lastWords.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&entries, nfds_t(entries.count), Self.sliceInMilliseconds)
        if entries[1].revents != 0 { lastWords.listen() }
    }
}

/// What a child writes to its standard error: read so that it never waits for a reader, its end kept for the log.
final class LastWords {
    /// -1, which poll ignores, once the child has closed its side.
    private(set) var descriptor: Int32
    private var bytes: [UInt8] = []
    private static let most = 600

    /// Takes over the descriptor, which does not block.
    init(owning descriptor: Int32) { self.descriptor = descriptor }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func listen() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        // A few rounds at a time: a child that never stops talking shall not hold up the clock.
        for _ in 0..<16 {
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 {
                bytes = Array((bytes + buffer.prefix(count)).suffix(Self.most))
                continue
            }
            if count < 0 && (errno == EAGAIN || errno == EINTR) { return }
            close(descriptor)
            descriptor = -1
            return
        }
    }

    /// The end of what was said, safe to print: a child that has opened a picture may write anything.
    var text: String {
        let safe = bytes.map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: " ") }
        return String(decoding: safe, as: UTF8.self).split(separator: " ").joined(separator: " ")
    }
}
