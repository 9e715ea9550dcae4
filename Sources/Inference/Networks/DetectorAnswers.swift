internal import Domain
internal import Glibc

/// What a detector said about one picture, checked to be what its decoder expects.
struct DetectorAnswers {
    private let maps: [Map]
    private let decoder: PackManifest.Decoder

    /// The answers of one grid of cells: CenterFace has one, the others have three.
    private struct Map {
        let stride: Int
        let columns: Int
        let rows: Int
        /// Values a cell of each kind, in the decoder's own order.
        let parts: [UnsafeBufferPointer<Float>]
        /// Boxes a cell.
        var anchors = 1
    }

    init(
        _ answers: [NetworkAnswer], canvas: DetectorCanvas, decoder: PackManifest.Decoder
    ) throws(InferenceError) {
        self.decoder = decoder
        switch decoder {
        case .centerface: maps = [try Self.planes(answers, canvas)]
        case .scrfd: maps = try Self.levels(answers, canvas, kinds: [1, 4, 10])
        case .yunet: maps = try Self.levels(answers, canvas, kinds: [1, 1, 4, 10])
        }
    }

    /// Every cell above the bar whose own place lies inside the picture; what is beyond is only padding.
    func candidates(above bar: Double, insideWidth width: Int, height: Int) -> [Candidate] {
        var found: [Candidate] = []
        for map in maps {
            let rows = min(map.rows, (height + map.stride - 1) / map.stride)
            let columns = min(map.columns, (width + map.stride - 1) / map.stride)
            switch decoder {
            case .centerface: Self.readCenterFace(map, rows, columns, bar, into: &found)
            case .scrfd: Self.readSCRFD(map, rows, columns, bar, into: &found)
            case .yunet: Self.readYuNet(map, rows, columns, bar, into: &found)
            }
        }
        return found
    }

    /// Planes of heat, size, offset and landmarks at a quarter of the picture's size. The heat is a
    /// probability already. Sizes are logarithms; every pair is (y, x). Landmarks count from the box before
    /// it is clamped: clamping first moves the landmarks of faces that the border cuts.
    private static func readCenterFace(
        _ map: Map, _ rows: Int, _ columns: Int, _ bar: Double, into found: inout [Candidate]
    ) {
        let (heat, size, offset, marks) = (map.parts[0], map.parts[1], map.parts[2], map.parts[3])
        let plane = map.rows * map.columns
        let least = Float(bar)
        for row in 0..<rows {
            for column in 0..<columns {
                let cell = row * map.columns + column
                guard heat[cell] > least else { continue }
                let height = 4 * exp(Double(size[cell]))
                let width = 4 * exp(Double(size[plane + cell]))
                let x = (Double(column) + Double(offset[plane + cell]) + 0.5) * 4 - width / 2
                let y = (Double(row) + Double(offset[cell]) + 0.5) * 4 - height / 2
                let landmarks = (0..<5).map { mark in
                    Point(
                        x: Double(marks[(2 * mark + 1) * plane + cell]) * width + x,
                        y: Double(marks[2 * mark * plane + cell]) * height + y)
                }
                add(Box(x: x, y: y, width: width, height: height), landmarks, heat[cell], to: &found)
            }
        }
    }

    /// Two anchors a cell at its upper left corner; distances to the four sides and landmarks in strides.
    private static func readSCRFD(
        _ map: Map, _ rows: Int, _ columns: Int, _ bar: Double, into found: inout [Candidate]
    ) {
        let (scores, sides, marks) = (map.parts[0], map.parts[1], map.parts[2])
        let stride = Double(map.stride)
        let least = Float(bar)
        for row in 0..<rows {
            for column in 0..<columns {
                for anchor in 0..<map.anchors {
                    let place = (row * map.columns + column) * map.anchors + anchor
                    guard scores[place] > least else { continue }
                    let x = Double(column) * stride
                    let y = Double(row) * stride
                    let left = x - Double(sides[place * 4]) * stride
                    let top = y - Double(sides[place * 4 + 1]) * stride
                    let right = x + Double(sides[place * 4 + 2]) * stride
                    let bottom = y + Double(sides[place * 4 + 3]) * stride
                    let landmarks = (0..<5).map { mark in
                        Point(
                            x: x + Double(marks[place * 10 + 2 * mark]) * stride,
                            y: y + Double(marks[place * 10 + 2 * mark + 1]) * stride)
                    }
                    let box = Box(x: left, y: top, width: right - left, height: bottom - top)
                    add(box, landmarks, scores[place], to: &found)
                }
            }
        }
    }

