internal import Darkroom
internal import Domain
internal import Evaluation
internal import Inference

/// The pack on labelled faces, against dlib with its own alignment on the same photos.
enum AccuracySection {
    static func run(_ bench: Bench) async throws -> [Figure] {
        guard let shared = bench.options.shared else { throw Skip(reason: "labelled faces need ../shared") }
        let faces = shared + "/faces"
        let manifest = try table(faces + "/manifest.csv")
        let file = try manifest.column("file")
        let folder = try LabelledFolder(
            names: manifest.rows.map { PhotoName(CSVTable.field(file, of: $0)) }, manifest: manifest)
        let darkroom = bench.darkroom(children: bench.jobs)
        let order = DevelopOrder(purpose: .photo(.standard), wantsRenditions: false)
        var vectors: [LabelledVector] = []
        var missed: [MissedPhoto] = []
        for photo in folder.photos {
            let made = try await darkroom.develop(try Disk.photo(faces + "/" + photo.name.text), order: order)
            switch photo.reading(of: made.faces) {
            case .face(let vector): vectors.append(vector)
            case .missed(let photo): missed.append(photo)
            }
        }
        await darkroom.close()
        let report = AccuracyReport(faces: vectors, missed: missed, pack: bench.pack.manifest.facts)
        print(report.text)
        var figures = [Figure("accuracy.missed", Double(missed.count), "photos")]
        for rate in report.verification {
            guard let matchRate = rate.matchRate else { continue }
            figures.append(Figure("accuracy.at\(rate.falseMatchRate.decimals(4))", matchRate.value, ""))
        }
        if let python = bench.options.peerPython {
            figures += try compare(vectors, bench, faces: faces, python: python)
        } else {
            print("\nNo comparison with dlib: name the section peer too, or set up its Python.")
        }
        return figures
    }

    private static func compare(
        _ vectors: [LabelledVector], _ bench: Bench, faces: String, python: String
    ) throws -> [Figure] {
        let path = bench.scratch + "/dlib-vectors.csv"
        if !Disk.exists(path) {
            let script = bench.root + "/Benchmarks/dlib_vectors.py"
            print(try Command(python, [script, faces, path]).run(wordsTo: bench.scratch + "/dlib.txt").words)
        }
        let reference = try Comparison.vectors(in: table(path))
        print("")
        return [1e-2, 1e-3].compactMap { rate in
            guard
                let comparison = Comparison(
                    atRate: rate, ours: vectors, bench.pack.manifest.metric, reference: reference, .euclidean)
            else { return nil }
            print(comparison.text)
            // Above zero unless we are significantly below.
            return Figure("accuracy.againstDlib\(rate.decimals(4))", comparison.difference.high, "at most")
        }
    }

    private static func table(_ path: String) throws -> CSVTable {
        try CSVTable(reading: String(decoding: try Disk.bytes(of: path), as: UTF8.self))
    }
}
