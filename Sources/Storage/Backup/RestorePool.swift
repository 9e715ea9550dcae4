internal import Digests
package import Domain
internal import Glibc

/// Brings a backup back to a place where there is none: checks everything first, then files, then the database.
///
/// Whatever ends the program on the way, doing it again goes on from there, since the database comes last.
package struct RestorePool: Sendable {
    private let place: DiskPath
    private let files: any PhotoFileKeeping

    package init(from place: DiskPath, files: any PhotoFileKeeping) {
        self.place = place
        self.files = files
    }

    /// Checks every file of the backup against its sum and its name, and names all that are not as they were.
    package func check() async throws(BackupError) -> BackupManifest {
        let folder = BackupFolder(place)
        let manifest = try await manifest(folder)
        var damaged: [String] = []
        for entry in manifest.entries {
            // A file that cannot be read is damaged like one that reads wrong, and the others are still looked at.
            var found: BackupManifest.Entry?
            do throws(StorageError) { found = try await folder.entry(entry.name) } catch .noPermission {
                throw .pool(.storage(.noPermission))
            } catch {
                found = nil
            }
            if found != entry || !Self.isNamedByItsContent(entry) { damaged.append(entry.name) }
        }
        guard damaged.isEmpty else { throw .damaged(damaged) }
        return manifest
    }

    /// Puts the originals in their places, but not those of events that were erased since.
    /// - Parameter report: hears how many are in place, of how many.
    package func restoreFiles(
        _ manifest: BackupManifest, besides erased: Set<EventID>,
        _ report: @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws(BackupError) {
        let folder = BackupFolder(place)
        let originals = manifest.entries.filter { $0.name != BackupManifest.databaseName }
        for (number, entry) in originals.enumerated() {
            report(number, originals.count)
            guard let (event, hash) = Self.original(entry.name) else { throw .damaged([entry.name]) }
            if erased.contains(event) { continue }
            try await kept { () throws(StorageError) in
                if try await holds(hash, of: entry.sizeInBytes, in: event) { return }
                // As an upload, so that the file has its name only when it is whole and on the disk.
                let upload = UploadID(at: manifest.madeAt)
                var offset: Int64 = 0
                while case let piece = try await folder.piece(of: entry.name, at: offset), !piece.isEmpty {
                    try await files.put(piece, of: upload, in: event, at: offset)
                    offset += Int64(piece.count)
                }
                guard try await files.hash(of: upload, in: event, length: offset) == hash else {
                    try await files.drop(upload, in: event)
                    throw .damaged
                }
                // Of the same size and with other bytes: it would be taken for the same.
                try await files.remove(.original(hash), in: event)
                try await files.keep(upload, as: hash, in: event)
            }
        }
        report(originals.count, originals.count)
    }

    /// Puts the database in its place, under a name of its own until it is whole, and tells where that is.
    package func prepareDatabase(
        _ manifest: BackupManifest, for target: DiskPath
    ) async throws(BackupError) -> DiskPath {
        guard !BackupFolder.exists(target) else { throw .notEmpty }
        let folder = BackupFolder(place)
        let unfinished = Unfinished(place: target, word: "restored")
        let path = unfinished.mine
        let written = try await kept { () throws(StorageError) in
            try unfinished.sweep()
            return try await BackupFolder(target.folder).write(String(decoding: path.name, as: UTF8.self)) {
                offset throws(StorageError) in
                try await folder.piece(of: BackupManifest.databaseName, at: offset)
            }
        }
        let wanted = manifest.entries.first { $0.name == BackupManifest.databaseName }
        guard written.sha256 == wanted?.sha256 else {
            try await kept { () throws(StorageError) in try Unfinished.erase(path) }
            throw .damaged([BackupManifest.databaseName])
        }
        return path
    }

    /// Gives the restored database its name; from here on everybody sees it.
    package func publishDatabase(_ restored: SQLiteDatabase, at path: DiskPath, as target: DiskPath)
        async throws(BackupError)
    {
        try await kept { () throws(StorageError) in
            try await restored.endAlone()
            try SQLiteFile.publish(path, asNew: target)
        }
    }

    /// For a database that came back by its own means: the originals that it names and the backup lacks, such as of photos
    /// that were purged between the one copy and the other.
    package func missing(
        in manifest: BackupManifest, for database: any Database, besides erased: Set<EventID>
    ) async throws(BackupError) -> [KeptOriginal] {
        let names = Set(manifest.entries.map(\.name))
        let originals = try await kept { () throws(StorageError) in
            try await database.read { session throws(StorageError) in try session.keptOriginals() }
        }
        return originals.filter { !names.contains($0.nameInBackup) && !erased.contains($0.event) }
    }

    /// Takes photos out of a database whose originals are nowhere.
    package func leaveOut(_ originals: [KeptOriginal], of pool: Pool) async throws(BackupError) {
        do throws(PoolError) {
            for original in originals { try await pool.forgetOriginal(original.hash, of: original.event) }
        } catch {
            throw .pool(error)
        }
    }

    /// Whether an original is there already, byte for byte.
    private func holds(_ hash: String, of size: Int64, in event: EventID) async throws(StorageError) -> Bool {
        guard try await files.size(of: .original(hash), in: event) == size else { return false }
        var sum = SHA256()
        var offset: Int64 = 0
        while offset < size {
            let piece = try await files.bytes(
                of: .original(hash), in: event, range: offset..<min(offset + 1 << 20, size))
            guard !piece.isEmpty else { return false }
            piece.withUnsafeBytes { sum.update($0) }
            offset += Int64(piece.count)
        }
        return sum.finish() == hash
    }

    private func manifest(_ folder: BackupFolder) async throws(BackupError) -> BackupManifest {
        var bytes: [UInt8] = []
        do throws(StorageError) {
            while case let piece = try await folder.piece(of: BackupManifest.fileName, at: Int64(bytes.count)),
                !piece.isEmpty
            {
                bytes += piece
            }
        } catch .missing {
            throw .noBackup
        } catch {
            throw .pool(.storage(error))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .damaged([BackupManifest.fileName])
        }
        let manifest = try BackupManifest(text) { SHA256.of($0) }
        if let schema = manifest.schema, schema > Int64(Schema.steps.count) { throw .newer }
        return manifest
    }

    private static func isNamedByItsContent(_ entry: BackupManifest.Entry) -> Bool {
        if entry.name == BackupManifest.databaseName { return true }
        return original(entry.name).map { $0.hash == entry.sha256 } ?? false
    }

    private static func original(_ name: String) -> (event: EventID, hash: String)? {
        let parts = name.split(separator: "/")
        guard parts.count == 3, parts[0] == "events", let event = EventID(text: String(parts[1])) else {
            return nil
        }
        return (event, String(parts[2]))
    }
}
