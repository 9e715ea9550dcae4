internal import COpenVINO
internal import Domain

/// The OpenVINO core: reads and compiles networks. A process needs one.
///
/// Threads: a runtime and all that it made stay with one thread; OpenVINO refuses a request that is already
/// running (`REQUEST_BUSY`).
///
/// Every network runs in 32-bit floats on one thread, so that the same bytes give the same bits on every
/// machine of a kind, whatever else runs. More speed comes from more darkrooms, not from more threads.
package final class InferenceRuntime {
    private let core: RuntimeHandle

    package init() throws(InferenceError) {
        core = try RuntimeHandle(.startRuntime, freedBy: ov_core_free) { ov_core_create(&$0) }
    }

    /// Loads the processor's plugin and the ONNX front end by reading, compiling and running a tiny network.
    ///
    /// OpenVINO loads both at their first use; behind the barrier no file can be opened any more.
    package func warmUp() throws(InferenceError) {
        let network = try Network(
            GeneratedNetwork.smallest(side: 32),
            input: NetworkInput(colourOrder: .bgr, mean: [1, 2, 3], scale: 2),
            side: 32, runtime: self)
        let compiled = try CompiledNetwork(network, width: 32, height: 32)
        _ = try compiled.answers(to: RGBPixels(width: 32, height: 32), onWidth: 32, height: 32) { $0.count }
    }

    /// Version and build of the library, for the doctor.
    package static func libraryVersion() -> String {
        var version = ov_version_t()
        guard ov_get_openvino_version(&version) == OK else { return "unknown" }
        defer { ov_version_free(&version) }
        return version.buildNumber.map { String(cString: $0) } ?? "unknown"
    }

    /// Reads an ONNX network. The library copies what it needs; `bytes` may go afterwards.
    func read(_ bytes: [UInt8]) throws(InferenceError) -> RuntimeHandle {
        try RuntimeHandle(.readNetwork, freedBy: ov_model_free) { model in
            bytes.withUnsafeBytes { bytes in
                let text = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                return ov_core_read_model_from_memory_buffer(core.pointer, text, bytes.count, nil, &model)
            }
        }
    }

    /// Makes a network ready to run on this machine's processor.
    func compile(_ model: borrowing RuntimeHandle) throws(InferenceError) -> RuntimeHandle {
        let model = model.pointer
        let properties = Self.settings.map { key, value in
            ov_property_t(key: Self.text(key), value: UnsafeRawPointer(value.utf8Start))
        }
        return try RuntimeHandle(.compileNetwork, freedBy: ov_compiled_model_free) { compiled in
            ov_core_compile_model_props(core.pointer, model, "CPU", properties.count, properties, &compiled)
        }
    }

    /// Pinning is off because every process would take processor 0 first, and share it. The precision is
    /// said because processors with bf16 units would choose them and give other vectors.
    private static let settings: [(StaticString, StaticString)] = [
        ("PERFORMANCE_HINT", "LATENCY"), ("NUM_STREAMS", "1"), ("INFERENCE_NUM_THREADS", "1"),
        ("ENABLE_CPU_PINNING", "NO"), ("INFERENCE_PRECISION_HINT", "f32"),
    ]

    /// A literal lives as long as the process and ends with a zero byte.
    private static func text(_ literal: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(literal.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
