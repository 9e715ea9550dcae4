import FoundationEssentials
import Glibc
import Inference
import Testing

/// Where tests find what is not part of the sources.
enum Place {
    static let root = parent(of: parent(of: parent(of: #filePath)))
    static let shared = parent(of: root) + "/shared"
    static let openPack = root + "/.deps/models/open"
    static let parts = root + "/.deps/parts"
    static let fixtures = parent(of: #filePath) + "/Fixtures"

    static let hasOpenPack = exists(openPack + "/pack.json")
    static let hasParts = exists(parts + "/dlib_face_recognition_resnet_model_v1.dat")
    static let hasSharedModels = exists(shared + "/models/yunet.onnx")

    static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

    static func bytes(of path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

    static func fixture<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(try bytes(of: "\(fixtures)/\(name)")))
    }

    static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path
    }
}

/// A folder that goes with the test.
final class TemporaryFolder {
    let path: String

    init() {
        let name = "likeness-inference-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        path = FileManager.default.temporaryDirectory.appending(path: name).path
        mkdir(path, 0o700)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
    }

    static func names(in path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }
}

/// Megabytes of memory that this process holds.
func residentMegabytes() throws -> Int {
    // Files under /proc say that they are empty, so they are read without asking for their size.
    let descriptor = open("/proc/self/statm", O_RDONLY)
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 200)
    let count = max(0, read(descriptor, &bytes, bytes.count))
    let fields = String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ")
    let pages = try #require(fields.dropFirst().first.flatMap { Int($0) })
    try #require(pages > 0)
    return (pages * 4096) >> 20
}
