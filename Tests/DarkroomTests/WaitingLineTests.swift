import Domain
import Synchronization
import TestSupport
import Testing

@testable import Darkroom

@Suite("Waiting line")
struct WaitingLineTests {
    @Test("serves callers in the order they came", .timeLimit(.minutes(10)))
    func isFair() async throws {
        let line = WaitingLine([seat()])
        let order = Served()
        try await withThrowingTaskGroup(of: Void.self) { group in
            let gate = Gate()
            group.addTask { try await line.atSeat { _ in await gate.wait() } }
            try await until { line.freeCount == 0 }
            for number in 0..<20 {
                group.addTask { try await line.atSeat { _ in order.add(number) } }
                try await until { line.waitingCount == number + 1 }
            }
            gate.open()
            try await group.waitForAll()
        }
        #expect(order.all == Array(0..<20))
    }

    @Test("lets nobody hold a seat twice, and gives each back", .timeLimit(.minutes(10)))
    func givesBack() async throws {
        let seats = [seat(), seat()]
        let line = WaitingLine(seats)
        let atWork = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    do throws(WorkbenchError) {
                        try await line.atSeat { _ throws(WorkbenchError) in
                            #expect(atWork.change(by: 1) <= 2)
                            await Task.yield()
                            _ = atWork.change(by: -1)
                            if number % 3 == 0 { throw .refused("") }
                        }
                    } catch { #expect(number % 3 == 0) }
                }
            }
            try await group.waitForAll()
        }
        #expect(line.freeCount == 2)
    }

    @Test("lets go who is cancelled or comes after the end", .timeLimit(.minutes(10)))
    func letsGo() async throws {
        let line = WaitingLine([seat()])
        let gate = Gate()
        let holding = Task { try await line.atSeat { _ in await gate.wait() } }
        try await until { line.freeCount == 0 }
        let cancelled = Task { try await line.atSeat { _ in Issue.record("has a seat") } }
        let patient = Task { try await line.atSeat { _ in } }
        try await until { line.waitingCount == 2 }
        cancelled.cancel()
        await #expect(throws: WorkbenchError.calledOff) { try await cancelled.value }
        gate.open()
        try await holding.value
        try await patient.value
        line.close()
        await #expect(throws: WorkbenchError.calledOff) { try await line.atSeat { _ in } }
    }

    /// A seat that nobody asks to work.
    private func seat() -> Seat {
        let starter = ChildStarter(
            settings: DarkroomSettings(pack: nil), role: .workbench, niceness: 0, closing: Closing(),
            notice: BarrierNotice { _ in })
        return Seat(starter: starter, note: { _ in })
    }

    private func until(_ condition: () -> Bool) async throws {
        while !condition() { try await Task.sleep(for: .milliseconds(1)) }
    }
}

/// Opened once; who waits before goes on then.
private final class Gate: Sendable {
    private let isOpen = Mutex(false)

    func open() { isOpen.withLock { $0 = true } }

    func wait() async {
        while !isOpen.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(1)) }
    }
}

private final class Served: Sendable {
    private let numbers = Mutex<[Int]>([])

    func add(_ number: Int) { numbers.withLock { $0.append(number) } }

    var all: [Int] { numbers.withLock { $0 } }
}

private final class Counter: Sendable {
    private let value = Mutex(0)

    func change(by step: Int) -> Int {
        value.withLock { value in
            value += step
            return value
        }
    }
}
