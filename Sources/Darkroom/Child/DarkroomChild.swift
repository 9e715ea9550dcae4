internal import CBarrier
@preconcurrency internal import Glibc

/// The child's side: entered from `main`, before anything else, when the program is started as `darkroom`.
///
/// The order is the barrier's: while there is one thread, limits and Landlock; then everything is loaded and
/// compiled; then seccomp on all threads; then the first picture. The end of the parent ends the child.
package enum DarkroomChild {
    /// The second argument that lets a child obey drills: no child of a real darkroom is given it.
    static let drillArgument = "drills"
    /// Where a child finds the one thing that it is given.
    static let socket: Int32 = 3

    package static func run() -> Never {
        let obeysDrills = CommandLine.arguments.dropFirst(2).first == drillArgument
        // Whoever started it may have been careless with its own files.
        guard likeness_child_close_above(socket) == 0 else { _exit(71) }
        let channel = Channel(socket: socket)
        var waiting = Endless()
        var wasAsked = false
        do throws(ChannelFault) {
            let request = try channel.receive(
                within: .requests, descriptors: FrameBounds.descriptors, waiting: &waiting)
            wasAsked = true
            let reply: Frame
            var service: ChildService?
            do throws(ChildRefusal) {
                let preparation = try ChildPreparation(request.frame, request.descriptors, obeysDrills)
                service = preparation.service
                reply = Frame(kind: .ready, id: request.frame.id, text: WireText.write(preparation.parts))
            } catch {
                let refusal = StartRefusal(sentence: error.sentence)
                reply = Frame(kind: .refused, id: request.frame.id, text: WireText.write(refusal))
            }
            try channel.send(reply, waiting: &waiting)
            while let service { try service.serveNext(channel) }
            _exit(1)
        } catch {
            // The end of the parent is the ordinary end of a child.
            if wasAsked, error == .ended { _exit(0) }
            fputs("likeness darkroom is started by likeness itself, with a socket to talk through.\n", stderr)
            _exit(64)
        }
    }
}
