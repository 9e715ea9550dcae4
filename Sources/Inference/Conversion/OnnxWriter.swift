/// Writes a graph as an ONNX file: protocol buffers by hand, since five kinds of message are all it takes.
///
/// Field numbers are those of the ONNX schema, version 8 of the file format with operator set 13.
package enum OnnxWriter {
    package static func bytes(of graph: OnnxGraph) -> [UInt8] {
        var message = Message()
        message.add(1, integer: 8)  // ir_version
        message.add(2, text: "likeness")  // producer_name
        var operators = Message()
        operators.add(1, text: "")
        operators.add(2, integer: 13)
        message.add(7, message: body(of: graph))
        message.add(8, message: operators)
        return message.bytes
    }

    private static func body(of graph: OnnxGraph) -> Message {
        var message = Message()
        for node in graph.nodes { message.add(1, message: body(of: node)) }
        message.add(2, text: graph.name)
        for constant in graph.constants { message.add(5, message: body(of: constant)) }
        message.add(11, message: body(of: graph.input))
        for output in graph.outputs { message.add(12, message: body(of: output)) }
        return message
    }

    private static func body(of node: OnnxGraph.Node) -> Message {
        var message = Message()
        for input in node.inputs { message.add(1, text: input) }
        for output in node.outputs { message.add(2, text: output) }
        message.add(3, text: node.outputs.first ?? "")
        message.add(4, text: node.kind)
        for setting in node.settings {
            var attribute = Message()
            switch setting {
            case .number(let name, let value):
                attribute.add(1, text: name)
                attribute.add(3, integer: value)
                attribute.add(20, integer: 2)  // INT
            case .numbers(let name, let values):
                attribute.add(1, text: name)
                for value in values { attribute.add(8, integer: value) }
                attribute.add(20, integer: 7)  // INTS
            }
            message.add(5, message: attribute)
        }
        return message
    }

    private static func body(of constant: OnnxGraph.Constant) -> Message {
        var message = Message()
        for size in constant.shape { message.add(1, integer: size) }
        switch constant.values {
        case .floats(let values):
            message.add(2, integer: 1)  // FLOAT
            message.add(9, raw: values.map(\.bitPattern.littleEndian))
        case .integers(let values):
            message.add(2, integer: 7)  // INT64
            message.add(9, raw: values.map { Int64($0).littleEndian })
        }
        message.add(8, text: constant.name)
        return message
    }

    private static func body(of port: OnnxGraph.Port) -> Message {
        var shape = Message()
        for size in port.shape {
            var dimension = Message()
            if size < 0 { dimension.add(2, text: "open") } else { dimension.add(1, integer: size) }
            shape.add(1, message: dimension)
        }
        var tensor = Message()
        tensor.add(1, integer: 1)  // FLOAT
        tensor.add(2, message: shape)
        var type = Message()
        type.add(1, message: tensor)
        var message = Message()
        message.add(1, text: port.name)
        message.add(2, message: type)
        return message
    }
}

/// A protocol-buffers message under construction.
private struct Message {
    var bytes: [UInt8] = []

    mutating func add(_ field: Int, integer: Int) {
        add(varint: UInt64(field) << 3)
        add(varint: UInt64(bitPattern: Int64(integer)))
    }

    mutating func add(_ field: Int, text: String) { add(field, pieces: Array(text.utf8)) }

    mutating func add(_ field: Int, message: Message) { add(field, pieces: message.bytes) }

    mutating func add(_ field: Int, raw words: [some FixedWidthInteger]) {
        words.withUnsafeBytes { add(field, pieces: $0) }
    }

    private mutating func add(_ field: Int, pieces: some Collection<UInt8>) {
        add(varint: UInt64(field) << 3 | 2)
        add(varint: UInt64(pieces.count))
        bytes.append(contentsOf: pieces)
    }

    private mutating func add(varint: UInt64) {
        var rest = varint
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
