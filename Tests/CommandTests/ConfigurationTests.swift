import Domain
import HTTP
import Testing

@testable import likeness

@Suite("Configuration") struct ConfigurationTests {
    private func read(
        _ environment: [String: String] = [:], file: String? = nil, _ commandLine: [SettingKey: String] = [:],
        isOpenToOthers: Bool = false
    ) throws -> Configuration {
        try Configuration(
            commandLine: commandLine, environment: environment,
            file: file.map {
                SettingsFile(
                    path: "/etc/likeness/likeness.conf", text: SettingsText(Array($0.utf8)),
                    isOpenToOthers: isOpenToOthers)
            }, root: "/house", workingFolder: "/here")
    }

    private func faults(
        _ environment: [String: String] = [:], file: String? = nil, _ commandLine: [SettingKey: String] = [:]
    ) -> Configuration.Faults {
        do {
            _ = try read(environment, file: file, commandLine)
            return Configuration.Faults(sentences: [])
        } catch {
            return error as? Configuration.Faults ?? Configuration.Faults(sentences: [])
        }
    }

    @Test("stands without anything said")
    func defaults() throws {
        let configuration = try read(["HOME": "/root"])
        #expect(configuration.models == .init(value: "/house/.deps/models", origin: .standard))
        #expect(configuration.data == .init(value: "/house/data", origin: .standard))
        #expect(configuration.limits.pixels == 250_000_000)
        #expect(configuration.server.port == 8080 && configuration.server.address == "127.0.0.1")
        #expect(configuration.publicAddress.value == nil && configuration.warnings.isEmpty)
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

    @Test("takes what a file says, with paths from where the file lies")
    func file() throws {
        let configuration = try read(
            file: """
                # Where it is found
                public-address = https://Photos.example.org/
                  address=::\r
                port\t=\t443

                certificate = tls/cert.pem
                certificate-key = "/keys/key = a.pem"
                trusted-proxies = 10.0.0.1, fd00::/8
                database = postgres://likeness:secret@db/likeness
                access-log = yes
                body-bytes = 1G
                requests-per-token = 0
                """)
        #expect(configuration.publicAddress.value?.text == "https://photos.example.org")
        #expect(configuration.publicAddress.origin == .file(line: 2))
        #expect(configuration.server.address == "::" && configuration.server.port == 443)
        #expect(configuration.certificate.value == "/etc/likeness/tls/cert.pem")
        #expect(configuration.certificateKey.value == "/keys/key = a.pem")
        #expect(configuration.trustedProxies.value.map(\.text) == ["10.0.0.1", "fd00::/8"])
        #expect(configuration.accessLog.value && configuration.server.mostBytesOfBody == 1 << 30)
        #expect(configuration.server.mostRequestsOfTokenPerSecond == 0)
        #expect(configuration.file == "/etc/likeness/likeness.conf")
    }

    @Test("lets the command line count before the environment, and that before the file")
    func precedence() throws {
        let file = "port = 1\njobs = 1\nthreads = 1"
        let configuration = try read(
            ["LIKENESS_PORT": "2", "LIKENESS_JOBS": "2"], file: file, [.port: "3"])
        #expect(configuration.port == .init(value: 3, origin: .commandLine))
        #expect(configuration.jobs == .init(value: 2, origin: .environment))
        #expect(configuration.threads == .init(value: 1, origin: .file(line: 3)))
        // Whoever counts less may also be wrong.
        #expect(try read(["LIKENESS_PORT": ""], file: "port = 1").port.value == 1)
    }

    @Test("tells everything that is wrong at once: where, what was found, and what is allowed")
    func faults() {
        let found = faults(
            [
                "LIKENESS_LIMIT_PIXELS": "many", "LIKENESS_LIMIT_SECONDS": "-1",
                "LIKENESS_LIMIT_MEMORY": "1K",
                "LIKENESS_LIMIT_BYTES": "9999999999G",
            ],
            file: """
                prot = 80
                port = 99999
                port = 1
                what is this
                threads =
                trusted-proxies = 10.0.0.1, somewhere
                certificate = a.pem
                public-address = photos.example.org
                access-log = maybe
                k\u{1} = a
                """)
        for words in [
            "LIKENESS_LIMIT_PIXELS is 'many', and must be a whole number from 1 to",
            "LIKENESS_LIMIT_SECONDS is '-1'", "LIKENESS_LIMIT_MEMORY is '1K', and must be a size",
            "LIKENESS_LIMIT_BYTES is '9999999999G'",
            "likeness.conf, line 1: prot is no setting. Did you mean port?",
            "line 2: port is '99999', and must be a whole number from 0 to 65535.",
            "line 3: port was set on line 2 already", "line 4: There is no = in it",
            "line 5: threads has no value", "line 6: trusted-proxies is '10.0.0.1, somewhere'",
            "line 7: certificate is set without certificate-key",
            "line 8: public-address is 'photos.example.org'",
            "line 9: access-log is 'maybe', and must be yes or no",
            "line 10: This is no plain text",
        ] {
            #expect(found.sentences.contains { $0.contains(words) }, "\(words) in \(found.sentences)")
        }
        #expect(found.sentences.count == 14 && !found.isUsage)
        let usage = faults([:], [.port: "x", .certificateKey: "k"])
        #expect(
            usage.isUsage && usage.sentences.contains { $0.hasPrefix("--key is set without --certificate") })
        #expect(faults(file: "connections-per-address = 5000").sentences.count == 1)
        let both = faults(["LIKENESS_MASTER_KEY": "ab", "LIKENESS_MASTER_KEY_COMMAND": "x"])
        #expect(
            both.sentences.first?.hasPrefix("LIKENESS_MASTER_KEY and LIKENESS_MASTER_KEY_COMMAND") == true)
        let secret = faults(file: "master-key 00112233445566778899aabbccddeeff")
        #expect(!secret.sentences.joined().contains("0011"), "half a secret is not shown")
    }

    @Test("takes an empty variable for none, and warns of what is misspelt, of open secrets and of open ways")
    func oddities() throws {
        let configuration = try read(["LIKENESS_DATA": "", "LIKENESS_LIMIT_PIXEL": "5"])
        #expect(configuration.data.origin == .standard)
        #expect(configuration.warnings.count == 1)
        #expect(configuration.warnings.first?.hasPrefix("LIKENESS_LIMIT_PIXEL is set") == true)
        #expect(try read(["LIKENESS_CONFIG": "x"]).warnings.isEmpty)
        let key = String(repeating: "ab", count: 32)
        #expect(try read(file: "master-key = \(key)", isOpenToOthers: true).warnings.count == 1)
        #expect(try read(file: "master-key = \(key)").warnings.isEmpty)
        #expect(try read(file: "port = 80", isOpenToOthers: true).warnings.isEmpty)
        for (address, warnings) in [
            ("https://a.example", 0), ("http://a.example", 1), ("http://localhost:8080", 0),
            ("http://127.0.0.1:8080/", 0), ("http://[::1]", 0), ("http://10.0.0.1", 1),
        ] { #expect(try read([:], [.publicAddress: address]).warnings.count == warnings, "\(address)") }
    }

    @Test("shows every setting, and no secret")
    func shown() throws {
        let key = String(repeating: "ab", count: 32)
        let configuration = try read(
            ["LIKENESS_MASTER_KEY": key], file: "database = postgres://me:secret@db/likeness\nport = 80")
        let rows = configuration.rows
        #expect(rows.map(\.key) == SettingKey.allCases)
        let text = rows.map { "\($0.key.rawValue)=\($0.value) (\($0.origin.words))" }
        #expect(!text.joined().contains("abab") && !text.joined().contains("secret"))
        #expect(
            text.contains("master-key=set (environment)")
                && text.contains("master-key-command=not set (default)"))
        #expect(text.contains("database=postgres://db/likeness (likeness.conf, line 1)"))
        #expect(text.contains("port=80 (likeness.conf, line 2)"))
    }

    @Test("knows a public address from what is none")
    func addresses() {
        for right in [
            "https://a", "https://photos.example.org", "http://a-b.c:8080", "https://[2001:db8::1]:443/",
            "HTTPS://A.B",
        ] { #expect(PublicAddress(right) != nil, "\(right)") }
        for wrong in [
            "", "a.b", "https://", "https:///", "ftp://a", "https://a/b", "https://a?b", "https://a:0",
            "https://a:99999", "https://a:", "https://u@a", "https://a b", "https://a..b", "https://-a",
            "https://[::1", "https://[]", "https://[a]", "https://a#b", "https://ä.org", "https://a:+80",
        ] { #expect(PublicAddress(wrong) == nil, "\(wrong)") }
        #expect(PublicAddress("HTTPS://A.B/")?.text == "https://a.b")
    }

    @Test("reads any bytes without ending the program")
    func garbage() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("port = 8\n\n\r\t\"#=-_aZ".utf8) + [0, 0xFF, 0xC3, 0xA4]
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            let text = SettingsText(bytes)
            #expect(text.entries.count + text.faults.count <= bytes.count { $0 == 0x0A } + 1)
            #expect(text.entries.allSatisfy { !$0.key.isEmpty && !$0.value.isEmpty })
        }
    }

    @Test("writes sizes as a person would")
    func sizes() {
        #expect(sizeText(900) == "900 bytes")
        #expect(sizeText(512 << 20) == "512 MB")
        #expect(sizeText(3 << 29) == "1.5 GB")
    }
}

