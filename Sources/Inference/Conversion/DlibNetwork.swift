/// dlib's face recognition network as its file tells it: the layers in the order in which a picture meets
/// them.
package struct DlibNetwork: Sendable {
    package let pictureSide: Int
    /// Red, green, blue.
    package let means: [Double]
    package let layers: [Layer]

    package enum Layer: Sendable {
        case convolution(Convolution)
        /// Scale and shift of every channel.
        case affine(gamma: [Float], beta: [Float])
        case relu
        case addShortcut
        case maxPool(Window)
        case averagePool(Window)
        /// Weights in rows, one for each input.
        case fullyConnected(inputs: Int, outputs: Int, weights: [Float])
        /// A tag or a skip; the file does not tell which.
        case mark
    }

    package struct Convolution: Sendable {
        package var filters: Int
        package var channels: Int
        package var window: Window
        package var weights: [Float]
        package var biases: [Float]
    }

    package struct Window: Sendable, Equatable {
        /// 0 stands for the whole plane.
        package var rows: Int
        package var columns: Int
        package var strideY: Int
        package var strideX: Int
        package var paddingY: Int
        package var paddingX: Int
    }

    /// Reads the whole file; it must end exactly where the last layer ends.
    package init(file: [UInt8]) throws(DlibError) {
        var reader = DlibReader(file)
        let kinds = try Self.readKinds(&reader)
        try Self.expect("input_rgb_image_sized", &reader)
        means = [try reader.number(), try reader.number(), try reader.number()]
        pictureSide = try reader.count(upTo: 1024)
        let start = reader.place
        guard try reader.integer() == pictureSide else {
            throw .unexpected("a picture that is not square", at: start)
        }
        // The versions were written from the outermost layer inwards, the layers follow from the input
        // outwards.
        var layers: [Layer] = []
        for kind in kinds.reversed() { layers.append(try Self.readLayer(kind, &reader)) }
        guard reader.isAtEnd else { throw .goesOn(at: reader.place) }
        self.layers = layers
    }

    /// 1 for a tag or a skip, 2 for a layer, 3 for the layer that owns the input.
    private static func readKinds(_ reader: inout DlibReader) throws(DlibError) -> [Int] {
        let start = reader.place
        guard try reader.integer() == 1 else { throw .unexpected("a loss of another version", at: start) }
        try expect("loss_metric_2", &reader)
        _ = try reader.number()  // Margin and threshold of the training.
        _ = try reader.number()
        var kinds: [Int] = []
        while !reader.isBefore(textBeginning: "input_") {
            let place = reader.place
            let kind = try reader.integer()
            guard (1...3).contains(kind), kinds.count < 1000, kinds.last != 3 else {
                throw .unexpected("no kind of layer", at: place)
            }
            kinds.append(kind)
        }
        guard kinds.last == 3 else { throw .unexpected("no layer that owns the input", at: reader.place) }
        return kinds
    }

    private static func readLayer(_ kind: Int, _ reader: inout DlibReader) throws(DlibError) -> Layer {
        if kind == 1 { return .mark }
        let layer = try readDetails(&reader)
        for _ in 0..<3 { _ = try reader.flag() }
        for _ in 0..<3 {  // What training left behind: gradients and an output, all empty.
            let start = reader.place
            guard try reader.tensor().values.isEmpty else {
                throw .unexpected("left-over gradients", at: start)
            }
        }
        if kind == 3 { _ = try reader.integer() }  // How many pictures one sample stands for.
        return layer
    }

    private static func readDetails(_ reader: inout DlibReader) throws(DlibError) -> Layer {
        let start = reader.place
        switch try reader.text() {
        case "con_4": return try readConvolution(&reader, at: start)
        case "affine_": return try readAffine(&reader, at: start)
        case "relu_": return .relu
        case "add_prev_": return .addShortcut
        case "max_pool_2": return .maxPool(try readWindow(&reader))
        case "avg_pool_2": return .averagePool(try readWindow(&reader))
        case "fc_2": return try readFullyConnected(&reader, at: start)
        case let other: throw .unexpected("an unknown layer '\(other)'", at: start)
        }
    }

    private static func readConvolution(
        _ reader: inout DlibReader, at start: Int
    ) throws(DlibError) -> Layer {
        let parameters = try reader.tensor().values
        let filters = try reader.count(upTo: 4096)
        let window = try readWindow(&reader)
        let weights = try reader.alias()
        let biases = try reader.alias()
        for _ in 0..<4 { _ = try reader.number() }  // Multipliers of learning rate and weight decay.
        let weightCount = weights.reduce(1, *)
        guard weights[0] == filters, weights[2] == window.rows, weights[3] == window.columns,
            biases == [1, filters, 1, 1], parameters.count == weightCount + filters
        else { throw .unexpected("a convolution whose sizes do not agree", at: start) }
        return .convolution(
            Convolution(
                filters: filters, channels: weights[1], window: window,
                weights: Array(parameters[..<weightCount]),
                biases: Array(parameters[weightCount...])))
    }

    private static func readAffine(_ reader: inout DlibReader, at start: Int) throws(DlibError) -> Layer {
        let parameters = try reader.tensor().values
        let gamma = try reader.alias().reduce(1, *)
        let beta = try reader.alias().reduce(1, *)
        let mode = try reader.integer()
        guard mode == 0, gamma == beta, parameters.count == gamma + beta else {
            throw .unexpected("a scaling whose sizes do not agree", at: start)
        }
        return .affine(gamma: Array(parameters[..<gamma]), beta: Array(parameters[gamma...]))
    }

    private static func readFullyConnected(
        _ reader: inout DlibReader, at start: Int
    ) throws(DlibError) -> Layer {
        let outputs = try reader.count(upTo: 1 << 20)
        let inputs = try reader.count(upTo: 1 << 20)
        let weights = try reader.tensor().values
        _ = try reader.alias()
        _ = try reader.alias()
        let biasMode = try reader.integer()
        for _ in 0..<4 { _ = try reader.number() }
        guard biasMode == 1, weights.count == inputs * outputs else {
            throw .unexpected("a last layer whose sizes do not agree", at: start)
        }
        return .fullyConnected(inputs: inputs, outputs: outputs, weights: weights)
    }

    private static func readWindow(_ reader: inout DlibReader) throws(DlibError) -> Window {
        Window(
            rows: try reader.count(upTo: 64), columns: try reader.count(upTo: 64),
            strideY: try reader.count(upTo: 64), strideX: try reader.count(upTo: 64),
            paddingY: try reader.count(upTo: 64), paddingX: try reader.count(upTo: 64))
    }

    private static func expect(_ text: String, _ reader: inout DlibReader) throws(DlibError) {
        let start = reader.place
        guard try reader.text() == text else { throw .unexpected("no '\(text)'", at: start) }
    }
}
