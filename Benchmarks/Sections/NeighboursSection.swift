internal import Domain
internal import Evaluation
internal import Glibc
internal import Neighbours

/// Who is near whom: joins against scikit-learn's DBSCAN, searches against FAISS, on the same vectors in the same run.
enum NeighboursSection {
    // MARK: Joins

    static func join(_ bench: Bench) async throws -> [Figure] {
        let peers = try Peers(bench)
        let theirs = try peers.run("peer_dbscan.py", "23000", "512", "--rounds", "3")
        // The last word but of a row: wall median and least, CPU, peak.
        let best = theirs.rows { $0.count > 4 && ["auto", "brute"].contains($0[0]) && $0[2] == "all" }
            .compactMap { Double($0[3]) }.min()
        guard let best else { throw Fault("scikit-learn's script printed no time.") }
        let vectors = try peers.vectors(23_000)
        let before = peakInMegabytes()
        var seconds: [Double] = []
        var found = 0
        for _ in 0..<5 {
            let start = ContinuousClock.now
            let arena = FaceArena(.euclidean, dimension: 512)
            arena.append(vectors)
            found = arena.pairs(within: 1, from: 0).count
            seconds.append((ContinuousClock.now - start).inSeconds)
        }
        print(
            "23,000 x 512: \(seconds.median.decimals(3)) s with \(found) pairs; scikit-learn's best \(best.decimals(2)) s"
        )
        var figures = [
            Figure("neighbours.join.againstSklearn", best / seconds.median, "times as fast")
        ]
        figures += try batch(peers)
        let many = try peers.vectors(100_000)
        let start = ContinuousClock.now
        let arena = FaceArena(.euclidean, dimension: 512)
        arena.append(many)
        let pairs = arena.pairs(within: 1, from: 0).count
        let all = (ContinuousClock.now - start).inSeconds
        print("100,000 x 512: \(all.decimals(2)) s with \(pairs) pairs, opened vectors laid out and joined")
        let more = (peakInMegabytes() - before) * 1e3 / 100_000
        print("at the peak \(more.decimals(1)) KB a face, the vectors that were read included")
        return figures + [
            Figure("neighbours.join.hundredThousand", all, "s"),
            Figure("neighbours.join.memory", more, "KB a face"),
        ]
    }

    private static func batch(_ peers: Peers) throws -> [Figure] {
        let vectors = try peers.vectors(35_100)
        let arena = FaceArena(.euclidean, dimension: 512)
        arena.append(Array(vectors[..<35_000]))
        var seconds: [Double] = []
        for round in 0..<5 {
            // Each time other hundred rows behind the same: they are new again.
            arena.append(Array(vectors[35_000...]))
            let start = ContinuousClock.now
            _ = arena.pairs(within: 1, from: 35_000 + round * 100)
            seconds.append((ContinuousClock.now - start).inSeconds)
        }
        print("a batch of 100 into 35,000: \((seconds.median * 1e3).decimals(1)) ms")
        return [Figure("neighbours.join.batch", seconds.median * 1e3, "ms")]
    }

    // MARK: Searches

    static func search(_ bench: Bench) async throws -> [Figure] {
        let peers = try Peers(bench)
        var figures: [Figure] = []
        for count in [8_000, 100_000, 1_000_000] {
            let theirs = try peers.run("peer_search.py", "--counts", String(count), "--rounds", "3")
            func p50(_ name: String) -> Double {
                theirs.lines.filter { $0.contains(name) && $0.contains(" 1 thread") }.compactMap { line in
                    let words = line.split(separator: " ")
                    return words.firstIndex(of: "p50").flatMap { Double(words[$0 + 1]) }
                }.median
            }
            let (flat, eight) = (p50("FAISS IndexFlatIP"), p50("FAISS 8-bit"))
            let arena = FaceArena(.cosine, dimension: 512)
            try peers.forEachVector(count) { arena.append($0) }
            let queries = try peers.queries(count)
            let wanted = try peers.answers(count)
            var times: [Double] = []
            var missed = 0
            for round in 0..<3 {
                for (number, query) in queries.enumerated() {
                    let start = ContinuousClock.now
                    let found = arena.nearest(to: query, atMost: 200)
                    times.append((ContinuousClock.now - start).inSeconds * 1e3)
                    if round == 0 { missed += wanted[number].subtracting(found.map { Int($0.row) }).count }
                }
            }
            let sorted = times.sorted()
            let ours = times.median
            print(
                """
                \(count) x 512, top 200, one core: \(ours.decimals(3)) ms (p95 \(sorted[sorted.count * 95 / 100].decimals(3))); \
                FAISS flat \(flat.decimals(3)), 8-bit \(eight.decimals(3)); \(missed) of \(wanted.count * 200) answers differ
                """)
            // FAISS rounds otherwise, so equals at the very end may change places.
            guard Double(missed) <= 0.0005 * Double(wanted.count * 200) else {
                throw Fault("The answers are not FAISS's.")
            }
            figures += [
                Figure("neighbours.search.\(count).againstFlat", flat / ours, "times as fast"),
                Figure("neighbours.search.\(count).against8bit", ours / eight, "of its time"),
            ]
        }
        return figures
    }

