internal import Domain

/// Faces that decisions took away from the others of their person: what was said of all of them before holds for those that
/// stayed, however few they are.
struct Leavings {
    private struct Leaving {
        let number: Int64
        let faces: Set<FaceID>
        let rest: Set<FaceID>
    }

    /// Oldest first.
    private var all: [Leaving] = []
    private var placesOfFace: [FaceID: [Int]] = [:]

    init(_ decisions: [Decision]) {
        let standing = decisions.filter { !$0.isUndone && [.split, .move, .notThisPerson].contains($0.kind) }
        for decision in standing.sorted(by: { $0.number < $1.number }) {
            for case .apart(let faces, let rest) in decision.rulings {
                for face in faces { placesOfFace[face, default: []].append(all.count) }
                all.append(Leaving(number: decision.number, faces: Set(faces), rest: Set(rest)))
            }
        }
    }

    /// Those of the faces that no later decision took away from the others of them.
    func staying(of faces: [FaceID], since number: Int64) -> [FaceID] {
        let places = Set(faces.flatMap { placesOfFace[$0] ?? [] })
        guard !places.isEmpty else { return faces }
        var left = Set(faces)
        for leaving in places.sorted().map({ all[$0] }) where leaving.number > number {
            if !left.isDisjoint(with: leaving.faces), !left.isDisjoint(with: leaving.rest) {
                left.subtract(leaving.faces)
            }
        }
        return faces.filter(left.contains)
    }
}
