import Domain
import Testing

@testable import likeness

@Suite("Configuration") struct ConfigurationTests {
    private func read(_ environment: [String: String]) throws -> Configuration {
        try Configuration(environment: environment, root: "/house", workingFolder: "/here")
    }

    @Test("stands without any variable")
    func defaults() throws {
        let configuration = try read(["HOME": "/root"])
        #expect(configuration.models == .init(value: "/house/.deps/models", origin: .standard))
        #expect(configuration.data == .init(value: "/house/data", origin: .standard))
        #expect(configuration.limits.pixels == 250_000_000)
        #expect(configuration.unknown.isEmpty)
    }

    @Test("takes what the environment says, and remembers that it came from there")
    func environment() throws {
        let configuration = try read([
            "LIKENESS_DATA": "data", "LIKENESS_MODELS": "/models", "LIKENESS_LIMIT_PIXELS": "1000",
            "LIKENESS_LIMIT_BYTES": "3M", "LIKENESS_LIMIT_SECONDS": "2.5", "LIKENESS_LIMIT_MEMORY": "1G",
        ])
        #expect(configuration.data == .init(value: "/here/data", origin: .environment))
        #expect(configuration.models == .init(value: "/models", origin: .environment))
        #expect(configuration.limits.pixels == 1000)
        #expect(configuration.limits.bytes == 3 << 20)
        #expect(configuration.limits.seconds == 2.5)
        #expect(configuration.limits.memoryInBytes == 1 << 30)
    }

    @Test("reports all faults at once, each with its variable")
    func faults() {
        #expect {
            try read([
                "LIKENESS_LIMIT_PIXELS": "many", "LIKENESS_LIMIT_SECONDS": "-1",
                "LIKENESS_LIMIT_MEMORY": "1K",
                "LIKENESS_LIMIT_BYTES": "9999999999G",
            ])
        } throws: { error in
            guard let faults = error as? Configuration.Faults else { return false }
            return faults.sentences.count == 4
                && faults.sentences.allSatisfy { $0.hasPrefix("LIKENESS_LIMIT_") }
        }
    }

    @Test("takes an empty variable for none, and notices misspelt ones")
    func oddities() throws {
        let configuration = try read(["LIKENESS_DATA": "", "LIKENESS_LIMIT_PIXEL": "5"])
        #expect(configuration.data.origin == .standard)
        #expect(configuration.unknown == ["LIKENESS_LIMIT_PIXEL"])
    }

    @Test("writes sizes as a person would")
    func sizes() {
        #expect(sizeText(900) == "900 bytes")
        #expect(sizeText(512 << 20) == "512 MB")
        #expect(sizeText(3 << 29) == "1.5 GB")
    }
}
