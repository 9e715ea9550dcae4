import Domain
import Inference
import Testing

@testable import Darkroom

@Suite("Closer look")
struct CloserLookTests {
    private func candidate(x: Double, y: Double, side: Double, score: Double = 0.1) -> Candidate {
        Candidate(
            box: Box(x: x - side / 2, y: y - side / 2, width: side * 0.8, height: side), landmarks: [],
            score: score)
    }

    @Test("shows a face at its own scale and never enlarges it")
    func neverEnlarges() throws {
        for side in [10.0, 30, 60, 90, 200, 900] {
            let plan = CloserLook.plan(for: [candidate(x: 2000, y: 1500, side: side)], magnification: 0.5)
            let look = try #require(plan.first)
            #expect(plan.count == 1)
            #expect(look.placement.scale <= 1)
            #expect(side * look.placement.scale <= 96.001, "a face of \(side) pixels fits its crop")
            let centre = look.placement(Point(x: 2000 - side * 0.1, y: 1500))
            #expect(abs(centre.x - 80) < 1e-9 && abs(centre.y - 80) < 1e-9)
        }
    }

    @Test("looks once at neighbours that one crop shows")
    func sharesWithNeighbours() {
        let two = [candidate(x: 500, y: 500, side: 40), candidate(x: 530, y: 510, side: 42)]
        #expect(CloserLook.plan(for: two, magnification: 0.5).count == 1)
        let apart = [candidate(x: 500, y: 500, side: 40), candidate(x: 900, y: 510, side: 42)]
        #expect(CloserLook.plan(for: apart, magnification: 0.5).count == 2)
    }

    @Test("sweeps a crowd with shared crops, and every face lies whole in one of them")
    func sweepsCrowds() {
        var crowd: [Candidate] = []
        for row in 0..<16 {
            for column in 0..<20 {
                let side = 40 + Double((row * 7 + column * 13) % 40)
                crowd.append(candidate(x: 200 + Double(column) * 280, y: 150 + Double(row) * 230, side: side))
            }
        }
        let plan = CloserLook.plan(for: crowd, magnification: 0.68)
        #expect(plan.allSatisfy { $0.side == 320 })
        #expect(plan.count < 84, "\(plan.count) wide crops cost less than 320 narrow ones")
        for face in crowd {
            #expect(
                plan.contains { look in
                    let corner = look.placement(Point(x: face.box.x, y: face.box.y))
                    let end = look.placement(Point(x: face.box.right, y: face.box.bottom))
                    return corner.x >= 0 && corner.y >= 0 && end.x <= 320 && end.y <= 320
                })
        }
    }

    @Test("believes no box that the crop's edge cuts, unless the picture ends there")
    func edges() throws {
        let look = try #require(
            CloserLook.plan(for: [candidate(x: 1000, y: 1000, side: 44)], magnification: 1).first)
        let inside = Box(x: 960, y: 980, width: 40, height: 50)
        let cut = Box(x: 915.5, y: 980, width: 40, height: 50)
        #expect(look.shows(inside, inPictureOfWidth: 4000, height: 3000))
        #expect(!look.shows(cut, inPictureOfWidth: 4000, height: 3000))
        let atBorder = try #require(
            CloserLook.plan(for: [candidate(x: 30, y: 1000, side: 44)], magnification: 1).first)
        #expect(
            atBorder.shows(Box(x: -3, y: 980, width: 40, height: 50), inPictureOfWidth: 4000, height: 3000))
    }

    @Test("keeps one box for a face, and no part of a face beside the whole")
    func settles() {
        let whole = candidate(x: 500, y: 500, side: 200, score: 0.7)
        let double = candidate(x: 505, y: 503, side: 196, score: 0.6)
        let mouth = candidate(x: 500, y: 550, side: 60, score: 0.9)
        let other = candidate(x: 900, y: 500, side: 180, score: 0.5)
        let settled = FindFaces.settled([whole, double, mouth, other])
        #expect(settled.map(\.score).sorted() == [0.5, 0.7])
    }
}
