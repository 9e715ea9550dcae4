internal import Darkroom
internal import Domain
internal import Inference
internal import Pipeline
internal import Storage

/// `likeness match`: the photos of a folder that show the face on a selfie.
struct MatchCommand: Command {
    static let description = CommandDescription(
        name: "match",
        summary:
            "find the photos of an event or an indexed folder that show the person on a selfie, best first",
        details: [
            "With --event the selfie is compared with the people of an event, by the mean of a person's nearest faces, and "
                + "with every single face; several selfies of the same person may be given. Looking for somebody needs "
                + "their consent: --consent says where it is kept, and every search is written down with it.",
            "Beside the matches, photos in the narrow band where a person would be asked \"is this you?\" are listed "
                + "apart. A selfie with several faces asks which one is meant: they are listed with numbers from 1, "
                + "largest first, and --face chooses.",
            "Photos are numbered in the list, in JSON and on the contact sheet alike; there a match has a green "
                + "frame, and one to ask about a yellow frame and a question mark.",
            "Presets, strictest first: children, intimate, conference, outdoor.",
            "In lists and JSON, bytes of a photo's name that are no UTF-8, control and format characters are written "
                + "as \\xNN, and a backslash is doubled.",
        ],
        places: [selfie],
        options: [
            event, consent, folder, PoolOptions.data, SharedOptions.database, SharedOptions.json, sheet,
            SharedOptions.replace, face, preset,
            limit,
        ],
        examples: [
            Example(
                "likeness match ada.jpg --event Congress --consent \"form 17\"",
                "the photos of a guest who agreed"),
            Example("likeness match me.jpg --in ~/wedding", "the photos with me, nearest first"),
            Example("likeness match us.jpg --in ~/wedding --face 2", "the second largest face is meant"),
            Example(
                "likeness match me.jpg --in ~/wedding --contact-sheet me-sheet.jpg", "a picture of all hits"),
            Example(
                "likeness match me.jpg --in ~/wedding --json --preset children",
                "for scripts, with the strictest bar"),
        ],
        exits: [
            (.done, "done, also where no photo matches"), (.failed, "it could not be done"),
            (.severalFaces, "several faces are on the selfie: choose one with --face"),
            (.noUsableFace, "no face on the selfie, or none that can be compared"),
        ])

    private static let selfie = Place("SELFIE", "a photo of the person", isRepeated: true)
    private static let event = Option("--event", "EVENT", "the event to look in, by name")
    private static let consent = Option(
        "--consent", "REFERENCE", "with --event: where the person's consent is kept, such as a form's number")
    private static let folder = Option("--in", "FOLDER", "the folder that was indexed, instead of an event")
    private static let sheet = Option(
        "--contact-sheet", "OUT.jpg",
        "write a picture of all hits: the faces in boxes, with number and distance")
    private static let face = Option(
        "--face", "N", "which face of the selfie is meant, from 1, largest first")
    private static let preset = Option("--preset", "PRESET", "how strict: conference where nothing is said")
    private static let limit = Option("--limit", "N", "at most so many matches, and so many to ask about")

    private let eventMatch: EventMatch?
    private let selfie: Word
    private let folder: Word
    private let database: Word?
    private let asJSON: Bool
    private let sheet: Word?
    private let replaces: Bool
    private let face: Int?
    private let preset: Preset
    private let limit: Int

