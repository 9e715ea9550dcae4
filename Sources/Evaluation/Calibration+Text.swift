internal import Domain

extension Calibration {
    /// The proposal for a terminal or a page of documentation.
    package var text: String {
        let head = """
            Pack \(pack), \(metric.rawValue) distance: \(people) people, \(photos) photos, \(samePairs) same and \
            \(differentPairs) different pairs; intervals are 95 %, \(Bootstrap.rounds) draws of people.
            """
        guard let strictestRate else {
            let least = Int((Double(AccuracyReport.leastPairsBeyond) / Self.highestRate).rounded())
            return head + """
                \n
                Nothing can be proposed: that takes \(least) pairs of different people, and at least one of the same.
                """
        }
        return [head, table, words(strictestRate)].joined(separator: "\n\n")
    }

    private var table: String {
        var table = TextTable(
            "preset and bar", "target", "rests on", "distance", "interval", "false matches", "rate",
            "interval", "miss rate", "interval")
        for proposal in presets {
            for bar in proposal.bars {
                table.add(
                    "\(proposal.preset.rawValue) \(bar.name.rawValue)", bar.targetRate.decimals(6),
                    bar.measured == nil ? "a margin" : "\(bar.pairsBeyond) pairs",
                    bar.distance?.decimals(3) ?? "-", bar.measured?.interval(3) ?? "-",
                    bar.falseMatches.map(String.init) ?? "-", bar.falseMatchRate?.value.decimals(5) ?? "-",
                    bar.falseMatchRate?.interval(5) ?? "-", bar.missRate?.value.decimals(3) ?? "-",
                    bar.missRate?.interval(3) ?? "-")
            }
        }
        return table.text
    }

    private func words(_ strictestRate: Double) -> String {
        """
        The strictest rate that these pairs carry is \(strictestRate.decimals(6)). Bars that rest on a margin were not \
        measurable with \(differentPairs) pairs: they lie below that one by as much for each power of ten, \
        and are a guess about pairs that nobody has seen.
        The bars were chosen on the photos they are measured on, which flatters them: measure them again on others.
        """
    }
}
