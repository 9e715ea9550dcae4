internal import Domain

/// All pairs of labelled faces, nearest first.
struct FacePairs {
    let same: [Pair]
    let different: [Pair]
    /// Faces of each person, by the person's number.
    let facesOfPerson: [Int]

    /// Two faces: how far apart, and whose they are.
    struct Pair {
        let distance: Double
        let first: Int32
        let second: Int32
    }

    init(of faces: [LabelledVector], metric: Metric) {
        let people = Self.numbers(of: faces)
        var same: [Pair] = []
        var different: [Pair] = []
        for i in faces.indices {
            for j in 0..<i {
                let pair = Pair(
                    distance: metric.distance(faces[i].vector, faces[j].vector), first: Int32(people[i]),
                    second: Int32(people[j]))
                if people[i] == people[j] { same.append(pair) } else { different.append(pair) }
            }
        }
        same.sort { $0.distance < $1.distance }
        different.sort { $0.distance < $1.distance }
        self.same = same
        self.different = different
        var counts = [Int](repeating: 0, count: (people.max() ?? -1) + 1)
        for person in people { counts[person] += 1 }
        facesOfPerson = counts
    }

    /// A number for each face's person, in order of the people's names, so that no draw depends on chance.
    static func numbers(of faces: [LabelledVector]) -> [Int] {
        let names = Set(faces.map(\.identity)).sorted()
        let number = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        return faces.compactMap { number[$0.identity] }
    }

    /// Where false matches and misses are equally frequent: half their sum at the distance of least difference.
    var equalErrorRate: Double? {
        guard !same.isEmpty, !different.isEmpty else { return nil }
        var matched = 0
        var best = (gap: 1.0, rate: 0.5)
        for (falseMatches, pair) in different.enumerated() {
            // A threshold just below this pair: every nearer different pair is a false match.
            while matched < same.count, same[matched].distance < pair.distance { matched += 1 }
            let falseRate = Double(falseMatches) / Double(different.count)
            let missRate = Double(same.count - matched) / Double(same.count)
            let gap = abs(falseRate - missRate)
            if gap < best.gap { best = (gap, (falseRate + missRate) / 2) }
            if falseRate > missRate { break }
        }
        return best.rate
    }
}
