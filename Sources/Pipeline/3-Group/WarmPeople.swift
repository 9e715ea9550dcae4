package import Domain

/// Events that somebody looks at, opened and in step: whoever comes next pays for what is new and nothing else.
///
/// One at a time is at work on an event, on a thread of its own: opening and comparing take seconds, and nobody who waits
/// for something small shall wait behind them. Whatever was not looked at for longest is dropped when there are too many.
package actor WarmPeople {
    private let kept: any PeopleKeeping
    private let vault: any VectorSealing
    private let pack: PackFacts
    private let makeSpace: @Sendable () -> any FaceComparing
    private let now: @Sendable () -> Int64
    private let mostFaces: Int
    private let thread = WorkThread(label: "people")
    /// The least recently used first.
    private var warm: [(event: EventID, faces: EventFaces)] = []
    /// Who waits for an event that somebody is at work on.
    private var waiting: [EventID: [CheckedContinuation<Void, Never>]] = [:]

    /// A face takes about four kilobytes.
    package init(
        kept: any PeopleKeeping, vault: any VectorSealing, pack: PackFacts, mostFaces: Int = 150_000,
        makeSpace: @escaping @Sendable () -> any FaceComparing, now: @escaping @Sendable () -> Int64
    ) {
        self.kept = kept
        self.vault = vault
        self.pack = pack
        self.mostFaces = mostFaces
        self.makeSpace = makeSpace
        self.now = now
    }

    /// The faces of an event, with its people as they are now: grouped anew where something has changed since.
    package func faces(
        of event: Event, reach: Double = 0
    ) async throws(PoolError) -> (faces: EventFaces, rules: GroupingRules) {
        guard let rules = GroupingRules(event.settings, pack) else {
            throw .noThresholds(event.settings.preset)
        }
        await enter(event.id)
        defer { leave(event.id) }
        let reach = max(reach, rules.bars.question).nextUp
        for _ in 0..<20 {
            let faces = try await opened(event.id, reach)
            let standing = faces.standing
            if standing.revision == standing.groupedRevision, standing.groupedBy == rules.name {
                return (faces, rules)
            }
            try await group(faces, rules)
        }
        throw .changedMeanwhile
    }

    /// What other distances would change.
    package func whatIf(_ event: Event, _ then: Thresholds) async throws(PoolError) -> WhatIf {
        let bars = GroupingBars(then, pack)
        let (warm, rules) = try await faces(of: event)
        await enter(event.id)
        defer { leave(event.id) }
        let (reach, kept, vault, pack, makeSpace) = (bars.question.nextUp, kept, vault, pack, makeSpace)
        return try await withTaskExecutorPreference(thread) { () async throws(PoolError) in
            // Pairs that lie farther apart than anybody needs are many, and are not kept.
            let faces =
                warm.reach >= reach
                ? warm
                : try await EventFaces.open(
                    event.id, from: kept, vault: vault, pack: pack, reach: reach, makeSpace: makeSpace)
            return WhatIf(
                faces, now: rules.bars, then: bars,
                selfie: (rules.thresholds.selfie.distance, then.selfie.distance),
                grouping: rules.grouping, makeSpace: makeSpace)
        }
    }

    /// Who of an event lies near these selfies of one person, and what of it belongs into a gallery; nil where they do not look
    /// like one person, for the mean of two is neither of them.
    package func match(_ selfies: [FaceVector], in event: Event) async throws(PoolError) -> Match? {
        let (faces, rules) = try await faces(of: event)
        let key: any VectorKey
        do throws(VaultError) { key = try await vault.key(of: event.id) } catch { throw .vault(error) }
        let hidden = try await kept.hiddenPeople(of: event.id)
        let pack = pack
        return await withTaskExecutorPreference(thread) {
            let turned = selfies.map { key.turned($0) }
            for other in turned.dropFirst()
            where pack.metric.distance(turned[0], other) > rules.thresholds.ask.distance { return nil }
            let match = MatchPeople(faces, rules.thresholds, hasKnownWeakness: pack.hasKnownWeakness)
            let found = match.found(for: turned)
            let gallery = match.gallery(of: found, hidden: hidden)
            return Match(
                found: found, people: gallery.people, faces: gallery.faces, bars: rules.thresholds,
                loneFaceBar: match.loneFaceBar)
        }
    }

    package struct Match: Sendable {
        package let found: MatchPeople.Found
        /// Of whom a gallery shows photos, and the single faces beside them.
        package let people: [PersonID]
        package let faces: [FaceID]
        package let bars: Thresholds
        package let loneFaceBar: Double
    }

    /// The distances that an event would have with these settings.
    package nonisolated func thresholds(for settings: EventSettings) -> Thresholds? {
        pack.thresholds(for: settings)
    }

    /// Forgets an event, as when it is deleted.
    package func drop(_ event: EventID) async {
        await enter(event)
        defer { leave(event) }
        warm.removeAll { $0.event == event }
    }

    private func opened(_ event: EventID, _ reach: Double) async throws(PoolError) -> EventFaces {
        let known = warm.first { $0.event == event }?.faces
        let faces = try await withTaskExecutorPreference(thread) { () async throws(PoolError) in
            guard let known, known.reach >= reach else {
                return try await EventFaces.open(
                    event, from: kept, vault: vault, pack: pack, reach: reach, makeSpace: makeSpace)
            }
            let standing = try await kept.standing(of: event)
            if standing == known.standing { return known }
            return try await known.refreshed(from: kept, vault: vault, pack: pack, makeSpace: makeSpace)
        }
        warm.removeAll { $0.event == event }
        warm.append((event, faces))
        while warm.count > 1, warm.reduce(0, { $0 + $1.faces.faces.count }) > mostFaces {
            warm.removeFirst()
        }
        return faces
    }

    private func group(_ faces: EventFaces, _ rules: GroupingRules) async throws(PoolError) {
        let grouping = GroupPeople(kept: kept, grouping: rules.grouping, makeSpace: makeSpace, now: now)
        let act = Act(by: .program, at: now())
        do throws(PoolError) {
            _ = try await withTaskExecutorPreference(thread) { () async throws(PoolError) in
                try await grouping.run(faces, rules.bars, groupedBy: rules.name, by: act)
            }
        } catch .changedMeanwhile {
            // Somebody else grouped or decided: it is looked at again.
        }
    }

    private func enter(_ event: EventID) async {
        guard waiting[event] != nil else {
            waiting[event] = []
            return
        }
        await withCheckedContinuation { waiting[event]?.append($0) }
    }

    private func leave(_ event: EventID) {
        guard waiting[event]?.isEmpty == false else {
            waiting[event] = nil
            return
        }
        waiting[event]?.removeFirst().resume()
    }
}