extension CommandTests {
    @Suite("File of settings", .enabled(if: Product.hasPack, "the open pack is not made"))
    struct SettingsFileTests {
        @Test("is found where it is named and beside the data, and every command goes by it")
        func found() async throws {
            var work = try Workplace()
            let file = work.scratch.path + "/likeness.conf"
            Scratch.write("public-address = http://photos.example.org\nkeys = ring\n", to: file)
            let doctor = try await work.launch.run("doctor")
            #expect(doctor.output.contains("http://photos.example.org (likeness.conf, line 1)"), "\(doctor)")
            #expect(doctor.output.contains("public-address is not https"))
            #expect(try await work.launch.run("event", "create", "party").status == 0)
            #expect(Scratch.exists(work.scratch.path + "/ring/ring"), "taken from the file's own folder")
            let other = work.scratch.path + "/other.conf"
            Scratch.write("limit-pixels = 1x\nprot = 4\n", to: other)
            let named = try await work.launch.run("event", "list", "--config", other)
            #expect(named.status == 1 && named.errors.contains("other.conf, line 1: limit-pixels is '1x'"))
            #expect(named.errors.contains("other.conf, line 2: prot is no setting. Did you mean port?"))
            work.launch.environment["LIKENESS_CONFIG"] = other
            #expect(try await work.launch.run("event", "list").status == 1)
            #expect(try await work.launch.run("event", "list", "--config", file).status == 0)
            let missing = try await work.launch.run("event", "list", "--config", "/nowhere")
            #expect(missing.status == 1 && missing.errors.contains("does not exist"), "\(missing.errors)")
            work.launch.environment["LIKENESS_CONFIG"] = nil
            work.launch.environment["LIKENESS_DATA"] = "/nowhere/data"
            let elsewhere = try await work.launch.run("event", "list", "--data", work.scratch.path + "/data")
            #expect(elsewhere.status == 0 && elsewhere.output.contains("party"), "\(elsewhere.errors)")
        }

        @Test("of the server is listed by its help, and counts less than its command line")
        func serve() async throws {
            let work = try Workplace()
            let help = try await work.launch.run("serve", "--help")
            for key in SettingKey.allCases { #expect(help.output.contains("  \(key.rawValue)"), "\(key)") }
            Scratch.write("port = 99999\n", to: work.scratch.path + "/likeness.conf")
            #expect(try await work.launch.run("serve").status == 1)
            let usage = try await work.launch.run("serve", "--port", "x")
            #expect(usage.status == 2 && usage.errors.contains("--port is 'x'"), "\(usage.errors)")
        }
    }
}
