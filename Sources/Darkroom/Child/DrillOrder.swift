internal import CBarrier
internal import Glibc

/// Misbehaviour on purpose, for tests of the parent: obeyed only by children that were started for drills.
///
/// With an open file beside it a drill is done once: the file's position, which all children share, tells a
/// fresh child that another was there before.
struct DrillOrder: Codable, Equatable {
    var act: Act

    enum Act: String, Codable, CaseIterable {
        case behave, crash, abort, leave, hang, balloon, shout, callForeign
        // Lies.
        case answerAnother, answerNothing, answerTooMuch, answerGarbage, answerHalf, askBack
        case sendParts
    }

    func perform(inReplyTo request: Frame, _ descriptors: [Int32]) -> Frame {
        var reply = Frame(kind: .answer, id: request.id)
        if let descriptor = descriptors.first {
            if lseek(descriptor, 0, SEEK_CUR) > 0 { return reply }
            lseek(descriptor, 1, SEEK_SET)
        }
        switch act {
        case .behave: break
        case .crash: raise(SIGSEGV)
        case .abort: Glibc.abort()
        case .leave: _exit(0)
        case .hang: while true { pause() }
        case .balloon: Self.balloon()
        case .shout: shout()
        case .callForeign: likeness_probe_foreign()
        case .answerAnother: reply.id += 1
        case .answerNothing: reply.kind = .failure
        case .askBack: reply.kind = .develop
        case .sendParts: reply.kind = .entry
        case .answerTooMuch: write(Self.headerOfTooMuch(request.id))
        case .answerGarbage: write(Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".utf8))
        case .answerHalf:
            write(Array(FrameHeader(of: reply, descriptors: 0).bytes.prefix(20)))
            _exit(0)
        }
        return reply
    }

    private static func balloon() {
        // Touched page by page: memory that is only reserved costs nothing.
        while let page = malloc(1 << 20) { memset(page, 1, 1 << 20) }
    }

    private func shout() {
        let line = Array("\u{1B}[31mhelp\n".utf8)
        for _ in 0..<100_000 { _ = Glibc.write(2, line, line.count) }
    }

    /// A header that promises a text of four gigabytes.
    private static func headerOfTooMuch(_ id: UInt64) -> [UInt8] {
        var bytes = FrameHeader(of: Frame(kind: .answer, id: id), descriptors: 0).bytes
        bytes.replaceSubrange(24..<28, with: [0xFF, 0xFF, 0xFF, 0xFF])
        return bytes
    }

    private func write(_ bytes: [UInt8]) { _ = Glibc.write(DarkroomChild.socket, bytes, bytes.count) }
}
