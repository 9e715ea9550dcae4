internal import Darkroom
internal import Domain
internal import Evaluation

/// Faces found on made events, all events pooled, for each policy by the size of the face.
enum RecallSection {
    static func run(_ bench: Bench) async throws -> [Figure] {
        let events = try bench.options.recallEvents.map { try PhotoSet(folder: $0, most: 0) }
        guard !events.isEmpty else { throw Skip(reason: "made events need ../shared") }
        var figures: [Figure] = []
        for policy in Policy.allCases {
            var pooled = RecallCount(bands: .product)
            let darkroom = bench.darkroom(children: bench.jobs, policy: policy)
            for event in events {
                let run = try await bench.develop(
                    event.paths, in: darkroom, workers: bench.jobs, policy: policy)
                if let count = event.recall(of: run.found, bands: .product) { pooled.add(count) }
            }
            await darkroom.close()
            print("\(policy.rawValue), \(pooled.photos) photos: \(pooled.text)")
            figures.append(Figure("recall.\(policy.rawValue)", pooled.recall, ""))
            figures.append(Figure("recall.\(policy.rawValue).surplus", pooled.surplusPerPhoto, "a photo"))
            figures += (0..<pooled.bands.count).compactMap { band in
                pooled.recall(ofBand: band).map {
                    Figure("recall.\(policy.rawValue).\(pooled.bands.name(of: band))", $0, "")
                }
            }
        }
        return figures
    }
}

extension RecallCount {
    fileprivate var surplusPerPhoto: Double { Double(surplus) / Double(max(1, photos)) }
}
