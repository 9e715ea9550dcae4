package import Domain

/// Finds faces in pictures. One thread at a time.
package final class FaceDetector {
    private let network: Network
    private let decoder: PackManifest.Decoder
    private var small: [DetectorCanvas: CompiledNetwork] = [:]
    private var large: CompiledNetwork?

    package init(
        runtime: InferenceRuntime, network: [UInt8], description: PackManifest.Detector
    ) throws(InferenceError) {
        self.network = try Network(network, input: description.input, side: 160, runtime: runtime)
        decoder = description.decoder
        // The smallest size tells at once whether the network is what the description says.
        _ = try candidates(in: RGBPixels(width: 160, height: 160), above: 1)
    }

    /// Meets the canvas for pictures of this size, so that the first of them need not wait.
    package func prepare(forWidth width: Int, height: Int) throws(InferenceError) {
        _ = try candidates(in: RGBPixels(width: width, height: height), above: 1)
    }

    /// Every place with a score above `score`, best first, in pixels of the picture.
    ///
    /// Boxes of one face lie in heaps (see `suppressed`) and may reach beyond the picture's edge.
    package func candidates(in pixels: RGBPixels, above score: Double) throws(InferenceError) -> [Candidate] {
        let canvas = DetectorCanvas.holding(width: pixels.width, height: pixels.height)
        let compiled = try compiled(canvas)
        let decoder = decoder
        let found = try compiled.answers(to: pixels, onWidth: canvas.width, height: canvas.height) {
            answers throws(InferenceError) in
            let reader = try DetectorAnswers(answers, canvas: canvas, decoder: decoder)
            return reader.candidates(above: score, insideWidth: pixels.width, height: pixels.height)
        }
        return found.sorted(by: Candidate.comesFirst)
    }

    /// Small canvases have a network each, which is quicker; large ones share one, and with it its memory:
    /// two sizes at 1600 pixels compiled apart need 220 MB more.
    private func compiled(_ canvas: DetectorCanvas) throws(InferenceError) -> CompiledNetwork {
        if let known = canvas.isSmall ? small[canvas] : large { return known }
        if canvas.isSmall {
            let made = try CompiledNetwork(network, width: canvas.width, height: canvas.height)
            small[canvas] = made
            return made
        }
        let made = try CompiledNetwork(anySizeOf: network)
        large = made
        return made
    }
}
