package import Domain

/// A way of grouping faces into people: a pure function of faces, decisions and bars.
///
/// The partition does not depend on the order of arrival: pairs are taken by distance, and equals by the content of their
/// photos.
package protocol Grouping: Sendable {
    /// - Parameter pairs: all pairs of usable faces nearer than `bars.question`, and perhaps more, nearest first and content
    ///   between equals, as `ordered` gives them.
    /// - Parameter makeSpace: an empty place for comparing vectors of the same kind.
    func partition(
        of faces: [GroupFace], in space: any FaceComparing, pairs: [NearPair], _ decisions: [Decision],
        _ bars: GroupingBars, makeSpace: () -> any FaceComparing
    ) -> Partition
}

extension [NearPair] {
    /// Nearest first; content decides between equals.
    ///
    /// Distances are no less than zero, so their bits are in their order: they are laid out by a part of the bits at a time.
    package func ordered(of faces: [GroupFace]) -> [NearPair] {
        guard let first else { return [] }
        var (pairs, other) = (self, [NearPair](repeating: first, count: count))
        for shift in [UInt32(0), 11, 22] {
            var starts = [Int](repeating: 0, count: 1 << 11)
            for pair in pairs { starts[Int(pair.distance.bitPattern >> shift & 0x7FF)] += 1 }
            var start = 0
            for part in starts.indices { (starts[part], start) = (start, start + starts[part]) }
            for pair in pairs {
                let part = Int(pair.distance.bitPattern >> shift & 0x7FF)
                other[starts[part]] = pair
                starts[part] += 1
            }
            swap(&pairs, &other)
        }
        var start = 0
        while start < pairs.count {
            var end = start + 1
            while end < pairs.count, pairs[end].distance == pairs[start].distance { end += 1 }
            if end > start + 1 { pairs[start..<end].sort { $0.comesBefore($1, of: faces) } }
            start = end
        }
        return pairs
    }

    /// Both in one order, which each of them is in already.
    func merged(with others: [NearPair], of faces: [GroupFace]) -> [NearPair] {
        guard !others.isEmpty else { return self }
        var merged: [NearPair] = []
        merged.reserveCapacity(count + others.count)
        var next = 0
        for other in others {
            let start = next
            while next < count, !other.comesBefore(self[next], of: faces) { next += 1 }
            merged += self[start..<next]
            merged.append(other)
        }
        return merged + self[next...]
    }
}

extension NearPair {
    fileprivate func comesBefore(_ other: NearPair, of faces: [GroupFace]) -> Bool {
        if distance != other.distance { return distance < other.distance }
        let (mine, theirs) = (ends(of: faces), other.ends(of: faces))
        if mine.0.comesBefore(theirs.0) || theirs.0.comesBefore(mine.0) {
            return mine.0.comesBefore(theirs.0)
        }
        return mine.1.comesBefore(theirs.1)
    }

    /// Both faces, the one that comes before the other first.
    private func ends(of faces: [GroupFace]) -> (GroupFace, GroupFace) {
        let (a, b) = (faces[Int(first)], faces[Int(second)])
        return a.comesBefore(b) ? (a, b) : (b, a)
    }
}

/// The default way: closest pairs first, faces of one photo kept apart, weak faces attached to the people that are there.
package struct ConstrainedGrouping: Grouping {
    package init() {}

    package func partition(
        of faces: [GroupFace], in space: any FaceComparing, pairs: [NearPair], _ decisions: [Decision],
        _ bars: GroupingBars, makeSpace: () -> any FaceComparing
    ) -> Partition {
        let ranks = faces.ranks
        let constraints = Constraints(decisions, faces: faces, ranks)
        let seeds = pairs.amongSeeds(of: faces, constraints)
        let close = seeds.prefix { Double($0.distance) < bars.merge }
        var merging = PairMerging(faces: faces, constraints, limitsSharedPhotos: true)
        for pair in close { merging.merge(pair) }
        // Two halves of one person: no two faces near enough, but the middles as near as one person's are.
        var halves = Groups(faces: faces, ranks: ranks, constraints, merging: &merging)
        for pair in halves.middles(in: space, within: bars.middle, makeSpace: makeSpace).ordered(of: faces) {
            merging.merge(pair)
        }
        var groups = Groups(
            faces: faces, ranks: ranks, constraints, merging: &merging, middles: halves.middles)
        groups.settle(in: space, bars, merging: &merging, correctsSeeds: true, makeSpace: makeSpace)
        return groups.partition(beyond: seeds[close.endIndex...], upTo: bars.question, &merging)
    }
}

