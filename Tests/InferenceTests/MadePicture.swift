import Domain
import TestSupport

/// Pictures by integer arithmetic, the same here as in Fixtures/make_reference.py, which gave them to the
/// reference programs.
enum MadePicture {
    static let side = 150
    static let names = ["gradient", "stripes", "noise", "clouds", "face 1", "face 2", "face 3", "face 4"]

    static func chip(named name: String) -> RGBPixels {
        switch name {
        case "gradient": chip { x, y in [x * 255 / 149, y * 255 / 149, 255 - (x + y) * 255 / 298] }
        case "stripes":
            chip { x, y in
                [(x * 7 + y * 3) % 256, (x / 9 + y / 13).isMultiple(of: 2) ? 30 : 200, (y * 5) % 256]
            }
        case "noise": noise(seed: 11)
        case "clouds": clouds(seed: 23)
        case "face 1": face(seed: 1)
        case "face 2": face(seed: 2)
        case "face 3": face(seed: 3)
        default: face(seed: 44)
        }
    }

    /// Four drawn faces, two of them small, on clouds: 310 x 200 pixels.
    static func crowd() -> RGBPixels {
        var clouds = Clouds(seed: 5)
        var picture = RGBPixels(width: 310, height: 200)
        for y in 0..<200 {
            for x in 0..<310 { picture.set(x, y, clouds.colour(x * 150 / 310, y * 150 / 200)) }
        }
        for (seed, left, top, step) in [(1, 0, 20, 1), (2, 155, 45, 1), (3, 150, 0, 3), (44, 240, 0, 3)] {
            let face = face(seed: UInt64(seed))
            for y in 0..<side / step {
                for x in 0..<side / step where left + x < picture.width && top + y < picture.height {
                    picture.set(left + x, top + y, face.colour(x * step + step / 2, y * step + step / 2))
                }
            }
        }
        return picture
    }

    static func face(seed: UInt64) -> RGBPixels {
        var face = DrawnFace(seed: seed)
        return chip { x, y in face.colour(x, y) }
    }

    static func noise(seed: UInt64) -> RGBPixels {
        var dice = Dice(seed: seed)
        return chip { _, _ in (0..<3).map { _ in dice.roll(256) } }
    }

    private static func clouds(seed: UInt64) -> RGBPixels {
        var clouds = Clouds(seed: seed)
        return chip { x, y in clouds.colour(x, y) }
    }

    private static func chip(_ colour: (Int, Int) -> [Int]) -> RGBPixels {
        var chip = RGBPixels(width: side, height: side)
        for y in 0..<side {
            for x in 0..<side { chip.set(x, y, colour(x, y)) }
        }
        return chip
    }
}

extension RGBPixels {
    func colour(_ x: Int, _ y: Int) -> [Int] { (0..<3).map { Int(bytes[(y * width + x) * 3 + $0]) } }

    mutating func set(_ x: Int, _ y: Int, _ colour: [Int]) {
        for part in 0..<3 { bytes[(y * width + x) * 3 + part] = UInt8(clamping: colour[part]) }
    }

    /// The control of every comparison: red and blue changed places.
    var swapped: RGBPixels {
        var other = self
        for start in stride(from: 0, to: bytes.count, by: 3) {
            (other.bytes[start], other.bytes[start + 2]) = (bytes[start + 2], bytes[start])
        }
        return other
    }
}

/// A coarse grid of random colours, interpolated.
private struct Clouds {
    private var grid: [[[Int]]]

    init(seed: UInt64) {
        var dice = Dice(seed: seed)
        grid = (0..<12).map { _ in (0..<12).map { _ in (0..<3).map { _ in dice.roll(256) } } }
    }

    mutating func colour(_ x: Int, _ y: Int) -> [Int] {
        let (column, right) = x.quotientAndRemainder(dividingBy: 15)
        let (row, down) = y.quotientAndRemainder(dividingBy: 15)
        return (0..<3).map { part in
            let top = grid[row][column][part] * (15 - right) + grid[row][column + 1][part] * right
            let bottom = grid[row + 1][column][part] * (15 - right) + grid[row + 1][column + 1][part] * right
            return (top * (15 - down) + bottom * down) / 225
        }
    }
}

/// Ellipses where skin, hair, eyes, brows, nose and mouth would be, with a light from one side.
private struct DrawnFace {
    private let back: [Int]
    private let skin: [Int]
    private let hair: [Int]
    private let wide: Int
    private let tall: Int
    private let eyes: Int
    private let apart: Int
    private let smile: Int
    private let lips: Int
    private let light: Int
    private var dice: Dice

    init(seed: UInt64) {
        var dice = Dice(seed: seed)
        back = (0..<3).map { _ in dice.roll(200) }
        skin = [150 + dice.roll(90), 100 + dice.roll(80), 70 + dice.roll(70)]
        hair = [dice.roll(120), dice.roll(90), dice.roll(60)]
        wide = 46 + dice.roll(9)
        tall = 58 + dice.roll(9)
        eyes = 46 + dice.roll(7)
        apart = 25 + dice.roll(5)
        smile = 16 + dice.roll(9)
        lips = 4 + dice.roll(4)
        light = dice.roll(5) - 2
        self.dice = dice
    }

    mutating func colour(_ x: Int, _ y: Int) -> [Int] {
        let grain = dice.roll(9) - 4
        return plain(x, y).map { $0 + grain }
    }

    private func plain(_ x: Int, _ y: Int) -> [Int] {
        func inside(_ cx: Int, _ cy: Int, _ rx: Int, _ ry: Int) -> Bool {
            (x - cx) * (x - cx) * ry * ry + (y - cy) * (y - cy) * rx * rx < rx * rx * ry * ry
        }
        var colour = back
        if inside(75, 55, wide + 10, tall) { colour = hair }
        guard inside(75, 78, wide, tall) else { return colour }
        // Shifts and masks round downwards as the reference does.
        let shade = ((x - 75) * light) >> 1 - (y - 78) >> 2
        colour = skin.map { $0 + shade }
        if inside(75, 72, 7, 15) { colour = colour.map { $0 + 22 } }
        for side in [-1, 1] {
            let cx = 75 + side * apart
            if inside(cx, eyes - 11, 13, 3) { colour = hair }
            if inside(cx, eyes, 10, 5) { colour = [235, 235, 235] }
            if inside(cx, eyes, 4, 5) { colour = [30, 25, 20] }
            if inside(75 + side * 6, 86, 3, 2) { colour = [90, 50, 40] }
        }
        if inside(75, 104, smile - 4, 1) { return [70, 20, 25] }
        return inside(75, 104, smile, lips) ? [170, 60, 70] : colour
    }
}
