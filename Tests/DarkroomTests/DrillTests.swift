import Domain
import Glibc
import TestSupport
import Testing

@testable import Darkroom

@Suite(
    "Darkroom in trouble", .serialized,
    .enabled(if: Product.executable != nil, "needs the program beside the tests"))
struct DrillTests {
    @Test(
        "replaces a child that died and tries once more",
        arguments: [DrillOrder.Act.crash, .abort, .leave, .answerHalf])
    func survivesOneDeath(act: DrillOrder.Act) async throws {
        let workplace = try await Workplace()
        try await workplace.withDarkroom({ $0.drill = .init() }) { darkroom in
            let once = try workplace.photo([0], named: "once")
            try await darkroom.drill(act, once: once)
            #expect(workplace.notes.all.count == 1)
            let children = darkroom.processNumbers
            try await darkroom.drill(.behave)
            #expect(darkroom.processNumbers == children, "the fresh child stays")
        }
    }

    @Test(
        "gives up on a picture after two deaths, and goes on with others",
        arguments: [DrillOrder.Act.crash, .leave])
    func reportsTwoDeaths(act: DrillOrder.Act) async throws {
        let workplace = try await Workplace()
        try await workplace.withDarkroom({ $0.drill = .init() }) { darkroom in
            await #expect(throws: DevelopError.crashed) { try await darkroom.drill(act) }
            #expect(workplace.notes.all.count == 2)
            try await darkroom.drill(.behave)
        }
    }

    @Test(
        "believes no reply that breaks the agreement",
        arguments: [
            DrillOrder.Act.answerAnother, .answerNothing, .answerTooMuch, .answerGarbage, .askBack,
            .sendParts,
        ])
    func distrustsLies(act: DrillOrder.Act) async throws {
        let workplace = try await Workplace()
        try await workplace.withDarkroom({ $0.drill = .init() }) { darkroom in
            try await darkroom.drill(.behave)
            let liar = darkroom.processNumbers
            await #expect(throws: DevelopError.crashed) { try await darkroom.drill(act) }
            for process in liar { #expect(isGone(process)) }
            #expect(workplace.notes.all.allSatisfy { $0.contains("sent") })
            try await darkroom.drill(.behave)
        }
    }

    @Test("ends a child that hangs, twice, and says so", .timeLimit(.minutes(10)))
    func endsHangs() async throws {
        let workplace = try await Workplace()
        try await workplace.withDarkroom({
            $0.drill = .init()
            $0.limits.seconds = 1
            $0.niceness = 0
        }) { darkroom in
            try await darkroom.drill(.behave)
            let start = ContinuousClock.now
            await #expect(throws: DevelopError.tookTooLong) { try await darkroom.drill(.hang) }
            #expect(ContinuousClock.now - start >= .seconds(2))
            try await darkroom.drill(.behave)
        }
    }

    @Test("ends a child that balloons", .timeLimit(.minutes(10)))
    func endsBalloons() async throws {
        let workplace = try await Workplace()
        try await workplace.withDarkroom({
            $0.drill = .init()
            $0.limits.memoryInBytes = 500 << 20
        }) { darkroom in
            await #expect(throws: DevelopError.usedTooMuchMemory) { try await darkroom.drill(.balloon) }
            try await darkroom.drill(.behave)
        }
    }

    @Test("is not held up by a child that talks without end, and prints nothing of it raw")
    func drainsShouts() async throws {
        let workplace = try await Workplace()
        try await workplace.withDarkroom({ $0.drill = .init() }) { darkroom in
            try await darkroom.drill(.shout)
            await #expect(throws: DevelopError.crashed) { try await darkroom.drill(.crash) }
        }
        let notes = workplace.notes.all
        #expect(notes.contains { $0.contains("help") })
        #expect(notes.allSatisfy { note in note.utf8.allSatisfy { $0 >= 0x20 } && note.utf8.count < 1000 })
    }

    #if arch(x86_64)
        @Test("ends a child that calls by the numbers of another kind of program", .timeLimit(.minutes(10)))
        func endsForeignCalls() async throws {
            let workplace = try await Workplace()
            try await workplace.withDarkroom({ $0.drill = .init() }) { darkroom in
                await #expect(throws: DevelopError.crashed) { try await darkroom.drill(.callForeign) }
            }
            #expect(
                workplace.notes.all.count == 2
                    && workplace.notes.all.allSatisfy { $0.contains("signal \(SIGSYS)") })
            // Without the barrier nothing happens.
            try await workplace.withDarkroom({ $0.drill = .init(barrier: .none) }) { darkroom in
                try await darkroom.drill(.callForeign)
            }
        }
    #endif

    @Test("lets others work while one hangs", .timeLimit(.minutes(10)))
    func othersGoOn() async throws {
        let workplace = try await Workplace()
        try await workplace.withDarkroom({
            $0.drill = .init()
            $0.children = 2
        }) { darkroom in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await darkroom.drill(.hang) }
                for _ in 0..<20 { try await darkroom.drill(.behave) }
                group.cancelAll()
                await #expect(throws: DevelopError.self) { try await group.next() }
            }
        }
    }

    @Test("ends the child of a cancelled task", .timeLimit(.minutes(10)))
    func cancellation() async throws {
        let workplace = try await Workplace()
        try await workplace.withDarkroom({ $0.drill = .init() }) { darkroom in
            try await darkroom.drill(.behave)
            let children = darkroom.processNumbers
            let task = Task { try await darkroom.drill(.hang) }
            try await Task.sleep(for: .milliseconds(50))
            task.cancel()
            await #expect(throws: DevelopError.self) { try await task.value }
            for process in children { #expect(isGone(process)) }
            #expect(workplace.notes.all.isEmpty, "that is no misfortune")
            try await darkroom.drill(.behave)
        }
    }

    @Test("leaves no child behind when closed, whatever it was doing", .timeLimit(.minutes(10)))
    func closing() async throws {
        let workplace = try await Workplace()
        var settings = DarkroomSettings(pack: workplace.pack)
        settings.executable = Product.executable ?? ""
        settings.children = 2
        settings.drill = .init()
        let darkroom = Darkroom(settings: settings)
        try await darkroom.warmUpForSelfies()
        let hanging = Task { try await darkroom.drill(.hang) }
        try await darkroom.drill(.behave)
        let children = darkroom.processNumbers
        #expect(children.count >= 2)
        await darkroom.close()
        await #expect(throws: DevelopError.self) { try await hanging.value }
        for process in children { #expect(isGone(process)) }
        await #expect(throws: DevelopError.self) { try await darkroom.drill(.behave) }
    }

    @Test("obeys no drill in ordinary use")
    func refusesDrills() async throws {
        let workplace = try await Workplace()
        try await workplace.withDarkroom { darkroom in
            await #expect(throws: DevelopError.crashed) { try await darkroom.drill(.hang) }
            #expect(workplace.notes.all.count == 2)
            #expect(workplace.notes.all.allSatisfy { $0.contains("obeys no drills") })
        }
    }
}

extension Darkroom {
    /// Lets a photo child misbehave; with a file, only the first that sees it.
    func drill(_ act: DrillOrder.Act, once: OpenPhoto? = nil) async throws(DevelopError) {
        let request = Request(
            kind: .drill, text: WireText.write(DrillOrder(act: act)),
            descriptors: once.map { [$0.descriptor] } ?? [], seconds: settings.limits.seconds)
        try await askPhotoChild(request) { _ in }
    }
}

/// Whether no such process is left, not even an unreaped one.
func isGone(_ process: pid_t) -> Bool { kill(process, 0) < 0 && errno == ESRCH }
