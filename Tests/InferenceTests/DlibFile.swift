/// Writes files in dlib's format, so that the reader meets every construct and every fault without the real
/// one.
struct DlibFile {
    private(set) var bytes: [UInt8] = []

    mutating func integer(_ value: Int) {
        var magnitude = value.magnitude
        var digits: [UInt8] = []
        repeat {
            digits.append(UInt8(truncatingIfNeeded: magnitude))
            magnitude >>= 8
        } while magnitude > 0
        bytes += [UInt8(digits.count) | (value < 0 ? 0x80 : 0)] + digits
    }

    mutating func number(_ value: Double) {
        // 24 binary places are more than the tests' numbers have.
        integer(Int(value * 16_777_216))
        integer(-24)
    }

    mutating func text(_ text: String) {
        integer(text.utf8.count)
        bytes += Array(text.utf8)
    }

    mutating func sizes(_ version: Int, _ sizes: [Int]) {
        integer(version)
        for size in sizes { integer(size) }
    }

    mutating func tensor(_ sizes: [Int], _ values: [Float]) {
        self.sizes(2, sizes)
        for value in values {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += Array($0) }
        }
    }

    mutating func layerEnd(ownsInput: Bool = false) {
        bytes += Array("000".utf8)
        for _ in 0..<3 { tensor([0, 0, 0, 0], []) }
        if ownsInput { integer(1) }
    }

    mutating func convolution(
        _ filters: Int, _ channels: Int, side: Int, stride: Int, padding: Int, ownsInput: Bool = false
    ) {
        text("con_4")
        let count = filters * channels * side * side
        tensor([count + filters, 1, 1, 1], (0..<count + filters).map { Float($0 % 11) / 64 - 0.07 })
        for value in [filters, side, side, stride, stride, padding, padding] { integer(value) }
        sizes(1, [filters, channels, side, side])
        sizes(1, [1, filters, 1, 1])
        for _ in 0..<4 { number(1) }
        layerEnd(ownsInput: ownsInput)
    }

    mutating func affine(_ channels: Int) {
        text("affine_")
        tensor([2 * channels, 1, 1, 1], (0..<2 * channels).map { Float($0 % 5) / 4 + 0.25 })
        for _ in 0..<2 { sizes(1, [1, channels, 1, 1]) }
        integer(0)
        layerEnd()
    }

    mutating func plain(_ name: String) {
        text(name)
        layerEnd()
    }

    mutating func pool(_ name: String, side: Int, stride: Int) {
        text(name)
        for value in [side, side, stride, stride, 0, 0] { integer(value) }
        layerEnd()
    }

    /// A whole network for pictures of 48 pixels with a plain block and one that halves, and vectors of 8.
    static func network() -> [UInt8] {
        var file = DlibFile()
        file.integer(1)
        file.text("loss_metric_2")
        file.number(0.0625)
        file.number(0.5)
        // Outermost first: last layer, pool, the halving block with its two marks, the plain block, the
        // input's.
        let halving = [2, 2, 2, 1, 1, 2, 2, 2, 2, 2, 1]
        let plain = [2, 2, 2, 2, 2, 2, 2, 1]
        for kind in [2, 2] + halving + plain + [2, 2, 2, 3] { file.integer(kind) }
        file.text("input_rgb_image_sized")
        for mean in [122.5, 117, 104.25] { file.number(mean) }
        file.integer(48)
        file.integer(48)
        file.convolution(4, 3, side: 7, stride: 2, padding: 0, ownsInput: true)
        file.affine(4)
        file.plain("relu_")
        file.pool("max_pool_2", side: 3, stride: 2)
        // The plain block.
        file.convolution(4, 4, side: 3, stride: 1, padding: 1)
        file.affine(4)
        file.plain("relu_")
        file.convolution(4, 4, side: 3, stride: 1, padding: 1)
        file.affine(4)
        file.plain("add_prev_")
        file.plain("relu_")
        // The halving block: twice the channels, and a convolution that ends smaller than the pool.
        file.convolution(8, 4, side: 3, stride: 2, padding: 0)
        file.affine(8)
        file.plain("relu_")
        file.convolution(8, 8, side: 3, stride: 1, padding: 1)
        file.affine(8)
        file.pool("avg_pool_2", side: 2, stride: 2)
        file.plain("add_prev_")
        file.plain("relu_")
        file.pool("avg_pool_2", side: 0, stride: 1)
        file.text("fc_2")
        file.integer(8)
        file.integer(8)
        file.tensor([8, 8, 1, 1], (0..<64).map { Float($0 % 9) / 8 - 0.5 })
        file.sizes(1, [8, 8, 1, 1])
        file.sizes(1, [0, 0, 0, 0])
        file.integer(1)
        for _ in 0..<4 { file.number(1) }
        file.layerEnd()
        return file.bytes
    }
}
