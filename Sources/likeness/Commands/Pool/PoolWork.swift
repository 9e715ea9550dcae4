internal import Darkroom
internal import Domain
internal import Pipeline
internal import Storage

/// The work on the photos of a pool: the journey with its stages, and a dispatcher that goes along it.
struct PoolWork: Sendable {
    let house: House
    let darkroom: any Developing
    let pack: PackFacts
    let width: Int

    /// Every stage of a photo's way. A new stage is a new line.
    private var journey: Journey {
        Journey([
            DevelopStage(
                photos: house.pool, files: house.files, darkroom: darkroom, vault: house.ring,
                pack: pack.identity, now: millisecondsSince1970)
        ])
    }

    func run(
        until stop: StopSign, end: Dispatcher.End, _ report: @escaping @Sendable (DispatchEvent) -> Void
    ) async throws(Failure) {
        let dispatcher = Dispatcher(
            jobs: house.pool, journey: journey, width: width, now: millisecondsSince1970, report)
        do throws(StorageError) {
            try await dispatcher.run(until: stop, end: end)
        } catch {
            throw Failure(error, about: house.place.shown)
        }
    }
}
