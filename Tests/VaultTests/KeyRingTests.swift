import Domain
import Glibc
import TestSupport
import Testing
import Vault

@Suite("The key ring", .timeLimit(.minutes(10))) struct KeyRingTests {
    private let folder: VaultFolder
    private let event = EventID(at: 1)
    private let face = FaceID(at: 2)

    init() throws { folder = try VaultFolder() }

    @Test("begins with a key for its owner only, on which two beginnings agree")
    func begins() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for number in 1...6 {
                group.addTask { try await folder.open().prepare(EventID(at: Int64(number))) }
            }
        }
        #expect(try await folder.open().events().count == 6)
        #expect(folder.scratch.permissions(of: "keys/master.key") == 0o600)
        #expect(folder.scratch.permissions(of: "keys/ring") == 0o600)
        #expect(try folder.scratch.names(in: "keys") == ["master.key", "ring", "ring.lock"])
    }

    @Test(
        "is refused where others may read the key, and where the key is a link",
        arguments: [0o640, 0o604, 0o644])
    func permissions(mode: Int) async throws {
        try await folder.open().prepare(event)
        chmod(folder.path + "/master.key", mode_t(mode))
        await #expect(throws: VaultError.openToOthers) { try await folder.open() }
        chmod(folder.path + "/master.key", 0o600)
        rename(folder.path + "/master.key", folder.path + "/elsewhere")
        symlink(folder.path + "/elsewhere", folder.path + "/master.key")
        await #expect(throws: VaultError.self) { try await folder.open() }
    }

    @Test("tells a lost key from a lost ring and from another key")
    func lost() async throws {
        try await folder.open().prepare(event)
        let key = try folder.scratch.read("keys/master.key")
        unlink(folder.path + "/master.key")
        await #expect(throws: VaultError.masterKeyMissing) { try await folder.open() }
        try folder.scratch.write("keys/master.key", String(repeating: "ab", count: 32) + "\n")
        chmod(folder.path + "/master.key", 0o600)
        await #expect(throws: VaultError.wrongKey) { try await folder.open() }
        try folder.scratch.write("keys/master.key", "no key")
        await #expect(throws: VaultError.self) { try await folder.open() }
        try folder.scratch.write("keys/master.key", key)
        unlink(folder.path + "/ring")
        await #expect(throws: VaultError.ringMissing) { try await folder.open(mayBegin: false) }
    }

    @Test("opens with a key from the environment or a command, and tells no secret when it does not")
    func sources() async throws {
        let secret = String(repeating: "c4", count: 32)
        let ring = try await folder.open(.text(secret))
        try await ring.prepare(event)
        let again = try await folder.open(.command("printf '%s\\n' \(secret)"), mayBegin: false)
        #expect(try await again.events() == [event])
        for source in [
            MasterKeySource.text("c4c4"), .text(secret + "00"), .command("printf x\(secret)"),
            .command("printf \(secret); exit 3"), .command("yes \(secret)"), .command("/no/such/program"),
            .command("printf \(secret); exec >&-; sleep 60"),
        ] {
            do throws(VaultError) {
                _ = try await folder.open(source)
                Issue.record("\(source) opened the ring")
            } catch {
                #expect(error.code == "no_master_key")
                #expect(!"\(error) \(error.sentence)".contains("c4c4"))
            }
            #expect(!"\(source)".contains("c4") && !String(reflecting: source).contains("c4"))
        }
    }

    @Test("that is damaged anywhere is refused, and one of a newer program is told apart")
    func damaged() async throws {
        try await folder.open().prepare(event)
        let whole = try folder.scratch.read("keys/ring")
        for place in whole.indices {
            var flipped = whole
            flipped[place] ^= 0x10
            try folder.scratch.write("keys/ring", flipped)
            await #expect(throws: VaultError.self) { try await folder.open(mayBegin: false) }
        }
        for length in 0..<whole.count {
            try folder.scratch.write("keys/ring", Array(whole.prefix(length)))
            await #expect(throws: VaultError.self) { try await folder.open(mayBegin: false) }
        }
        var newer = whole
        newer[Array("LIKENESS RING ".utf8).count] = 9
        try folder.scratch.write("keys/ring", newer)
        await #expect(throws: VaultError.newerThanProgram) { try await folder.open(mayBegin: false) }
    }

    @Test("is one for all processes: a key that one destroys is gone for the other")
    func shared() async throws {
        let (first, second) = (try await folder.open(), try await folder.open())
        try await first.prepare(event)
        _ = try await second.key(of: event)
        try await first.destroy(event, at: 5)
        await #expect(throws: VaultError.erased) { try await second.key(of: event) }
        // A ring that is damaged while we run is noticed, not overwritten.
        try folder.scratch.write("keys/ring", "rubbish")
        await #expect(throws: VaultError.self) { try await second.prepare(EventID(at: 8)) }
        #expect(try folder.scratch.read("keys/ring") == Array("rubbish".utf8))
    }

    @Test("is wrapped anew by a new master key, and what is sealed opens as before")
    func rotates() async throws {
        let ring = try await folder.open()
        try await ring.prepare(event)
        let sealed = try await ring.key(of: event).seal(vector(1, 128), of: face, pack: "p")
        let (key, wrapped) = (
            try folder.scratch.read("keys/master.key"), try folder.scratch.read("keys/ring")
        )
        try await ring.rotate()
        #expect(try folder.scratch.read("keys/master.key") != key)
        for ring in [ring, try await folder.open(mayBegin: false)] {
            _ = try await ring.key(of: event).open(sealed, of: face, pack: "p")
        }
        // Interrupted before the ring was wrapped: the old key opens it, and the new one goes.
        let (newKey, newRing) = (
            try folder.scratch.read("keys/master.key"), try folder.scratch.read("keys/ring")
        )
        try folder.scratch.write("keys/master.key.next", key)
        chmod(folder.path + "/master.key.next", 0o600)
        _ = try await folder.open(mayBegin: false).key(of: event)
        #expect(try folder.scratch.names(in: "keys") == ["master.key", "ring", "ring.lock"])
        #expect(try folder.scratch.read("keys/master.key") == newKey)
        // Interrupted behind it: the new key, not yet in its place, opens it and takes its place.
        try folder.scratch.write("keys/master.key.next", key)
        chmod(folder.path + "/master.key.next", 0o600)
        try folder.scratch.write("keys/ring", wrapped)
        _ = try await folder.open(mayBegin: false).key(of: event)
        #expect(try folder.scratch.read("keys/master.key") == key)
        #expect(newRing != wrapped)
        // To a key from elsewhere.
        let other = String(repeating: "77", count: 32)
        try await folder.open().rotate(to: .text(other))
        _ = try await folder.open(.text(other), mayBegin: false).key(of: event)
    }

    @Test("travels sealed by a passphrase, and what was erased on either side stays erased")
    func exported() async throws {
        let ring = try await folder.open()
        let erasedHere = EventID(at: 7)
        for event in [event, erasedHere] { try await ring.prepare(event) }
        let sealed = try await ring.key(of: event).seal(vector(1, 128), of: face, pack: "p")
        let bytes = try await ring.export(passphrase: "correct horse")
        try await ring.destroy(erasedHere, at: 5)
        let elsewhere = try VaultFolder()
        let other = try await elsewhere.open()
        let erasedThere = EventID(at: 8)
        try await other.prepare(erasedThere)
        try await other.destroy(erasedThere, at: 6)
        await #expect(throws: VaultError.wrongKey) { try await other.add(export: bytes, passphrase: "wrong") }
        for place in stride(from: 0, to: bytes.count, by: 37) {
            var flipped = bytes
            flipped[place] ^= 1
            await #expect(throws: VaultError.self) {
                try await other.add(export: flipped, passphrase: "correct horse")
            }
        }
        try await other.add(export: bytes, passphrase: "correct horse")
        _ = try await other.key(of: event).open(sealed, of: face, pack: "p")
        #expect(try await other.erasures() == [erasedThere: 6])
        // The older export does not bring back what was erased since.
        try await ring.add(export: bytes, passphrase: "correct horse")
        await #expect(throws: VaultError.erased) { try await ring.key(of: erasedHere) }
    }

    @Test("and its keys show nothing when they are printed")
    func printing() async throws {
        let ring = try await folder.open()
        try await ring.prepare(event)
        let key = try await ring.key(of: event)
        var words = "\(ring) \(key) \(String(reflecting: ring)) \(String(reflecting: key))"
        dump(ring, to: &words)
        dump(key, to: &words)
        let master = String(decoding: try folder.scratch.read("keys/master.key").prefix(64), as: UTF8.self)
        #expect(!words.contains(master))
        #expect(words.count < 2000, "there is nothing inside to be seen: \(words)")
    }
}

