internal import Darkroom
internal import Domain
internal import Evaluation

/// Whole photos: a core alone, and all darkrooms together, by policy.
enum PhotoSection {
    static func run(_ bench: Bench) async throws -> [Figure] {
        var figures = try await run(bench, on: try bench.photos(), named: "plain")
        if let grainy = try bench.grainyPhotos() {
            figures += try await run(bench, on: grainy, named: "grain")
        }
        return figures
    }

    private static func run(_ bench: Bench, on photos: PhotoSet, named kind: String) async throws -> [Figure]
    {
        var runs: [String: [Sustained]] = [:]
        var peaks: [String: [Double]] = [:]
        let rows = [("one core", 1, Policy.standard)] + Policy.allCases.map { ($0.rawValue, bench.jobs, $0) }
        for _ in 0..<bench.options.rounds {
            for (name, children, policy) in rows {
                let darkroom = bench.darkroom(children: children, policy: policy)
                try await bench.warmUp(darkroom, children: children, policy: policy, with: photos)
                runs[name, default: []].append(
                    try await bench.develop(photos.paths, in: darkroom, workers: children, policy: policy))
                peaks[name, default: []].append(ProcessTree().peakMegabytes)
                await darkroom.close()
            }
        }
        print(
            "\(photos.paths.count) photos (\(kind)), \(bench.jobs) children, \(bench.options.rounds) rounds in turn"
        )
        print(table(rows.map(\.0), runs, peaks))
        print(steps(runs))
        func rate(_ name: String) -> Double { runs[name, default: []].map(\.photosPerSecond).median }
        let standard = rate("standard")
        return [
            Figure("photo.\(kind).rate", standard, "photos/s"),
            Figure(
                "photo.\(kind).cpu", runs["standard", default: []].map(\.cpuSecondsPerPhoto).median, "CPU-s"),
            Figure("photo.\(kind).fastAgainstStandard", rate("fast") / standard, "x"),
            Figure("photo.\(kind).thoroughAgainstStandard", rate("thorough") / standard, "x"),
            Figure(
                "photo.\(kind).allAgainstOneCore", standard / rate("one core") / Double(bench.jobs),
                "x a child"),
        ]
            + Policy.allCases.map {
                Figure(
                    "photo.\(kind).memory.\($0.rawValue)", peaks[$0.rawValue, default: []].max() ?? 0, "MB")
            }
    }

    private static func table(_ names: [String], _ runs: [String: [Sustained]], _ peaks: [String: [Double]])
        -> String
    {
        var table = TextTable("", "photos/s", "CPU-s a photo", "ms median", "ms p95", "faces", "peak MB")
        for name in names {
            let all = runs[name, default: []]
            let latencies = all.flatMap(\.latencies).map { $0 * 1000 }
            let faces = all.first?.found.values.reduce(0) { $0 + $1.count } ?? 0
            table.add(
                name, all.map(\.photosPerSecond).median.decimals(2),
                all.map(\.cpuSecondsPerPhoto).median.decimals(3),
                latencies.median.decimals(0), latencies.quantile(0.95).decimals(0), String(faces),
                (peaks[name, default: []].max() ?? 0).decimals(0))
        }
        return table.text
    }

    /// Where the children's processor time goes.
    private static func steps(_ runs: [String: [Sustained]]) -> String {
        let names = Set(runs.values.flatMap { $0.flatMap(\.steps.keys) })
        func milliseconds(_ step: String, _ policy: Policy) -> Double {
            let all = runs[policy.rawValue, default: []]
            return all.map { $0.steps[step, default: 0] * 1000 / Double(max(1, $0.photos)) }.median
        }
        var table = TextTable("CPU ms a photo", "fast", "standard", "thorough")
        for step in names.sorted(by: { milliseconds($0, .standard) > milliseconds($1, .standard) }) {
            table.add(
                step, milliseconds(step, .fast).decimals(1), milliseconds(step, .standard).decimals(1),
                milliseconds(step, .thorough).decimals(1))
        }
        return table.text
    }
}
