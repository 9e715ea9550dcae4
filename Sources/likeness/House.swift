internal import Accounts
internal import Digests
internal import Domain
internal import Glibc
internal import Neighbours
internal import Pipeline
internal import Storage
internal import Vault
internal import Web

/// The pool of events with all that it stands on, put together for one command.
struct House: Sendable {
    let database: any Database
    let pool: Pool
    let ring: KeyRing
    let files: FolderPhotoFiles
    let place: Place

    /// Where everything lies.
    struct Place: Sendable, Equatable {
        let database: String
        let data: String
        let keys: String

        /// For messages.
        var shown: Word { Word(DatabaseAddress.shown(database)) }
    }

    var receive: ReceiveUpload {
        ReceiveUpload(
            uploads: pool, files: files,
            digest: { piece, method in
                switch method {
                case .sha1: SHA1.digest(of: piece)
                case .sha256: SHA256.digest(of: piece)
                }
            }, now: millisecondsSince1970)
    }

    var deletion: DeleteEvent {
        DeleteEvent(events: pool, files: files, ring: ring, now: millisecondsSince1970)
    }

    func people(_ pack: PackFacts) -> WarmPeople {
        WarmPeople(
            kept: pool, vault: ring, pack: pack,
            makeSpace: { FaceArena(pack.metric, dimension: pack.dimension) }, now: millisecondsSince1970)
    }

    /// How people come in; for a command, which has no sessions to remember.
    var signIn: SignIn {
        let secrets = Secrets()
        return SignIn(
            kept: pool, secrets: secrets,
            sessions: Sessions(kept: pool, secrets: secrets, now: millisecondsSince1970),
            now: millisecondsSince1970)
    }

    /// - Parameter address: where people find the server.
    func desk(people: WarmPeople, darkroom: any FaceLooking, address: String) -> Desk {
        let secrets = Secrets()
        let sessions = Sessions(kept: pool, secrets: secrets, now: millisecondsSince1970)
        return Desk(
            kept: pool, files: files, receive: receive, people: people, secrets: secrets, sessions: sessions,
            signIn: SignIn(kept: pool, secrets: secrets, sessions: sessions, now: millisecondsSince1970),
            deletion: deletion, vault: ring, darkroom: darkroom,
            backups: ServerBackups(house: self, folder: place.data + ".backups"), address: address,
            now: millisecondsSince1970)
    }

    var remaking: RemakeRenditions {
        RemakeRenditions(files: files, names: pool, photos: pool, now: millisecondsSince1970)
    }

    var keys: PrepareKeys { PrepareKeys(events: pool, photos: pool, vault: ring) }

    var janitor: FileJanitor { FileJanitor(files: files, names: pool) }

    /// Who acts through a command, and when.
    static var act: Act { Act(by: .commandLine, at: millisecondsSince1970()) }

    func event(_ name: Word) async throws(Failure) -> Event {
        try await spoken(about: place) { () async throws(PoolError) in try await pool.event(name.text) }
    }

    func photographer(_ name: Word, of event: Event) async throws(Failure) -> Photographer {
        let all = try await spoken(about: place) { () async throws(PoolError) in
            try await pool.photographers(of: event.id)
        }
        guard let found = all.first(where: { $0.name == name.text || $0.id.text == name.text }) else {
            throw Failure(PoolError.noSuchPhotographer, about: place)
        }
        return found
    }

    func album(_ name: Word, of event: Event) async throws(Failure) -> Album {
        let all = try await spoken(about: place) { () async throws(PoolError) in
            try await pool.albums(of: event.id)
        }
        guard let found = all.first(where: { $0.name == name.text }) else {
            throw Failure(PoolError.noSuchAlbum, about: place)
        }
        return found
    }

    func photos(_ names: [Word], of event: Event) async throws(Failure) -> [PoolPhoto] {
        var photos: [PoolPhoto] = []
        for name in names {
            do throws(PoolError) {
                photos.append(try await pool.photo(name.text, of: event.id))
            } catch {
                throw Failure("\(name.shown): \(error.sentence)", code: error.code)
            }
        }
        return photos
    }
}

extension Wiring {
    /// Opens the pool; what is missing is made.
    func house(_ options: PoolOptions) async throws(Failure) -> House {
        umask(0o077)
        let place = try place(options)
        try makeFolder(place.data)
        let database = try await database(at: place)
        let ring = try await ring(at: place, beside: database)
        let pool = try await spoken(about: place) { () async throws(PoolError) in
            try await Pool.open(database, vault: ring)
        }
        let files = FolderPhotoFiles(
            DiskPath(place.data), floor: Int64(configuration.freeSpace.value))
        return House(database: database, pool: pool, ring: ring, files: files, place: place)
    }

