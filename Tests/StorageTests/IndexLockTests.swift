import Domain
import Glibc
import Storage
import TestSupport
import Testing

@Suite("Index lock") struct IndexLockTests {
    private let scratch: ScratchFolder
    private var path: DiskPath { DiskPath(scratch.path(of: "index.sqlite")) }

    init() throws { scratch = try ScratchFolder() }

    @Test("is held by one owner, names it to others, and is free again when it lets go")
    func exclusive() throws {
        do {
            let lock = try IndexLock(on: path)
            #expect(throws: StorageError.inUse(process: getpid())) { _ = try IndexLock(on: path) }
            _ = consume lock
        }
        _ = try IndexLock(on: path)
    }

    @Test("means nothing once its owner is dead, whatever stands in its file")
    func stale() throws {
        try scratch.write("index.sqlite.lock", "999999\n")
        _ = try IndexLock(on: path)
        try scratch.write("index.sqlite.lock", [0xFF, 0xFE, 0x0A])
        let lock = try IndexLock(on: path)
        _ = consume lock
    }

    @Test("is for its owner's eyes only, and never a link or a missing folder")
    func file() throws {
        _ = try IndexLock(on: path)
        #expect(scratch.permissions(of: "index.sqlite.lock") == 0o600)
        #expect(symlink("elsewhere", scratch.path(of: "other.lock")) == 0)
        #expect(throws: StorageError.notADatabase) {
            _ = try IndexLock(on: DiskPath(scratch.path(of: "other")))
        }
        #expect(throws: StorageError.missing) {
            _ = try IndexLock(on: DiskPath(scratch.path(of: "no/other")))
        }
        #expect(try scratch.names() == ["index.sqlite.lock", "other.lock"])
    }

    @Test("dies with a process that is killed", .timeLimit(.minutes(10)))
    func killed() async throws {
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = scratch.path(of: "index.sqlite") as String] in
            let lock = try IndexLock(on: DiskPath(path))
            kill(getpid(), SIGKILL)
            _ = consume lock
        }
        #expect(try scratch.names() == ["index.sqlite.lock"])
        _ = try IndexLock(on: path)
    }
}
