import Domain
import Glibc
import Storage
import TestSupport
import Testing

/// Permissions mean nothing to root, so each test runs in a child that has laid that power down.
@Suite("An index on a read-only disk", .timeLimit(.minutes(10))) struct ReadOnlyTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test("can be read, also by two at once, and leaves no file behind")
    func reading() async throws {
        await #expect(processExitsWith: .success) { [path = scratch.path as String] in
            try becomeOrdinaryUser(owning: path)
            let file = DiskPath(path + "/odd name?#%.sqlite")
            try await FaceIndex.opened(file).put([Sample.record("a.jpg")])
            #expect(chmod(path, 0o555) == 0)
            for mode in [0o600, 0o400] as [mode_t] {
                #expect(file.withCString { chmod($0, mode) } == 0)
                let first = try await FaceIndex.opened(file, SQLiteSettings(.existing))
                let second = try await FaceIndex.opened(file, SQLiteSettings(.existing))
                #expect(try await first.totals() == IndexTotals(photos: [.indexed: 1], faces: [.seed: 1]))
                #expect(try await second.known().count == 1)
                await #expect(throws: StorageError.readOnly) { try await first.put([Sample.record("b.jpg")]) }
            }
            #expect(chmod(path, 0o755) == 0)
        }
        #expect(try scratch.names() == ["odd name?#%.sqlite"])
    }

    @Test("cannot be made or added to, and says so")
    func writing() async throws {
        await #expect(processExitsWith: .success) { [path = scratch.path as String] in
            try becomeOrdinaryUser(owning: path)
            _ = try await FaceIndex.opened(DiskPath(path + "/old.sqlite"))
            #expect(chmod(path, 0o555) == 0)
            await #expect(throws: StorageError.noPermission) {
                _ = try await FaceIndex.opened(DiskPath(path + "/new.sqlite"))
            }
            await #expect(throws: StorageError.noPermission) {
                _ = try await FaceIndex.opened(DiskPath(path + "/old.sqlite"))
            }
            #expect(throws: StorageError.noPermission) {
                _ = try IndexLock(on: DiskPath(path + "/old.sqlite"))
            }
            #expect(chmod(path, 0o755) == 0 && chmod(path + "/old.sqlite", 0o400) == 0)
            await #expect(throws: StorageError.noPermission) {
                _ = try await FaceIndex.opened(DiskPath(path + "/old.sqlite"))
            }
            #expect(chmod(path + "/old.sqlite", 0) == 0)
            await #expect(throws: StorageError.noPermission) {
                _ = try await FaceIndex.opened(DiskPath(path + "/old.sqlite"), SQLiteSettings(.existing))
            }
        }
        #expect(try scratch.names() == ["old.sqlite"])
    }
}

func becomeOrdinaryUser(owning path: String) throws {
    guard geteuid() == 0 else { return }
    try #require(chown(path, 65534, 65534) == 0 && setgid(65534) == 0 && setuid(65534) == 0)
}
