package import Domain

/// Turns an aligned face into the vector that stands for it. One thread at a time.
package final class FaceEmbedder {
    package let chipSide: Int
    package let template: FaceTemplate
    package let dimension: Int
    private let network: CompiledNetwork

    package init(
        runtime: InferenceRuntime, network: [UInt8], description: PackManifest.Embedder
    ) throws(InferenceError) {
        chipSide = description.chipSide
        template = FaceTemplate(side: description.chipSide, points: description.template)
        dimension = description.dimension
        self.network = try CompiledNetwork(
            Network(network, input: description.input, side: description.chipSide, runtime: runtime),
            width: description.chipSide, height: description.chipSide)
    }

    /// The vector as the network gives it; the pack's metric says how two are compared.
    package func vector(of chip: RGBPixels) throws(InferenceError) -> FaceVector {
        precondition(chip.width == chipSide && chip.height == chipSide, "the chip has the pack's size")
        let dimension = dimension
        return try network.answers(to: chip, onWidth: chipSide, height: chipSide) {
            answers throws(InferenceError) in
            guard answers.count == 1, let answer = answers.first, answer.values.count == dimension else {
                let sizes = answers.map { "\($0.shape)" }.joined(separator: ", ")
                throw InferenceError(.readAnswer, note: "it is \(sizes) and not \(dimension) numbers")
            }
            return FaceVector(Array(answer.values))
        }
    }
}
