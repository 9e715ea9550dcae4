// swift-tools-version: 6.2
import PackageDescription

// The OpenVINO runtime comes as a Python wheel and is unpacked into .deps/ by the set-up (./run, ./test).
let openVINO = Context.packageDirectory + "/.deps/openvino/lib"

#if arch(arm64)
    let multiarch = "aarch64-linux-gnu"
#else
    let multiarch = "x86_64-linux-gnu"
#endif

let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: house)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: house)
}

let package = Package(
    name: "likeness",
    targets: [
        // C libraries, one target each: a module map and a shim, no more.
        .target(
            name: "COpenVINO",
            linkerSettings: [
                .linkedLibrary("openvino_c"),
                .unsafeFlags([
                    "-L" + openVINO, "-Xlinker", "-rpath", "-Xlinker", openVINO,
                    "-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../lib",
                ]),
            ]),
        .target(
            name: "CVips",
            cSettings: [
                .unsafeFlags([
                    "-O2", "-I/usr/include/glib-2.0", "-I/usr/lib/\(multiarch)/glib-2.0/include",
                ])
            ],
            linkerSettings: [
                .linkedLibrary("vips"), .linkedLibrary("gobject-2.0"), .linkedLibrary("glib-2.0"),
            ]),
        .target(
            name: "CJPEG", cSettings: [.unsafeFlags(["-O2"])], linkerSettings: [.linkedLibrary("jpeg")]),
        .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"])], linkerSettings: [.linkedLibrary("m")]),
        .target(name: "CBarrier", linkerSettings: [.linkedLibrary("seccomp")]),
        .target(
            name: "CSodium", cSettings: [.unsafeFlags(["-O3"])], linkerSettings: [.linkedLibrary("sodium")]),
        .target(name: "CMicroHTTPD"),
        .systemLibrary(name: "CPostgres"),
        .systemLibrary(name: "CSQLite"),
        .systemLibrary(name: "CCrypto"),
        .systemLibrary(name: "CArchive"),
        .systemLibrary(name: "CZlib"),

        // The house.
        room("Domain", []),
        room("Digests", ["CCrypto"]),
        room("Pipeline", ["Domain"]),
        room("Imaging", ["Domain", "Digests", "CVips", "CJPEG", "CKernels"]),
        room("Inference", ["Domain", "Digests", "COpenVINO"]),
        room("Darkroom", ["Domain", "Imaging", "Inference", "CBarrier", "CArchive"]),
        room("Storage", ["Domain", "Digests", "CPostgres", "CSQLite"]),
        room("Neighbours", ["Domain", "CKernels"]),
        room("Vault", ["Domain", "CSodium"]),
        room("Evaluation", ["Domain"]),
        room("Accounts", ["Domain"]),
        room("HTTP", ["Domain", "CMicroHTTPD", "CZlib"]),
        room("Web", ["Domain", "HTTP", "Pipeline", "Accounts"]),
        .executableTarget(
            name: "likeness",
            dependencies: [
                "Domain", "Digests", "Pipeline", "Darkroom", "Inference", "Neighbours", "Storage", "Vault",
                "Evaluation", "HTTP", "Accounts", "Web",
            ],
            swiftSettings: house),
        .executableTarget(
            name: "likeness-bench",
            dependencies: [
                "Domain", "Digests", "Imaging", "Inference", "Darkroom", "Evaluation", "Neighbours",
                "Pipeline", "Storage", "Vault",
            ],
            path: "Benchmarks",
            exclude: ["bench", "import", "kills", "budgets.json", "dlib_vectors.py", "server"],
            swiftSettings: house),

        // The tests, a folder for each room.
        .target(
            name: "TestSupport", dependencies: ["Domain", "Inference", "Storage"], path: "Tests/TestSupport",
            swiftSettings: house),
        tests("DomainTests", ["Domain"]),
        tests("PipelineTests", ["Pipeline", "Domain"], exclude: ["Fixtures"]),
        tests("ImagingTests", ["Imaging", "Domain", "CJPEG", "CVips"]),
        tests("InferenceTests", ["Inference", "Domain", "Digests"], exclude: ["Fixtures"]),
        tests("DarkroomTests", ["Darkroom", "Domain", "Evaluation", "Inference", "Imaging", "Vault"]),
        tests("StorageTests", ["Storage", "Domain", "Digests"]),
        tests("NeighboursTests", ["Neighbours", "Pipeline", "Domain", "CKernels"]),
        tests("VaultTests", ["Vault", "Domain"]),
        tests("JourneyTests", ["Pipeline", "Storage", "Vault", "Darkroom", "Domain", "Digests"]),
        tests("EvaluationTests", ["Evaluation", "Domain"]),
        tests("AccountsTests", ["Accounts", "Domain", "Storage", "Vault"]),
        tests(
            "WebTests", ["Web", "HTTP", "Accounts", "Pipeline", "Domain", "Digests", "Storage", "Vault"]),
        tests("HTTPTests", ["HTTP", "Domain", "CZlib"]),
        tests(
            "CommandTests",
            ["likeness", "Darkroom", "Domain", "HTTP", "Imaging", "Inference", "Storage", "Vault"]),
    ],
    swiftLanguageModes: [.v6]
)
