internal import Domain

/// Faces that were cut out lately: in memory only, and gone with their event.
actor FaceCrops {
    private var kept: [FaceID: Kept] = [:]
    private var bytes = 0
    private var clock = 0
    private let mostBytes: Int
    /// Raised when anything is dropped: what was being cut meanwhile is not kept.
    private(set) var generation = 0

    private struct Kept {
        let event: EventID
        let content: String
        let picture: [UInt8]
        var usedAt: Int
    }

    init(mostBytes: Int = 32 << 20) { self.mostBytes = mostBytes }

    func picture(of face: FaceID, content: String) -> [UInt8]? {
        guard let found = kept[face], found.content == content else { return nil }
        clock += 1
        kept[face]?.usedAt = clock
        return found.picture
    }

    func keep(
        _ picture: [UInt8], of face: FaceID, content: String, in event: EventID, since generation: Int
    ) {
        guard self.generation == generation else { return }
        clock += 1
        bytes += picture.count - (kept[face]?.picture.count ?? 0)
        kept[face] = Kept(event: event, content: content, picture: picture, usedAt: clock)
        guard bytes > mostBytes else { return }
        // Half of them at once, those that were asked for least lately: looking at all is not worth it for one.
        for (face, old) in kept.sorted(by: { $0.value.usedAt < $1.value.usedAt }) where bytes > mostBytes / 2
        {
            kept[face] = nil
            bytes -= old.picture.count
        }
    }

    func drop(_ event: EventID) {
        generation += 1
        for (face, old) in kept where old.event == event {
            kept[face] = nil
            bytes -= old.picture.count
        }
    }
}
