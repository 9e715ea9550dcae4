internal import Domain
internal import Glibc
internal import Testing

@testable internal import Imaging

@Suite("Chip measures") struct ChipMeasuresTests {
    private let sharp = TestPicture.noise(112, 112)

    @Test("of a flat chip are its brightness and nothing else", arguments: [0, 40, 252])
    func flat(_ value: UInt8) {
        let measures = ChipMeasures(chip: RGBPixels(width: 112, height: 112, filledWith: value))
        #expect(abs(measures.brightness - Double(value)) < 0.01)
        #expect(measures.contrast == 0 && measures.sharpness == 0)
        #expect(measures.clipped == (value > 250 ? 1 : 0))
        #expect(measures.mouthOverEyes == 0 && measures.eyesOverAll == 0)
    }

    @Test("find blur in every direction, and hardly anything else")
    func blur() {
        var canvas = Canvas(RGBPixels(width: 112, height: 112, filledWith: 128))
        var chance = Chance(5)
        for _ in 0..<200 {
            let grey = UInt8(chance.below(256))
            canvas.fill(
                x: chance.below(112), y: chance.below(112), width: 2 + chance.below(30),
                height: 2 + chance.below(30),
                with: Canvas.Colour(red: grey, green: grey, blue: grey))
        }
        #expect(ChipMeasures(chip: canvas.pixels).sharpness > 0.5)
        for step in [(1, 0), (0, 1), (1, 1), (1, -1)] {
            let blurred = ChipMeasures(chip: smeared(canvas.pixels, along: step, reach: 7))
            #expect(blurred.sharpness < 0.3, "\(step)")
        }
    }

    @Test("agree with the re-blur ratio by definition")
    func definition() {
        let picture = smeared(sharp, along: (1, 0), reach: 1)
        let luma = (0..<112 * 112).map { pixel -> Double in
            let parts = picture.bytes[3 * pixel..<3 * pixel + 3].map { Double($0) }
            return 0.299 * parts[0] + 0.587 * parts[1] + 0.114 * parts[2]
        }
        func at(_ x: Int, _ y: Int) -> Double { luma[min(max(y, 0), 111) * 112 + min(max(x, 0), 111)] }
        func ratio(_ dx: Int, _ dy: Int) -> Double {
            func blurred(_ x: Int, _ y: Int) -> Double {
                (-4...4).reduce(0) { $0 + at(x + $1 * dx, y + $1 * dy) } / 9
            }
            var lost = 0.0
            var all = 0.0
            for y in 0..<112 where y + dy < 112 {
                for x in 0..<112 {
                    let u = Double(x - 56) / 36
                    let v = Double(y - 66) / 46
                    guard u * u + v * v < 1 else { continue }
                    let before = abs(at(x + dx, y + dy) - at(x, y))
                    let after = abs(blurred(x + dx, y + dy) - blurred(x, y))
                    all += before
                    lost += max(0, before - after)
                }
            }
            return lost / all
        }
        let (across, down) = (ratio(1, 0), ratio(0, 1))
        // Faces hold more detail from top to bottom; that surplus goes where the ratio shows a move that way.
        let lean = min(1, max(0, (1.05 - down / across) / 0.1))
        let expected = min(across, down - 0.075 * lean)
        #expect(abs(ChipMeasures(chip: picture).sharpness - expected) < 0.003)
    }

    @Test("hardly change with contrast")
    func contrast() {
        let faint = RGBPixels(width: 112, height: 112, bytes: sharp.bytes.map { 100 + $0 / 8 })
        #expect(abs(ChipMeasures(chip: faint).sharpness - ChipMeasures(chip: sharp).sharpness) < 0.02)
        #expect(ChipMeasures(chip: faint).contrast < ChipMeasures(chip: sharp).contrast / 6)
    }

    @Test("tell a covered mouth from covered eyes")
    func covers() {
        func covered(_ rows: Range<Int>) -> ChipMeasures {
            var canvas = Canvas(sharp)
            canvas.fill(
                x: 10, y: rows.lowerBound, width: 92, height: rows.count,
                with: Canvas.Colour(red: 90, green: 90, blue: 90))
            return ChipMeasures(chip: canvas.pixels)
        }
        #expect(abs(ChipMeasures(chip: sharp).mouthOverEyes - 1) < 0.1)
        #expect(covered(76..<110).mouthOverEyes < 0.1)
        #expect(covered(40..<62).mouthOverEyes > 5)
        #expect(covered(40..<62).eyesOverAll < 0.2)
    }

