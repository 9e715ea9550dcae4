internal import Domain
internal import Glibc
internal import Pipeline
internal import Storage
internal import Synchronization
internal import Vault

/// `likeness backup`: everything of the pool but its keys, in one folder.
struct BackupCommand: Command {
    static let description = CommandDescription(
        name: "backup", summary: "copy the pool into a new folder, while it is in use",
        details: [
            "The folder holds a snapshot of the database, every original that it names, and a sum for each file. Previews "
                + "are left out, since they are made again, and so is what is only half uploaded.",
            "The key ring is never in a backup: without it the faces in it cannot be read. `likeness vault export` keeps it "
                + "apart.",
            "A PostgreSQL database is kept by its own tool: run `pg_dump --format=custom --file=likeness.dump` first, then "
                + "this, which copies the originals that the database names.",
        ],
        places: [to], options: PoolOptions.all + [SharedOptions.json],
        examples: [
            Example("likeness backup /media/disk/likeness-friday", "a folder that does not exist yet")
        ],
        exits: [
            (.done, "the backup is whole and on the disk"),
            (.failed, "it is not, and nothing bears its name"),
        ])

    private static let to = Place("TO", "the folder that is made")

    private let to: Word
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        to = arguments[Self.to]
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
    }

    func run() async throws -> ExitCode {
        let house = try await Wiring().house(options)
        let progress = Progress(of: "originals")
        defer { progress.end() }
        let manifest: BackupManifest
        do throws(BackupError) {
            manifest = try await BackUpPool(house.database, files: house.files, to: to.path)
                .run(at: millisecondsSince1970()) { done, total in
                    progress.show(ProgressCount(done: done, total: total))
                }
        } catch {
            progress.end()
            throw Failure(error, about: to)
        }
        progress.end()
        let bytes = manifest.entries.reduce(0) { $0 + $1.sizeInBytes }
        if asJSON {
            Console.print(
                JSON.object([
                    ("folder", .text(to.shown)), ("files", .integer(manifest.entries.count)),
                    ("bytes", .integer(Int(bytes))), ("holdsDatabase", .truth(manifest.schema != nil)),
                ]).document)
        } else {
            Console.print("\(to.shown): \(manifest.entries.count) files, \(sizeText(Int(bytes))).")
            Console.note("The keys are not in it; `likeness vault export` keeps them apart.")
            if manifest.schema == nil {
                Console.note(
                    "The database is not in it either: it belongs to the pg_dump that was made before.")
            }
        }
        return .done
    }
}

/// `likeness restore`: brings a backup back.
struct RestoreCommand: Command {
    static let description = CommandDescription(
        name: "restore", summary: "bring a backup back, to a place where there is no pool",
        details: [
            "Everything in the backup is checked first; where anything is not as it was, it is named and nothing is "
                + "changed. Events that were erased since the backup was made are erased again, as the key ring remembers.",
            "The key ring has to be there: where the machine was lost, `likeness vault import` comes first. For PostgreSQL, "
                + "bring the database back with pg_restore first; this brings the originals that it names.",
        ],
        places: [from], options: PoolOptions.all + [withoutMissing, SharedOptions.json],
        examples: [
            Example("likeness restore /media/disk/likeness-friday --data ./data", "into a new data folder")
        ],
        exits: [(.done, "everything is back"), (.failed, "it is not; what was there is as it was")])

    private static let from = Place("FROM", "what `likeness backup` made")
    private static let withoutMissing = Option(
        "--without-missing", nil,
        "with PostgreSQL: leave out photos of the dump that were removed before the originals were copied")

