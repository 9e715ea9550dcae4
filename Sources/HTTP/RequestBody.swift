internal import Synchronization

/// The bytes of a request as they arrive: one piece at a time, and the next is read from the connection only when somebody
/// asks for it, so that no sender ever fills our memory.
package final class RequestBody: Sendable {
    /// What the sender announced; nil where it comes in chunks.
    package let length: Int64?
    /// Lets the connection go on.
    private let wanted: @Sendable () -> Void
    private let state: Mutex<State>

    private struct State {
        var pieces: [[UInt8]] = []
        var hasEnded = false
        /// Why nothing more comes.
        var fault: Refusal?
        var reader: CheckedContinuation<[UInt8]?, any Error>?
    }

    /// Of a request that has none.
    package static let nothing = RequestBody([])

    /// One that is there already.
    package init(_ bytes: [UInt8]) {
        length = Int64(bytes.count)
        wanted = {}
        state = Mutex(State(pieces: bytes.isEmpty ? [] : [bytes], hasEnded: true))
    }

    init(length: Int64?, wanted: @escaping @Sendable () -> Void) {
        self.length = length
        self.wanted = wanted
        state = Mutex(State())
    }

    /// The next piece, nil at the end. One reader at a time.
    package func next() async throws(Refusal) -> [UInt8]? {
        do {
            return try await withCheckedThrowingContinuation { continuation in
                let waits = state.withLock { state in
                    if !state.pieces.isEmpty {
                        continuation.resume(returning: state.pieces.removeFirst())
                    } else if let fault = state.fault {
                        continuation.resume(throwing: fault)
                    } else if state.hasEnded {
                        continuation.resume(returning: nil)
                    } else {
                        state.reader = continuation
                        return true
                    }
                    return false
                }
                if waits { wanted() }
            }
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            preconditionFailure("a body breaks with a refusal: \(error)")
        }
    }

    /// Whether somebody waits for more.
    var isWanted: Bool { state.withLock { $0.reader != nil } }

    func deliver(_ piece: [UInt8]) {
        let reader = state.withLock { state in
            if state.reader == nil { state.pieces.append(piece) }
            return state.reader.take()
        }
        reader?.resume(returning: piece)
    }

    func end() {
        let reader = state.withLock { state in
            state.hasEnded = true
            return state.reader.take()
        }
        reader?.resume(returning: nil)
    }

    /// The sender is gone, or sends what nobody takes.
    func abort(_ fault: Refusal = .bodyBroken) {
        let reader = state.withLock { state -> CheckedContinuation<[UInt8]?, any Error>? in
            guard !state.hasEnded else { return nil }
            state.fault = state.fault ?? fault
            return state.reader.take()
        }
        reader?.resume(throwing: fault)
    }
}
