package import Domain

/// Finds faces in pictures. One thread at a time.
package final class FaceDetector {
    private let network: Network
    private let decoder: PackManifest.Decoder
    private let mostCanvases: Int
    private var small: [DetectorCanvas: CompiledNetwork] = [:]
    /// Most recently used last.
    private var canvases: [CompiledNetwork] = []

    /// Keeps at most `mostCanvases` compiled sizes besides the small ones.
    package init(
        runtime: InferenceRuntime, network: [UInt8], description: PackManifest.Detector, mostCanvases: Int = 4
    ) throws(InferenceError) {
        precondition(mostCanvases > 0, "a detector needs a canvas")
        self.network = try Network(network, input: description.input, side: 160, runtime: runtime)
        decoder = description.decoder
        self.mostCanvases = mostCanvases
        // The smallest size tells at once whether the network is what the description says.
        _ = try candidates(in: RGBPixels(width: 160, height: 160), above: 1)
    }

    /// Compiles the canvas for pictures of this size, so that the first of them need not wait.
    package func prepare(forWidth width: Int, height: Int) throws(InferenceError) {
        _ = try compiled(.holding(width: width, height: height))
    }

    /// Every place with a score above `score`, best first, in pixels of the picture.
    ///
    /// Boxes of one face lie in heaps (see `suppressed`) and may reach beyond the picture's edge.
    package func candidates(in pixels: RGBPixels, above score: Double) throws(InferenceError) -> [Candidate] {
        let canvas = DetectorCanvas.holding(width: pixels.width, height: pixels.height)
        let compiled = try compiled(canvas)
        let decoder = decoder
        let found = try compiled.answers(to: pixels) { answers throws(InferenceError) in
            let reader = try DetectorAnswers(answers, canvas: canvas, decoder: decoder)
            return reader.candidates(above: score, insideWidth: pixels.width, height: pixels.height)
        }
        return found.sorted(by: Candidate.comesFirst)
    }

    private func compiled(_ canvas: DetectorCanvas) throws(InferenceError) -> CompiledNetwork {
        if let known = small[canvas] { return known }
        if let place = canvases.firstIndex(where: { $0.width == canvas.width && $0.height == canvas.height })
        {
            canvases.append(canvases.remove(at: place))
            return canvases[canvases.count - 1]
        }
        // The oldest goes first, so that the memory of both is never needed at once.
        if !canvas.isSmall, canvases.count == mostCanvases { canvases.removeFirst() }
        let made = try CompiledNetwork(network, width: canvas.width, height: canvas.height)
        if canvas.isSmall { small[canvas] = made } else { canvases.append(made) }
        return made
    }
}
