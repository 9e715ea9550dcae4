import Domain
import Glibc
import TestSupport
import Testing

@testable import Vault

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
        chmod(folder.path + "/ring", mode_t(mode))
        await #expect(throws: VaultError.openToOthers) { try await folder.open() }
        chmod(folder.path + "/ring", 0o600)
        chmod(folder.path, 0o777)
        await #expect(throws: VaultError.openToOthers) { try await folder.open() }
        chmod(folder.path, 0o755)
        try await folder.open().prepare(event)
        rename(folder.path + "/master.key", folder.path + "/elsewhere")
        symlink(folder.path + "/elsewhere", folder.path + "/master.key")
        await #expect(throws: VaultError.self) { try await folder.open() }
    }

    @Test(
        "is refused where the key belongs to somebody else",
        .enabled(if: geteuid() == 0, "only root can give a file away"))
    func owner() async throws {
        try await folder.open().prepare(event)
        for name in ["master.key", "ring"] {
            chown(folder.path + "/" + name, 12_345, 0)
            await #expect(throws: VaultError.openToOthers) { try await folder.open() }
            chown(folder.path + "/" + name, 0, 0)
        }
        chown(folder.path, 12_345, 0)
        await #expect(throws: VaultError.openToOthers) { try await folder.open() }
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
                if case .command(let command) = source, command.hasSuffix("exit 3") {
                    #expect(error.sentence.contains("exit code 3"))
                }
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
            let isVersion = place == Array("LIKENESS RING ".utf8).count
            await #expect(throws: isVersion ? VaultError.newerThanProgram : .wrongKey) {
                try await folder.open(mayBegin: false)
            }
        }
        for length in 0..<whole.count {
            try folder.scratch.write("keys/ring", Array(whole.prefix(length)))
            await #expect(throws: VaultError.wrongKey) { try await folder.open(mayBegin: false) }
        }
        var newer = whole
        newer[Array("LIKENESS RING ".utf8).count] = 9
        try folder.scratch.write("keys/ring", newer)
        await #expect(throws: VaultError.newerThanProgram) { try await folder.open(mayBegin: false) }
        try folder.scratch.write("keys/ring", whole)
        let export = try await folder.open(mayBegin: false).export(passphrase: "correct horse")
        try folder.scratch.write("keys/ring", export)
        await #expect(throws: VaultError.isAnExport) { try await folder.open(mayBegin: false) }
    }

    @Test("shows neither a secret nor the master key, in whichever of its files one looks")
    func bytes() async throws {
        let ring = try await folder.open()
        try await ring.prepare(event)
        let master = try #require(try folder.file.key())
        let content = try RingFile.opened(try folder.scratch.read("keys/ring"), master)
        let secret = try #require(content.secrets[event])
        try await ring.rotate()
        let export = try await ring.export(passphrase: "correct horse")
        for secret in [secret, master.bytes] {
            let half = secret.withBytes { Array(UnsafeBufferPointer(start: $0, count: 16)) }
            for file in [try folder.scratch.read("keys/ring"), export] {
                #expect(!file.contains(half))
            }
        }
        for name in try folder.scratch.names(in: "keys") {
            let text = try master.withDigits { digits in digits }
            #expect(!(try folder.scratch.read("keys/\(name)")).contains(text.prefix(32)), "\(name)")
        }
    }

    @Test("turns vectors the same way after it is opened again, and after its key was changed")
    func steady() async throws {
        let ring = try await folder.open()
        try await ring.prepare(event)
        let turned = try await ring.key(of: event).turned(vector(1, 128))
        try await ring.rotate()
        // More than are kept at hand.
        for number in 10..<90 { try await ring.prepare(EventID(at: Int64(number))) }
        for event in try await ring.events() { _ = try await ring.key(of: event) }
        for ring in [ring, try await folder.open(mayBegin: false)] {
            #expect(try await ring.key(of: event).turned(vector(1, 128)) == turned)
        }
    }

    @Test("holds very many events, each with the secret that is its own")
    func manyEvents() throws {
        var content = RingContent()
        let events = (0..<200).map { EventID(at: Int64($0)) }
        for event in events { try content.prepare(event) }
        var large = content.withBytes { Array($0.dropFirst(8).prefix(200 * EventSecrets.lengthOfEntry)) }
        let master = MasterKey()
        for number in 200..<30_000 {
            large += EventID(at: Int64(number)).bytes + [UInt8](repeating: UInt8(number % 251), count: 32)
        }
        let count = withUnsafeBytes(of: UInt64(30_000).littleEndian) { Array($0) }
        let read = try #require(RingContent(count + large + [UInt8](repeating: 0, count: 8)))
        #expect(read.secrets.count == 30_000)
        var again = try RingFile.opened(RingFile.wrapped(read, master), master)
        again.destroy(events[7], at: 1)
        func secret(_ content: RingContent, _ event: EventID) -> [UInt8]? {
            content.secrets[event]?.withBytes { Array(UnsafeBufferPointer(start: $0, count: 32)) }
        }
        #expect(secret(again, events[7]) == nil)
        for event in events where event != events[7] {
            #expect(secret(again, event) == secret(content, event) && secret(again, event) != nil)
        }
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
        for next in [key, Array("half a k".utf8)] {
            try folder.scratch.write("keys/master.key.next", next)
            chmod(folder.path + "/master.key.next", 0o600)
            _ = try await folder.open(mayBegin: false).key(of: event)
            #expect(try folder.scratch.names(in: "keys") == ["master.key", "ring", "ring.lock"])
        }
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

@Suite("The memory of keys") struct KeyMemoryTests {
    @Test("is left out of core dumps, whoever makes one")
    func mapping() throws {
        #expect(try isLeftOutOfDumps(SecretBytes(random: 32)))
        #expect(try !isLeftOutOfDumps([UInt8](repeating: 1, count: 32)))
    }
}

/// The kernel's own word on the memory of a secret: "dd" is left out of dumps.
private func isLeftOutOfDumps(_ secret: SecretBytes) throws -> Bool {
    try secret.withBytes { start in Result { try isLeftOutOfDumps(at: UInt(bitPattern: start)) } }.get()
}

private func isLeftOutOfDumps(_ bytes: [UInt8]) throws -> Bool {
    try bytes.withUnsafeBytes { try isLeftOutOfDumps(at: UInt(bitPattern: $0.baseAddress)) }
}

private func isLeftOutOfDumps(at address: UInt) throws -> Bool {
    let maps = String(decoding: try ScratchFolder.bytes(of: "/proc/self/smaps"), as: UTF8.self)
    var isInside = false
    for line in maps.split(separator: "\n") {
        let words = line.split(separator: " ")
        let ends = words[0].split(separator: "-").map { UInt($0, radix: 16) }
        if ends.count == 2, let start = ends[0], let end = ends[1] {
            isInside = (start..<end).contains(address)
        } else if isInside, words[0] == "VmFlags:" {
            return words.contains("dd")
        }
    }
    throw StorageError.missing
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
