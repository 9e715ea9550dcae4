internal import Darkroom
internal import Domain
internal import Evaluation

/// What the first photo and the first selfie wait for, beyond their own work.
enum StartUpSection {
    static func run(_ bench: Bench) async throws -> [Figure] {
        let photos = try bench.photos()
        var firsts: [String: [Double]] = [:]
        for _ in 0..<bench.options.rounds {
            for (name, purpose) in [("photo", DevelopOrder.Purpose.photo(.standard)), ("selfie", .selfie)] {
                let darkroom = bench.darkroom(children: 1)
                let order = DevelopOrder(purpose: purpose, wantsRenditions: false)
                var seconds: [Double] = []
                for _ in 0..<3 {
                    let start = ContinuousClock.now
                    _ = try await darkroom.develop(try Disk.photo(photos.paths[0]), order: order)
                    seconds.append((ContinuousClock.now - start).inSeconds)
                }
                await darkroom.close()
                firsts[name, default: []].append(seconds[0] - min(seconds[1], seconds[2]))
            }
        }
        let photo = firsts["photo", default: []].median
        let selfie = firsts["selfie", default: []].median
        print("a child is ready after \(photo.decimals(2)) s for photos, \(selfie.decimals(2)) s for selfies")
        return [
            Figure("start-up.photo", photo, "s"), Figure("start-up.selfie", selfie, "s"),
        ]
    }
}
