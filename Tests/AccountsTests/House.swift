import Accounts
import Domain
import Storage
import Synchronization
import TestSupport
import Testing
import Vault

final class Clock: Sendable {
    private let value = Atomic<Int64>(1_000_000)
    var now: Int64 { value.load(ordering: .relaxed) }
    func pass(_ milliseconds: Int64) { value.add(milliseconds, ordering: .relaxed) }
}

/// Accounts over a real database, with a clock of their own.
struct House {
    let base: TestDatabase
    let pool: Pool
    let sessions: Sessions
    let signIn: SignIn
    let staff: Staff
    let clock = Clock()

    init(_ kind: DatabaseKind) async throws {
        base = try await TestDatabase(kind)
        pool = try await Pool.open(base.database, vault: MemoryVault())
        let clock = clock
        sessions = Sessions(kept: pool, secrets: Secrets(), now: { clock.now })
        signIn = SignIn(kept: pool, secrets: Secrets(), sessions: sessions, now: { clock.now })
        staff = Staff(kept: pool, secrets: Secrets(), sessions: sessions, now: { clock.now })
    }

    func owner() async throws -> (session: UserSession, token: String) {
        let code = try #require(try await signIn.setUpCode())
        return try await signIn.setUp(
            "Studio", name: "Ada@Example.org", password: Self.password, code: code)
    }

    static let password = "correct horse battery"
}
