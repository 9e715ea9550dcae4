import Domain
import Glibc
import Imaging
import Testing

@testable import Darkroom

@Suite(
    "Quality verdicts on real portraits", .serialized,
    .enabled(if: RealLab.isReady, "needs the open pack and the portraits that ./test fetches"))
struct QualityVerdictTests {
    private static let names = ["obama.jpg", "biden.jpg"]

    /// The portrait, small enough for slow test code, and its one face.
    private func portrait(_ name: String, _ lab: RealLab) throws -> (pixels: RGBPixels, face: Face) {
        let pixels = try RealLab.pixels(of: name, toFit: 480)
        let faces = try lab.faces(in: pixels)
        return (pixels, try #require(faces.first))
    }

    @Test("a sharp, bright, frontal face is a seed", arguments: names)
    func clean(name: String) throws {
        let (_, face) = try portrait(name, try RealLab())
        #expect(face.verdict == Verdict(.seed))
        #expect(face.quality.sharpness > 0.35)
        #expect(abs(face.quality.yaw) < 25 && abs(face.quality.roll) < 15)
        #expect(face.quality.occlusion < 0.5)
        #expect(face.vector?.values.count == 128)
    }

    @Test("a blurred face is no seed, and a badly blurred one is left out", arguments: names)
    func blurred(name: String) throws {
        let lab = try RealLab()
        let (pixels, clean) = try portrait(name, lab)
        let soft = try #require(try lab.faces(in: pixels.blurred(over: 5)).first)
        #expect(soft.quality.sharpness < clean.quality.sharpness * 0.8)
        let strength = Int(clean.quality.size / 12) | 1
        let bad = try #require(try lab.faces(in: pixels.blurred(over: strength)).first)
        #expect(bad.verdict == Verdict(.ignored, .blurred), "sharpness \(bad.quality.sharpness)")
        #expect(bad.vector == nil)
    }

    @Test("motion in any direction is noticed", arguments: [(1, 0), (0, 1), (1, 1), (1, -1)])
    func motion(across: Int, down: Int) throws {
        let lab = try RealLab()
        let (pixels, clean) = try portrait("obama.jpg", lab)
        let length = Int(clean.quality.size / 10)
        let moved = try #require(
            try lab.faces(in: pixels.averaged(over: length, across: across, down: down)).first)
        #expect(moved.verdict.tier != .seed, "sharpness \(moved.quality.sharpness)")
    }

    @Test("a dark face is named dark, a burnt-out one overexposed, a grey one flat", arguments: names)
    func light(name: String) throws {
        let lab = try RealLab()
        let (pixels, clean) = try portrait(name, lab)
        let dim = 22 / clean.quality.brightness
        let dark = try #require(try lab.faces(in: pixels.mapped { $0 * dim }).first)
        #expect(dark.verdict == Verdict(.attach, .dark), "brightness \(dark.quality.brightness)")
        let bright = try #require(try lab.faces(in: pixels.mapped { $0 * 3.2 }).first)
        #expect(bright.verdict == Verdict(.attach, .overexposed), "brightness \(bright.quality.brightness)")
        let flat = try #require(try lab.faces(in: pixels.mapped { 128 + ($0 - 128) * 0.12 }).first)
        #expect(flat.verdict == Verdict(.attach, .flat), "contrast \(flat.quality.contrast)")
    }

    @Test("a covered mouth and covered eyes are noticed", arguments: names)
    func covered(name: String) throws {
        let lab = try RealLab()
        let (pixels, face) = try portrait(name, lab)
        let marks = face.landmarks
        let eyes = marks[1].x - marks[0].x
        func with(_ colour: UInt8, top: Double, bottom: Double) throws -> Face {
            var canvas = Canvas(pixels)
            canvas.fill(
                x: Int(marks[0].x - eyes * 0.6), y: Int(top), width: Int(eyes * 2.2),
                height: Int(bottom - top),
                with: Canvas.Colour(red: colour, green: colour, blue: colour))
            return try #require(try lab.faces(in: canvas.pixels).first)
        }
        let masked = try with(200, top: marks[2].y, bottom: marks[3].y + eyes * 0.7)
        #expect(masked.verdict.tier != .seed, "mask: \(masked.quality.occlusion)")
        let glasses = try with(15, top: marks[0].y - eyes * 0.25, bottom: marks[0].y + eyes * 0.25)
        #expect(glasses.quality.occlusion > 0.5, "glasses: \(glasses.quality.occlusion)")
        #expect(glasses.verdict.tier != .seed)
    }

