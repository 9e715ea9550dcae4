import Domain
import Glibc
import Storage
import TestSupport
import Testing

@Suite("A dispatcher's lock", .timeLimit(.minutes(10))) struct OwnerLockTests {
    @Test("is held by one, seen by all, and free when it is released", arguments: DatabaseKind.available)
    func exclusive(kind: DatabaseKind) async throws {
        let base = try await TestDatabase(kind)
        let other = try await base.open()
        let (owner, stranger) = (OwnerID(at: 1), OwnerID(at: 1))
        #expect(try await !base.database.isAlive(owner))
        let lock = try await base.database.hold(owner)
        #expect(await lock.isHeld)
        for database in [base.database, other] {
            await #expect(throws: StorageError.inUse(process: nil)) { _ = try await database.hold(owner) }
            #expect(try await database.isAlive(owner))
            #expect(try await !database.isAlive(stranger))
        }
        #expect(await lock.isHeld, "those who asked have not loosened it")
        let second = try await other.hold(stranger)
        await lock.release()
        #expect(await !lock.isHeld)
        try await expectDead(owner, other)
        #expect(try await other.isAlive(stranger))
        await second.release()
    }

    @Test("dies with a process that is killed", arguments: DatabaseKind.available)
    func killed(kind: DatabaseKind) async throws {
        let base = try await TestDatabase(kind)
        let owner = OwnerID(at: 5)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [address = base.address as String, kind = kind.rawValue as String, owner = owner.text as String]
            in
            let kind = try #require(DatabaseKind(rawValue: kind))
            let owner = try #require(OwnerID(text: owner))
            let database = try await TestDatabase.open(address, kind)
            let lock = try await database.hold(owner)
            guard await lock.isHeld, try await database.isAlive(owner) else { exit(1) }
            kill(getpid(), SIGKILL)
            await lock.release()
        }
        try await expectDead(owner, base.database)
    }

    /// A server notices a moment later that a process is gone.
    private func expectDead(_ owner: OwnerID, _ database: any Database) async throws {
        for _ in 0..<100 {
            if try await !database.isAlive(owner) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("the lock lives on")
    }
}
