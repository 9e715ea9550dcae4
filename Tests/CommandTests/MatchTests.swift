import FoundationEssentials
import Glibc
import Testing

extension CommandTests {
    @Suite(
        "Match", .enabled(if: Product.hasPack && Product.portraits != nil, "no open pack, or no portraits"))
    struct MatchTests {
        struct Answer: Decodable {
            struct Hit: Decodable {
                struct Box: Decodable { let x, y, width, height: Double }
                let number: Int
                let photo: String
                let distance: Double
                let box: Box
            }
            let matches, asks: [Hit]
        }

        struct Question: Decodable {
            struct Face: Decodable {
                struct Box: Decodable { let x, y, width, height: Double }
                let number: Int
                let box: Box
                let size: Double
            }
            let error: String
            let faces: [Face]
        }

        /// A folder with two photos of one man, one of another, and an index.
        private func indexed() async throws -> Workplace {
            let work = try Workplace()
            work.add("obama.jpg", as: "a.jpg")
            mkdir("\(work.folder)/late", 0o755)
            work.add("obama3.jpg", as: "late/b.jpg")
            work.add("biden.jpg", as: "c.jpg")
            let answer = try await work.launch.run("index", work.folder, "--jobs", "1")
            try #require(answer.status == 0, "\(answer.errors)")
            return work
        }

        private var portraits: String { Product.portraits ?? "" }

        @Test("finds the photos of a person, best first, and nobody else's")
        func found() async throws {
            let work = try await indexed()
            let selfie = "\(portraits)/obama2.jpg"
            let json = try await work.launch.run("match", selfie, "--in", work.folder, "--json")
            try #require(json.status == 0, "\(json.errors)")
            let answer = try JSONDecoder().decode(Answer.self, from: Data(json.output.utf8))
            #expect(Set(answer.matches.map(\.photo)) == ["a.jpg", "late/b.jpg"])
            #expect(!answer.asks.map(\.photo).contains("c.jpg"))
            #expect(answer.matches.map(\.distance) == answer.matches.map(\.distance).sorted())
            #expect(answer.matches.allSatisfy { $0.box.width > 50 && $0.distance > 0 })
            let words = try await work.launch.run("match", selfie, "--in", work.folder, "--limit", "1")
            #expect(words.output.split(separator: "\n").count == 1)
            #expect(words.output.contains(answer.matches[0].photo))
            #expect(answer.matches.map(\.number) == [1, 2])
            #expect(words.output.hasPrefix("1   0."))
        }

        @Test("answers nothing, and no failure, where nobody matches")
        func nobody() async throws {
            let work = try Workplace()
            work.add("biden.jpg", as: "c.jpg")
            #expect(try await work.launch.run("index", work.folder).status == 0)
            let selfie = "\(portraits)/obama2.jpg"
            let answer = try await work.launch.run(
                "match", selfie, "--in", work.folder, "--preset", "children")
            #expect(answer.status == 0)
            #expect(answer.output.isEmpty)
            #expect(answer.errors.contains("No photo"))
        }

        @Test("asks which of several faces is meant, and takes the answer")
        func severalFaces() async throws {
            let work = try await indexed()
            // The sheet of both hits is a picture with two faces.
            let sheet = work.scratch.path + "/sheet.jpg"
            let selfie = "\(portraits)/obama2.jpg"
            let drawn = try await work.launch.run(
                "match", selfie, "--in", work.folder, "--contact-sheet", sheet)
            try #require(drawn.status == 0, "\(drawn.errors)")
            #expect(Scratch.mode(sheet) == 0o600)
            let question = try await work.launch.run("match", sheet, "--in", work.folder)
            #expect(question.status == 3)
            #expect(question.errors.contains("--face N"))
            #expect(question.output.split(separator: "\n").count == 3, "a head and two faces")
            let json = try await work.launch.run("match", sheet, "--in", work.folder, "--json")
            #expect(json.status == 3)
            let faces = try JSONDecoder().decode(Question.self, from: Data(json.output.utf8)).faces
            #expect(faces.map(\.number) == [1, 2])
            #expect(faces[0].size >= faces[1].size)
            for number in ["1", "2"] {
                let chosen = try await work.launch.run(
                    "match", sheet, "--in", work.folder, "--face", number, "--json")
                #expect(chosen.status == 0, "\(chosen.errors)")
                let answer = try JSONDecoder().decode(Answer.self, from: Data(chosen.output.utf8))
                #expect(!(answer.matches + answer.asks).isEmpty)
            }
            let absent = try await work.launch.run("match", sheet, "--in", work.folder, "--face", "3")
            #expect(absent.status == 2)
            #expect(absent.errors.contains("2 faces"))
        }

        @Test("says what is wrong with a selfie, a folder or an index")
        func refusals() async throws {
            let work = try await indexed()
            work.add(MadeFiles.tiff(width: 640, height: 480), as: "grey.tif")
            let grey = "\(work.folder)/grey.tif"
            let faceless = try await work.launch.run("match", grey, "--in", work.folder)
            #expect(faceless.status == 4)
            #expect(faceless.errors.contains("[no_face]"))
            let selfie = "\(portraits)/obama2.jpg"
            let empty = work.scratch.folder("empty")
            for (arguments, code) in [
                ([selfie, "--in", empty], "never_indexed"),
                ([selfie, "--in", empty + "/none"], "folder_missing"),
                ([empty + "/none.jpg", "--in", work.folder], "missing"),
                ([work.folder, "--in", work.folder], "not_a_file"),
                ([selfie, "--in", work.folder, "--database", grey], "not_a_database"),
                ([selfie, "--in", work.folder, "--contact-sheet", work.folder + "/a.jpg"], "same_file"),
            ] {
                let answer = try await work.launch.run(["match"] + arguments)
                #expect(answer.status == 1)
                #expect(answer.errors.contains("[\(code)]"), "\(arguments): \(answer.errors)")
            }
            #expect(Scratch.names(empty).isEmpty, "asking leaves nothing behind")
        }

        @Test("takes names that are no text")
        func oddNames() async throws {
            let work = try await indexed()
            let odd = Array("\(work.scratch.path)/".utf8) + [0xFF, 0x0A, 0x41]
            Scratch.write(Scratch.bytes("\(portraits)/obama2.jpg"), to: odd)
            let words = [Array("match".utf8), odd, Array("--in".utf8), Array(work.folder.utf8)]
            let answer = try await work.launch.start(words).outcome()
            #expect(answer.status == 0, "\(answer.errors)")
        }
    }
}