    @Test("a small face may only join, a tiny one is ignored, and neither is enlarged")
    func small() throws {
        let lab = try RealLab()
        let (_, clean) = try portrait("obama.jpg", lab)
        for (size, verdict) in [(50.0, Verdict(.attach, .small)), (30.0, Verdict(.ignored, .tiny))] {
            let side = Int(480 * size / clean.quality.size)
            let pixels = try RealLab.pixels(of: "obama.jpg", toFit: side)
            let face = try #require(try lab.faces(in: pixels.centred(onWidth: 900, height: 600)).first)
            #expect(face.verdict == verdict, "size \(face.quality.size)")
            #expect(abs(face.quality.size - size) < size * 0.2)
        }
    }

    @Test(
        "a head that turns away is measured so, to its own side",
        arguments: [1.0, -1])
    func turned(side: Double) throws {
        let lab = try RealLab()
        let (pixels, frontal) = try portrait("obama.jpg", lab)
        var yaws = [frontal.quality.yaw * side]
        for angle in [20.0, 35, 50] {
            let face = try #require(try lab.faces(in: pixels.headTurned(angle * side, frontal.box)).first)
            yaws.append(face.quality.yaw * side)
        }
        #expect(yaws == yaws.sorted(), "\(yaws)")
        // A cylinder has no nose, which would stand out farther.
        #expect(yaws[3] > 18, "\(yaws)")
    }

    @Test("a turned picture gives its roll, and the same person")
    func rolled() throws {
        let lab = try RealLab()
        let (pixels, upright) = try portrait("obama.jpg", lab)
        let turned = pixels.turned(byDegrees: 25)
        let face = try #require(try lab.faces(in: turned).first)
        #expect(abs(face.quality.roll - upright.quality.roll - 25) < 6, "roll \(face.quality.roll)")
        let first = try #require(upright.vector)
        let second = try #require(face.vector)
        #expect(Metric.euclidean.distance(first, second) < 0.35)
    }
}

extension RGBPixels {
    /// The face wrapped round an upright cylinder that turns; positive turns move the nose to the left edge.
    fileprivate func headTurned(_ angle: Double, _ face: Box) -> RGBPixels {
        let radius = face.width * 0.6
        let turn = angle * .pi / 180
        var result = self
        for x in 0..<width {
            let across = (Double(x) + 0.5 - face.centre.x) / radius
            guard abs(across) < 1 else { continue }
            let source = Int(face.centre.x + radius * sin(asin(across) + turn))
            guard abs(asin(across) + turn) < .pi / 2, (0..<width).contains(source) else { continue }
            for y in 0..<height {
                for channel in 0..<3 {
                    result.bytes[(y * width + x) * 3 + channel] = bytes[(y * width + source) * 3 + channel]
                }
            }
        }
        return result
    }

    /// Turned clockwise about the middle, nearest pixel.
    fileprivate func turned(byDegrees angle: Double) -> RGBPixels {
        let radians = angle * .pi / 180
        let middle = Point(x: Double(width) / 2, y: Double(height) / 2)
        let turn = Similarity(a: cos(radians), b: sin(radians), tx: 0, ty: 0).inverse
        var result = RGBPixels(width: width, height: height)
        for y in 0..<height {
            for x in 0..<width {
                let from = turn(Point(x: Double(x) + 0.5 - middle.x, y: Double(y) + 0.5 - middle.y))
                let (sourceX, sourceY) = (Int(from.x + middle.x), Int(from.y + middle.y))
                guard (0..<width).contains(sourceX), (0..<height).contains(sourceY) else { continue }
                for channel in 0..<3 {
                    result.bytes[(y * width + x) * 3 + channel] =
                        bytes[(sourceY * width + sourceX) * 3 + channel]
                }
            }
        }
        return result
    }
}
