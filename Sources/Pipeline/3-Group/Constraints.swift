package import Domain

/// What the decisions of an event come to, in rows: faces that belong together, and sides that do not.
///
/// The newest decision is heard first. What of an older one cannot hold beside it is left out, pair by pair, and the older
/// decision is told as overruled; the rest of it holds. Where somebody only said something of a person, whose faces it had
/// does not matter: a name holds though the person loses some.
package struct Constraints: Sendable {
    /// Faces that belong together; each with at least two, or touched by a trait.
    private(set) var components: [[Int]] = []
    /// For each row its component; -1 for a face that nobody has decided on.
    private(set) var component: [Int32]
    /// Rows that are in nobody's group.
    private(set) var outside: Set<Int> = []
    /// Sides that must not meet, as rows.
    private(set) var apart: [(first: [Int], second: [Int])] = []
    private(set) var overruled: Set<Int64> = []

    /// - Parameter ranks: the places of the faces by content, where they are known already.
    package init(_ decisions: [Decision], faces: [GroupFace], _ ranks: [Int32]? = nil) {
        var rows = [FaceID: Int](minimumCapacity: faces.count)
        for (row, face) in faces.enumerated() { rows[face.id] = row }
        var draft = Draft(ranks: ranks ?? faces.ranks)
        let leavings = Leavings(decisions)
        for decision in decisions.sorted(by: { $0.number > $1.number }) where !decision.isUndone {
            var holds = true
            for ruling in decision.rulings {
                switch ruling {
                case .together(let faces):
                    let isJoined = draft.join(faces.compactMap { rows[$0] })
                    draft.touch(
                        leavings.staying(of: faces, since: decision.number).compactMap { rows[$0] })
                    holds = holds && (isJoined || decision.kind.isOfPerson)
                case .apart(let first, let second):
                    // Whoever left the second since may well follow the first without anything being overruled.
                    let staying = leavings.staying(of: second, since: decision.number)
                    holds =
                        draft.part(
                            first.compactMap { rows[$0] }, second.compactMap { rows[$0] },
                            staying: staying.compactMap { rows[$0] }) && holds
                case .outside(let faces): holds = draft.putOut(faces.compactMap { rows[$0] }) && holds
                case .trait(let faces, _):
                    draft.touch(
                        leavings.staying(of: faces, since: decision.number).compactMap { rows[$0] })
                }
            }
            if !holds { overruled.insert(decision.number) }
        }
        component = [Int32](repeating: -1, count: faces.count)
        var numbers: [Int: Int] = [:]
        let decided = draft.decidedRoots()
        for row in faces.indices where !draft.outside.contains(row) {
            let root = draft.sets.root(row)
            guard decided.contains(root) else { continue }
            let number = numbers[root, default: components.count]
            if number == components.count {
                numbers[root] = number
                components.append([])
            }
            components[number].append(row)
            component[row] = Int32(number)
        }
        outside = draft.outside
        apart = draft.sides
    }
}

/// Decisions heard so far.
private struct Draft {
    var sets: DisjointSets
    /// Which sides a set is on: the number of a pair of sides, and which of both.
    private var sidesOf: [Int: [Int: Bool]] = [:]
    private(set) var sides: [(first: [Int], second: [Int])] = []
    private(set) var outside: Set<Int> = []
    /// Rows that a newer decision has placed, in a group or out of all.
    private var placed: Set<Int> = []
    /// Faces that a decision was about; whoever holds most of them stays a person, be it of one face.
    private var subjects: [[Int]] = []

    private let ranks: [Int32]

    init(ranks: [Int32]) {
        self.ranks = ranks
        sets = DisjointSets(ranks.count)
    }

    mutating func touch(_ rows: [Int]) { subjects.append(rows) }

    /// Tells whether all of them could be put out.
    mutating func putOut(_ rows: [Int]) -> Bool {
        for row in rows where placed.insert(row).inserted { outside.insert(row) }
        return rows.allSatisfy(outside.contains)
    }

