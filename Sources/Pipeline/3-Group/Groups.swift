internal import Domain

/// Groups on their way to people: too small ones fall away, doubles on one photo are put out, weak faces join.
struct Groups {
    private let faces: [GroupFace]
    private let ranks: [Int32]
    private let constraints: Constraints
    /// Rows of each group, by content; groups in the order of their first.
    private var members: [[Int]] = []
    /// For each row its group; -1 for none.
    private var group: [Int32]
    private var claims: [Claim] = []
    /// Middles of groups of seeds that were worked out already, by their first row; a group that has grown since has others.
    private(set) var middles: [Int: (count: Int, middle: FaceVector)]

    /// A face that two groups claim almost equally.
    private struct Claim {
        let row: Int
        let nearest: Int
        let next: Int
        let distance: Double
    }

    /// - Parameter isPerson: whether these rows may be a person, for groups that nobody has decided on.
    init(
        faces: [GroupFace], ranks: [Int32], _ constraints: Constraints, merging: inout PairMerging,
        middles: [Int: (count: Int, middle: FaceVector)] = [:], isPerson: ([Int]) -> Bool = { $0.count > 1 }
    ) {
        self.middles = middles
        self.faces = faces
        self.ranks = ranks
        self.constraints = constraints
        group = [Int32](repeating: -1, count: faces.count)
        var byContent = [Int](repeating: 0, count: faces.count)
        for (row, rank) in ranks.enumerated() { byContent[Int(rank)] = row }
        var all: [(root: Int, rows: [Int])] = []
        var numbers = [Int32](repeating: -1, count: faces.count)
        for row in byContent where !constraints.outside.contains(row) {
            guard faces[row].tier == .seed || constraints.component[row] >= 0 else { continue }
            let root = merging.root(row)
            if numbers[root] < 0 {
                numbers[root] = Int32(all.count)
                all.append((root, []))
            }
            all[Int(numbers[root])].rows.append(row)
        }
        members = all.filter { merging.isTouched($0.root) || isPerson($0.rows) }.map(\.rows)
        for (number, rows) in members.enumerated() { for row in rows { group[row] = Int32(number) } }
    }

    /// Pairs of groups whose middles are near, each told by its first face.
    mutating func middles(
        in space: any FaceComparing, within bar: Double, makeSpace: () -> any FaceComparing
    ) -> [NearPair] {
        guard members.count > 1 else { return [] }
        let place = makeSpace()
        place.append(
            members.map { rows in
                let middle = space.mean(of: rows)
                if rows.allSatisfy({ faces[$0].tier == .seed }) { middles[rows[0]] = (rows.count, middle) }
                return middle
            })
        return place.pairs(within: bar, from: 0).map { pair in
            let rows = [members[Int(pair.first)][0], members[Int(pair.second)][0]].map { Int32($0) }
            return NearPair(
                first: min(rows[0], rows[1]), second: max(rows[0], rows[1]), distance: pair.distance)
        }
    }

    /// Lets weak faces join by the middle of a group's seeds.
    /// - Parameter correctsSeeds: whether doubles on one photo are put out, and lone seeds may join as well.
    mutating func settle(
        in space: any FaceComparing, _ bars: GroupingBars, merging: inout PairMerging,
        correctsSeeds: Bool, makeSpace: () -> any FaceComparing
    ) {
        guard !members.isEmpty else { return }
        let centres = members.map { rows in
            if let known = middles[rows[0]], known.count == rows.count { return known.middle }
            let seeds = rows.filter { faces[$0].tier == .seed }
            return space.mean(of: seeds.isEmpty ? rows : seeds)
        }
        if correctsSeeds {
            for number in members.indices { putOutDoubles(of: number, centres[number], space, makeSpace) }
        }
        let waiting = faces.indices.filter { row in
            group[row] < 0 && (faces[row].tier == .attach || correctsSeeds && faces[row].tier == .seed)
                && constraints.component[row] < 0 && !constraints.outside.contains(row)
        }
        attach(waiting, space, centres, bars, &merging, makeSpace)
    }

    /// Of two faces of one group on one photo the one nearer to the middle stays, unless somebody decided otherwise.
    private mutating func putOutDoubles(
        of number: Int, _ centre: FaceVector, _ space: any FaceComparing, _ makeSpace: () -> any FaceComparing
    ) {
        let byPhoto = Dictionary(grouping: members[number]) { faces[$0].photo }.values.filter { $0.count > 1 }
        guard !byPhoto.isEmpty else { return }
        var gone: Set<Int> = []
        for rows in byPhoto {
            let free = rows.filter { constraints.component[$0] < 0 }
            guard free.count == rows.count else {
                gone.formUnion(free)
                continue
            }
            let place = makeSpace()
            place.append([centre] + rows.map { space.vector($0) })
            let kept = rows.indices.min { first, second in
                let (a, b) = (
                    place.distance(between: 0, and: first + 1), place.distance(between: 0, and: second + 1)
                )
                return a != b ? a < b : ranks[rows[first]] < ranks[rows[second]]
            }
            for (place, row) in rows.enumerated() where place != kept { gone.insert(row) }
        }
        members[number].removeAll { gone.contains($0) }
        for row in gone { group[row] = -1 }
    }