@Suite("Core dumps", .timeLimit(.minutes(10))) struct CoreDumpTests {
    @Test("are not made of a program that holds keys, and keys are left out of any")
    func none() async throws {
        let scratch = try ScratchFolder()
        try scratch.makeFolder("work")
        await #expect(processExitsWith: .signal(SIGABRT)) {
            [path = scratch.path as String] in
            var limit = rlimit(rlim_cur: 0, rlim_max: 0)
            getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
            limit.rlim_cur = limit.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
            #expect(CoreDumps.refuse())
            getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
            #expect(limit.rlim_cur == 0)
            let ring = try await KeyRing.open(
                folder: path + "/keys", master: .file(path + "/keys/master.key"), mayBegin: true)
            let event = EventID(at: 1)
            try await ring.prepare(event)
            let key = try await ring.key(of: event)
            // The kernel's own word on the memory of keys: "dd" is left out of dumps.
            let maps = String(decoding: try ScratchFolder.bytes(of: "/proc/self/smaps"), as: UTF8.self)
            #expect(maps.contains(" dd "))
            _ = key.seal(FaceVector([1, 2]), of: FaceID(at: 1), pack: "p")
            chdir(path + "/work")
            abort()
        }
        #expect(try scratch.names(in: "work") == [])
    }
}

@Suite("Keys in memory (MemoryTests)", .timeLimit(.minutes(10))) struct VaultMemoryTests {
    @Test("are given back, and so are the descriptors of the ring")
    func manyRounds() async throws {
        let scratch = try ScratchFolder()
        await #expect(processExitsWith: .success) { [path = scratch.path as String] in
            func rounds(_ count: Int) async throws {
                for number in 0..<count {
                    let ring = try await KeyRing.open(
                        folder: path + "/keys", master: .file(path + "/keys/master.key"), mayBegin: true)
                    try await ring.prepare(EventID(at: Int64(number % 5)))
                    let key = try await ring.key(of: try #require(try await ring.events().first))
                    _ = key.seal(FaceVector([Float](repeating: 1, count: 512)), of: FaceID(at: 1), pack: "p")
                }
            }
            func peakInKilobytes() -> Int {
                var usage = rusage()
                getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
                return usage.ru_maxrss
            }
            try await rounds(20)
            let (memory, next) = (peakInKilobytes(), dup(0))
            close(next)
            try await rounds(60)
            // A turn of 512 dimensions alone takes a megabyte.
            #expect(peakInKilobytes() - memory < 8_000, "\(peakInKilobytes() - memory) KB more")
            let after = dup(0)
            close(after)
            #expect(after <= next)
        }
    }
}
