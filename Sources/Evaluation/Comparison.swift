package import Domain

/// Our vectors against somebody else's on the same photos, at one rate of false matches.
package struct Comparison: Sendable, Equatable, Codable {
    package var falseMatchRate: Double
    /// Photos that both have a vector for; nothing else is compared.
    package var photos: Int
    package var pairsBeyond: Int
    package var ours: Estimate
    package var reference: Estimate
    /// Ours less the reference's, both measured in the same rounds.
    package var difference: Estimate

    /// Whether the reference is better by more than chance allows.
    package var isSignificantlyBelow: Bool { difference.high < 0 }
    package var isSignificantlyAbove: Bool { difference.low > 0 }

    /// Absent where the photos in common leave nothing to measure at this rate.
    package init?(
        atRate rate: Double, ours: [LabelledVector], _ metric: Metric, reference: [PhotoName: FaceVector],
        _ referenceMetric: Metric
    ) {
        let common = ours.filter { reference[$0.photo] != nil }
        let theirs = common.compactMap { face in
            reference[face.photo].map {
                LabelledVector(photo: face.photo, identity: face.identity, vector: $0)
            }
        }
        let our = FacePairs(of: common, metric: metric)
        let their = FacePairs(of: theirs, metric: referenceMetric)
        let whole = ErrorCurve(of: our, upToRate: rate, distance: 0)
        let theirWhole = ErrorCurve(of: their, upToRate: rate, distance: 0)
        guard whole.isMeasurable, whole.pairs(beyondRate: rate) >= AccuracyReport.leastPairsBeyond else {
            return nil
        }
        var bootstrap = Bootstrap()
        var drawn: [(ours: Double, reference: Double)] = []
        for _ in 0..<Bootstrap.rounds {
            let draws = bootstrap.draws(people: our.facesOfPerson.count)
            let curve = ErrorCurve(of: our, draws: draws, upToRate: rate, distance: 0)
            guard curve.isMeasurable else { continue }
            let theirCurve = ErrorCurve(of: their, draws: draws, upToRate: rate, distance: 0)
            drawn.append((curve.matchRate(atRate: rate), theirCurve.matchRate(atRate: rate)))
        }
        falseMatchRate = rate
        photos = common.count
        pairsBeyond = whole.pairs(beyondRate: rate)
        self.ours = Estimate(whole.matchRate(atRate: rate), drawn: drawn.map(\.ours))
        self.reference = Estimate(theirWhole.matchRate(atRate: rate), drawn: drawn.map(\.reference))
        difference = Estimate(
            self.ours.value - self.reference.value, drawn: drawn.map { $0.ours - $0.reference })
    }

    /// Reads vectors made elsewhere: a row for each photo, `file,v0,v1,…` under a line of column names.
    package static func vectors(in table: CSVTable) throws(CSVError) -> [PhotoName: FaceVector] {
        let file = try table.column("file")
        var vectors: [PhotoName: FaceVector] = [:]
        for (index, row) in table.rows.enumerated() {
            var values: [Float] = []
            for column in table.columns.indices where column != file {
                guard let value = Float(CSVTable.field(column, of: row)), value.isFinite else {
                    throw .notANumber(row: index + 1, column: table.columns[column])
                }
                values.append(value)
            }
            vectors[PhotoName(CSVTable.field(file, of: row))] = FaceVector(values)
        }
        return vectors
    }
}
