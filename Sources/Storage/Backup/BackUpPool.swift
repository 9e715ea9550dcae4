internal import Digests
package import Domain
internal import Glibc

/// Copies a pool into a folder while it is in use: first a snapshot of the database, then every original that the snapshot
/// names. Originals never change and stay while a row names them, so both fit together.
///
/// The key ring is never in it. Renditions are not either: they are made again. What is only half uploaded stays behind.
package struct BackUpPool: Sendable {
    private let database: any Database
    private let files: any PhotoFileKeeping
    private let place: DiskPath

    package init(_ database: any Database, files: any PhotoFileKeeping, to place: DiskPath) {
        self.database = database
        self.files = files
        self.place = place.trimmed
    }

    /// - Parameter report: hears how many originals are copied, of how many.
    package func run(
        at milliseconds: Int64, _ report: @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws(BackupError) -> BackupManifest {
        guard !BackupFolder.exists(place) else { throw .placeTaken }
        let unfinished = Unfinished(place: place, word: "unfinished")
        try await kept { () throws(StorageError) in try unfinished.sweep() }
        do throws(BackupError) {
            return try await run(in: unfinished.mine, at: milliseconds, report)
        } catch {
            // What cannot even be taken away is swept by the next.
            try? Unfinished.erase(unfinished.mine)
            throw error
        }
    }

    private func run(
        in unfinished: DiskPath, at milliseconds: Int64, _ report: @Sendable (Int, Int) -> Void
    ) async throws(BackupError) -> BackupManifest {
        let folder = BackupFolder(unfinished)
        try await kept { () throws(StorageError) in try await folder.make() }
        var manifest = BackupManifest(madeAt: milliseconds, schema: nil, entries: [])
        let snapshot = try await snapshot(in: unfinished)
        let originals = try await kept { () throws(StorageError) in
            try await (snapshot ?? database).read { session throws(StorageError) in
                try session.keptOriginals()
            }
        }
        var gone: [KeptOriginal] = []
        var missing: [String] = []
        for (number, original) in originals.enumerated() {
            report(number, originals.count)
            switch try await copy(original, into: folder) {
            case .copied(let entry): manifest.entries.append(entry)
            case .gone: gone.append(original)
            case .missing: missing.append(original.shown)
            }
        }
        report(originals.count, originals.count)
        guard missing.isEmpty else { throw .photosMissing(missing) }
        if let snapshot {
            try await close(snapshot, leavingOut: gone)
            manifest.schema = Int64(Schema.steps.count)
            let entry = try await kept { () throws(StorageError) in
                try await folder.entry(BackupManifest.databaseName)
            }
            guard let entry else { throw .damaged([BackupManifest.databaseName]) }
            manifest.entries.insert(entry, at: 0)
        }
        let text = Array(manifest.text { SHA256.of($0) }.utf8)
        try await kept { () throws(StorageError) in
            _ = try await folder.write(BackupManifest.fileName) { offset in offset == 0 ? text : [] }
            try await folder.publish(as: place)
        }
        return manifest
    }

    private enum Copied {
        case copied(BackupManifest.Entry)
        /// Purged, or its event deleted, since the snapshot.
        case gone
        case missing
    }

    /// Nil for a database that makes its own copies.
    private func snapshot(in folder: DiskPath) async throws(BackupError) -> SQLiteDatabase? {
        guard let database = database as? SQLiteDatabase else { return nil }
        let path = folder.inside(BackupManifest.databaseName)
        return try await kept { () throws(StorageError) in
            try await database.copy(to: path)
            return try await SQLiteDatabase.open(path)
        }
    }

    private func copy(
        _ original: KeptOriginal, into folder: BackupFolder
    ) async throws(BackupError) -> Copied {
        let name = original.nameInBackup
        do throws(StorageError) {
            let entry = try await folder.write(name) { offset throws(StorageError) in
                try await files.bytes(
                    of: .original(original.hash), in: original.event, range: offset..<offset + 1 << 20)
            }
            if entry.sha256 == original.hash { return .copied(entry) }
        } catch .missing {
        } catch {
            throw .pool(.storage(error))
        }
        return try await kept { () throws(StorageError) in
            try await folder.remove(name)
            let isNamed = try await database.read { session throws(StorageError) in
                try session.keptOriginals(of: original.hash, in: original.event) > 0
            }
            return isNamed ? .missing : .gone
        }
    }

    /// Leaves out what went while the files were copied, and what has no bytes here: a backup is whole in itself.
    private func close(
        _ snapshot: SQLiteDatabase, leavingOut gone: [KeptOriginal]
    ) async throws(BackupError) {
        let pool = Pool(snapshot)
        do throws(PoolError) {
            for original in gone { try await pool.forgetOriginal(original.hash, of: original.event) }
            try await pool.forgetUnfinishedUploads()
        } catch {
            throw .pool(error)
        }
        try await kept { () throws(StorageError) in try await snapshot.endAlone() }
    }
}

/// Tells what the storage refuses in a backup's words.
func kept<Answer>(_ work: () async throws(StorageError) -> Answer) async throws(BackupError) -> Answer {
    do throws(StorageError) { return try await work() } catch { throw .pool(.storage(error)) }
}

/// An original that a row names.
package struct KeptOriginal: Sendable, Hashable {
    let event: EventID
    let hash: String
    /// The photo's own name, for people.
    let name: PhotoName

    var nameInBackup: String { "events/\(event.text)/\(hash)" }

    package var shown: String { "\(name.text) (\(hash.prefix(12))…)" }
}
