import Accounts
import Domain
import Storage
import TestSupport
import Testing
import Vault

@Suite("Accounts", .timeLimit(.minutes(5))) struct SignInTests {
    @Test(
        "begin with a code that works once, also for two at the same moment",
        arguments: DatabaseKind.available)
    func setUp(kind: DatabaseKind) async throws {
        let house = try await House(kind)
        let old = try #require(try await house.signIn.setUpCode())
        let code = try #require(try await house.signIn.setUpCode())
        func setUp(_ code: String, _ name: String = "a@b.c") async throws(AccountError) {
            _ = try await house.signIn.setUp("Studio", name: name, password: House.password, code: code)
        }
        await #expect(throws: AccountError.noSuchCode) { try await setUp(old) }
        await #expect(throws: AccountError.noSuchCode) { try await setUp("guess") }
        for name in ["", "ada", "@b", "a@", "a b@c", "a@b@c"] {
            await #expect(throws: AccountError.badName) { try await setUp(code, name) }
        }
        let won = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<4 {
                group.addTask {
                    do throws(AccountError) {
                        try await setUp(code, "u\(number)@b.c")
                        return true
                    } catch {
                        #expect([.alreadySetUp, .noSuchCode].contains(error))
                        return false
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(won == 1)
        #expect(try await house.signIn.setUpCode() == nil)
        await #expect(throws: AccountError.alreadySetUp) { try await setUp(code) }
    }

    @Test("end codes after a day", arguments: DatabaseKind.available)
    func codeEnds(kind: DatabaseKind) async throws {
        let house = try await House(kind)
        let code = try #require(try await house.signIn.setUpCode())
        house.clock.pass(25 * 3_600_000)
        await #expect(throws: AccountError.noSuchCode) {
            _ = try await house.signIn.setUp("S", name: "a@b.c", password: House.password, code: code)
        }
    }

    @Test(
        "let in who knows the password, on several devices, and out again", arguments: DatabaseKind.available)
    func sessions(kind: DatabaseKind) async throws {
        let house = try await House(kind)
        let first = try await house.owner()
        #expect(first.session.user.name == "ada@example.org" && first.session.user.role == .owner)
        let second = try await house.signIn.signIn("ADA@example.org", House.password, from: "1.1.1.1")
        #expect(first.token != second.token && second.token.count == 43)
        #expect(try await house.sessions.session(by: first.token)?.id == first.session.id)
        #expect(try await house.sessions.session(by: second.token)?.id == second.session.id)
        #expect(try await house.sessions.session(by: "guess") == nil)
        #expect(house.sessions.proof(for: first.token) != house.sessions.proof(for: second.token))
        #expect(try await house.pool.sessions(of: first.session.user.id).count == 2)
        // What lies in the database lets nobody in.
        let rows = try await house.base.database.read { session throws(StorageError) in
            try session.rows("SELECT token FROM sessions") { row throws(StorageError) in try row.blob(0) }
        }
        #expect(rows.allSatisfy { $0 != Array(first.token.utf8) && $0 != Array(second.token.utf8) })
        try await house.sessions.end(second.session.id, of: second.session.user.id)
        #expect(try await house.sessions.session(by: second.token) == nil)
        #expect(try await house.sessions.session(by: first.token) != nil)
        // Another program's word counts a moment later.
        try await house.pool.end(first.session.id, of: first.session.user.id, at: 1)
        #expect(try await house.sessions.session(by: first.token) != nil)
        house.clock.pass(5001)
        #expect(try await house.sessions.session(by: first.token) == nil)
    }

    @Test("end sessions that nobody uses, and every one in the end")
    func lasting() async throws {
        let house = try await House(.sqlite)
        let (_, token) = try await house.owner()
        let day: Int64 = 86_400_000
        for _ in 0..<4 {
            house.clock.pass(6 * day)
            #expect(try await house.sessions.session(by: token) != nil)
        }
        house.clock.pass(6 * day)
        #expect(try await house.sessions.session(by: token) == nil, "thirty days")
        let (_, other) = try await house.signIn.signIn("ada@example.org", House.password, from: "a")
        house.clock.pass(8 * day)
        #expect(try await house.sessions.session(by: other) == nil, "a week unused")
    }

    @Test("slow down who guesses, and nobody else")
    func throttled() async throws {
        let house = try await House(.sqlite)
        _ = try await house.owner()
        func guess(_ name: String = "ada@example.org", from address: String) async -> AccountError? {
            do throws(AccountError) {
                _ = try await house.signIn.signIn(name, "wrong password", from: address)
                return nil
            } catch { return error }
        }
        #expect(await guess("nobody@example.org", from: "6.6.6.6") == .wrongPassword)
        for _ in 0..<6 { #expect(await guess(from: "6.6.6.6") == .wrongPassword) }
        guard case .tooManyTries(let seconds) = await guess(from: "6.6.6.6") else {
            Issue.record("still guessing")
            return
        }
        #expect((1...20).contains(seconds))
        _ = try await house.signIn.signIn("ada@example.org", House.password, from: "7.7.7.7")
        house.clock.pass(Int64(seconds) * 1000)
        #expect(await guess(from: "6.6.6.6") == .wrongPassword)
    }

    @Test(
        "change and reset passwords, and end the sessions that had the old one",
        arguments: DatabaseKind.available)
    func passwords(kind: DatabaseKind) async throws {
        let house = try await House(kind)
        let owner = try await house.owner()
        let other = try await house.signIn.signIn("ada@example.org", House.password, from: "a")
        let new = "another horse battery"
        await #expect(throws: AccountError.wrongPassword) {
            try await house.signIn.changePassword(of: owner.session, from: "guess", to: new, at: "a")
        }
        for (weak, error) in [
            ("short", AccountError.badPassword(least: 10, most: 1000)), ("1234567890", .commonPassword),
            ("aaaaaaaaaaaa", .commonPassword), ("ada@example.org", .commonPassword),
        ] {
            await #expect(throws: error) {
                try await house.signIn.changePassword(
                    of: owner.session, from: House.password, to: weak, at: "b")
            }
        }
        try await house.signIn.changePassword(of: owner.session, from: House.password, to: new, at: "c")
        #expect(try await house.sessions.session(by: owner.token) != nil)
        #expect(try await house.sessions.session(by: other.token) == nil)
        let link = try await house.signIn.resetToken(for: "ada@example.org")
        try await house.signIn.reset("third horse battery", by: link)
        #expect(try await house.sessions.session(by: owner.token) == nil)
        await #expect(throws: AccountError.noSuchCode) {
            try await house.signIn.reset("fourth horse battery", by: link)
        }
        await #expect(throws: AccountError.noSuchUser) { try await house.signIn.resetToken(for: "x@y.z") }
        _ = try await house.signIn.signIn("ada@example.org", "third horse battery", from: "d")
    }

    @Test("make too many who sign in at once wait outside")
    func storm() async throws {
        let secrets = Secrets(workers: 1)
        let results = await withTaskGroup(of: AccountError?.self) { group in
            for _ in 0..<30 {
                group.addTask {
                    do throws(AccountError) {
                        _ = try await secrets.isRight("guess", for: nil)
                        return nil
                    } catch { return error }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count { $0 == nil } >= 12 && results.contains(.busy))
        #expect(try await secrets.isRight("right", for: try await secrets.hash(ofPassword: "right")))
    }

    @Test(
        "let a photographer upload to one event, until it ends or is revoked",
        arguments: DatabaseKind.available)
    func uploadTokens(kind: DatabaseKind) async throws {
        let house = try await House(kind)
        let act = Act(by: .commandLine, at: 1)
        let event = try await house.pool.create("party", EventSettings(), by: act)
        let ada = try await house.pool.addPhotographer("Ada", to: event, by: act)
        let token = UploadToken(
            id: UploadTokenID(at: 1), event: event.id, photographer: ada.id, createdAt: 1, expiresAt: 100,
            revokedAt: nil)
        _ = try await house.pool.keep(token, hash: [1, 2, 3], by: act)
        #expect(try await house.pool.uploadToken([1, 2, 3]) == token)
        #expect(try await house.pool.uploadToken([1, 2]) == nil)
        #expect(token.isGood(at: 99) && !token.isGood(at: 100))
        let caller = Caller.photographer(token)
        #expect(caller.may(.uploadPhotos, in: event.id) && !caller.may(.uploadPhotos))
        #expect(Permission.allCases.count { caller.may($0, in: event.id) } == 1)
        try await house.pool.revoke(token.id, of: event.id, by: act)
        #expect(try await house.pool.uploadToken([1, 2, 3])?.isGood(at: 60) == false)
        await #expect(throws: AccountError.noSuchToken) {
            try await house.pool.revoke(UploadTokenID(at: 2), of: event.id, by: act)
        }
        try await house.pool.removeRows(of: event.id)
        #expect(try await house.pool.rowsLeft(of: event.id) == 0)
    }
}
