internal import Digests
internal import Domain
internal import Evaluation
internal import Glibc
internal import Neighbours
internal import Pipeline
internal import Storage
internal import Vault

/// From opened vectors to people, and from a selfie to its gallery, with everything in between.
enum GroupingSection {
    private static let bars = GroupingBars(merge: 1, attach: 1.02, question: 1.1)

    static func run(_ bench: Bench) async throws -> [Figure] {
        let peers = try Peers(bench)
        let theirs = try peers.run("peer_dbscan.py", "23000", "512", "--rounds", "3")
        let best = theirs.rows { $0.count > 4 && ["auto", "brute"].contains($0[0]) && $0[2] == "all" }
            .compactMap { Double($0[3]) }.min()
        guard let best else { throw Fault("scikit-learn's script printed no time.") }
        var figures: [Figure] = []
        let vectors = try peers.vectors(23_000)
        var seconds: [Double] = []
        for _ in 0..<5 {
            let (time, scene, _) = group(vectors)
            seconds.append(time)
            if seconds.count == 1 {
                print("23,000 x 512: \(scene.people) people, \(scene.questions) questions")
            }
        }
        print(
            "vectors to people \(seconds.median.decimals(2)) s; scikit-learn's DBSCAN alone \(best.decimals(2)) s"
        )
        figures.append(Figure("grouping.againstSklearn", best / seconds.median, "times as fast"))
        figures += try await batch(peers, bench)
        for count in [8_000, 100_000] { figures += try query(peers, count) }
        return figures
    }

    private struct Grouped {
        let people: Int
        let questions: Int
        let faces: EventFaces
    }

    private static func made(_ vectors: [FaceVector], in space: FaceArena) -> [GroupFace] {
        // Two or three on a photo, as at a party.
        var faces: [GroupFace] = []
        var photo = PhotoID(at: 1)
        for row in vectors.indices {
            if row % 5 == 0 || row % 5 == 2 { photo = PhotoID(at: Int64(row)) }
            faces.append(
                GroupFace(
                    id: FaceID(at: Int64(row)), photo: photo, content: photo.text, number: row % 5,
                    tier: row % 12 == 0 ? .attach : .seed))
        }
        space.append(vectors)
        return faces
    }

    private static func group(_ vectors: [FaceVector]) -> (seconds: Double, Grouped, FaceArena) {
        let space = FaceArena(.euclidean, dimension: 512)
        let start = ContinuousClock.now
        let faces = made(vectors, in: space)
        let pairs = space.pairs(within: bars.question, from: 0).ordered(of: faces)
        let partition = ConstrainedGrouping().partition(
            of: faces, in: space, pairs: pairs, [], bars, makeSpace: { FaceArena(.euclidean, dimension: 512) }
        )
        let seconds = (ContinuousClock.now - start).inSeconds
        let ids = partition.people.indices.map { PersonID(at: Int64($0)) }
        let event = EventFaces(
            event: EventID(at: 1), standing: .none, faces: faces,
            people: partition.person.map { $0.map { ids[$0] } },
            decisions: [], space: space, pairs: pairs, reach: bars.question, ofOtherPacks: 0)
        return (
            seconds,
            Grouped(people: partition.people.count, questions: partition.questions.count, faces: event), space
        )
    }

