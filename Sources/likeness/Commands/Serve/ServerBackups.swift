internal import Domain
internal import FoundationEssentials
internal import Glibc
internal import Storage
internal import Synchronization

/// Backups that the server makes, in a folder beside its data, each named by its moment.
final class ServerBackups: BackingUp {
    private let house: House
    private let folder: String
    private let running = Mutex<Backup?>(nil)

    init(house: House, folder: String) {
        self.house = house
        self.folder = folder
    }

    func begin(at milliseconds: Int64) async -> Backup? {
        let backup = Backup(name: Self.name(milliseconds), state: .running, begunAt: milliseconds, files: 0)
        let isFirst = running.withLock { running in
            guard running?.state != .running else { return false }
            running = backup
            return true
        }
        guard isFirst else { return nil }
        Task { await make(backup) }
        return backup
    }

    func all() async throws(StorageError) -> [Backup] {
        // Before the first there is no folder.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let last = running.withLock { $0 }
        let kept = names.compactMap { name in
            name == last?.name ? nil : Self.moment(name).map { (name: name, at: $0) }
        }.map { Backup(name: $0.name, state: .whole, begunAt: $0.at, files: nil) }
        return ((last.map { [$0] } ?? []) + kept).sorted { $0.begunAt > $1.begunAt }
    }

    private func make(_ backup: Backup) async {
        var done = backup
        if mkdir(folder, 0o700) != 0, errno != EEXIST {
            done.state = .failed
            done.failure = StorageError(systemError: errno).sentence
        } else {
            do throws(BackupError) {
                let manifest = try await BackUpPool(
                    house.database, files: house.files, to: DiskPath("\(folder)/\(backup.name)")
                ).run(at: backup.begunAt) { files, _ in self.running.withLock { $0?.files = files } }
                done.state = .whole
                done.files = manifest.entries.count
                done.holdsDatabase = manifest.schema != nil
            } catch {
                done.state = .failed
                done.failure = error.sentence
            }
        }
        if let failure = done.failure { Console.note("The backup \(backup.name) failed: \(failure)") }
        running.withLock { [done] in $0 = done }
    }

    /// Moments as names that sort: milliseconds since 1970.
    private static func name(_ milliseconds: Int64) -> String { "backup-\(milliseconds)" }

    private static func moment(_ name: String) -> Int64? {
        name.hasPrefix("backup-") ? Int64(name.dropFirst(7)) : nil
    }
}
