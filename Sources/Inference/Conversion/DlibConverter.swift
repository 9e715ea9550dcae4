/// Builds an ONNX graph from dlib's network: the same function, with fewer steps.
///
/// Decisions: every scaling is folded into the convolution before it, and the input's normalisation into the
/// first one, which has no padding, so that this is exact; all folding is done in doubles. Additions follow
/// dlib, which pads the smaller side with zeros at the end of channels, rows and columns.
package struct DlibConverter {
    private var graph: OnnxGraph
    private var current: Value
    /// Where a block began.
    private var shortcut: Value?
    /// The convolutions' result, while the shortcut itself passes through a pool.
    private var main: Value?
    private var pending: Pending?
    private var marksInARow = 0
    private var isFinished = false

    /// A value of the graph with its channels, rows and columns.
    private struct Value {
        var name: String
        var channels: Int
        var rows: Int
        var columns: Int
    }

    /// A convolution that may still take up a scaling.
    private struct Pending {
        var source: DlibNetwork.Convolution
        var weights: [Double]
        var biases: [Double]
    }

    /// Takes RGB, 0 to 255, any number of pictures; answers with vectors as dlib gives them, not normalised.
    package static func graph(of network: DlibNetwork) throws(DlibError) -> OnnxGraph {
        var converter = DlibConverter(side: network.pictureSide)
        for layer in network.layers { try converter.add(layer, means: network.means) }
        guard converter.isFinished else { throw .unknownNetwork("it has no last layer") }
        return converter.graph
    }

    private init(side: Int) {
        graph = OnnxGraph(
            name: "dlib face recognition", input: .init("pixels", [-1, 3, side, side]),
            outputs: [])
        current = Value(name: "pixels", channels: 3, rows: side, columns: side)
    }

    private mutating func add(_ layer: DlibNetwork.Layer, means: [Double]) throws(DlibError) {
        guard !isFinished else { throw .unknownNetwork("a layer follows the last one") }
        if case .affine(let gamma, let beta) = layer { return try fold(gamma, beta) }
        try write()
        if case .mark = layer { return try mark() }
        if marksInARow == 1 { shortcut = current }
        marksInARow = 0
        switch layer {
        case .convolution(let convolution): try begin(convolution, means)
        case .relu: current.name = graph.add("Relu", [current.name])
        case .addShortcut: try addShortcut()
        case .maxPool(let window): try pool("MaxPool", window)
        case .averagePool(let window) where window.rows == 0:
            current.name = graph.add("GlobalAveragePool", [current.name])
            (current.rows, current.columns) = (1, 1)
        case .averagePool(let window): try pool("AveragePool", window)
        case .fullyConnected(let inputs, let outputs, let weights): try finish(inputs, outputs, weights)
        case .affine, .mark: break
        }
    }

    /// One mark remembers where a block begins. Two in a row are a tag and a skip: what there is waits as the
    /// main path, and the way goes on from the block's beginning.
    private mutating func mark() throws(DlibError) {
        marksInARow += 1
        guard marksInARow == 2 else { return }
        guard let shortcut else { throw .unknownNetwork("a skip without a block") }
        main = current
        current = shortcut
    }

    private mutating func begin(_ convolution: DlibNetwork.Convolution, _ means: [Double]) throws(DlibError) {
        guard convolution.channels == current.channels else {
            throw .unknownNetwork(
                "a convolution of \(convolution.channels) channels meets \(current.channels)")
        }
        var weights = convolution.weights.map { Double($0) }
        var biases = convolution.biases.map { Double($0) }
        if current.name == graph.input.name {
            let window = convolution.window
            guard window.paddingX == 0, window.paddingY == 0 else {
                throw .unknownNetwork("the first convolution has padding")
            }
            let plane = window.rows * window.columns
            for index in weights.indices {
                weights[index] /= 256
                let (filter, rest) = index.quotientAndRemainder(dividingBy: plane * convolution.channels)
                biases[filter] -= weights[index] * means[rest / plane]
            }
        }
        pending = Pending(source: convolution, weights: weights, biases: biases)
    }

    private mutating func fold(_ gamma: [Float], _ beta: [Float]) throws(DlibError) {
        guard var folded = pending, gamma.count == folded.source.filters else {
            throw .unknownNetwork("a scaling that follows no convolution of its size")
        }
        let each = folded.weights.count / max(1, gamma.count)
        for (filter, (scale, shift)) in zip(gamma, beta).enumerated() {
            for index in filter * each..<(filter + 1) * each { folded.weights[index] *= Double(scale) }
            folded.biases[filter] = folded.biases[filter] * Double(scale) + Double(shift)
        }
        pending = folded
    }

    /// Writes the convolution that waited for its scaling.
    private mutating func write() throws(DlibError) {
        guard let ready = pending else { return }
        pending = nil
        let source = ready.source
        let weights = graph.add(
            weights: ready.weights.map { Float($0) },
            shape: [source.filters, source.channels, source.window.rows, source.window.columns])
        let biases = graph.add(weights: ready.biases.map { Float($0) }, shape: [source.filters])
        try slide("Conv", [current.name, weights, biases], source.window)
        current.channels = source.filters
    }

    private mutating func pool(_ kind: String, _ window: DlibNetwork.Window) throws(DlibError) {
        guard window.paddingX == 0, window.paddingY == 0 else { throw .unknownNetwork("a pool with padding") }
        try slide(kind, [current.name], window)
    }

    private mutating func slide(
        _ kind: String, _ inputs: [String], _ window: DlibNetwork.Window
    ) throws(DlibError) {
        let rows = current.rows + 2 * window.paddingY - window.rows
        let columns = current.columns + 2 * window.paddingX - window.columns
        guard window.rows > 0, window.columns > 0, window.strideY > 0, window.strideX > 0, rows >= 0,
            columns >= 0
        else { throw .unknownNetwork("a window that does not fit") }
        let (top, left) = (window.paddingY, window.paddingX)
        current.name = graph.add(
            kind, inputs,
            [
                .numbers("kernel_shape", [window.rows, window.columns]),
                .numbers("pads", [top, left, top, left]),
                .numbers("strides", [window.strideY, window.strideX]),
            ])
        current.rows = rows / window.strideY + 1
        current.columns = columns / window.strideX + 1
    }

    /// Either the block's beginning was led past the convolutions and is added now, or it came through a pool
    /// and meets the main path.
    private mutating func addShortcut() throws(DlibError) {
        guard let other = main ?? shortcut else { throw .unknownNetwork("an addition without a block") }
        var sum = current
        sum.channels = max(current.channels, other.channels)
        sum.rows = max(current.rows, other.rows)
        sum.columns = max(current.columns, other.columns)
        sum.name = graph.add("Add", [padded(other, to: sum), padded(current, to: sum)])
        current = sum
        (main, shortcut) = (nil, nil)
    }

    private mutating func padded(_ value: Value, to goal: Value) -> String {
        let ends = [goal.channels - value.channels, goal.rows - value.rows, goal.columns - value.columns]
        if ends == [0, 0, 0] { return value.name }
        let amounts = graph.add(integers: [0, 0, 0, 0, 0] + ends)
        return graph.add("Pad", [value.name, amounts])
    }

    private mutating func finish(_ inputs: Int, _ outputs: Int, _ weights: [Float]) throws(DlibError) {
        guard inputs == current.channels * current.rows * current.columns else {
            throw .unknownNetwork("a last layer of \(inputs) inputs meets \(current.channels) channels")
        }
        graph.outputs = [.init("vector", [-1, outputs])]
        let flat = graph.add("Flatten", [current.name], [.number("axis", 1)])
        let matrix = graph.add(weights: weights, shape: [inputs, outputs])
        _ = graph.add("MatMul", [flat, matrix], named: "vector")
        isFinished = true
    }
}
