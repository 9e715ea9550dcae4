internal import COpenVINO

/// The first steps of a graph: bytes in rows of RGB become what the network was trained on.
enum PixelEntrance {
    /// A new model that takes bytes, one picture, row by row.
    static func added(
        to model: borrowing RuntimeHandle, _ input: NetworkInput
    ) throws(InferenceError) -> RuntimeHandle {
        let model = model.pointer
        let builder = try RuntimeHandle(.shapeNetwork, freedBy: ov_preprocess_prepostprocessor_free) {
            ov_preprocess_prepostprocessor_create(model, &$0)
        }
        let entrance = try RuntimeHandle(.shapeNetwork, freedBy: ov_preprocess_input_info_free) {
            ov_preprocess_prepostprocessor_get_input_info(builder.pointer, &$0)
        }
        try describeBytes(entrance)
        try describeNetwork(entrance)
        try addSteps(entrance, input)
        return try RuntimeHandle(.shapeNetwork, freedBy: ov_model_free) {
            ov_preprocess_prepostprocessor_build(builder.pointer, &$0)
        }
    }

    private static func describeBytes(_ entrance: borrowing RuntimeHandle) throws(InferenceError) {
        let entrance = entrance.pointer
        let tensor = try RuntimeHandle(.shapeNetwork, freedBy: ov_preprocess_input_tensor_info_free) {
            ov_preprocess_input_info_get_tensor_info(entrance, &$0)
        }
        try succeed(ov_preprocess_input_tensor_info_set_element_type(tensor.pointer, U8), .shapeNetwork)
        let layout = try RuntimeHandle(.shapeNetwork, freedBy: ov_layout_free) {
            ov_layout_create("NHWC", &$0)
        }
        try succeed(ov_preprocess_input_tensor_info_set_layout(tensor.pointer, layout.pointer), .shapeNetwork)
    }

    private static func describeNetwork(_ entrance: borrowing RuntimeHandle) throws(InferenceError) {
        let entrance = entrance.pointer
        let network = try RuntimeHandle(.shapeNetwork, freedBy: ov_preprocess_input_model_info_free) {
            ov_preprocess_input_info_get_model_info(entrance, &$0)
        }
        let layout = try RuntimeHandle(.shapeNetwork, freedBy: ov_layout_free) {
            ov_layout_create("NCHW", &$0)
        }
        try succeed(ov_preprocess_input_model_info_set_layout(network.pointer, layout.pointer), .shapeNetwork)
    }

    private static func addSteps(
        _ entrance: borrowing RuntimeHandle, _ input: NetworkInput
    ) throws(InferenceError) {
        let entrance = entrance.pointer
        let steps = try RuntimeHandle(.shapeNetwork, freedBy: ov_preprocess_preprocess_steps_free) {
            ov_preprocess_input_info_get_preprocess_steps(entrance, &$0)
        }
        try succeed(ov_preprocess_preprocess_steps_convert_element_type(steps.pointer, F32), .shapeNetwork)
        if input.colourOrder == .bgr {
            try succeed(ov_preprocess_preprocess_steps_reverse_channels(steps.pointer), .shapeNetwork)
        }
        if input.mean != [0, 0, 0] {
            let mean = input.mean.map { Float($0) }
            try succeed(
                ov_preprocess_preprocess_steps_mean_multi_channels(steps.pointer, mean, 3), .shapeNetwork)
        }
        if input.scale != 1 {
            try succeed(
                ov_preprocess_preprocess_steps_scale(steps.pointer, Float(input.scale)), .shapeNetwork)
        }
    }
}
