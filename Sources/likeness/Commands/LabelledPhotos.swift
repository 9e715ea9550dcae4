internal import Domain
internal import Evaluation
internal import Pipeline
internal import Storage
internal import Synchronization

/// Labelled photos on their way through the darkroom.
struct LabelledPhotos: Sendable {
    let photos: [LabelledPhoto]
    let folder: FolderFiles
    let darkroom: any Developing
    let policy: Policy

    /// What the photos yielded, in their order.
    struct Readings: Sendable {
        var vectors: [LabelledVector] = []
        var missed: [MissedPhoto] = []
        /// Photos that could not be opened, a sentence each.
        var faults: [String] = []
    }

    private struct Fault: Error {
        let code: String
        let sentence: String
        let endsTheRun: Bool
    }

    func readings(width: Int, _ progress: Progress) async throws -> Readings {
        let state = Mutex(State(total: photos.count))
        let stage = Stage(width: width) {
            state.withLock { $0.next() }
        } work: { place throws(Fault) in
            try await faces(of: photos[place])
        } settle: { place, result in
            if case .failure(let fault) = result, fault.endsTheRun {
                throw Failure(fault.sentence, code: fault.code)
            }
            progress.show(state.withLock { $0.settle(place, result) })
        }
        try await stage.run()
        return readings(of: state.withLock { $0.results })
    }

    private func readings(of results: [Int: Result<[Face], Fault>]) -> Readings {
        var readings = Readings()
        for (place, photo) in photos.enumerated() {
            switch results[place] {
            case nil: break
            case .success(let faces)?:
                switch photo.reading(of: faces) {
                case .face(let vector): readings.vectors.append(vector)
                case .missed(let missed): readings.missed.append(missed)
                }
            case .failure(let fault)?:
                readings.missed.append(photo.missed(fault.code))
                readings.faults.append("\(photo.name.text): \(fault.sentence) [\(fault.code)]")
            }
        }
        return readings
    }

    private func faces(of photo: LabelledPhoto) async throws(Fault) -> [Face] {
        let found: FoundPhoto
        do throws(PhotoOpenError) {
            found = try await folder.open(photo.name)
        } catch {
            throw Fault(code: error.code, sentence: error.sentence, endsTheRun: false)
        }
        do throws(DevelopError) {
            let order = DevelopOrder(purpose: .photo(policy), wantsRenditions: false)
            return try await darkroom.develop(found.photo, order: order).faces
        } catch {
            let isUnavailable = if case .darkroomUnavailable = error { true } else { false }
            throw Fault(code: error.code, sentence: error.sentence, endsTheRun: isUnavailable)
        }
    }

    private struct State: Sendable {
        private var ahead: Range<Int>
        private var count: ProgressCount
        var results: [Int: Result<[Face], Fault>] = [:]

        init(total: Int) {
            ahead = 0..<total
            count = ProgressCount(total: total)
        }

        mutating func next() -> Int? { ahead.popFirst() }

        mutating func settle(_ place: Int, _ result: Result<[Face], Fault>) -> ProgressCount {
            results[place] = result
            count.done += 1
            if case .failure = result { count.failed += 1 }
            return count
        }
    }
}
