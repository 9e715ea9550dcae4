import Domain
import Glibc
import TestSupport
import Testing

@testable import Darkroom
@testable import Imaging

@Suite("Darkroom", .serialized, .enabled(if: Product.executable != nil, "needs the program beside the tests"))
struct PhotoTests {
    private let order = DevelopOrder(purpose: .photo(.fast), wantsRenditions: true)
    private let plain = DevelopOrder(purpose: .photo(.fast), wantsRenditions: false)

    @Test("yields everything a photo needs in one trip")
    func developsPhoto() async throws {
        let workplace = try await Workplace()
        let photo = try workplace.photo(try MadePhoto.jpeg())
        let development = try await workplace.withDarkroom { try await $0.develop(photo, order: order) }
        #expect(development.facts.format == .jpeg)
        #expect(development.facts.width == 640 && development.facts.height == 480)
        #expect(development.facts.sizeInBytes == Int(photo.stamp.sizeInBytes))
        #expect(development.preview?.starts(with: [0xFF, 0xD8]) == true)
        #expect((development.thumbnail?.count ?? 0) < (development.preview?.count ?? 0))
        let face = try #require(development.faces.first)
        #expect(abs(face.box.centre.x - 212) < 30 && abs(face.box.centre.y - 172) < 30)
        #expect(face.landmarks.count == 5)
        for face in development.faces where face.verdict.tier != .ignored {
            #expect(face.vector?.values.count == MadePack.dimension)
        }
        #expect(development.cost["detect"] ?? 0 > 0)
    }

    @Test("gives the same bits for any order, any child, first photo or later")
    func repeatsItself() async throws {
        let workplace = try await Workplace()
        let photos = try (0..<4).map { seed in
            try workplace.photo(
                try MadePhoto.jpeg(width: 400 + seed * 100, seed: seed), named: "\(seed).jpg")
        }
        func developments(_ numbers: [Int], children: Int) async throws -> [Int: Development] {
            try await workplace.withDarkroom({ $0.children = children }) { darkroom in
                try await withThrowingTaskGroup(of: (Int, Development).self) { group in
                    for number in numbers {
                        group.addTask { (number, try await darkroom.develop(photos[number], order: order)) }
                    }
                    return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                }
            }
        }
        let forward = try await developments([0, 1, 2, 3], children: 1)
        let backward = try await developments([3, 2, 1, 0], children: 2)
        for number in 0..<4 {
            #expect(forward[number]?.faces == backward[number]?.faces)
            #expect(forward[number]?.preview == backward[number]?.preview)
            #expect(forward[number]?.facts == backward[number]?.facts)
        }
        #expect(forward[0]?.faces.isEmpty == false)
    }

    @Test("opens all six formats and compiles new sizes behind the closed barrier", .timeLimit(.minutes(10)))
    func worksBehindBarrier() async throws {
        let workplace = try await Workplace()
        try await workplace.withDarkroom { darkroom in
            var formats: Set<PictureFormat> = []
            for (number, sample) in WarmUpSamples.all.enumerated() {
                let photo = try workplace.photo(sample, named: "sample \(number)")
                formats.insert(try await darkroom.develop(photo, order: order).facts.format)
            }
            #expect(formats == Set(PictureFormat.allCases))
            let children = darkroom.processNumbers
            // Policies and shapes that no child has compiled ahead.
            for policy in Policy.allCases {
                let photo = try workplace.photo(
                    try MadePhoto.jpeg(width: 300, height: 1700), named: "tall.jpg")
                let order = DevelopOrder(purpose: .photo(policy), wantsRenditions: false)
                #expect(try await darkroom.develop(photo, order: order).faces.isEmpty == false)
            }
            #expect(darkroom.processNumbers == children, "all by the same child")
        }
        #expect(workplace.notes.all.isEmpty)
    }

    @Test(
        "opens what needs more memory decoded than libvips would hold without a file",
        .timeLimit(.minutes(10))
    )
    func opensLargeWebP() async throws {
        // One colour, lossless, 6000 x 6000 pixels: 103 MiB decoded.
        let file: [UInt8] = [
            0x52, 0x49, 0x46, 0x46, 0x1E, 0, 0, 0, 0x57, 0x45, 0x42, 0x50, 0x56, 0x50, 0x38, 0x4C, 0x11, 0, 0,
            0,
            0x2F, 0x6F, 0xD7, 0xDB, 0x05, 0x07, 0x50, 0xBC, 0x6A, 0xD5, 0xB2, 0xFF, 0x81, 0x88, 0xE8, 0x7F, 0,
            0,
        ]
        let workplace = try await Workplace()
        let photo = try workplace.photo(file, named: "large.webp")
        let facts = try await workplace.withDarkroom { try await $0.develop(photo, order: plain).facts }
        #expect(facts.format == .webp && facts.width == 6000 && facts.height == 6000)
        #expect(workplace.notes.all.isEmpty)
    }

    @Test("serves selfies from a child of their own, which photos never hold up", .timeLimit(.minutes(10)))
    func servesSelfies() async throws {
        let workplace = try await Workplace()
        let selfie = try workplace.photo(try MadePhoto.jpeg())
        try await workplace.withDarkroom({ $0.drill = .init() }) { darkroom in
            try await darkroom.warmUpForSelfies()
            let hanging = Task { try await darkroom.drill(.hang) }
            let development = try await darkroom.develop(
                selfie, order: DevelopOrder(purpose: .selfie, wantsRenditions: false))
            #expect(!development.faces.isEmpty && development.preview == nil)
            hanging.cancel()
            await #expect(throws: DevelopError.self) { try await hanging.value }
        }
    }