    /// Faces join the nearest group that has no face on their photo; the nearest of all first.
    private mutating func attach(
        _ waiting: [Int], _ space: any FaceComparing, _ centres: [FaceVector], _ bars: GroupingBars,
        _ merging: inout PairMerging, _ makeSpace: () -> any FaceComparing
    ) {
        guard !waiting.isEmpty else { return }
        // Many wait before few middles, so that those who wait are not compared with each other.
        let place = makeSpace()
        place.append(waiting.map { space.vector($0) })
        place.append(centres)
        var offers: [(row: Int, group: Int, distance: Float)] = []
        for pair in place.pairs(within: bars.attach + bars.margin, from: waiting.count)
        where Int(pair.first) < waiting.count {
            let (row, group) = (waiting[Int(pair.first)], Int(pair.second) - waiting.count)
            guard !merging.isApart(merging.root(row), merging.root(members[group][0])) else { continue }
            offers.append((row, group, pair.distance))
        }
        offers.sort { first, second in
            (first.distance, ranks[first.row], Int32(first.group))
                < (second.distance, ranks[second.row], Int32(second.group))
        }
        let taken = unsure(offers, bars)
        var photos = members.map { rows in Set(rows.map { faces[$0].photo }) }
        for offer in offers
        where Double(offer.distance) < bar(for: offer.row, bars) && group[offer.row] < 0
            && !taken.contains(offer.row)
        {
            guard photos[offer.group].insert(faces[offer.row].photo).inserted else { continue }
            group[offer.row] = Int32(offer.group)
            members[offer.group].append(offer.row)
        }
    }

    /// A good face that nobody is near to is held to what good faces are held to; a weak one cannot come as near.
    private func bar(for row: Int, _ bars: GroupingBars) -> Double {
        faces[row].tier == .seed ? min(bars.merge, bars.attach) : bars.attach
    }

    /// Notes the faces that two groups claim, and tells which of them stay out for it.
    private mutating func unsure(
        _ offers: [(row: Int, group: Int, distance: Float)], _ bars: GroupingBars
    ) -> Set<Int> {
        var nearest: [Int: (group: Int, distance: Float)] = [:]
        var staysOut: Set<Int> = []
        for offer in offers {
            guard let first = nearest[offer.row] else {
                if Double(offer.distance) < bar(for: offer.row, bars) {
                    nearest[offer.row] = (offer.group, offer.distance)
                }
                continue
            }
            guard first.group != offer.group, Double(offer.distance - first.distance) < bars.margin,
                claims.last?.row != offer.row, !staysOut.contains(offer.row)
            else { continue }
            claims.append(
                Claim(
                    row: offer.row, nearest: first.group, next: offer.group, distance: Double(offer.distance))
            )
            if bars.keepsOutUnsure { staysOut.insert(offer.row) }
        }
        return staysOut
    }

    /// The people as they are now, with what only a person can tell.
    /// - Parameter beyond: pairs a little farther apart than one person's faces are, nearest first.
    func partition(
        beyond: ArraySlice<NearPair>, upTo bar: Double, _ merging: inout PairMerging
    ) -> Partition {
        var partition = Partition()
        partition.people = members.map { $0.sorted() }
        partition.person = group.map { $0 < 0 ? nil : Int($0) }
        partition.isDecided = constraints.component.map { $0 >= 0 }
        partition.overruled = constraints.overruled
        var asked: [[Int]: Question] = [:]
        for (kind, pair) in merging.refused { ask(kind, pair, &asked, &merging) }
        for pair in beyond.prefix(while: { Double($0.distance) < bar }) {
            ask(.closePair, pair, &asked, &merging)
        }
        partition.questions = (Array(asked.values) + claims.map { question($0) }).sorted { first, second in
            (second.weight, first.distance, ranks[first.first], ranks[first.second])
                < (first.weight, second.distance, ranks[second.first], ranks[second.second])
        }
        return partition
    }

    private func ask(
        _ kind: OpenQuestion.Kind, _ pair: NearPair, _ asked: inout [[Int]: Question],
        _ merging: inout PairMerging
    ) {
        let (first, second) = (Int(pair.first), Int(pair.second))
        guard group[first] >= 0, group[second] >= 0, group[first] != group[second] else { return }
        let people = [Int(group[first]), Int(group[second])].sorted {
            (members[$1].count, $0) < (members[$0].count, $1)
        }
        guard asked[people] == nil else { return }
        let (a, b) = (merging.root(first), merging.root(second))
        guard !merging.isApart(a, b) else { return }
        // Two people who stand side by side need no question; nearer than one person's faces they do.
        guard kind != .closePair || !merging.wereSeenTogether(a, b) else { return }
        asked[people] = Question(
            kind: kind, people: people, first: first, second: second, distance: Double(pair.distance),
            weight: photoCount(people[1]))
    }

    private func question(_ claim: Claim) -> Question {
        Question(
            kind: .claimedTwice, people: [claim.nearest, claim.next], first: claim.row,
            second: members[claim.next][0], distance: claim.distance, weight: 1)
    }

    private func photoCount(_ number: Int) -> Int { Set(members[number].map { faces[$0].photo }).count }
}
