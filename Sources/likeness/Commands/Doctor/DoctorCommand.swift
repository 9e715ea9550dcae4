internal import Darkroom
internal import Inference

/// `likeness doctor`: whether everything is in place on this machine, and the cure for what is not.
struct DoctorCommand: Command {
    static let description = CommandDescription(
        name: "doctor",
        summary: "look whether everything is in place on this machine, and name the cure for what is not",
        details: [
            "Versions, processor, memory and disk; the pool, where there is one: its photos and work, whether its rows, files "
                + "and keys agree; the model pack with its licence and known weaknesses, its sums and "
                + "a self-test; the barrier around the darkroom, proven by trying what it must refuse; and every "
                + "setting with where it came from."
        ],
        options: [SharedOptions.json],
        examples: [
            Example("likeness doctor", "a page for a person"),
            Example("likeness doctor --json", "for monitoring"),
        ],
        exits: [(.done, "everything needed is in place"), (.failed, "something is missing or broken")])

    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) { asJSON = arguments.has(SharedOptions.json) }

    func run() async throws -> ExitCode {
        var examination = Examination()
        examination.add("versions", Machine.versions)
        examination.add("machine", Machine.hardware)
        for warning in Machine.warnings { examination.warnings.append(warning) }
        do throws(Failure) {
            let wiring = try Wiring()
            examine(wiring.configuration, &examination)
            await examine(packOf: wiring, &examination)
            await examine(barrierOf: wiring, &examination)
            await examine(poolOf: wiring, &examination)
        } catch {
            examination.problems.append(error.text)
        }
        Console.print(asJSON ? examination.json.document : examination.text)
        return examination.problems.isEmpty ? .done : .failed
    }

    private func examine(_ configuration: Configuration, _ examination: inout Examination) {
        examination.add(
            "configuration",
            [("file", .text(configuration.file ?? "none"))]
                + configuration.rows.map { key, value, origin in
                    (key.rawValue, .text("\(value) (\(origin.words))"))
                })
        examination.warnings += configuration.warnings
        guard let data = configuration.data.value else { return }
        guard let free = Machine.freeDisk(at: data) else {
            return examination.warnings.append("The disk of \(data) could not be looked at.")
        }
        examination.add("disk", [("data folder", .text(data)), ("free", .text(sizeText(free)))])
        if free < 1 << 30 {
            examination.warnings.append("Less than 1 GB is free on the disk of \(data): free some space.")
        }
    }

    private func examine(packOf wiring: Wiring, _ examination: inout Examination) async {
        do {
            let pack = try wiring.pack()
            examination.add("pack", [("name", .text(pack.manifest.name))] + JSON.facts(of: pack.manifest))
            try spoken { () throws(PackError) in try pack.check() }
            let report = try await wiring.selfTest(of: pack)
            examination.add(
                "pack on this machine",
                [
                    ("files", .text("\(pack.manifest.files.count), all as pack.json says")),
                    ("self-test", .text("vectors of \(report.dimension) numbers behind the barrier")),
                ])
        } catch let failure as Failure {
            examination.problems.append(failure.text)
        } catch {
            examination.problems.append("The model pack could not be tried: \(error)")
        }
    }

    private func examine(barrierOf wiring: Wiring, _ examination: inout Examination) async {
        do {
            let report = try await wiring.withDarkroom(pack: nil, note: { _ in }) { darkroom in
                do throws(WorkbenchError) {
                    return try await darkroom.probeBarrier()
                } catch {
                    throw Failure(error.sentence, code: "darkroom_unavailable")
                }
            }
            let refused = report.acts.filter { $0.outcome == .refused }.count
            examination.add(
                "barrier",
                [
                    ("Landlock version", .integer(report.parts.landlockVersion)),
                    ("seccomp", .truth(report.parts.seccomp)),
                    ("tried", .text("\(report.acts.count) forbidden acts, \(refused) refused")),
                    ("holds", .truth(report.holds)),
                ])
            examination.warnings += report.parts.lacking
            for act in report.acts where act.outcome != .refused {
                examination.problems.append(
                    "Behind the barrier a child tried to \(act.name) (\(act.thread.rawValue) thread), and it was not "
                        + "refused: do not open strangers' photos on this machine.")
            }
        } catch let failure as Failure {
            examination.problems.append(failure.text)
        } catch {
            examination.problems.append("The barrier could not be tried: \(error)")
        }
    }
}