    /// A face's class and its objectness share the score; box centres and landmarks count from the cell's
    /// corner in strides, sizes are logarithms.
    private static func readYuNet(
        _ map: Map, _ rows: Int, _ columns: Int, _ bar: Double, into found: inout [Candidate]
    ) {
        let (classes, objects, boxes, marks) = (map.parts[0], map.parts[1], map.parts[2], map.parts[3])
        let stride = Double(map.stride)
        let least = Float(bar * bar)
        for row in 0..<rows {
            for column in 0..<columns {
                let cell = row * map.columns + column
                let square = min(max(classes[cell], 0), 1) * min(max(objects[cell], 0), 1)
                guard square > least else { continue }
                let width = exp(Double(boxes[cell * 4 + 2])) * stride
                let height = exp(Double(boxes[cell * 4 + 3])) * stride
                let x = (Double(column) + Double(boxes[cell * 4])) * stride - width / 2
                let y = (Double(row) + Double(boxes[cell * 4 + 1])) * stride - height / 2
                let landmarks = (0..<5).map { mark in
                    Point(
                        x: (Double(column) + Double(marks[cell * 10 + 2 * mark])) * stride,
                        y: (Double(row) + Double(marks[cell * 10 + 2 * mark + 1])) * stride)
                }
                add(Box(x: x, y: y, width: width, height: height), landmarks, square.squareRoot(), to: &found)
            }
        }
    }

    /// A network of somebody else may answer anything: what is no box stays out.
    private static func add(_ box: Box, _ landmarks: [Point], _ score: Float, to found: inout [Candidate]) {
        let numbers = [box.x, box.y, box.width, box.height] + landmarks.flatMap { [$0.x, $0.y] }
        guard numbers.allSatisfy({ abs($0) < 1e6 }), box.width > 0, box.height > 0, score.isFinite else {
            return
        }
        found.append(Candidate(box: box, landmarks: landmarks, score: Double(score)))
    }

    private static func planes(_ answers: [NetworkAnswer], _ canvas: DetectorCanvas) throws(InferenceError)
        -> Map
    {
        let (rows, columns) = (canvas.height / 4, canvas.width / 4)
        let expected = [1, 2, 2, 10].map { [1, $0, rows, columns] }
        guard answers.map(\.shape) == expected else { throw unexpected(answers, .centerface) }
        return Map(stride: 4, columns: columns, rows: rows, parts: answers.map(\.values))
    }

    /// Sorts the answers by stride and kind, whatever their order and whether they carry a batch dimension.
    private static func levels(
        _ answers: [NetworkAnswer], _ canvas: DetectorCanvas, kinds: [Int]
    ) throws(InferenceError) -> [Map] {
        let decoder: PackManifest.Decoder = kinds.count == 3 ? .scrfd : .yunet
        guard answers.count == kinds.count * 3 else { throw unexpected(answers, decoder) }
        let mostAnchors = decoder == .scrfd ? 2 : 1
        var maps: [Map] = []
        for stride in [8, 16, 32] {
            let (rows, columns) = (canvas.height / stride, canvas.width / stride)
            var parts: [UnsafeBufferPointer<Float>] = []
            for kind in Set(kinds).sorted() {
                parts += answers.filter {
                    $0.shape.last == kind && $0.values.count == rows * columns * mostAnchors * kind
                }
                .map(\.values)
            }
            guard parts.count == kinds.count else { throw unexpected(answers, decoder) }
            maps.append(Map(stride: stride, columns: columns, rows: rows, parts: parts, anchors: mostAnchors))
        }
        return maps
    }

    private static func unexpected(
        _ answers: [NetworkAnswer], _ decoder: PackManifest.Decoder
    ) -> InferenceError {
        let shapes = answers.map { "\($0.shape)" }.joined(separator: " ")
        return InferenceError(.readAnswer, note: "\(decoder.rawValue) does not answer with \(shapes)")
    }
}
