internal import Domain

extension AccuracyReport {
    /// The report for a terminal or a page of documentation.
    package var text: String {
        var parts = [
            """
            Pack \(pack), \(metric.rawValue) distance: \(people) people, \(photos) photos, \
            \(photos - missed.count) with a vector.
            \(samePairs) same and \(differentPairs) different pairs; intervals are 95 %, \
            \(Bootstrap.rounds) draws of people.
            """
        ]
        if !missed.isEmpty { parts.append(missedText) }
        parts.append(verificationText)
        if !bars.isEmpty { parts.append(barsText) }
        parts.append(rankText)
        return parts.joined(separator: "\n\n")
    }

    private var missedText: String {
        let lines = missed.map { "  \($0.photo): \($0.reason)" }
        let lost =
            "Missed photos: \(missed.count), with them \(samePairsLost) same pairs; no rate below counts them."
        return ([lost] + lines).joined(separator: "\n")
    }

    private var verificationText: String {
        var table = TextTable(
            "false match rate", "rests on", "true match rate", "interval", "threshold", "interval")
        for row in verification {
            let pairs = "\(row.pairsBeyond) pairs"
            if let matchRate = row.matchRate, let threshold = row.threshold {
                table.add(
                    row.falseMatchRate.decimals(4), pairs, matchRate.value.decimals(3), matchRate.interval(3),
                    threshold.value.decimals(3), threshold.interval(3))
            } else {
                table.add(
                    row.falseMatchRate.decimals(4), "not measurable with \(differentPairs) different pairs")
            }
        }
        guard let equalErrorRate else { return table.text }
        return table.text + "\nEqual error rate \(equalErrorRate.decimals(4))"
    }

    private var barsText: String {
        var table = TextTable(
            "bar of the pack", "distance", "false matches", "false match rate", "interval", "miss rate",
            "interval")
        for bar in bars {
            table.add(
                "\(bar.preset.rawValue) \(bar.name)", bar.distance.decimals(3), String(bar.falseMatches),
                bar.falseMatchRate.value.decimals(5), bar.falseMatchRate.interval(5),
                bar.missRate.value.decimals(3), bar.missRate.interval(3))
        }
        return table.text
    }

    private var rankText: String {
        guard let rankOne else { return "Rank 1: not measurable, nobody has two photos." }
        var table = TextTable(
            "rank 1, \(rankOne.probes) probes, \(rankOne.people) people", "right", "interval")
        table.add("nearest person (mean)", rankOne.byPerson.value.decimals(3), rankOne.byPerson.interval(3))
        table.add("nearest face", rankOne.byFace.value.decimals(3), rankOne.byFace.interval(3))
        return table.text
    }
}

extension Comparison {
    /// One line: both figures, their difference, and what it means.
    package var text: String {
        let meaning =
            isSignificantlyBelow
            ? "significantly below"
            : isSignificantlyAbove ? "significantly above" : "no significant difference"
        return """
            At false match rate \(falseMatchRate.decimals(4)) on \(photos) photos in common \
            (\(pairsBeyond) pairs): ours \(ours.value.decimals(3)), reference \(reference.value.decimals(3)), \
            difference \(difference.value.decimals(3)) \(difference.interval(3)): \(meaning).
            """
    }
}

extension Estimate {
    /// "[0.912, 0.980]", the 95 % interval.
    package func interval(_ decimals: Int) -> String {
        "[\(low.decimals(decimals)), \(high.decimals(decimals))]"
    }
}
