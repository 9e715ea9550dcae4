internal import Domain
internal import Inference
internal import Neighbours
internal import Pipeline
internal import Storage
internal import Vault

/// The people of one event, opened for a command: grouped anew where faces or decisions have changed.
struct EventPeople: Sendable {
    let house: House
    let event: Event
    let pack: PackFacts
    private let rules: GroupingRules

    init(_ name: Word, _ options: PoolOptions) async throws(Failure) {
        let wiring = try Wiring()
        let house = try await wiring.house(options)
        let event = try await house.event(name)
        let pack = try wiring.pack().manifest.facts
        guard let rules = GroupingRules(event.settings, pack) else {
            throw Failure(PoolError.noThresholds(event.settings.preset), about: house.place)
        }
        self.house = house
        self.event = event
        self.pack = pack
        self.rules = rules
    }

    var thresholds: Thresholds { rules.thresholds }
    var bars: GroupingBars { rules.bars }
    var grouping: any Grouping { rules.grouping }

    var makeSpace: @Sendable () -> any FaceComparing {
        { [pack] in FaceArena(pack.metric, dimension: pack.dimension) }
    }

    var decisions: DecideOnPeople {
        DecideOnPeople(kept: house.pool, event: event.id, act: { House.act })
    }

    /// Opens the faces of the event; pairs are known up to the reach.
    func open(reach: Double? = nil) async throws(Failure) -> EventFaces {
        try await spoken(about: house.place) { () async throws(PoolError) in
            try await EventFaces.open(
                event.id, from: house.pool, vault: house.ring, pack: pack,
                reach: max(reach ?? 0, bars.question).nextUp, makeSpace: makeSpace)
        }
    }

    /// Brings the people up to date where they are not, and tells whether something was done.
    @discardableResult
    func bringUpToDate() async throws(Failure) -> GroupPeople.Summary? {
        for _ in 0..<20 {
            let standing = try await spoken(about: house.place) { () async throws(PoolError) in
                try await house.pool.standing(of: event.id)
            }
            if standing.revision == standing.groupedRevision, standing.groupedBy == rules.name { return nil }
            let faces = try await open()
            if faces.ofOtherPacks > 0 {
                Console.note(
                    "\(faces.ofOtherPacks) faces were measured by another model pack and are left out.")
            }
            let grouping = GroupPeople(
                kept: house.pool, grouping: grouping, makeSpace: makeSpace, now: millisecondsSince1970)
            do throws(PoolError) {
                return try await grouping.run(
                    faces, bars, groupedBy: rules.name, by: Act(by: .program, at: millisecondsSince1970()))
            } catch .changedMeanwhile {
                continue  // Somebody else grouped or decided.
            } catch {
                throw Failure(error, about: house.place)
            }
        }
        throw Failure(PoolError.changedMeanwhile, about: house.place)
    }

    func person(_ word: Word) async throws(Failure) -> Person {
        try await spoken(about: house.place) { () async throws(PoolError) in
            try await house.pool.person(word.text, of: event.id)
        }
    }

    static func face(_ word: Word) throws(Failure) -> FaceID {
        guard let id = FaceID(text: word.text) else {
            throw Failure(
                "\(word.shown) is no face's id; `likeness people show` lists them.", code: "no_such_face")
        }
        return id
    }
}

extension Person {
    /// A name for people to read.
    var shownName: String { traits.name.map { shown($0) } ?? "nameless" }
}