    func place(_ options: PoolOptions) throws(Failure) -> House.Place {
        guard let data = options.data ?? configuration.data.value else {
            throw Failure(
                "There is no folder for data: set LIKENESS_DATA, or say --data.", code: "configuration")
        }
        return House.Place(
            database: options.database ?? configuration.database.value ?? data + "/likeness.sqlite",
            data: data,
            keys: configuration.keys.value ?? data + ".keys")
    }

    /// The key ring that seals the index of a folder. It is the installation's own, wherever the folder lies.
    func folderVault(of index: Word) async throws(Failure) -> KeyRing {
        let place = try place(PoolOptions())
        try makeFolder(place.data)
        return try await ring(at: place, mayBegin: try await nothingIsSealed(in: index, at: place))
    }

    /// Whether neither the index nor the pool has ever been used with a ring: only then a missing one is no loss.
    private func nothingIsSealed(in index: Word, at place: House.Place) async throws(Failure) -> Bool {
        if access("\(place.keys)/ring", F_OK) == 0 { return false }
        for word in [index, Word(place.database)] where !DatabaseAddress.isServer(word.text) {
            guard word.path.withCString({ access($0, F_OK) }) == 0 else { continue }
            let database: any Database
            do throws(StorageError) {
                database = try await SQLiteDatabase.open(word.path, SQLiteSettings(.existing))
            } catch {
                throw Failure(error, about: word)
            }
            let isBlank = try await spoken(about: place) { () async throws(PoolError) in
                try await Pool.holdsNothing(database)
            }
            if !isBlank { return false }
        }
        return true
    }

    /// Opens the key ring that belongs to a database. Where nothing is sealed yet, a missing ring is made.
    func ring(at place: House.Place, beside database: any Database) async throws(Failure) -> KeyRing {
        let isBlank = try await spoken(about: place) { () async throws(PoolError) in
            try await Pool.holdsNothing(database)
        }
        return try await ring(at: place, mayBegin: isBlank)
    }

    func ring(at place: House.Place, mayBegin: Bool) async throws(Failure) -> KeyRing {
        do throws(VaultError) {
            return try await KeyRing.open(
                folder: place.keys, master: masterKey(at: place), mayBegin: mayBegin)
        } catch {
            throw Failure(error, about: place)
        }
    }

    func masterKey(at place: House.Place) -> MasterKeySource {
        if let key = configuration.masterKey.value { return .text(key) }
        if let command = configuration.masterKeyCommand.value { return .command(command) }
        return .file(place.keys + "/master.key")
    }

    func database(at place: House.Place) async throws(Failure) -> any Database {
        do throws(StorageError) {
            if DatabaseAddress.isServer(place.database) {
                return try await PostgresDatabase.open(place.database)
            }
            return try await SQLiteDatabase.open(DiskPath(place.database))
        } catch {
            throw Failure(error, about: place.shown)
        }
    }

    func makeFolder(_ path: String) throws(Failure) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw Failure(StorageError(systemError: errno), about: Word(path))
        }
    }
}

/// The options that say where the pool is.
struct PoolOptions: Sendable {
    let database: String?
    let data: String?

    static let all = [database, data]
    static let database = Option(
        "--database", "FILE|URL", "the database, or postgres://…; DATA/likeness.sqlite where nothing is said")
    static let data = Option(
        "--data", "FOLDER", "the folder of photo files; LIKENESS_DATA where nothing is said")
    static let event = Option("--event", "EVENT", "the event, by name", isNeeded: true)

    init() { (database, data) = (nil, nil) }

    init(_ arguments: Arguments) {
        database = arguments[Self.database]?.text
        data = arguments[Self.data]?.text
    }
}

extension Failure {
    init(_ error: PoolError, about place: House.Place) {
        switch error {
        case .storage, .vault: self.init("\(place.shown.shown): \(error.sentence)", code: error.code)
        default: self.init(error.sentence, code: error.code)
        }
    }

    init(_ error: VaultError, about place: House.Place) {
        self.init("\(Word(place.keys).shown): \(error.sentence)", code: error.code)
    }
}

func spoken<Answer>(
    about place: House.Place, _ work: () async throws(PoolError) -> Answer
) async throws(Failure) -> Answer {
    do throws(PoolError) { return try await work() } catch { throw Failure(error, about: place) }
}
