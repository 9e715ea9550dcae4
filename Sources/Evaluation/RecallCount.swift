package import Domain

/// Faces found among those that are there, by size; counts of several photos and events add up.
package struct RecallCount: Sendable, Equatable {
    package let bands: Bands
    package private(set) var hits: [Int]
    package private(set) var faces: [Int]
    /// All boxes found.
    package private(set) var boxes = 0
    package private(set) var photos = 0

    /// Sizes told apart: the longer side of a face's true box, in pixels of the original.
    package struct Bands: Sendable, Equatable {
        /// Where one band ends and the next begins, rising.
        package let edges: [Double]

        package static let product = Bands(edges: [60, 80, 100, 130, 180, 260])
        package static let peers = Bands(edges: [100, 180])

        package init(edges: [Double]) { self.edges = edges }

        package var count: Int { edges.count + 1 }

        func band(of side: Double) -> Int { edges.partitioningIndex { side < $0 } }

        /// "<60", "60-80", …, "260+".
        package func name(of band: Int) -> String {
            if edges.isEmpty { return "all" }
            if band == 0 { return "<\(edges[0].decimals(0))" }
            let start = edges[band - 1].decimals(0)
            return band < edges.count ? "\(start)-\(edges[band].decimals(0))" : "\(start)+"
        }
    }

    package init(bands: Bands) {
        self.bands = bands
        hits = [Int](repeating: 0, count: bands.count)
        faces = hits
    }

    /// Boxes that overlap a true face this much, and no less, have found it.
    package static let overlap = 0.4

    /// Counts one photo: each true face in order takes the best box that is left.
    package mutating func count(found: [Box], truth: [Box]) {
        var left = found
        for face in truth {
            let band = bands.band(of: face.longerSide)
            faces[band] += 1
            let best = left.indices.max { left[$0].overlap(with: face) < left[$1].overlap(with: face) }
            guard let best, left[best].overlap(with: face) > Self.overlap else { continue }
            left.remove(at: best)
            hits[band] += 1
        }
        boxes += found.count
        photos += 1
    }

    package mutating func add(_ other: RecallCount) {
        precondition(bands == other.bands, "counts of other bands do not add up")
        for band in hits.indices {
            hits[band] += other.hits[band]
            faces[band] += other.faces[band]
        }
        boxes += other.boxes
        photos += other.photos
    }

    package var allHits: Int { hits.reduce(0, +) }
    package var allFaces: Int { faces.reduce(0, +) }
    /// Boxes without a true face.
    package var surplus: Int { boxes - allHits }
    package var recall: Double { Double(allHits) / Double(max(1, allFaces)) }

    /// Absent where no face of the band was there.
    package func recall(ofBand band: Int) -> Double? {
        faces[band] > 0 ? Double(hits[band]) / Double(faces[band]) : nil
    }

    /// One line: the whole, then each band.
    package var text: String {
        let parts = hits.indices.map { "\(bands.name(of: $0)): \(hits[$0])/\(faces[$0])" }
        return """
            \(allHits)/\(allFaces) = \(recall.decimals(3)), surplus boxes \(surplus); \
            \(parts.joined(separator: ", "))
            """
    }
}
