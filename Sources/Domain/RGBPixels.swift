/// Pixels in memory: three bytes each (red, green, blue), row after row without gaps.
package struct RGBPixels: Sendable, Equatable {
    package let width: Int
    package let height: Int
    package var bytes: [UInt8]

    package init(width: Int, height: Int, bytes: [UInt8]) {
        precondition(bytes.count == width * height * 3, "three bytes a pixel")
        self.width = width
        self.height = height
        self.bytes = bytes
    }

    /// A picture of one colour, black unless told otherwise.
    package init(width: Int, height: Int, filledWith value: UInt8 = 0) {
        self.init(width: width, height: height, bytes: [UInt8](repeating: value, count: width * height * 3))
    }
}
