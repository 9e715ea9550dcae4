internal import Darkroom
internal import Domain
internal import Evaluation
internal import FoundationEssentials
internal import Glibc
internal import Inference
internal import Storage
internal import Synchronization

/// `likeness evaluate`: how well the pack tells people apart on photos whose people are known.
struct EvaluateCommand: Command {
    static let description = CommandDescription(
        name: "evaluate",
        summary: "measure how well the model pack in use tells people apart on labelled photos",
        details: [
            "FOLDER holds a folder for each person. The labelled face of a photo is the box in FOLDER/manifest.csv "
                + "(columns file, identity, box as \"x0 y0 x1 y1\") where there is one, else the largest face.",
            "True matches are told at false match rates of 1 in 100, 1,000 and 10,000 where there are pairs enough, "
                + "with 95 % intervals; then the pack's own thresholds with their errors, and how often the nearest "
                + "person is the right one.",
            "--reference compares with vectors that something else made of the same photos: a CSV file with the "
                + "columns file, v0, v1 and so on, compared by Euclidean distance. Both are measured on the photos "
                + "in common, with the same draws of people.",
            "--grouping groups the faces of FOLDER as an event's are and compares with what is true: a folder for each "
                + "person, or an event with a truth.json (photos with faces as identity and box; guests with selfie and "
                + "photos; absent with selfies). In a folder the last photo of everybody with three or more stands for a selfie. --groups tells figures apart by a CSV file with the columns identity and "
                + "group; --strangers names a folder of selfies of people who are on no photo.",
            "--calibrate proposes thresholds for each preset, and says which of them these photos cannot carry; --write puts "
                + "them into the manifest of the pack in use, with counts and intervals.",
        ],
        places: [folder],
        options: [
            SharedOptions.policy, jobs, reference, grouping, preset, groups, strangers, page, calibrate,
            write,
            SharedOptions.replace, SharedOptions.json,
        ],
        examples: [
            Example("likeness evaluate faces/", "tables for a person"),
            Example("likeness evaluate faces/ --json", "the same as JSON"),
            Example("likeness evaluate faces/ --reference dlib.csv", "with a comparison to other vectors"),
            Example(
                "likeness evaluate event/ --grouping --page report.html",
                "how well people are grouped and found, with the worst examples as pictures"),
            Example("likeness evaluate faces/ --calibrate", "thresholds for the pack from these photos"),
        ],
        exits: [
            (.done, "done; photos without a vector are named in the report"),
            (.failed, "some photos could not be opened, or nothing could be measured"),
        ])

    private static let folder = Place("FOLDER", "the folder with a folder for each person")
    private static let jobs = Option(
        "--jobs", "N", "photos worked on at a time; one for each processor if not told")

    private static let reference = Option("--reference", "VECTORS.csv", "other vectors of the same photos")

    private static let grouping = Option(
        "--grouping", nil, "measure how well faces are grouped into people, and found by selfies")
    private static let preset = Option(
        "--preset", "PRESET", "with --grouping: conference where nothing is said")
    private static let groups = Option(
        "--groups", "GROUPS.csv", "with --grouping: figures for groups of people, by identity and group")
    private static let strangers = Option(
        "--strangers", "FOLDER", "with --grouping: selfies of people who are on no photo")
    private static let page = Option(
        "--page", "OUT.html", "with --grouping: a page with the worst examples as pictures")
    private static let calibrate = Option("--calibrate", nil, "propose thresholds from these photos")

    private static let write = Option(
        "--write", nil, "with --calibrate: write the thresholds into the manifest of the pack in use")

    private let grouping: GroupingEvaluation?
    private let calibrates: Bool
    private let writes: Bool
    private let folder: Word
    private let policy: Policy
    private let jobs: Int
    private let asJSON: Bool
    private let reference: Word?

    init(_ arguments: Arguments) throws(UsageError) {
        folder = arguments[Self.folder]
        policy = try arguments.choice(SharedOptions.policy) ?? .standard
        jobs = try arguments.number(Self.jobs, in: 1...256) ?? DarkroomSettings.processors
        asJSON = arguments.has(SharedOptions.json)
        reference = arguments[Self.reference]
        calibrates = arguments.has(Self.calibrate)
        writes = arguments.has(Self.write)
        if writes && !calibrates { throw UsageError("--write belongs to --calibrate.") }
        let extras = [Self.preset, Self.groups, Self.strangers, Self.page].filter { arguments[$0] != nil }
        guard arguments.has(Self.grouping) else {
            if let extra = extras.first { throw UsageError("\(extra.name) belongs to --grouping.") }
            grouping = nil
            return
        }
        if calibrates || reference != nil {
            throw UsageError("--calibrate and --reference are about pairs of faces, without --grouping.")
        }
        grouping = GroupingEvaluation(
            folder: folder, policy: policy, jobs: jobs,
            preset: try arguments.choice(Self.preset) ?? .conference,
            groups: arguments[Self.groups], strangers: arguments[Self.strangers], page: arguments[Self.page],
            replaces: arguments.has(SharedOptions.replace), asJSON: asJSON)
    }