    @Test("names what is wrong with a file, and its child lives on")
    func refusesBadFiles() async throws {
        let workplace = try await Workplace()
        let good = try MadePhoto.jpeg()
        let cases: [(String, [UInt8], DevelopError)] = [
            ("text.jpg", Array("Dear diary".utf8), .unreadable(.notAPicture)),
            ("empty.jpg", [], .unreadable(.empty)),
            ("short.jpg", Array(good.prefix(good.count / 2)), .unreadable(.truncated)),
        ]
        try await workplace.withDarkroom { darkroom in
            _ = try await darkroom.develop(try workplace.photo(good), order: plain)
            let children = darkroom.processNumbers
            for (name, bytes, expected) in cases {
                let photo = try workplace.photo(bytes, named: name)
                await #expect(throws: expected, "\(name)") { try await darkroom.develop(photo, order: plain) }
            }
            #expect(darkroom.processNumbers == children)
        }
    }

    @Test("refuses what is no plain file, and what is too large, without a child")
    func refusesBeforehand() async throws {
        let workplace = try await Workplace()
        let pipe = workplace.folder.path(of: "pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        try await workplace.withDarkroom({ $0.limits.bytes = 1000 }) { darkroom in
            for path in [pipe, "/dev/zero", workplace.folder.path] {
                let thing = try Workplace.open(path)
                await #expect(throws: DevelopError.unreadable(.notAPicture), "\(path)") {
                    try await darkroom.develop(thing, order: plain)
                }
            }
            let large = try workplace.photo(try MadePhoto.jpeg())
            await #expect(throws: DevelopError.tooLarge(.bytes)) {
                try await darkroom.develop(large, order: plain)
            }
            #expect(darkroom.processNumbers.isEmpty)
        }
    }

    @Test("limits pixels before they are decoded")
    func limitsPixels() async throws {
        let workplace = try await Workplace()
        try await workplace.withDarkroom({ $0.limits.pixels = 100_000 }) { darkroom in
            let large = try workplace.photo(try MadePhoto.jpeg())
            await #expect(throws: DevelopError.tooLarge(.pixels)) {
                try await darkroom.develop(large, order: plain)
            }
            let small = try workplace.photo(try MadePhoto.jpeg(width: 200, height: 200), named: "small.jpg")
            _ = try await darkroom.develop(small, order: plain)
        }
    }

    @Test("notices a file that changes while it is read", .timeLimit(.minutes(10)))
    func noticesChanges() async throws {
        let workplace = try await Workplace()
        let bytes = try MadePhoto.jpeg()
        let photo = try workplace.photo(bytes)
        try await workplace.withDarkroom { darkroom in
            _ = try await darkroom.develop(photo, order: plain)
            let child = try #require(darkroom.processNumbers.first)
            kill(child, SIGSTOP)
            let developing = Task { try await darkroom.develop(photo, order: plain) }
            for _ in 0..<20 {
                try await Task.sleep(for: .milliseconds(10))
                try workplace.folder.write("photo.jpg", bytes)
            }
            kill(child, SIGCONT)
            await #expect(throws: DevelopError.changedWhileRead) { try await developing.value }
            let other = try workplace.photo(bytes, named: "other.jpg")
            _ = try await darkroom.develop(other, order: plain)
        }
    }

    @Test(
        "develops the photo all the same when its child is killed or stopped from outside",
        .timeLimit(.minutes(10)))
    func survivesOutsiders() async throws {
        let workplace = try await Workplace()
        let photo = try workplace.photo(try MadePhoto.jpeg())
        try await workplace.withDarkroom({
            $0.limits.seconds = 4
            $0.niceness = 0
        }) { darkroom in
            let expected = try await darkroom.develop(photo, order: plain).faces
            for signal in [SIGKILL, SIGSEGV, SIGSTOP] {
                let child = try #require(darkroom.processNumbers.first)
                kill(child, signal)
                #expect(try await darkroom.develop(photo, order: plain).faces == expected)
                #expect(isGone(child))
            }
        }
    }

    @Test("draws faces and makes contact sheets")
    func draws() async throws {
        let workplace = try await Workplace()
        let photo = try workplace.photo(try MadePhoto.jpeg())
        let broken = try workplace.photo(Array("none".utf8), named: "broken.jpg")
        try await workplace.withDarkroom { darkroom in
            let box = Box(x: 190, y: 150, width: 44, height: 50)
            let mark = Mark(box: box, landmarks: [Point(x: 200, y: 160)], label: "1", tier: .seed)
            let bare = try await darkroom.drawing(of: photo, marks: [], longSide: 320)
            let drawn = try await darkroom.drawing(of: photo, marks: [mark], longSide: 320)
            #expect(drawn != bare)
            let drawing = try workplace.photo(drawn, named: "drawing.jpg")
            #expect(try await darkroom.develop(drawing, order: plain).facts.width == 320)

            let tiles = [photo, broken, photo].map { Tile(photo: $0, box: box, caption: "0.42") }
            let sheet = try workplace.photo(try await darkroom.contactSheet(tiles), named: "sheet.jpg")
            let facts = try await darkroom.develop(sheet, order: plain).facts
            #expect(facts.width == 2 * 166 + 6 && facts.height == 2 * 184 + 6)
        }
    }
}
