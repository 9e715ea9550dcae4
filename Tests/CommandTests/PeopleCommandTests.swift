import Glibc
import Testing

extension CommandTests {
    @Suite(
        "The people of an event by commands",
        .enabled(
            if: Product.hasPack && Product.portraits != nil,
            "needs the release build, the pack and the portraits"))
    struct PeopleCommandTests {
        private let work: Workplace

        init() async throws {
            work = try Workplace()
            for number in 0..<3 {
                work.add("obama.jpg", as: "a\(number).jpg", mark: number)
                work.add("biden.jpg", as: "b\(number).jpg", mark: number)
            }
            _ = try await run("event", "create", "party")
            _ = try await run("photographer", "add", "Ada", "--event", "party")
            _ = try await run("import", work.folder, "--event", "party", "--photographer", "Ada")
        }

        private func run(_ words: String..., status: Int32 = 0) async throws -> String {
            let answer = try await work.launch.run(words)
            #expect(answer.status == status, "\(words): \(answer.output)\(answer.errors)")
            return answer.output + answer.errors
        }

        private func people(_ extra: String...) async throws -> [[String: String]] {
            let text = try await work.launch.run(["people", "--event", "party", "--json"] + extra).output
            return text.split(separator: "{").dropFirst().map { part in
                var fields: [String: String] = [:]
                for line in part.split(separator: "\n") {
                    let words = line.split(separator: ":", maxSplits: 1)
                    guard words.count == 2 else { continue }
                    fields[Self.bare(words[0])] = Self.bare(words[1])
                }
                return fields
            }
        }

        /// The last face of a person.
        private func face(of person: String) async throws -> String {
            let shown = try await run("people", "show", person, "--event", "party")
            return String(try #require(shown.split { " \n".contains($0) }.last { $0.count == 36 }))
        }

        private static func bare(_ text: Substring) -> String {
            String(text.filter { !" \",}]".contains($0) })
        }

        @Test("are found, named, merged, split and brought back, and keep their ids")
        func decisions() async throws {
            let before = try await people()
            #expect(before.map { $0["photos"] } == ["3", "3"])
            var ids = before.compactMap { $0["id"] }
            try #require(ids.count == 2)
            // The one of the first photos first.
            if try await !run("people", "show", ids[0], "--event", "party").contains("a0.jpg") {
                ids.reverse()
            }
            _ = try await run("people", "name", ids[0], "Barack", "--event", "party")
            #expect(try await run("people", "show", "Barack", "--event", "party").contains("3 photos"))
            _ = try await run("people", "merge", "Barack", ids[1], "--event", "party")
            let merged = try await people()
            #expect(merged.map { $0["photos"] } == ["6"] && merged[0]["id"] == ids[0])
            #expect(merged[0]["name"] == "Barack")
            #expect(try await run("people", "undo", "--event", "party").contains("Taken back: merge"))
            #expect(Set(try await people().compactMap { $0["id"] }) == Set(ids))
            #expect(try await run("people", "redo", "--event", "party").contains("Brought back: merge"))
            #expect(try await people().count == 1)
            _ = try await run("people", "undo", "--event", "party")
            // What was decided is listed, also what a newer decision overrules.
            let face = try await face(of: ids[1])
            _ = try await run("people", "leave-out", face, "--event", "party")
            let moved = try await run("people", "move", face, ids[1], "--event", "party")
            #expect(moved.contains("It overrules what was decided before, wholly or in part: 3."), "\(moved)")
            let record = try await run("people", "decisions", "--event", "party").split(separator: "\n")
            #expect(record.count == 5 && record[0].hasSuffix("holds") && record[1].contains("  move  "))
            #expect(
                record[2].contains("  leave-out  ")
                    && record[2].hasSuffix("in part, overruled by a newer one"))
            #expect(record[3].contains("  merge  ") && record[3].hasSuffix("no, taken back"))
            #expect(record[4].contains("  command line  name Barack  ") && record[4].hasSuffix("  yes"))
            for _ in 0..<2 { _ = try await run("people", "undo", "--event", "party") }
            #expect(
                try await run("people", "decisions", "--event", "party", "--json").contains(
                    "\"isOverruledInPart\": false"))
            // More photos arrive: nobody is renamed.
            work.add("biden.jpg", as: "b9.jpg", mark: 9)
            _ = try await run("import", work.folder, "--event", "party", "--photographer", "Ada")
            let after = try await people()
            #expect(Set(after.compactMap { $0["id"] }) == Set(ids))
            #expect(after.first { $0["name"] == "Barack" }?["photos"] == "3")
            // One face is somebody else, and stays so.
            let his = try await self.face(of: "Barack")
            _ = try await run("people", "not", his, "--event", "party")
            #expect(try await people().first { $0["name"] == "Barack" }?["photos"] == "2")
            _ = try await run("people", "move", his, "Barack", "--event", "party")
            #expect(try await people().first { $0["name"] == "Barack" }?["photos"] == "3")
            _ = try await run("people", "split", "Barack", his, "--event", "party")
            #expect(try await people().count == 3)
            _ = try await run("people", "undo", "--event", "party")
            _ = try await run("people", "cover", "Barack", his, "--event", "party")
            _ = try await run("people", "hide", "Barack", "--event", "party")
            #expect(try await people().first { $0["name"] == "Barack" }?["isHidden"] == "true")
            _ = try await run("people", "ignore", "Barack", "--event", "party")
            #expect(try await people().count == 1)
            #expect(try await people("--ignored").count == 2)
            _ = try await run("people", "unignore", "Barack", "--event", "party")
            _ = try await run("people", "unname", "Barack", "--event", "party")
            #expect(try await people().allSatisfy { $0["name"] == "null" })
            #expect(try await run("people", "undo", "--event", "party").contains("Taken back: no name"))
            _ = try await run("people", "leave-out", his, "--event", "party")
            #expect(try await people().first { $0["name"] == "Barack" }?["photos"] == "2")
            #expect(try await run("doctor").contains("Everything that is needed is in place."))
        }

