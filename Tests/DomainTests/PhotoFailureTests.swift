import Domain
import Testing

@Suite("Photo failure") struct PhotoFailureTests {
    @Test(
        "lasts where the bytes are to blame, and only there",
        arguments: [
            (DevelopError.unreadable(.damaged), true), (.unreadable(.empty), true),
            (.unreadable(.unsupported), true), (.tooLarge(.pixels), false), (.changedWhileRead, false),
            (.crashed, false), (.tookTooLong, false), (.usedTooMuchMemory, false),
        ])
    func lasting(error: DevelopError, isLasting: Bool) {
        let failure = PhotoFailure(error)
        #expect(failure.isLasting == isLasting)
        #expect(failure.code == error.code && failure.sentence == error.sentence)
    }

    @Test(
        "to open is never lasting",
        arguments: [PhotoOpenError.vanished, .noPermission, .notAFile, .diskFault(5)])
    func opening(error: PhotoOpenError) {
        #expect(!PhotoFailure(error).isLasting)
    }
}
