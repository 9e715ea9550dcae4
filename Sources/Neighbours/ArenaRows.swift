internal import CKernels
internal import Domain
internal import Glibc

/// The memory of an arena. What was written is never changed: more rows go behind, or into larger blocks, and whoever
/// compares holds on to what was there.
struct ArenaRows {
    private let dimension: Int
    private let isCosine: Bool
    private let stride: Int
    private let codeLength: Int
    private(set) var count = 0
    private let values: SecretBlock
    private let lengths: SecretBlock
    private let codes: SecretBlock
    private let scales: SecretBlock
    private let norms: SecretBlock
    private let squares: SecretBlock
    private let errors: SecretBlock
    private let sums: SecretBlock
    private var longest: Float = 0
    /// The middle of the first batch: codes of what is left without it are finer.
    private var shift: [Float]

    /// - Parameter capacity: as many rows as there may ever be.
    init(dimension: Int, isCosine: Bool, capacity: Int = 1 << 24) {
        self.dimension = dimension
        self.isCosine = isCosine
        stride = (dimension + 15) / 16 * 16
        codeLength = (dimension + 63) / 64 * 64
        values = SecretBlock(reserving: capacity * stride * 4)
        codes = SecretBlock(reserving: capacity * codeLength)
        lengths = SecretBlock(reserving: capacity * 4)
        scales = SecretBlock(reserving: capacity * 4)
        norms = SecretBlock(reserving: capacity * 4)
        squares = SecretBlock(reserving: capacity * 4)
        errors = SecretBlock(reserving: capacity * 4)
        sums = SecretBlock(reserving: capacity * 4)
        shift = [Float](repeating: 0, count: stride)
    }

    var view: View {
        View(
            dimension: dimension, isCosine: isCosine, stride: stride, codeLength: codeLength, count: count,
            shift: shift, values: values, lengths: lengths, codes: codes, scales: scales, norms: norms,
            squares: squares, errors: errors, sums: sums, longest: longest)
    }

    mutating func append(_ vectors: [FaceVector]) {
        guard !vectors.isEmpty else { return }
        if count == 0 { shift = Self.middle(of: vectors, isCosine: isCosine, stride: stride) }
        write(vectors)
    }

    private mutating func write(_ vectors: [FaceVector]) {
        let all = count + vectors.count
        values.grow(to: all * stride * 4)
        codes.grow(to: all * codeLength)
        for block in [lengths, scales, norms, squares, errors, sums] { block.grow(to: all * 4) }
        for vector in vectors {
            let row = values.floats + count * stride
            vector.values.withUnsafeBufferPointer { source in
                if let start = source.baseAddress { row.update(from: start, count: source.count) }
            }
            lengths.floats[count] = lk_length(row, Int32(stride))
            lk_encode(
                row, lengths.floats[count], shift, Int32(dimension), isCosine ? 1 : 0,
                (codes.start + count * codeLength).assumingMemoryBound(to: Int8.self),
                scales.floats + count, norms.floats + count, squares.floats + count, errors.floats + count,
                sums.integers + count)
            // What codes cannot say is looked at in full, however long it is.
            if errors.floats[count].isFinite {
                longest = max(longest, (norms.floats[count].squareRoot() + errors.floats[count]) * 1.00001)
            }
            count += 1
        }
    }

    private static func middle(of vectors: [FaceVector], isCosine: Bool, stride: Int) -> [Float] {
        var sums = [Double](repeating: 0, count: stride)
        for vector in vectors {
            var square = 0.0
            if isCosine { for value in vector.values { square += Double(value) * Double(value) } }
            let unit = isCosine ? (square > 0 ? 1 / square.squareRoot() : 0) : 1
            for (place, value) in vector.values.enumerated() where abs(value) < 1e15 {
                sums[place] += Double(value) * unit
            }
        }
        return sums.map { sum in
            let mean = Float(sum / Double(vectors.count))
            return mean.isFinite ? mean : 0
        }
    }

    /// The rows as they were at one moment.
    struct View: Sendable {
        let dimension: Int
        let isCosine: Bool
        let stride: Int
        let codeLength: Int
        let count: Int
        let shift: [Float]
        let values: SecretBlock
        let lengths: SecretBlock
        let codes: SecretBlock
        let scales: SecretBlock
        let norms: SecretBlock
        let squares: SecretBlock
        let errors: SecretBlock
        let sums: SecretBlock
        let longest: Float

