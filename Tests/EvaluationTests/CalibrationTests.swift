import Domain
import FoundationEssentials
import Testing

@testable import Evaluation

@Suite("Calibration") struct CalibrationTests {
    /// So many people on a line, a thousand apart but for the first six, who stand ever closer; two like faces each.
    func line(people: Int) -> [LabelledVector] {
        (0..<people).flatMap { person in
            let place = person < 6 ? Float(person * (person + 1)) * 4 : Float(person) * 1000
            let name = String(repeating: "0", count: 4 - "\(person)".count) + "\(person)"
            return faces((name, [place, place + 0.5]))
        }
    }

    func bar(_ calibration: Calibration, _ preset: Preset, _ name: Calibration.Name) throws -> Calibration.Bar
    {
        let proposal = try #require(calibration.presets.first { $0.preset == preset })
        return try #require(proposal.bars.first { $0.name == name })
    }

    @Test("lays the bar just below the pair that it must keep out")
    func measured() throws {
        // 150 people of two: 44,700 different pairs. Eighty-nine may lie below the conference's ask bar.
        let faces = line(people: 150)
        let calibration = Calibration(faces: faces, pack: "line", metric: .euclidean)
        #expect(calibration.people == 150 && calibration.photos == 300)
        #expect(calibration.samePairs == 150 && calibration.differentPairs == 44_700)
        let ask = try bar(calibration, .conference, .ask)
        #expect(ask.pairsBeyond == 89 && ask.measured != nil)
        let pairs = FacePairs(of: faces, metric: .euclidean)
        let out = pairs.different[89].distance
        let distance = try #require(ask.distance)
        #expect(distance < out && distance >= out - 0.001)
        let falseMatches = try #require(ask.falseMatches)
        #expect(falseMatches == pairs.different.count { $0.distance <= distance } && falseMatches <= 89)
        let rate = try #require(ask.falseMatchRate)
        #expect(
            rate.value == Double(falseMatches) / 44_700 && rate.low <= rate.value && rate.high >= rate.value)
        #expect(ask.missRate?.value == 0)
    }

    @Test("says what cannot be measured, and stays a margin below what can")
    func margin() throws {
        let calibration = Calibration(faces: line(people: 150), pack: "line", metric: .euclidean)
        let strictest = try #require(calibration.strictestRate)
        #expect(strictest == 5.0 / 44_700)
        // Four pairs at the conference's merge rate are one too few.
        let merge = try bar(calibration, .conference, .merge)
        #expect(merge.pairsBeyond == 4 && merge.measured == nil)
        // A twentieth of a power of ten is missing: the sixth nearest different pair, less 1 %.
        let pairs = FacePairs(of: line(people: 150), metric: .euclidean)
        let distance = try #require(merge.distance)
        let expected = pairs.different[5].distance * 0.9892
        #expect(abs(distance - expected) < 0.002)
        #expect(calibration.text.contains("not measurable with 44700 pairs"))
        // For children one power of ten and a bit is missing.
        let children = try #require(try bar(calibration, .children, .merge).distance)
        #expect(children < 0.86 * distance && children > 0.85 * distance)
    }

    @Test("takes more off where the distance goes as a square")
    func cosine() throws {
        // Sixty people at right angles: every different pair lies at 1, or at the root of 2, and 0.849 of a power of
        // ten is missing between 5 of 7,080 pairs and 1 in 10,000.
        let people = (0..<60).flatMap { person in
            (0..<2).map { index in
                var values = [Float](repeating: 0, count: 60)
                values[person] = 1
                return LabelledVector(
                    photo: PhotoName("\(person)/\(index)"), identity: "\(100 + person)",
                    vector: FaceVector(values))
            }
        }
        let cosine = Calibration(faces: people, pack: "axes", metric: .cosine)
        let merge = try #require(try bar(cosine, .conference, .merge).distance)
        #expect(abs(merge - 0.6846) < 0.001)
        let euclidean = Calibration(faces: people, pack: "axes", metric: .euclidean)
        let longer = try #require(try bar(euclidean, .conference, .merge).distance)
        #expect(abs(longer - 0.8274 * 2.0.squareRoot()) < 0.001)
    }

    @Test("is stricter for a merge than for a question, and for children than outdoors")
    func order() throws {
        for people in [40, 150] {
            let calibration = Calibration(faces: line(people: people), pack: "line", metric: .euclidean)
            #expect(calibration.presets.map(\.preset) == [.children, .intimate, .conference, .outdoor])
            for proposal in calibration.presets {
                let distances = proposal.bars.compactMap(\.distance)
                #expect(distances.count == 4 && distances == distances.sorted())
            }
            for name in Calibration.Name.allCases {
                let distances = try Preset.allCases.map {
                    try #require(try bar(calibration, $0, name).distance)
                }
                #expect(distances == distances.sorted())
            }
            let thresholds = try #require(calibration.thresholds(for: .conference))
            #expect(thresholds.merge.distance == (try bar(calibration, .conference, .merge).distance))
            #expect(thresholds.ask.missRate == 0)
        }
    }

    @Test("proposes nothing from too few pairs, and nothing without same pairs")
    func tooFew() throws {
        // Sixteen people of two: 480 different pairs, not five in a hundredth of them.
        let few = Calibration(faces: line(people: 16), pack: "line", metric: .euclidean)
        #expect(few.differentPairs == 480 && few.strictestRate == nil)
        #expect(few.presets.flatMap(\.bars).allSatisfy { $0.distance == nil && $0.falseMatchRate == nil })
        #expect(few.thresholds(for: .outdoor) == nil)
        #expect(few.text.contains("Nothing can be proposed: that takes 500 pairs"))
        let single = Calibration(
            faces: (0..<50).flatMap { faces(("\(100 + $0)", [Float($0)])) }, pack: "line", metric: .euclidean)
        #expect(single.differentPairs == 1225 && single.strictestRate == nil)
        #expect(Calibration(faces: [], pack: "line", metric: .euclidean).people == 0)
    }

    @Test("comes back from JSON as it was")
    func json() throws {
        let calibration = Calibration(faces: line(people: 40), pack: "line", metric: .euclidean)
        let back = try JSONDecoder().decode(Calibration.self, from: JSONEncoder().encode(calibration))
        #expect(back == calibration)
    }
}
