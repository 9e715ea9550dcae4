internal import COpenVINO

/// A network as it was read, ready to be compiled for any size of picture.
///
/// It is kept because reading looks for the library's parts on the disk, which the barrier forbids later;
/// giving it another size and compiling it does not.
final class Network {
    private let runtime: InferenceRuntime
    private let model: RuntimeHandle

    /// `side` is the size of a square picture that the network can take.
    init(
        _ bytes: [UInt8], input: NetworkInput, side: Int, runtime: InferenceRuntime
    ) throws(InferenceError) {
        self.runtime = runtime
        let model = try runtime.read(bytes)
        // Some networks name a batch of ten or a size that means nothing; everything here is one picture.
        try Self.reshape(model, [1, 3, side, side])
        self.model = try PixelEntrance.added(to: model, input)
    }

    func compiled(width: Int, height: Int) throws(InferenceError) -> RuntimeHandle {
        try Self.reshape(model, [1, height, width, 3])
        return try runtime.compile(model)
    }

    /// Pictures of all sizes share one working memory then; a size that is new costs a tenth of a second.
    func compiledForAnySize() throws(InferenceError) -> RuntimeHandle {
        try Self.reshape(model, [1, Self.any, Self.any, 3])
        return try runtime.compile(model)
    }

    private static let any = -1

    private static func reshape(_ model: borrowing RuntimeHandle, _ sizes: [Int]) throws(InferenceError) {
        var shape = ov_partial_shape_t()
        let sizes = sizes.map { ov_dimension_t(min: Int64($0), max: Int64($0)) }
        try succeed(ov_partial_shape_create(Int64(sizes.count), sizes, &shape), .shapeNetwork)
        defer { ov_partial_shape_free(&shape) }
        try succeed(ov_model_reshape_single_input(model.pointer, shape), .shapeNetwork)
    }
}
