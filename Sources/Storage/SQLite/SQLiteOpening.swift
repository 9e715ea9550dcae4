internal import CSQLite
internal import Domain

/// Opens a database file with care, on a queue of its own, since opening blocks as well.
actor SQLiteOpening {
    private let path: DiskPath
    private let settings: SQLiteSettings
    private let executor = QueueExecutor(label: "likeness.sqlite.opening")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Written into the head of each file of ours ("Like"), so that other programs' databases are left alone.
    private static let applicationID: Int64 = 0x4C69_6B65

    init(_ path: DiskPath, _ settings: SQLiteSettings) {
        self.path = path
        self.settings = settings
    }

    func open() throws(StorageError) -> SQLiteDatabase {
        if settings.access == .createIfMissing { try SQLiteFile.createIfMissing(path) }
        try SQLiteFile.check(path)
        if settings.access == .createIfMissing { try SQLiteFile.checkWritable(path) }
        do throws(StorageError) {
            return try connect(writable)
        } catch {
            // On a read-only disk there is no room for the files through which readers and writers meet.
            // Where nobody can write, and nothing waits to be written, none are needed.
            guard settings.access == .existing, [.readOnly, .noPermission].contains(error),
                !SQLiteFile.hasPendingChanges(path)
            else { throw error }
            return try connect(frozen)
        }
    }

    /// A connection that only notices changes, from this moment on.
    func listen() throws(StorageError) -> sending SQLiteSession {
        let session = try writable()
        _ = try session.hasNews()
        return session
    }

    private nonisolated func connect(
        _ session: () throws(StorageError) -> sending SQLiteSession
    ) throws(StorageError) -> SQLiteDatabase {
        let writer = try session()
        try claim(writer)
        var readers: [SQLiteConnection] = []
        var glances: [SQLiteGlance] = []
        let writes = WritesInHand()
        for _ in 0..<max(1, settings.readers) {
            let reader = try session()
            try reader.execute("PRAGMA query_only = ON")
            readers.append(SQLiteConnection(reader, isWriter: false))
            let glance = try session()
            try glance.execute("PRAGMA query_only = ON")
            glance.wait(atMost: .zero)
            glances.append(SQLiteGlance(glance, writes))
        }
        return SQLiteDatabase(
            path: path, writer: SQLiteConnection(writer, isWriter: true), readers: readers, glances: glances,
            writes: writes)
    }

    /// A connection that may write where the disk lets it.
    private nonisolated func writable() throws(StorageError) -> sending SQLiteSession {
        let session = try SQLiteSession(opening: path, flags: SQLITE_OPEN_READWRITE)
        try prepare(session)
        return session
    }

    /// A connection to a file that nobody changes.
    private nonisolated func frozen() throws(StorageError) -> sending SQLiteSession {
        var address = Array("file:".utf8)
        for byte in path.bytes {
            let digits = String(byte, radix: 16)
            address += Array((digits.count == 1 ? "%0" : "%").utf8) + Array(digits.utf8)
        }
        let uri = DiskPath(bytes: address + Array("?immutable=1".utf8))
        let session = try SQLiteSession(opening: uri, flags: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
        try prepare(session)
        return session
    }

    private nonisolated func prepare(_ session: SQLiteSession) throws(StorageError) {
        session.wait(atMost: settings.patience)
        try session.execute("PRAGMA foreign_keys = ON")
        // The file may come with a stranger's folder: nothing in its schema may call what has effects.
        try session.execute("PRAGMA trusted_schema = OFF")
        try session.execute("PRAGMA case_sensitive_like = ON")
        // Faces never spill into temporary files.
        try session.execute("PRAGMA temp_store = MEMORY")
    }

    /// Makes sure that the file is ours, or blank, before anything of it is changed.
    private nonisolated func claim(_ session: SQLiteSession) throws(StorageError) {
        let owner = try session.firstRow("PRAGMA application_id") { row throws(StorageError) in
            try row.integer(0)
        }
        if owner != Self.applicationID {
            let tables = try session.firstRow("SELECT count(*) FROM sqlite_schema") {
                row throws(StorageError) in
                try row.integer(0)
            }
            guard owner == 0, tables == 0 else { throw .notADatabase }
        }
        guard !session.isReadOnly else {
            guard settings.access == .existing else { throw .readOnly }
            return
        }
        try session.forEachRow("PRAGMA journal_mode = WAL", []) { _ in }
        // What a burst of writing has made of the log does not stay on the disk for ever.
        try session.forEachRow("PRAGMA journal_size_limit = \(64 << 20)", []) { _ in }
        try session.makeDurable(.promised)
        // What is deleted is overwritten: a forgotten face leaves no trace in the file.
        try session.forEachRow("PRAGMA secure_delete = ON", []) { _ in }
        if let mostPages = settings.mostPages {
            try session.forEachRow("PRAGMA max_page_count = \(mostPages)", []) { _ in }
        }
        if owner != Self.applicationID {
            try session.execute("PRAGMA application_id = \(Self.applicationID)")
        }
    }
}
