internal import Domain
internal import Pipeline

/// An event for a person to read.
struct EventPage {
    let event: Event
    let counts: PhotoCounts
    let photographers: [Photographer]
    let albums: [Album]

    var text: String {
        var lines = ["\(shown(event.name)) (\(event.state.rawValue))", ""]
        lines.append("photos: \(counts.total), \(sizeText(Int(event.claimedBytes)))")
        for state in [PhotoState.queued, .processing, .indexed, .noFace, .failed] {
            lines.append("  \(state.rawValue): \(counts.byState[state] ?? 0)")
        }
        if counts.hidden > 0 { lines.append("  of these hidden: \(counts.hidden)") }
        if counts.inTrash > 0 { lines.append("in the trash: \(counts.inTrash)") }
        lines += ["", "photographers: \(photographers.isEmpty ? "none yet" : "")"]
        lines += photographers.map { "  \(shown($0.name)): \(sizeText(Int($0.claimedBytes)))" }
        if !albums.isEmpty {
            lines.append("albums: " + albums.map { shown($0.name) }.joined(separator: ", "))
        }
        return (lines + ["", Self.settings(event.settings)]).joined(separator: "\n")
    }

    static func settings(_ settings: EventSettings) -> String {
        func size(_ bytes: Int64?) -> String { bytes.map { sizeText(Int($0)) } ?? "no limit" }
        return """
            policy: \(settings.policy.rawValue)
            uploaded again from the trash: \(settings.reuploads.rawValue)
            largest file: \(size(settings.mostBytesOfFile))
            whole event: \(size(settings.mostBytesOfEvent))
            one photographer: \(size(settings.mostBytesOfPhotographer))
            matched: \(settings.distances.map { "by hand, merge \($0.merge), attach \($0.attach), selfie \($0.selfie), ask \($0.ask)" } ?? settings.preset.rawValue)
            grouped: \(settings.grouping.rawValue)
            """
    }

    static func receipt(_ receipt: DeleteEvent.Receipt) -> String {
        """
        \(shown(receipt.name)) (\(receipt.event.text)) \(receipt.isClean ? "is gone" : "is not gone entirely").
          rows left: \(receipt.rowsLeft)
          files left: \(receipt.filesLeft)
          key left: \(receipt.keyIsLeft ? "yes" : "no")
        """
    }
}

extension JSON {
    static func event(_ event: Event) -> JSON { .object(fields(of: event)) }

    static func event(
        _ event: Event, _ counts: PhotoCounts, _ photographers: [Photographer] = [], _ albums: [Album] = []
    ) -> JSON {
        .object(
            fields(of: event) + [
                ("photos", Self.counts(counts)),
                (
                    "photographers",
                    .list(
                        photographers.map { person in
                            .object([
                                ("id", .text(person.id.text)), ("name", .text(person.name)),
                                ("claimedBytes", .integer(Int(person.claimedBytes))),
                            ])
                        })
                ),
                (
                    "albums",
                    .list(
                        albums.map { .object([("id", .text($0.id.text)), ("name", .text($0.name))]) })
                ),
            ])
    }

    static func counts(_ counts: PhotoCounts) -> JSON {
        let states: [PhotoState] = [.queued, .processing, .indexed, .noFace, .failed]
        return .object(
            [("total", .integer(counts.total))]
                + states.map { ($0.rawValue, .integer(counts.byState[$0] ?? 0)) }
                + [("hidden", .integer(counts.hidden)), ("inTrash", .integer(counts.inTrash))])
    }

    static func receipt(_ receipt: DeleteEvent.Receipt) -> JSON {
        .object([
            ("event", .text(receipt.event.text)), ("name", .text(receipt.name)),
            ("deletedAt", .integer(Int(receipt.deletedAt))), ("rowsLeft", .integer(receipt.rowsLeft)),
            ("filesLeft", .integer(receipt.filesLeft)), ("keyIsLeft", .truth(receipt.keyIsLeft)),
            ("isClean", .truth(receipt.isClean)),
        ])
    }

    private static func fields(of event: Event) -> [(String, JSON)] {
        func size(_ bytes: Int64?) -> JSON { bytes.map { .integer(Int($0)) } ?? .null }
        return [
            ("id", .text(event.id.text)), ("name", .text(event.name)), ("kind", .text(event.kind.rawValue)),
            ("state", .text(event.state.rawValue)), ("createdAt", .integer(Int(event.createdAt))),
            ("version", .integer(Int(event.version))), ("claimedBytes", .integer(Int(event.claimedBytes))),
            (
                "settings",
                .object([
                    ("policy", .text(event.settings.policy.rawValue)),
                    ("reuploads", .text(event.settings.reuploads.rawValue)),
                    ("mostBytesOfFile", size(event.settings.mostBytesOfFile)),
                    ("mostBytesOfEvent", size(event.settings.mostBytesOfEvent)),
                    ("mostBytesOfPhotographer", size(event.settings.mostBytesOfPhotographer)),
                    ("preset", .text(event.settings.preset.rawValue)),
                    ("grouping", .text(event.settings.grouping.rawValue)),
                    (
                        "distances",
                        event.settings.distances.map {
                            .object([
                                ("merge", .number($0.merge)), ("attach", .number($0.attach)),
                                ("selfie", .number($0.selfie)), ("ask", .number($0.ask)),
                            ])
                        } ?? .null
                    ),
                ])
            ),
        ]
    }
}
