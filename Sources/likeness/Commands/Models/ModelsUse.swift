internal import Inference

/// `likeness models use`: chooses the pack for everything from now on.
struct ModelsUse: Command {
    static let description = CommandDescription(
        name: "models use",
        summary: "choose the pack that is used from now on",
        details: [
            "Vectors of different packs never mix: an index that was made with another pack is made anew by the "
                + "next `likeness index`."
        ],
        places: [name],
        examples: [
            Example("likeness models use arcface", "switch to a pack that was installed"),
            Example("likeness models use open", "switch back to the built-in one"),
        ],
        exits: [
            (.done, "the pack is in use"), (.failed, "it is missing or broken; the earlier one stays in use"),
        ])

    private static let name = Place("NAME", "the pack, by its name in `likeness models list`")

    private let name: String

    init(_ arguments: Arguments) throws(UsageError) { name = arguments[Self.name].text }

    func run() async throws -> ExitCode {
        let shelf = try Wiring().shelf()
        let pack = try spoken { () throws(PackError) in
            try shelf.use(name)
            return try shelf.current()
        }
        Console.print("\(pack.manifest.name) is in use.")
        for weakness in pack.manifest.weaknesses { Console.note("Known weakness: \(shown(weakness))") }
        return .done
    }
}
