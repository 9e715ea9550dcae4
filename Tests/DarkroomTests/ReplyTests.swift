import Domain
import Testing

@testable import Darkroom

@Suite("Development on the wire")
struct ReplyTests {
    private let expectation = DevelopExpectation(
        order: DevelopOrder(purpose: .photo(.standard), wantsRenditions: true), limits: Limits(),
        dimension: 3,
        sizeInBytes: 1234)

    @Test("arrives as it was sent")
    func roundTrip() throws {
        let development = Self.development()
        let frame = DevelopReply.frame(development, id: 7)
        #expect(try expectation.development(reading: frame) == development)
    }

    /// Every way in which a child might lie, as a change to an honest development.
    private static let lies: [(String, @Sendable (inout Development) -> Void)] = [
        ("no width", { $0.facts.width = 0 }),
        ("a width beyond counting", { $0.facts.width = .max }),
        ("more pixels than the limit", { $0.facts.width = 1 << 20 }),
        ("another file's size", { $0.facts.sizeInBytes = 5 }),
        ("a hash with a path in it", { $0.facts.contentHash = "../../etc/passwd" }),
        ("a hash in capitals", { $0.facts.perceptualHash = "0123456789ABCDEF" }),
        ("a camera with a novel for a name", { $0.facts.camera.make = String(repeating: "x", count: 2000) }),
        ("four landmarks", { $0.faces[0].landmarks.removeLast() }),
        ("a landmark nowhere", { $0.faces[0].landmarks[2].x = .infinity }),
        ("a box that is not finite", { $0.faces[0].box.width = .nan }),
        ("a box outside", { $0.faces[0].box.x = 5990 }),
        ("a box turned inside out", { $0.faces[0].box.width = -5 }),
        ("a score above one", { $0.faces[0].score = 7 }),
        ("a yaw that is not finite", { $0.faces[0].quality.yaw = .nan }),
        ("a yaw beyond a full turn", { $0.faces[0].quality.yaw = 1e300 }),
        ("a pitch beyond half a turn", { $0.faces[0].quality.pitch = -181 }),
        ("a roll beyond half a turn", { $0.faces[0].quality.roll = 181 }),
        ("an endless sharpness", { $0.faces[0].quality.sharpness = 1e300 }),
        ("a sharpness far below nothing", { $0.faces[0].quality.sharpness = -1 }),
        ("more than white", { $0.faces[0].quality.brightness = 256 }),
        ("an endless contrast", { $0.faces[0].quality.contrast = 1e300 }),
        ("more burnt out than there is", { $0.faces[0].quality.clipped = 1.5 }),
        ("more covered than covered", { $0.faces[0].quality.occlusion = 1.5 }),
        ("a face larger than its picture", { $0.faces[0].quality.size = 6100 }),
        ("a face of a negative size", { $0.faces[0].quality.size = -1 }),
        ("a landmark beyond the horizon", { $0.faces[0].landmarks[4].y = -1e300 }),
        ("a box of an endless height", { $0.faces[0].box.height = 1e300 }),
        ("a score below nothing", { $0.faces[0].score = -0.5 }),
        ("a vector whose square is no number", { $0.faces[0].vector = FaceVector([1, 1e30, 3]) }),
        ("a vector of another length", { $0.faces[0].vector = FaceVector([1, 2]) }),
        ("a vector that is not finite", { $0.faces[0].vector = FaceVector([1, .nan, 3]) }),
        ("a face to be compared without a vector", { $0.faces[0].vector = nil }),
        ("an ignored face with a vector", { $0.faces[1].vector = FaceVector([1, 2, 3]) }),
        ("too many faces", { $0.faces = [Face](repeating: $0.faces[1], count: 8193) }),
        ("no preview", { $0.preview = nil }),
        ("a preview that is a page", { $0.preview = Array("<html>".utf8) }),
        ("a negative cost", { $0.cost["decode"] = -1 }),
        ("an endless cost", { $0.cost["decode"] = 1e300 }),
        ("a cost with a novel for a name", { $0.cost[String(repeating: "x", count: 2000)] = 1 }),
        ("a cost that colours the screen", { $0.cost["\u{1B}[31m"] = 1 }),
        ("a hundred costs", { for step in 0..<100 { $0.cost["\(step)"] = 1 } }),
    ]

