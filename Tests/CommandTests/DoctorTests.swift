import FoundationEssentials
import Glibc
import Testing

extension CommandTests {
    @Suite("Doctor", .enabled(if: Product.hasPack, "the open pack is not made"))
    struct DoctorTests {
        struct Report: Decodable {
            struct Barrier: Decodable { let holds: Bool }
            struct Pack: Decodable { let name, licence: String, weaknesses: [String] }
            let barrier: Barrier
            let pack: Pack
            let versions, configuration: [String: String]
            let warnings, problems: [String]
            let isReady: Bool
        }

        @Test("finds everything in place, and proves the barrier")
        func ready() async throws {
            let work = try Workplace(["LIKENESS_LIMIT_PIXEL": "5"])
            let answer = try await work.launch.run("doctor", "--json")
            try #require(answer.status == 0, "\(answer.output)")
            let report = try JSONDecoder().decode(Report.self, from: Data(answer.output.utf8))
            #expect(report.isReady && report.problems.isEmpty && report.barrier.holds)
            #expect(report.pack.name == "open" && !report.pack.weaknesses.isEmpty)
            #expect(report.versions.count == 9)
            #expect(report.configuration["data"] == "\(work.scratch.path)/data (environment)")
            #expect(report.configuration["limit-seconds"] == "60.0 (default)")
            #expect(report.warnings.contains { $0.contains("LIKENESS_LIMIT_PIXEL is set") })
            let page = try await work.launch.run("doctor")
            #expect(
                page.output.contains("holds")
                    && page.output.contains("Everything that is needed is in place."))
        }

        @Test("looks into the pool, makes nothing, and names what does not agree")
        func pool() async throws {
            var work = try Workplace(["LIKENESS_MASTER_KEY": String(repeating: "ab", count: 32)])
            let before = try await work.launch.run("doctor")
            #expect(before.status == 0 && !before.output.contains("abab"), "\(before.output)")
            #expect(!Scratch.exists(work.scratch.path + "/data.keys"))
            #expect(try await work.launch.run("event", "create", "party").status == 0)
            #expect(try await work.launch.run("photographer", "add", "Ada", "--event", "party").status == 0)
            work.add(MadeFiles.tiff(width: 40, height: 40), as: "a.tiff")
            let words = [
                "import", work.folder, "--event", "party", "--photographer", "Ada", "--only-receive",
            ]
            #expect(try await work.launch.run(words).status == 0)
            let well = try await work.launch.run("doctor")
            #expect(well.status == 0, "\(well.output)")
            #expect(well.output.contains("1: 1 queued, 0 processing"))
            let events = work.scratch.path + "/data/events"
            let event = try #require(Scratch.names(events).first)
            let original = try #require(Scratch.names("\(events)/\(event)/originals").first)
            unlink("\(events)/\(event)/originals/\(original)")
            let ill = try await work.launch.run("doctor")
            #expect(ill.status == 1 && ill.output.contains("[file_missing]"), "\(ill.output)")
            work.launch.environment["LIKENESS_MASTER_KEY"] = String(repeating: "cd", count: 32)
            let locked = try await work.launch.run("doctor")
            #expect(locked.status == 1 && locked.output.contains("[wrong_master_key]"))
        }

        @Test("names what is missing, and the cure")
        func missing() async throws {
            var work = try Workplace()
            work.launch.environment["LIKENESS_MODELS"] = work.scratch.folder("none")
            let answer = try await work.launch.run("doctor")
            #expect(answer.status == 1)
            #expect(answer.output.contains("to be cured"))
            #expect(answer.output.contains("pack.json"))
            #expect(answer.output.contains("barrier"), "the rest is still looked at")
            work.launch.environment["LIKENESS_LIMIT_PIXELS"] = "many"
            let wrong = try await work.launch.run("doctor")
            #expect(wrong.status == 1)
            #expect(wrong.output.contains("LIKENESS_LIMIT_PIXELS is 'many'"))
        }
    }

    @Suite(
        "Evaluate", .enabled(if: Product.hasPack && Product.portraits != nil, "no open pack, or no portraits")
    )
    struct EvaluateTests {
        struct Report: Decodable {
            struct Rank: Decodable {
                struct Estimate: Decodable { let value: Double }
                let probes: Int
                let byPerson: Estimate
            }
            let pack: String
            let people, photos, samePairs, differentPairs: Int
            let rankOne: Rank
        }

        @Test("measures a labelled folder, and names what it could not use")
        func labelled() async throws {
            let work = try Workplace()
            _ = work.folder
            for person in ["obama", "biden"] { _ = work.scratch.folder("photos/" + person) }
            for (place, name) in ["obama.jpg", "obama2.jpg", "obama3.jpg"].enumerated() {
                work.add(name, as: "obama/\(place).jpg")
            }
            work.add("biden.jpg", as: "biden/0.jpg")
            work.add(MadeFiles.tiff(width: 320, height: 240), as: "biden/grey.tif")
            work.add("obama_partial_face.jpg", as: "nobody.jpg")
            let answer = try await work.launch.run("evaluate", work.folder, "--json", "--policy", "fast")
            try #require(answer.status == 0, "\(answer.errors)")
            let report = try JSONDecoder().decode(Report.self, from: Data(answer.output.utf8))
            #expect(report.pack == "open" && report.people == 2 && report.photos == 5)
            #expect(report.samePairs == 3 && report.differentPairs == 3)
            #expect(report.rankOne.byPerson.value == 1)
            #expect(answer.output.contains("biden/grey.tif"))
            #expect(answer.errors.contains("nobody's folder, which are left out: 1"))
            #expect(!answer.output.contains("comparisons"))
            let other = work.scratch.path + "/other.csv"
            let words = ["evaluate", work.folder, "--policy", "fast", "--reference", other]
            Scratch.write("file,v0\nobama/0.jpg,1\nbiden/0.jpg,2\n", to: other)
            let compared = try await work.launch.run(words)
            #expect(compared.status == 0, "\(compared.errors)")
            #expect(compared.output.contains("Compared with the reference: not measurable"))
            Scratch.write("file,v0\nobama/0.jpg,word\n", to: other)
            #expect(try await work.launch.run(words).errors.contains("[reference]"))
            work.add(Array("file,identity\nnobody.jpg,obama\nnone.jpg,obama\n".utf8), as: "manifest.csv")
            let table = try await work.launch.run("evaluate", work.folder, "--policy", "fast")
            #expect(table.status == 0, "\(table.errors)")
            #expect(table.output.contains("2 people, 6 photos"))
            #expect(table.errors.contains("none.jpg is in manifest.csv"))
        }

        @Test("says so when there is nothing to measure, or the table is wrong")
        func nothing() async throws {
            let work = try Workplace()
            work.add(MadeFiles.tiff(width: 320, height: 240), as: "grey.tif")
            let answer = try await work.launch.run("evaluate", work.folder)
            #expect(answer.status == 1)
            #expect(answer.errors.contains("[no_faces]"))
            work.add(Array("name\n".utf8), as: "manifest.csv")
            let wrong = try await work.launch.run("evaluate", work.folder)
            #expect(wrong.errors.contains("[manifest]"))
        }
    }
}
