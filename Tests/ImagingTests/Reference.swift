internal import Domain
internal import Glibc

/// The slow and obvious way to reduce and to cut patches, to hold the fast ones against.
enum Reference {
    /// Every target pixel is the mean of the area it covers.
    static func reduced(_ picture: RGBPixels, width: Int, height: Int) -> [Double] {
        let across = shares(picture.width, width)
        let down = shares(picture.height, height)
        var result: [Double] = []
        for rows in down {
            for columns in across {
                for part in 0..<3 {
                    var sum = 0.0
                    for (y, v) in rows {
                        for (x, u) in columns {
                            sum += u * v * Double(picture.bytes[(y * picture.width + x) * 3 + part])
                        }
                    }
                    result.append(sum)
                }
            }
        }
        return result
    }

    /// The patch by definition: halved with boxes until at least half as fine, then bilinear; edges repeat,
    /// outside is black.
    static func patch(_ picture: RGBPixels, _ place: Similarity, side: Int) -> [Double] {
        var level = Level(picture)
        var size = 1.0
        while place.scale * size < 0.5 {
            level = level.halved()
            size *= 2
        }
        let back = place.inverse
        var result: [Double] = []
        for j in 0..<side {
            for i in 0..<side {
                let point = back(Point(x: Double(i) + 0.5, y: Double(j) + 0.5))
                let inside =
                    point.x >= 0 && point.y >= 0 && point.x < Double(picture.width)
                    && point.y < Double(picture.height)
                for part in 0..<3 {
                    result.append(
                        inside ? level.blended(x: point.x / size - 0.5, y: point.y / size - 0.5, part) : 0)
                }
            }
        }
        return result
    }

    private static func shares(_ samples: Int, _ bins: Int) -> [[(Int, Double)]] {
        let step = Double(samples) / Double(bins)
        return (0..<bins).map { bin in
            let low = Double(bin) * step
            let high = low + step
            return (Int(low)..<min(samples, Int(high.rounded(.up)))).map { sample in
                (sample, (min(high, Double(sample) + 1) - max(low, Double(sample))) / step)
            }
        }
    }

    private struct Level {
        let width: Int
        let height: Int
        let samples: [Double]

        init(_ picture: RGBPixels) {
            width = picture.width
            height = picture.height
            samples = picture.bytes.map(Double.init)
        }

        private init(width: Int, height: Int, samples: [Double]) {
            self.width = width
            self.height = height
            self.samples = samples
        }

        func at(_ x: Int, _ y: Int, _ part: Int) -> Double {
            samples[(min(max(y, 0), height - 1) * width + min(max(x, 0), width - 1)) * 3 + part]
        }

        func halved() -> Level {
            let wide = (width + 1) / 2
            let high = (height + 1) / 2
            var result: [Double] = []
            for y in 0..<high {
                for x in 0..<wide {
                    for part in 0..<3 {
                        result.append(
                            (at(2 * x, 2 * y, part) + at(2 * x + 1, 2 * y, part) + at(2 * x, 2 * y + 1, part)
                                + at(2 * x + 1, 2 * y + 1, part)) / 4)
                    }
                }
            }
            return Level(width: wide, height: high, samples: result)
        }

        func blended(x: Double, y: Double, _ part: Int) -> Double {
            let left = Int(floor(x))
            let top = Int(floor(y))
            let u = x - Double(left)
            let v = y - Double(top)
            let above = at(left, top, part) * (1 - u) + at(left + 1, top, part) * u
            let below = at(left, top + 1, part) * (1 - u) + at(left + 1, top + 1, part) * u
            return above * (1 - v) + below * v
        }
    }

    static func difference(_ found: RGBPixels, _ expected: [Double]) -> (mean: Double, largest: Double) {
        guard found.bytes.count == expected.count else { return (1000, 1000) }
        let steps = zip(found.bytes, expected).map { abs(Double($0) - $1) }
        return (steps.reduce(0, +) / Double(steps.count), steps.max() ?? 0)
    }
}
