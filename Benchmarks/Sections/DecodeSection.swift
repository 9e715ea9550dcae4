internal import Domain
internal import Evaluation
internal import Imaging

/// One photo opened on one core, and what is derived from it, beside a plain decode by Pillow's libjpeg-turbo.
enum DecodeSection {
    static func run(_ bench: Bench) async throws -> [Figure] {
        try ImagingLibrary.start()
        var figures = try run(bench, on: try bench.photos(), named: "plain")
        if let grainy = try bench.grainyPhotos() { figures += try run(bench, on: grainy, named: "grain") }
        return figures
    }

    private static let steps = ["open", "reduce to 1600", "reduce to 1024", "renditions", "chip of 150"]

    private static func run(_ bench: Bench, on photos: PhotoSet, named kind: String) throws -> [Figure] {
        var laps = Laps()
        var reference: [Double] = []
        let paths = Array(photos.paths.prefix(6))
        for round in 0...bench.options.rounds {
            if round == 1 { laps = Laps() }  // The first round fills caches.
            for path in paths { try open(path, &laps) }
            reference += try pillow(bench, paths)
        }
        var table = TextTable("CPU ms a photo (\(kind))", "median")
        for step in steps { table.add(step, laps.median(of: step).decimals(1)) }
        if !reference.isEmpty { table.add("Pillow: decode to RGB", reference.median.decimals(1)) }
        print(table.text)
        var figures = steps.map { Figure("decode.\(kind).\($0)", laps.median(of: $0), "ms") }
        if !reference.isEmpty {
            figures.append(
                Figure("decode.\(kind).againstPillow", laps.median(of: "open") / reference.median, "x"))
        }
        return figures
    }

    private static func open(_ path: String, _ laps: inout Laps) throws {
        let photo = try Disk.photo(path)
        laps.start()
        let negative = try Negative(reading: photo.descriptor, limits: Limits())
        laps.lap("open")
        _ = negative.reduced(toFit: 1600)
        laps.lap("reduce to 1600")
        _ = negative.reduced(toFit: 1024)
        laps.lap("reduce to 1024")
        _ = try negative.renditions()
        laps.lap("renditions")
        _ = negative.patch(Similarity(a: 0.5, b: 0.1, tx: -900, ty: -700), side: 150)
        laps.lap("chip of 150")
    }

    /// The same photos read and decoded to RGB in one thread elsewhere; nothing where there is no Python for it.
    private static func pillow(_ bench: Bench, _ paths: [String]) throws -> [Double] {
        guard let python = bench.options.python else { return [] }
        let script = """
            import sys, time
            from PIL import Image
            for path in sys.argv[1:]:
                start = time.process_time()
                Image.open(path).convert('RGB').load()
                print((time.process_time() - start) * 1000)
            """
        let result = try Command(python, ["-c", script] + paths).run(wordsTo: bench.scratch + "/pillow.txt")
        return result.words.split(separator: "\n").compactMap { Double($0) }
    }
}
