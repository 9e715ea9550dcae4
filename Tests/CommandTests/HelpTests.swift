import Testing

@testable import likeness

/// The program as its users meet it. One test at a time: each starts processes that keep every core busy.
@Suite(
    "Commands", .serialized, .timeLimit(.minutes(10)),
    .enabled(if: Product.executable != nil, "nothing is built"))
struct CommandTests {}

extension CommandTests {
    @Suite("Help") struct HelpTests {
        private let launch = Launch()

        @Test(
            "tells usage, options, examples and exit codes of every command",
            arguments: Program.commands.indices)
        func pages(command: Int) async throws {
            let name = Program.commands[command].description.name
            let page = try await launch.run(name.split(separator: " ").map(String.init) + ["--help"])
            #expect(page.status == 0)
            #expect(page.errors.isEmpty)
            for part in ["Usage: likeness \(name)", "Options:", "Examples:", "Exit codes:", "  2    "] {
                #expect(page.output.contains(part), "\(part) in the help of \(name)")
            }
            #expect(page.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
            let other = try await launch.run(["help"] + name.split(separator: " ").map(String.init))
            #expect(other.output == page.output)
        }

        @Test("lists every command")
        func overview() async throws {
            let page = try await launch.run()
            #expect(page.status == 0)
            for command in Program.commands {
                #expect(page.output.contains("  \(command.description.name)  "))
            }
            #expect(try await launch.run("help").output == page.output)
            #expect(try await launch.run("--help").output == page.output)
            #expect(try await launch.run("--version").output == "likeness \(Program.version)\n")
            #expect(try await launch.run("models").output.contains("models install"))
        }

        @Test(
            "refuses what it does not understand with 2, and suggests the nearest word",
            arguments: [
                (["indx", "a"], "index"), (["index", "a", "--polcy", "fast"], "--policy"),
                (["index", "a", "--policy", "fats"], "fast"), (["models", "lst"], "models list"),
                (["match", "me.jpg"], "Say where to look"), (["inspect"], "PHOTO is missing"),
                (["index", "a", "--jobs", "0"], "from 1 to"), (["help", "macth"], "match"),
                (["models", "install", "a", "--detector", "b"], "--name"),
            ])
        func usage(words: [String], hint: String) async throws {
            let answer = try await launch.run(words)
            #expect(answer.status == 2)
            #expect(answer.output.isEmpty)
            #expect(answer.errors.contains(hint))
        }

        @Test("says so when the result cannot be written")
        func fullDisk() async throws {
            var launch = launch
            launch.output = "/dev/full"
            let answer = try await launch.run("--help")
            #expect(answer.status == 1)
            #expect(answer.errors.contains("could not be written"))
        }
    }
}
