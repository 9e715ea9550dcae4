internal import Digests
internal import Glibc

/// A model pack on disk: its manifest, read and checked, and its files, trusted only after their sums.
package struct PackFiles: Sendable {
    package let manifest: PackManifest
    package let folder: String
    package let origin: Origin

    /// Where a pack came from tells how to mend it.
    package enum Origin: Sendable, Equatable {
        case builtIn, installed, incoming
        /// Unpacked into a folder that means nothing to anybody; the archive's name does.
        case archive(String)
    }

    static let changed = "is damaged or was changed (its SHA-256 is not the one in pack.json)"
    static let manifestName = "pack.json"
    static let mostManifestBytes = 256 << 10
    /// The largest face networks in use have 250 MB.
    package static let mostFileBytes = 512 << 20

    /// Reads `pack.json` and makes sure that every file it names is there.
    package init(folder: String, origin: Origin) throws(PackError) {
        self.folder = folder
        self.origin = origin
        let json: [UInt8]
        do throws(FileFault) {
            json = try PlainFile.bytes(of: "\(folder)/\(Self.manifestName)", upTo: Self.mostManifestBytes)
        } catch {
            if origin == .builtIn, !Folder.exists(folder) {
                throw PackError("\(folder)/\(Self.manifestName) is missing: run ./run, which makes the pack.")
            }
            throw PackError(Self.sentence(folder, Self.manifestName, error.words, origin))
        }
        do throws(PackError) {
            manifest = try PackManifest(json: json)
        } catch {
            throw PackError(error.faults.map { "\(origin.path(of: $0, in: folder)) \(origin.cure)" })
        }
        var faults: [String] = []
        for file in manifest.files {
            do throws(PackError) { close(try open(file)) } catch { faults += error.faults }
        }
        if !faults.isEmpty { throw PackError(faults) }
    }

    /// Reads every file and compares its sum; all faults at once.
    package func check() throws(PackError) {
        var faults: [String] = []
        for file in manifest.files {
            do throws(PackError) { _ = try bytes(of: file) } catch { faults += error.faults }
        }
        if !faults.isEmpty { throw PackError(faults) }
    }

    /// The bytes of a file, which have the sum that the manifest names.
    package func bytes(of file: String) throws(PackError) -> [UInt8] {
        let bytes: [UInt8]
        do throws(FileFault) {
            bytes = try PlainFile.bytes(of: path(of: file), upTo: Self.mostFileBytes)
        } catch {
            throw PackError(Self.sentence(folder, file, error.words, origin))
        }
        try verify(bytes, of: file)
        return bytes
    }

    /// Opens a file for reading, to be handed to the darkroom; the caller closes it.
    package func open(_ file: String) throws(PackError) -> Int32 {
        do throws(FileFault) {
            return try PlainFile.open(path(of: file))
        } catch {
            throw PackError(Self.sentence(folder, file, error.words, origin))
        }
    }

    package func path(of file: String) -> String { "\(folder)/\(file)" }

    private func verify(_ bytes: [UInt8], of file: String) throws(PackError) {
        guard manifest.isIntact(bytes, as: file) else {
            throw PackError(Self.sentence(folder, file, Self.changed, origin))
        }
    }

    static func sentence(_ folder: String, _ file: String, _ words: String, _ origin: Origin) -> String {
        "\(origin.path(of: file, in: folder)) \(words): \(origin.cure)"
    }
}

extension PackFiles.Origin {
    /// A file as the person who is to mend it finds it.
    package func path(of file: String, in folder: String) -> String {
        switch self {
        case .builtIn, .installed, .incoming: "\(folder)/\(file)"
        case .archive(let name): "\(name): \(file)"
        }
    }

    /// What a person does about a broken pack.
    var cure: String {
        switch self {
        case .builtIn: "delete the folder and run ./run again."
        case .installed: "install it again with `likeness models install`."
        case .incoming, .archive: "fetch the pack again from where it came."
        }
    }
}

extension PackManifest {
    /// Whether these bytes are the file that the manifest means.
    package func isIntact(_ bytes: [UInt8], as file: String) -> Bool { sums[file] == SHA256.of(bytes) }

    /// A file's bytes from an open descriptor, checked against its sum: how a darkroom receives its pack.
    package func bytes(of file: String, from descriptor: Int32) throws(PackError) -> [UInt8] {
        let bytes: [UInt8]
        do throws(FileFault) {
            bytes = try PlainFile.bytes(from: descriptor, upTo: PackFiles.mostFileBytes)
        } catch {
            throw PackError("\(file) of the pack '\(name)' \(error.words): install the pack again.")
        }
        guard isIntact(bytes, as: file) else {
            throw PackError(
                "\(file) of the pack '\(name)' is damaged or was changed: install the pack again.")
        }
        return bytes
    }
}
