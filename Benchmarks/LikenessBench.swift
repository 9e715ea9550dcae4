// The standard streams are variables of C, which nobody here changes.
@preconcurrency internal import Glibc

/// Measures the real thing on this machine and holds it against budgets: `Benchmarks/bench --help`.
@main struct LikenessBench {
    static func main() async {
        setvbuf(stdout, nil, _IOLBF, 0)
        do {
            let options = try Options(Array(CommandLine.arguments.dropFirst()))
            let bench = try Bench(options)
            print(Machine.description)
            let figures = try await run(options.sections, on: bench)
            let verdict = try Budgets(reading: bench.root + "/Benchmarks/budgets.json").verdict(on: figures)
            print("\n== budgets\n\(verdict.text)")
            exit(verdict.isKept ? 0 : 1)
        } catch let fault as Fault {
            fputs("likeness-bench: \(fault.words)\n", stderr)
            exit(2)
        } catch {
            fputs("likeness-bench: \(error)\n", stderr)
            exit(2)
        }
    }

    private static func run(_ names: [String], on bench: Bench) async throws -> [Figure] {
        var figures: [Figure] = []
        for section in Section.all where names.contains(section.name) {
            print("\n== \(section.name): \(section.purpose)")
            do {
                figures += try await section.run(bench)
            } catch let skip as Skip {
                print("skipped: \(skip.reason)")
            }
        }
        return figures
    }
}

/// One thing to measure, by name.
struct Section: Sendable {
    let name: String
    let purpose: String
    let run: @Sendable (Bench) async throws -> [Figure]

    /// In this order: what runs networks in this very process comes last, so that memory is first measured
    /// in a parent that only waits for its children, as the product's does.
    static let all = [
        Section(name: "start-up", purpose: "until the first photo is developed", run: StartUpSection.run),
        Section(name: "photo", purpose: "from file to vectors, preview and thumbnail", run: PhotoSection.run),
        Section(name: "selfie", purpose: "a 12-megapixel selfie to its vector", run: SelfieSection.run),
        Section(name: "growth", purpose: "memory over many photos", run: GrowthSection.run),
        Section(name: "recall", purpose: "faces found on made events, by policy", run: RecallSection.run),
        Section(name: "peer", purpose: "against insightface on the same photos", run: PeerSection.run),
        Section(name: "accuracy", purpose: "against dlib with its own alignment", run: AccuracySection.run),
        Section(name: "dispatcher", purpose: "jobs from claim to settlement", run: DispatcherSection.run),
        Section(name: "receive", purpose: "a gigabyte received", run: ReceiveSection.run),
        Section(name: "server", purpose: "the real server under load", run: ServerSection.run),
        Section(name: "lists", purpose: "lists of a pool with 100,000 photos", run: ListsSection.run),
        Section(
            name: "neighbours-join", purpose: "all pairs of near faces, against scikit-learn",
            run: NeighboursSection.join),
        Section(
            name: "neighbours-search", purpose: "the nearest faces, against FAISS",
            run: NeighboursSection.search),
        Section(
            name: "grouping", purpose: "from vectors to people, from a selfie to photos",
            run: GroupingSection.run),
        Section(name: "crowd", purpose: "a picture of some 250 faces", run: CrowdSection.run),
        Section(name: "decode", purpose: "one photo opened, one core", run: DecodeSection.run),
        Section(name: "detect", purpose: "the detector's passes, one core", run: NetworksSection.detect),
        Section(name: "embed", purpose: "the embedder, one core", run: NetworksSection.embed),
    ]

    /// Left out unless named: they take minutes, or need more than this project.
    static let onRequest: Set<String> = [
        "growth", "recall", "peer", "accuracy", "receive", "lists", "dispatcher", "server",
        "neighbours-join", "neighbours-search", "grouping",
    ]
}

/// Why a section measured nothing here; no fault.
struct Skip: Error { let reason: String }

/// What keeps the benchmark from running, in words for the terminal.
struct Fault: Error {
    let words: String

    init(_ words: String) { self.words = words }
}
