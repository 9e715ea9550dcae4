internal import Darkroom
internal import Inference

/// `likeness models verify`: whether a pack is intact and works on this machine.
struct ModelsVerify: Command {
    static let description = CommandDescription(
        name: "models verify",
        summary: "check a pack's files against their sums and run both networks behind the barrier",
        options: [pack],
        examples: [
            Example("likeness models verify", "the pack in use"),
            Example("likeness models verify --pack arcface", "another one"),
        ],
        exits: [(.done, "the pack is intact and works"), (.failed, "it is not, with the file and the cure")])

    private static let pack = Option("--pack", "NAME", "which pack; the one in use where nothing is said")

    private let name: String?

    init(_ arguments: Arguments) throws(UsageError) { name = arguments[Self.pack]?.text }

    func run() async throws -> ExitCode {
        let wiring = try Wiring()
        let shelf = try wiring.shelf()
        let pack = try spoken { () throws(PackError) in
            let pack = if let name { try shelf.pack(named: name) } else { try shelf.current() }
            try pack.check()
            return pack
        }
        let report = try await wiring.selfTest(of: pack)
        Console.print(
            """
            \(pack.manifest.name): \(pack.manifest.files.count) files are intact.
            Behind the barrier the networks gave vectors of \(report.dimension) numbers; \
            two different pictures lie \(decimals(report.distanceOfDifferent, 3)) apart.
            """)
        return .done
    }
}
