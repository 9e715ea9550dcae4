internal import Domain
internal import Pipeline
internal import Storage
internal import Synchronization

/// One run of an import: what was taken, what became of it, and how far it is.
final class ImportRun: Sendable {
    private let house: House
    private let event: Event
    private let found: ImportList
    private let progress = Progress(of: "photos")
    private let state: Mutex<State>

    private struct State {
        var counts: [String: Int] = [:]
        var bytes: Int64 = 0
        var done = 0
        var skipped: [PhotoName: SkipReason]
        var refused: [PhotoName: (code: String, sentence: String)]
        var photos: Set<PhotoID> = []
        var hasReceivedAll = false
    }

    init(house: House, event: Event, found: ImportList) {
        self.house = house
        self.event = event
        self.found = found
        state = Mutex(
            State(
                skipped: found.skipped,
                refused: found.failed.mapValues { (code: $0.code, sentence: $0.sentence) }))
    }

    var hasReceivedAll: Bool { state.withLock { $0.hasReceivedAll } }

    func note(_ line: String) { progress.note(line) }

    /// Takes up what an earlier run left.
    func start() async throws(Failure) {
        do throws(UploadError) { _ = try await house.receive.tidy() } catch {
            throw Failure(error, about: house.place)
        }
    }

    func receive(_ files: ImportFiles, until stop: StopSign) async throws {
        defer {
            state.withLock { $0.hasReceivedAll = true }
            house.pool.ring()
        }
        do throws(UploadError) {
            try await files.run(found.items, until: stop) { name, outcome in self.take(name, outcome) }
        } catch {
            progress.end()
            throw Failure(error, about: house.place)
        }
    }

    func heard(_ event: DispatchEvent) {
        if let words = event.words { note(words) }
    }

    /// Draws the progress until it is cancelled: what is received and worked through, as the database tells it.
    func watch() async {
        let total = found.items.count
        while !Task.isCancelled {
            // Nothing is lost where the database cannot tell at this moment: the next look tells.
            if let counts = try? await house.pool.counts(of: event.id) {
                let open = (counts.byState[.queued] ?? 0) + (counts.byState[.processing] ?? 0)
                let (done, failed) = state.withLock { ($0.done, $0.refused.count) }
                progress.show(
                    ProgressCount(
                        done: max(0, done - open), total: total,
                        failed: failed + (counts.byState[.failed] ?? 0)))
            }
            // A sleep that is cut short has done its work.
            try? await Task.sleep(for: .milliseconds(250))
        }
        progress.end()
    }

    func page(wasStopped: Bool) async throws(Failure) -> ImportPage {
        progress.end()
        let counts = try await spoken(about: house.place) { () async throws(PoolError) in
            try await house.pool.counts(of: event.id)
        }
        let (photos, page) = state.withLock { state in
            (
                state.photos,
                ImportPage(
                    ways: state.counts, bytes: state.bytes, skipped: state.skipped, refused: state.refused,
                    failed: [], counts: counts)
            )
        }
        var whole = page
        whole.failed = try await failures(among: photos)
        return whole
    }

    private func failures(among photos: Set<PhotoID>) async throws(Failure) -> [PoolPhoto] {
        var filter = PhotoFilter()
        filter.state = .failed
        let wanted = filter
        var failed: [PoolPhoto] = []
        var last: PhotoID?
        while true {
            let after = last
            let page = try await spoken(about: house.place) { () async throws(PoolError) in
                try await house.pool.photos(of: event.id, wanted, after: after, limit: 500)
            }
            failed += page.filter { photos.contains($0.id) }
            guard let end = page.last else { return failed }
            last = end.id
        }
    }

    private func take(_ name: PhotoName, _ outcome: ImportFiles.Outcome) {
        state.withLock { state in
            state.done += 1
            switch outcome {
            case .uploaded(let result, let bytes):
                state.counts[result.way.rawValue, default: 0] += 1
                state.bytes += bytes
                state.photos.insert(result.photo)
            case .earlier(let result):
                state.counts["earlier", default: 0] += 1
                state.photos.insert(result.photo)
            case .skipped(let reason): state.skipped[name] = reason
            case .failed(let code, let sentence): state.refused[name] = (code, sentence)
            }
        }
    }
}

extension DispatchEvent {
    /// What an operator should hear of; nil for the everyday.
    var words: String? {
        switch self {
        case .settled: nil
        case .freed(let count): "\(count) photos were in the hands of a program that ended; they go on."
        case .unavailable(let code, let sentence): "Work waits: \(sentence) [\(code)]"
        case .standsStill(let duration):
            "ALARM: nothing was finished for \(Int(duration / .seconds(1))) seconds, though photos wait. [queue_stands_still]"
        }
    }
}

extension Failure {
    init(_ error: UploadError, about place: House.Place) {
        self.init(
            "\(place.shown.shown): \(error.sentence)\nWhat was taken is kept; the same command goes on from there.",
            code: error.code)
    }
}
