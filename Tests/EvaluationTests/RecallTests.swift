import Domain
import Evaluation
import Testing

@Suite("Recall count") struct RecallTests {
    @Test("counts hits by the size of the true face")
    func bands() {
        var count = RecallCount(bands: .product)
        let truth = [(0.0, 59.0), (200, 60), (400, 99), (600, 100), (800, 260), (1200, 1000)].map { x, side in
            Box(x: x, y: 0, width: side / 2, height: side)
        }
        count.count(found: [truth[1], truth[4], Box(x: 5000, y: 0, width: 9, height: 9)], truth: truth)
        #expect(count.faces == [1, 1, 1, 1, 0, 0, 2] && count.hits == [0, 1, 0, 0, 0, 0, 1])
        #expect(count.allHits == 2 && count.allFaces == 6 && count.surplus == 1)
        #expect(count.recall(ofBand: 4) == nil && count.recall(ofBand: 6) == 0.5)
        #expect(
            (0..<7).map(RecallCount.Bands.product.name)
                == ["<60", "60-80", "80-100", "100-130", "130-180", "180-260", "260+"])
    }

    @Test("lets each box hit once")
    func once() {
        var count = RecallCount(bands: .peers)
        let face = Box(x: 0, y: 0, width: 100, height: 100)
        count.count(found: [face], truth: [face, Box(x: 10, y: 0, width: 100, height: 100)])
        #expect(count.allHits == 1 && count.allFaces == 2 && count.surplus == 0)
    }

    @Test("asks for more than four tenths of overlap")
    func overlap() {
        // A box of half the height inside the other overlaps by .5, one of 4 tenths by exactly .4.
        let face = Box(x: 0, y: 0, width: 100, height: 100)
        var count = RecallCount(bands: .peers)
        count.count(found: [Box(x: 0, y: 0, width: 100, height: 50)], truth: [face])
        #expect(count.allHits == 1)
        count.count(found: [Box(x: 0, y: 0, width: 100, height: 40)], truth: [face])
        #expect(count.allHits == 1 && count.photos == 2)
    }

    @Test("adds events up")
    func pooled() {
        let face = Box(x: 0, y: 0, width: 150, height: 100)
        var first = RecallCount(bands: .peers)
        first.count(found: [face], truth: [face])
        var second = RecallCount(bands: .peers)
        second.count(found: [], truth: [face])
        first.add(second)
        #expect(first.faces == [0, 2, 0] && first.recall == 0.5 && first.photos == 2)
        #expect(first.text == "1/2 = 0.500, surplus boxes 0; <100: 0/0, 100-180: 1/2, 180+: 0/0")
    }

    @Test("reads the truth of a made event")
    func truth() throws {
        let json = """
            {"seed": 7, "photos": [{"file": "01/A_1.JPG", "width": 4000, "burst": null,
              "faces": [{"identity": "amy", "box": [1.5, 2, 30, 40], "scale": 0.5}]}], "guests": {}}
            """
        let truth = try EventTruth(reading: Array(json.utf8))
        let face = EventTruth.TrueFace(identity: "amy", box: Box(x: 1.5, y: 2, width: 30, height: 40))
        #expect(truth.photos.map(\.file) == ["01/A_1.JPG"] && truth.photos.first?.faces == [face])
        #expect(throws: EventTruthError.malformed) { try EventTruth(reading: Array("{}".utf8)) }
    }
}

@Suite("Text table") struct TextTableTests {
    @Test("keeps its columns in line")
    func columns() {
        var table = TextTable("step", "ms")
        table.add("decode", "109.0")
        table.add("embed", "3.1")
        #expect(table.text == "step       ms\ndecode  109.0\nembed     3.1")
    }

    @Test(
        "writes decimals",
        arguments: [(0.0005, 3, "0.001"), (-0.0001, 2, "0.00"), (-1.25, 1, "-1.3"), (12, 0, "12")])
    func decimals(value: Double, count: Int, text: String) {
        #expect(value.decimals(count) == text)
    }
}
