internal import COpenVINO

/// What goes into a network and what comes out, as the file says it.
package struct NetworkShape: Sendable, Hashable, Codable {
    package var inputs: [Port]
    package var outputs: [Port]

    /// One value with its size; nil where the network leaves a size open, and no sizes where it leaves all
    /// open.
    package struct Port: Sendable, Hashable, Codable {
        package var name: String
        package var sizes: [Int?]

        package init(name: String, sizes: [Int?]) {
            self.name = name
            self.sizes = sizes
        }
    }

    package init(inputs: [Port], outputs: [Port]) {
        self.inputs = inputs
        self.outputs = outputs
    }

    /// Reads a network and lists its ends. The file may be anybody's, so this belongs behind the barrier.
    package static func describe(
        network: [UInt8], runtime: InferenceRuntime
    ) throws(InferenceError) -> NetworkShape {
        let model = try runtime.read(network)
        var inputCount = 0
        var outputCount = 0
        try succeed(ov_model_inputs_size(model.pointer, &inputCount), .readNetwork)
        try succeed(ov_model_outputs_size(model.pointer, &outputCount), .readNetwork)
        let pointer = model.pointer
        var shape = NetworkShape(inputs: [], outputs: [])
        for index in 0..<inputCount {
            shape.inputs.append(try port { ov_model_const_input_by_index(pointer, index, &$0) })
        }
        for index in 0..<outputCount {
            shape.outputs.append(try port { ov_model_const_output_by_index(pointer, index, &$0) })
        }
        return shape
    }

    private static func port(_ make: (inout OpaquePointer?) -> ov_status_e) throws(InferenceError) -> Port {
        let port = try RuntimeHandle(.readNetwork, freedBy: ov_output_const_port_free, make)
        var name: UnsafeMutablePointer<CChar>?
        // A port may have no name; that is no fault.
        let hasName = ov_port_get_any_name(port.pointer, &name) == OK
        defer { ov_free(name) }
        var shape = ov_partial_shape_t()
        try succeed(ov_port_get_partial_shape(port.pointer, &shape), .readNetwork)
        defer { ov_partial_shape_free(&shape) }
        // An open rank is written as a range; its sizes are then absent.
        let rank = shape.rank.min == shape.rank.max ? Int(clamping: shape.rank.min) : 0
        let sizes = UnsafeBufferPointer(start: shape.dims, count: shape.dims == nil ? 0 : rank).map { size in
            size.min == size.max ? Int(clamping: size.min) : nil
        }
        return Port(name: hasName ? name.map { String(cString: $0) } ?? "" : "", sizes: sizes)
    }
}
