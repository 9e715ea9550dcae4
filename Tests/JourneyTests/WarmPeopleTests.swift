import Domain
import Pipeline
import Storage
import TestSupport
import Testing
import Vault

/// What a server keeps warm, against what a command finds that opens everything.
extension PeopleTests {
    private var sized: PackFacts {
        func bars(_ merge: Double) -> Thresholds {
            Thresholds(
                merge: .init(distance: merge), attach: .init(distance: merge), selfie: .init(distance: merge),
                ask: .init(distance: merge * 1.1))
        }
        return PackFacts(
            name: "p", identity: "pack-1", dimension: 2, metric: .euclidean,
            thresholds: [.conference: bars(0.5), .children: bars(0.05)])
    }

    private func warm(mostFaces: Int = 100) -> WarmPeople {
        WarmPeople(
            kept: pool, vault: ring, pack: sized, mostFaces: mostFaces, makeSpace: { PlainSpace() },
            now: { 5000 })
    }

    @Test("are kept warm: grouped once however many ask, in step with photos, decisions and settings")
    func warmAndInStep() async throws {
        for number in 0..<3 { try await arrive(number, [Float(number) * 0.1, 0]) }
        let warm = warm()
        let looks = try await withThrowingTaskGroup(of: EventFaces.self) { group in
            for _ in 0..<20 { group.addTask { try await warm.faces(of: event).faces } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let standing = try await pool.standing(of: event.id)
        #expect(standing.groupings == 1 && looks.allSatisfy { $0.standing == standing })
        #expect(looks.allSatisfy { Set($0.people.map { $0 }).count == 1 && $0.people[0] != nil })
        try await arrive(3, [3, 3])
        try await arrive(4, [3.1, 3])
        #expect(Set(try await warm.faces(of: event).faces.people).count == 2)
        let ids = try await people()
        _ = try await decide.leaveOut([try #require(ids.values.first?.first)])
        let after = try await warm.faces(of: event).faces
        #expect(after.people.contains(nil))
        #expect(after.standing == (try await pool.standing(of: event.id)))
        // Other distances make other people.
        var settings = event.settings
        settings.preset = .children
        let strict = try await pool.set(settings, of: event, by: Act(by: .commandLine, at: 6000))
        #expect(try await warm.faces(of: strict).faces.people.allSatisfy { $0 == nil })
        settings.preset = .outdoor
        let unknown = try await pool.set(settings, of: strict, by: Act(by: .commandLine, at: 6001))
        await #expect(throws: PoolError.noThresholds(.outdoor)) { try await warm.faces(of: unknown) }
    }

    @Test(
        "who are dropped, since there are too many, are opened again")
    func dropped() async throws {
        try await arrive(1, [0, 0])
        try await arrive(2, [0.1, 0])
        let warm = warm(mostFaces: 1)
        let other = try await pool.create("other", EventSettings(), by: Act(by: .commandLine, at: 3000))
        try await ring.prepare(other.id)
        let first = try await warm.faces(of: event).faces
        #expect(
            try await warm.faces(of: event).faces.space as AnyObject === first.space as AnyObject,
            "still warm")
        _ = try await warm.faces(of: other)
        let again = try await warm.faces(of: event).faces
        #expect(again.people == first.people && again.space as AnyObject !== first.space as AnyObject)
        await warm.drop(event.id)
        #expect(try await warm.faces(of: event).faces.space as AnyObject !== again.space as AnyObject)
    }
}
