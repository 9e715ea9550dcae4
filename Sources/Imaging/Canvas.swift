package import Domain

/// A picture to draw on: frames, numbers and other pictures, for people who look at results.
package struct Canvas: Sendable {
    package private(set) var pixels: RGBPixels

    package struct Colour: Sendable, Hashable {
        package let red: UInt8
        package let green: UInt8
        package let blue: UInt8

        package init(red: UInt8, green: UInt8, blue: UInt8) {
            self.red = red
            self.green = green
            self.blue = blue
        }
    }

    package init(_ pixels: RGBPixels) { self.pixels = pixels }

    package var width: Int { pixels.width }
    package var height: Int { pixels.height }

    /// Fills what lies inside the picture of a rectangle.
    package mutating func fill(x: Int, y: Int, width: Int, height: Int, with colour: Colour) {
        let columns = max(0, x)..<max(max(0, x), min(self.width, x + width))
        for row in max(0, y)..<max(max(0, y), min(self.height, y + height)) {
            for column in columns {
                let place = (row * self.width + column) * 3
                pixels.bytes[place] = colour.red
                pixels.bytes[place + 1] = colour.green
                pixels.bytes[place + 2] = colour.blue
            }
        }
    }

    /// A rectangle's outline, drawn inwards from its edge.
    package mutating func frame(_ box: Box, thickness: Int, in colour: Colour) {
        let left = Self.pixel(box.x)
        let top = Self.pixel(box.y)
        let wide = Self.pixel(box.right) - left
        let high = Self.pixel(box.bottom) - top
        fill(x: left, y: top, width: wide, height: thickness, with: colour)
        fill(x: left, y: top + high - thickness, width: wide, height: thickness, with: colour)
        fill(x: left, y: top, width: thickness, height: high, with: colour)
        fill(x: left + wide - thickness, y: top, width: thickness, height: high, with: colour)
    }

    /// Writes digits, dots, dashes and spaces, each pixel of the font `scale` pixels wide; other characters leave
    /// a gap.
    package mutating func write(_ text: String, x: Int, y: Int, scale: Int, in colour: Colour) {
        for (index, character) in text.enumerated() {
            let rows = BitmapFont.rows(of: character)
            let left = x + index * BitmapFont.advance * scale
            for (row, bits) in rows.enumerated() {
                for column in 0..<BitmapFont.width where bits >> (BitmapFont.width - 1 - column) & 1 == 1 {
                    fill(
                        x: left + column * scale, y: y + row * scale, width: scale, height: scale,
                        with: colour)
                }
            }
        }
    }

    /// How much room `write` takes.
    package static func size(of text: String, scale: Int) -> (width: Int, height: Int) {
        (max(0, text.count * BitmapFont.advance - 1) * scale, BitmapFont.height * scale)
    }

    /// Lays another picture on this one; what lies outside is cut off.
    package mutating func paste(_ other: RGBPixels, x: Int, y: Int) {
        let first = max(0, -x)
        let last = min(other.width, width - x)
        guard first < last else { return }
        for row in max(0, -y)..<max(max(0, -y), min(other.height, height - y)) {
            let from = (row * other.width + first) * 3
            let to = ((y + row) * width + x + first) * 3
            let count = (last - first) * 3
            pixels.bytes.replaceSubrange(to..<to + count, with: other.bytes[from..<from + count])
        }
    }

    /// Boxes may come from anywhere; far outside is far enough.
    private static func pixel(_ place: Double) -> Int {
        place.isFinite ? Int(min(max(place.rounded(), -1_000_000), 1_000_000)) : 0
    }
}

/// Digits of 5 x 7 pixels, a row to a number, the leftmost pixel in the highest bit.
private enum BitmapFont {
    static let width = 5
    static let height = 7
    static let advance = 6

    static func rows(of character: Character) -> [UInt8] { glyphs[character] ?? [] }

    private static let glyphs: [Character: [UInt8]] = [
        "0": [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110],
        "1": [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
        "2": [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111],
        "3": [0b11110, 0b00001, 0b00001, 0b01110, 0b00001, 0b00001, 0b11110],
        "4": [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
        "5": [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
        "6": [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
        "7": [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
        "8": [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
        "9": [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
        ".": [0, 0, 0, 0, 0, 0b01100, 0b01100],
        "-": [0, 0, 0, 0b11111, 0, 0, 0],
    ]
}
