internal import Domain

/// Pairs of different people within one distance, counted for each two identities.
///
/// Decisions: seeds only, since only they form persons, and of each identity no more than its first twenty, so that
/// the host of a wedding neither costs an hour nor outweighs everybody else.
struct NearPairs {
    static let mostFacesOfIdentity = 20

    let merge: Double
    private let faces: [Int]
    private let near: [Near]

    private struct Near {
        let first: Int
        let second: Int
        let pairs: Int
    }

    init(_ known: KnownFaces, within merge: Double, distance: (Int, Int) -> Double) {
        var places = [[Int]](repeating: [], count: known.identities.count)
        for seed in known.seeds where places[seed.identity].count < Self.mostFacesOfIdentity {
            places[seed.identity].append(seed.place)
        }
        var near: [Near] = []
        for second in places.indices {
            for first in 0..<second {
                let pairs = places[first].reduce(0) { sum, face in
                    sum + places[second].count { distance(face, $0) <= merge }
                }
                if pairs > 0 { near.append(Near(first: first, second: second, pairs: pairs)) }
            }
        }
        self.merge = merge
        self.near = near
        faces = places.map(\.count)
    }

    /// The share of the pairs of different people within the distance, among some identities.
    func share(among chosen: Set<Int>, _ people: DrawnPeople) -> NearShare {
        let faces = faces.enumerated().map { chosen.contains($0) ? $1 : 0 }
        let near = near.filter { chosen.contains($0.first) && chosen.contains($0.second) }
        let once = [Int](repeating: 1, count: people.people)
        let withFaces = faces.count { $0 > 0 }
        var share = NearShare(
            identities: withFaces, pairs: Self.pairs(of: faces, draws: once),
            near: near.reduce(0) { $0 + $1.pairs })
        guard withFaces >= DrawnPeople.leastPeople else { return share }
        let estimates = people.estimates { draws in
            let pairs = Self.pairs(of: faces, draws: draws)
            let drawn = near.reduce(0) { $0 + draws[$1.first] * draws[$1.second] * $1.pairs }
            return [pairs > 0 ? Double(drawn) / Double(pairs) : nil]
        }
        share.share = estimates[0]?.whereNoneWasSeen(among: withFaces * (withFaces - 1) / 2)
        return share
    }

    private static func pairs(of faces: [Int], draws: [Int]) -> Int {
        var all = 0
        var squares = 0
        for (count, drawn) in zip(faces, draws) {
            all += count * drawn
            squares += count * drawn * count * drawn
        }
        return (all * all - squares) / 2
    }
}

/// How many pairs of different people lie within the distance at which faces form a person.
package struct NearShare: Sendable, Equatable, Codable {
    package var identities: Int
    package var pairs: Int
    package var near: Int
    /// Absent with too few people.
    package var share: Estimate?
}
