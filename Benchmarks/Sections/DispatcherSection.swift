internal import Domain
internal import Evaluation
internal import Pipeline
internal import Storage
internal import Vault

/// Jobs from claim to settlement, with a darkroom that answers at once and two sealed faces on each photo.
enum DispatcherSection {
    private static let photos = 6000

    static func run(_ bench: Bench) async throws -> [Figure] {
        try await PoolBench.onEach(bench) { place in
            let arrived = ContinuousClock.now
            try await fill(place)
            let filling = (ContinuousClock.now - arrived).inSeconds
            let key = try await place.ring.key(of: place.event.id)
            let stage = InstantStage(photos: place.pool, key: key)
            let dispatcher = Dispatcher(
                jobs: place.pool, journey: Journey([stage]), width: 64, now: PoolBench.now)
            let syncs = try await walSyncs(place)
            let start = ContinuousClock.now
            try await dispatcher.run(until: StopSign(), end: .whenIdle { true })
            let seconds = (ContinuousClock.now - start).inSeconds
            let indexed = try await place.pool.counts(of: place.event.id).byState[.indexed] ?? 0
            guard indexed == photos else { throw Fault("Only \(indexed) of \(photos) photos were indexed.") }
            guard try await place.pool.census().isEmpty else { throw Fault("The pool does not add up.") }
            let rate = Double(photos) / seconds
            print(
                "\(place.name): \(Int(rate)) jobs/s with two faces each; \(photos) arrivals took \(filling.decimals(1)) s"
            )
            if let syncs, let after = try await walSyncs(place) {
                print(
                    "  \((Double(after - syncs) / Double(photos)).decimals(3)) syncs of the server's log a job"
                )
            }
            return [Figure("dispatcher.\(place.name)", rate, "jobs/s")]
        }
    }

    private static func fill(_ place: PoolBench) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for lane in 0..<8 {
                group.addTask {
                    for number in stride(from: lane, to: photos, by: 8) {
                        let now = PoolBench.now()
                        let offer = UploadOffer(
                            event: place.event.id, photographer: place.photographer.id,
                            name: PhotoName("\(number).jpg"), length: 1)
                        let upload = try await place.pool.begin(offer, expiresAt: .max, now: now)
                        _ = try await place.pool.advance(
                            upload.id, to: 1, content: PoolBench.hash(number), expiresAt: .max)
                        _ = try await place.pool.finish(upload.id, now: now)
                    }
                }
            }
        }
    }

    /// How often the server has forced its log to the disk.
    private static func walSyncs(_ place: PoolBench) async throws -> Int64? {
        guard place.name == "postgres" else { return nil }
        return try await place.database.read { session throws(StorageError) in
            try session.firstRow("SELECT wal_sync FROM pg_stat_wal") { row throws(StorageError) in
                try row.integer(0)
            }
        }
    }
}

/// Finds two faces at once, seals them as the real stage does.
private struct InstantStage: JourneyStage {
    let name = StageName.develop
    let photos: any PhotoKeeping
    let key: any VectorKey

    func work(on job: Job) async throws(StageFault) -> StageProduct {
        let quality = FaceQuality(
            sharpness: 0.5, brightness: 120, contrast: 40, clipped: 0, yaw: 0, pitch: 0, roll: 0,
            occlusion: 0,
            size: 100)
        // As the real stage, it asks for its photo first.
        let subject: DevelopSubject?
        do throws(StorageError) {
            subject = try await photos.subject(job.subject)
        } catch {
            throw .unavailable(code: error.code, sentence: error.sentence)
        }
        guard let subject else { throw .gone }
        let faces = (0..<2).map { place in
            SealedFace(
                Face(
                    box: Box(x: 1, y: 2, width: 3, height: 4),
                    landmarks: (0..<5).map { Point(x: Double($0), y: 1) }, score: 0.9, quality: quality,
                    verdict: Verdict(.seed), vector: FaceVector([Float](repeating: 0.1, count: 128))),
                id: FaceID(at: PoolBench.now() + Int64(place)), pack: "bench", key: key)
        }
        let facts = PictureFacts(
            format: .jpeg, width: 6000, height: 4000, sizeInBytes: 1, takenAt: nil,
            camera: Camera(make: "Made", model: "Up", serial: "1"), contentHash: subject.contentHash,
            perceptualHash: "0123456789abcdef", profile: "sRGB")
        return .developed(
            DevelopedPhoto(
                recipe: Recipe(policy: .standard, pack: "bench"), facts: facts, faces: faces,
                renditions: [.preview: 300_000, .thumbnail: 20_000]))
    }
}
