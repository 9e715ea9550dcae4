import Domain
import Storage
import TestSupport
import Testing

/// What the pool should hold, kept beside it in the simplest way.
private struct Model {
    struct Photo {
        var content: Int
        var state = PhotoState.queued
        var isInTrash = false
        var waits = true
        var faces = 0
    }

    struct Held {
        let job: Job
        let owner: Int
        let content: Int
        /// The photo was replaced meanwhile: nothing comes of it.
        var isOvertaken = false
    }

    var photos: [PhotoID: Photo] = [:]
    var contents: [Int: PhotoID] = [:]
    var inHand: [Held] = []

    var counts: PhotoCounts {
        var counts = PhotoCounts()
        for (id, photo) in photos {
            guard !photo.isInTrash else {
                counts.inTrash += 1
                continue
            }
            let isInHand =
                photo.state == .queued && inHand.contains { $0.job.subject == id && !$0.isOvertaken }
            counts.byState[isInHand ? .processing : photo.state, default: 0] += 1
        }
        return counts
    }

    mutating func giveBack(_ held: Held) {
        if !held.isOvertaken { photos[held.job.subject]?.waits = true }
    }
}

@Suite("Jobs against their model", .timeLimit(.minutes(10))) struct JobMachineTests {
    @Test(
        "end in the same states after any sequence of what can happen",
        arguments: DatabaseKind.available, [1, 2, 3, 4] as [UInt64])
    func randomSequences(kind: DatabaseKind, seed: UInt64) async throws {
        let fixture = try await PoolFixture(kind)
        var random = SeededGenerator(seed: seed)
        var model = Model()
        var owners: [any JobOwning] = []
        for _ in 0..<2 { owners.append(try await fixture.pool.enter(at: fixture.now)) }
        var nextContent = 1
        for step in 0..<250 {
            fixture.pass(Int64.random(in: 1...500, using: &random))
            switch Int.random(in: 0..<12, using: &random) {
            case 0...2:
                // New, or one that was there, from either photographer.
                let isAgain = !model.contents.isEmpty && Int.random(in: 0..<4, using: &random) == 0
                let known = model.contents.keys.sorted()
                let content = isAgain ? known[Int.random(in: 0..<known.count, using: &random)] : nextContent
                nextContent = max(nextContent, content + 1)
                let result = try await fixture.upload(
                    content, by: Bool.random(using: &random) ? fixture.first : fixture.second)
                if let photo = model.contents[content] {
                    #expect(result.photo == photo)
                    #expect(
                        result.way == (model.photos[photo]?.isInTrash == true ? .staysDeleted : .duplicate))
                } else {
                    #expect(result.way == .new)
                    model.contents[content] = result.photo
                    model.photos[result.photo] = Model.Photo(content: content)
                }
            case 3...4:
                let owner = Int.random(in: 0..<owners.count, using: &random)
                let wanted = Int.random(in: 1...4, using: &random)
                let jobs = try await fixture.claim(wanted, for: owners[owner])
                for job in jobs {
                    let photo = try #require(model.photos[job.subject])
                    #expect(photo.waits, "only what waits is claimed")
                    model.photos[job.subject]?.waits = false
                    model.inHand.append(Model.Held(job: job, owner: owner, content: photo.content))
                }
            case 5...7:
                guard !model.inHand.isEmpty else { continue }
                let held = model.inHand.remove(at: Int.random(in: 0..<model.inHand.count, using: &random))
                let faces = Int.random(in: 0...3, using: &random)
                let outcome: Settlement.Outcome
                switch Int.random(in: 0..<4, using: &random) {
                case 0: outcome = .parked(PhotoFailure(code: "damaged", sentence: "Broken.", isLasting: true))
                case 1: outcome = .again(notBefore: fixture.now, counts: true)
                default: outcome = .done(try await fixture.developed(held.content, faces: faces), next: nil)
                }
                try await fixture.settle(held.job, outcome, by: owners[held.owner])
                guard var photo = model.photos[held.job.subject], !held.isOvertaken else { continue }
                switch outcome {
                case .done:
                    photo.state = faces == 0 ? .noFace : .indexed
                    photo.faces = faces
                case .dropped: break
                case .again: photo.waits = true
                case .parked: photo.state = .failed
                }
                model.photos[held.job.subject] = photo
            case 8:
                // A dispatcher dies: its lock goes, and whoever looks frees its jobs.
                let owner = Int.random(in: 0..<owners.count, using: &random)
                await owners[owner].leave()
                for held in model.inHand where held.owner == owner { model.giveBack(held) }
                model.inHand.removeAll { $0.owner == owner }
                _ = try await fixture.pool.reap(at: fixture.now)
                owners[owner] = try await fixture.pool.enter(at: fixture.now)
            case 9:
                let failed = model.photos.filter { $0.value.state == .failed }
                let count = try await fixture.pool.retry(nil, of: fixture.event.id, by: fixture.act)
                #expect(count == failed.count)
                for id in failed.keys {
                    model.photos[id]?.state = .queued
                    model.photos[id]?.waits = true
                }
            case 10:
                guard let id = model.photos.keys.sorted().randomElement(using: &random) else { continue }
                let isInTrash = Bool.random(using: &random)
                try await fixture.pool.setInTrash(
                    isInTrash, [id], of: fixture.event.id, by: fixture.act)
                model.photos[id]?.isInTrash = isInTrash
            default:
                let shown = model.photos.filter { !$0.value.isInTrash }.keys.sorted()
                guard let id = shown.randomElement(using: &random) else { continue }
                let content = nextContent
                nextContent += 1
                let result = try await fixture.upload(content, replaces: id)
                #expect(result == UploadResult(photo: id, way: .replaced))
                model.contents[content] = id
                model.photos[id]?.content = content
                model.photos[id]?.state = .queued
                model.photos[id]?.waits = true
                for place in model.inHand.indices where model.inHand[place].job.subject == id {
                    model.inHand[place].isOvertaken = true
                }
            }
            #expect(try await fixture.pool.census() == [], "step \(step) of seed \(seed)")
            let counts = try await fixture.pool.counts(of: fixture.event.id)
            try #require(
                counts == model.counts,
                "step \(step), in hand \(model.inHand.map { "\($0.content) by \($0.owner)" })")
        }
        for owner in owners { await owner.leave() }
        try await finish(fixture, &model)
    }

    /// Whatever happened, the work can be done to its end.
    private func finish(_ fixture: PoolFixture, _ model: inout Model) async throws {
        fixture.pass(3_600_000)
        let owner = try await fixture.pool.enter(at: fixture.now)
        _ = try await fixture.pool.retry(nil, of: fixture.event.id, by: fixture.act)
        while case let jobs = try await fixture.claim(32, for: owner), !jobs.isEmpty {
            for job in jobs {
                let content = try #require(model.photos[job.subject]).content
                try await fixture.settle(
                    job, .done(try await fixture.developed(content, faces: 1), next: nil), by: owner)
            }
        }
        await owner.leave()
        let counts = try await fixture.pool.counts(of: fixture.event.id)
        #expect(counts.byState[.queued, default: 0] == 0 && counts.byState[.failed, default: 0] == 0)
        #expect(counts.total + counts.inTrash == model.photos.count)
        #expect(try await fixture.pool.census() == [])
        let queue = try await fixture.pool.queue(at: fixture.now)
        #expect(queue.waiting == 0 && queue.running == 0 && queue.parked == 0)
    }
}
