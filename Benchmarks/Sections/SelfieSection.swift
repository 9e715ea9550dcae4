internal import Darkroom
internal import Domain
internal import Evaluation
internal import Synchronization

/// A guest's wait: with nothing else to do, and while every child is busy with photos.
enum SelfieSection {
    private static let selfies = 40

    static func run(_ bench: Bench) async throws -> [Figure] {
        let path = try OwnPhotos(bench: bench).selfie()
        let photos = try bench.photos()
        let darkroom = bench.darkroom(children: bench.jobs)
        let first = try await darkroom.develop(try Disk.photo(path), order: order)
        guard !first.faces.isEmpty else { throw Fault("No face was found in the made selfie \(path).") }
        var warm: [Double] = []
        for _ in 0..<selfies { warm.append(try await wait(for: path, in: darkroom)) }
        let busy = try await whileBusy(bench, darkroom, photos, path)
        await darkroom.close()
        var table = TextTable("selfie, ms", "median", "p95", "n")
        table.add("alone", warm.median.decimals(0), warm.quantile(0.95).decimals(0), String(warm.count))
        table.add(
            "all children busy", busy.median.decimals(0), busy.quantile(0.95).decimals(0), String(busy.count))
        print(table.text)
        return [
            Figure("selfie.warm", warm.median, "ms"), Figure("selfie.busy95", busy.quantile(0.95), "ms"),
        ]
    }

    private static let order = DevelopOrder(purpose: .selfie, wantsRenditions: false)

    private static func wait(for path: String, in darkroom: Darkroom) async throws -> Double {
        let start = ContinuousClock.now
        _ = try await darkroom.develop(try Disk.photo(path), order: order)
        return (ContinuousClock.now - start).inSeconds * 1000
    }

    /// Selfies at odd moments while photos go through all children without a pause.
    private static func whileBusy(
        _ bench: Bench, _ darkroom: Darkroom, _ photos: PhotoSet, _ path: String
    ) async throws -> [Double] {
        try await bench.warmUp(darkroom, children: bench.jobs, policy: .standard, with: photos)
        let isDone = Flag()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<bench.jobs {
                group.addTask {
                    let order = DevelopOrder(purpose: .photo(.standard), wantsRenditions: true)
                    var number = worker
                    while !isDone.isUp {
                        let path = photos.paths[number % photos.paths.count]
                        _ = try await darkroom.develop(try Disk.photo(path), order: order)
                        number += bench.jobs
                    }
                }
            }
            defer { isDone.raise() }
            var waits: [Double] = []
            for number in 0..<selfies {
                try await Task.sleep(for: .milliseconds(90 + 37 * (number % 5)))
                waits.append(try await wait(for: path, in: darkroom))
            }
            isDone.raise()
            try await group.waitForAll()
            return waits
        }
    }
}

/// Raised once, seen by all.
private final class Flag: Sendable {
    private let state = Atomic<Bool>(false)

    var isUp: Bool { state.load(ordering: .relaxed) }

    func raise() { state.store(true, ordering: .relaxed) }
}
