internal import Domain

/// Lets faces keep their identifiers when a photo is developed again, retouched or by another recipe: what people decided
/// about a face stays with whoever sits in the same place.
struct FaceCarryOver {
    private let earlier: [DevelopSubject.EarlierFace]

    /// Share of both boxes together that they have in common, from which on they show the same face.
    private static let leastOverlap = 0.5

    init(_ earlier: [DevelopSubject.EarlierFace]) { self.earlier = earlier }

    /// One identifier for each face, the closest pairs first.
    func identifiers(for development: Development, at milliseconds: Int64) -> [FaceID] {
        let (width, height) = (Double(development.facts.width), Double(development.facts.height))
        var pairs: [(overlap: Double, face: Int, earlier: Int)] = []
        for (place, face) in development.faces.enumerated() {
            let box = Box(
                x: face.box.x / width, y: face.box.y / height, width: face.box.width / width,
                height: face.box.height / height)
            for (number, old) in earlier.enumerated() {
                let overlap = Self.overlap(box, old.box)
                if overlap >= Self.leastOverlap { pairs.append((overlap, place, number)) }
            }
        }
        var ids = [FaceID?](repeating: nil, count: development.faces.count)
        var taken: Set<Int> = []
        for pair in pairs.sorted(by: { $0.overlap > $1.overlap }) {
            guard ids[pair.face] == nil, taken.insert(pair.earlier).inserted else { continue }
            ids[pair.face] = earlier[pair.earlier].id
        }
        return ids.map { $0 ?? FaceID(at: milliseconds) }
    }

    private static func overlap(_ a: Box, _ b: Box) -> Double {
        let width = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
        let height = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
        guard width > 0, height > 0 else { return 0 }
        let common = width * height
        return common / (a.width * a.height + b.width * b.height - common)
    }
}
