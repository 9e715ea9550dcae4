internal import Darkroom
internal import Domain
internal import Evaluation
internal import Imaging
internal import Inference

/// Faces found on made events, all events pooled, for each policy by the size of the face; held against a
/// single pass of the same detector over the same photos at a larger size.
enum RecallSection {
    /// What each policy must not stay behind: the longer side of a single pass.
    private static func rivalSide(of policy: Policy) -> Int {
        switch policy {
        case .fast: 1024
        case .standard: 1600
        case .thorough: 2048
        }
    }

    static func run(_ bench: Bench) async throws -> [Figure] {
        let events = try bench.options.recallEvents.map { try PhotoSet(folder: $0, most: 0) }
        guard !events.isEmpty else { throw Skip(reason: "made events need ../shared") }
        var figures: [Figure] = []
        let rivals = try singlePasses(over: events, bench)
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
            let side = rivalSide(of: policy)
            guard let rival = rivals[side] else { continue }
            print("  single pass at \(side): \(rival.text)")
            figures += (0..<pooled.bands.count).compactMap { band in
                guard let ours = pooled.recall(ofBand: band), let theirs = rival.recall(ofBand: band) else {
                    return nil
                }
                let name = pooled.bands.name(of: band)
                return Figure("recall.\(policy.rawValue).against\(side).\(name)", ours - theirs, "")
            }
        }
        return figures
    }

    /// Every photo in one pass a size, at the detector's usual bar.
    private static func singlePasses(over events: [PhotoSet], _ bench: Bench) throws -> [Int: RecallCount] {
        try ImagingLibrary.start()
        let detector = try NetworksSection.detector(bench)
        var found: [Int: [String: [Box]]] = [:]
        for path in events.flatMap(\.paths) {
            let photo = try Disk.photo(path)
            let negative = try Negative(reading: photo.descriptor, limits: Limits())
            let longSide = Double(max(negative.width, negative.height))
            for side in Policy.allCases.map(rivalSide(of:)) {
                let scale = longSide / Double(min(side, Int(longSide)))
                let boxes = suppressed(
                    try detector.candidates(in: negative.reduced(toFit: side), above: 0.35), overlap: 0.3)
                found[side, default: [:]][path] = boxes.map { face in
                    Box(
                        x: face.box.x * scale, y: face.box.y * scale, width: face.box.width * scale,
                        height: face.box.height * scale)
                }
            }
        }
        return found.mapValues { boxes in
            var pooled = RecallCount(bands: .product)
            for event in events {
                if let count = event.recall(of: boxes, bands: .product) { pooled.add(count) }
            }
            return pooled
        }
    }
}

extension RecallCount {
    fileprivate var surplusPerPhoto: Double { Double(surplus) / Double(max(1, photos)) }
}