        private var rows: lk_rows {
            lk_rows(
                values: values.floats, lengths: lengths.floats,
                codes: UnsafePointer(codes.start.assumingMemoryBound(to: Int8.self)), scales: scales.floats,
                norms: norms.floats, squares: squares.floats, errors: errors.floats,
                sums: UnsafePointer(sums.integers), longest: longest,
                count: count, stride: Int32(stride),
                code_length: Int32(codeLength), is_cosine: isCosine ? 1 : 0)
        }

        func join(
            _ from: Int, _ firstColumn: Int, _ columns: Int, _ bar: Float, _ radius: Double,
            _ kernel: lk_kernel
        ) -> [NearPair] {
            var (rows, found) = (rows, lk_pairs())
            defer { lk_pairs_free(&found) }
            let status = lk_join(&rows, from, firstColumn, columns, bar.nextUp, kernel, &found)
            precondition(status == 0, "there is memory for pairs, and the kernel was chosen by what is there")
            var pairs: [NearPair] = []
            pairs.reserveCapacity(found.count)
            for pair in UnsafeBufferPointer(start: found.list, count: found.count)
            where Double(pair.distance) < radius {
                pairs.append(NearPair(first: pair.first, second: pair.second, distance: pair.distance))
            }
            pairs.sort { ($0.first, $0.second) < ($1.first, $1.second) }
            return pairs
        }

        func search(_ vector: FaceVector, most: Int, _ radius: Double, _ kernel: lk_kernel) -> [Near] {
            var values = padded(vector)
            var codes = [Int8](repeating: 0, count: codeLength)
            var fine = codes
            defer {
                Self.wipe(&values)
                Self.wipe(&codes)
                Self.wipe(&fine)
            }
            var (rows, query, found) = (rows, lk_query(), lk_pairs())
            defer { lk_pairs_free(&found) }
            let status = values.withUnsafeBufferPointer { values -> Int32 in
                codes.withUnsafeMutableBufferPointer { codes in
                    fine.withUnsafeMutableBufferPointer { fine in
                        lk_encode_query(
                            values.baseAddress, lk_length(values.baseAddress, Int32(stride)), shift,
                            Int32(dimension), isCosine ? 1 : 0, codes.baseAddress, fine.baseAddress, &query)
                        return lk_search(&rows, &query, most, Float(radius).nextUp, kernel, &found)
                    }
                }
            }
            precondition(
                status == 0, "there is memory for an answer, and the kernel was chosen by what is there")
            return UnsafeBufferPointer(start: found.list, count: found.count)
                .filter { Double($0.distance) < radius }
                .map { Near(row: $0.first, distance: $0.distance) }
        }

        private static func wipe<Value: BitwiseCopyable>(_ values: inout [Value]) {
            values.withUnsafeMutableBytes { buffer in
                if let start = buffer.baseAddress { explicit_bzero(start, buffer.count) }
            }
        }

        private func padded(_ vector: FaceVector) -> [Float] {
            vector.values + [Float](repeating: 0, count: stride - vector.values.count)
        }

        func distance(_ first: Int, _ second: Int) -> Float {
            precondition(first < count && second < count, "rows are there")
            return lk_distance(
                values.floats + first * stride, lengths.floats[first], values.floats + second * stride,
                lengths.floats[second], Int32(stride), isCosine ? 1 : 0)
        }

        func distance(from vector: FaceVector, to row: Int) -> Float {
            let padded = padded(vector)
            return lk_distance(
                padded, lk_length(padded, Int32(stride)), values.floats + row * stride, lengths.floats[row],
                Int32(stride), isCosine ? 1 : 0)
        }

        func vector(_ row: Int) -> FaceVector {
            precondition(row < count, "the row is there")
            return FaceVector(
                Array(UnsafeBufferPointer(start: values.floats + row * stride, count: dimension)))
        }

        func mean(of chosen: [Int]) -> FaceVector {
            var sums = [Double](repeating: 0, count: dimension)
            for row in chosen {
                let unit = isCosine ? 1 / Double(max(lengths.floats[row], .leastNormalMagnitude)) : 1
                lk_add(&sums, values.floats + row * stride, unit, Int32(dimension))
            }
            return FaceVector(sums.map { Float($0 / Double(max(1, chosen.count))) })
        }
    }
}