    /// A hundred faces that come into a warm event of 35,000 about which much was decided, from the rows of the database to
    /// its rows; then what another threshold would change there.
    private static func batch(_ peers: Peers, _ bench: Bench) async throws -> [Figure] {
        let vectors = try peers.vectors(35_000 + 6 * 100)
        return try await PoolBench.onEach(bench) { place in
            let (pool, event) = (place.pool, place.event.id)
            try await add(vectors[..<35_000], to: place)
            let makeSpace: @Sendable () -> any FaceComparing = { FaceArena(.euclidean, dimension: 512) }
            var start = ContinuousClock.now
            var warm = try await EventFaces.open(
                event, from: pool, vault: place.ring, pack: pack, reach: bars.question, makeSpace: makeSpace)
            let opened = (ContinuousClock.now - start).inSeconds
            let grouping = GroupPeople(
                kept: pool, grouping: ConstrainedGrouping(), makeSpace: makeSpace, now: PoolBench.now)
            let act = Act(by: .program, at: PoolBench.now())
            start = .now
            let first = try await grouping.run(warm, bars, by: act)
            let written = (ContinuousClock.now - start).inSeconds
            print(
                """
                \(place.name): 35,000 faces opened and joined in \(opened.decimals(2)) s, grouped and written in \
                \(written.decimals(2)) s: \(first.people) people
                """)
            try await decide(place)
            // As a database at work does by itself after a minute.
            try await place.database.write { session throws(StorageError) in try session.execute("ANALYZE") }
            var (whole, grouped) = ([Double](), [Double]())
            for round in 0..<6 {
                let batch = 35_000 + round * 100
                try await add(vectors[batch..<batch + 100], to: place)
                start = .now
                warm = try await warm.refreshed(
                    from: pool, vault: place.ring, pack: pack, makeSpace: makeSpace)
                let refreshed = ContinuousClock.now
                let summary = try await grouping.run(warm, bars, by: act)
                // The first one hears all the decisions.
                guard round > 0 else { continue }
                let written = ContinuousClock.now
                whole.append((written - start).inSeconds * 1e3)
                // The join is a part of refreshing, so it is measured once more by itself.
                _ = warm.space.pairs(within: bars.question, from: warm.faces.count - 100)
                let joined = ContinuousClock.now - written
                grouped.append((written - refreshed + joined).inSeconds * 1e3)
                guard summary.people > 100 else { throw Fault("There are hardly any people.") }
            }
            start = .now
            _ = WhatIf(
                warm, now: bars, then: GroupingBars(merge: 0.95, attach: 1, question: 1.05),
                selfie: (0.9, 0.95), grouping: ConstrainedGrouping(), makeSpace: makeSpace)
            let whatIf = (ContinuousClock.now - start).inSeconds
            print(
                """
                \(place.name): a batch of 100 into 35,000 with \(warm.decisions.count) decisions: \
                \(whole.median.decimals(0)) ms from rows to rows, of which joining, grouping \
                and writing \(grouped.median.decimals(0)); what-if \(whatIf.decimals(2)) s
                """)
            let match = MatchPeople(warm, thresholds, hasKnownWeakness: true)
            let (hidden, key) = (try await pool.hiddenPeople(of: event), try await place.ring.key(of: event))
            var (galleries, photos) = ([Double](), 0)
            for number in 0..<100 {
                start = .now
                let gallery = match.gallery(
                    of: match.found(for: [key.turned(vectors[number * 350])]), hidden: hidden)
                photos += try await pool.gallery(of: gallery.people, gallery.faces, in: event).count
                galleries.append((ContinuousClock.now - start).inSeconds * 1e3)
            }
            let p95 = galleries.sorted()[95]
            print(
                """
                \(place.name): selfie to photos: median \(galleries.median.decimals(2)) ms, p95 \(p95.decimals(2)) ms, \
                \(photos) photos for 100 selfies
                """)
            return [
                Figure("grouping.batch.\(place.name)", grouped.median, "ms"),
                Figure("grouping.rows.\(place.name)", whole.median, "ms"),
                Figure("grouping.gallery.\(place.name)", p95, "ms"),
                Figure("grouping.whatIf.\(place.name)", whatIf, "s"),
            ]
        }
    }

    private static let pack = PackFacts(
        name: "bench", identity: "pack-1", dimension: 512, metric: .euclidean, thresholds: [:])

    /// Photos of two or three faces, as at a party.
    private static func add(_ vectors: ArraySlice<FaceVector>, to place: PoolBench) async throws {
        let (event, key, now) = (
            place.event.id, try await place.ring.key(of: place.event.id), PoolBench.now()
        )
        var rows: [(face: FaceID, photo: PhotoID, number: Int, tier: String, sealed: [UInt8])] = []
        var photo = PhotoID(at: now)
        for (row, vector) in zip(vectors.indices, vectors) {
            if row % 5 == 0 || row % 5 == 2 { photo = PhotoID(at: now) }
            let id = FaceID(at: now)
            rows.append(
                (
                    id, photo, row % 5, row % 12 == 0 ? "attach" : "seed",
                    key.seal(vector, of: id, pack: pack.identity)
                ))
        }
        let added = rows
        try await place.database.write { session throws(StorageError) in
            var last: PhotoID?
            for row in added {
                if row.photo != last {
                    try session.executeLater(
                        """
                        INSERT INTO photos (id, event, content_hash, size_in_bytes, name, state, is_hidden, in_trash,
                            faces, arrived_at, version)
                        VALUES ($1, $2, $3, 1, $4, 'indexed', 0, 0, 1, 1, 1)
                        """,
                        [
                            .blob(row.photo.bytes), .blob(event.bytes),
                            .text(SHA256.of(row.photo.bytes)), .blob(row.photo.bytes),
                        ])
                    last = row.photo
                }
                try session.executeLater(
                    """
                    INSERT INTO faces (id, event, photo, number, x, y, width, height, landmarks, score, sharpness,
                        brightness, contrast, clipped, yaw, pitch, roll, occlusion, size, tier, reason, pack, sealed)
                    VALUES ($1, $2, $3, $4, 0.5, 0.5, 0.5, 0.5, $5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5,
                        $6, CASE $6 WHEN 'attach' THEN 'soft' END, 'pack-1', $7)
                    """,
                    [
                        .blob(row.face.bytes), .blob(event.bytes), .blob(row.photo.bytes),
                        .integer(Int64(row.number)), .blob([UInt8](repeating: 0, count: 80)), .text(row.tier),
                        .blob(row.sealed),
                    ])
            }
            try session.execute(
                "UPDATE events SET revision = revision + 1 WHERE id = $1", [.blob(event.bytes)])
        }
    }

