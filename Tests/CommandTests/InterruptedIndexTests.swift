import Glibc
import Testing

extension CommandTests {
    @Suite("Interrupted index", .enabled(if: Product.hasPack, "the open pack is not made"))
    struct InterruptedIndexTests {
        @Test("refuses a second run on the same folder at once")
        func secondRun() async throws {
            let work = try Workplace()
            work.add(MadeFiles.tiff(width: 1600, height: 1200), as: "grey.tif")
            let first = try work.launch.start(["index", work.folder].map { Array($0.utf8) })
            let lock = "\(work.folder)/.likeness.sqlite.lock"
            #expect(try await Workplace.wait { !Scratch.text(lock).isEmpty })
            first.signal(SIGSTOP)
            let second = try await work.launch.run("index", work.folder)
            first.signal(SIGCONT)
            #expect(second.status == 1)
            #expect(second.errors.contains("process \(first.process)"))
            #expect(second.errors.contains("[in_use]"))
            #expect(try await first.outcome().status == 0)
        }

        private static let photos = 12

        /// A run that has finished at least two photos and has more before it.
        private func running(_ work: Workplace) async throws -> Launch.Running {
            for number in 0..<Self.photos { work.add("obama3.jpg", as: "\(number).jpg", mark: number) }
            let previews = work.scratch.path + "/previews"
            let words = ["index", work.folder, "--previews", previews, "--jobs", "1", "--policy", "fast"]
            let run = try work.launch.start(words.map { Array($0.utf8) })
            let hasBegun = try await Workplace.wait { Self.thumbnails(in: previews) > 2 }
            #expect(hasBegun, "\(run.errors)")
            return run
        }

        private static func thumbnails(in previews: String) -> Int {
            Scratch.names(previews).filter { $0.hasSuffix("-thumbnail.jpg") && !$0.hasPrefix(".") }.count
        }

        /// Every photo is either done before or done now.
        private func goesOn(_ work: Workplace) async throws {
            let answer = try await work.launch.run("index", work.folder, "--policy", "fast")
            #expect(answer.status == 0, "\(answer.errors)")
            let before = figure("unchanged: ", in: answer.output)
            let now = figure("indexed: ", in: answer.output)
            #expect(before >= 2 && now >= 1, "\(answer.output)")
            #expect(before + now == Self.photos)
        }

        private func figure(_ name: String, in text: String) -> Int {
            guard let found = text.firstRange(of: name) else { return 0 }
            return Int(text[found.upperBound...].prefix { $0.isNumber }) ?? 0
        }

        @Test("loses nothing when it is killed", .enabled(if: Product.portraits != nil, "no portraits"))
        func killed() async throws {
            let work = try Workplace()
            let run = try await running(work)
            run.signal(SIGKILL)
            #expect(try await run.outcome().status == -SIGKILL)
            try await goesOn(work)
        }

        @Test("finishes what is in hand at the first signal", arguments: [SIGINT, SIGTERM])
        func stopped(signal: Int32) async throws {
            guard Product.portraits != nil else { return }
            let work = try Workplace()
            let run = try await running(work)
            let previews = work.scratch.path + "/previews"
            let begun = Self.thumbnails(in: previews)
            run.signal(signal)
            let outcome = try await run.outcome()
            #expect(outcome.status == 130, "\(outcome.errors)")
            let indexed = figure("indexed: ", in: outcome.output)
            #expect(indexed >= begun && indexed < Self.photos, "\(begun) were begun: \(outcome.output)")
            #expect(indexed == Self.thumbnails(in: previews), "nothing that was made is thrown away")
            #expect(outcome.output.contains("failed: 0"))
            #expect(outcome.errors.contains("Stopping when the photos in hand are finished"))
            #expect(outcome.errors.contains("the same command goes on from there"))
            try await goesOn(work)
        }

        @Test("ends at once at the second signal", .enabled(if: Product.portraits != nil, "no portraits"))
        func stoppedTwice() async throws {
            let work = try Workplace()
            let run = try await running(work)
            run.signal(SIGINT)
            #expect(try await Workplace.wait { run.errors.contains("Stopping") })
            run.signal(SIGINT)
            let outcome = try await run.outcome()
            #expect(outcome.status == 130)
            try await goesOn(work)
        }
    }
}
