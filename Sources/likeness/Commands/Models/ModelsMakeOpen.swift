internal import Inference

/// `likeness models make-open`: a step of the set-up.
struct ModelsMakeOpen: Command {
    static let description = CommandDescription(
        name: "models make-open",
        summary: "make the built-in pack from its parts; the set-up does this, nobody else needs to",
        places: [parts, out],
        examples: [
            Example("likeness models make-open .deps/parts .deps/models/open", "what ./run does")
        ],
        exits: [(.done, "the pack is made"), (.failed, "a part is missing or damaged")])

    private static let parts = Place("PARTS", "the folder of the parts that the set-up fetched")
    private static let out = Place("OUT", "the folder to make")

    private let parts: String
    private let out: String

    init(_ arguments: Arguments) throws(UsageError) {
        parts = try arguments.text(Self.parts)
        out = try arguments.text(Self.out)
    }

    func run() async throws -> ExitCode {
        try spoken { () throws(PackError) in try OpenPack.make(parts: parts, into: out) }
        Console.print("The open pack is in \(out).")
        return .done
    }
}