    private static func peakInMegabytes() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_maxrss) / 1e3
    }
}

/// The peers' scripts and the vectors that they write.
struct Peers {
    private let python: String
    private let shared: String
    private let folder: String
    private let scratch: String

    init(_ bench: Bench) throws {
        guard let shared = bench.options.shared, let python = bench.options.peerPython else {
            throw Skip(
                reason: "the peers are in ../shared; name the section to Benchmarks/bench, which sets them up"
            )
        }
        self.python = python
        self.shared = shared
        scratch = bench.scratch
        folder = bench.scratch + "/vectors"
        try Disk.makeFolder(folder)
    }

    struct Words {
        let lines: [Substring]

        func rows(_ isWanted: ([Substring]) -> Bool) -> [[Substring]] {
            lines.map { $0.split(separator: " ") }.filter(isWanted)
        }
    }

    func run(_ script: String, _ arguments: String...) throws -> Words {
        let result = try Command(
            python, [shared + "/tools/peers/\(script)"] + arguments + ["--out", folder],
            environment: ["PYTHONDONTWRITEBYTECODE=1"]
        ).run(wordsTo: "\(scratch)/\(script).txt")
        return Words(lines: result.words.split(separator: "\n"))
    }

    func vectors(_ count: Int) throws -> [FaceVector] {
        var all: [FaceVector] = []
        all.reserveCapacity(count)
        try forEachVector(count) { all += $0 }
        return all
    }

    /// Makes them where they are not there, with the peers' own maker.
    func forEachVector(_ count: Int, _ body: ([FaceVector]) -> Void) throws {
        let path = "\(folder)/made-\(count)"
        let words = try Command(
            python,
            [
                "-c",
                """
                import sys; sys.path.insert(0, sys.argv[1]); import peer_vectors
                print(peer_vectors.load_or_make(sys.argv[2], int(sys.argv[3]), 512)[1])
                """, shared + "/tools/peers", folder, String(count),
            ], environment: ["PYTHONDONTWRITEBYTECODE=1"]
        ).run(wordsTo: path).words
        try Self.forEach(words.trimmed + ".f32", body)
    }

    func queries(_ count: Int) throws -> [FaceVector] {
        var all: [FaceVector] = []
        try Self.forEach(try file("queries-", count, ".f32")) { all += $0 }
        return all
    }

    func answers(_ count: Int) throws -> [Set<Int>] {
        Machine.text(of: try file("answers-", count, ".top200.txt")).split(separator: "\n").map { line in
            Set(line.split(separator: " ").compactMap { Int($0) })
        }
    }

    private func file(_ start: String, _ count: Int, _ end: String) throws -> String {
        let found = Disk.names(in: folder).first { name in
            name.hasPrefix(start) && name.hasSuffix(end) && name.split { !$0.isNumber }.contains("\(count)")
        }
        guard let found else { throw Fault("The peer wrote no \(start) file for \(count).") }
        return folder + "/" + found
    }

    private static func forEach(_ path: String, _ body: ([FaceVector]) -> Void) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Fault("Cannot read \(path).") }
        defer { close(file) }
        var rows = [Float](repeating: 0, count: 512 * 1000)
        while case let count = read(file, &rows, rows.count * 4), count > 0 {
            body(
                stride(from: 0, to: count / 4, by: 512).map { start in
                    FaceVector(Array(rows[start..<start + 512]))
                })
        }
    }
}
