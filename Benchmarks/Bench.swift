internal import Darkroom
internal import Domain
internal import Evaluation
internal import Inference

/// What all sections share: where things lie, which photos, how many at a time.
struct Bench {
    let root: String
    let options: Options
    let pack: PackFiles
    let jobs: Int
    /// Where made pictures and results go.
    let scratch: String

    init(_ options: Options) throws {
        self.options = options
        root = options.root
        jobs = options.jobs > 0 ? options.jobs : DarkroomSettings.processors
        do {
            pack = try PackFiles(folder: options.pack ?? root + "/.deps/models/open", origin: .builtIn)
        } catch {
            throw Fault("There is no model pack to measure with: \(error). Run ./run first.")
        }
        guard Disk.exists(root + "/.build/release/likeness") else {
            throw Fault("There is no release build to measure. Start with Benchmarks/bench, which makes it.")
        }
        scratch = root + "/.build/bench"
        try Disk.makeFolder(root + "/.build")
        try Disk.makeFolder(scratch)
    }

    var executable: String { root + "/.build/release/likeness" }

    func darkroom(children: Int, policy: Policy = .standard) -> Darkroom {
        var settings = DarkroomSettings(pack: pack)
        settings.executable = executable
        settings.children = children
        settings.policy = policy
        settings.note = { print("  darkroom: \($0)") }
        return Darkroom(settings: settings)
    }

    /// The made event, or photos of our own making where there is none.
    func photos() throws -> PhotoSet {
        if let event = options.event { return try PhotoSet(folder: event, most: options.photos) }
        return try OwnPhotos(bench: self).photoSet(count: min(24, max(4, options.photos)))
    }

    /// The event's photos with a camera's grain, where they were made.
    func grainyPhotos() throws -> PhotoSet? {
        guard let grain = options.grain else { return nil }
        return try PhotoSet(folder: grain, most: options.photos)
    }
}

/// Photos in a folder, and what is known of their faces.
struct PhotoSet {
    let folder: String
    let paths: [String]
    let truth: EventTruth?

    /// All photos of an event in the order of their numbers, which mixes albums, or an even sample: as the peers do.
    init(folder: String, most: Int) throws {
        var found = Self.photos(in: folder).sorted { Self.number(of: $0) < Self.number(of: $1) }
        if most > 0, most < found.count { found = (0..<most).map { found[$0 * found.count / most] } }
        guard !found.isEmpty else { throw Fault("There are no photos in \(folder).") }
        let truth = folder + "/truth.json"
        self.truth = Disk.exists(truth) ? try EventTruth(reading: try Disk.bytes(of: truth)) : nil
        self.folder = folder
        paths = found
    }

    /// The faces that were found, counted against those that are there.
    func recall(of found: [String: [Box]], bands: RecallCount.Bands) -> RecallCount? {
        guard let truth else { return nil }
        var count = RecallCount(bands: bands)
        for photo in truth.photos {
            guard let boxes = found[folder + "/" + photo.file] else { continue }
            count.count(found: boxes, truth: photo.faces.map(\.box))
        }
        return count
    }

    private static func photos(in folder: String) -> [String] {
        Disk.names(in: folder).flatMap { name -> [String] in
            if name.lowercased().hasSuffix(".jpg") { return [folder + "/" + name] }
            // Selfies and strangers are no photos of the event.
            return name == "selfies" || name == "strangers" || name.contains(".")
                ? [] : photos(in: folder + "/" + name)
        }
    }

    private static func number(of path: String) -> Substring {
        (path.split(separator: "/").last ?? "").split(separator: "_").last ?? ""
    }
}
