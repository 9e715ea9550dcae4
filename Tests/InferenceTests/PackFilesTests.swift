import Domain
import Glibc
import Inference
import Testing

@Suite("Pack files") struct PackFilesTests {
    @Test("a whole pack is opened and its files have their sums")
    func opens() throws {
        let folder = TemporaryFolder()
        try GeneratedPack.write(to: folder)
        let pack = try PackFiles(folder: folder.path, origin: .installed)
        try pack.check()
        #expect(try pack.bytes(of: "face.onnx") == GeneratedPack.embedder)
        let descriptor = try pack.open("det.onnx")
        defer { close(descriptor) }
        #expect(try pack.manifest.bytes(of: "det.onnx", from: descriptor) == GeneratedPack.detector)
        #expect(throws: PackError.self) { try pack.manifest.bytes(of: "face.onnx", from: descriptor) }
    }

    @Test("missing files are all named, with the cure for where the pack came from")
    func namesMissing() throws {
        let folder = TemporaryFolder()
        try GeneratedPack.write(to: folder)
        unlink(folder.path + "/det.onnx")
        unlink(folder.path + "/LICENSE")
        let installed = #expect(throws: PackError.self) {
            try PackFiles(folder: folder.path, origin: .installed)
        }
        #expect(installed?.faults.count == 2)
        #expect(installed?.description.contains("det.onnx is missing: install it again") == true)
        let builtIn = #expect(throws: PackError.self) { try PackFiles(folder: folder.path, origin: .builtIn) }
        #expect(builtIn?.description.contains("run ./run again") == true)
        let nothing = #expect(throws: PackError.self) { try PackFiles(folder: "/nowhere", origin: .builtIn) }
        #expect(nothing?.description.contains("/nowhere/pack.json is missing: run ./run") == true)
        let archive = #expect(throws: PackError.self) {
            try PackFiles(folder: folder.path, origin: .archive("made.zip"))
        }
        #expect(archive?.description.contains("made.zip: det.onnx is missing") == true)
        #expect(archive?.description.contains(folder.path) == false)
    }

    @Test("truncated and changed files are named by the check", arguments: [true, false])
    func namesChanged(truncated: Bool) throws {
        let folder = TemporaryFolder()
        try GeneratedPack.write(to: folder)
        var bytes = GeneratedPack.embedder
        if truncated { bytes.removeLast() } else { bytes[bytes.count / 2] ^= 1 }
        try folder.write(bytes, to: "face.onnx")
        let pack = try PackFiles(folder: folder.path, origin: .builtIn)
        let error = #expect(throws: PackError.self) { try pack.check() }
        #expect(error?.faults.count == 1)
        #expect(error?.description.contains("face.onnx is damaged or was changed") == true)
        #expect(throws: PackError.self) { try pack.bytes(of: "face.onnx") }
    }

    @Test("links, folders and pipes are no files of a pack")
    func refusesOtherThings() throws {
        for kind in ["link", "folder", "pipe"] {
            let folder = TemporaryFolder()
            try GeneratedPack.write(to: folder)
            let path = folder.path + "/LICENSE"
            unlink(path)
            switch kind {
            case "link": symlink("/etc/passwd", path)
            case "folder": mkdir(path, 0o755)
            default: mkfifo(path, 0o600)
            }
            let error = #expect(throws: PackError.self) {
                try PackFiles(folder: folder.path, origin: .installed)
            }
            #expect(error?.description.contains("LICENSE is not a plain file") == true, "\(kind)")
        }
    }

    @Test("a manifest of more than 256 KB is not read")
    func refusesHugeManifest() throws {
        let folder = TemporaryFolder()
        try folder.write([UInt8](repeating: 32, count: 300 << 10), to: "pack.json")
        let error = #expect(throws: PackError.self) { try PackFiles(folder: folder.path, origin: .installed) }
        #expect(error?.description.contains("is larger than 256 KB") == true)
    }
}
