internal import CBarrier
internal import Glibc

/// Tries everything that the barrier forbids, on the thread that works and on one that was there before.
enum BarrierProbe {
    static func acts(on path: String) -> [BarrierReport.Act] {
        let parent = getppid()
        return (0..<likeness_probe_count()).flatMap { act in
            let name = String(cString: likeness_probe_name(act))
            return [
                report(name, .working, likeness_probe(act, path, parent)),
                report(name, .older, likeness_probe_elsewhere(act, path, parent)),
            ]
        }
    }

    private static func report(
        _ name: String, _ thread: BarrierReport.Act.Thread, _ errorNumber: Int32
    ) -> BarrierReport.Act {
        let outcome: BarrierReport.Outcome =
            switch errorNumber {
            case 0: .succeeded
            case EACCES, EPERM: .refused
            default: .failedOtherwise
            }
        return BarrierReport.Act(name: name, thread: thread, outcome: outcome, errorNumber: errorNumber)
    }
}
