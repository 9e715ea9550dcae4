internal import Darkroom
internal import Domain
internal import Inference
internal import Pipeline
internal import Storage
internal import Vault

/// `likeness match --event`: the people and photos of an event that selfies show.
struct EventMatch: Sendable {
    let selfies: [Word]
    let event: Word
    let consent: String
    let face: Int?
    let limit: Int
    let options: PoolOptions
    let asJSON: Bool

    func run() async throws -> ExitCode {
        let opened = try selfies.map { word throws(Failure) in
            (word, try GivenFile.photo(word, called: "The selfie"))
        }
        let place = try await EventPeople(event, options)
        var vectors: [FaceVector] = []
        let wiring = try Wiring()
        let refused: MatchOutcome? = try await wiring.withDarkroom(pack: try wiring.pack()) { darkroom in
            for (word, selfie) in opened {
                let development = try await spoken(about: word) { () async throws(DevelopError) in
                    try await darkroom.develop(
                        selfie, order: DevelopOrder(purpose: .selfie, wantsRenditions: false))
                }
                switch MatchOutcome.face(on: development.faces, choosing: face) {
                case .success(let vector): vectors.append(vector)
                case .failure(let refusal): return refusal.outcome
                }
            }
            return nil
        }
        if let refused {
            let refusal = SelfieRefusal(refused, face: face)
            if asJSON {
                Console.print(refusal.json.document)
            } else if !refusal.faces.isEmpty {
                Console.print(refusal.table)
            }
            Console.note("likeness match: \(refusal.sentence) [\(refusal.code)]")
            return refusal.exit
        }
        // Only now, since the selfies took a while.
        try await place.bringUpToDate()
        let faces = try await place.open()
        let key = try await spoken(about: place.house.place) { () async throws(PoolError) in
            do throws(VaultError) { return try await place.house.ring.key(of: place.event.id) } catch {
                throw .vault(error)
            }
        }
        let match = MatchPeople(faces, place.thresholds, hasKnownWeakness: place.pack.hasKnownWeakness)
        let turned = vectors.map { key.turned($0) }
        try check(turned, place)
        let found = match.found(for: turned)
        let page = try await spoken(about: place.house.place) { () async throws(PoolError) in
            let hidden = try await place.house.pool.hiddenPeople(of: place.event.id)
            return try await self.page(
                found, gallery: match.gallery(of: found, hidden: hidden), loneFaceBar: match.loneFaceBar,
                place)
        }
        Console.print(asJSON ? page.json.document : page.text)
        return .done
    }

    /// The mean of two people is neither of them.
    private func check(_ selfies: [FaceVector], _ place: EventPeople) throws(Failure) {
        for (number, selfie) in selfies.enumerated().dropFirst() {
            let apart = place.pack.metric.distance(selfies[0], selfie)
            guard apart > place.thresholds.ask.distance else { continue }
            throw Failure(
                "\(self.selfies[0].shown) and \(self.selfies[number].shown) do not look like one person (distance "
                    + "\(decimals(apart, 3))); give selfies of one person, or search for each alone.",
                code: "different_people")
        }
    }

    private func page(
        _ found: MatchPeople.Found, gallery: (people: [PersonID], faces: [FaceID]),
        loneFaceBar: Double, _ place: EventPeople
    ) async throws(PoolError) -> EventMatchPage {
        let pool = place.house.pool
        var people: [(hit: MatchPeople.PersonHit, person: Person)] = []
        for hit in found.people.prefix(limit) {
            people.append((hit, try await pool.person(hit.person.text, of: place.event.id)))
        }
        let photos = try await pool.gallery(of: gallery.people, gallery.faces, in: place.event.id)
        let act = House.act
        try await pool.note(
            PersonSearch(consent: consent, people: gallery.people.count, photos: photos.count, act: act),
            of: place.event.id, by: act)
        return EventMatchPage(
            people: people, faces: Array(found.faces.prefix(limit)),
            isUnsure: found.isUnsure, photos: photos,
            bars: place.thresholds, loneFaceBar: loneFaceBar)
    }
}

/// Matches in an event as they are shown to an organiser, each with its reason.
struct EventMatchPage {
    let people: [(hit: MatchPeople.PersonHit, person: Person)]
    let faces: [MatchPeople.FaceHit]
    let isUnsure: Bool
    let photos: [PoolPhoto]
    let bars: Thresholds
    let loneFaceBar: Double

    var text: String {
        var lines: [String] = []
        if people.isEmpty && faces.isEmpty { lines.append("Nobody of the event lies near enough.") }
        for (hit, person) in people {
            let word = hit.band == .match ? "match" : "ask \"is this you?\""
            lines.append(
                "\(person.shownName) (\(person.id.text)): \(word), \(person.photos) photos; mean of the nearest faces "
                    + "\(decimals(hit.distance, 3)), nearest \(decimals(hit.nearestDistance, 3))"
                    + (person.traits.isHidden ? "; hidden" : ""))
        }
        for hit in faces {
            lines.append(
                "a single face (\(hit.face.text)): \(hit.band == .match ? "match" : "ask"), distance \(decimals(hit.distance, 3))"
            )
        }
        lines.append(
            "bars: match below \(decimals(bars.selfie.distance, 3)), a single face below \(decimals(loneFaceBar, 3)); ask up to \(decimals(bars.ask.distance, 3))"
        )
        if isUnsure {
            lines.append("Two people are almost equally near: somebody has to look before anything is sent.")
        }
        lines.append("\(photos.count) photos")
        return (lines + photos.map { "  \($0.name.text)" }).joined(separator: "\n")
    }

    var json: JSON {
        .object([
            (
                "people",
                .list(
                    people.map { hit, person in
                        .object([
                            ("id", .text(person.id.text)), ("name", .optional(person.traits.name)),
                            ("band", .text(hit.band.rawValue)), ("distance", .rounded(hit.distance, 6)),
                            ("nearestFace", .text(hit.nearestFace.text)),
                            ("nearestDistance", .rounded(hit.nearestDistance, 6)),
                            ("photos", .integer(person.photos)), ("isHidden", .truth(person.traits.isHidden)),
                        ])
                    })
            ),
            (
                "faces",
                .list(
                    faces.map { hit in
                        .object([
                            ("id", .text(hit.face.text)), ("photo", .text(hit.photo.text)),
                            ("band", .text(hit.band.rawValue)), ("distance", .rounded(hit.distance, 6)),
                        ])
                    })
            ), ("isUnsure", .truth(isUnsure)),
            (
                "bars",
                .object([
                    ("match", .number(bars.selfie.distance)), ("matchSingleFace", .rounded(loneFaceBar, 6)),
                    ("ask", .number(bars.ask.distance)),
                ])
            ),
            (
                "photos",
                .list(photos.map { .object([("id", .text($0.id.text)), ("name", .text($0.name.text))]) })
            ),
        ])
    }
}
