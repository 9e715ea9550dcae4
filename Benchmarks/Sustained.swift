internal import Darkroom
internal import Domain

/// Photos developed one after another by as many workers as there are children, and what that took.
struct Sustained {
    var seconds = 0.0
    /// Of all processes of the tree.
    var cpuSeconds = 0.0
    /// Processor time inside the children, by step.
    var steps: [String: Double] = [:]
    var found: [String: [Box]] = [:]
    var latencies: [Double] = []
    var failures: [String] = []

    var photos: Int { latencies.count }
    var photosPerSecond: Double { Double(photos) / seconds }
    var cpuSecondsPerPhoto: Double { cpuSeconds / Double(max(1, photos)) }
}

extension Bench {
    /// Develops all photos with renditions written to `folder`, as an upload would; the darkroom is warm already.
    func develop(
        _ paths: [String], in darkroom: Darkroom, workers: Int, policy: Policy
    ) async throws -> Sustained {
        let renditions = scratch + "/renditions"
        try Disk.makeFolder(renditions)
        let order = DevelopOrder(purpose: .photo(policy), wantsRenditions: true)
        let line = Line(paths)
        let cpu = ProcessTree().cpuSeconds
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<workers {
                group.addTask {
                    while let path = await line.next() {
                        let start = ContinuousClock.now
                        do throws(DevelopError) {
                            let made = try await darkroom.develop(try photo(path), order: order)
                            try write(made, for: path, to: renditions)
                            await line.book(made, of: path, seconds: (ContinuousClock.now - start).inSeconds)
                        } catch {
                            await line.book(error, of: path)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        var result = await line.result
        result.seconds = (ContinuousClock.now - start).inSeconds
        result.cpuSeconds = ProcessTree().cpuSeconds - cpu
        if let failure = result.failures.first { throw Fault("A photo could not be developed: \(failure)") }
        return result
    }

    /// Lets every child develop a photo, so that all are there and have compiled their shapes.
    func warmUp(_ darkroom: Darkroom, children: Int, policy: Policy, with photos: PhotoSet) async throws {
        let few = (0..<(children * 2)).map { photos.paths[$0 % photos.paths.count] }
        _ = try await develop(few, in: darkroom, workers: children, policy: policy)
    }

    private func photo(_ path: String) throws(DevelopError) -> OpenPhoto {
        do { return try Disk.photo(path) } catch { throw .darkroomUnavailable("\(error)") }
    }

    private func write(_ made: Development, for path: String, to folder: String) throws(DevelopError) {
        let name = folder + "/" + path.split(separator: "/").suffix(1).joined()
        do {
            try Disk.write(made.preview ?? [], to: name + ".preview.jpg")
            try Disk.write(made.thumbnail ?? [], to: name + ".thumb.jpg")
        } catch {
            throw .darkroomUnavailable("\(error)")
        }
    }
}

/// Photos that wait, and the results of those that are done.
private actor Line {
    private var waiting: ArraySlice<String>
    private(set) var result = Sustained()

    init(_ paths: [String]) { waiting = paths[...] }

    func next() -> String? { waiting.popFirst() }

    func book(_ made: Development, of path: String, seconds: Double) {
        result.latencies.append(seconds)
        result.found[path] = made.faces.map(\.box)
        result.steps.merge(made.cost) { $0 + $1 }
    }

    func book(_ error: DevelopError, of path: String) { result.failures.append("\(path): \(error.sentence)") }
}
