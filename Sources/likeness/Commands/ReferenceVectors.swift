internal import Domain
internal import Evaluation
internal import Glibc

/// Vectors that something else made of the photos that are evaluated.
struct ReferenceVectors {
    private let vectors: [PhotoName: FaceVector]

    init(_ file: Word) throws(Failure) {
        let opened = try GivenFile.photo(file, called: "The table of vectors")
        let size = Int(clamping: opened.stamp.sizeInBytes)
        guard size <= Self.mostBytes else {
            throw Failure(
                "\(file.shown) is larger than \(Self.mostBytes >> 20) MB; leave rows out.", code: "reference")
        }
        var bytes = [UInt8](repeating: 0, count: size)
        var count = 0
        while count < size {
            let got = bytes.withUnsafeMutableBytes {
                pread(opened.descriptor, $0.baseAddress?.advanced(by: count), size - count, off_t(count))
            }
            if got < 0 && errno == EINTR { continue }
            guard got > 0 else {
                throw Failure("\(file.shown) cannot be read to its end.", code: "reference")
            }
            count += got
        }
        do throws(CSVError) {
            vectors = try Comparison.vectors(
                in: CSVTable(reading: String(decoding: bytes, as: UTF8.self)))
        } catch {
            throw Failure("\(file.shown): \(error.sentence)", code: "reference")
        }
    }

    /// At each rate that the photos in common suffice for.
    func comparisons(with ours: [LabelledVector], _ metric: Metric) -> [Comparison] {
        [1e-2, 1e-3].compactMap { rate in
            Comparison(atRate: rate, ours: ours, metric, reference: vectors, .euclidean)
        }
    }

    private static let mostBytes = 256 << 20
}

/// A report with its comparisons, where some were asked for.
struct ComparedReport: Encodable {
    let report: AccuracyReport
    let comparisons: [Comparison]?

    private enum Key: CodingKey { case comparisons }

    var text: String {
        guard let comparisons else { return report.text }
        let lines =
            comparisons.isEmpty
            ? ["Compared with the reference: not measurable, too few photos in common."]
            : comparisons.map(\.text)
        return report.text + "\n\n" + lines.joined(separator: "\n")
    }

    func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(comparisons, forKey: .comparisons)
    }
}
