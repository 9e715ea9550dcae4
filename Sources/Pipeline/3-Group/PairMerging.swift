internal import Domain

/// Groups that grow by merging the nearest pairs first, and refuse what must not be.
///
/// A merge is refused, and becomes a question, where the two sides were seen together: on more than a tenth of the smaller
/// side's photos, since one or two can be mirrors, screens and collages. It is refused quietly where a decision says so.
struct PairMerging {
    private let faces: [GroupFace]
    private var sets: DisjointSets
    /// Of each root: on how many of its faces a photo is, in photos that are numbered.
    private var photos: [Int: [Int32: Int32]] = [:]
    private var sides: [Int: [Int: Bool]] = [:]
    private var touched: Set<Int> = []
    private let photoNumbers: [Int32]
    private let limitsSharedPhotos: Bool

    /// Pairs that were refused though they are near, each as it was found first.
    private(set) var refused: [(kind: OpenQuestion.Kind, pair: NearPair)] = []
    /// What was refused already, so that the thousand other pairs of two crowds cost nothing. A side that has grown since
    /// is looked at anew: the answer must not depend on which of its faces happens to be its root.
    private var refusedSides: Set<Sides> = []
    /// How many merges made a root what it is.
    private var merges: [Int32]

    private struct Sides: Hashable {
        let first: Int
        let mergesOfFirst: Int32
        let second: Int
        let mergesOfSecond: Int32
    }

    init(faces: [GroupFace], _ constraints: Constraints, limitsSharedPhotos: Bool) {
        self.faces = faces
        self.limitsSharedPhotos = limitsSharedPhotos
        sets = DisjointSets(faces.count)
        merges = [Int32](repeating: 0, count: faces.count)
        var numbers: [PhotoID: Int32] = [:]
        photoNumbers = faces.map { face in
            if let number = numbers[face.photo] { return number }
            numbers[face.photo] = Int32(numbers.count)
            return Int32(numbers.count - 1)
        }
        for rows in constraints.components {
            var root = sets.root(rows[0])
            for row in rows.dropFirst() { root = join(root, sets.root(row)) }
            touched.insert(root)
        }
        for (number, pair) in constraints.apart.enumerated() {
            for row in pair.first { sides[sets.root(row), default: [:]][number] = false }
            for row in pair.second { sides[sets.root(row), default: [:]][number] = true }
        }
    }

    mutating func root(_ row: Int) -> Int { sets.root(row) }

    func isTouched(_ root: Int) -> Bool { touched.contains(root) }

    /// Merges the sides of a pair unless something speaks against it.
    mutating func merge(_ pair: NearPair) {
        let (a, b) = (sets.root(Int(pair.first)), sets.root(Int(pair.second)))
        if a == b { return }
        let (low, high) = (min(a, b), max(a, b))
        let sides = Sides(
            first: low, mergesOfFirst: merges[low], second: high, mergesOfSecond: merges[high])
        if refusedSides.contains(sides) { return }
        if isApart(a, b) {
            refusedSides.insert(sides)
        } else if touched.contains(a) && touched.contains(b) {
            refusedSides.insert(sides)
            refused.append((.bothTouched, pair))
        } else if limitsSharedPhotos && wereSeenTogether(a, b) {
            refusedSides.insert(sides)
            refused.append((.samePhotos, pair))
        } else {
            _ = join(a, b)
        }
    }

    /// Whether a decision keeps two groups apart.
    func isApart(_ a: Int, _ b: Int) -> Bool {
        guard let sidesOfA = sides[a], let sidesOfB = sides[b] else { return false }
        let (few, many) = sidesOfA.count < sidesOfB.count ? (sidesOfA, sidesOfB) : (sidesOfB, sidesOfA)
        return few.contains { number, side in many[number].map { $0 != side } ?? false }
    }

    /// Whether two groups are on the same photos more often than mirrors and screens explain.
    func wereSeenTogether(_ a: Int, _ b: Int) -> Bool {
        let (few, many) = numbersOfPhotos(a) < numbersOfPhotos(b) ? (a, b) : (b, a)
        let most = numbersOfPhotos(few) / 10
        var shared = 0
        for photo in photosOf(few) where isOn(photo, many) {
            shared += 1
            if shared > most { return true }
        }
        return false
    }

    private func numbersOfPhotos(_ root: Int) -> Int { photos[root]?.count ?? 1 }

    private func photosOf(_ root: Int) -> [Int32] {
        photos[root].map { Array($0.keys) } ?? [photoNumbers[root]]
    }

    private func isOn(_ photo: Int32, _ root: Int) -> Bool {
        photos[root].map { $0[photo] != nil } ?? (photoNumbers[root] == photo)
    }

    private mutating func join(_ a: Int, _ b: Int) -> Int {
        if a == b { return a }
        let root = sets.union(a, b)
        merges[root] += 1
        let gone = root == a ? b : a
        // The smaller list moves into the larger.
        var kept = photos.removeValue(forKey: root) ?? [photoNumbers[root]: 1]
        var moved = photos.removeValue(forKey: gone) ?? [photoNumbers[gone]: 1]
        if kept.count < moved.count { swap(&kept, &moved) }
        for (photo, count) in moved { kept[photo, default: 0] += count }
        photos[root] = kept
        if let lost = sides.removeValue(forKey: gone) {
            sides[root] = (sides[root] ?? [:]).merging(lost) { own, _ in own }
        }
        if touched.remove(gone) != nil { touched.insert(root) }
        return root
    }
}