/// DBSCAN over the seeds, label by label as scikit-learn gives them where nobody has decided anything; then weak faces, and
/// they alone, attach.
///
/// A core has at least `minSamples` faces, itself included, no farther than `merge`. Cores that near each other form a
/// person; a border face belongs to the first of the people that claim it, in the order of their first cores.
package struct DBSCANGrouping: Grouping {
    private let minSamples: Int

    package init(minSamples: Int = 2) { self.minSamples = minSamples }

    package func partition(
        of faces: [GroupFace], in space: any FaceComparing, pairs: [NearPair], _ decisions: [Decision],
        _ bars: GroupingBars, makeSpace: () -> any FaceComparing
    ) -> Partition {
        let ranks = faces.ranks
        let constraints = Constraints(decisions, faces: faces, ranks)
        let seeds = pairs.amongSeeds(of: faces, constraints)
        let close = seeds.prefix { Double($0.distance) <= bars.merge }
        var neighbours = [Int](repeating: 1, count: faces.count)
        for pair in close {
            neighbours[Int(pair.first)] += 1
            neighbours[Int(pair.second)] += 1
        }
        func isCore(_ row: Int) -> Bool { faces[row].tier == .seed && neighbours[row] >= minSamples }
        var merging = PairMerging(faces: faces, constraints, limitsSharedPhotos: false)
        for pair in close where isCore(Int(pair.first)) && isCore(Int(pair.second)) { merging.merge(pair) }
        for (border, core) in borders(close, isCore, ranks, faces, &merging) {
            merging.merge(NearPair(first: border, second: core, distance: 0))
        }
        let parted = Set(constraints.apart.flatMap { $0.first + $0.second })
        var groups = Groups(
            faces: faces, ranks: ranks, constraints, merging: &merging,
            isPerson: { rows in
                // Alone because somebody parted it from its neighbours, a face is nobody.
                rows.contains(where: isCore) && (rows.count > 1 || !parted.contains(rows[0]))
            })
        groups.settle(in: space, bars, merging: &merging, correctsSeeds: false, makeSpace: makeSpace)
        return groups.partition(beyond: seeds[close.endIndex...], upTo: bars.question, &merging)
    }

    /// Each border face with a core of the first person that claims it.
    private func borders(
        _ close: ArraySlice<NearPair>, _ isCore: (Int) -> Bool, _ ranks: [Int32], _ faces: [GroupFace],
        _ merging: inout PairMerging
    ) -> [(border: Int32, core: Int32)] {
        var firstCore: [Int: Int32] = [:]
        for row in faces.indices where isCore(row) {
            let root = merging.root(row)
            firstCore[root] = min(firstCore[root] ?? .max, ranks[row])
        }
        var claims: [Int32: (label: Int32, core: Int32)] = [:]
        for pair in close {
            for (border, core) in [(pair.first, pair.second), (pair.second, pair.first)]
            where !isCore(Int(border)) && isCore(Int(core)) {
                guard let label = firstCore[merging.root(Int(core))] else { continue }
                if label < claims[border]?.label ?? .max { claims[border] = (label, core) }
            }
        }
        return claims.map { ($0.key, $0.value.core) }.sorted {
            ranks[Int($0.border)] < ranks[Int($1.border)]
        }
    }
}

extension [NearPair] {
    /// Those that may form people.
    func amongSeeds(of faces: [GroupFace], _ constraints: Constraints) -> [NearPair] {
        var mayForm = faces.map { $0.tier == .seed }
        for row in constraints.outside { mayForm[row] = false }
        return filter { mayForm[Int($0.first)] && mayForm[Int($0.second)] }
    }
}
