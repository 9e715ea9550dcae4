import Domain
import Testing

@Suite("Box") struct BoxTests {
    private let box = Box(x: 10, y: 20, width: 30, height: 40)

    @Test("knows its edges, centre and area")
    func measures() {
        #expect(box.right == 40 && box.bottom == 60)
        #expect(box.centre == Point(x: 25, y: 40))
        #expect(box.area == 1200 && box.longerSide == 40)
    }

    @Test("overlaps itself fully, a neighbour not at all, and another by intersection over union")
    func overlaps() {
        #expect(box.overlap(with: box) == 1)
        #expect(box.overlap(with: Box(x: 40, y: 20, width: 10, height: 10)) == 0)
        let half = Box(x: 10, y: 40, width: 30, height: 40)
        #expect(box.sharedArea(with: half) == 600)
        #expect(abs(box.overlap(with: half) - 600.0 / 1800) < 1e-12)
        let empty = Box(x: 0, y: 0, width: 0, height: 0)
        #expect(empty.overlap(with: empty) == 0)
    }

    @Test("keeps only what lies inside the picture")
    func clamps() {
        #expect(
            Box(x: -5, y: -5, width: 20, height: 200).clamped(toWidth: 100, height: 50)
                == Box(x: 0, y: 0, width: 15, height: 50))
        #expect(Box(x: 200, y: 10, width: 5, height: 5).clamped(toWidth: 100, height: 50).area == 0)
    }
}

@Suite("Similarity") struct SimilarityTests {
    private let turned = Similarity(a: 0.6, b: -0.8, tx: 12, ty: -7)
    private let points = [(0.0, 0.0), (10, 3), (4, 20), (-7, 5), (2, 2)].map { Point(x: $0.0, y: $0.1) }

    @Test("is found again from the points it carries")
    func fits() {
        let fit = Similarity(carrying: points, onto: points.map { turned($0) })
        #expect(close(fit, turned))
    }

    @Test("fits noisy points better than any small change of it")
    func leastSquares() {
        let targets = zip(points, [0.3, -0.4, 0.1, 0.2, -0.2]).map { point, noise in
            let there = turned(point)
            return Point(x: there.x + noise, y: there.y - 2 * noise)
        }
        func error(_ fit: Similarity) -> Double {
            zip(points, targets).reduce(0) { sum, pair in
                let there = fit(pair.0)
                let (dx, dy) = (there.x - pair.1.x, there.y - pair.1.y)
                return sum + dx * dx + dy * dy
            }
        }
        let fit = Similarity(carrying: points, onto: targets)
        for change in [1e-3, -1e-3] {
            for path in [\Similarity.a, \.b, \.tx, \.ty] {
                var other = fit
                other[keyPath: path] += change
                #expect(error(other) > error(fit))
            }
        }
    }

    @Test("leads back by its inverse")
    func inverts() {
        for point in points {
            let back = turned.inverse(turned(point))
            #expect(abs(back.x - point.x) < 1e-9 && abs(back.y - point.y) < 1e-9)
        }
        #expect(abs(Similarity(a: 3, b: 4, tx: 0, ty: 0).scale - 5) < 1e-12)
    }

    @Test("stays finite when all points are one")
    func degenerate() {
        let one = [Point](repeating: Point(x: 5, y: 6), count: 5)
        let fit = Similarity(carrying: one, onto: points)
        #expect(fit.scale == 1)
        #expect(close(Similarity(carrying: one, onto: one), Similarity(a: 1, b: 0, tx: 0, ty: 0)))
    }

    private func close(_ first: Similarity, _ second: Similarity) -> Bool {
        [\Similarity.a, \.b, \.tx, \.ty].allSatisfy { abs(first[keyPath: $0] - second[keyPath: $0]) < 1e-9 }
    }
}
