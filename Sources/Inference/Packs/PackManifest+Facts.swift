internal import Digests
package import Domain

extension PackManifest {
    /// What the rest of the house needs to know.
    package var facts: PackFacts {
        PackFacts(
            name: name, identity: identity, dimension: embedder.dimension, metric: metric,
            thresholds: thresholds, hasKnownWeakness: !weaknesses.isEmpty)
    }

    /// SHA-256 over the networks' sums and every setting that changes vectors.
    ///
    /// Name, licence and thresholds stay out: to correct one of them is no reason to embed every face anew.
    package var identity: String {
        var lines = [detector.file, embedder.file].map { "network \(sums[$0] ?? "")" }
        lines.append("decoder \(detector.decoder.rawValue)")
        for input in [detector.input, embedder.input] {
            lines.append("input \(input.colourOrder.rawValue) \(input.mean) \(input.scale)")
        }
        lines.append("chip \(embedder.chipSide) \(embedder.template.map { "\($0.x) \($0.y)" })")
        lines.append("vector \(embedder.dimension) \(metric.rawValue)")
        return SHA256.of(Array(lines.joined(separator: "\n").utf8))
    }
}