    /// A hundred names, a hundred faces put out, a hundred pairs told apart.
    private static func decide(_ place: PoolBench) async throws {
        let decisions = DecideOnPeople(
            kept: place.pool, event: place.event.id, act: { Act(by: .commandLine, at: PoolBench.now()) })
        let people = try await place.pool.people(of: place.event.id, limit: 201)
        for number in 0..<100 {
            _ = try await decisions.name(people[number].id, "Person \(number)")
            _ = try await decisions.keepApart(people[number].id, people[number + 101].id)
            let face = try await place.pool.faces(of: people[number + 101].id)[0].id
            _ = try await decisions.notThisPerson(face)
        }
    }

    private static func query(_ peers: Peers, _ count: Int) throws -> [Figure] {
        let vectors = try peers.vectors(count)
        let (seconds, grouped, _) = group(vectors)
        let (faces, hidden) = decided(grouped.faces)
        var start = ContinuousClock.now
        let match = MatchPeople(faces, thresholds, hasKnownWeakness: true)
        let ready = (ContinuousClock.now - start).inSeconds * 1e3
        var times: [Double] = []
        var hits = 0
        for number in 0..<200 {
            let selfie = vectors[number * count / 200]
            start = .now
            hits += match.gallery(of: match.found(for: [selfie]), hidden: hidden).people.count
            times.append((ContinuousClock.now - start).inSeconds * 1e3)
        }
        let sorted = times.sorted()
        print(
            """
            \(count) faces grouped in \(seconds.decimals(2)) s; \(faces.decisions.count) decisions heard in \
            \(ready.decimals(1)) ms; selfie to gallery: median \(times.median.decimals(2)) ms, p95 \
            \(sorted[190].decimals(2)) ms, \(hits) people shown to 200 selfies
            """)
        return [
            Figure("grouping.query.\(count)", sorted[190], "ms"),
            Figure("grouping.whole.\(count)", seconds, "s"),
        ]
    }

    private static let thresholds = Thresholds(
        merge: .init(distance: 1), attach: .init(distance: 1.02), selfie: .init(distance: 1.05),
        ask: .init(distance: 1.15))

    /// The same faces with a hundred names, a hundred faces put out and a hundred pairs told apart; a few are hidden.
    private static func decided(_ faces: EventFaces) -> (faces: EventFaces, hidden: Set<PersonID>) {
        var members: [PersonID: [FaceID]] = [:]
        for (row, person) in faces.people.enumerated() {
            if let person { members[person, default: []].append(faces.faces[row].id) }
        }
        let people = members.keys.sorted()
        var decisions: [Decision] = []
        func decide(_ kind: Decision.Kind, _ rulings: Ruling...) {
            decisions.append(
                Decision(
                    id: DecisionID(at: 1), number: Int64(decisions.count + 1), kind: kind, rulings: rulings,
                    act: Act(by: .commandLine, at: 1)))
        }
        for number in 0..<min(100, people.count / 2) {
            let (own, other) = (
                members[people[number]] ?? [], members[people[people.count - 1 - number]] ?? []
            )
            decide(.name, .together(own), .trait(own, .name("Person \(number)")))
            decide(.different, .apart(own, other))
            decide(.notThisPerson, .apart([other[0]], Array(other.dropFirst())))
        }
        let event = EventFaces(
            event: faces.event, standing: faces.standing, faces: faces.faces, people: faces.people,
            decisions: decisions, space: faces.space, pairs: faces.pairs, reach: faces.reach, ofOtherPacks: 0)
        return (event, Set(people.suffix(5)))
    }
}
