internal import Accounts
internal import Domain
internal import HTTP
internal import Pipeline

/// A face as a small square picture. Its address names the content of the photo, so it never changes; the right to it is looked
/// at each time it is asked for.
struct ShowFace: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/faces/:face/crops/:hash"
    static let permission = Permission.seePeople
    static let says = Says(
        "A face as a small square picture",
        gives: [200: .bytes(types: ["image/jpeg"]), 304: .nothing], refuses: [409])
    let desk: Desk

    struct Input: Sendable {
        let event: EventID
        let face: FaceID
        let hash: String
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        Input(
            event: try request.id("event"), face: try request.id("face"),
            hash: request.parameters["hash"] ?? "")
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        let generation = await desk.crops.generation
        let face = try await answered { () async throws(PoolError) in
            try await desk.kept.face(input.face, of: input.event)
        }
        guard !face.isInTrash, face.content == input.hash, let box = face.boxInParts else {
            throw Refusal(PoolError.noSuchFace)
        }
        let picture: [UInt8]
        if let known = await desk.crops.picture(of: face.id, content: face.content) {
            picture = known
        } else {
            let preview: OpenPhoto
            do throws(StorageError) {
                preview = try await desk.files.open(.rendition(.preview, of: face.content), in: input.event)
            } catch {
                throw Refusal(error)
            }
            do throws(DevelopError) {
                picture = try await desk.darkroom.crop(preview, box: box, side: 160)
            } catch {
                throw Refusal(error)
            }
            await desk.crops.keep(
                picture, of: face.id, content: face.content, in: input.event, since: generation)
        }
        return Reply(
            200,
            [
                Header("Cache-Control", ShowRendition.forEver),
                Header("ETag", "\"\(face.id.text)-\(face.content.prefix(16))\""),
            ], content: .bytes(picture, type: "image/jpeg"))
    }
}

/// Finds the people and photos of an event that a selfie shows. The selfie is never on the disk and is gone with the answer.
struct SearchByFace: DeskEndpoint {
    static let method = Method.post
    static let path = "/api/v1/events/:event/searches"
    static let largestBody = 24 << 20
    static let permission = Permission.searchByFace
    static let says = Says(
        "Find the people and photos that a selfie shows; says whose consent is on record. The selfie is not kept",
        query: ["consent": .plain(least: 1, most: 500), "face": .integer(from: 1, to: 100)],
        takes: .bytes(types: pictureTypes),
        gives: [200: .json(.raw(.object(("anyOf", .list(outcomes.map(\.json))))))],
        refuses: [415])
    let desk: Desk

    private static let pictureTypes = [
        "image/jpeg", "image/png", "image/webp", "image/heic", "image/avif", "image/tiff",
        "application/octet-stream",
    ]

    private static let outcomes: [Schema] = [
        .members([
            "outcome": .word(["found"]),
            "people": .list(
                .members([
                    "person": Shapes.person.schema, "band": .word(["match", "ask"]), "distance": .number,
                    "nearestFace": .id,
                ])),
            "faces": .list(
                .members(["face": .id, "photo": .id, "band": .word(["match", "ask"]), "distance": .number])),
            "isUnsure": .truth, "photos": .list(Shapes.photo.schema),
        ]),
        .members(["outcome": .word(["no-face", "different-people"])]),
        .members([
            "outcome": .word(["several-faces", "no-such-face", "unusable-face"]),
            "faces": .list(
                .members([
                    "number": .integer(), "box": .list(.number),
                    "reason": .orNull(.word(Verdict.Reason.self)),
                ])),
        ]),
    ]

