/// How much one picture may ask of the machine before it is refused or its child is ended.
package struct Limits: Sendable, Hashable, Codable {
    package var pixels = 250_000_000
    package var bytes = 512 << 20
    package var seconds = 60.0
    /// Resident memory of one darkroom child.
    package var memoryInBytes = 2 << 30

    package init() {}
}