    /// Tells whether all of them could be joined. Where a newer decision parts them, each part is joined for itself.
    mutating func join(_ rows: [Int]) -> Bool {
        let inside = rows.filter { !outside.contains($0) }
        placed.formUnion(inside)
        var anchors: [Int] = []
        for row in inside where !anchors.contains(where: { union($0, row) }) { anchors.append(row) }
        return anchors.count <= 1 && inside.count == rows.count
    }

    /// The roots of all groups that decisions make.
    mutating func decidedRoots() -> Set<Int> {
        var roots: Set<Int> = []
        for rows in subjects {
            var parts: [Int: (count: Int, first: Int32)] = [:]
            for row in rows where !outside.contains(row) {
                let part = parts[sets.root(row)] ?? (0, .max)
                parts[sets.root(row)] = (part.count + 1, min(part.first, ranks[row]))
            }
            // Of two that hold as many the larger, since the other was taken away from it; then content decides.
            let most = parts.max { first, second in
                (first.value.count, sets.size(first.key), second.value.first)
                    < (second.value.count, sets.size(second.key), first.value.first)
            }
            if let most { roots.insert(most.key) }
            for root in parts.keys where sets.size(root) > 1 { roots.insert(root) }
        }
        return roots
    }

    private mutating func union(_ a: Int, _ b: Int) -> Bool {
        let (rootA, rootB) = (sets.root(a), sets.root(b))
        if rootA == rootB { return true }
        if sidesOf.isEmpty {
            _ = sets.union(rootA, rootB)
            return true
        }
        let (sidesA, sidesB) = (sidesOf[rootA] ?? [:], sidesOf[rootB] ?? [:])
        let (few, many) = sidesA.count < sidesB.count ? (sidesA, sidesB) : (sidesB, sidesA)
        for (number, side) in few { if let other = many[number], other != side { return false } }
        let root = sets.union(rootA, rootB)
        sidesOf[rootA] = nil
        sidesOf[rootB] = nil
        if !many.isEmpty || !few.isEmpty { sidesOf[root] = many.merging(few) { own, _ in own } }
        return true
    }

    /// Tells whether the first side could be kept apart from those who stayed on the second. Faces that a newer decision
    /// joined across are left out of both.
    mutating func part(_ first: [Int], _ second: [Int], staying: [Int]) -> Bool {
        let rootsOfFirst = Set(first.map { sets.root($0) })
        let joined = Set(second.map { sets.root($0) }).intersection(rootsOfFirst)
        let keptFirst = first.filter { !joined.contains(sets.root($0)) }
        let keptSecond = second.filter { !joined.contains(sets.root($0)) }
        if !keptFirst.isEmpty && !keptSecond.isEmpty {
            let number = sides.count
            sides.append((keptFirst, keptSecond))
            for row in keptFirst { sidesOf[sets.root(row), default: [:]][number] = false }
            for row in keptSecond { sidesOf[sets.root(row), default: [:]][number] = true }
        }
        return !staying.contains { joined.contains(sets.root($0)) }
    }
}

/// Sets that are joined and never parted again.
struct DisjointSets {
    private var parent: [Int32]
    private var sizes: [Int32]

    init(_ count: Int) {
        parent = (0..<Int32(count)).map { $0 }
        sizes = [Int32](repeating: 1, count: count)
    }

    mutating func root(_ row: Int) -> Int {
        var row = Int32(row)
        while parent[Int(row)] != row {
            parent[Int(row)] = parent[Int(parent[Int(row)])]
            row = parent[Int(row)]
        }
        return Int(row)
    }

    /// How many are in the set of a row.
    func size(_ row: Int) -> Int {
        var row = Int32(row)
        while parent[Int(row)] != row { row = parent[Int(row)] }
        return Int(sizes[Int(row)])
    }

    /// Joins two roots and tells which is the root now.
    mutating func union(_ a: Int, _ b: Int) -> Int {
        let (small, large) = sizes[a] < sizes[b] ? (a, b) : (b, a)
        parent[small] = Int32(large)
        sizes[large] += sizes[small]
        return large
    }
}
