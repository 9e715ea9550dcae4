/// Networks that need no file.
enum GeneratedNetwork {
    /// One convolution: enough to make the runtime load all it will ever need.
    static func smallest(side: Int) -> [UInt8] {
        var graph = OnnxGraph(
            name: "smallest", input: .init("pixels", [1, 3, side, side]),
            outputs: [.init("sums", [1, 8, side, side])])
        let weights = graph.add(
            weights: (0..<8 * 3 * 9).map { Float($0 % 7) / 7 - 0.5 }, shape: [8, 3, 3, 3])
        let sums = graph.add(
            "Conv", ["pixels", weights],
            [
                .numbers("kernel_shape", [3, 3]), .numbers("pads", [1, 1, 1, 1]),
                .numbers("strides", [1, 1]),
            ])
        _ = graph.add("Relu", [sums], named: "sums")
        return OnnxWriter.bytes(of: graph)
    }
}
