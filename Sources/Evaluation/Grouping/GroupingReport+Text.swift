internal import Domain

extension GroupingReport {
    /// The report for a terminal or a page of documentation.
    package var text: String {
        var parts = ["\(scope)\nIntervals are 95 %, \(Bootstrap.rounds) draws of people."]
        parts += tables.map(\.text)
        parts += [mixedText, splitText, missedText, selfieText].compactMap { $0 }
        return parts.joined(separator: "\n\n")
    }

    /// More would bury the figures; JSON holds them all.
    private static let mostLines = 20

    private var mixedText: String? {
        list(
            "Mixed persons",
            faults.mixed.map { mixed in
                let identities = mixed.identities.map { "\($0.identity) \($0.faces)" }.joined(separator: ", ")
                let nearest = mixed.nearest.map {
                    "; nearest \($0.distance.decimals(3)): \($0.first) and \($0.second)"
                }
                return "person \(mixed.person): \(identities)\(nearest ?? "")"
            })
    }

    private var splitText: String? {
        list(
            "Split identities",
            faults.split.map { split in
                let persons = split.persons.map { "person \($0.person) \($0.faces)" }.joined(separator: ", ")
                return "\(split.identity): \(persons)\(split.outside > 0 ? ", in none \(split.outside)" : "")"
            })
    }

    private var missedText: String? {
        list(
            "Missed faces",
            faults.missed.map { face in
                "\(face.reference) (\(face.identity)): \(face.tier.rawValue), \(face.size.decimals(0)) px"
            })
    }

    private var selfieText: String? {
        list(
            "Selfies given photos of others",
            faults.selfies.map { selfie in
                let who = selfie.isStranger ? "a stranger" : selfie.identity
                return "\(selfie.reference) (\(who)): \(selfie.wrong.count) of \(selfie.given) photos"
            })
    }

    private func list(_ title: String, _ lines: [String]) -> String? {
        guard !lines.isEmpty else { return nil }
        let rest = lines.count - Self.mostLines
        let shown = lines.prefix(Self.mostLines).map { "  " + $0 } + (rest > 0 ? ["  and \(rest) more"] : [])
        return (["\(title): \(lines.count)"] + shown).joined(separator: "\n")
    }
}
