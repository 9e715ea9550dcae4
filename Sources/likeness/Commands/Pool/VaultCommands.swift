internal import Domain
internal import Glibc
internal import Storage
internal import Vault

/// `likeness vault rotate`: a new master key.
struct VaultRotate: Command {
    static let description = CommandDescription(
        name: "vault rotate", summary: "make a new master key and wrap the key ring anew",
        details: [
            "Sealed faces are not touched. With a master key from the environment or a command, the new one is read from "
                + "--to (64 hexadecimal digits in a file); otherwise it is made and kept beside the ring."
        ],
        options: [to] + PoolOptions.all + [SharedOptions.json],
        examples: [Example("likeness vault rotate", "after somebody may have seen the key")])

    private static let to = Option("--to", "FILE", "a file that holds the new master key")
    private let to: Word?
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        asJSON = arguments.has(SharedOptions.json)
        to = arguments[Self.to]
        options = PoolOptions(arguments)
    }

    func run() async throws -> ExitCode {
        let wiring = try Wiring()
        let place = try wiring.place(options)
        let ring = try await wiring.ring(at: place, mayBegin: false)
        let isFile = if case .file = wiring.masterKey(at: place) { true } else { false }
        guard isFile != (to != nil) else {
            throw UsageError(
                isFile
                    ? "The master key lies beside the ring, so --to has no meaning."
                    : "The master key comes from the environment or a command: give the new one with --to.")
        }
        let new = try to.map { word throws(Failure) in
            MasterKeySource.text(try Passphrase.line(of: word))
        }
        do throws(VaultError) { try await ring.rotate(to: new) } catch { throw Failure(error, about: place) }
        Console.print(
            asJSON
                ? JSON.object([("rotated", .truth(true))]).document
                : "The key ring is wrapped under a new master key.")
        if !isFile { Console.note("From now on, set the new key wherever the old one was set.") }
        return .done
    }
}

/// `likeness vault export`: the key ring in one sealed file, to be kept apart from the backups.
struct VaultExport: Command {
    static let description = CommandDescription(
        name: "vault export", summary: "write the key ring into one file, sealed by a passphrase",
        details: [
            "Keep it apart from backups: together they open every face. A ring that is brought back keeps the erasures "
                + "that were made since."
        ],
        places: [file], options: [Passphrase.option] + PoolOptions.all + [SharedOptions.json],
        examples: [Example("likeness vault export /media/stick/ring", "asks for a passphrase twice")])

    private static let file = Place("FILE", "where it goes; nothing is replaced")
    private let file: Word
    private let passphrase: Word?
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        asJSON = arguments.has(SharedOptions.json)
        file = arguments[Self.file]
        passphrase = arguments[Passphrase.option]
        options = PoolOptions(arguments)
    }

    func run() async throws -> ExitCode {
        let wiring = try Wiring()
        let place = try wiring.place(options)
        let result = try ResultFile(file, replaces: false)
        let ring = try await wiring.ring(at: place, mayBegin: false)
        let words = try passphrase.map { word throws(Failure) in try Passphrase.line(of: word) }
        let secret = try words ?? Passphrase.asked(twice: true)
        let bytes: [UInt8]
        do throws(VaultError) { bytes = try await ring.export(passphrase: secret) } catch {
            throw Failure(error, about: place)
        }
        try result.write(bytes)
        Console.print(
            asJSON
                ? JSON.object([("file", .text(file.shown)), ("bytes", .integer(bytes.count))]).document
                : "\(file.shown) holds the key ring; without its passphrase nobody can use it.")
        return .done
    }
}

/// `likeness vault import`: brings an exported key ring back.
struct VaultImport: Command {
    static let description = CommandDescription(
        name: "vault import", summary: "bring back an exported key ring; erasures on either side stay",
        places: [file], options: [Passphrase.option] + PoolOptions.all + [SharedOptions.json],
        examples: [Example("likeness vault import /media/stick/ring", "after the machine was lost")])

    private static let file = Place("FILE", "what `likeness vault export` wrote")
    private let file: Word
    private let passphrase: Word?
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        asJSON = arguments.has(SharedOptions.json)
        file = arguments[Self.file]
        passphrase = arguments[Passphrase.option]
        options = PoolOptions(arguments)
    }

    func run() async throws -> ExitCode {
        umask(0o077)
        let wiring = try Wiring()
        let place = try wiring.place(options)
        let bytes = try Passphrase.bytes(of: file)
        let words = try passphrase.map { word throws(Failure) in try Passphrase.line(of: word) }
        let secret = try words ?? Passphrase.asked(twice: false)
        do throws(VaultError) {
            // A ring that is not there begins with what is brought.
            let ring = try await KeyRing.open(
                folder: place.keys, master: wiring.masterKey(at: place), mayBegin: true)
            try await ring.add(export: bytes, passphrase: secret)
        } catch {
            throw Failure(error, about: place)
        }
        Console.print(
            asJSON
                ? JSON.object([("imported", .text(file.shown))]).document
                : "The key ring holds what \(file.shown) brought.")
        return .done
    }
}

/// Secrets that a person types or a file holds.
enum Passphrase {
    static let option = Option("--passphrase-file", "FILE", "a file whose first line is the passphrase")

    /// The first line of a file.
    static func line(of file: Word) throws(Failure) -> String {
        let line = try bytes(of: file).prefix { $0 != UInt8(ascii: "\n") }
        guard let text = String(validating: line, as: UTF8.self), !text.isEmpty else {
            throw Failure("\(file.shown) has no first line of text.", code: "no_passphrase")
        }
        return text
    }

    static func bytes(of file: Word) throws(Failure) -> [UInt8] {
        let photo = try GivenFile.photo(file, called: "The file")
        var bytes = [UInt8](repeating: 0, count: Int(clamping: min(photo.stamp.sizeInBytes, 64 << 20)))
        let count = pread(photo.descriptor, &bytes, bytes.count, 0)
        guard count == bytes.count else {
            throw Failure("\(file.shown) could not be read.", code: "disk_fault")
        }
        return bytes
    }

    /// Asks on the terminal, without showing what is typed.
    static func asked(twice: Bool) throws(Failure) -> String {
        guard Console.canAsk else {
            throw Failure("There is no terminal to ask on: give --passphrase-file.", code: "no_passphrase")
        }
        let first = Console.secret(for: "Passphrase:")
        guard !first.isEmpty else { throw Failure("The passphrase is empty.", code: "no_passphrase") }
        if twice, Console.secret(for: "Once more:") != first {
            throw Failure("The two are not the same.", code: "no_passphrase")
        }
        return first
    }
}
