internal import Darkroom
internal import Domain
internal import Inference
internal import Pipeline
internal import Storage
internal import Synchronization

/// `likeness import`: takes photos of this machine into an event.
struct ImportCommand: Command {
    static let description = CommandDescription(
        name: "import",
        summary: "take photos into an event, and find the faces on them while the rest still arrives",
        details: [
            "Folders are taken with all that is in them; links are never followed. RAW files, videos and sidecars are "
                + "skipped, counted and named. A file that the event has already is kept once and credited to both.",
            "Stop it when you like (Ctrl-C once finishes what is in hand, twice ends at once): nothing that was taken is "
                + "lost, and the same command goes on from there. Several imports may run at once.",
        ],
        places: [paths],
        options: [PoolOptions.event, photographer, album, jobs, receives, skipped] + PoolOptions.all + [
            SharedOptions.json
        ],
        examples: [
            Example("likeness import /media/card --event Congress --photographer Mara", "a whole card"),
            Example(
                "likeness import a.jpg b.jpg --event Congress --photographer Mara --album Dinner",
                "two photos, into an album"),
        ],
        exits: [
            (.done, "everything is in the event and worked through"),
            (.failed, "some files were not taken, or some photos failed, each with its reason"),
        ])

    private static let paths = Place("PATHS", "photos and folders of photos", isRepeated: true)
    private static let photographer = Option(
        "--photographer", "NAME", "who took them", isNeeded: true)
    private static let album = Option(
        "--album", "NAME", "the album they go to; it is made where there is none")
    private static let jobs = Option(
        "--jobs", "N", "photos worked on at a time; one for each processor if not told")
    private static let receives = Option(
        "--only-receive", nil, "leave the search for faces to `likeness work`")
    private static let skipped = Option(
        "--skipped", nil, "name every skipped file, not only the first ten of a kind")

    private let paths: [Word]
    private let event: Word
    private let photographer: Word
    private let album: Word?
    private let jobs: Int
    private let onlyReceives: Bool
    private let namesAllSkipped: Bool
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        paths = arguments[all: Self.paths]
        event = arguments[needed: PoolOptions.event]
        photographer = arguments[needed: Self.photographer]
        album = arguments[Self.album]
        jobs = try arguments.number(Self.jobs, in: 1...256) ?? DarkroomSettings.processors
        onlyReceives = arguments.has(Self.receives)
        namesAllSkipped = arguments.has(Self.skipped)
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
    }

    func run() async throws -> ExitCode {
        let wiring = try Wiring()
        let pack = onlyReceives ? nil : try wiring.pack()
        let house = try await wiring.house(options)
        let event = try await house.event(event)
        let photographer = try await house.photographer(photographer, of: event)
        let album = try await album(of: event, house)
        let found = try await ImportList(paths)
        let run = ImportRun(house: house, event: event, found: found)
        let stop = StopSign()
        Signals.onFirst {
            run.note("Stopping when what is in hand is finished; once more stops at once.")
            stop.raise()
        }
        let files = ImportFiles(
            receive: house.receive, reader: FolderReader(), event: event.id, photographer: photographer.id,
            album: album?.id)
        try await run.start()
        if let pack {
            try await wiring.withDarkroom(
                pack: pack, children: jobs, policy: event.settings.policy, note: { run.note($0) }
            ) { darkroom in
                let work = PoolWork(house: house, darkroom: darkroom, pack: pack.manifest.facts, width: jobs)
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    tasks.addTask { try await run.receive(files, until: stop) }
                    tasks.addTask {
                        try await work.run(until: stop, end: .whenIdle { run.hasReceivedAll }) {
                            run.heard($0)
                        }
                    }
                    tasks.addTask { await run.watch() }
                    // The watch ends with the work; the first fault ends everything else in good order.
                    do {
                        for _ in 0..<2 { try await tasks.next() }
                    } catch {
                        stop.raise()
                        tasks.cancelAll()
                        throw error
                    }
                    tasks.cancelAll()
                }
            }
        } else {
            try await run.receive(files, until: stop)
        }
        let page = try await run.page(wasStopped: stop.isUp)
        Console.print(asJSON ? page.json.document : page.text(namesAllSkipped: namesAllSkipped))
        if stop.isUp {
            Console.note("likeness import: stopped; the same command goes on from there.")
            return .interrupted
        }
        return page.isWhole ? .done : .failed
    }

    private func album(of event: Event, _ house: House) async throws(Failure) -> Album? {
        guard let album else { return nil }
        return try await spoken(about: house.place) { () async throws(PoolError) in
            try await house.pool.album(album.text, of: event, by: House.act)
        }
    }
}

/// The files that somebody named, folders looked through.
struct ImportList: Sendable {
    private(set) var items: [ImportFiles.Item] = []
    private(set) var skipped: [PhotoName: SkipReason] = [:]
    private(set) var failed: [PhotoName: PhotoOpenError] = [:]

    init(_ paths: [Word]) async throws(Failure) {
        for path in paths {
            let folder: FolderFiles
            do throws(FolderError) {
                folder = try FolderFiles(path.path)
            } catch .notAFolder {
                items.append(ImportFiles.Item(PhotoName(bytes: path.bytes), in: SingleFile(path: path.path)))
                continue
            } catch {
                throw Failure(error, about: path)
            }
            let entries: [FolderEntry]
            do throws(FolderError) { entries = try await folder.entries() } catch {
                throw Failure(error, about: path)
            }
            for entry in entries {
                switch entry.kind {
                case .file: items.append(ImportFiles.Item(entry.name, in: folder))
                case .passedOver(let reason, _): skipped[entry.name] = reason
                case .closedFolder(let error): failed[entry.name] = error
                }
            }
        }
    }
}

/// One file that was named by itself.
private struct SingleFile: PhotoFinding {
    let path: DiskPath

    func entries() async throws(FolderError) -> [FolderEntry] { [] }

    func open(_ name: PhotoName) async throws(PhotoOpenError) -> FoundPhoto {
        try FolderFiles.open(single: path)
    }
}
