extension GroupingReport {
    /// All figures, in the order in which they are read.
    var tables: [FigureTable] {
        var tables = [groupingTable, peopleTable, selfieTable]
        tables += [
            bandTable("By size of the face", "longer side in pixels", bySize),
            bandTable("By light", "mean brightness, 0 to 255", byLight),
            bandTable("By pose", "degrees turned to either side", byPose),
        ]
        if let byGroup { tables += [Self.groupTable(byGroup), Self.groupSelfieTable(byGroup)] }
        return tables
    }

    private var groupingTable: FigureTable {
        var table = FigureTable("Grouping", "figure", "seeds", "all usable faces")
        table.add("faces", .count(seeds.faces), .count(usable.faces))
        table.add("identities", .count(seeds.identities), .count(usable.identities))
        table.add("pairwise precision", .figure(seeds.pairPrecision), .figure(usable.pairPrecision))
        table.add("pairwise recall", .figure(seeds.pairRecall), .figure(usable.pairRecall))
        table.add("BCubed precision", .figure(seeds.bcubedPrecision), .figure(usable.bcubedPrecision))
        table.add("BCubed recall", .figure(seeds.bcubedRecall), .figure(usable.bcubedRecall))
        table.add("BCubed F", .figure(seeds.bcubedF), .figure(usable.bcubedF))
        return table
    }

    private var peopleTable: FigureTable {
        var table = FigureTable("People who were grouped wrongly", "what happened", "identities", "share")
        table.add("mixed with somebody else", mixedIdentities.cells)
        table.add("split over several persons", splitIdentities.cells)
        return table
    }

    private var selfieTable: FigureTable {
        var table = FigureTable("Selfies", "figure", "counted", "share")
        let right = selfies.given - selfies.wrong
        table.add(
            "precision: photos given that show the person", .share(right, of: selfies.given),
            .figure(selfies.precision))
        table.add(
            "recall: photos of the person that were given", .share(right, of: selfies.shown),
            .figure(selfies.recall))
        table.add(
            "recall of those with a usable face", .share(selfies.found, of: selfies.findable),
            .figure(selfies.recallOfFindable))
        table.add("strangers who were given photos", selfies.strangers.cells)
        return table
    }

    private func bandTable(_ title: String, _ measure: String, _ bands: [Band]) -> FigureTable {
        var table = FigureTable(
            title, measure, "faces", "precision", "recall", "F", "identities", "ignored", "in no person")
        for band in bands {
            table.add(
                band.name, .count(band.faces), .figure(band.precision), .figure(band.recall),
                .figure(band.f), .count(band.identities), .count(band.ignored), .count(band.outside))
        }
        return table
    }

    private static func groupTable(_ comparison: GroupComparison) -> FigureTable {
        var table = FigureTable(
            "By group of people", "group", "identities", "precision", "recall", "F", "mixed", "split",
            "faces", "ignored", "in no person")
        for row in comparison.rows {
            table.add(
                row.name, .count(row.identities), .figure(row.precision), .figure(row.recall), .figure(row.f),
                .share(row.mixedIdentities.affected, of: row.mixedIdentities.people),
                .share(row.splitIdentities.affected, of: row.splitIdentities.people), .count(row.faces),
                .count(row.ignored), .count(row.outside))
        }
        return table
    }

    private static func groupSelfieTable(_ comparison: GroupComparison) -> FigureTable {
        var table = FigureTable(
            "Selfies and near pairs by group", "group", "selfie precision", "selfie recall",
            "of the findable", "strangers served", "pairs within the merge bar", "share")
        for row in comparison.rows {
            let near: [FigureTable.Cell] =
                row.near.map { [.share($0.near, of: $0.pairs), .figure($0.share)] } ?? []
            table.add(
                row.name,
                [
                    .figure(row.selfies.precision), .figure(row.selfies.recall),
                    .figure(row.selfies.recallOfFindable),
                    .share(row.selfies.strangers.affected, of: row.selfies.strangers.people),
                ] + near)
        }
        return table
    }

    /// What was judged, in a sentence or two.
    var scope: String {
        """
        \(counts.faces) faces on \(counts.photos) photos: \(counts.seeds) seeds, \(counts.attach) that may only be \
        attached, \(counts.ignored) ignored as too poor, and \(counts.unknown) of unknown identity, which are left \
        out. \(counts.identities) identities lie in \(counts.persons) persons; \(counts.outside) usable faces are \
        in none.
        """
    }

    /// What the figures do not show, in plain words, one thought each.
    var limits: [String] {
        [
            """
            Faces that were never found are not in these figures. Selfie recall counts the photos they cost; nothing \
            else here does.
            """,
            """
            An interval says how much a figure owes to who happened to be photographed: people were drawn anew \
            \(Bootstrap.rounds) times. It says nothing of other cameras, other light or another kind of event.
            """,
            """
            With fewer than \(DrawnPeople.leastPeople) people, or \(Self.leastFaces) faces, counts are shown and no \
            figure. Where nothing went wrong, the interval still leaves room for what so few people cannot show.
            """,
            """
            A mean over everybody can look good and still fail some of them. Compare the rows of a table before \
            trusting its whole\(byGroup == nil ? "; nobody said which groups of people to compare here" : "").
            """,
            """
            If the thresholds were chosen on these same people, the figures flatter them. If the photos were made \
            from few originals, faces are more alike than at a real event.
            """,
            """
            Brightness and pose are estimates, and the truth was written by people or programs that can err.
            """,
        ]
    }
}

extension GroupComparison {
    /// Everyone first, then each group.
    var rows: [Row] { [everyone] + groups + (unstated.map { [$0] } ?? []) }
}

extension PeopleShare {
    var cells: [FigureTable.Cell] { [.share(affected, of: people), .figure(rate)] }
}
