internal import Darkroom
internal import Domain
internal import Glibc
internal import Inference
internal import Storage

/// What somebody wants to install: a folder as it lies there, or an archive that was opened behind the barrier.
struct IncomingPack: Sendable {
    let folder: String
    /// Where its faults are to be sought: an archive's are not those of the folder it was unpacked into.
    let origin: PackFiles.Origin
    private let isOurs: Bool

    init(_ source: Word, wiring: Wiring) async throws {
        var facts = stat()
        guard source.path.withCString({ stat($0, &facts) }) == 0 else {
            throw Failure("\(source.shown) does not exist, or may not be read.", code: "missing")
        }
        if facts.st_mode & S_IFMT == S_IFDIR {
            guard let path = String(validating: source.bytes, as: UTF8.self) else {
                throw Failure(
                    "\(source.shown) is no text; give the pack's folder another name.", code: "model_pack")
            }
            folder = path
            origin = .incoming
            isOurs = false
            return
        }
        let archive = try GivenFile.photo(source, called: "The pack")
        folder = try Self.freshFolder(beside: wiring)
        origin = .archive(source.shown)
        isOurs = true
        do {
            try await wiring.withDarkroom(pack: nil) { darkroom in
                _ = try await darkroom.unpack(archive: archive.descriptor, into: folder)
            }
        } catch let error as WorkbenchError {
            clear()
            throw Failure("\(source.shown): \(error.sentence)", code: "model_pack")
        }
    }

    /// Removes what was unpacked.
    func clear() {
        guard isOurs else { return }
        Leftovers.remove(folder)
    }

    var hasManifest: Bool { names.contains("pack.json") }

    func manifest() throws(Failure) -> PackManifest {
        try spoken { () throws(PackError) in try PackFiles(folder: folder, origin: origin).manifest }
    }

    /// Files whose names say that they are licences.
    var licenceTexts: [String] {
        names.filter { name in
            let upper = name.uppercased()
            return ["LICENSE", "LICENCE", "COPYING", "NOTICE"].contains { upper.contains($0) }
        }
    }

    /// What goes into each network and what comes out, found out behind the barrier.
    func networkShapes(_ wiring: Wiring) async throws -> [String: NetworkShape] {
        let files = names.filter { $0.lowercased().hasSuffix(".onnx") }
        return try await wiring.withDarkroom(pack: nil) { darkroom in
            var shapes: [String: NetworkShape] = [:]
            for file in files {
                let network = try GivenFile.photo(Word("\(folder)/\(file)"), called: "The network")
                do throws(WorkbenchError) {
                    shapes[file] = try await darkroom.describe(network: network.descriptor)
                } catch {
                    throw Failure(
                        "\(origin.path(of: file, in: folder)): \(error.sentence)", code: "model_pack")
                }
            }
            return shapes
        }
    }

    /// The beginning of a text, as lines.
    func lines(of file: String) -> [String] {
        guard let text = try? GivenFile.photo(Word("\(folder)/\(file)"), called: "The licence") else {
            return []
        }
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = max(0, pread(text.descriptor, &bytes, bytes.count, 0))
        return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private var names: [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes a folder and those above it; what cannot be made shows at the next step.
    private static func makeFolder(_ path: String) {
        guard mkdir(path, 0o755) != 0, errno == ENOENT, let slash = path.lastIndex(of: "/") else { return }
        makeFolder(String(path[..<slash]))
        mkdir(path, 0o755)
    }

    /// An empty folder on the disk that the pack is to be installed on.
    private static func freshFolder(beside wiring: Wiring) throws(Failure) -> String {
        guard let data = wiring.configuration.data.value else {
            throw Failure("There is no folder for data: set LIKENESS_DATA.", code: "configuration")
        }
        let prefix = ".unpacking-"
        let path = "\(data)/\(prefix)\(getpid())"
        makeFolder(data)
        Leftovers.sweep(data, prefix: prefix)
        // One with our own number is of a process that had the number before us.
        Leftovers.remove(path)
        guard mkdir(path, 0o700) == 0 else {
            throw Failure("\(path) cannot be made: \(String(cString: strerror(errno))).", code: "disk_fault")
        }
        return path
    }
}
