internal import Domain
internal import FoundationEssentials

/// The worst examples of each fault, as pictures with captions.
struct ExampleSections {
    let faults: GroupingFaults
    let picture: (PictureReference) -> [UInt8]?

    /// Of each kind of fault, so that a page stays one that a phone can open.
    static let mostExamples = 12
    /// Of one fault.
    static let mostPictures = 6

    var sections: [HTML] { [mixed, split, missed, selfies] }

    private var mixed: HTML {
        section(
            "mixed", "Mixed persons", faults.mixed,
            """
            One person to the grouping, several people in truth: the worst fault, since each would see the others' \
            photos. The two nearest faces of different people are shown, or one of each where no distance is known.
            """
        ) { mixed in
            let who = mixed.identities.map { "\($0.identity) (\(Self.faces($0.faces)))" }.joined(
                separator: ", ")
            let figures: [HTML]
            if let nearest = mixed.nearest {
                figures = [
                    figure(
                        .face(nearest.first), "Face of \(nearest.firstIdentity)",
                        "\(nearest.firstIdentity), \(nearest.first)"),
                    figure(
                        .face(nearest.second), "Face of \(nearest.secondIdentity)",
                        "\(nearest.secondIdentity), \(nearest.second)"),
                ]
            } else {
                figures = mixed.identities.prefix(Self.mostPictures).map {
                    figure(.face($0.example), "Face of \($0.identity)", "\($0.identity), \($0.example)")
                }
            }
            let apart = mixed.nearest.map { " The nearest two lie \($0.distance.decimals(3)) apart." } ?? ""
            return article("Person \(mixed.person)", "\(who).\(apart)", figures)
        }
    }

    private var split: HTML {
        section(
            "split", "Split identities", faults.split,
            "One human being, several persons: a selfie may reach only some of them. The largest face of each."
        ) { split in
            let outside = split.outside > 0 ? " Usable faces in no person: \(split.outside)." : ""
            return article(
                split.identity, "In \(split.persons.count) persons.\(outside)",
                split.persons.prefix(Self.mostPictures).map {
                    figure(
                        .face($0.example), "Face of \(split.identity) in person \($0.person)",
                        "Person \($0.person), \(Self.faces($0.faces))")
                })
        }
    }

    private var missed: HTML {
        section(
            "missed", "Missed faces", faults.missed,
            """
            Usable faces that stayed outside of every person, though the grouping knows the person. The largest first.
            """, most: 2 * Self.mostExamples, "tiles faces"
        ) { face in
            figure(
                .face(face.reference), "Missed face of \(face.identity)",
                """
                \(face.identity), \(face.tier.rawValue), \(face.size.decimals(0)) px, light \
                \(face.brightness.decimals(0)), turned \(face.yaw.decimals(0))°
                """)
        }
    }

    private var selfies: HTML {
        section(
            "selfies", "Selfies that were given photos of others", faults.selfies,
            "Strangers first: people who are on no photo of the event, and were given some all the same."
        ) { selfie in
            var figures = [
                figure(
                    .selfie(selfie.reference), "Selfie of \(selfie.identity)", "Selfie \(selfie.reference)")
            ]
            if let nearest = selfie.nearestFace {
                figures.append(
                    figure(
                        .face(nearest), "The face that the selfie came nearest to", "Nearest face \(nearest)")
                )
            }
            figures += selfie.wrong.prefix(Self.mostPictures - figures.count).map {
                figure(.photo($0), "Photo \($0), which does not show \(selfie.identity)", "Photo \($0)")
            }
            return article(
                selfie.isStranger ? "\(selfie.identity), a stranger" : selfie.identity,
                "\(selfie.wrong.count) of the \(selfie.given) photos given show somebody else.", figures)
        }
    }

    private func section<Fault>(
        _ id: String, _ title: String, _ faults: [Fault], _ words: String, most: Int = mostExamples,
        _ layout: String = "examples", _ example: (Fault) -> HTML
    ) -> HTML {
        let rest = faults.count - most
        var content: [HTML] = [.element("h2", ["id": id], "\(title): \(faults.count)")]
        if faults.isEmpty {
            content.append(.element("p", [:], "There are none."))
        } else {
            content.append(.element("p", [:], words))
            content.append(.element("div", ["class": layout], faults.prefix(most).map(example)))
        }
        if rest > 0 {
            content.append(.element("p", [:], "The worst \(most) of \(faults.count) are shown."))
        }
        return .element("section", ["aria-labelledby": id], content)
    }

    private func article(_ title: String, _ words: String, _ figures: [HTML]) -> HTML {
        .element(
            "article", [:],
            [
                .element("h3", [:], title), .element("p", [:], words),
                .element("div", ["class": "row"], figures),
            ])
    }

    private func figure(_ reference: PictureReference, _ description: String, _ caption: String) -> HTML {
        let shown: HTML
        if let jpeg = picture(reference) {
            let source = "data:image/jpeg;base64," + Data(jpeg).base64EncodedString()
            shown = .void("img", ["src": source, "alt": description, "loading": "lazy"])
        } else {
            shown = .element("div", ["class": "blank"], "No picture")
        }
        return .element("figure", [:], [shown, .element("figcaption", [:], caption)])
    }

    private static func faces(_ count: Int) -> String { count == 1 ? "1 face" : "\(count) faces" }
}
