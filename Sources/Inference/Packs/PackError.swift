/// What is wrong with a model pack: every fault at once, each a sentence that names the file and the cure.
package struct PackError: Error, Equatable, CustomStringConvertible {
    package let faults: [String]

    package init(_ faults: [String]) {
        precondition(!faults.isEmpty, "an error has a fault")
        self.faults = faults
    }

    package init(_ fault: String) { self.init([fault]) }

    package var description: String { faults.joined(separator: "\n") }
}
