import Domain
import Storage
import TestSupport
import Testing

@Suite("News of a database", .timeLimit(.minutes(10))) struct NewsTests {
    @Test("wake a listener soon after a commit elsewhere", arguments: DatabaseKind.available)
    func wake(kind: DatabaseKind) async throws {
        let base = try await things(kind)
        let news = try await listening(base)
        let other = try await base.open()
        for number in 0..<3 {
            async let heard = news.next(within: .seconds(40))
            try await Task.sleep(for: .milliseconds(100))
            let clock = ContinuousClock()
            let start = clock.now
            try await put(number, other)
            #expect(try await heard)
            // Alone on the machine it takes a twentieth of a second; beside other suites anything may.
            #expect(clock.now - start < .seconds(10))
            try await expectSilence(news)
        }
        await news.close()
    }

    @Test("of a commit between two looks are not missed", arguments: DatabaseKind.available)
    func between(kind: DatabaseKind) async throws {
        let base = try await things(kind)
        let news = try await base.database.news()
        // Before the first look, too.
        try await put(1, base.open())
        #expect(try await news.next(within: .seconds(20)))
        try await put(2, base.open())
        #expect(try await news.next(within: .seconds(20)))
        await news.close()
    }

    @Test("are none of a unit of work that failed", arguments: DatabaseKind.available)
    func failed(kind: DatabaseKind) async throws {
        let base = try await things(kind)
        let news = try await listening(base)
        await #expect(throws: StorageError.conflict) {
            try await base.database.write { session throws(StorageError) in
                try session.execute("INSERT INTO things (number) VALUES (1)")
                try session.announce()
                throw .conflict
            }
        }
        try await expectSilence(news)
        await news.close()
    }

    @Test("end at the limit, and soon when nobody wants them any more", arguments: DatabaseKind.available)
    func end(kind: DatabaseKind) async throws {
        let base = try await things(kind)
        let news = try await listening(base)
        let clock = ContinuousClock()
        var start = clock.now
        #expect(try await !news.next(within: .milliseconds(200)))
        #expect((.milliseconds(200) ..< .seconds(10)).contains(clock.now - start))
        start = clock.now
        let waiting = Task { try await news.next(within: .seconds(55)) }
        try await Task.sleep(for: .milliseconds(100))
        waiting.cancel()
        #expect(try await !waiting.value)
        #expect(clock.now - start < .seconds(20))
        // And it can be used afterwards.
        try await put(1, base.open())
        #expect(try await news.next(within: .seconds(20)))
        await news.close()
    }

    /// Listens, past what may have been said before.
    private func listening(_ base: TestDatabase) async throws -> any DatabaseNews {
        let news = try await base.database.news()
        while try await news.next(within: .milliseconds(100)) {}
        return news
    }

    private func expectSilence(_ news: any DatabaseNews) async throws {
        #expect(try await !news.next(within: .milliseconds(150)))
    }

    private func put(_ number: Int, _ database: any Database) async throws {
        try await database.write(.repeatable) { session throws(StorageError) in
            try session.execute("INSERT INTO things (number) VALUES ($1)", [.integer(number)])
            try session.announce()
        }
    }
}