    func run() async throws -> ExitCode {
        if let grouping { return try await grouping.run() }
        let wiring = try Wiring()
        let pack = try wiring.pack()
        let files = try GivenFolder.open(folder)
        let reference = try reference.map { word throws(Failure) in try ReferenceVectors(word) }
        let labelled = try await labelled(in: files)
        for name in labelled.absent {
            Console.note("\(name.text) is in manifest.csv, but not in the folder.")
        }
        if !labelled.unlabelled.isEmpty {
            Console.note("Photos in nobody's folder, which are left out: \(labelled.unlabelled.count).")
        }
        let progress = Progress(of: "photos")
        let readings = try await wiring.withDarkroom(
            pack: pack, children: jobs, policy: policy, note: { progress.note($0) }
        ) { darkroom in
            try await LabelledPhotos(
                photos: labelled.photos, folder: files, darkroom: darkroom, policy: policy
            )
            .readings(width: jobs, progress)
        }
        progress.end()
        for fault in readings.faults { Console.note("likeness evaluate: \(fault)") }
        guard !readings.vectors.isEmpty else {
            throw Failure(
                "\(folder.shown): no labelled face was found; there must be a folder for each person.",
                code: "no_faces")
        }
        if calibrates {
            let calibration = Calibration(faces: readings.vectors, pack: pack.manifest.facts)
            Console.print(asJSON ? try json(calibration) : calibration.text)
            if writes { try write(calibration, wiring, pack.manifest.name) }
            return readings.faults.isEmpty ? .done : .failed
        }
        let report = AccuracyReport(
            faces: readings.vectors, missed: readings.missed, pack: pack.manifest.facts)
        let comparisons = reference?.comparisons(with: readings.vectors, pack.manifest.metric)
        let whole = ComparedReport(report: report, comparisons: comparisons)
        Console.print(asJSON ? try json(whole) : whole.text)
        return readings.faults.isEmpty ? .done : .failed
    }

    private func labelled(in files: FolderFiles) async throws(Failure) -> LabelledFolder {
        try await Self.labelled(in: files, called: folder)
    }

    /// The photos of a folder with who is on them.
    static func labelled(in files: FolderFiles, called folder: Word) async throws(Failure) -> LabelledFolder {
        let names: [PhotoName]
        do throws(FolderError) {
            names = try await files.entries().compactMap { entry in
                guard case .file = entry.kind else { return nil }
                return entry.name
            }
        } catch {
            throw Failure(error, about: folder)
        }
        guard !names.contains(GroupingTruth.fileName) else {
            throw Failure(
                "\(folder.shown) is an event with a truth.json, whose folders are no people; say --grouping.",
                code: "event_folder")
        }
        let manifestName = PhotoName("manifest.csv")
        var photos: [PhotoName] = []
        // What is no picture is no photo of anybody; what cannot be opened is told later, with its reason.
        for name in names where name != manifestName {
            guard let found = try? await files.open(name) else {
                photos.append(name)
                continue
            }
            if case .picture = found.kind { photos.append(name) }
        }
        do throws(CSVError) {
            let manifest = try await names.contains(manifestName) ? table(manifestName, in: files) : nil
            return try LabelledFolder(names: photos, manifest: manifest)
        } catch {
            throw Failure("\(folder.shown)/manifest.csv: \(error.sentence)", code: "manifest")
        }
    }

    static func table(_ name: PhotoName, in files: FolderFiles) async throws(CSVError) -> CSVTable {
        guard let found = try? await files.open(name) else { throw .empty }
        let size = min(Int(found.photo.stamp.sizeInBytes), mostManifestBytes)
        var bytes = [UInt8](repeating: 0, count: size)
        let count = max(0, pread(found.photo.descriptor, &bytes, size, 0))
        return try CSVTable(reading: String(decoding: bytes[..<count], as: UTF8.self))
    }

    private static let mostManifestBytes = 64 << 20

    private func write(_ calibration: Calibration, _ wiring: Wiring, _ pack: String) throws {
        var thresholds: [Preset: Thresholds] = [:]
        for preset in Preset.allCases { thresholds[preset] = calibration.thresholds(for: preset) }
        guard !thresholds.isEmpty else {
            throw Failure(
                "Nothing can be proposed from these photos, and nothing was written.", code: "too_few")
        }
        let shelf = try wiring.shelf()
        let wanted = thresholds
        _ = try spoken { () throws(PackError) in try shelf.set(wanted, of: pack) }
        Console.note("Written into the manifest of \(pack). Events are grouped by it from now on.")
    }

    private func json(_ report: some Encodable) throws(Failure) -> String { try Self.json(report) }

    static func json(_ report: some Encodable) throws(Failure) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "infinity", negativeInfinity: "-infinity", nan: "nan")
        do {
            return String(decoding: try encoder.encode(report), as: UTF8.self)
        } catch {
            throw Failure("The report cannot be written as JSON, please report this: \(error)")
        }
    }
}
