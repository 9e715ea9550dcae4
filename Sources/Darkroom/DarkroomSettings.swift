internal import CBarrier
package import Domain
package import Inference

/// How a darkroom is set up; everything has a default but the pack.
package struct DarkroomSettings: Sendable {
    /// The program that is started as a child, with `darkroom` as its first argument: by default this one,
    /// even where the file was replaced since.
    package var executable = "/proc/self/exe"
    /// Absent where nothing but the workbench is needed.
    package var pack: PackFiles?
    package var limits = Limits()
    /// How many photos are developed at a time; children start when they are first needed.
    package var children = DarkroomSettings.processors
    /// The policy that children compile ahead for; they follow any.
    package var policy = Policy.standard
    package var niceness = 10
    /// Refuse to work where the kernel lacks a part of the barrier, instead of saying so.
    package var requiresWholeBarrier = false
    /// How long a child may take until it is ready.
    package var startSeconds = 180.0
    /// How long the self-test, an archive or a network's description may take.
    package var workbenchSeconds = 300.0
    /// Takes sentences for the log: parts that the barrier lacks, children that ended.
    package var note: @Sendable (String) -> Void = { _ in }
    /// Lets tests make children misbehave on purpose; nothing else sets it.
    var drill: Drill?

    /// What a drill changes in the children that are started.
    struct Drill: Sendable {
        var barrier = StartOrder.Barrier.whole
    }

    package init(pack: PackFiles?) { self.pack = pack }

    /// The processors that this process may use: fewer than the machine has in most containers.
    package static var processors: Int { max(1, Int(likeness_processors())) }
}
