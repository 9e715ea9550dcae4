import Glibc

/// Files made for the tests, byte by byte.
enum MadeFiles {
    /// An uncompressed grey TIFF; it may claim other sizes than it has.
    static func tiff(width: Int, height: Int, value: UInt8 = 128, pixels: Int? = nil) -> [UInt8] {
        let count = pixels ?? width * height
        var bytes: [UInt8] = Array("II".utf8) + [42, 0] + four(8)
        let fields: [(tag: Int, type: Int, value: Int)] = [
            (256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1),
            (273, 4, 8 + 2 + 9 * 12 + 4),
            (277, 3, 1), (278, 4, height), (279, 4, count),
        ]
        bytes += two(fields.count)
        for field in fields { bytes += two(field.tag) + two(field.type) + four(1) + four(field.value) }
        return bytes + four(0) + [UInt8](repeating: value, count: count)
    }

    /// As much of Canon's RAW format as its recognition looks at.
    static let raw: [UInt8] =
        Array("II".utf8) + [42, 0, 16, 0, 0, 0] + Array("CR".utf8) + [2, 0, 0, 0, 0, 0, 0, 0]

    static let video: [UInt8] =
        [0, 0, 0, 24] + Array("ftypisom".utf8) + [0, 0, 2, 0] + Array("isommp41".utf8)

    static let sidecar: [UInt8] = Array("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"></x:xmpmeta>".utf8)

    /// A tar archive of plain files.
    static func tar(_ files: [(name: String, bytes: [UInt8])]) -> [UInt8] {
        var archive: [UInt8] = []
        for file in files {
            var head = [UInt8](repeating: 0, count: 512)
            func put(_ text: String, at place: Int) {
                head.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
            }
            put(file.name, at: 0)
            put("0000644", at: 100)
            put("0000000", at: 108)
            put("0000000", at: 116)
            put(octal(file.bytes.count, 11), at: 124)
            put("00000000000", at: 136)
            put("        ", at: 148)
            put("0", at: 156)
            put("ustar\u{0}00", at: 257)
            put(octal(head.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148)
            archive += head + file.bytes
            archive += [UInt8](repeating: 0, count: (512 - archive.count % 512) % 512)
        }
        return archive + [UInt8](repeating: 0, count: 1024)
    }

    private static func octal(_ value: Int, _ digits: Int) -> String {
        let text = String(value, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    private static func two(_ value: Int) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8 & 255)] }

    private static func four(_ value: Int) -> [UInt8] { two(value & 0xFFFF) + two(value >> 16) }
}

/// A place to try the program in: folders, data of its own, and the open pack.
struct Workplace {
    let scratch: Scratch
    var launch: Launch

    init(_ environment: [String: String] = [:]) throws {
        scratch = try Scratch()
        launch = Launch(environment: ["LIKENESS_DATA": scratch.path + "/data"].merging(environment) { $1 })
    }

    var folder: String { scratch.folder("photos") }

    /// Puts a portrait into the folder of photos; with a mark behind its end it is another photo of the same scene.
    func add(_ portrait: String, as name: String, mark: Int? = nil) {
        guard let portraits = Product.portraits else { return }
        var bytes = Scratch.bytes("\(portraits)/\(portrait)")
        if let mark { bytes += Array("mark \(mark)".utf8) }
        Scratch.write(bytes, to: Array("\(folder)/\(name)".utf8))
    }

    func add(_ bytes: [UInt8], as name: String) { Scratch.write(bytes, to: Array("\(folder)/\(name)".utf8)) }

    /// Waits for something that another process brings about.
    static func wait(within limit: Duration = .seconds(60), until isDone: () -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while !isDone() {
            if ContinuousClock.now > deadline { return false }
            try await Task.sleep(for: .milliseconds(5))
        }
        return true
    }
}
