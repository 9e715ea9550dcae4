internal import CKernels
internal import Domain

/// How stored pixels must be laid out to stand upright; EXIF's numbers 1 to 8.
enum Orientation: Int {
    case upright = 1
    case mirrored, turnedAround, upsideDown, transposed, turnedRight, transversed, turnedLeft

    var swapsSides: Bool { rawValue >= 5 }

    /// Whether the stored columns run against the upright direction, whichever that is.
    var reversesColumns: Bool {
        switch self {
        case .mirrored, .turnedAround, .transversed, .turnedLeft: true
        case .upright, .upsideDown, .transposed, .turnedRight: false
        }
    }

    var reversesRows: Bool {
        switch self {
        case .turnedAround, .upsideDown, .turnedRight, .transversed: true
        case .upright, .mirrored, .transposed, .turnedLeft: false
        }
    }

    /// Where a place of the upright picture lies in the stored one of this size.
    func stored(_ place: Point, width: Int, height: Int) -> Point {
        let across = swapsSides ? place.y : place.x
        let down = swapsSides ? place.x : place.y
        return Point(
            x: reversesColumns ? Double(width) - across : across,
            y: reversesRows ? Double(height) - down : down)
    }

    func apply(to size: Size) -> Size { swapsSides ? Size(size.height, size.width) : size }
}

/// Width and height in pixels.
struct Size: Equatable {
    let width: Int
    let height: Int

    init(_ width: Int, _ height: Int) {
        self.width = width
        self.height = height
    }

    var longer: Int { max(width, height) }

    /// The size in the same proportions whose longer side is at most `side`.
    func fitting(_ side: Int) -> Size {
        guard longer > side else { return self }
        func scaled(_ length: Int) -> Int { max(1, (2 * length * side + longer) / (2 * longer)) }
        return Size(scaled(width), scaled(height))
    }
}
