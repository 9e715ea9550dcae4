internal import Domain
internal import Evaluation
internal import Imaging
internal import Inference

/// The networks alone, in this process, on one core.
enum NetworksSection {
    static func detect(_ bench: Bench) async throws -> [Figure] {
        try ImagingLibrary.start()
        let detector = try detector(bench)
        let photo = try Disk.photo(try bench.photos().paths[0])
        let negative = try Negative(reading: photo.descriptor, limits: Limits())
        let middle = Point(x: Double(negative.width) / 2, y: Double(negative.height) / 2)
        var inputs = [768, 1024, 1600].map { (name: "pass at \($0)", pixels: negative.reduced(toFit: $0)) }
        for side in [160, 320] {
            let shift = Similarity(
                a: 1, b: 0, tx: Double(side) / 2 - middle.x, ty: Double(side) / 2 - middle.y)
            inputs.append((name: "crop of \(side)", pixels: negative.patch(shift, side: side)))
        }
        var laps = Laps()
        for (name, pixels) in inputs {
            _ = try detector.candidates(in: pixels, above: 0.06)  // Unmeasured: the shape is compiled.
            laps.start()
            for _ in 0..<(bench.options.rounds * 3) {
                _ = try detector.candidates(in: pixels, above: 0.06)
                laps.lap(name)
            }
        }
        var table = TextTable("CPU ms", "median")
        for (name, _) in inputs { table.add(name, laps.median(of: name).decimals(1)) }
        print(table.text)
        let whole = laps.median(of: "pass at 1600")
        return inputs.map { Figure("detect.\($0.name)", laps.median(of: $0.name), "ms") } + [
            Figure("detect.1024Against1600", laps.median(of: "pass at 1024") / whole, "x"),
            Figure("detect.768Against1600", laps.median(of: "pass at 768") / whole, "x"),
        ]
    }

    static func embed(_ bench: Bench) async throws -> [Figure] {
        let manifest = bench.pack.manifest
        let embedder = try FaceEmbedder(
            runtime: InferenceRuntime(), network: try bench.pack.bytes(of: manifest.embedder.file),
            description: manifest.embedder)
        let chip = RGBPixels(width: embedder.chipSide, height: embedder.chipSide, filledWith: 90)
        _ = try embedder.vector(of: chip)
        var laps = Laps()
        for _ in 0..<(bench.options.rounds * 10) {
            _ = try embedder.vector(of: chip)
            laps.lap("embed")
        }
        print("CPU ms a face: \(laps.median(of: "embed").decimals(2))")
        return [Figure("embed.face", laps.median(of: "embed"), "ms")]
    }

    static func detector(_ bench: Bench) throws -> FaceDetector {
        let manifest = bench.pack.manifest
        return try FaceDetector(
            runtime: InferenceRuntime(), network: try bench.pack.bytes(of: manifest.detector.file),
            description: manifest.detector)
    }
}
