import Domain
import FoundationEssentials
import Inference
import Testing

@Suite("Pack manifest") struct PackManifestTests {
    @Test("is read as it was written, and equal packs have equal files")
    func roundTrip() throws {
        let manifest = GeneratedPack.manifest()
        #expect(manifest.faults == [])
        let json = try manifest.json()
        #expect(try PackManifest(json: json) == manifest)
        #expect(try PackManifest(json: json).json() == json)
    }

    @Test("all faults are named at once")
    func namesAllFaults() {
        var manifest = GeneratedPack.manifest()
        manifest.name = "../up"
        manifest.detector.file = "a/b.onnx"
        manifest.embedder.chipSide = 5
        manifest.embedder.template = [Point(x: 1, y: 1)]
        manifest.embedder.input.mean = [1]
        manifest.detector.input.scale = 0
        manifest.embedder.dimension = 0
        manifest.sums["face.onnx"] = "abc"
        manifest.thresholds[.children] = nil
        manifest.thresholds[.outdoor]?.merge.distance = 3
        manifest.thresholds[.intimate]?.ask.distance = 0.1
        manifest.thresholds[.conference]?.ask.missRate = 2
        let faults = manifest.faults
        for word in [
            "name", "a/b.onnx", "chipSide", "template", "embedder.input.mean", "detector.input.scale",
            "dimension",
            "face.onnx", "children", "outdoor.merge", "intimate.ask", "conference.ask",
        ] {
            #expect(faults.contains { $0.contains(word) }, "\(word)")
        }
        #expect(faults.allSatisfy { $0.hasPrefix("pack.json: ") && $0.hasSuffix(".") })
    }

    @Test("missing and wrong fields are named together")
    func namesMissingFields() throws {
        let json =
            #"{"format": 1, "name": "x", "title": 5, "version": "1", "metric": "manhattan", "detector": {"file": "d"}}"#
        let error = #expect(throws: PackError.self) { try PackManifest(json: Array(json.utf8)) }
        let faults = try #require(error).faults
        for word in [
            "licence is missing", "title is of the wrong kind", "metric has a value that is not known",
            "detector.decoder is missing", "sums is missing",
        ] {
            #expect(faults.contains { $0.contains(word) }, "\(word) in \(faults)")
        }
    }

    @Test(
        "text that is no manifest is refused in a sentence",
        arguments: [
            "", "{", "[]", "null", "{}", #"{"format": 2}"#, #"{"format": "one"}"#,
            String(repeating: "[", count: 5000),
        ])
    func refusesOtherText(text: String) {
        #expect(throws: PackError.self) { try PackManifest(json: Array(text.utf8)) }
    }

    @Test("a manifest cut short anywhere is refused")
    func refusesTruncated() throws {
        let json = try GeneratedPack.manifest().json()
        for end in stride(from: 0, to: json.count - 2, by: 13) {
            #expect(throws: PackError.self) { try PackManifest(json: Array(json[..<end])) }
        }
    }

    @Test("names of files and packs lead nowhere else")
    func refusesPaths() {
        for name in [
            "", ".", "..", "../x", "/etc/passwd", "a/b", "a\\b", ".hidden", "a b", "a\nb", "pack.json", "é",
        ] {
            var manifest = GeneratedPack.manifest()
            manifest.sums[name] = String(repeating: "0", count: 64)
            #expect(!manifest.faults.isEmpty, "file '\(name)'")
        }
        for name in ["", ".", "..", "-x", "A", "a/b", "a b", "current", String(repeating: "a", count: 65)] {
            #expect(!PackManifest.isPackName(name), "pack '\(name)'")
        }
        #expect(PackManifest.isPackName("buffalo_l-2.0"))
    }

    @Test("the identity changes with every setting that changes vectors, and with no other")
    func identityFollowsVectors() {
        let manifest = GeneratedPack.manifest()
        let changes: [(inout PackManifest) -> Void] = [
            { $0.sums["det.onnx"] = String(repeating: "0", count: 64) },
            { $0.sums["face.onnx"] = String(repeating: "0", count: 64) },
            { $0.detector.decoder = .scrfd }, { $0.detector.input.scale = 2 },
            { $0.embedder.input.mean[1] = 0 },
            { $0.embedder.input.colourOrder = .bgr }, { $0.embedder.chipSide = 113 },
            { $0.embedder.template[2].x += 0.5 }, { $0.embedder.dimension = 511 }, { $0.metric = .euclidean },
        ]
        var identities: Set<String> = [manifest.identity]
        for change in changes {
            var other = manifest
            change(&other)
            identities.insert(other.identity)
        }
        #expect(identities.count == changes.count + 1)
        var same = manifest
        same.title = "Other"
        same.licence.summary = "other"
        same.thresholds[.children] = nil
        same.sums["LICENSE"] = String(repeating: "0", count: 64)
        #expect(same.identity == manifest.identity)
        #expect(manifest.facts.identity == manifest.identity && manifest.facts.dimension == 512)
    }
}