    private let from: Word
    private let leavesOutMissing: Bool
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        from = arguments[Self.from]
        leavesOutMissing = arguments.has(Self.withoutMissing)
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
    }

    func run() async throws -> ExitCode {
        umask(0o077)
        let wiring = try Wiring()
        let place = try wiring.place(options)
        let restore = RestorePool(
            from: from.path,
            files: FolderPhotoFiles(
                DiskPath(place.data), floor: Int64(wiring.configuration.freeSpace.value)))
        let manifest = try await spoken(about: from) { () async throws(BackupError) in
            try await restore.check()
        }
        let ring = try await wiring.ring(at: place, mayBegin: false)
        try wiring.makeFolder(place.data)
        let gone = try await spoken(about: place) { () async throws(PoolError) in
            do throws(VaultError) { return Set(try await ring.erasures().keys) } catch { throw .vault(error) }
        }
        let erased: [DeleteEvent.Receipt]
        if DatabaseAddress.isServer(place.database) {
            erased = try await restoreFiles(
                for: try await wiring.database(at: place), manifest, besides: gone, restore, ring, place)
        } else {
            erased = try await restoreAll(manifest, besides: gone, restore, ring, place)
        }
        for receipt in erased { Console.note("Erased again: \(shown(receipt.name)).") }
        Console.print(
            asJSON
                ? JSON.object([
                    ("files", .integer(manifest.entries.count)),
                    ("erasedAgain", .list(erased.map(JSON.receipt))),
                ]).document
                : "\(from.shown) is back: \(manifest.entries.count) files.")
        return .done
    }

    private func restoreAll(
        _ manifest: BackupManifest, besides gone: Set<EventID>, _ restore: RestorePool, _ ring: KeyRing,
        _ place: House.Place
    ) async throws -> [DeleteEvent.Receipt] {
        guard manifest.schema != nil else {
            throw Failure(
                "The backup holds originals only; its database is a PostgreSQL: say --database postgres://… after pg_restore.",
                code: "no_database_in_backup")
        }
        let target = DiskPath(place.database)
        let path = try await spoken(about: from) { () async throws(BackupError) in
            // A database that is there already is noticed before anything is copied.
            let path = try await restore.prepareDatabase(manifest, for: target)
            try await putFiles(manifest, besides: gone, restore)
            return path
        }
        let database = try await SQLiteDatabase.open(path)
        let erased = try await makeSound(database, ring, place)
        try await spoken(about: from) { () async throws(BackupError) in
            try await restore.publishDatabase(database, at: path, as: target)
        }
        return erased
    }

    private func restoreFiles(
        for database: any Database, _ manifest: BackupManifest, besides gone: Set<EventID>,
        _ restore: RestorePool, _ ring: KeyRing, _ place: House.Place
    ) async throws -> [DeleteEvent.Receipt] {
        guard
            let pool = try await spoken(
                about: place, { () async throws(PoolError) in try await Pool.existing(database) })
        else {
            throw Failure(
                "\(place.shown.shown) is blank or older than this program: run pg_restore first.",
                code: "no_database")
        }
        try await spoken(about: from) { () async throws(BackupError) in
            let missing = try await restore.missing(in: manifest, for: database, besides: gone)
            guard missing.isEmpty || leavesOutMissing else { throw .notInBackup(missing.map(\.shown)) }
            try await restore.leaveOut(missing, of: pool)
            for original in missing { Console.note("Left out: \(original.shown).") }
            try await putFiles(manifest, besides: gone, restore)
        }
        return try await makeSound(database, ring, place)
    }

    private func putFiles(
        _ manifest: BackupManifest, besides gone: Set<EventID>, _ restore: RestorePool
    ) async throws(BackupError) {
        let progress = Progress(of: "originals")
        defer { progress.end() }
        try await restore.restoreFiles(manifest, besides: gone) { done, total in
            progress.show(ProgressCount(done: done, total: total))
        }
    }

    /// Before anybody sees it: the rows agree, and what was erased since is erased again.
    private func makeSound(
        _ database: any Database, _ ring: KeyRing, _ place: House.Place
    ) async throws -> [DeleteEvent.Receipt] {
        let files = FolderPhotoFiles(DiskPath(place.data), floor: 0)
        let (erased, faults, keyless) = try await spoken(about: place) { () async throws(PoolError) in
            let pool = try await Pool.open(database, vault: ring)
            let deletion = DeleteEvent(events: pool, files: files, ring: ring, now: millisecondsSince1970)
            let (erasures, keys): ([EventID: Int64], Set<EventID>)
            do throws(VaultError) {
                (erasures, keys) = (try await ring.erasures(), try await ring.events())
            } catch {
                throw .vault(error)
            }
            var erased: [DeleteEvent.Receipt] = []
            for event in try await pool.events() where erasures[event.id] != nil {
                erased.append(try await deletion.delete(event, by: .commandLine))
            }
            let keyless = try await pool.events().filter { !keys.contains($0.id) }.map(\.name)
            return (erased, try await pool.census(), keyless)
        }
        guard faults.isEmpty else {
            throw Failure(
                "The database of the backup does not agree with itself: \(faults.joined(separator: "; ")).",
                code: "backup_damaged")
        }
        for name in keyless {
            Console.note(
                "The key of \(shown(name)) is not in the ring: its faces cannot be read until it is.")
        }
        return erased
    }
}

extension Failure {
    init(_ error: BackupError, about place: Word) {
        self.init("\(place.shown): \(error.sentence)", code: error.code)
    }
}

func spoken<Answer>(
    about place: Word, _ work: () async throws(BackupError) -> Answer
) async throws(Failure) -> Answer {
    do throws(BackupError) { return try await work() } catch { throw Failure(error, about: place) }
}
