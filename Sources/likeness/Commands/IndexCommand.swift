internal import Darkroom
internal import Domain
internal import Glibc
internal import Inference
internal import Pipeline
internal import Storage
internal import Synchronization

/// `likeness index`: takes every photo of a folder through the darkroom.
struct IndexCommand: Command {
    static let description = CommandDescription(
        name: "index",
        summary: "find, measure and embed every face in a folder of photos",
        details: [
            "Folders inside are included; links are never followed. JPEG, PNG, WebP, HEIC, AVIF and TIFF are opened, "
                + "by content and not by name. RAW files, videos and sidecars are skipped, counted and named.",
            "Stop it when you like (Ctrl-C once finishes what is in hand, twice ends at once); the same command goes "
                + "on from there. A second run opens only what is new or changed.",
            "The index holds face vectors, which are biometric data. They are sealed, and open only with the key ring "
                + "beside the data folder.",
        ],
        places: [folder], options: [SharedOptions.database, SharedOptions.policy, jobs, previews, skipped],
        examples: [
            Example("likeness index ~/wedding", "the index goes to ~/wedding/.likeness.sqlite"),
            Example(
                "likeness index /media/card --database card.sqlite", "for a folder that cannot be written"),
            Example(
                "likeness index ~/wedding --policy fast --jobs 2",
                "large faces matter, and other work goes on"),
        ],
        exits: [
            (.done, "every photo is indexed, or was before"),
            (.failed, "some photos could not be read, each with its reason; or nothing could be done"),
        ])

    private static let folder = Place("FOLDER", "the folder with the photos")
    private static let jobs = Option(
        "--jobs", "N", "photos worked on at a time; one for each processor if not told")
    private static let previews = Option(
        "--previews", "DIR", "keep a preview (2048 pixels) and a thumbnail (400) of every photo there")
    private static let skipped = Option(
        "--skipped", nil, "name every skipped file, not only the first \(IndexPage.namesOfAKind) of a kind")

    private let folder: Word
    private let database: Word?
    private let policy: Policy
    private let jobs: Int
    private let previews: Word?
    private let namesAllSkipped: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        folder = arguments[Self.folder]
        database = arguments[SharedOptions.database]
        policy = try arguments.choice(SharedOptions.policy) ?? .standard
        jobs = try arguments.number(Self.jobs, in: 1...256) ?? DarkroomSettings.processors
        previews = arguments[Self.previews]
        namesAllSkipped = arguments.has(Self.skipped)
    }

    func run() async throws -> ExitCode {
        // Index and previews show faces: what is made here is for its owner only.
        umask(0o077)
        let wiring = try Wiring()
        let pack = try wiring.pack()
        let files = try GivenFolder.open(folder)
        if let previews, previews.path.leadsToSame(as: folder.path) {
            throw UsageError(
                "--previews \(previews.shown) is the folder of photos itself, and previews would be taken for "
                    + "photos: name another folder, which may lie inside it.")
        }
        let place = GivenFolder.index(of: folder, database)
        let lock = try spoken(about: place) { () throws(StorageError) in try IndexLock(on: place.path) }
        let vault = try await wiring.folderVault(of: place)
        let index: FaceIndex
        do throws(PoolError) {
            index = try await FaceIndex.open(place.path, vault: vault)
        } catch {
            throw Failure("\(place.shown): \(error.sentence)", code: error.code)
        }
        let renditions = try previews.map { word throws(Failure) in
            try spoken(about: word) { () throws(StorageError) in try FolderRenditions(word.path) }
        }
        let progress = Progress(of: "photos")
        let summary = try await wiring.withDarkroom(
            pack: pack, children: jobs, policy: policy, note: { progress.note($0) }
        ) { darkroom in
            let work = IndexFolder(
                folder: files, darkroom: darkroom, index: index, renditions: renditions,
                pack: pack.manifest.facts,
                policy: policy, width: jobs)
            return try await finish(work, progress, place)
        }
        _ = consume lock
        return report(summary)
    }

    /// Runs the work to its end, or to the end of what is in hand when a signal comes.
    private func finish(
        _ work: IndexFolder, _ progress: Progress, _ place: Word
    ) async throws -> IndexSummary {
        let count = Mutex(ProgressCount())
        let stop = StopSign()
        Signals.onFirst {
            progress.note("Stopping when the photos in hand are finished; once more stops at once.")
            stop.raise()
        }
        defer { progress.end() }
        do throws(IndexError) {
            return try await work.run(until: stop) { event in
                switch event {
                case .started(let files, _):
                    count.withLock { $0.total = files }
                case .finished(_, let outcome):
                    progress.show(
                        count.withLock { count in
                            count.done += 1
                            if outcome.state == .failed { count.failed += 1 }
                            return count
                        })
                }
            }
        } catch {
            throw failure(error, place)
        }
    }

    private func failure(_ error: IndexError, _ place: Word) -> Failure {
        let subject =
            switch error {
            case .folder: folder.shown + ": "
            case .index: place.shown + ": "
            case .previews: (previews?.shown ?? "") + ": "
            case .darkroom: ""
            }
        return Failure(
            "\(subject)\(error.sentence)\nWhat was finished is kept; the same command goes on from there.",
            code: error.code)
    }

    private func report(_ summary: IndexSummary) -> ExitCode {
        Console.print(IndexPage(summary: summary, namesAllSkipped: namesAllSkipped).text)
        if summary.wasStopped {
            Console.note("likeness index: stopped; the same command goes on from there.")
            return .interrupted
        }
        return summary.failed.isEmpty ? .done : .failed
    }
}
