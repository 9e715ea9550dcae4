internal import Darkroom
internal import Domain
internal import Evaluation

/// Whether thousands of photos leave anything behind in memory.
enum GrowthSection {
    static func run(_ bench: Bench) async throws -> [Figure] {
        let photos = try bench.photos()
        let darkroom = bench.darkroom(children: bench.jobs)
        let stops = [200, bench.options.growthPhotos / 2, bench.options.growthPhotos]
        var table = TextTable("photos", "MB now", "MB at most")
        var resident: [Double] = []
        var done = 0
        for stop in stops {
            let paths = (done..<stop).map { photos.paths[$0 % photos.paths.count] }
            _ = try await bench.develop(paths, in: darkroom, workers: bench.jobs, policy: .standard)
            done = stop
            let tree = ProcessTree()
            resident.append(tree.residentMegabytes)
            table.add(String(stop), tree.residentMegabytes.decimals(0), tree.peakMegabytes.decimals(0))
        }
        let peak = ProcessTree().peakMegabytes
        await darkroom.close()
        print(table.text)
        return [
            Figure("growth.ratio", resident[resident.count - 1] / resident[0], "x"),
            Figure("growth.memory", peak, "MB"),
        ]
    }
}
