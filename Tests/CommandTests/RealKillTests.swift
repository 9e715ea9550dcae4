import Glibc
import Testing

/// `LIKENESS_REAL_KILLS` asks for more than the few of every run: `Benchmarks/kills` does.
private let kills = getenv("LIKENESS_REAL_KILLS").flatMap { Int(String(cString: $0)) } ?? 4

/// The program itself with the real darkroom, killed from outside: the parent, a child, or both.
@Suite(
    "The killed program (KillTests)", .serialized, .timeLimit(.minutes(30)),
    .enabled(
        if: Product.hasPack && Product.portraits != nil, "needs the release build, the pack and the portraits"
    ))
struct RealKillTests {
    @Test("goes on where it was, loses no photo and takes none twice")
    func killed() async throws {
        let place = try Workplace()
        for number in 0..<6 {
            place.add("obama.jpg", as: "a\(number).jpg", mark: number)
            place.add("biden.jpg", as: "b\(number).jpg", mark: number)
        }
        place.add(MadeFiles.tiff(width: 40, height: 40), as: "nobody.tiff")
        place.add([0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3], as: "broken.jpg")
        #expect(try await place.launch.run("event", "create", "party").status == 0)
        #expect(try await place.launch.run("photographer", "add", "Ada", "--event", "party").status == 0)
        let words = ["import", place.folder, "--event", "party", "--photographer", "Ada"]
        var hits = (parent: 0, child: 0)
        for round in 0..<kills {
            // Always something to do, so that there are children to kill.
            for (name, letter) in [("obama.jpg", "c"), ("biden.jpg", "d")] {
                place.add(name, as: "\(letter)\(round).jpg", mark: 100 + round)
            }
            let running = try place.launch.start(words.map { Array($0.utf8) })
            if round % 3 != 0 {
                _ = try await Workplace.wait(within: .seconds(10)) {
                    !Self.children(of: running.process).isEmpty
                }
            }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...1500)))
            let children = Self.children(of: running.process)
            // The parent, a child, or both at once.
            if round % 3 != 0, let child = children.randomElement() {
                hits.child += 1
                kill(child, SIGKILL)
            }
            if round % 3 != 1 {
                hits.parent += 1
                running.signal(SIGKILL)
            }
            _ = try await running.outcome()
        }
        #expect(hits.parent >= kills / 2 && hits.child >= kills / 3)
        print("Kills of the program: \(hits.parent) of the parent, \(hits.child) of a child")
        let end = try await place.launch.run(words)
        #expect(end.status == 1, "one photo is broken, and says so: \(end.errors)")
        let shown = try await place.launch.run("event", "show", "party", "--json")
        for words in [
            "\"total\": \(14 + 2 * kills)", "\"queued\": 0", "\"processing\": 0",
            "\"indexed\": \(12 + 2 * kills)", "\"no-face\": 1",
            "\"failed\": 1",
        ] {
            #expect(shown.output.contains(words), "\(words) in \(shown.output)")
        }
        let doctor = try await place.launch.run("doctor")
        #expect(doctor.status == 0, "\(doctor.output)")
    }

    /// The processes whose parent this is.
    private static func children(of parent: pid_t) -> [pid_t] {
        Scratch.names("/proc").compactMap { pid_t($0) }.filter { process in
            // The parent's number is the second word behind the name in brackets.
            let words = Scratch.text("/proc/\(process)/stat").split(separator: ")").last?.split(
                separator: " ")
            return words.flatMap { $0.count > 1 ? pid_t($0[1]) : nil } == parent
        }
    }
}
