internal import Darkroom
internal import Domain
internal import Evaluation

/// Ours and insightface on the same photos, in turn, in one run; both write a preview and a thumbnail of each.
///
/// Neither's start counts here: that is how the peers measure. The whole command is timed beside it.
enum PeerSection {
    static func run(_ bench: Bench) async throws -> [Figure] {
        guard let shared = bench.options.shared, let python = bench.options.peerPython else {
            throw Skip(
                reason: "the peers are in ../shared; name the section to Benchmarks/bench, which sets them up"
            )
        }
        let peer = Insightface(python: python, shared: shared, bench: bench)
        var figures = try await run(bench, against: peer, on: try bench.photos(), named: "plain")
        if let grainy = try bench.grainyPhotos() {
            figures += try await run(bench, against: peer, on: grainy, named: "grain")
        }
        return figures
    }

    private static func run(
        _ bench: Bench, against peer: Insightface, on photos: PhotoSet, named kind: String
    ) async throws -> [Figure] {
        var contest = Contest()
        for _ in 0..<bench.options.rounds {
            for policy in Policy.allCases {
                contest.add(try await ours(bench, photos, policy), of: policy.rawValue)
            }
            for side in [1600, 640] {
                contest.add(try peer.run(photos, side: side), of: "insightface \(side)")
            }
        }
        print(
            "\(photos.paths.count) photos (\(kind)), \(bench.jobs) at a time, \(bench.options.rounds) rounds in turn"
        )
        print(contest.text)
        try wholeCommand(bench, photos)
        return contest.figures(named: "peer.\(kind)")
    }

    private static func ours(_ bench: Bench, _ photos: PhotoSet, _ policy: Policy) async throws
        -> Contest.Round
    {
        let darkroom = bench.darkroom(children: bench.jobs, policy: policy)
        try await bench.warmUp(darkroom, children: bench.jobs, policy: policy, with: photos)
        Machine.waitForQuiet()
        let run = try await bench.develop(photos.paths, in: darkroom, workers: bench.jobs, policy: policy)
        let peak = ProcessTree().peakMegabytes
        await darkroom.close()
        return Contest.Round(
            photosPerSecond: run.photosPerSecond, cpuSeconds: run.cpuSecondsPerPhoto, peakMegabytes: peak,
            recall: photos.recall(of: run.found, bands: .peers)?.recall)
    }

    /// `likeness index` from its start to its end, into a fresh database.
    private static func wholeCommand(_ bench: Bench, _ photos: PhotoSet) throws {
        let database = bench.scratch + "/index.sqlite"
        let previews = bench.scratch + "/previews"
        try Disk.makeFolder(previews)
        for ending in ["", "-wal", "-shm"] { Disk.removeFile(database + ending) }
        Machine.waitForQuiet()
        let result = try Command(
            bench.executable,
            [
                "index", photos.folder, "--policy", "standard", "--jobs", String(bench.jobs), "--database",
                database,
                "--previews", previews,
            ]
        ).run(wordsTo: bench.scratch + "/index.txt")
        print(
            """
            the whole command, all photos of the folder: \(result.seconds.decimals(1)) s, \
            \(result.cpuSeconds.decimals(1)) CPU-s, \(result.peakMegabytes.decimals(0)) MB; its last line: \
            \(result.words.split(separator: "\n").last ?? "")
            """)
    }
}

/// Rounds of several contestants and how they compare.
private struct Contest {
    struct Round {
        let photosPerSecond: Double
        let cpuSeconds: Double
        let peakMegabytes: Double
        /// Counted by the same rule for all: overlap above .4, each box hits once.
        let recall: Double?
    }

    private var names: [String] = []
    private var rounds: [String: [Round]] = [:]

    mutating func add(_ round: Round, of name: String) {
        if rounds[name] == nil { names.append(name) }
        rounds[name, default: []].append(round)
    }

    var text: String {
        var table = TextTable("", "photos/s", "best", "CPU-s a photo", "peak MB", "recall")
        for name in names {
            let all = rounds[name, default: []]
            table.add(
                name, rate(name).decimals(2), (all.map(\.photosPerSecond).max() ?? 0).decimals(2),
                all.map(\.cpuSeconds).median.decimals(3), (all.map(\.peakMegabytes).max() ?? 0).decimals(0),
                recall(name).map { $0.decimals(3) } ?? "-")
        }
        return table.text
    }

    func figures(named prefix: String) -> [Figure] {
        var figures = [
            Figure("\(prefix).standardAgainst1600", rate("standard") / rate("insightface 1600"), "x"),
            Figure("\(prefix).standardAgainst640", rate("standard") / rate("insightface 640"), "x"),
            Figure("\(prefix).thoroughAgainst1600", rate("thorough") / rate("insightface 1600"), "x"),
            Figure("\(prefix).fastAgainstStandard", rate("fast") / rate("standard"), "x"),
        ]
        if let ours = recall("standard"), let theirs = recall("insightface 1600") {
            figures.append(Figure("\(prefix).recallAgainst1600", ours - theirs, "more"))
        }
        return figures
    }

    private func rate(_ name: String) -> Double { rounds[name, default: []].map(\.photosPerSecond).median }
    private func recall(_ name: String) -> Double? { rounds[name]?.first?.recall }
}

/// The peer's own script, and the figures in what it prints.
private struct Insightface {
    let python: String
    let shared: String
    let bench: Bench

    /// One round in fresh processes; the script waits for a quiet machine by itself.
    func run(_ photos: PhotoSet, side: Int) throws -> Contest.Round {
        let words = try Command(
            python,
            [
                shared + "/tools/peers/peer_insightface.py", photos.folder, "--models", shared + "/models",
                "--det-size", String(side), "--procs", String(bench.jobs), "--rounds", "1",
                "--photos", String(bench.options.photos),
            ], environment: ["PYTHONDONTWRITEBYTECODE=1"]
        ).run(wordsTo: bench.scratch + "/insightface-\(side).txt").words
        func number(after label: String, on line: String) throws -> Double {
            guard let line = words.split(separator: "\n").first(where: { $0.contains(line) }),
                let value = line.range(of: label).flatMap({ Double(line[$0.upperBound...].leadingNumber) })
            else { throw Fault("insightface's script did not print \(label); see \(bench.scratch).") }
            return value
        }
        return Contest.Round(
            photosPerSecond: try number(after: "median ", on: "photos/s"),
            cpuSeconds: try number(after: "median ", on: "CPU-s per photo"),
            peakMegabytes: try number(after: "processes ", on: "peak RSS"),
            recall: photos.truth == nil ? nil : try number(after: " = ", on: "of the truth"))
    }
}

extension Substring {
    /// The number that the text starts with, spaces before it left out.
    fileprivate var leadingNumber: Substring {
        let start = drop { $0 == " " }
        return start.prefix { $0.isNumber || $0 == "." }
    }

    fileprivate func range(of label: String) -> Range<Index>? {
        indices.first { self[$0...].hasPrefix(label) }.map { $0..<index($0, offsetBy: label.count) }
    }
}
