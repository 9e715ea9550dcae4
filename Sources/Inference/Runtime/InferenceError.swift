/// What went wrong with a network, named by the operation that failed.
package struct InferenceError: Error, Equatable, CustomStringConvertible {
    package let operation: Operation
    /// The runtime's own words, for the log and for whoever made the network; never decided upon.
    package let note: String

    package enum Operation: String, Sendable {
        case startRuntime = "start the inference runtime"
        case readNetwork = "read the network"
        case shapeNetwork = "give the network its input's size"
        case compileNetwork = "compile the network"
        case runNetwork = "run the network"
        case readAnswer = "read the network's answer"
    }

    package init(_ operation: Operation, note: String) {
        self.operation = operation
        self.note = note
    }

    package var description: String {
        note.isEmpty ? "Could not \(operation.rawValue)." : "Could not \(operation.rawValue): \(note)"
    }
}
