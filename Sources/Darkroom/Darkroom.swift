package import Domain
internal import Glibc
internal import Inference

/// The place where pictures are opened: children behind a barrier, one photo each at a time, one more for
/// selfies, and two benches for what is not trusted at all: archives and networks of strangers.
///
/// A picture that crashes a child, hangs in it or balloons it is tried once more in a fresh one and then fails
/// with its reason; everything else goes on. Close it when done.
package final class Darkroom: Developing {
    let settings: DarkroomSettings
    private let closing = Closing()
    private let photoSeats: [Seat]
    private let selfieSeat: Seat
    private let workbenchSeat: Seat
    private let testbenchSeat: Seat
    private let photoLine: WaitingLine
    private let selfieLine: WaitingLine
    private let workbenchLine: WaitingLine
    private let testbenchLine: WaitingLine

    package init(settings: DarkroomSettings) {
        precondition(settings.children > 0, "a darkroom needs a child")
        self.settings = settings
        let notice = BarrierNotice(settings.note)
        func seat(_ role: StartOrder.Role, niceness: Int, _ closing: Closing) -> Seat {
            let starter = ChildStarter(
                settings: settings, role: role, niceness: niceness, closing: closing, notice: notice)
            return Seat(starter: starter, note: settings.note)
        }
        let closing = closing
        photoSeats = (0..<settings.children).map { _ in
            seat(.photos(settings.policy), niceness: settings.niceness, closing)
        }
        selfieSeat = seat(.selfies, niceness: 0, closing)
        workbenchSeat = seat(.workbench, niceness: settings.niceness, closing)
        testbenchSeat = seat(.testbench, niceness: settings.niceness, closing)
        photoLine = WaitingLine(photoSeats)
        selfieLine = WaitingLine([selfieSeat])
        workbenchLine = WaitingLine([workbenchSeat])
        testbenchLine = WaitingLine([testbenchSeat])
    }

    package func develop(_ photo: OpenPhoto, order: DevelopOrder) async throws(DevelopError) -> Development {
        guard let pack = settings.pack else {
            throw .darkroomUnavailable("No model pack is chosen: see `likeness models list`.")
        }
        let before = try check(photo)
        let expectation = DevelopExpectation(
            order: order, limits: settings.limits, dimension: pack.manifest.embedder.dimension,
            sizeInBytes: Int(before.sizeInBytes))
        let request = Request(
            kind: .develop, text: WireText.write(order), descriptors: [photo.descriptor],
            seconds: settings.limits.seconds)
        let line = order.purpose == .selfie ? selfieLine : photoLine
        let outcome: Result<Development, WorkbenchError>
        do throws(WorkbenchError) {
            outcome = .success(
                try await line.atSeat { seat throws(WorkbenchError) in
                    try await seat.answer(to: request) { reply throws(WireFault) in
                        try expectation.development(reading: reply)
                    }
                })
        } catch {
            outcome = .failure(error)
        }
        // A file that changed under the child's hands explains every finding, good or bad.
        guard FileState(of: photo.descriptor) == before else { throw .changedWhileRead }
        return try outcome.mapError { $0.developError }.get()
    }

    /// Starts the selfie child now, so that the first guest does not wait for it.
    package func warmUpForSelfies() async throws(DevelopError) {
        do throws(WorkbenchError) {
            _ = try await selfieLine.atSeat { seat throws(WorkbenchError) in try await seat.warmUp() }
        } catch {
            throw error.developError
        }
    }

    /// Ends all children and waits until none is left. Work in hand is called off.
    package func close() async {
        closing.begin()
        for line in [photoLine, selfieLine, workbenchLine, testbenchLine] { line.close() }
        for seat in seats { await seat.close() }
    }

    /// Numbers of the children that are ready, for tests and the log.
    package var processNumbers: [Int32] {
        seats.compactMap(\.processNumber)
    }

    private var seats: [Seat] { photoSeats + [selfieSeat, workbenchSeat, testbenchSeat] }

    /// Asks the child of the next free seat for photos.
    func askPhotoChild<Answer: Sendable>(
        _ request: Request, reading: @Sendable (Frame) throws(WireFault) -> Answer
    ) async throws(DevelopError) -> Answer {
        do throws(WorkbenchError) {
            return try await photoLine.atSeat { seat throws(WorkbenchError) in
                try await seat.answer(to: request, reading: reading)
            }
        } catch {
            throw error.developError
        }
    }

    /// A piece of work at one of the benches, one at a time.
    func atBench<Answer: Sendable>(
        _ bench: Bench, _ work: (Seat) async throws(WorkbenchError) -> Answer
    ) async throws(WorkbenchError) -> Answer {
        switch bench {
        case .work: try await workbenchLine.atSeat(work)
        case .test: try await testbenchLine.atSeat(work)
        }
    }

    /// Where things of strangers are opened: archives at the first, networks at the second.
    enum Bench { case work, test }

    /// Refuses what no child shall see: what is no plain file, too large, or another file than was opened.
    /// Returns the file's state, to be compared with its state after the work.
    @discardableResult
    func check(_ photo: OpenPhoto) throws(DevelopError) -> FileState {
        guard let state = FileState(of: photo.descriptor) else { throw .unreadable(.notAPicture) }
        guard state.sizeInBytes == photo.stamp.sizeInBytes, state.inode == photo.stamp.inode else {
            throw .changedWhileRead
        }
        guard state.sizeInBytes > 0 else { throw .unreadable(.empty) }
        guard state.sizeInBytes <= Int64(settings.limits.bytes) else { throw .tooLarge(.bytes) }
        return state
    }
}

/// What changes when somebody writes to a file that is being read.
struct FileState: Equatable {
    let sizeInBytes: Int64
    let writtenInNanoseconds: Int64
    let inode: UInt64

    /// Nil for what is no plain file: pipes and devices have no end.
    init?(of descriptor: Int32) {
        var state = stat()
        guard fstat(descriptor, &state) == 0, state.st_mode & S_IFMT == S_IFREG else { return nil }
        sizeInBytes = Int64(state.st_size)
        writtenInNanoseconds = Int64(state.st_mtim.tv_sec) * 1_000_000_000 + Int64(state.st_mtim.tv_nsec)
        inode = UInt64(state.st_ino)
    }
}
