internal import Domain

/// How often the nearest candidate is the right one, each photo once left out and looked for among the others.
///
/// Only people with two photos or more are looked for; all are candidates.
package struct RankOne: Sendable, Equatable, Codable {
    package var probes: Int
    package var people: Int
    /// Against the mean of each person's other photos.
    package var byPerson: Estimate
    /// Against each single photo.
    package var byFace: Estimate

    /// Absent where nobody has two photos.
    init?(of faces: [LabelledVector], metric: Metric) {
        let numbers = FacePairs.numbers(of: faces)
        let gallery = Gallery(faces: faces, numbers: numbers, metric: metric)
        let answers = faces.indices.filter { gallery.faceCounts[numbers[$0]] > 1 }.map { probe in
            Answer(
                person: numbers[probe], byPerson: gallery.nearestPerson(to: probe) == numbers[probe],
                byFace: gallery.nearestFace(to: probe).map { numbers[$0] } == numbers[probe])
        }
        guard !answers.isEmpty else { return nil }
        probes = answers.count
        people = gallery.faceCounts.count
        byPerson = Self.estimate(answers, people: people) { $0.byPerson }
        byFace = Self.estimate(answers, people: people) { $0.byFace }
    }

    private struct Answer {
        let person: Int
        let byPerson: Bool
        let byFace: Bool
    }

    private static func estimate(
        _ answers: [Answer], people: Int, isRight: (Answer) -> Bool
    ) -> Estimate {
        var bootstrap = Bootstrap()
        var drawn: [Double] = []
        for _ in 0..<Bootstrap.rounds {
            if let rate = rate(answers, draws: bootstrap.draws(people: people), isRight) {
                drawn.append(rate)
            }
        }
        let once = [Int](repeating: 1, count: people)
        return Estimate(rate(answers, draws: once, isRight) ?? 0, drawn: drawn)
    }

    private static func rate(_ answers: [Answer], draws: [Int], _ isRight: (Answer) -> Bool) -> Double? {
        let asked = answers.reduce(0) { $0 + draws[$1.person] }
        let right = answers.reduce(0) { $0 + (isRight($1) ? draws[$1.person] : 0) }
        return asked > 0 ? Double(right) / Double(asked) : nil
    }

    /// Everybody's photos and their sums.
    private struct Gallery {
        let faces: [LabelledVector]
        let numbers: [Int]
        let metric: Metric
        let faceCounts: [Int]
        let sums: [[Float]]

        init(faces: [LabelledVector], numbers: [Int], metric: Metric) {
            self.faces = faces
            self.numbers = numbers
            self.metric = metric
            let people = (numbers.max() ?? -1) + 1
            var counts = [Int](repeating: 0, count: people)
            let empty = [Float](repeating: 0, count: faces.first?.vector.values.count ?? 0)
            var sums = [[Float]](repeating: empty, count: people)
            for (face, number) in zip(faces, numbers) {
                counts[number] += 1
                for (index, value) in Self.share(of: face, metric).enumerated() {
                    sums[number][index] += value
                }
            }
            faceCounts = counts
            self.sums = sums
        }

        func nearestPerson(to probe: Int) -> Int? {
            let own = Self.share(of: faces[probe], metric)
            let candidates = faceCounts.indices.map { person in
                var mean = sums[person]
                var count = Float(faceCounts[person])
                if person == numbers[probe] {
                    for index in mean.indices { mean[index] -= own[index] }
                    count -= 1
                }
                for index in mean.indices { mean[index] /= count }
                return (person: person, distance: metric.distance(FaceVector(mean), faces[probe].vector))
            }
            return candidates.min { $0.distance < $1.distance }?.person
        }

        func nearestFace(to probe: Int) -> Int? {
            faces.indices.filter { $0 != probe }
                .map { (face: $0, distance: metric.distance(faces[$0].vector, faces[probe].vector)) }
                .min { $0.distance < $1.distance }?.face
        }

        /// What a face adds to its person's mean: where angles count, every face counts alike.
        private static func share(of face: LabelledVector, _ metric: Metric) -> [Float] {
            let values = face.vector.values
            switch metric {
            case .euclidean: return values
            case .cosine:
                let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
                return length > 0 ? values.map { $0 / length } : values
            }
        }
    }
}
