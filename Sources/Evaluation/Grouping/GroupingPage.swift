/// The report as one page that needs nothing else: tables, their limits, and the worst examples as pictures.
///
/// It works without scripts and fetches nothing, so it can be kept, printed and sent; it says of itself that it
/// shows faces.
package struct GroupingPage {
    package let report: GroupingReport
    /// What was judged, for the heading.
    package let title: String
    /// How it was grouped: the pack, its thresholds, the day. Nothing where empty.
    package let subtitle: String

    /// - Parameter title: what was judged, for the heading.
    /// - Parameter subtitle: how it was grouped; may be empty.
    package init(_ report: GroupingReport, title: String, subtitle: String = "") {
        self.report = report
        self.title = title
        self.subtitle = subtitle
    }

    /// The whole page.
    ///
    /// - Parameter picture: a JPEG of a face, a selfie or a photo; asked for once for each picture shown, and where it
    ///   is absent the page says so in its place.
    package func html(picture: @escaping (PictureReference) -> [UInt8]?) -> String {
        HTML.document(head: head, body: body(picture))
    }

    private var head: [HTML] {
        [
            .void("meta", ["charset": "utf-8"]),
            .void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
            .void("meta", ["name": "color-scheme", "content": "light dark"]),
            .void(
                "meta",
                [
                    "http-equiv": "Content-Security-Policy",
                    "content": "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
                ]),
            .element("title", [:], "Grouping report: \(title)"),
            .style(Self.sheet),
        ]
    }

    private func body(_ picture: @escaping (PictureReference) -> [UInt8]?) -> [HTML] {
        let examples = ExampleSections(faults: report.faults, picture: picture).sections
        let intro: [HTML] =
            [.element("h1", [:], "Grouping report: \(title)")]
            + (subtitle.isEmpty ? [] : [.element("p", ["class": "subtitle"], subtitle)])
            + [
                .element("p", [:], report.scope),
                .element(
                    "p", ["class": "care"],
                    "This page holds pictures of faces. Pass it on with the care that the photos deserve."),
            ]
        return [
            .element("header", [:], intro),
            .element("main", [:], [summary, figures, limits] + examples),
        ]
    }

    private var summary: HTML {
        func tile(_ name: String, _ counted: String, _ figure: Estimate?) -> HTML {
            .element(
                "div", ["class": "tile"],
                [
                    .element("dt", [:], name),
                    .element(
                        "dd", [:],
                        [
                            .element("strong", [:], figure?.value.decimals(3) ?? counted),
                            .element(
                                "span", [:],
                                figure.map { "\(counted), 95 % \($0.interval(3))" }
                                    ?? "too few people for a figure"),
                        ]),
                ])
        }
        let selfies = report.selfies
        let mixed = report.mixedIdentities
        return .element(
            "section", ["aria-labelledby": "summary"],
            [
                .element("h2", ["id": "summary"], "In short"),
                .element(
                    "dl", ["class": "tiles"],
                    [
                        tile(
                            "BCubed F, all usable faces", "\(report.usable.faces) faces",
                            report.usable.bcubedF),
                        tile(
                            "People mixed with somebody else", "\(mixed.affected) of \(mixed.people)",
                            mixed.rate),
                        tile(
                            "Selfie precision", "\(selfies.given - selfies.wrong) of \(selfies.given) photos",
                            selfies.precision),
                        tile(
                            "Selfie recall of the findable",
                            "\(selfies.found) of \(selfies.findable) photos", selfies.recallOfFindable),
                        tile(
                            "Strangers who were given photos",
                            "\(selfies.strangers.affected) of \(selfies.strangers.people)",
                            selfies.strangers.rate),
                    ]),
            ])
    }

    private var figures: HTML {
        let tables = report.tables.enumerated().map { number, table in table.html(id: "table-\(number + 1)") }
        return .element(
            "section", ["aria-labelledby": "figures"],
            [
                .element("h2", ["id": "figures"], "Figures"),
                .element(
                    "p", [:],
                    """
                    Precision asks whether faces that were put together belong together, recall whether those that \
                    belong together were. In brackets, and as bars from 0 to 1, the 95 % interval.
                    """),
            ] + tables)
    }

    private var limits: HTML {
        .element(
            "section", ["aria-labelledby": "limits"],
            [
                .element("h2", ["id": "limits"], "What these figures do not show"),
                .element("ul", [:], report.limits.map { .element("li", [:], $0) }),
            ])
    }
}

extension FigureTable {
    /// The table for a page; it scrolls by itself where the page is narrow.
    fileprivate func html(id: String) -> HTML {
        let heads = columns.map { HTML.element("th", ["scope": "col"], $0) }
        let body = rows.map { row in
            HTML.element("tr", [:], [.element("th", ["scope": "row"], row.name)] + row.cells.map(\.html))
        }
        return .element(
            "div", ["class": "table", "role": "region", "aria-labelledby": id, "tabindex": "0"],
            [
                .element(
                    "table", [:],
                    [
                        .element("caption", ["id": id], title),
                        .element("thead", [:], [.element("tr", [:], heads)]),
                        .element("tbody", [:], body),
                    ])
            ])
    }
}

extension FigureTable.Cell {
    fileprivate var html: HTML {
        switch self {
        case .count, .share: .element("td", [:], text)
        case .figure(nil): .element("td", ["class": "none"], Self.tooFew)
        case .figure(let figure?):
            .element(
                "td", [:],
                [
                    .text(figure.value.decimals(3) + " "),
                    .element("small", [:], figure.interval(3)),
                    figure.strip,
                ])
        }
    }
}

extension Estimate {
    /// The interval as a bar from 0 to 1 with a mark at the figure; the words beside it say the same.
    fileprivate var strip: HTML {
        func percent(_ share: Double) -> String { (min(1, max(0, share)) * 100).decimals(1) }
        let width = max(1, (high - low) * 100).decimals(1)
        let marks: [HTML] = [
            .element("rect", ["class": "track", "x": "0", "y": "3", "width": "100", "height": "2"], []),
            .element(
                "rect", ["class": "span", "x": percent(low), "y": "2", "width": width, "height": "4"], []),
            .element(
                "rect",
                ["class": "mark", "x": (value * 98).decimals(1), "y": "0", "width": "2", "height": "8"], []),
        ]
        return .element(
            "svg", ["viewBox": "0 0 100 8", "preserveAspectRatio": "none", "aria-hidden": "true"], marks)
    }
}
