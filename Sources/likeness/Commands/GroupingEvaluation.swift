internal import Darkroom
internal import Domain
internal import Evaluation
internal import Glibc
internal import Inference
internal import Neighbours
internal import Pipeline
internal import Storage
internal import Synchronization

/// `likeness evaluate --grouping`: the photos of a folder grouped as an event's are, and held against what is true.
struct GroupingEvaluation: Sendable {
    let folder: Word
    let policy: Policy
    let jobs: Int
    let preset: Preset
    let groups: Word?
    let strangers: Word?
    let page: Word?
    let replaces: Bool
    let asJSON: Bool

    func run() async throws -> ExitCode {
        let files = try GivenFolder.open(folder)
        let groups = try groups.map { word throws(Failure) in try Self.groups(word) }
        let result = try page.map { word throws(Failure) in
            try ResultFile(word, among: folder, replaces: replaces)
        }
        let wiring = try Wiring()
        let pack = try wiring.pack()
        let facts = pack.manifest.facts
        guard let thresholds = facts.thresholds(for: preset) else {
            throw Failure(MatchError.noThresholds(preset).sentence, code: "no_thresholds")
        }
        let truth = try await GroupingTruth(of: files, called: folder)
        guard !truth.photos.isEmpty else {
            throw Failure("\(folder.shown) has no photos of people; give each a folder.", code: "no_photos")
        }
        let progress = Progress(of: "photos")
        defer { progress.end() }
        return try await wiring.withDarkroom(
            pack: pack, children: jobs, policy: policy, note: { progress.note($0) }
        ) { darkroom in
            let party = try await DevelopedPhotos(
                truth.photos.map(\.name), in: files, darkroom, policy: policy, width: jobs, progress)
            for fault in party.faults { progress.note("likeness evaluate: \(fault)") }
            let bars = GroupingBars(thresholds, facts)
            let grouped = GroupedPhotos(party, truth, facts, bars)
            // A photo that stands for a selfie is no photo of the event then.
            let searched =
                truth.heldOut.isEmpty
                ? grouped : GroupedPhotos(party.without(truth.heldOut), truth, facts, bars)
            let selfies = try await selfies(truth, files, darkroom, searched, thresholds, facts, progress)
            let report = GroupingReport(
                faces: grouped.found, selfies: selfies, groups: groups, merge: thresholds.merge.distance,
                distance: grouped.distance)
            progress.end()
            Console.print(asJSON ? try EvaluateCommand.json(report) : report.text)
            if let result {
                try await write(report, to: result, grouped, truth, files, darkroom, pack.manifest)
            }
            return party.faults.isEmpty ? .done : .failed
        }
    }

    private static func groups(_ word: Word) throws(Failure) -> PeopleGroups {
        do throws(CSVError) {
            return try PeopleGroups(
                reading: CSVTable(reading: String(decoding: try bytes(of: word), as: UTF8.self)))
        } catch {
            throw Failure("\(word.shown): \(error.sentence)", code: "groups")
        }
    }

    private static func bytes(of word: Word) throws(CSVError) -> [UInt8] {
        let descriptor = word.path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw .empty }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4 << 20)
        let count = read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }

    /// Guests' selfies with what each was given, then strangers'.
    private func selfies(
        _ truth: GroupingTruth, _ files: FolderFiles, _ darkroom: Darkroom, _ grouped: GroupedPhotos,
        _ thresholds: Thresholds, _ facts: PackFacts, _ progress: Progress
    ) async throws -> [GivenSelfie] {
        let match = MatchPeople(grouped.event, thresholds, hasKnownWeakness: facts.hasKnownWeakness)
        var given: [GivenSelfie] = []
        func add(
            _ photo: OpenPhoto, _ reference: String, _ identity: String, _ box: Box? = nil, isStranger: Bool
        ) async throws {
            let faces: [Face]
            do throws(DevelopError) {
                faces = try await darkroom.develop(
                    photo, order: DevelopOrder(purpose: .selfie, wantsRenditions: false)
                ).faces
            } catch {
                return progress.note("likeness evaluate: \(reference): \(error.sentence) [\(error.code)]")
            }
            // A guest who is asked says which face is theirs: the labelled one, or else the largest.
            let own = LabelledPhoto(name: PhotoName(reference), identity: identity, box: box)
            guard let vector = own.labelledFace(among: faces)?.vector else {
                return progress.note("likeness evaluate: \(reference) shows no face that can be compared.")
            }
            given.append(
                grouped.selfie(
                    reference, identity, isStranger: isStranger, match.found(for: [vector]), truth))
        }
        for (identity, selfie, box, isStranger) in truth.selfies {
            let photo: OpenPhoto
            do throws(PhotoOpenError) { photo = try await files.open(PhotoName(selfie)).photo } catch {
                progress.note("likeness evaluate: \(selfie): \(error.sentence) [\(error.code)]")
                continue
            }
            try await add(photo, selfie, identity, box, isStranger: isStranger)
        }
        guard let strangers else { return given }
        let others = try GivenFolder.open(strangers)
        for entry in try await others.entries() {
            guard case .file = entry.kind, let found = try? await others.open(entry.name),
                case .picture = found.kind
            else { continue }
            let name = entry.name.text
            try await add(found.photo, "\(strangers.shown)/\(name)", name, isStranger: true)
        }
        return given
    }

    private func write(
        _ report: GroupingReport, to result: ResultFile, _ grouped: GroupedPhotos, _ truth: GroupingTruth,
        _ files: FolderFiles, _ darkroom: Darkroom, _ pack: PackManifest
    ) async throws {
        let page = GroupingPage(
            report, title: folder.shown,
            subtitle: "\(pack.title), \(preset.rawValue), \(policy.rawValue)")
        // Which pictures it wants is known once it has been written without any.
        let wanted = Mutex<[PictureReference]>([])
        _ = page.html { reference in
            wanted.withLock { $0.append(reference) }
            return nil
        }
        var pictures: [PictureReference: [UInt8]] = [:]
        for reference in Set(wanted.withLock { $0 }) {
            guard let (name, box) = grouped.place(of: reference, truth),
                let photo = try? await files.open(name).photo
            else { continue }
            do throws(DevelopError) {
                pictures[reference] = try await darkroom.contactSheet([
                    Tile(photo: photo, box: box, caption: "")
                ])
            } catch {
                Console.note("\(name.text) is not on the page: \(error.sentence) [\(error.code)]")
            }
        }
        try result.write(Array(page.html { [pictures] reference in pictures[reference] }.utf8))
    }
}

