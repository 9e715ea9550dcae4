internal import Accounts
internal import Domain
internal import HTTP
internal import Pipeline

/// Tells what other distances would change.
struct AskWhatIf: DeskEndpoint {
    static let method = Method.post
    static let path = "/api/v1/events/:event/what-if"
    static let largestBody = 4 << 10
    static let permission = Permission.decideOnPeople
    static let says = Says(
        "What other distances would change about people and matches, before anybody sets them",
        takes: .json(
            .oneOf([
                .members(["distances": EventSettings.distanceMembers]),
                .members(["preset": .word(Preset.self)]),
            ])),
        gives: [
            200: .json(
                .members([
                    "now": figures, "then": figures, "merged": .integer(), "split": .integer(),
                    "changedPairs": .integer(),
                    "examples": .list(
                        .members(["first": .id, "second": .id, "distance": .number])),
                ]))
        ])
    let desk: Desk

    private static let figures = Schema.members([
        "people": .integer(), "faces": .integer(), "photos": .integer(), "questions": .integer(),
        "selfies": .integer(), "findingThemselves": .integer(), "findingOthers": .integer(),
    ])

    struct Input: Sendable {
        let event: EventID
        let distances: EventSettings.Distances?
        let preset: Preset?
    }

    static func read(_ request: Request, _ body: [UInt8]) throws(Refusal) -> Input {
        var form = try Form(body)
        let input = Input(
            event: try request.id("event"), distances: try form.distances("distances"),
            preset: try form.word("preset", Preset.self))
        try form.finish()
        guard (input.distances == nil) != (input.preset == nil) else {
            throw Refusal(422, "one_member", "Send distances or a preset, one of the two.")
        }
        return input
    }

    func answer(_ input: Input, to guest: Caller) async throws(Refusal) -> Reply {
        let event = try await desk.event(input.event)
        var settings = event.settings
        settings.distances = input.distances
        if let preset = input.preset { settings.preset = preset }
        guard let then = desk.people.thresholds(for: settings) else {
            throw Refusal(PoolError.noThresholds(settings.preset))
        }
        let what = try await answered { () async throws(PoolError) in
            try await desk.people.whatIf(event, then)
        }
        let examples: [JSONValue] = what.examples.map {
            .object(
                ("first", .id($0.first)), ("second", .id($0.second)), ("distance", .number($0.distance)))
        }
        return Reply(
            200,
            .object(
                ("now", Self.json(what.now)), ("then", Self.json(what.then)),
                ("merged", .integer(what.merged)), ("split", .integer(what.split)),
                ("changedPairs", .integer(what.changedPairs)), ("examples", .list(examples))))
    }

    private static func json(_ figures: WhatIf.Figures) -> JSONValue {
        .object(
            ("people", .integer(figures.people)), ("faces", .integer(figures.faces)),
            ("photos", .integer(figures.photos)), ("questions", .integer(figures.questions)),
            ("selfies", .integer(figures.selfies.taken)),
            ("findingThemselves", .integer(figures.selfies.findingThemselves)),
            ("findingOthers", .integer(figures.selfies.findingOthers)))
    }
}
