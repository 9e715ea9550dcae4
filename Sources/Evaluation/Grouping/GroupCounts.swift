/// How many faces of each identity every person holds: all that pairs and BCubed need to know.
///
/// Decisions: identities are drawn, as in `ErrorCurve`. One drawn twice brings its faces twice, each copy with its own
/// right pairs; two copies of one identity are never held to be different people, nor the same. Faces outside of every
/// person are groups of one. BCubed F is the harmonic mean of the mean precision and the mean recall.
struct GroupCounts {
    let identities: Int
    private let cells: [Cell]
    private let places: [Place: Int]
    private let persons: Int
    private let facesOfIdentity: [Int]

    /// A known face, by number: whose it is, and the person it was put into.
    struct Member {
        let identity: Int
        let person: Int?
    }

    /// Faces of one identity in one person.
    private struct Cell {
        let identity: Int
        let person: Int
        let faces: Int
    }

    /// Some of the faces: how many of each cell, and how many outside of every person for each identity.
    struct Part {
        fileprivate var inCells: [Int]
        fileprivate var outside: [Int]
    }

    init(of members: [Member], identities: Int) {
        self.identities = identities
        var faces = [Int](repeating: 0, count: identities)
        var counts: [Place: Int] = [:]
        for member in members {
            faces[member.identity] += 1
            guard let person = member.person else { continue }
            counts[Place(identity: member.identity, person: person), default: 0] += 1
        }
        // In one order whatever the order of the faces, so that sums agree to the last bit.
        let ordered = counts.sorted { ($0.key.person, $0.key.identity) < ($1.key.person, $1.key.identity) }
        var numbers: [Int: Int] = [:]
        cells = ordered.map { place, faces in
            let person = numbers[place.person] ?? numbers.count
            numbers[place.person] = person
            return Cell(identity: place.identity, person: person, faces: faces)
        }
        places = Dictionary(uniqueKeysWithValues: ordered.enumerated().map { ($1.key, $0) })
        persons = numbers.count
        facesOfIdentity = faces
    }

    private struct Place: Hashable {
        let identity: Int
        let person: Int
    }

    /// Some of the faces that were counted.
    func part(_ members: [Member]) -> Part {
        var part = Part(
            inCells: [Int](repeating: 0, count: cells.count), outside: [Int](repeating: 0, count: identities))
        for member in members {
            let cell = member.person.flatMap { places[Place(identity: member.identity, person: $0)] }
            if let cell { part.inCells[cell] += 1 } else { part.outside[member.identity] += 1 }
        }
        return part
    }

    /// Precision, recall and F of some of the faces, each face judged by the whole person it is in.
    func bcubed(of part: Part, draws: [Int]) -> [Double?] {
        let drawnFaces = drawnFacesOfPersons(draws)
        var faces = 0
        var precision = 0.0
        var recall = 0.0
        for (cell, count) in zip(cells, part.inCells) where count > 0 {
            let drawn = draws[cell.identity]
            let others = drawnFaces[cell.person] - drawn * cell.faces
            let weight = Double(drawn * count)
            faces += drawn * count
            precision += weight * Double(cell.faces) / Double(cell.faces + others)
            recall += weight * Double(cell.faces) / Double(facesOfIdentity[cell.identity])
        }
        for (identity, count) in part.outside.enumerated() where count > 0 {
            let weight = Double(draws[identity] * count)
            faces += draws[identity] * count
            precision += weight
            recall += weight / Double(facesOfIdentity[identity])
        }
        guard faces > 0 else { return [nil, nil, nil] }
        precision /= Double(faces)
        recall /= Double(faces)
        return [precision, recall, 2 * precision * recall / (precision + recall)]
    }

    /// The share of the pairs in one person that are right, and the share of the true pairs that are in one person.
    func pairs(draws: [Int]) -> [Double?] {
        var right = 0
        var squares = [Int](repeating: 0, count: persons)
        for cell in cells {
            let drawn = draws[cell.identity]
            right += drawn * Self.pairs(among: cell.faces)
            squares[cell.person] += drawn * cell.faces * drawn * cell.faces
        }
        let wrong = zip(drawnFacesOfPersons(draws), squares).reduce(0) { $0 + ($1.0 * $1.0 - $1.1) / 2 }
        let due = zip(draws, facesOfIdentity).reduce(0) { $0 + $1.0 * Self.pairs(among: $1.1) }
        return [
            right + wrong > 0 ? Double(right) / Double(right + wrong) : nil,
            due > 0 ? Double(right) / Double(due) : nil,
        ]
    }

    private func drawnFacesOfPersons(_ draws: [Int]) -> [Int] {
        var faces = [Int](repeating: 0, count: persons)
        for cell in cells { faces[cell.person] += draws[cell.identity] * cell.faces }
        return faces
    }

    private static func pairs(among faces: Int) -> Int { faces * (faces - 1) / 2 }
}