/// What is true of the photos of a folder.
struct GroupingTruth: Sendable {
    struct Photo: Sendable {
        let name: PhotoName
        /// Who is where; a box that is absent means the largest face.
        let faces: [(identity: String, box: Box?)]
    }

    private(set) var photos: [Photo] = []
    /// Who it is, the box of their face where more than one may be on it, and whether they are on no photo.
    private(set) var selfies: [(identity: String, path: String, box: Box?, isStranger: Bool)] = []
    private(set) var photosOfGuest: [String: Set<Int>] = [:]
    /// Photos of a folder that stand for selfies, of people with enough of them.
    private(set) var heldOut: Set<Int> = []

    static let fileName = PhotoName("truth.json")
    /// Two photos make a person, and one more is looked for by.
    private static let fewestPhotos = 3

    init(of files: FolderFiles, called folder: Word) async throws {
        if let found = try? await files.open(Self.fileName) {
            var bytes = [UInt8](repeating: 0, count: min(Int(found.photo.stamp.sizeInBytes), 256 << 20))
            let count = max(0, pread(found.photo.descriptor, &bytes, bytes.count, 0))
            do throws(EventTruthError) {
                try take(EventTruth(reading: Array(bytes[..<count])))
            } catch {
                throw Failure(
                    "\(folder.shown)/truth.json tells no photos with faces and boxes.", code: "truth")
            }
            return
        }
        let labelled = try await EvaluateCommand.labelled(in: files, called: folder)
        photos = labelled.photos.map { Photo(name: $0.name, faces: [($0.identity, $0.box)]) }
        let numbers = Dictionary(grouping: photos.indices) { photos[$0].faces[0].identity }
        for (identity, own) in numbers.sorted(by: { $0.key < $1.key }) where own.count >= Self.fewestPhotos {
            guard let last = own.last else { continue }
            heldOut.insert(last)
            selfies.append((identity, photos[last].name.text, photos[last].faces[0].box, false))
            photosOfGuest[identity] = Set(own.dropLast())
        }
    }

    private mutating func take(_ truth: EventTruth) {
        var numbers: [String: Int] = [:]
        for (number, photo) in truth.photos.enumerated() {
            numbers[photo.file] = number
            photos.append(
                Photo(name: PhotoName(photo.file), faces: photo.faces.map { ($0.identity, $0.box) }))
        }
        for (identity, guest) in truth.guests.sorted(by: { $0.key < $1.key }) {
            selfies.append((identity, guest.selfie, nil, false))
            photosOfGuest[identity] = Set(guest.photos.compactMap { numbers[$0] })
        }
        for (identity, selfie) in truth.absent.sorted(by: { $0.key < $1.key }) {
            selfies.append((identity, selfie, nil, true))
        }
    }
}

/// Photos of a folder as they came out of the darkroom.
struct DevelopedPhotos: Sendable {
    struct Photo: Sendable {
        let contentHash: String
        let faces: [Face]
    }

    private(set) var photos: [Photo?]
    private(set) var faults: [String] = []

    func without(_ numbers: Set<Int>) -> DevelopedPhotos {
        var rest = self
        for number in numbers { rest.photos[number] = nil }
        return rest
    }

    init(
        _ names: [PhotoName], in files: FolderFiles, _ darkroom: any Developing, policy: Policy, width: Int,
        _ progress: Progress
    ) async throws {
        struct State {
            var ahead: Range<Int>
            var done = 0
            var photos: [Photo?]
            var faults: [String] = []
        }
        let state = Mutex(State(ahead: 0..<names.count, photos: [Photo?](repeating: nil, count: names.count)))
        let stage = Stage(width: width) {
            state.withLock { $0.ahead.popFirst() }
        } work: { place throws(Failure) in
            let photo: OpenPhoto
            do throws(PhotoOpenError) { photo = try await files.open(names[place]).photo } catch {
                throw Failure(error.sentence, code: error.code)
            }
            do throws(DevelopError) {
                let order = DevelopOrder(purpose: .photo(policy), wantsRenditions: false)
                let development = try await darkroom.develop(photo, order: order)
                return Photo(contentHash: development.facts.contentHash, faces: development.faces)
            } catch {
                throw Failure(error.sentence, code: error.code)
            }
        } settle: { place, result in
            let count = state.withLock { state in
                state.done += 1
                switch result {
                case .success(let photo): state.photos[place] = photo
                case .failure(let fault):
                    state.faults.append("\(names[place].text): \(fault.sentence)")
                }
                return ProgressCount(done: state.done, total: names.count, failed: state.faults.count)
            }
            progress.show(count)
        }
        try await stage.run()
        (photos, faults) = state.withLock { ($0.photos, $0.faults) }
    }
}
