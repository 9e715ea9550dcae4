internal import Domain
internal import Evaluation
internal import Glibc
internal import Neighbours
internal import Pipeline

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
        figures += try batch(peers)
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
        let pairs = space.pairs(within: bars.question, from: 0)
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

    /// A hundred faces that come into a warm event of 35,000; then what another threshold would change there.
    private static func batch(_ peers: Peers) throws -> [Figure] {
        let vectors = try peers.vectors(35_100)
        let (_, grouped, space) = group(Array(vectors[..<35_000]))
        var faces = grouped.faces.faces
        var pairs = grouped.faces.pairs
        let start = ContinuousClock.now
        space.append(Array(vectors[35_000...]))
        for row in 35_000..<35_100 {
            let photo = PhotoID(at: Int64(row))
            faces.append(
                GroupFace(
                    id: FaceID(at: Int64(row)), photo: photo, content: photo.text, number: 0, tier: .seed))
        }
        pairs += space.pairs(within: bars.question, from: 35_000)
        _ = ConstrainedGrouping().partition(
            of: faces, in: space, pairs: pairs, [], bars, makeSpace: { FaceArena(.euclidean, dimension: 512) }
        )
        let seconds = (ContinuousClock.now - start).inSeconds
        print("a batch of 100 into 35,000, all regrouped: \((seconds * 1e3).decimals(0)) ms")
        let before = ContinuousClock.now
        _ = WhatIf(
            grouped.faces, now: bars, then: GroupingBars(merge: 0.95, attach: 1, question: 1.05),
            grouping: ConstrainedGrouping(), makeSpace: { FaceArena(.euclidean, dimension: 512) })
        let whatIf = (ContinuousClock.now - before).inSeconds
        print("what-if at 35,000: \(whatIf.decimals(2)) s")
        return [
            Figure("grouping.batch", seconds * 1e3, "ms"), Figure("grouping.whatIf", whatIf, "s"),
        ]
    }

    private static func query(_ peers: Peers, _ count: Int) throws -> [Figure] {
        let vectors = try peers.vectors(count)
        let (seconds, grouped, _) = group(vectors)
        let thresholds = Thresholds(
            merge: .init(distance: 1), attach: .init(distance: 1.02), selfie: .init(distance: 1.05),
            ask: .init(distance: 1.15))
        let match = MatchPeople(grouped.faces, thresholds, hasKnownWeakness: true)
        var times: [Double] = []
        var hits = 0
        for number in 0..<200 {
            let selfie = vectors[number * count / 200]
            let start = ContinuousClock.now
            hits += match.found(for: [selfie]).people.count
            times.append((ContinuousClock.now - start).inSeconds * 1e3)
        }
        let sorted = times.sorted()
        print(
            """
            \(count) faces grouped in \(seconds.decimals(2)) s; selfie to people: median \(times.median.decimals(2)) ms, \
            p95 \(sorted[190].decimals(2)) ms, \(hits) people found by 200 selfies
            """)
        return [
            Figure("grouping.query.\(count)", sorted[190], "ms"),
            Figure("grouping.whole.\(count)", seconds, "s"),
        ]
    }
}
