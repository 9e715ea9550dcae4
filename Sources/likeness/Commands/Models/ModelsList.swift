internal import Domain
internal import Inference

/// `likeness models list`: the model packs of this machine.
struct ModelsList: Command {
    static let description = CommandDescription(
        name: "models list",
        summary: "the model packs of this machine, the one in use marked with *",
        options: [SharedOptions.json],
        examples: [Example("likeness models list", "names, licences and known weaknesses")],
        exits: [(.done, "done"), (.failed, "the pack in use is broken")])

    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) { asJSON = arguments.has(SharedOptions.json) }

    func run() async throws -> ExitCode {
        let entries = try Wiring().shelf().list()
        Console.print(
            asJSON
                ? JSON.object([("packs", .list(entries.map(Self.json)))]).document
                : entries.map(Self.text).joined(separator: "\n\n"))
        if case .failure? = entries.first(where: \.isInUse)?.pack { return .failed }
        // The choice names a pack that is no longer there.
        return entries.contains(where: \.isInUse) ? .done : .failed
    }

    private static func text(_ entry: PackShelf.Entry) -> String {
        let head = "\(entry.isInUse ? "*" : " ") \(entry.name)"
        switch entry.pack {
        case .failure(let error):
            return "\(head): broken\n" + error.faults.map { "    \(shown($0))" }.joined(separator: "\n")
        case .success(let pack):
            let manifest = pack.manifest
            let lines = [
                manifest.title + ", version " + manifest.version,
                "vectors of \(manifest.embedder.dimension) numbers, \(manifest.metric.rawValue) distance",
                "licence: \(manifest.licence.summary); commercial use is \(manifest.licence.commercialUse.words)",
            ]
            let weaknesses = manifest.weaknesses.map { "known weakness: \($0)" }
            return "\(head): " + (lines + weaknesses).map(shown).joined(separator: "\n    ")
        }
    }

    private static func json(_ entry: PackShelf.Entry) -> JSON {
        var fields: [(String, JSON)] = [
            ("name", .text(entry.name)), ("inUse", .truth(entry.isInUse)), ("folder", .text(entry.folder)),
        ]
        switch entry.pack {
        case .failure(let error): fields.append(("faults", .list(error.faults.map { .text($0) })))
        case .success(let pack): fields += JSON.facts(of: pack.manifest)
        }
        return .object(fields)
    }
}

extension JSON {
    /// A pack as list and doctor show it.
    static func facts(of manifest: PackManifest) -> [(String, JSON)] {
        [
            ("title", .text(manifest.title)), ("version", .text(manifest.version)),
            ("dimension", .integer(manifest.embedder.dimension)), ("metric", .text(manifest.metric.rawValue)),
            ("licence", .text(manifest.licence.summary)),
            ("commercialUse", .text(manifest.licence.commercialUse.rawValue)),
            ("weaknesses", .list(manifest.weaknesses.map { .text($0) })),
        ]
    }
}
