import Pipeline
import Synchronization
import Testing

@Suite("Stage", .timeLimit(.minutes(10))) struct StageTests {
    private struct Broken: Error, Equatable { var number = 0 }

    @Test("settles every job once, the failed ones as failed", arguments: [1, 3, 50])
    func settles(width: Int) async throws {
        let queue = Queue(count: 200)
        let settled = Mutex<[Int: Bool]>([:])
        let stage = Stage<Int, Int, Broken>(width: width) {
            await queue.next()
        } work: { job throws(Broken) in
            if job.isMultiple(of: 7) { throw Broken(number: job) }
            return job * 2
        } settle: { job, result in
            switch result {
            case .success(let product): #expect(product == job * 2)
            case .failure(let error): #expect(error == Broken(number: job))
            }
            settled.withLock { settled in
                #expect(settled[job] == nil, "settled twice")
                settled[job] = job.isMultiple(of: 7)
            }
        }
        try await stage.run()
        #expect(settled.withLock { $0.count } == 200)
    }

    @Test("never holds more jobs than it has workers", arguments: [1, 4])
    func bounded(width: Int) async throws {
        let queue = Queue(count: 100)
        let inHand = Mutex((now: 0, most: 0))
        let stage = Stage<Int, Void, Never>(width: width) {
            let job = await queue.next()
            if job != nil {
                inHand.withLock { inHand in
                    inHand.now += 1
                    inHand.most = max(inHand.most, inHand.now)
                }
            }
            return job
        } work: { _ in
            await Task.yield()
        } settle: { _, _ in
            await Task.yield()
            inHand.withLock { $0.now -= 1 }
        }
        try await stage.run()
        #expect(inHand.withLock { $0.most } <= width)
        #expect(inHand.withLock { $0.now } == 0)
    }

    @Test("ends with the error of a queue that fails, and claims no more")
    func queueFails() async throws {
        let queue = Queue(count: 1000)
        let stage = Stage<Int, Int, Never>(width: 3) {
            await queue.next()
        } work: { job in
            job
        } settle: { job, _ in
            if job == 20 { throw Broken() }
        }
        await #expect(throws: Broken()) { try await stage.run() }
        #expect(await queue.claimed < 100)
    }

    @Test("leaves a job unsettled that fails because of the cancellation, and settles what was finished")
    func cancelled() async throws {
        let queue = Queue(count: 1000)
        let settled = Mutex<[Int]>([])
        let stage = Stage<Int, Int, Broken>(width: 1) {
            await queue.next()
        } work: { job throws(Broken) in
            if job == 5 {
                withUnsafeCurrentTask { $0?.cancel() }
                return job
            }
            if job == 6 { throw Broken() }
            return job
        } settle: { job, _ in
            settled.withLock { $0.append(job) }
        }
        try await stage.run()
        #expect(settled.withLock { $0 } == [0, 1, 2, 3, 4, 5])
        #expect(await queue.claimed == 6)

        // And one that fails while the cancellation is under way.
        let second = Stage<Int, Int, Broken>(width: 1) {
            await queue.next()
        } work: { _ throws(Broken) in
            withUnsafeCurrentTask { $0?.cancel() }
            throw Broken()
        } settle: { job, _ in
            settled.withLock { $0.append(job) }
        }
        try await second.run()
        #expect(settled.withLock { $0.count } == 6)
    }

    private actor Queue {
        let count: Int
        private(set) var claimed = 0

        init(count: Int) { self.count = count }

        func next() -> Int? {
            guard claimed < count else { return nil }
            defer { claimed += 1 }
            return claimed
        }
    }
}