    private func smeared(_ picture: RGBPixels, along step: (Int, Int), reach: Int) -> RGBPixels {
        var result = picture
        for y in 0..<112 {
            for x in 0..<112 {
                for part in 0..<3 {
                    let sum = (-reach...reach).reduce(0) { sum, distance in
                        let column = min(max(x + distance * step.0, 0), 111)
                        let row = min(max(y + distance * step.1, 0), 111)
                        return sum + Int(picture.bytes[(row * 112 + column) * 3 + part])
                    }
                    result.bytes[(y * 112 + x) * 3 + part] = UInt8(sum / (2 * reach + 1))
                }
            }
        }
        return result
    }
}

@Suite("Perceptual hash") struct PerceptualHashTests {
    @Test("survives scaling and compression, and tells other pictures apart")
    func robust() throws {
        let scene = scene(900, 600, seed: 1)
        let hash = try hash(try TestPicture.file(.png, scene))
        #expect(hash.count == 16)
        let small = try negative(try TestPicture.file(.png, scene)).reduced(toFit: 300)
        #expect(distance(hash, try self.hash(try TestPicture.jpeg(small, quality: 40))) <= 4)
        #expect(distance(hash, try self.hash(try TestPicture.jpeg(scene, quality: 15))) <= 4)
        for seed in 2...6 {
            let other = try self.hash(try TestPicture.file(.png, self.scene(900, 600, seed: UInt64(seed))))
            #expect(distance(hash, other) >= 16)
        }
    }

    @Test("exists for pictures smaller than its grid, and for flat ones", arguments: [1, 5, 31])
    func tiny(_ side: Int) throws {
        #expect(try hash(try TestPicture.file(.png, TestPicture.noise(side, side))).count == 16)
        #expect(try hash(try TestPicture.file(.png, RGBPixels(width: side, height: side))).count == 16)
    }

    private func hash(_ file: [UInt8]) throws -> String { try negative(file).facts.perceptualHash }

    private func distance(_ first: String, _ second: String) -> Int {
        ((UInt64(first, radix: 16) ?? 0) ^ (UInt64(second, radix: 16) ?? 0)).nonzeroBitCount
    }

    /// Overlapping rectangles of many colours.
    private func scene(_ width: Int, _ height: Int, seed: UInt64) -> RGBPixels {
        var canvas = Canvas(RGBPixels(width: width, height: height, filledWith: 120))
        var chance = Chance(seed)
        for _ in 0..<30 {
            canvas.fill(
                x: chance.below(width), y: chance.below(height), width: 50 + chance.below(300),
                height: 50 + chance.below(200),
                with: Canvas.Colour(
                    red: UInt8(chance.below(256)), green: UInt8(chance.below(256)),
                    blue: UInt8(chance.below(256))))
        }
        return canvas.pixels
    }
}

@Suite("Canvas") struct CanvasTests {
    private let red = Canvas.Colour(red: 255, green: 0, blue: 0)

    @Test("draws frames inwards from their edge, and only inside the picture")
    func frames() {
        var canvas = Canvas(RGBPixels(width: 10, height: 8))
        canvas.frame(Box(x: 2, y: 2, width: 6, height: 5), thickness: 1, in: red)
        #expect(
            drawn(canvas) == [
                "..........", "..........", "..######..", "..#....#..", "..#....#..", "..#....#..",
                "..######..", "..........",
            ])
        canvas.frame(Box(x: -50, y: -50, width: 1e9, height: .infinity), thickness: 3, in: red)
    }

    @Test("writes numbers at whole scales")
    func numbers() {
        var canvas = Canvas(RGBPixels(width: 17, height: 7))
        canvas.write("1-.", x: 0, y: 0, scale: 1, in: red)
        #expect(drawn(canvas)[3] == "..#...#####......")
        #expect(drawn(canvas)[6] == ".###.........##..")
        #expect(Canvas.size(of: "0.53", scale: 2) == (width: 46, height: 14))
    }

    @Test("pastes pictures, cut to fit")
    func paste() {
        var canvas = Canvas(RGBPixels(width: 4, height: 3))
        canvas.paste(RGBPixels(width: 3, height: 3, filledWith: 255), x: 2, y: -1)
        #expect(drawn(canvas) == ["..##", "..##", "...."])
        canvas.paste(RGBPixels(width: 3, height: 3, filledWith: 255), x: 40, y: 40)
    }

    private func drawn(_ canvas: Canvas) -> [String] {
        (0..<canvas.height).map { y in
            String(
                (0..<canvas.width).map {
                    canvas.pixels.bytes[(y * canvas.width + $0) * 3] > 0 ? "#" : "." as Character
                })
        }
    }
}