    struct Input: Sendable {
        let event: EventID
        let consent: String
        let face: Int?
        let picture: [UInt8]
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        try request.allowQuery("consent", "face")
        guard let consent = try request.text("consent", atMost: 500), !consent.isEmpty else {
            throw Refusal(
                422, "no_consent",
                "Say where this person's consent is kept, as \"consent\": nobody is looked for without.")
        }
        var face: Int?
        if let text = request.query("face") {
            guard let number = Int(text), (1...100).contains(number) else {
                throw Refusal(422, "bad_query", "\"face\" is the number of a face, from 1.")
            }
            face = number
        }
        let type = request.header("content-type").map { String($0.prefix { $0 != ";" }) }
        guard let type, pictureTypes.contains(type) else {
            throw Refusal(
                415, "wrong_type", "A selfie comes as one of \(pictureTypes.joined(separator: ", ")).")
        }
        guard !body.isEmpty else { throw Refusal(422, "empty_file", "The selfie is empty.") }
        return Input(event: try request.id("event"), consent: consent, face: face, picture: body)
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        let event = try await desk.event(input.event)
        let faces: [Face]
        do throws(DevelopError) {
            faces = try await desk.darkroom.faces(onSelfie: input.picture)
        } catch {
            throw Refusal(error)
        }
        let vector: FaceVector
        switch MatchOutcome.face(on: faces, choosing: input.face) {
        case .success(let found): vector = found
        case .failure(let refusal): return Reply(200, Self.json(refusal.outcome, faces))
        }
        let match = try await answered { () async throws(PoolError) in
            try await desk.people.match([vector], in: event)
        }
        guard let match else {
            return Reply(200, .object(("outcome", .text("different-people"))))
        }
        return try await answer(match, input, desk.act(guest))
    }

    private func answer(
        _ match: WarmPeople.Match, _ input: Input, _ act: Act
    ) async throws(Refusal) -> Reply {
        let (people, photos) = try await answered { () async throws(PoolError) in
            var people: [JSONValue] = []
            for hit in match.found.people.prefix(100) {
                let person = try await desk.kept.person(hit.person.text, of: input.event)
                people.append(
                    .object(
                        ("person", Shapes.person(person)), ("band", .text(hit.band.rawValue)),
                        ("distance", .number(hit.distance)), ("nearestFace", .id(hit.nearestFace))))
            }
            let photos = try await desk.kept.gallery(of: match.people, match.faces, in: input.event)
            try await desk.kept.note(
                PersonSearch(
                    consent: input.consent, people: match.people.count, photos: photos.count, act: act),
                of: input.event, by: act)
            return (people, photos)
        }
        let faces: [JSONValue] = match.found.faces.prefix(100).map { hit in
            .object(
                ("face", .id(hit.face)), ("photo", .id(hit.photo)), ("band", .text(hit.band.rawValue)),
                ("distance", .number(hit.distance)))
        }
        return Reply(
            200,
            .object(
                ("outcome", .text("found")), ("people", .list(people)), ("faces", .list(faces)),
                ("isUnsure", .truth(match.found.isUnsure)),
                ("photos", .list(photos.map { Shapes.photo($0) }))))
    }

    /// Why nobody was looked for, with the faces that one can choose from.
    private static func json(_ outcome: MatchOutcome, _ faces: [Face]) -> JSONValue {
        func list(_ word: String, _ faces: [Face]) -> JSONValue {
            let items: [JSONValue] = faces.enumerated().map { place, face in
                .object(
                    ("number", .integer(place + 1)), ("box", Shapes.box(face.box)),
                    ("reason", .optional(face.verdict.reason?.rawValue)))
            }
            return .object(("outcome", .text(word)), ("faces", .list(items)))
        }
        return switch outcome {
        case .found, .noFace: .object(("outcome", .text("no-face")))
        case .severalFaces(let some): list("several-faces", some)
        case .noSuchFace: list("no-such-face", faces)
        case .unusable(let face): list("unusable-face", [face])
        }
    }
}

/// Who was looked for, and by whose leave.
struct ListSearches: DeskEndpoint {
    static let method = Method.get
    static let path = "/api/v1/events/:event/searches"
    static let permission = Permission.searchByFace
    static let says = Says(
        "Who was looked for by selfie, when, by whom and by whose leave; newest first",
        query: ["after": .id, "limit": Says.limit], gives: [200: .json(Shapes.search.page)])
    let desk: Desk

    static func read(
        _ request: Request, _ body: [UInt8]
    ) throws(Refusal) -> EventPage<SearchID> {
        try EventPage(request) { page throws(Refusal) in try page.after() }
    }

    func answer(_ input: EventPage<SearchID>, to guest: Caller) async throws(Refusal) -> Reply {
        _ = try await desk.event(input.event)
        let searches = try await answered { () async throws(PoolError) in
            try await desk.kept.searches(of: input.event, before: input.place, limit: input.limit)
        }
        let next = searches.count == input.limit ? searches.last?.id.text : nil
        return Reply(200, Shapes.search.page(searches, next: next))
    }
}
