internal import Domain
internal import Evaluation
internal import Neighbours
internal import Pipeline

/// The faces of evaluated photos, grouped as an event's are, each with what is true of it.
struct GroupedPhotos: Sendable {
    let event: EventFaces
    let found: [FoundFace]
    /// For each found face its row among those that can be compared.
    private let rows: [Int?]
    private let boxes: [(photo: Int, box: Box)]
    private let numbers: [PhotoID: Int]
    private let findable: [String: Set<Int>]
    private let space: any FaceComparing

    init(_ party: DevelopedPhotos, _ truth: GroupingTruth, _ pack: PackFacts, _ bars: GroupingBars) {
        let makeSpace = { FaceArena(pack.metric, dimension: pack.dimension) }
        let space = makeSpace()
        var faces: [GroupFace] = []
        var vectors: [FaceVector] = []
        var rows: [Int?] = []
        var seen: [(face: Face, photo: Int, identity: String?)] = []
        var numbers: [PhotoID: Int] = [:]
        for (number, photo) in party.photos.enumerated() {
            guard let photo else { continue }
            let id = PhotoID(at: Int64(number))
            numbers[id] = number
            let identities = Self.identities(of: photo.faces, truth.photos[number])
            for (place, face) in photo.faces.enumerated() {
                seen.append((face, number, identities[place]))
                guard let vector = face.vector, face.verdict.tier != .ignored else {
                    rows.append(nil)
                    continue
                }
                rows.append(faces.count)
                vectors.append(vector)
                faces.append(
                    GroupFace(
                        id: FaceID(at: Int64(faces.count)), photo: id, content: photo.contentHash,
                        number: place + 1, tier: face.verdict.tier))
            }
        }
        space.append(vectors)
        let reach = bars.question.nextUp
        let pairs = space.pairs(within: reach, from: 0).ordered(of: faces)
        let partition = ConstrainedGrouping().partition(
            of: faces, in: space, pairs: pairs, [], bars, makeSpace: makeSpace)
        let ids = partition.people.indices.map { PersonID(at: Int64($0)) }
        event = EventFaces(
            event: EventID(at: 0), standing: .none, faces: faces,
            people: partition.person.map { $0.map { ids[$0] } },
            decisions: [], space: space, pairs: pairs, reach: reach, ofOtherPacks: 0)
        found = seen.enumerated().map { place, entry in
            FoundFace(
                reference: "\(truth.photos[entry.photo].name.text) #\(place)", photo: entry.photo,
                identity: entry.identity, person: rows[place].flatMap { partition.person[$0] },
                face: entry.face)
        }
        boxes = seen.map { ($0.photo, $0.face.box) }
        var findable: [String: Set<Int>] = [:]
        for face in found where face.isUsable {
            if let identity = face.identity { findable[identity, default: []].insert(face.photo) }
        }
        self.rows = rows
        self.numbers = numbers
        self.findable = findable
        self.space = space
    }

    /// Between two found faces; only usable ones are asked for.
    var distance: @Sendable (Int, Int) -> Double {
        { [rows, space] first, second in
            guard let first = rows[first], let second = rows[second] else { return .infinity }
            return space.distance(between: first, and: second)
        }
    }

    func selfie(
        _ reference: String, _ identity: String, isStranger: Bool, _ hits: MatchPeople.Found,
        _ truth: GroupingTruth
    ) -> GivenSelfie {
        let matched = Set(hits.people.filter { $0.band == .match }.map(\.person))
        var given = Set(
            event.people.indices.filter { row in event.people[row].map(matched.contains) ?? false }
                .compactMap { numbers[event.faces[$0].photo] })
        for hit in hits.faces where hit.band == .match {
            if let number = numbers[hit.photo] { given.insert(number) }
        }
        // Where it was given others' photos, the face that brought them; else the nearest of all.
        let shown = isStranger ? [] : truth.photosOfGuest[identity] ?? []
        let nearest =
            (hits.people.filter { $0.band == .match }.map(\.nearestFace)
            + hits.faces.filter { $0.band == .match }.map(\.face))
            .compactMap { id in event.faces.firstIndex { $0.id == id } }
        let row =
            nearest.first { row in numbers[event.faces[row].photo].map { !shown.contains($0) } ?? false }
            ?? nearest.first
        return GivenSelfie(
            reference: reference, identity: identity, isStranger: isStranger, given: given,
            shown: shown,
            findable: isStranger ? [] : findable[identity] ?? [],
            nearestFace: row.flatMap { row in rows.firstIndex(of: row) }.map { found[$0].reference })
    }

    /// Where a picture is to be had.
    func place(of reference: PictureReference, _ truth: GroupingTruth) -> (PhotoName, Box)? {
        switch reference {
        case .face(let name):
            guard let place = found.firstIndex(where: { $0.reference == name }) else { return nil }
            return (truth.photos[boxes[place].photo].name, boxes[place].box)
        case .selfie(let path):
            return truth.selfies.contains { $0.path == path } ? (PhotoName(path), Self.whole) : nil
        case .photo(let number):
            guard truth.photos.indices.contains(number) else { return nil }
            return (truth.photos[number].name, boxes.first { $0.photo == number }?.box ?? Self.whole)
        }
    }

    private static let whole = Box(x: 0, y: 0, width: 400, height: 400)

    /// Who each face is: the true box that it overlaps most, each for one face; or the largest face where no box is told.
    private static func identities(of faces: [Face], _ truth: GroupingTruth.Photo) -> [String?] {
        var identities = [String?](repeating: nil, count: faces.count)
        for (identity, box) in truth.faces {
            let free = faces.indices.filter { identities[$0] == nil }
            guard let box else {
                if let largest = free.max(by: { faces[$0].box.longerSide < faces[$1].box.longerSide }) {
                    identities[largest] = identity
                }
                continue
            }
            let best = free.max { faces[$0].box.overlap(with: box) < faces[$1].box.overlap(with: box) }
            if let best, faces[best].box.overlap(with: box) > leastOverlap { identities[best] = identity }
        }
        return identities
    }

    /// Boxes by different hands differ, and those of two faces do not overlap this much.
    private static let leastOverlap = 0.3
}