    @Test("is not believed when it cannot be true", arguments: lies.map(\.0))
    func refusesLies(name: String) throws {
        let lie = try #require(Self.lies.first { $0.0 == name }).1
        var development = Self.development()
        lie(&development)
        let frame = DevelopReply.frame(development, id: 7)
        #expect(throws: WireFault.self) { try expectation.development(reading: frame) }
    }

    @Test("brings words of the file without what commands a terminal or turns a line around")
    func cleansWords() throws {
        var development = Self.development()
        let odd = "a\u{1B}[31m\u{9B}b\u{202E}c\u{2066}\n\u{0}ö"
        development.facts.profile = odd
        development.facts.camera = Camera(make: odd, model: odd, serial: odd)
        let facts = try expectation.development(reading: DevelopReply.frame(development, id: 7)).facts
        let clean = "a [31m b c   ö"
        #expect(
            [facts.profile, facts.camera.make, facts.camera.model, facts.camera.serial]
                == Array(repeating: clean, count: 4))
    }

    @Test("is not believed with blobs missing, added or cut")
    func refusesBlobs() {
        let honest = DevelopReply.frame(Self.development(), id: 7)
        var frames = [honest, honest, honest]
        frames[0].blobs.removeLast()
        frames[1].blobs.append([])
        frames[2].blobs[0].removeLast()
        for frame in frames {
            #expect(throws: WireFault.self) { try expectation.development(reading: frame) }
        }
    }

    @Test("is not believed with a verdict that contradicts itself, or with any other text")
    func refusesTexts() {
        let honest = DevelopReply.frame(Self.development(), id: 7)
        let text = String(decoding: honest.text, as: UTF8.self)
        let changes = [
            ("\"seed\"", "\"attach\""), ("\"tiny\"", "\"huge\""), ("0.9", "1e999"), ("{", "["),
            ("\"facts\"", "\"f\""),
        ]
        for (old, new) in changes {
            var frame = honest
            let odd = text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
            #expect(odd != text, "\(old)")
            frame.text = Array(odd.utf8)
            #expect(throws: WireFault.self, "\(new)") { try expectation.development(reading: frame) }
        }
        for bytes in [[], [0xFF, 0xFE], [UInt8](repeating: UInt8(ascii: "["), count: 100_000)] as [[UInt8]] {
            var frame = honest
            frame.text = bytes
            #expect(throws: WireFault.self) { try expectation.development(reading: frame) }
        }
    }

    @Test("brings no pictures that were not ordered")
    func refusesUnordered() {
        var other = expectation.order
        other.wantsRenditions = false
        let expectation = DevelopExpectation(order: other, limits: Limits(), dimension: 3, sizeInBytes: 1234)
        #expect(throws: WireFault.self) {
            try expectation.development(reading: DevelopReply.frame(Self.development(), id: 1))
        }
    }

    private static func development() -> Development {
        let quality = FaceQuality(
            sharpness: 0.5, brightness: 120, contrast: 40, clipped: 0, yaw: 3, pitch: -4, roll: 1,
            occlusion: 0.1,
            size: 100)
        let face = Face(
            box: Box(x: 10, y: 20, width: 80, height: 100),
            landmarks: (0..<5).map { Point(x: Double($0) * 7, y: 50.25) }, score: 0.9, quality: quality,
            verdict: Verdict(.seed), vector: FaceVector([0.1, -2.5e-8, 3]))
        var ignored = face
        ignored.verdict = Verdict(.ignored, .tiny)
        ignored.vector = nil
        let facts = PictureFacts(
            format: .jpeg, width: 6000, height: 4000, sizeInBytes: 1234,
            takenAt: CaptureTime(clockInMilliseconds: 1_700_000_000_123, zoneInMinutes: 120),
            camera: Camera(make: "Maker", model: "Model", serial: "1"),
            contentHash: String(repeating: "0f", count: 32), perceptualHash: "0123456789abcdef",
            profile: "sRGB")
        return Development(
            facts: facts, faces: [face, ignored], preview: [0xFF, 0xD8, 0xFF, 1],
            thumbnail: [0xFF, 0xD8, 0xFF, 2],
            cost: ["decode": 0.1])
    }
}
