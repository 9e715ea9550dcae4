import Domain
import Glibc
import Inference
import TestSupport
import Testing

@testable import Darkroom

@Suite(
    "Workbench", .serialized, .enabled(if: Product.executable != nil, "needs the program beside the tests"))
struct UnpackTests {
    private let files = [
        MadeArchive.Entry(name: "pack.json", bytes: Array("{}".utf8)),
        MadeArchive.Entry(
            name: "face.onnx", bytes: (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }),
    ]

    private func inFolder(_ folder: String) -> [MadeArchive.Entry] {
        [MadeArchive.Entry(name: folder, kind: "5")]
            + files.map { .init(name: folder + $0.name, bytes: $0.bytes) }
    }

    @Test("unpacks zip, tar and tar.gz, flat or in one folder", .timeLimit(.minutes(10)))
    func unpacks() async throws {
        let workplace = try await Workplace()
        let hidden = [
            MadeArchive.Entry(name: "__MACOSX/._pack.json", bytes: [1]), .init(name: ".DS_Store", bytes: [2]),
        ]
        let archives = [
            MadeArchive.zip(files), MadeArchive.zip(hidden + files), MadeArchive.tar(files),
            MadeArchive.gzip(MadeArchive.tar(inFolder("buffalo/"))), MadeArchive.tar(inFolder("./")),
        ]
        try await workplace.withDarkroom({ $0.pack = nil }) { darkroom in
            for (number, bytes) in archives.enumerated() {
                let archive = try workplace.photo(bytes, named: "archive")
                try workplace.folder.makeFolder("out \(number)")
                let out = workplace.folder.path(of: "out \(number)")
                #expect(
                    try await darkroom.unpack(archive: archive.descriptor, into: out) == files.map(\.name))
                #expect(try workplace.folder.names(in: "out \(number)") == files.map(\.name).sorted())
                for file in files {
                    #expect(try workplace.folder.read("out \(number)/\(file.name)") == file.bytes)
                }
            }
        }
        #expect(workplace.notes.all.isEmpty)
    }

    private static let refused: [(String, [MadeArchive.Entry], String)] = [
        ("a way up", [.init(name: "../pack.json", bytes: [1])], "folder"),
        ("a way up inside", [.init(name: "a/../../pack.json", bytes: [1])], "folder"),
        ("the root", [.init(name: "/etc/passwd", bytes: [1])], "folder"),
        ("folders in folders", [.init(name: "a/b/pack.json", bytes: [1])], "folder"),
        ("a backslash", [.init(name: "..\\pack.json", bytes: [1])], "cannot name"),
        ("an escape", [.init(name: "pack\u{1B}[2J.json", bytes: [1])], "cannot name"),
        ("a name twice", [.init(name: "a/x", bytes: [1]), .init(name: "b/x", bytes: [2])], "twice"),
        ("a link", [.init(name: "pack.json", kind: "2", target: "/etc/passwd")], "link"),
        ("a hard link", [.init(name: "x", bytes: [1]), .init(name: "y", kind: "1", target: "x")], "link"),
        ("a device", [.init(name: "null", kind: "3")], "device"),
        ("a pipe", [.init(name: "pipe", kind: "6")], "device"),
        ("a hundred files", (0..<100).map { .init(name: "f\($0)", bytes: [1]) }, "64"),
        ("nothing", [], ""),
    ]

    @Test(
        "refuses an archive that reaches out of its folder or holds more than files",
        arguments: refused.map(\.0))
    func refusesHostileArchives(name: String) async throws {
        let workplace = try await Workplace()
        let (_, entries, word) = try #require(Self.refused.first { $0.0 == name })
        let archive = try workplace.photo(MadeArchive.tar(entries), named: "archive")
        try workplace.folder.makeFolder("in/out")
        try await workplace.withDarkroom({ $0.pack = nil }) { darkroom in
            do throws(WorkbenchError) {
                let names = try await darkroom.unpack(
                    archive: archive.descriptor, into: workplace.folder.path(of: "in/out"))
                Issue.record("took \(names)")
            } catch {
                guard case .refused(let sentence) = error else { throw error }
                #expect(sentence.contains(word))
                #expect(sentence.utf8.allSatisfy { $0 >= 0x20 })
            }
        }
        #expect(try workplace.folder.names(in: "in") == ["out"])
    }

    @Test("refuses what is no archive, a broken one and one that swells", .timeLimit(.minutes(10)))
    func refusesBadArchives() async throws {
        let workplace = try await Workplace()
        let zip = MadeArchive.zip(files)
        var head = Array(MadeArchive.tar([.init(name: "x")]).prefix(512))
        // A size of 8 MB, in octal digits, with its checksum.
        let size = 258 * 32_000 + 1
        head.replaceSubrange(124..<135, with: Array(("00000000000" + String(size, radix: 8)).suffix(11).utf8))
        head.replaceSubrange(148..<156, with: Array("        ".utf8))
        let sum = String(head.reduce(0) { $0 + Int($1) }, radix: 8)
        head.replaceSubrange(148..<155, with: Array(("000000" + sum).suffix(6).utf8) + [0])
        let bad: [(String, [UInt8])] = [
            ("text", Array("dear archive".utf8)), ("empty", []), ("half", Array(zip.prefix(zip.count / 2))),
            ("bomb", MadeArchive.bomb(head, zeros: size)),
            ("tar", MadeArchive.tar([.init(name: "x", bytes: [UInt8](repeating: 7, count: 5000))])),
        ]
        var limits = ArchiveLimits()
        limits.bytesOfFile = 4000
        try await workplace.withDarkroom({ $0.pack = nil }) { darkroom in
            for (name, bytes) in bad {
                let archive = try workplace.photo(bytes, named: name)
                try workplace.folder.makeFolder("out \(name)")
                let tight = name == "tar" ? limits : ArchiveLimits()
                await #expect("\(name)") {
                    try await darkroom.unpack(
                        archive: archive.descriptor, into: workplace.folder.path(of: "out \(name)"),
                        limits: tight)
                } throws: { error in
                    guard case WorkbenchError.refused(let sentence) = error else { return false }
                    return !["bomb", "tar"].contains(name) || sentence.contains("more than")
                }
            }
        }
    }

    @Test("tests a pack and describes networks behind the closed barrier", .timeLimit(.minutes(10)))
    func testsPacks() async throws {
        let workplace = try await Workplace()
        try await workplace.withDarkroom { darkroom in
            let report = try await darkroom.selfTest()
            #expect(report.dimension == MadePack.dimension && report.distanceOfDifferent > 0)
            let detector = try Workplace.open(workplace.pack.path(of: "det.onnx"))
            #expect(try await darkroom.describe(network: detector.descriptor).decoder == .centerface)
            let embedder = try Workplace.open(workplace.pack.path(of: "face.onnx"))
            let shape = try await darkroom.describe(network: embedder.descriptor)
            #expect(shape.dimensionOfChipNetwork == MadePack.dimension)
            let text = try workplace.photo(Array("no network".utf8))
            await #expect(throws: WorkbenchError.self) {
                try await darkroom.describe(network: text.descriptor)
            }
        }
        #expect(workplace.notes.all.isEmpty)
    }

    @Test("refuses a pack whose file was changed, and names the file")
    func refusesTamperedPack() async throws {
        let workplace = try await Workplace()
        try workplace.folder.write("models/made/face.onnx", GeneratedNetworks.embedder(dimension: 128))
        let photo = try workplace.photo(try MadePhoto.jpeg())
        try await workplace.withDarkroom { darkroom in
            await #expect { try await darkroom.selfTest() } throws: {
                ($0 as? WorkbenchError)?.sentence.contains("face.onnx") == true
            }
            let order = DevelopOrder(purpose: .selfie, wantsRenditions: false)
            await #expect { try await darkroom.develop(photo, order: order) } throws: {
                ($0 as? DevelopError)?.sentence.contains("face.onnx") == true
            }
            #expect(darkroom.processNumbers.count == 1, "only the workbench")
        }
    }

    @Test(
        "gives an archive's names in the end only as plain ones",
        arguments: [
            ("pack.json", "pack.json"), ("./pack.json", "pack.json"), ("p/pack.json", "pack.json"),
            ("p q (1)/face-net_2.onnx", "face-net_2.onnx"), (".hidden", nil), ("p/._x", nil),
        ] as [(String, String?)])
    func takesNames(name: String, expected: String?) throws {
        #expect(try ArchiveName.name(of: Array(name.utf8)) == expected)
    }

    @Test(
        "refuses every other name",
        arguments: [
            "", "/", ".", "..", "./", "a/", "/a", "a//b", "a/..", "../a", "a/b/c", "a\\b", "a\u{0}b", "a\nb",
            "ä", "a:b",
            "././a/b", String(repeating: "x", count: 300),
        ])
    func refusesNames(name: String) {
        #expect(throws: WorkbenchError.self) { try ArchiveName.name(of: Array(name.utf8)) }
    }
}
