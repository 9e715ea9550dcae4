package import Domain

/// Takes every photo of a folder through the darkroom and writes down what was found.
///
/// Stop it when you like: a photo is in the index whole or not at all, and the next run opens only what is new,
/// changed, or failed for a reason that may have passed.
package struct IndexFolder: Sendable {
    private let folder: any PhotoFinding
    private let index: any FaceIndexing
    private let renditions: (any RenditionKeeping)?
    private let pack: IndexPack
    private let step: DevelopPhoto
    private let width: Int

    /// `width` photos are in hand at a time: one for each child of the darkroom keeps all of them busy.
    package init(
        folder: any PhotoFinding, darkroom: any Developing, index: any FaceIndexing,
        renditions: (any RenditionKeeping)? = nil, pack: PackFacts, policy: Policy, width: Int
    ) {
        self.folder = folder
        self.index = index
        self.renditions = renditions
        self.pack = IndexPack(pack)
        self.step = DevelopPhoto(
            folder: folder, darkroom: darkroom, renditions: renditions,
            recipe: Recipe(policy: policy, pack: pack.identity))
        self.width = width
    }

    /// Runs to the end, or until it is stopped, which the summary tells: by the sign, so that the photos in hand
    /// are finished first, or at once by cancelling the task.
    ///
    /// `report` hears of each photo once it is written down.
    package func run(
        until stop: StopSign = StopSign(), _ report: @escaping @Sendable (IndexEvent) -> Void = { _ in }
    ) async throws(IndexError) -> IndexSummary {
        let plan = try await prepare()
        let summary = IndexSummary(plan)
        report(.started(files: plan.toOpen.count, soFar: summary))
        let run = IndexRun(plan.toOpen, summary)
        let stage = Stage(width: width) {
            stop.isUp ? nil : await run.next()
        } work: { name throws(DevelopPhoto.Fault) in
            try await step.record(of: name)
        } settle: { name, result in
            let record = try DevelopPhoto.settled(result)
            do throws(StorageError) {
                try await index.put([record])
            } catch {
                throw IndexError.index(error)
            }
            await run.settle(record)
            report(.finished(name, record.outcome))
        }
        do {
            try await stage.run()
        } catch let error as IndexError {
            throw error
        } catch {
            preconditionFailure("claiming never fails, and settling fails with an IndexError only")
        }
        return await run.end()
    }

    /// Compares folder and index, and writes down what needs no opening.
    private func prepare() async throws(IndexError) -> IndexPlan {
        let entries: [FolderEntry]
        do throws(FolderError) {
            entries = try await folder.entries()
        } catch {
            throw .folder(error)
        }
        var plan: IndexPlan
        do throws(StorageError) {
            try await index.adopt(pack)
            plan = IndexPlan(for: entries, known: try await index.known(), recipe: step.recipe)
            try await index.forget(plan.gone)
            try await index.put(
                plan.passedOver.map { item in
                    PhotoRecord(
                        name: item.name, stamp: item.stamp, recipe: step.recipe,
                        outcome: .skipped(item.reason))
                })
        } catch {
            throw .index(error)
        }
        guard let renditions else { return plan }
        do throws(StorageError) {
            var incomplete: [PhotoName] = []
            for (name, standing) in plan.unchanged {
                guard case .developed(let contentHash, _) = standing else { continue }
                if try await !renditions.holds(contentHash) { incomplete.append(name) }
            }
            plan.reopen(incomplete)
        } catch {
            throw .previews(error)
        }
        return plan
    }
}

/// What the workers of a run share.
private actor IndexRun {
    private var ahead: ArraySlice<PhotoName>
    private var unsettled: Int
    private var summary: IndexSummary

    init(_ names: [PhotoName], _ summary: IndexSummary) {
        ahead = names[...]
        unsettled = names.count
        self.summary = summary
    }

    func next() -> PhotoName? { ahead.popFirst() }

    func settle(_ record: PhotoRecord) {
        summary.add(record)
        unsettled -= 1
    }

    /// Once all workers have gone home: whatever is unsettled by then was left by a stop.
    func end() -> IndexSummary {
        summary.wasStopped = unsettled > 0
        return summary
    }
}
