internal import Synchronization

/// Server-sent events to one listener. What is to be told to many is encoded once and shared; a listener who does not keep
/// up is cut off, and comes back with the number of the last event it has seen.
package final class EventStream: Sendable {
    private let state: Mutex<State>
    private let mostBytesWaiting: Int

    private struct State {
        var waiting: [[UInt8]] = []
        /// How much of the first is sent already.
        var sent = 0
        var bytes = 0
        var hasEnded = false
        var resume: (@Sendable () -> Void)?
        var onEnd: (@Sendable () -> Void)?
        var cutOff: (@Sendable () -> Void)?
    }

    /// - Parameter onEnd: called once when nobody listens any more.
    package init(mostBytesWaiting: Int = 256 << 10, onEnd: @escaping @Sendable () -> Void = {}) {
        self.mostBytesWaiting = mostBytesWaiting
        state = Mutex(State(onEnd: onEnd))
    }

    /// One event as it goes over the wire.
    package static func encoded(_ kind: String, id: String?, _ json: JSONValue) -> [UInt8] {
        Array("event: \(kind)\n".utf8) + Array((id.map { "id: \($0)\n" } ?? "").utf8) + Array("data: ".utf8)
            + json.bytes + [0x0A, 0x0A]
    }

    /// Keeps the connection alive, and finds out whether somebody is still there.
    package static let heartbeat = Array(":\n\n".utf8)

    /// False where nobody listens any more, or was cut off for not keeping up.
    @discardableResult
    package func send(_ event: [UInt8]) -> Bool {
        let (next, isThere) = state.withLock { state -> ((@Sendable () -> Void)?, Bool) in
            guard !state.hasEnded else { return (nil, false) }
            guard state.bytes + event.count <= mostBytesWaiting else {
                state.hasEnded = true
                state.waiting = []
                // Nobody resumes whoever still has something to read.
                return (state.resume.take() ?? state.cutOff.take(), false)
            }
            state.waiting.append(event)
            state.bytes += event.count
            return (state.resume.take(), true)
        }
        next?()
        return isThere
    }

    /// - Parameter cutOff: ends the connection of a listener who does not read; the library would wait for each byte anew.
    func whenTooSlow(_ cutOff: @escaping @Sendable () -> Void) { state.withLock { $0.cutOff = cutOff } }

    /// What was sent already still arrives.
    package func end() {
        state.withLock { state in
            state.hasEnded = true
            return state.resume.take()
        }?()
    }

    enum Next {
        case bytes(Int)
        case suspended
        case ended
    }

    /// Fills a buffer of the connection. Where nothing waits the connection is suspended inside the lock, so that no event
    /// comes between looking and sleeping.
    func fill(
        _ buffer: UnsafeMutableRawBufferPointer, suspend: () -> Void, resume: @escaping @Sendable () -> Void
    ) -> Next {
        state.withLock { state in
            var filled = 0
            while filled < buffer.count, let first = state.waiting.first {
                let count = min(first.count - state.sent, buffer.count - filled)
                first.withUnsafeBytes { source in
                    let piece = UnsafeRawBufferPointer(rebasing: source[state.sent..<state.sent + count])
                    UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + count]).copyMemory(
                        from: piece)
                }
                filled += count
                state.sent += count
                state.bytes -= count
                if state.sent == first.count {
                    state.waiting.removeFirst()
                    state.sent = 0
                }
            }
            if filled > 0 { return .bytes(filled) }
            if state.hasEnded { return .ended }
            state.resume = resume
            suspend()
            return .suspended
        }
    }

    /// The connection is gone.
    func close() {
        state.withLock { state in
            state.hasEnded = true
            state.resume = nil
            state.cutOff = nil
            state.waiting = []
            return state.onEnd.take()
        }?()
    }
}
