internal import COpenVINO
internal import Domain

/// A compiled network with the memory to run it. One thread at a time.
///
/// Pixels go in as they are, one byte a colour; OpenVINO converts and normalises them inside the graph, which
/// costs nothing and saves a pass over the picture in floats.
final class CompiledNetwork {
    private let compiled: RuntimeHandle
    private let request: RuntimeHandle
    private var pixels: PixelBuffer
    private let outputCount: Int

    /// Runs on canvases of one size, as fast as can be.
    convenience init(_ network: Network, width: Int, height: Int) throws(InferenceError) {
        try self.init(
            try network.compiled(width: width, height: height), PixelBuffer(width: width, height: height))
    }

    /// Runs on canvases of any size.
    convenience init(anySizeOf network: Network) throws(InferenceError) {
        try self.init(try network.compiledForAnySize(), PixelBuffer(width: 32, height: 32))
    }

    private init(_ compiled: consuming RuntimeHandle, _ pixels: consuming PixelBuffer) throws(InferenceError)
    {
        let pointer = compiled.pointer
        let request = try RuntimeHandle(.compileNetwork, freedBy: ov_infer_request_free) {
            ov_compiled_model_create_infer_request(pointer, &$0)
        }
        try Self.attach(pixels, to: request)
        var outputCount = 0
        try succeed(ov_compiled_model_outputs_size(pointer, &outputCount), .compileNetwork)
        self.outputCount = outputCount
        self.compiled = compiled
        self.request = request
        self.pixels = pixels
    }

    /// Runs the network on a picture in the upper left corner of a canvas that is black elsewhere.
    ///
    /// The answers are the library's own memory and end with `read`.
    func answers<Result>(
        to picture: RGBPixels, onWidth width: Int, height: Int,
        read: ([NetworkAnswer]) throws(InferenceError) -> Result
    ) throws(InferenceError) -> Result {
        precondition(picture.width <= width && picture.height <= height, "the picture fits the canvas")
        if pixels.width != width || pixels.height != height {
            let fitting = PixelBuffer(width: width, height: height)
            try Self.attach(fitting, to: request)
            pixels = fitting
        }
        pixels.place(picture)
        try succeed(ov_infer_request_infer(request.pointer), .runNetwork)
        var answers: [NetworkAnswer] = []
        for index in 0..<outputCount { answers.append(try answer(index)) }
        return try read(answers)
    }

    private func answer(_ index: Int) throws(InferenceError) -> NetworkAnswer {
        // The request keeps the memory; the handle is only needed to ask for it.
        let tensor = try RuntimeHandle(.readAnswer, freedBy: ov_tensor_free) {
            ov_infer_request_get_output_tensor_by_index(request.pointer, index, &$0)
        }
        var type = ov_element_type_e(0)
        try succeed(ov_tensor_get_element_type(tensor.pointer, &type), .readAnswer)
        guard type == F32 else {
            throw InferenceError(.readAnswer, note: "answer \(index) is not in 32-bit floats")
        }
        var shape = ov_shape_t()
        try succeed(ov_tensor_get_shape(tensor.pointer, &shape), .readAnswer)
        defer { _ = ov_shape_free(&shape) }
        let sizes = UnsafeBufferPointer(start: shape.dims, count: Int(shape.rank)).map { Int($0) }
        var data: UnsafeMutableRawPointer?
        try succeed(ov_tensor_data(tensor.pointer, &data), .readAnswer)
        guard let data else { throw InferenceError(.readAnswer, note: "answer \(index) is empty") }
        let count = sizes.reduce(1, *)
        return NetworkAnswer(
            shape: sizes,
            values: UnsafeBufferPointer(start: data.assumingMemoryBound(to: Float.self), count: count))
    }

    private static func attach(
        _ pixels: borrowing PixelBuffer, to request: borrowing RuntimeHandle
    ) throws(InferenceError) {
        var shape = ov_shape_t()
        let sizes: [Int64] = [1, Int64(pixels.height), Int64(pixels.width), 3]
        try succeed(ov_shape_create(4, sizes, &shape), .compileNetwork)
        defer { _ = ov_shape_free(&shape) }
        let memory = pixels.memory
        let tensor = try RuntimeHandle(.compileNetwork, freedBy: ov_tensor_free) {
            ov_tensor_create_from_host_ptr(U8, shape, memory.baseAddress, &$0)
        }
        try succeed(ov_infer_request_set_input_tensor(request.pointer, tensor.pointer), .compileNetwork)
    }
}

/// One output of a network, valid until the network runs again.
struct NetworkAnswer {
    let shape: [Int]
    let values: UnsafeBufferPointer<Float>
}

/// The canvas a network reads its picture from.
private struct PixelBuffer: ~Copyable {
    let width: Int
    let height: Int
    let memory: UnsafeMutableRawBufferPointer

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        memory = .allocate(byteCount: width * height * 3, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { memory.deallocate() }

    /// Writes the picture into the upper left corner and black everywhere else.
    func place(_ picture: RGBPixels) {
        let rowBytes = width * 3
        let pictureBytes = picture.width * 3
        picture.bytes.withUnsafeBytes { source in
            for row in 0..<picture.height {
                let start = row * rowBytes
                let line = UnsafeRawBufferPointer(
                    rebasing: source[row * pictureBytes..<(row + 1) * pictureBytes])
                UnsafeMutableRawBufferPointer(rebasing: memory[start..<start + pictureBytes]).copyMemory(
                    from: line)
                UnsafeMutableRawBufferPointer(rebasing: memory[start + pictureBytes..<start + rowBytes])
                    .initializeMemory(as: UInt8.self, repeating: 0)
            }
        }
        UnsafeMutableRawBufferPointer(rebasing: memory[picture.height * rowBytes..<memory.count])
            .initializeMemory(as: UInt8.self, repeating: 0)
    }
}
