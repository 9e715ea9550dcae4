internal import Inference

/// Networks made by arithmetic, so that every path of a model pack is exercised without any file of others.
package enum GeneratedNetworks {
    /// A 112-pixel embedder in ArcFace's form: a few random projections, so that like pictures get like
    /// vectors.
    package static func embedder(dimension: Int = 512) -> [UInt8] {
        var graph = OnnxGraph(
            name: "generated embedder", input: .init("data", [-1, 3, 112, 112]),
            outputs: [.init("vector", [-1, dimension])])
        var dice = Dice(seed: 512)
        var value = "data"
        for (filters, channels, side, stride) in [(16, 3, 7, 4), (32, 16, 3, 3)] {
            let count = filters * channels * side * side
            let weights = graph.add(weights: dice.weights(count), shape: [filters, channels, side, side])
            let sums = graph.add(
                "Conv", [value, weights],
                [.numbers("kernel_shape", [side, side]), .numbers("strides", [stride, stride])])
            value = graph.add("Relu", [sums])
        }
        // 112 pixels become 27, then 9, then 3 a side.
        value = graph.add(
            "AveragePool", [value], [.numbers("kernel_shape", [3, 3]), .numbers("strides", [3, 3])])
        value = graph.add("Flatten", [value], [.number("axis", 1)])
        let matrix = graph.add(weights: dice.weights(288 * dimension), shape: [288, dimension])
        _ = graph.add("MatMul", [value, matrix], named: "vector")
        return OnnxWriter.bytes(of: graph)
    }

    /// A detector in CenterFace's form that takes every bright cell for a face 40 pixels tall and 32 wide.
    package static func detector() -> [UInt8] {
        let outputs = [("heat", 1), ("size", 2), ("offset", 2), ("marks", 10)]
        var graph = OnnxGraph(
            name: "generated detector", input: .init("pixels", [1, 3, -1, -1]),
            outputs: outputs.map { .init($0.0, [1, $0.1, -1, -1]) })
        // The heat is a steep step at three quarters of full brightness.
        let brightness = [Float](repeating: 40 / (48 * 255), count: 48)
        let heat = cells(of: "pixels", weights: brightness, biases: [-30], in: &graph)
        _ = graph.add("Sigmoid", [heat], named: "heat")
        let marks: [Float] = [0.4, 0.3, 0.4, 0.7, 0.6, 0.5, 0.8, 0.35, 0.8, 0.65]
        // Logarithms of 10 and 8 cells.
        for (name, biases) in [("size", [2.302585, 2.0794415]), ("offset", [0, 0]), ("marks", marks)] {
            let none = [Float](repeating: 0, count: biases.count * 48)
            _ = cells(of: "pixels", weights: none, biases: biases, in: &graph, named: name)
        }
        return OnnxWriter.bytes(of: graph)
    }

    /// A weighted sum over every cell of 4 x 4 pixels.
    private static func cells(
        of pixels: String, weights: [Float], biases: [Float], in graph: inout OnnxGraph,
        named name: String? = nil
    ) -> String {
        let kernel = graph.add(weights: weights, shape: [biases.count, 3, 4, 4])
        let shift = graph.add(weights: biases, shape: [biases.count])
        return graph.add(
            "Conv", [pixels, kernel, shift],
            [.numbers("kernel_shape", [4, 4]), .numbers("strides", [4, 4])],
            named: name)
    }
}

/// Random numbers that are the same on every machine.
package struct Dice {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    /// A number from 0 up to, but without, `limit`.
    package mutating func roll(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(limit))
    }

    /// Weights between -1 and 1, scaled so that a sum over one filter stays of the size of its inputs.
    fileprivate mutating func weights(_ count: Int) -> [Float] {
        (0..<count).map { _ in Float(roll(2001) - 1000) / 12_000 }
    }
}
