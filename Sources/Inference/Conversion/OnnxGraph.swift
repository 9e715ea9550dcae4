/// A neural network as a list of operations, to be written as an ONNX file.
package struct OnnxGraph: Sendable {
    package var name: String
    package var input: Port
    package var outputs: [Port]
    package private(set) var nodes: [Node] = []
    package private(set) var constants: [Constant] = []

    package init(name: String, input: Port, outputs: [Port]) {
        self.name = name
        self.input = input
        self.outputs = outputs
    }

    /// A named value with its size; a negative size is left open.
    package struct Port: Sendable {
        package var name: String
        package var shape: [Int]

        package init(_ name: String, _ shape: [Int]) {
            self.name = name
            self.shape = shape
        }
    }

    package struct Node: Sendable {
        package var kind: String
        package var inputs: [String]
        package var outputs: [String]
        package var settings: [Setting]
    }

    /// An attribute of an operation; every one this house uses is a list of integers or one of them.
    package enum Setting: Sendable {
        case numbers(String, [Int])
        case number(String, Int)
    }

    package struct Constant: Sendable {
        package var name: String
        package var shape: [Int]
        package var values: Values

        package enum Values: Sendable {
            case floats([Float])
            case integers([Int])
        }
    }

    /// Adds an operation whose single result gets a name of its own, unless one is given, and returns it.
    package mutating func add(
        _ kind: String, _ inputs: [String], _ settings: [Setting] = [], named name: String? = nil
    ) -> String {
        let result = name ?? "\(kind.lowercased())_\(nodes.count)"
        nodes.append(Node(kind: kind, inputs: inputs, outputs: [result], settings: settings))
        return result
    }

    /// Adds weights and returns their name.
    package mutating func add(weights: [Float], shape: [Int]) -> String {
        precondition(weights.count == shape.reduce(1, *), "as many weights as the shape says")
        return add(Constant(name: "weights_\(constants.count)", shape: shape, values: .floats(weights)))
    }

    /// Adds integers that steer an operation and returns their name.
    package mutating func add(integers: [Int]) -> String {
        add(
            Constant(
                name: "integers_\(constants.count)", shape: [integers.count], values: .integers(integers)))
    }

    private mutating func add(_ constant: Constant) -> String {
        constants.append(constant)
        return constant.name
    }
}
