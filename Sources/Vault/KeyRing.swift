package import Domain
internal import Glibc

/// The keys of all events in one small file beside the data folder, wrapped under the master key.
///
/// Only the newest state is kept, and every process sees it: a key that was destroyed by one is gone for all.
package actor KeyRing: KeyRinging, CustomReflectable {
    private let folder: String
    private var source: MasterKeySource
    private var master: MasterKey
    private var content: RingContent
    private var stamp: RingStamp?
    private var keys: [EventID: EventKey] = [:]
    private let executor = QueueExecutor(label: "likeness.vault")

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package nonisolated var customMirror: Mirror { Mirror(self, children: []) }

    /// Opens the ring in a folder. `mayBegin` says that nothing was sealed so far, so that a missing ring is no loss.
    package static func open(
        folder: String, master source: MasterKeySource, mayBegin: Bool
    ) async throws(VaultError) -> KeyRing {
        try await Opening().open(folder, source, mayBegin)
    }

    init(folder: String, source: MasterKeySource, master: MasterKey, content: RingContent, stamp: RingStamp?)
    {
        self.folder = folder
        self.source = source
        self.master = master
        self.content = content
        self.stamp = stamp
    }

    package func prepare(_ event: EventID) throws(VaultError) {
        try look()
        if content.secrets.has(event) { return }
        try change { content throws(VaultError) in try content.prepare(event) }
    }

    package func key(of event: EventID) throws(VaultError) -> any VectorKey {
        try look()
        guard content.erasures[event] == nil else { throw .erased }
        if let key = keys[event] { return key }
        guard let secret = content.secrets[event] else { throw .noSuchEvent }
        let key = EventKey(event, secret: secret)
        // A turn takes a megabyte of guarded memory; whoever works with a key keeps it.
        if keys.count == Self.mostKeysAtHand { keys.removeAll() }
        keys[event] = key
        return key
    }

    package func destroy(_ event: EventID, at milliseconds: Int64) throws(VaultError) {
        try change { content throws(VaultError) in content.destroy(event, at: milliseconds) }
    }

    package func erasures() throws(VaultError) -> [EventID: Int64] {
        try look()
        return content.erasures
    }

    package func events() throws(VaultError) -> Set<EventID> {
        try look()
        return content.secrets.events
    }

    /// Wraps the ring under another master key; nothing that is sealed changes. Without a source a new key is made in
    /// the place of the old one's file. Whatever ends the program on the way, one of both keys opens the ring.
    package func rotate(to new: MasterKeySource? = nil) throws(VaultError) {
        let lock = try RingLock(folder)
        defer { lock.release() }
        try read()
        if let new {
            guard let key = try new.key() else { throw .masterKeyMissing }
            try write(content, under: key)
            (source, master) = (new, key)
            return
        }
        guard case .file(let path) = source else {
            throw .noMasterKey("it does not come from a file, so the new one has to be given.")
        }
        let key = MasterKey()
        let next = Self.next(path)
        try key.withDigits { digits throws(VaultError) in try PrivateFile.put(digits, at: next) }
        try write(content, under: key)
        try PrivateFile.move(next, to: path)
        master = key
    }

    /// The ring for another place, sealed by a passphrase.
    package func export(passphrase: String) throws(VaultError) -> [UInt8] {
        try look()
        return try RingFile.exported(content, passphrase: passphrase)
    }

    /// Takes over what was exported. What was erased on either side stays erased.
    package func add(export bytes: [UInt8], passphrase: String) throws(VaultError) {
        let other = try RingFile.opened(bytes, passphrase: passphrase)
        try change { content throws(VaultError) in content.add(other) }
    }

    /// The newest state, changed and written while no other process can.
    private func change(
        _ body: (inout RingContent) throws(VaultError) -> Void
    ) throws(VaultError) {
        let lock = try RingLock(folder)
        defer { lock.release() }
        try read()
        var changed = content
        try body(&changed)
        try write(changed, under: master)
    }

    private func write(_ changed: RingContent, under key: MasterKey) throws(VaultError) {
        let path = Self.ring(in: folder)
        try PrivateFile.put(RingFile.wrapped(changed, key), at: path)
        adopt(changed)
        stamp = RingStamp(path)
    }

    /// Reads the ring again where another process has changed it.
    private func look() throws(VaultError) {
        if RingStamp(Self.ring(in: folder)) == stamp { return }
        let lock = try RingLock(folder)
        defer { lock.release() }
        try read()
    }

    /// Only under the lock: whoever writes a ring overwrites the earlier one, also for those who are just reading it.
    private func read() throws(VaultError) {
        let path = Self.ring(in: folder)
        let now = RingStamp(path)
        if now == stamp { return }
        guard let bytes = try PrivateFile.bytes(at: path, atMost: Self.mostBytes) else { throw .ringMissing }
        do throws(VaultError) {
            adopt(try RingFile.opened(bytes, master))
        } catch .wrongKey {
            // Another process may have rotated the master key.
            let (key, content) = try Opening.unwrap(bytes, source)
            adopt(content)
            master = key
        }
        stamp = now
    }

    private func adopt(_ content: RingContent) {
        self.content = content
        keys = keys.filter { content.secrets.has($0.key) }
    }

    static func ring(in folder: String) -> String { "\(folder)/ring" }

    /// The master key that is about to take its place.
    static func next(_ path: String) -> String { "\(path).next" }

    static let mostBytes = 64 << 20
    private static let mostKeysAtHand = 64
}

/// How a ring file is told from a later one without reading it.
struct RingStamp: Sendable, Equatable {
    private let inode: UInt64
    private let size: Int64
    private let seconds: Int64
    private let nanoseconds: Int64

    /// Nil where there is no file.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        seconds = Int64(status.st_ctim.tv_sec)
        nanoseconds = Int64(status.st_ctim.tv_nsec)
    }
}

/// The right to change a ring, held by one process at a time and gone with it.
struct RingLock {
    private let descriptor: Int32

    init(_ folder: String) throws(VaultError) {
        descriptor = open("\(folder)/ring.lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw PrivateFile.fault() }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                close(descriptor)
                throw PrivateFile.fault()
            }
        }
    }

    func release() { close(descriptor) }
}
