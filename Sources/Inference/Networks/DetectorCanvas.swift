/// The size of picture a detector is compiled for.
///
/// Compiling takes half a second and tens of megabytes, so pictures share few canvases: the smallest that
/// holds a picture is chosen, by its size alone, and the rest is left black.
package struct DetectorCanvas: Sendable, Hashable {
    package let width: Int
    package let height: Int

    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// The smallest canvas on the list that holds a picture of this size.
    package static func holding(width: Int, height: Int) -> DetectorCanvas {
        let long = longSide(for: max(width, height))
        let short = shortSides(of: long).first { $0 >= min(width, height) } ?? long
        return width >= height
            ? DetectorCanvas(width: long, height: short) : DetectorCanvas(width: short, height: long)
    }

    /// The crops of the second look and other small canvases: often needed and cheap to hold.
    package var isSmall: Bool { max(width, height) <= 320 }

    /// The long sides of the policies and of crops, and steps for what lies between them.
    private static let longSides = [160, 320, 640, 768, 1024, 1280, 1408, 1600, 2048]

    private static func longSide(for length: Int) -> Int {
        longSides.first { $0 >= length } ?? roundedUp(length, to: 512)
    }

    /// 16:9, 3:2, 4:3 and square, each a multiple of 32 because detectors halve their picture five times.
    private static func shortSides(of long: Int) -> [Int] {
        [long * 9 / 16, long * 2 / 3, long * 3 / 4, long].map { roundedUp($0, to: 32) }
    }

    private static func roundedUp(_ value: Int, to step: Int) -> Int { (value + step - 1) / step * step }
}
