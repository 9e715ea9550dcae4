import Domain
import FoundationEssentials
import Testing

@testable import Evaluation

@Suite("HTML") struct HTMLTests {
    @Test("escapes text and attributes, even behind a combining mark")
    func escapes() {
        let nasty = "<script>\"&'</script>"
        let shown = "&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;"
        #expect(HTML.text(nasty).markup == shown)
        let element = HTML.element("p", ["title": nasty], nasty)
        #expect(element.markup == "<p title=\"\(shown)\">\(shown)</p>")
        #expect(HTML.void("img", ["alt": nasty]).markup == "<img alt=\"\(shown)\">")
        #expect(HTML.text("<\u{301}b").markup == "&lt;\u{301}b")
    }
}

@Suite("Grouping page") struct GroupingPageTests {
    /// Ten people; two share a person, one is split, one face is missed, a stranger was given a photo.
    let report = GroupingReport(
        faces: rightlyGrouped(people: 10) { person, index in
            guard index == 2 else { return nil }
            switch person {
            case 1: return found("<b>one</b>", in: 0, photo: 5, as: "<i>stray</i>")
            case 2: return found("p2", in: 20, photo: 8)
            case 3: return found("p3", in: nil, .attach, size: 50, photo: 11)
            default: return nil
            }
        },
        selfies: [
            GivenSelfie(
                reference: "strangers/x.jpg", identity: "x", isStranger: true, given: [7], shown: [],
                findable: [], nearestFace: "p2-7")
        ],
        groups: PeopleGroups(groupOfIdentity: ["p0": "<u>group</u>"])
    ) { abs(Double($0 - $1)) }

    @Test("shows every table and every fault, and asks for no outside thing")
    func whole() {
        var asked: [PictureReference] = []
        let html = GroupingPage(report, title: "Wedding", subtitle: "Open pack").html { reference in
            asked.append(reference)
            return [0xFF, 0xD8, 0xFF]
        }
        for table in report.tables { #expect(html.contains("\(table.title)</caption>")) }
        for limit in report.limits { #expect(html.contains(HTML.text(limit).markup)) }
        #expect(html.contains("Mixed persons: 1") && html.contains("Split identities: 1"))
        #expect(html.contains("Missed faces: 1") && html.contains("photos of others: 1"))
        #expect(html.contains("src=\"data:image/jpeg;base64,/9j/\""))
        #expect(html.contains("The nearest two lie 3.000 apart."))
        #expect(
            asked == [
                .face("p0-2"), .face("<i>stray</i>"), .face("p2-6"), .face("p2-8"), .face("p3-11"),
                .selfie("strangers/x.jpg"), .face("p2-7"), .photo(7),
            ])
        #expect(!html.contains("http:") && !html.contains("https:") && !html.contains("<script"))
    }

    @Test("lets no name become markup")
    func escapes() {
        let html = GroupingPage(report, title: "<b>t</b>", subtitle: "<b>s</b>").html { _ in nil }
        #expect(!html.contains("<b>") && !html.contains("<i>") && !html.contains("<u>"))
        #expect(html.contains("&lt;i&gt;stray&lt;/i&gt;") && html.contains("&lt;u&gt;group&lt;/u&gt;"))
    }

    @Test("says where a picture is missing, and gives each that is there a text")
    func pictures() {
        let none = GroupingPage(report, title: "Wedding").html { _ in nil }
        #expect(none.contains("No picture") && !none.contains("<img"))
        let all = GroupingPage(report, title: "Wedding").html { _ in [1] }
        #expect(all.split(separator: "<img").count - 1 == 8)
        #expect(all.split(separator: "alt=\"").count - 1 == 8 && !all.contains("alt=\"\""))
    }

    @Test("shows the worst of many, and says how many there are")
    func most() {
        let many = GroupingReport(
            faces: (0..<40).flatMap { person in
                [
                    found("p\(person)", in: person, photo: person),
                    found("p\(person)", in: nil, photo: 100 + person),
                ]
            }, selfies: [])
        let html = GroupingPage(many, title: "Many").html { _ in nil }
        #expect(html.contains("The worst 24 of 40 are shown."))
        #expect(html.split(separator: "<figure>").count - 1 == 24)
    }

    @Test("is a page even where nothing could be judged")
    func empty() {
        let html = GroupingPage(GroupingReport(faces: [], selfies: []), title: "Nothing").html { _ in [1] }
        #expect(html.contains("too few people for a figure") && html.contains("There are none."))
        #expect(html.hasPrefix("<!doctype html>") && !html.contains("<img"))
    }

    @Test("is told as text with the same figures")
    func text() {
        let text = report.text
        #expect(text.contains("30 faces on 30 photos: 29 seeds, 1 that may only be attached, 0 ignored"))
        #expect(text.contains("person 0: p0 3, <b>one</b> 1; nearest 3.000: p0-2 and <i>stray</i>"))
        #expect(text.contains("p2: person 2 2, person 20 1"))
        #expect(text.contains("strangers/x.jpg (a stranger): 1 of 1 photos"))
        #expect(text.contains("BCubed F") && text.contains("<u>group</u>"))
        #expect(text.contains("strangers who were given photos"))
        // One stranger is too few for a figure.
        #expect(text.contains("1 of 1  too few") || text.contains("1 of 1            too few"))
    }
}
