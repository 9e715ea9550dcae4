internal import Synchronization

/// Callers wait here for a free seat, first come, first served.
final class WaitingLine: Sendable {
    private let state: Mutex<State>

    private struct State {
        /// The one used last stands last and is taken first: it has a child already.
        var free: [Seat]
        var waiting: [(number: UInt64, continuation: CheckedContinuation<Seat?, Never>)] = []
        var nextNumber: UInt64 = 0
        var isClosed = false
    }

    init(_ seats: [Seat]) { state = Mutex(State(free: seats.reversed())) }

    /// Works at a seat as soon as one is free; nil where the line was closed or the task cancelled before.
    func atSeat<Product: Sendable>(
        _ work: (Seat) async throws(WorkbenchError) -> Product
    ) async throws(WorkbenchError) -> Product {
        guard let seat = await seat() else { throw .calledOff }
        defer { free(seat) }
        return try await work(seat)
    }

    /// Sends everybody away who waits, now and later.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for entry in waiting { entry.continuation.resume(returning: nil) }
    }

    /// How many stand in line, and how many seats nobody has.
    var waitingCount: Int { state.withLock { $0.waiting.count } }
    var freeCount: Int { state.withLock { $0.free.count } }

    private func seat() async -> Seat? {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Seat?? = state.withLock { state in
                    // A cancellation before this line finds no entry to take out.
                    if state.isClosed || Task.isCancelled { return .some(nil) }
                    if let seat = state.free.popLast() { return .some(seat) }
                    state.waiting.append((number, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            leave(number)
        }
    }

    private func leave(_ number: UInt64) {
        let entry = state.withLock { state in
            state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
        }
        entry?.continuation.resume(returning: nil)
    }

    private func free(_ seat: Seat) {
        let next = state.withLock { state in
            if state.waiting.isEmpty {
                state.free.append(seat)
                return nil as CheckedContinuation<Seat?, Never>?
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: seat)
    }
}
