internal import Darkroom
internal import Domain
internal import Inference

/// `likeness models install`: takes a pack from a folder or an archive.
struct ModelsInstall: Command {
    static let description = CommandDescription(
        name: "models install",
        summary: "install a model pack from a folder or an archive (zip, tar, tar.gz)",
        details: [
            "A pack is a folder with a pack.json. A pair of networks in InsightFace's manner without one (SCRFD, YuNet "
                + "or CenterFace, and an ArcFace embedder for 112x112 chips) is recognised too; --name then gives it "
                + "its name, and --detector and --embedder choose where several files would do.",
            "The licence is shown and must be accepted; sums are checked; both networks run behind the barrier before "
                + "the pack gets its place. Until then nothing changes, and the earlier pack stays in use.",
        ],
        places: [source], options: [name, title, detector, embedder, accept],
        examples: [
            Example("likeness models install arcface.zip", "a pack with its own pack.json"),
            Example(
                "likeness models install buffalo/ --name arcface --accept-licence",
                "a folder of networks that you have the right to use"),
        ],
        exits: [
            (.done, "the pack is installed"), (.failed, "it was refused, or its licence was not accepted"),
        ])

    private static let source = Place("SOURCE", "the pack's folder or archive")
    private static let name = Option("--name", "NAME", "what a pack without pack.json is called")
    private static let title = Option("--title", "TITLE", "its title for people")
    private static let detector = Option("--detector", "FILE", "which of its files finds faces")
    private static let embedder = Option("--embedder", "FILE", "which of its files makes vectors")
    private static let accept = Option("--accept-licence", nil, "accept the licence without being asked")

    private let source: Word
    private let title: String?
    private let choices: PackChoices?
    private let acceptsLicence: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        source = arguments[Self.source]
        title = arguments[Self.title]?.text
        acceptsLicence = arguments.has(Self.accept)
        choices = arguments[Self.name].map {
            PackChoices(
                name: $0.text, detectorFile: arguments[Self.detector]?.text,
                embedderFile: arguments[Self.embedder]?.text)
        }
        let needsName = [Self.title, Self.detector, Self.embedder].first { arguments.has($0) }
        if let needsName, choices == nil {
            throw UsageError("\(needsName.name) is for a pack without pack.json, which also needs --name.")
        }
    }

    func run() async throws -> ExitCode {
        let wiring = try Wiring()
        let shelf = try wiring.shelf()
        let incoming = try await IncomingPack(source, wiring: wiring)
        defer { incoming.clear() }
        let composed = try await composed(from: incoming, wiring)
        let manifest = try composed ?? incoming.manifest()
        try agree(to: manifest.licence, of: manifest.name, texts: incoming)
        let installed: PackFiles
        do {
            installed = try await shelf.install(
                from: incoming.folder, origin: incoming.origin, composed: composed
            ) { pack in
                _ = try await wiring.selfTest(of: pack)
            }
        } catch let error as PackError {
            throw Failure(error)
        }
        let name = installed.manifest.name
        Console.print("\(name) is installed. `likeness models use \(name)` puts it in use.")
        return .done
    }

    /// A manifest for a folder without one, from the shapes of its networks.
    private func composed(from incoming: IncomingPack, _ wiring: Wiring) async throws -> PackManifest? {
        guard let choices else {
            if incoming.hasManifest { return nil }
            throw Failure(
                "\(source.shown) has no pack.json; give the networks in it a name with --name.",
                code: "model_pack")
        }
        if incoming.hasManifest {
            throw Failure(
                "\(source.shown) has a pack.json, which names it; leave --name out.", code: "model_pack")
        }
        var withTexts = choices
        withTexts.licenceTexts = incoming.licenceTexts
        let shapes = try await incoming.networkShapes(wiring)
        var manifest = try spoken { () throws(PackError) in
            try composeManifest(files: shapes, choices: withTexts)
        }
        if let title { manifest.title = title }
        return manifest
    }

    private func agree(to licence: PackManifest.Licence, of name: String, texts: IncomingPack) throws(Failure)
    {
        Console.note(
            "Licence of \(name): \(shown(licence.summary)). Commercial use is \(licence.commercialUse.words)."
        )
        for file in licence.texts {
            let lines = texts.lines(of: file)
            Console.note("--- \(shown(file)), \(lines.count) lines")
            Console.note(lines.prefix(Self.shownLines).map(shown).joined(separator: "\n"))
            if lines.count > Self.shownLines { Console.note("… the rest is in the pack.") }
        }
        if acceptsLicence { return }
        guard Console.canAsk else {
            throw Failure("The licence must be accepted: add --accept-licence.", code: "licence_not_accepted")
        }
        guard Console.agrees(to: "Do you accept the licence, and may you use these files?") else {
            throw Failure(
                "The licence was not accepted; nothing was installed.", code: "licence_not_accepted")
        }
    }

    private static let shownLines = 12
}
