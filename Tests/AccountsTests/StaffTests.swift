import Accounts
import Domain
import Storage
import TestSupport
import Testing

@Suite("Those who work here", .timeLimit(.minutes(5))) struct StaffTests {
    @Test(
        "are invited, choose a password once, and are told apart by their parts",
        arguments: DatabaseKind.available)
    func invitation(kind: DatabaseKind) async throws {
        let house = try await House(kind)
        let act = Act(by: .user(try await house.owner().session.user.id), at: 5)
        let event = try await house.pool.create("party", EventSettings(), by: act)
        let other = try await house.pool.create("other", EventSettings(), by: act)
        let (bob, link) = try await house.staff.invite("Bob@Example.org", as: nil, by: act)
        #expect(bob.name == "bob@example.org" && bob.role == nil)
        await #expect(throws: AccountError.userExists) {
            _ = try await house.staff.invite("bob@example.org", as: .viewer, by: act)
        }
        await #expect(throws: AccountError.badName) {
            _ = try await house.staff.invite("bob", as: .viewer, by: act)
        }
        try await house.signIn.reset(House.password, by: link)
        await #expect(throws: AccountError.noSuchCode) {
            try await house.signIn.reset(House.password, by: link)
        }
        let welcome = try await house.signIn.signIn("bob@example.org", House.password, from: "1.1.1.1")
        func caller() async throws -> Caller {
            .user(try #require(try await house.sessions.session(by: welcome.token)))
        }
        let nobody = try await caller()
        #expect(!nobody.may(.seeEvents) && !nobody.may(.seePhotos, in: event.id))
        try await house.staff.set(.moderator, of: bob.id, in: event.id, by: act)
        let moderator = try await caller()
        #expect(moderator.may(.seeEvents) && moderator.may(.editPhotos, in: event.id))
        #expect(!moderator.may(.editEvents, in: event.id) && !moderator.may(.seePhotos, in: other.id))
        #expect(!moderator.may(.seeWork) && !moderator.may(.createEvents))
        #expect(try await house.pool.roles(in: event.id).map(\.role) == [.moderator])
        try await house.staff.set(.owner, of: bob.id, in: event.id, by: act)
        #expect(try await caller().may(.deleteEvents, in: event.id))
        #expect(try await !caller().may(.manageAccounts), "an event's owner is not the house's")
        try await house.staff.set(nil, of: bob.id, in: event.id, by: act)
        #expect(try await !caller().may(.seePhotos, in: event.id))
        await #expect(throws: AccountError.noSuchUser) {
            try await house.staff.set(.viewer, of: UserID(at: 1), in: event.id, by: act)
        }
        // Whoever is shut out is out at once, and comes in no more.
        let shut = try await house.staff.set(.viewer, isActive: false, of: bob, by: act)
        #expect(!shut.isActive && shut.role == .viewer && shut.version == bob.version + 1)
        #expect(try await house.sessions.session(by: welcome.token) == nil)
        await #expect(throws: AccountError.wrongPassword) {
            _ = try await house.signIn.signIn("bob@example.org", House.password, from: "1.1.1.1")
        }
        await #expect(throws: AccountError.changedMeanwhile) {
            _ = try await house.staff.set(.viewer, isActive: true, of: bob, by: act)
        }
        try await house.staff.remove(bob.id, by: act)
        #expect(try await house.pool.users().count == 1)
        await #expect(throws: AccountError.noSuchUser) { try await house.staff.remove(bob.id, by: act) }
    }

    @Test("always have an owner among them", arguments: DatabaseKind.available)
    func lastOwner(kind: DatabaseKind) async throws {
        let house = try await House(kind)
        let owner = try await house.owner().session.user
        let act = Act(by: .user(owner.id), at: 5)
        // One who never came in is none that could do anything.
        let (bob, link) = try await house.staff.invite("bob@example.org", as: .owner, by: act)
        await #expect(throws: AccountError.lastOwner) { try await house.staff.remove(owner.id, by: act) }
        await #expect(throws: AccountError.lastOwner) {
            _ = try await house.staff.set(.organiser, isActive: true, of: owner, by: act)
        }
        await #expect(throws: AccountError.lastOwner) {
            _ = try await house.staff.set(.owner, isActive: false, of: owner, by: act)
        }
        try await house.signIn.reset(House.password, by: link)
        _ = try await house.staff.set(.organiser, isActive: true, of: owner, by: act)
        await #expect(throws: AccountError.lastOwner) { try await house.staff.remove(bob.id, by: act) }
    }

    @Test("give programs tokens for less than they may themselves", arguments: DatabaseKind.available)
    func tokens(kind: DatabaseKind) async throws {
        let house = try await House(kind)
        let session = try await house.owner().session
        let act = Act(by: .user(session.user.id), at: 5)
        let event = try await house.pool.create("party", EventSettings(), by: act)
        let other = try await house.pool.create("other", EventSettings(), by: act)
        let (token, secret) = try await house.staff.makeToken(
            "slide show", scopes: [.seeEvents, .seePhotos], event: event.id, days: 1, for: session)
        #expect(secret.hasPrefix("likeness_"))
        let found = try #require(try await house.staff.token(secret))
        #expect(found == token && found.scopes == ["see-events", "see-photos"])
        let program = Caller.program(found)
        #expect(program.may(.seePhotos, in: event.id) && !program.may(.seePhotos, in: other.id))
        #expect(!program.may(.editPhotos, in: event.id) && !program.may(.seePhotos))
        #expect(program.may(.seeEvents), "to see which event it is for")
        #expect(try await house.staff.token(secret + "x") == nil)
        #expect(try await house.staff.token(String(secret.dropFirst(9))) == nil)
        let rows = try await house.base.database.read { session throws(StorageError) in
            try session.rows("SELECT token FROM api_tokens") { row throws(StorageError) in try row.blob(0) }
        }
        #expect(rows.count == 1 && rows[0] != Array(secret.utf8), "what lies in the database lets nobody in")
        house.clock.pass(86_400_001)
        #expect(try await house.staff.token(secret) == nil, "too old")
        house.clock.pass(-86_400_001)
        await #expect(throws: AccountError.noSuchToken) {
            try await house.pool.revoke(token.id, of: UserID(at: 1), by: act)
        }
        try await house.pool.revoke(token.id, of: session.user.id, by: act)
        #expect(try await house.staff.token(secret) == nil)
        await #expect(throws: AccountError.badTitle) {
            _ = try await house.staff.makeToken(" ", scopes: [.seeEvents], event: nil, days: 1, for: session)
        }
        // A token goes with its account, and one of a single event with it.
        try await house.pool.removeRows(of: event.id)
        #expect(try await house.pool.rowsLeft(of: event.id) == 0)
        #expect(try await house.pool.apiTokens(of: session.user.id).isEmpty)
    }

    @Test("are on the record with who, when, what before and after", arguments: DatabaseKind.available)
    func record(kind: DatabaseKind) async throws {
        let house = try await House(kind)
        let owner = try await house.owner().session.user
        let act = Act(by: .user(owner.id), at: 77)
        let (bob, link) = try await house.staff.invite("bob@example.org", as: .viewer, by: act)
        try await house.signIn.reset(House.password, by: link)
        _ = try await house.staff.set(.organiser, isActive: true, of: bob, by: act)
        try await house.staff.remove(bob.id, by: act)
        let record = try await house.pool.accountChanges(before: nil, limit: 100)
        #expect(
            record.map(\.kind).sorted { $0.rawValue < $1.rawValue } == [
                .passwordReset, .setUp, .signedIn, .userAdded, .userChanged, .userRemoved,
            ])
        let changed = try #require(record.first { $0.kind == .userChanged })
        #expect(changed.act == act && changed.subject == bob.id.value)
        #expect(changed.before == #"{"isActive":"true","role":"viewer"}"#)
        #expect(changed.after == #"{"isActive":"true","role":"organiser"}"#)
        #expect(record.allSatisfy { !"\($0)".contains("bob@") }, "whoever is removed is removed here too")
        // Page by page nothing is left out.
        var (paged, last): ([AccountChange], AccountChangeID?) = ([], nil)
        while true {
            let page = try await house.pool.accountChanges(before: last, limit: 2)
            guard let end = page.last else { break }
            paged += page
            last = end.id
        }
        #expect(paged == record)
    }
}
