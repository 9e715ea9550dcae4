internal import Domain
internal import Pipeline
internal import Storage

/// `likeness people decisions`: what was decided, by whom, and what of it holds.
struct PeopleDecisionsList: Command {
    static let description = CommandDescription(
        name: "people decisions", summary: "list what was decided about people, the newest first",
        details: [
            "Where two decisions contradict each other the newer holds, and the older one holds in all else: it is listed as "
                + "overruled in part."
        ],
        options: PeopleOptions.all,
        examples: [Example("likeness people decisions --event Congress", "what was decided, and what holds")])

    private let common: PeopleOptions

    init(_ arguments: Arguments) throws(UsageError) { common = PeopleOptions(arguments) }

    func run() async throws -> ExitCode {
        let house = try await Wiring().house(common.options)
        let event = try await house.event(common.event)
        let record = try await spoken(about: house.place) { () async throws(PoolError) in
            try await DecisionRecord.read(of: event.id, from: house.pool)
        }
        let newestFirst = record.decisions.reversed()
        if common.asJSON {
            Console.print(
                JSON.list(
                    newestFirst.map { decision in
                        .decision(
                            decision,
                            [
                                ("actor", .text(decision.act.actor.words)),
                                ("faces", .list(decision.faces.sorted().map { .text($0.text) })),
                                ("people", .list(record.people(of: decision).map { .text($0.text) })),
                                ("isOverruledInPart", .truth(record.overruled.contains(decision.number))),
                            ])
                    }
                ).document)
            return .done
        }
        guard !record.decisions.isEmpty else {
            Console.print("Nothing was decided yet.")
            return .done
        }
        let names = try await spoken(about: house.place) { () async throws(PoolError) in
            try await house.pool.people(of: event.id, limit: 1_000_000)
        }.reduce(into: [:]) { names, person in names[person.id] = person.traits.name.map { shown($0) } }
        var columns = Columns("n", "when", "by", "decision", "about", "faces", "holds")
        for decision in newestFirst {
            columns.add(
                String(decision.number), utc(decision.act.at), decision.act.actor.words, decision.words,
                record.people(of: decision).prefix(2).map { names[$0] ?? $0.text }.joined(separator: ", "),
                String(decision.faces.count),
                decision.isUndone
                    ? "no, taken back"
                    : record.overruled.contains(decision.number) ? "in part, overruled by a newer one" : "yes"
            )
        }
        Console.print(columns.text)
        return .done
    }
}

/// `likeness people searches`: who was looked for, and by whose leave.
struct PeopleSearches: Command {
    static let description = CommandDescription(
        name: "people searches", summary: "list the searches by selfie with the consents they rested on",
        options: PeopleOptions.all + [limit],
        examples: [Example("likeness people searches --event Congress", "newest first")])

    private static let limit = Option("--limit", "N", "at most so many (100)")

    private let common: PeopleOptions
    private let limit: Int

    init(_ arguments: Arguments) throws(UsageError) {
        common = PeopleOptions(arguments)
        limit = try arguments.number(Self.limit, in: 1...100_000) ?? 100
    }

    func run() async throws -> ExitCode {
        let house = try await Wiring().house(common.options)
        let event = try await house.event(common.event)
        let searches = try await spoken(about: house.place) { () async throws(PoolError) in
            try await house.pool.searches(of: event.id, before: nil, limit: limit)
        }
        if common.asJSON {
            Console.print(
                JSON.list(
                    searches.map { search in
                        .object([
                            ("at", .integer(Int(search.act.at))), ("actor", .text(search.act.actor.words)),
                            ("consent", .text(search.consent)), ("people", .integer(search.people)),
                            ("photos", .integer(search.photos)),
                        ])
                    }
                ).document)
            return .done
        }
        guard !searches.isEmpty else {
            Console.print("Nobody was looked for yet.")
            return .done
        }
        var columns = Columns("when", "by", "consent", "people", "photos")
        for search in searches {
            columns.add(
                utc(search.act.at), search.act.actor.words, shown(search.consent), String(search.people),
                String(search.photos))
        }
        Console.print(columns.text)
        return .done
    }
}

/// A moment for people to read.
private func utc(_ milliseconds: Int64) -> String {
    let text = CaptureTime(clockInMilliseconds: milliseconds, zoneInMinutes: nil).text
    return text.prefix(19).replacing("T", with: " ") + " UTC"
}

extension Actor {
    fileprivate var words: String {
        switch self {
        case .program: "Likeness"
        case .commandLine: "command line"
        case .photographer(let id): "photographer \(id.text)"
        case .user(let id): "user \(id.text)"
        }
    }
}

extension Decision {
    /// What was decided, with the name that was given.
    var words: String {
        for case .trait(_, let trait) in rulings where kind.isOfPerson {
            switch trait {
            case .name(let name?): return "name \(shown(name))"
            case .name(nil): return "no name"
            case .hidden(let isHidden): return isHidden ? "hide" : "unhide"
            case .ignored(let isIgnored): return isIgnored ? "ignore" : "unignore"
            case .cover: return "cover"
            }
        }
        return kind == .ignore ? "leave-out" : kind.rawValue
    }
}
