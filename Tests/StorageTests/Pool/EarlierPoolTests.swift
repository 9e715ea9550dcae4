import Domain
import Storage
import TestSupport
import Testing

/// A pool that was made before there were people.
@Suite("A pool of an earlier version") struct EarlierPoolTests {
    @Test("keeps its events, photos and faces, and gets people", arguments: DatabaseKind.available)
    func upgrades(kind: DatabaseKind) async throws {
        let base = try await TestDatabase(kind)
        try await base.database.migrate(through: Array(Schema.steps.prefix(2)), at: 1)
        let event = EventID(at: 2)
        let (photo, face) = (PhotoID(at: 3), FaceID(at: 4))
        let vault = MemoryVault(knowsEveryEvent: true)
        let sealed = try await vault.key(of: event).seal(FaceVector([1, 2]), of: face, pack: "p")
        @Sendable func id<Kind>(_ id: Identifier<Kind>) -> DatabaseValue { .blob(id.bytes) }
        try await base.database.write { session throws(StorageError) in
            let home = try session.firstRow("SELECT id FROM organisations") { row throws(StorageError) in
                try row.blob(0)
            }
            try session.execute(
                """
                INSERT INTO events (id, organisation, name, kind, state, created_at, version, revision, last_change,
                    photos_arrived, claimed_bytes, policy, reuploads)
                VALUES ($1, $2, 'party', 'pool', 'open', 1, 1, 1, 1, 1, 5, 'fast', 'restore')
                """, [id(event), .blob(home ?? [])])
            try session.execute(
                """
                INSERT INTO photos (id, event, content_hash, size_in_bytes, name, state, is_hidden, in_trash, faces,
                    arrived_at, version)
                VALUES ($1, $2, 'abc', 5, $3, 'indexed', 0, 0, 1, 1, 1)
                """, [id(photo), id(event), .blob(Array("a.jpg".utf8))])
            try session.execute(
                """
                INSERT INTO faces (id, event, photo, number, pack, x, y, width, height, landmarks, score, sharpness,
                    brightness, contrast, clipped, yaw, pitch, roll, occlusion, size, tier, sealed)
                VALUES ($1, $2, $3, 1, 'p', 0, 0, 9, 9, $4, 1, 1, 1, 1, 0, 0, 0, 0, 0, 99, 'seed', $5)
                """, [id(face), id(event), id(photo), .blob([]), .blob(sealed)])
        }
        let pool = try await Pool.open(try await base.open(), vault: vault)
        let found = try await pool.event("party")
        #expect(found.settings.policy == .fast && found.settings.reuploads == .restore)
        #expect(found.settings.preset == .conference && found.settings.grouping == .constrained)
        #expect(found.settings.distances == nil)
        let faces = try await pool.faces(of: event, after: nil, limit: 9)
        #expect(faces.map(\.id) == [face] && faces[0].sealed == sealed && faces[0].person == nil)
        // Nothing was grouped so far, so it is due.
        let standing = try await pool.standing(of: event)
        #expect(standing.revision == 1 && standing.groupedRevision == -1)
        var change = Regrouping(expecting: standing)
        let person = PersonID(at: 5)
        change.people[person] = Person.Traits()
        change.moves[face] = .some(person)
        try await pool.regroup(change, of: event, by: Act(by: .program, at: 9))
        #expect(try await pool.people(of: event, limit: 9).map(\.id) == [person])
    }
}