        @Test("gather those whom nobody knows, and tell what a merge takes away and what cannot be said")
        func lone() async throws {
            let ids = try await people().compactMap { $0["id"] }
            try #require(ids.count == 2)
            #expect(try await run("people", "lone", "--event", "party").contains("somebody's group"))
            let first = try await face(of: ids[0])
            _ = try await run("people", "not", first, "--event", "party")
            let lone = try await run("people", "lone", "--event", "party", "--json")
            #expect(lone.contains(first) && lone.contains("\"person\": null"), "\(lone)")
            #expect(
                try await run("people", "not", first, "--event", "party", status: 1).contains(
                    "[face_of_nobody]"))
            let gathered = try await run("people", "gather", first, "--event", "party", "--json")
            let new = try #require(
                gathered.split(separator: "\n").first { $0.contains("\"person\"") }?.split(separator: "\"")
                    .last {
                        $0.count == 36
                    })
            #expect(try await people().contains { $0["id"] == String(new) && $0["photos"] == "1" })
            #expect(
                try await run("people", "gather", first, "--event", "party", status: 1).contains(
                    "[face_of_another]"))
            // Of a photo in the trash nobody is shown.
            let shown = try await run("people", "show", String(new), "--event", "party")
            let photo = try #require(shown.split { " \n".contains($0) }.first { $0.hasSuffix(".jpg") })
            _ = try await run("photos", "delete", "--event", "party", String(photo))
            #expect(try await !run("people", "show", String(new), "--event", "party").contains(photo))
            _ = try await run("photos", "restore", "--event", "party", String(photo))
            // What a merge makes of names and hiding is said.
            _ = try await run("people", "name", ids[0], "  Ada ", "--event", "party")
            _ = try await run("people", "name", ids[1], "Bob", "--event", "party")
            _ = try await run("people", "hide", ids[1], "--event", "party")
            let merged = try await run("people", "merge", "Ada", "Bob", "--event", "party")
            #expect(merged.contains("They are called Ada. The name Bob is gone"), "\(merged)")
            #expect(merged.contains("They are hidden, since one of them was."))
            let record = try await run("people", "decisions", "--event", "party", "--json")
            #expect(
                record.contains("\"says\": \"hide\"") && record.contains(ids[0]) && record.contains(first))
            let long = String(repeating: "x", count: 201)
            #expect(
                try await run("people", "name", "Ada", long, "--event", "party", status: 1).contains(
                    "[name_too_long]"))
            for wrong in ["9,9,9,9", ".5,.4,.5,.6", ".48,.53,.6,.5", ".48,.53,.5"] {
                _ = try await run("event", "settings", "party", "--distances", wrong, status: 2)
            }
            let portraits = Product.portraits ?? ""
            let both = [
                "\(portraits)/obama.jpg", "\(portraits)/biden.jpg", "--event", "party", "--consent", "f",
            ]
            let refused = try await work.launch.run(["match"] + both)
            #expect(refused.status == 1 && refused.errors.contains("[different_people]"), "\(refused.errors)")
            #expect(try await work.launch.run(["match", "--face", "1"] + both).status == 2)
        }

        @Test("are matched by a selfie with its reasons, and the search is on the record")
        func match() async throws {
            let found = try await run(
                "match", "\(Product.portraits ?? "")/obama.jpg", "--event", "party", "--consent", "form 1")
            let bars = "match below 0.500, a single face below 0.420; ask up to 0.600"
            for words in ["match, 3 photos", "mean of the nearest faces 0.0", bars, "a0.jpg"] {
                #expect(found.contains(words), "\(words) in \(found)")
            }
            #expect(!found.contains("b0.jpg"))
            _ = try await run("match", "\(work.folder)/a0.jpg", "--event", "party", status: 2)
            _ = try await run("match", "\(work.folder)/a0.jpg", status: 2)
            for word in [["--preset", "children"], ["--contact-sheet", work.scratch.path + "/s.jpg"]] {
                let words = ["match", "\(work.folder)/a0.jpg", "--event", "party", "--consent", "form 3"]
                #expect(try await work.launch.run(words + word).status == 2)
            }
            let searches = try await run("people", "searches", "--event", "party")
            #expect(
                searches.contains("  command line  form 1 ") && searches.contains("photos\n"), "\(searches)")
            #expect(
                try await run("people", "searches", "--event", "party", "--json").contains("\"photos\": 3"))
            _ = try await run(
                "match", "\(work.folder)/a0.jpg", "--event", "party", "--consent", "  ", status: 2)
            // Who is hidden is in nobody's gallery.
            let id = try #require(try await people().first?["id"])
            let shown = try await run("people", "show", id, "--event", "party")
            _ = try await run("people", "hide", id, "--event", "party")
            let selfie = shown.contains("a0.jpg") ? "obama.jpg" : "biden.jpg"
            let hidden = try await run(
                "match", "\(Product.portraits ?? "")/\(selfie)", "--event", "party", "--consent", "form 2")
            #expect(hidden.contains("; hidden") && hidden.contains("\n0 photos"))
        }

        @Test("tell what is open, and what another threshold would change")
        func questions() async throws {
            #expect(try await run("questions", "--event", "party").contains("Nothing is open."))
            let loose = try await run("what-if", "--event", "party", "--threshold", "5")
            let rows = loose.split(separator: "\n").map { $0.split(separator: " ") }
            #expect(rows.contains(["0.480", "2", "6", "6", "0", "2", "of", "2", "0"]), "\(loose)")
            #expect(rows.contains(["5.000", "1", "6", "6", "0", "1", "of", "1", "0"]), "\(loose)")
            #expect(loose.contains("1 people of today would become part of another"))
            #expect(loose.contains("9 pairs of near faces would change sides"), "\(loose)")
            _ = try await run("what-if", "--event", "party", "--threshold", "near", status: 2)
            // The two lie .86 apart: with looser bars they are a question.
            _ = try await run("event", "settings", "party", "--distances", "0.78,0.78,0.5,0.6")
            let open = try await run("questions", "--event", "party")
            #expect(open.contains("close-pair") && open.contains(".jpg (face 1) and "), "\(open)")
            let key = try #require(open.split(separator: "\n").dropFirst().first?.prefix { $0 != " " })
            func answer(_ key: String, _ answer: String, status: Int32 = 0) async throws -> String {
                try await run(
                    "questions", "--event", "party", "--answer", key, "--says", answer, status: status)
            }
            #expect(try await answer("1", "same", status: 1).contains("[question_gone]"))
            #expect(try await answer(String(key), "first", status: 1).contains("[unfit_answer]"))
            _ = try await run("questions", "--event", "party", "--answer", String(key), status: 2)
            _ = try await answer(String(key), "different")
            #expect(try await run("questions", "--event", "party").contains("Nothing is open."))
            #expect(try await answer(String(key), "same", status: 1).contains("[question_gone]"))
            #expect(try await run("event", "show", "party").contains("by hand, merge 0.78"))
            // A preset counts, whatever was set by hand before.
            _ = try await run("event", "settings", "party", "--preset", "children")
            #expect(try await run("event", "settings", "party").contains("matched: children"))
        }

        @Test("are evaluated against what is true, with a page of the worst")
        func evaluate() async throws {
            let folder = work.scratch.folder("labelled")
            for name in ["obama", "biden"] {
                mkdir("\(folder)/\(name)", 0o755)
                for number in 0..<3 {
                    let bytes =
                        Scratch.bytes("\(Product.portraits ?? "")/\(name).jpg") + Array("x\(number)".utf8)
                    Scratch.write(bytes, to: Array("\(folder)/\(name)/\(number).jpg".utf8))
                }
            }
            let page = work.scratch.path + "/report.html"
            let text = try await run("evaluate", folder, "--grouping", "--page", page)
            #expect(text.contains("2 identities lie in 2 persons"), "\(text)")
            // One of each three photos stands for a selfie, and finds the other two.
            #expect(text.contains("4 of 4"), "\(text)")
            let html = Scratch.text(page)
            #expect(html.lowercased().hasPrefix("<!doctype html>") && html.contains("Mixed persons: 0"))
            #expect(!html.contains("<script") && Scratch.mode(page) == 0o600)
            let groups = work.scratch.path + "/groups.csv"
            Scratch.write(Array("identity,group\nobama,first\nbiden,second\n".utf8), to: Array(groups.utf8))
            let byGroup = try await run("evaluate", folder, "--grouping", "--groups", groups)
            #expect(byGroup.contains("first") && byGroup.contains("second"), "\(byGroup)")
            // Of a photo that stands for a selfie it is the labelled face that looks, not the largest.
            let boxes = "file,identity,box\nobama/2.jpg,obama,0 0 9 9\n"
            Scratch.write(Array(boxes.utf8), to: Array("\(folder)/manifest.csv".utf8))
            let labelled = try await run("evaluate", folder, "--grouping")
            #expect(labelled.contains("obama/2.jpg shows no face that can be compared"), "\(labelled)")
            #expect(labelled.contains("2 of 2") && !labelled.contains("4 of 4"))
            unlink("\(folder)/manifest.csv")
            let json = try await run("evaluate", folder, "--grouping", "--json", "--preset", "children")
            #expect(json.contains("\"mixedIdentities\""))
            _ = try await run("evaluate", folder, "--page", page, status: 2)
            _ = try await run("evaluate", folder, "--grouping", "--calibrate", status: 2)
            // The folders of an event are albums, not people.
            Scratch.write(Array("{}".utf8), to: Array("\(folder)/truth.json".utf8))
            #expect(try await run("evaluate", folder, "--calibrate", status: 1).contains("[event_folder]"))
            unlink("\(folder)/truth.json")
            #expect(try await run("evaluate", folder, "--calibrate").contains("pairs"))
            // Two people are no ground for thresholds, and the pack stays as it is.
            #expect(
                try await run("evaluate", folder, "--calibrate", "--write", status: 1).contains("[too_few]"))
            _ = try await run("evaluate", folder, "--write", status: 2)
        }
    }
}
