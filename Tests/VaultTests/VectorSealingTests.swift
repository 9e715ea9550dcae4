import Domain
import TestSupport
import Testing
import Vault

/// One suite for everything that calls itself a vault: the real one and its memory twin.
@Suite("A vault", .timeLimit(.minutes(10))) struct VectorSealingTests {
    enum Kind: CaseIterable { case memory, ring }

    private let folder: VaultFolder
    private let event = EventID(at: 1)
    private let face = FaceID(at: 2)

    init() throws { folder = try VaultFolder() }

    private func vault(_ kind: Kind) async throws -> any KeyRinging {
        switch kind {
        case .memory: MemoryVault()
        case .ring: try await folder.open()
        }
    }

    @Test("opens what it sealed, and nothing in another place", arguments: Kind.allCases)
    func seals(kind: Kind) async throws {
        let vault = try await vault(kind)
        let other = EventID(at: 9)
        for event in [event, other] { try await vault.prepare(event) }
        let key = try await vault.key(of: event)
        let original = vector(1, 128)
        let sealed = key.seal(original, of: face, pack: "p")
        let opened = try key.open(sealed, of: face, pack: "p")
        #expect(opened == key.turned(original))
        #expect(distance(key.turnedBack(opened), original) < 1e-5)
        #expect(throws: VaultError.damaged) { try key.open(sealed, of: FaceID(at: 3), pack: "p") }
        #expect(throws: VaultError.damaged) { try key.open(sealed, of: face, pack: "q") }
        let stranger = try await vault.key(of: other)
        #expect(throws: VaultError.damaged) { try stranger.open(sealed, of: face, pack: "p") }
    }

    @Test("knows no event that was not prepared, and none that was erased", arguments: Kind.allCases)
    func erases(kind: Kind) async throws {
        let vault = try await vault(kind)
        await #expect(throws: VaultError.noSuchEvent) { try await vault.key(of: event) }
        try await vault.prepare(event)
        try await vault.prepare(event)
        #expect(try await vault.events() == [event])
        try await vault.destroy(event, at: 70)
        try await vault.destroy(event, at: 80)
        #expect(try await vault.erasures() == [event: 70])
        #expect(try await vault.events() == [])
        await #expect(throws: VaultError.erased) { try await vault.key(of: event) }
        await #expect(throws: VaultError.erased) { try await vault.prepare(event) }
    }
}

@Suite("A sealed vector") struct SealedVectorTests {
    @Test("is refused when any of its bits is another, and is never the same twice")
    func bits() async throws {
        let folder = try VaultFolder()
        let ring = try await folder.open()
        let (event, face) = (EventID(at: 1), FaceID(at: 2))
        try await ring.prepare(event)
        let key = try await ring.key(of: event)
        let sealed = key.seal(vector(1, 128), of: face, pack: "p")
        #expect(sealed != key.seal(vector(1, 128), of: face, pack: "p"))
        for place in stride(from: 0, to: sealed.count * 8, by: 13) {
            var flipped = sealed
            flipped[place / 8] ^= 1 << (place % 8)
            #expect(throws: VaultError.damaged) { try key.open(flipped, of: face, pack: "p") }
        }
        for length in stride(from: 0, to: sealed.count, by: 7) {
            #expect(throws: VaultError.damaged) {
                try key.open(Array(sealed.prefix(length)), of: face, pack: "p")
            }
        }
    }
}

@Suite("The turn of an event's vectors", .timeLimit(.minutes(10))) struct VectorTurnTests {
    private let folder: VaultFolder

    init() throws { folder = try VaultFolder() }

    private func keys() async throws -> [any VectorKey] {
        let ring = try await folder.open()
        var keys: [any VectorKey] = []
        for event in [EventID(at: 1), EventID(at: 2)] {
            try await ring.prepare(event)
            keys.append(try await ring.key(of: event))
        }
        return keys
    }

    @Test("keeps every distance and every angle inside the event", arguments: [2, 5, 128, 512])
    func distances(dimension: Int) async throws {
        let key = try await keys()[0]
        for seed in stride(from: UInt64(1), to: 60, by: 2) {
            let (a, b) = (vector(seed, dimension), vector(seed + 1, dimension))
            for metric in [Metric.euclidean, .cosine] {
                let (before, after) = (
                    metric.distance(a, b), metric.distance(key.turned(a), key.turned(b))
                )
                // Floats round: one minus a cosine near one moves by the last bits of that one.
                #expect(abs(before - after) <= max(1e-5 * before, 2.5e-7))
            }
            #expect(distance(key.turnedBack(key.turned(a)), a) < 1e-5)
        }
    }

    @Test("lets the same face look like a stranger in another event", arguments: [128, 512])
    func strangers(dimension: Int) async throws {
        let keys = try await keys()
        var same = 0.0
        var others = 0.0
        for seed in UInt64(1)...200 {
            let (a, b) = (vector(seed, dimension), vector(seed + 1000, dimension))
            same += distance(keys[0].turned(a), keys[1].turned(a))
            others += distance(keys[0].turned(a), keys[1].turned(b))
        }
        #expect(abs(same / others - 1) < 0.05, "\(same / 200) and \(others / 200)")
    }

    @Test(
        "leaves no coordinate where it was, so that nothing links a face across events",
        arguments: [128, 512])
    func spread(dimension: Int) async throws {
        let keys = try await keys()
        // The diagonal of an evenly drawn turn is as small as everything else of it: 1 / dimension in the mean square.
        let diagonal = (0..<dimension).map { place -> Double in
            let axis = FaceVector((0..<dimension).map { $0 == place ? 1 : 0 })
            return Double(keys[0].turned(axis).values[place])
        }
        let square = diagonal.map { $0 * $0 }.reduce(0, +) / Double(dimension)
        #expect(square < 3 / Double(dimension))
        // Whoever compares the coordinates' sizes finds a face in another event no more often than by chance.
        let faces = (0..<100).map { vector(UInt64($0) + 1, dimension) }
        func sizes(_ key: any VectorKey) -> [FaceVector] {
            faces.map { FaceVector(key.turned($0).values.map(abs)) }
        }
        let (here, there) = (sizes(keys[0]), sizes(keys[1]))
        let linked = here.indices.filter { place in
            there.indices.min { distance(here[place], there[$0]) < distance(here[place], there[$1]) } == place
        }
        #expect(linked.count <= 6)
    }

    @Test("is an orthogonal one, not a mere swap of coordinates")
    func orthogonal() async throws {
        let key = try await keys()[0]
        let columns = (0..<32).map { place in
            key.turned(FaceVector((0..<32).map { $0 == place ? 1 : 0 })).values
        }
        for (i, a) in columns.enumerated() {
            for (j, b) in columns.enumerated() {
                let product = zip(a, b).map { $0 * $1 }.reduce(0, +)
                #expect(abs(product - (i == j ? 1 : 0)) < 1e-5)
            }
            #expect(a.filter { abs($0) > 0.01 }.count > 16)
        }
    }
}

func distance(_ a: FaceVector, _ b: FaceVector) -> Double { Metric.euclidean.distance(a, b) }
