internal import Digests
package import Domain
internal import Glibc

/// The model packs of a machine: the built-in one and those that were installed, and which of them is in use.
package struct PackShelf: Sendable {
    /// Folder of the open pack.
    package let builtIn: String
    /// Folder that holds a folder for each installed pack, and the name of the chosen one.
    package let installed: String

    package init(builtIn: String, installed: String) {
        self.builtIn = builtIn
        self.installed = installed
    }

    /// A pack as the list shows it: readable or with its faults.
    package struct Entry: Sendable {
        package let name: String
        package let folder: String
        package let isInUse: Bool
        package let pack: Result<PackFiles, PackError>
    }

    /// The built-in pack first, then the others by name. Sums are not checked: that takes a while.
    package func list() -> [Entry] {
        let chosen = Result { () throws(PackError) in try chosenName() }
        let names = Folder.names(in: installed).filter { Folder.exists("\(installed)/\($0)") }
            .map { $0.hasPrefix(Self.earlier) ? String($0.dropFirst(Self.earlier.count)) : $0 }
            .filter { PackManifest.isPackName($0) && $0 != OpenPack.name }
        return ([OpenPack.name] + Set(names).sorted()).map { name in
            Entry(
                name: name, folder: folder(of: name), isInUse: chosen == .success(name),
                pack: Result { () throws(PackError) in try pack(named: name) })
        }
    }

    /// The pack in use: the chosen one, or the built-in one where nobody chose.
    package func current() throws(PackError) -> PackFiles {
        let name = try chosenName()
        if name != OpenPack.name, PackManifest.isPackName(name), !Folder.exists(folder(of: name)) {
            throw PackError(
                "The chosen model pack '\(name)' is gone from \(installed): go back to the built-in one with "
                    + "`likeness models use open`, or install '\(name)' again.")
        }
        return try pack(named: name)
    }

    /// A pack by its name, opened but not yet checked for its sums.
    package func pack(named name: String) throws(PackError) -> PackFiles {
        guard PackManifest.isPackName(name) else {
            throw PackError("'\(name.prefix(80))' cannot name a model pack.")
        }
        guard name == OpenPack.name || Folder.exists(folder(of: name)) else {
            throw PackError("There is no model pack '\(name)': `likeness models list` names those there are.")
        }
        return try PackFiles(folder: folder(of: name), origin: name == OpenPack.name ? .builtIn : .installed)
    }

    /// Chooses the pack that everything uses from now on, after its sums were found right.
    package func use(_ name: String) throws(PackError) {
        try pack(named: name).check()
        try onDisk("The choice of pack") { () throws(FileFault) in
            try Folder.make(installed)
            let unfinished = "\(installed)/\(Self.unfinishedChoice)\(getpid())"
            try PlainFile.write(Array((name + "\n").utf8), to: unfinished)
            try PlainFile.rename(unfinished, to: "\(installed)/\(Self.choice)")
            try Folder.settle(installed)
        }
    }

    /// Copies a pack onto the shelf: sums are checked, `accept` has the last word (the self-test behind the
    /// barrier), and only then does the copy get its place. Until that moment nothing on the shelf changes.
    ///
    /// A folder without `pack.json` comes with a composed manifest; the sums are then those of the copies.
    package func install(
        from source: String, origin: PackFiles.Origin = .incoming, composed: PackManifest? = nil,
        accept: (PackFiles) async throws -> Void
    ) async throws -> PackFiles {
        let incoming = try composed ?? PackFiles(folder: source, origin: origin).manifest
        let name = incoming.name
        guard name != OpenPack.name else {
            throw PackError("The name '\(name)' belongs to the built-in pack: give yours another one.")
        }
        let unfinished = "\(installed)/\(Self.incoming)\(name)-\(getpid())"
        try onDisk("The shelf of packs") { () throws(FileFault) in
            try Folder.make(installed)
            for prefix in [Self.incoming, Self.unfinishedChoice] {
                Leftovers.sweep(installed, prefix: prefix)
            }
            Leftovers.remove(unfinished)
            try Folder.make(unfinished)
        }
        defer { Folder.remove(unfinished) }
        try copy(incoming, from: source, origin, to: unfinished, sumsAreKnown: composed == nil)
        try await accept(try PackFiles(folder: unfinished, origin: .installed))
        try onDisk("The pack '\(name)'") { () throws(FileFault) in
            try Folder.settle(unfinished)
            try Folder.replace("\(installed)/\(name)", with: unfinished, earlierTo: earlierFolder(of: name))
        }
        return try pack(named: name)
    }

    /// Writes other thresholds into a pack's manifest. Its vectors stay what they are: thresholds are no part of its identity.
    package func set(_ thresholds: [Preset: Thresholds], of name: String) throws(PackError) -> PackFiles {
        var manifest = try pack(named: name).manifest
        manifest.thresholds.merge(thresholds) { $1 }
        let faults = manifest.faults
        if !faults.isEmpty { throw PackError(faults) }
        let bytes = try manifest.json()
        let folder = folder(of: name)
        try onDisk("The manifest of '\(name)'") { () throws(FileFault) in
            let unfinished = "\(folder)/.\(PackFiles.manifestName)-\(getpid())"
            try PlainFile.write(bytes, to: unfinished)
            try PlainFile.rename(unfinished, to: "\(folder)/\(PackFiles.manifestName)")
            try Folder.settle(folder)
        }
        return try pack(named: name)
    }

    private static let choice = "current"
    private static let earlier = ".earlier-"
    private static let incoming = ".incoming-"
    private static let unfinishedChoice = ".current-"

    /// Where the pack lies, or where an interrupted replacement left it.
    private func folder(of name: String) -> String {
        if name == OpenPack.name { return builtIn }
        let place = "\(installed)/\(name)"
        let earlier = earlierFolder(of: name)
        return !Folder.exists(place) && Folder.exists(earlier) ? earlier : place
    }

    private func earlierFolder(of name: String) -> String { "\(installed)/\(Self.earlier)\(name)" }

    /// Only where nobody chose is it the built-in pack: another pack than the chosen one has other vectors.
    private func chosenName() throws(PackError) -> String {
        let file = "\(installed)/\(Self.choice)"
        do throws(FileFault) {
            let bytes = try PlainFile.bytes(of: file, upTo: 200)
            return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        } catch {
            if error.reason == .missing { return OpenPack.name }
            throw PackError("\(file) \(error.words): choose a pack with `likeness models use`.")
        }
    }

    /// The copy is written from the very bytes whose sum was right.
    private func copy(
        _ manifest: PackManifest, from source: String, _ origin: PackFiles.Origin, to folder: String,
        sumsAreKnown: Bool
    ) throws(PackError) {
        var manifest = manifest
        var faults: [String] = []
        for file in manifest.files {
            do throws(FileFault) {
                let bytes = try PlainFile.bytes(of: "\(source)/\(file)", upTo: PackFiles.mostFileBytes)
                if !sumsAreKnown { manifest.sums[file] = SHA256.of(bytes) }
                if manifest.isIntact(bytes, as: file) {
                    try PlainFile.write(bytes, to: "\(folder)/\(file)")
                } else {
                    faults.append(PackFiles.sentence(source, file, PackFiles.changed, origin))
                }
            } catch {
                faults.append(PackFiles.sentence(source, file, error.words, origin))
            }
        }
        faults += sumsAreKnown ? [] : manifest.faults
        if !faults.isEmpty { throw PackError(faults) }
        let json = try manifest.json()
        try onDisk("The copy of pack.json") { () throws(FileFault) in
            try PlainFile.write(json, to: "\(folder)/\(PackFiles.manifestName)")
        }
    }

    private func onDisk(_ what: String, _ work: () throws(FileFault) -> Void) throws(PackError) {
        do throws(FileFault) {
            try work()
        } catch {
            throw PackError("\(what) cannot be written under \(installed): it \(error.words).")
        }
    }
}
