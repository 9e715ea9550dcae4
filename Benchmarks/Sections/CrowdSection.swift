internal import Darkroom
internal import Domain
internal import Evaluation
internal import Imaging
internal import Inference

/// A crowd: group photos tiled into a picture of 24 megapixels, against a single pass at 1600.
enum CrowdSection {
    /// Faces the single pass could see at all; smaller ones are not asked for.
    private static let leastSide = 40.0

    static func run(_ bench: Bench) async throws -> [Figure] {
        guard let shared = bench.options.shared else { throw Skip(reason: "group photos need ../shared") }
        let darkroom = bench.darkroom(children: 1)
        let crowd = try await Crowd(of: shared + "/groups", bench, darkroom)
        let path = bench.scratch + "/crowd.jpg"
        try OwnPhotos(bench: bench).write(crowd.pixels, to: path)
        var detection: [Double] = []
        var all: [Double] = []
        var found: [Box] = []
        let order = DevelopOrder(purpose: .photo(.standard), wantsRenditions: true)
        for round in 0...bench.options.rounds {
            let made = try await darkroom.develop(try Disk.photo(path), order: order)
            found = made.faces.map(\.box)
            if round == 0 { continue }  // Shapes are compiled.
            detection.append(made.cost["detect", default: .nan] * 1000)
            all.append(made.cost.values.reduce(0, +) * 1000)
        }
        await darkroom.close()
        let pass = try singlePass(over: path, bench)
        // Small ones may be found too: what is not asked for is no surplus.
        let asked = crowd.faces.filter { $0.isClear && $0.box.longerSide > leastSide }
        var count = RecallCount(bands: .product)
        count.count(found: found, truth: asked.map(\.box))
        let unknown = found.filter { box in !crowd.faces.contains { $0.box.overlap(with: box) > 0.3 } }
        let missed = asked.filter { face in
            !found.contains { $0.overlap(with: face.box) > RecallCount.overlap }
        }
        .map { "\($0.number) of \($0.photo) (\($0.box.longerSide.decimals(0)) px)" }
        print(
            """
            \(crowd.faces.count) faces, \(asked.count) of them clear and over \(leastSide.decimals(0)) pixels; found \(found.count), \
            of those asked for \(count.allHits)/\(count.allFaces) = \(count.recall.decimals(3))
            missed: \(missed.isEmpty ? "none" : missed.joined(separator: ", "))
            boxes where no face is known: \(unknown.count)
            CPU ms: detection \(detection.median.decimals(0)), a single pass at 1600 \(pass.decimals(0)), \
            everything \(all.median.decimals(0))
            """)
        return [
            Figure("crowd.detectAgainst1600", detection.median / pass, "x"),
            Figure("crowd.recall40", count.recall, ""),
            Figure("crowd.unknown", Double(unknown.count), "boxes"),
        ]
    }

    /// What the detector alone needs for the picture at 1600, with the shrinking, as the first pass has it.
    private static func singlePass(over path: String, _ bench: Bench) throws -> Double {
        try ImagingLibrary.start()
        let detector = try NetworksSection.detector(bench)
        let photo = try Disk.photo(path)
        let negative = try Negative(reading: photo.descriptor, limits: Limits())
        var laps = Laps()
        for _ in 0...bench.options.rounds {
            laps.start()
            _ = try detector.candidates(in: negative.reduced(toFit: 1600), above: 0.35)
            laps.lap("pass")
        }
        return Array(laps.milliseconds["pass", default: []].dropFirst()).median
    }
}

/// Group photos in rows of several heights, never enlarged, and where their faces came to lie.
private struct Crowd {
    private(set) var pixels: RGBPixels
    private(set) var faces: [Face] = []

    /// A face's place in the crowd, and which one of which group photo it is, surest first.
    struct Face {
        let box: Box
        let photo: String
        let number: Int
        /// Nobody doubts it; dolls, posters and blurred guests may count or not.
        let isClear: Bool
    }

    private static let rowHeights = [560, 640, 480, 700, 520, 600, 500]

    /// What the thorough policy finds on each photo by itself is there; as many as were counted by eye, the
    /// surest, are clear.
    init(of folder: String, _ bench: Bench, _ darkroom: Darkroom) async throws {
        let table = try CSVTable(
            reading: String(decoding: try Disk.bytes(of: folder + "/truth.csv"), as: UTF8.self))
        let file = try table.column("file")
        let clear = try table.column("clear")
        var groups: [(name: String, faces: [Box], clear: Int, width: Int, height: Int)] = []
        for row in table.rows {
            let name = CSVTable.field(file, of: row)
            let made = try await darkroom.develop(
                try Disk.photo(folder + "/" + name),
                order: DevelopOrder(purpose: .photo(.thorough), wantsRenditions: false))
            let faces = made.faces.sorted { $0.score > $1.score }.map(\.box)
            let count = Int(CSVTable.field(clear, of: row)) ?? 0
            groups.append((name, faces, count, made.facts.width, made.facts.height))
        }
        guard !groups.isEmpty else { throw Skip(reason: "there are no group photos in \(folder)") }
        var backdrop = Backdrop(width: 6000, height: 4000, seed: 5)
        var next = 0
        var y = 0
        for height in Self.rowHeights {
            var x = 0
            while true {
                let group = groups[next % groups.count]
                let scale = min(1, Double(height) / Double(group.height))
                let longSide = Int(Double(max(group.width, group.height)) * scale)
                let tile = try OwnPhotos(bench: bench).picture(folder + "/" + group.name, longSide: longSide)
                if x + tile.width > 6000 { break }
                backdrop.paste(tile, x: x, y: y)
                let exact = Double(tile.width) / Double(group.width)
                for (number, face) in group.faces.enumerated() {
                    let box = Box(
                        x: face.x * exact + Double(x), y: face.y * exact + Double(y),
                        width: face.width * exact,
                        height: face.height * exact)
                    faces.append(
                        Face(box: box, photo: group.name, number: number + 1, isClear: number < group.clear))
                }
                x += tile.width
                next += 1
            }
            y += height
        }
        pixels = backdrop.pixels
    }
}
