internal import COpenVINO

/// One thing that OpenVINO made for us, given back when its only owner lets go.
struct RuntimeHandle: ~Copyable {
    let pointer: OpaquePointer
    private let release: (OpaquePointer?) -> Void

    init(
        _ operation: InferenceError.Operation, freedBy release: @escaping (OpaquePointer?) -> Void,
        _ make: (inout OpaquePointer?) -> ov_status_e
    ) throws(InferenceError) {
        var made: OpaquePointer?
        let status = make(&made)
        try succeed(status, operation)
        guard let made else { throw InferenceError(operation, note: "the runtime returned nothing") }
        pointer = made
        self.release = release
    }

    deinit { release(pointer) }
}

/// Turns a status of OpenVINO into an error that names the operation.
func succeed(_ status: ov_status_e, _ operation: InferenceError.Operation) throws(InferenceError) {
    if status != OK { throw InferenceError(operation, note: takeNote(status)) }
}

/// The library keeps one last message; where it has none, its word for the status must do.
private func takeNote(_ status: ov_status_e) -> String {
    if let message = ov_get_last_err_msg() {
        defer { ov_free(message) }
        let text = firstSentence(of: String(cString: message))
        if !text.isEmpty { return text }
    }
    return ov_get_error_info(status).map { String(cString: $0) } ?? "status \(status.rawValue)"
}

/// OpenVINO's messages run over many lines with places in its own source; the last line says most.
private func firstSentence(of text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline).filter { $0.contains(where: { !$0.isWhitespace }) }
    return String((lines.last ?? "").prefix(300))
}
