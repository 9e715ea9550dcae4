internal import Darkroom
internal import Glibc
internal import Inference

/// What the doctor can see of the machine and of the libraries that the program runs on.
enum Machine {
    static var versions: [(String, JSON)] {
        [
            ("likeness", .text(Program.version)), ("Swift library", .text("\(_SwiftStdlibVersion.current)")),
            ("OpenVINO", .text(InferenceRuntime.libraryVersion())),
            ("libvips", .optional(version("vips_version_string", "libvips"))),
            ("libjpeg-turbo", .optional(loaded("libjpeg").map { "libjpeg.so.\($0)" })),
            ("SQLite", .optional(version("sqlite3_libversion", "libsqlite3"))),
            ("libpq", .optional(loaded("libpq").map { "libpq.so.\($0)" })),
            ("libsodium", .optional(version("sodium_version_string", "libsodium"))),
            ("kernel", .text(kernel)),
        ]
    }

    static var hardware: [(String, JSON)] {
        [
            ("processor", .optional(fact("/proc/cpuinfo", "model name"))),
            ("features", .list(features.map { .text($0) })), ("cores", .integer(DarkroomSettings.processors)),
            ("memory", .text(sizeText(sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))))),
        ]
    }

    static var warnings: [String] {
        var warnings = [
            "Vectors have the same bits on the same machine; machines with other processor features round differently, "
                + "by far less than any threshold notices."
        ]
        #if arch(x86_64)
            if !features.contains("avx2") {
                warnings.append("The processor has no AVX2: everything works, but several times slower.")
            }
        #endif
        return warnings
    }

    /// Bytes that may still be written to the disk of a folder, or of the nearest one above it that exists.
    static func freeDisk(at folder: String) -> Int? {
        var path = folder[...]
        var facts = statvfs()
        while statvfs(String(path), &facts) != 0 {
            guard errno == ENOENT, let slash = path.lastIndex(of: "/") else { return nil }
            path = slash == path.startIndex ? "/" : path[..<slash]
        }
        return Int(clamping: UInt64(facts.f_bavail) * UInt64(facts.f_frsize))
    }

    /// Those that decide how fast the networks run, and how they round.
    private static let features: [String] = {
        let flags = Set(
            (fact("/proc/cpuinfo", "flags") ?? fact("/proc/cpuinfo", "Features") ?? "").split(separator: " "))
        return [
            "avx2", "fma", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_tile", "sha_ni", "asimd",
            "sha2",
        ]
        .filter { flags.contains($0[...]) }
    }()

    private static var kernel: String {
        var name = utsname()
        guard uname(&name) == 0 else { return "unknown" }
        return withUnsafeBytes(of: &name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// The value behind a name in one of the kernel's tables.
    private static func fact(_ table: String, _ name: String) -> String? {
        for line in lines(of: table) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].filter({ $0 != "\t" }) == name else { continue }
            return String(parts[1].drop { $0 == " " })
        }
        return nil
    }

    private static func lines(of table: String) -> [Substring] {
        let descriptor = open(table, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(descriptor, &piece, piece.count), count > 0 { bytes += piece[..<count] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }

    /// What a library says of itself. It is asked by name, since only its own room may import it.
    private static func version(_ function: String, _ library: String) -> String? {
        guard let address = dlsym(nil, function) else { return loaded(library) }
        let ask = unsafeBitCast(address, to: (@convention(c) () -> UnsafePointer<CChar>?).self)
        return ask().map { String(cString: $0) }
    }

    /// The version in the name of a library's file, as it is loaded into this process.
    private static func loaded(_ library: String) -> String? {
        for line in lines(of: "/proc/self/maps") {
            guard let file = line.split(separator: "/").last, file.hasPrefix(library + ".so.") else {
                continue
            }
            return String(file.dropFirst(library.count + 4))
        }
        return nil
    }
}