    init(_ arguments: Arguments) throws(UsageError) {
        selfie = arguments[Self.selfie]
        if let event = arguments[Self.event] {
            guard arguments[Self.folder] == nil else {
                throw UsageError("Either --event or --in says where to look, not both.")
            }
            guard let consent = arguments[Self.consent],
                !consent.text.allSatisfy(\.isWhitespace)
            else {
                throw UsageError(
                    "\(Self.consent.usage) is missing: looking for somebody needs their consent, and the record says where it is kept."
                )
            }
            guard arguments[Self.preset] == nil else {
                throw UsageError(
                    "An event has its own preset: `likeness event settings \(event.shown) --preset` changes it."
                )
            }
            guard arguments[Self.sheet] == nil else {
                throw UsageError("\(Self.sheet.name) is made of a folder: it belongs to --in.")
            }
            guard arguments[Self.face] == nil || arguments[all: Self.selfie].count == 1 else {
                throw UsageError("\(Self.face.name) chooses on one selfie; give one at a time.")
            }
            eventMatch = EventMatch(
                selfies: arguments[all: Self.selfie], event: event, consent: consent.text,
                face: try arguments.number(Self.face, in: 1...10_000),
                limit: try arguments.number(Self.limit, in: 1...1_000_000) ?? .max,
                options: PoolOptions(arguments), asJSON: arguments.has(SharedOptions.json))
            folder = Word("")
        } else {
            guard let place = arguments[Self.folder] else {
                throw UsageError("Say where to look: --event EVENT or --in FOLDER.")
            }
            guard arguments[all: Self.selfie].count == 1 else {
                throw UsageError("In a folder one selfie is looked for at a time.")
            }
            eventMatch = nil
            folder = place
        }
        database = arguments[SharedOptions.database]
        asJSON = arguments.has(SharedOptions.json)
        sheet = arguments[Self.sheet]
        replaces = arguments.has(SharedOptions.replace)
        face = try arguments.number(Self.face, in: 1...10_000)
        preset = try arguments.choice(Self.preset) ?? .conference
        limit = try arguments.number(Self.limit, in: 1...1_000_000) ?? .max
    }

    func run() async throws -> ExitCode {
        if let eventMatch { return try await eventMatch.run() }
        let opened = try GivenFile.photo(selfie, called: "The selfie")
        let files = try GivenFolder.open(folder)
        let result = try sheet.map { word throws(Failure) in
            try ResultFile(word, besides: opened, among: folder, replaces: replaces)
        }
        let wiring = try Wiring()
        let index = try await openIndex(wiring)
        let pack = try wiring.pack()
        return try await wiring.withDarkroom(pack: pack) { darkroom in
            let use = MatchSelfie(darkroom: darkroom, index: index, pack: pack.manifest.facts)
            let outcome: MatchOutcome
            do throws(MatchError) {
                outcome = try await use.matches(of: opened, choosing: face, preset: preset)
            } catch {
                throw failure(error)
            }
            guard case .found(let photos, let found) = outcome else { return explain(outcome) }
            let page = MatchPage(photos: photos, of: found, number: face ?? 1, limit: limit)
            if let result { try await ContactSheet(page: page, folder: files).write(to: result, darkroom) }
            show(page)
            return .done
        }
    }

    private func openIndex(_ wiring: Wiring) async throws(Failure) -> FaceIndex {
        let place = GivenFolder.index(of: folder, database)
        let vault = try await wiring.folderVault(of: place)
        do throws(PoolError) {
            return try await FaceIndex.open(place.path, SQLiteSettings(.existing), vault: vault)
        } catch .storage(.missing) {
            throw Failure(
                "There is no index \(place.shown); run `likeness index` on the folder first.",
                code: "never_indexed")
        } catch {
            throw Failure("\(place.shown): \(error.sentence)", code: error.code)
        }
    }

    private func failure(_ error: MatchError) -> Failure {
        switch error {
        case .selfie(.darkroomUnavailable(let why)): Failure(why, code: "darkroom_unavailable")
        case .selfie(let error): Failure(error, about: selfie)
        case .index(let error): Failure(error, about: GivenFolder.index(of: folder, database))
        case .neverIndexed, .otherPack, .noThresholds: Failure(error.sentence, code: error.code)
        }
    }

    private func show(_ page: MatchPage) {
        if asJSON { return Console.print(page.json.document) }
        if page.isEmpty {
            Console.note("No photo in \(folder.shown) shows this face.")
        } else {
            Console.print(page.text)
        }
        if page.facesOfOtherPacks > 0 {
            Console.note(
                "\(page.facesOfOtherPacks) faces were left out: another model pack made them; run `likeness index` again."
            )
        }
    }

    /// Says why nothing was compared, on both outputs where JSON is wanted.
    private func explain(_ outcome: MatchOutcome) -> ExitCode {
        let refusal = SelfieRefusal(outcome, face: face)
        if asJSON {
            Console.print(refusal.json.document)
        } else if !refusal.faces.isEmpty {
            Console.print(refusal.table)
        }
        Console.note("likeness match: \(selfie.shown): \(refusal.sentence) [\(refusal.code)]")
        return refusal.exit
    }
}
