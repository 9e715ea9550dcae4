import Domain
import Pipeline
import Storage
import TestSupport
import Testing
import Vault

@Suite("Keys that events lack", .timeLimit(.minutes(10))) struct PrepareKeysTests {
    @Test("are made, except where something is sealed already", arguments: DatabaseKind.available)
    func prepared(kind: DatabaseKind) async throws {
        let base = try await TestDatabase(kind)
        try base.scratch.makeFolder("pool")
        let scene = KillScene(kind: kind, address: base.address, folder: base.scratch.path(of: "pool"))
        try await scene.prepare()
        try await scene.play(0...0, Dying(nil, after: 0, marker: ""))
        try base.scratch.makeFolder("other")
        let place = base.scratch.path(of: "other")
        // Another ring: the keys of what is sealed are lost.
        let ring = try await KeyRing.open(folder: place, master: .file(place + "/master.key"), mayBegin: true)
        let pool = try await Pool.open(try await scene.database(), vault: ring)
        let party = try await pool.event("party")
        let new = try await pool.create("new", EventSettings(), by: Act(by: .commandLine, at: 1))
        let keys = PrepareKeys(events: pool, photos: pool, vault: ring)
        let lacking = try await pool.events().count - 1
        #expect(try await keys.run() == lacking)
        _ = try await ring.key(of: new.id)
        await #expect(throws: VaultError.noSuchEvent) { try await ring.key(of: party.id) }
        #expect(try await keys.run() == 0)
    }
}
