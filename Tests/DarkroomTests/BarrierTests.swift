import Domain
import TestSupport
import Testing

@testable import Darkroom

@Suite("Barrier", .serialized, .enabled(if: Product.executable != nil, "needs the program beside the tests"))
struct BarrierTests {
    @Test("refuses every forbidden act on both threads", .timeLimit(.minutes(10)))
    func refusesEverything() async throws {
        let report = try await probe(.whole)
        for act in report.acts where act.outcome != .refused {
            Issue.record("a child could \(act.name) (\(act.thread)): error \(act.errorNumber)")
        }
        #expect(report.holds)
        for thread in [BarrierReport.Act.Thread.working, .older] {
            #expect(report.acts.count { $0.thread == thread } > 40)
        }
        #expect(report.parts.seccomp && report.parts.landlockVersion > 0)
    }

    @Test("is what refuses: without it the same acts are not refused", .timeLimit(.minutes(10)))
    func controlWithoutBarrier() async throws {
        let report = try await probe(.none)
        let open = [
            "open the file to read", "open the file to write", "open the file by openat2",
            "open a file of the system", "read a file's attributes", "make a TCP socket", "make a UDP socket",
            "make a local socket", "make a pair of sockets", "fork", "clone a process", "start a program",
            "signal the parent", "signal the parent's thread", "hold the parent by a descriptor",
            "set its own limits", "become traceable", "watch a folder", "make a nameless file",
        ]
        for name in open {
            let acts = report.acts.filter { $0.name == name }
            #expect(acts.count == 2 && acts.allSatisfy { $0.outcome == .succeeded }, "\(name)")
        }
        // An ordinary user may not do all of these; root is refused none.
        #expect(report.acts.count { $0.outcome == .refused } < 10)
        #expect(!report.holds)
        #expect(report.parts == BarrierParts(landlockVersion: 0, seccomp: false))
        #expect(report.parts.lacking.count == 2)
    }

    @Test("keeps files and signals inside by Landlock alone", .timeLimit(.minutes(10)))
    func landlockAlone() async throws {
        let report = try await probe(.landlockOnly)
        func outcomes(_ name: String) -> Set<BarrierReport.Outcome> {
            Set(report.acts.filter { $0.name == name }.map(\.outcome))
        }
        #expect(outcomes("open the file to read") == [.refused])
        #expect(outcomes("open the file to write") == [.refused])
        #expect(outcomes("start a program") == [.refused])
        // What the libraries need of the system stays readable until they are loaded.
        #expect(outcomes("open a file of the system") == [.succeeded])
        if report.parts.keepsSignalsInside { #expect(outcomes("signal the parent") == [.refused]) }
        #expect(!report.parts.seccomp && report.parts.lacking.count == 1)
    }

    @Test("refuses all by seccomp alone, where Landlock is lacking", .timeLimit(.minutes(10)))
    func seccompAlone() async throws {
        let report = try await probe(.seccompOnly)
        #expect(report.holds)
        #expect(report.parts.landlockVersion == 0)
    }

    @Test("lets who reads networks of strangers look up libraries, and no more", .timeLimit(.minutes(10)))
    func testbench() async throws {
        let report = try await probe(.whole, of: .test)
        let notRefused = Set(report.acts.filter { $0.outcome != .refused }.map(\.name))
        #expect(notRefused == ["open a file of the system", "read a file's attributes", "read a link"])
        // Writing is refused even where Landlock is lacking.
        let without = try await probe(.seccompOnly, of: .test)
        let open = Set(without.acts.filter { $0.outcome != .refused }.map(\.name))
        #expect(open == notRefused.union(["open the file to read"]))
    }

    /// A child tries all acts, on a file that stands for the database.
    private func probe(
        _ barrier: StartOrder.Barrier, of bench: Darkroom.Bench = .work
    ) async throws -> BarrierReport {
        let workplace = try await Workplace()
        try workplace.folder.write("index.sqlite", "rows")
        return try await workplace.withDarkroom({ $0.drill = .init(barrier: barrier) }) { darkroom in
            try await darkroom.probeBarrier(of: bench, on: workplace.folder.path(of: "index.sqlite"))
        }
    }
}
