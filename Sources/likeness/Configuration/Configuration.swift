internal import Darkroom
internal import Domain
internal import HTTP
internal import Web

/// What can be set about a run, where each value came from, and nothing that is wrong.
struct Configuration: Sendable, Equatable {
    /// Folder for what is installed later.
    var data: Setting<String?>
    /// A file, or the address of a server; absent where the data folder's own is meant.
    var database: Setting<String?>
    /// Folder of the key ring; absent where it lies beside the data folder.
    var keys: Setting<String?>
    /// The master key itself, or a command that tells it; a file beside the ring where neither is given.
    var masterKey: Setting<String?>
    var masterKeyCommand: Setting<String?>
    /// What uploads leave free on the disk.
    var freeSpace: Setting<Int>
    /// Folder whose `open` folder is the built-in model pack; absent where set-up did not run.
    var models: Setting<String?>
    var address: Setting<String>
    var port: Setting<Int>
    /// What stands in links; absent where nobody said how guests find the server.
    var publicAddress: Setting<PublicAddress?>
    var certificate: Setting<String?>
    var certificateKey: Setting<String?>
    var trustedProxies: Setting<[AddressRange]>
    var accessLog: Setting<Bool>
    var threads: Setting<Int>
    var connections: Setting<Int>
    var connectionsPerAddress: Setting<Int>
    var requestsPerAddress: Setting<Int>
    var requestsPerToken: Setting<Int>
    var headerSeconds: Setting<Double>
    var graceSeconds: Setting<Double>
    var idleSeconds: Setting<Int>
    var leastRate: Setting<Double>
    var bodyBytes: Setting<Int>
    var jobs: Setting<Int>
    var pixels: Setting<Int>
    var bytes: Setting<Int>
    var seconds: Setting<Double>
    var memoryInBytes: Setting<Int>
    /// The file that was read.
    var file: String?
    /// What is in order, and somebody should know.
    var warnings: [String]

    /// Everything that is wrong, at once.
    struct Faults: Error, Equatable {
        let sentences: [String]
        /// Whether all of it was said on the command line just now.
        var isUsage = false
    }

    /// Reads all that was said, on the command line, in the environment and in the file; `root` is the folder that set-up
    /// prepared, if the program lies in one.
    init(
        commandLine: [SettingKey: String] = [:], environment: [String: String], file: SettingsFile? = nil,
        root: String?, workingFolder: String
    ) throws(Faults) {
        var reader = SettingsReader(
            commandLine: commandLine, environment: environment, file: file, workingFolder: workingFolder)
        let (photo, server) = (Limits(), ServerSettings())
        data = reader.folder(.data, standard: root.map { $0 + "/data" })
        database = reader.database(.database)
        keys = reader.folder(.keys)
        masterKey = reader.text(.masterKey)
        masterKeyCommand = reader.text(.masterKeyCommand)
        freeSpace = reader.size(.freeSpace, in: 0...(1 << 50), standard: 512 << 20)
        models = reader.folder(.models, standard: root.map { $0 + "/.deps/models" })
        address = reader.value(
            .address, server.address, "an address of this machine, such as 127.0.0.1 or ::"
        ) {
            AddressRange.isAddress($0) ? $0 : nil
        }
        port = reader.number(.port, in: 0...65535, standard: server.port)
        publicAddress = reader.value(.publicAddress, nil, "an address such as https://photos.example.org") {
            PublicAddress($0).map { .some($0) }
        }
        certificate = reader.folder(.certificate)
        certificateKey = reader.folder(.certificateKey)
        trustedProxies = reader.value(
            .trustedProxies, [], "addresses or ranges with commas, such as 10.0.0.1, 10.1.0.0/16"
        ) { text in
            let parts = text.split(separator: ",").map { $0.filter { $0 != " " } }
            let ranges = parts.compactMap { AddressRange($0) }
            return ranges.count == parts.count && !ranges.isEmpty ? ranges : nil
        }
        accessLog = reader.truth(.accessLog)
        threads = reader.number(.threads, in: 1...64, standard: server.threads)
        connections = reader.number(.connections, in: 1...100_000, standard: server.mostConnections)
        connectionsPerAddress = reader.number(
            .connectionsPerAddress, in: 1...100_000, standard: server.mostConnectionsOfAddress)
        requestsPerAddress = reader.number(
            .requestsPerAddress, in: 0...1_000_000, standard: server.mostRequestsOfAddressPerSecond)
        requestsPerToken = reader.number(
            .requestsPerToken, in: 0...1_000_000, standard: server.mostRequestsOfTokenPerSecond)
        headerSeconds = reader.real(.headerSeconds, in: 0.1...3600, standard: server.headerSeconds)
        graceSeconds = reader.real(.graceSeconds, in: 0...3600, standard: server.graceSeconds)
        idleSeconds = reader.number(.idleSeconds, in: 1...3600, standard: server.idleSeconds)
        leastRate = reader.real(
            .leastRate, in: 0...1_000_000_000, standard: server.leastBytesPerSecond, "bytes a second")
        bodyBytes = reader.size(.bodyBytes, in: (1 << 20)...(1 << 50), standard: Int(server.mostBytesOfBody))
        jobs = reader.number(.jobs, in: 1...256, standard: DarkroomSettings.processors)
        pixels = reader.number(.pixels, in: 1...4_000_000_000, standard: photo.pixels)
        bytes = reader.size(.bytes, in: 1...(64 << 30), standard: photo.bytes)
        seconds = reader.real(.seconds, in: 0.1...3600, standard: photo.seconds)
        memoryInBytes = reader.size(.memory, in: (256 << 20)...(1 << 40), standard: photo.memoryInBytes)
        self.file = file?.path
        warnings = []
        checkTogether(&reader)
        if !reader.faults.isEmpty {
            throw Faults(sentences: reader.faults, isUsage: !reader.hasOlderFaults)
        }
        warnings = foundOdd(environment, file)
    }

    /// What is right by itself and wrong beside another.
    private func checkTogether(_ reader: inout SettingsReader) {
        if masterKey.value != nil, masterKeyCommand.value != nil {
            let (one, other) = (
                reader.name(.masterKey, masterKey.origin),
                reader.name(.masterKeyCommand, masterKeyCommand.origin)
            )
            reader.refuse("\(one) and \(other) are both set: set one of them.", masterKey.origin)
        }
        if (certificate.value == nil) != (certificateKey.value == nil) {
            let (key, origin) =
                certificate.value == nil
                ? (SettingKey.certificateKey, certificateKey.origin) : (.certificate, certificate.origin)
            let other: SettingKey = key == .certificate ? .certificateKey : .certificate
            reader.refuse(
                "\(reader.name(key, origin)) is set without \(reader.name(other, origin)): they belong together.",
                origin)
        }
        if connectionsPerAddress.value > connections.value, connectionsPerAddress.origin != .standard {
            let origin = connectionsPerAddress.origin
            reader.refuse(
                "\(reader.name(.connectionsPerAddress, origin)) is \(connectionsPerAddress.value), and must not be above the "
                    + "\(connections.value) that \(SettingKey.connections.rawValue) allows to all.", origin)
        }
    }

    private func foundOdd(_ environment: [String: String], _ file: SettingsFile?) -> [String] {
        var warnings: [String] = []
        let known = SettingKey.allCases.map(\.variable) + [SettingsFile.variable]
        // Variables that look like ours and are read by nobody.
        for name in environment.keys.sorted() where name.hasPrefix("LIKENESS_") && !known.contains(name) {
            warnings.append(
                "\(shown(name)) is set, but nothing reads it: is it misspelt?\(hint(name, among: known))")
        }
        if let file, file.isOpenToOthers, [masterKey.origin, database.origin].contains(where: \.isFile) {
            warnings.append(
                "\(shown(file.path)) holds a secret, and everybody on the machine may read it: chmod 640 mends that."
            )
        }
        if publicAddress.value?.isOpenToListeners == true { warnings.append(PublicAddress.warning) }
        return warnings
    }
}

extension Origin {
    var isFile: Bool { if case .file = self { true } else { false } }
}

extension Configuration {
    var limits: Limits {
        var limits = Limits()
        limits.pixels = pixels.value
        limits.bytes = bytes.value
        limits.seconds = seconds.value
        limits.memoryInBytes = memoryInBytes.value
        return limits
    }

    /// What links begin with; where nobody has said how people find the server, as who sits at the machine does.
    var addressOfLinks: String { publicAddress.value?.text ?? localAddress(port: port.value) }

    func localAddress(port: Int) -> String {
        let scheme = certificate.value == nil ? "http" : "https"
        let host = address.value.contains(":") ? "[\(address.value)]" : address.value
        return "\(scheme)://\(host):\(port)"
    }

    /// All but the certificate, whose files are read when the server starts.
    var server: ServerSettings {
        var server = ServerSettings()
        server.address = address.value
        server.port = port.value
        server.threads = threads.value
        server.trustedProxies = trustedProxies.value
        server.sessionCookies = SessionCookie.names
        server.mostConnections = connections.value
        server.mostConnectionsOfAddress = connectionsPerAddress.value
        server.mostRequestsOfAddressPerSecond = requestsPerAddress.value
        server.mostRequestsOfTokenPerSecond = requestsPerToken.value
        server.headerSeconds = headerSeconds.value
        server.graceSeconds = graceSeconds.value
        server.idleSeconds = idleSeconds.value
        server.leastBytesPerSecond = leastRate.value
        server.mostBytesOfBody = Int64(bodyBytes.value)
        return server
    }

    /// Every setting with its value in force and where it comes from, for people; secrets only as set or not.
    var rows: [(key: SettingKey, value: String, origin: Origin)] {
        SettingKey.allCases.map { key in
            func row<Value>(_ setting: Setting<Value>, _ text: (Value) -> String) -> (
                SettingKey, String, Origin
            ) {
                (
                    key,
                    key.isSecret ? (setting.origin == .standard ? "not set" : "set") : text(setting.value),
                    setting.origin
                )
            }
            func plain<Value: CustomStringConvertible>(_ setting: Setting<Value>) -> (
                SettingKey, String, Origin
            ) {
                row(setting) { "\($0)" }
            }
            func or(_ words: String) -> (String?) -> String { { $0 ?? words } }
            return switch key {
            case .data: row(data, or("none"))
            case .database: row(database) { $0.map(DatabaseAddress.shown) ?? "in the data folder" }
            case .keys: row(keys, or("beside the data folder"))
            case .masterKey: row(masterKey, or("not set"))
            case .masterKeyCommand: row(masterKeyCommand, or("not set"))
            case .freeSpace: row(freeSpace, sizeText)
            case .models: row(models, or("none"))
            case .address: plain(address)
            case .port: plain(port)
            case .publicAddress: row(publicAddress) { $0?.text ?? "none" }
            case .certificate: row(certificate, or("none"))
            case .certificateKey: row(certificateKey, or("none"))
            case .trustedProxies:
                row(trustedProxies) { $0.isEmpty ? "none" : $0.map(\.text).joined(separator: ", ") }
            case .accessLog: row(accessLog) { $0 ? "yes" : "no" }
            case .threads: plain(threads)
            case .connections: plain(connections)
            case .connectionsPerAddress: plain(connectionsPerAddress)
            case .requestsPerAddress: plain(requestsPerAddress)
            case .requestsPerToken: plain(requestsPerToken)
            case .headerSeconds: plain(headerSeconds)
            case .graceSeconds: plain(graceSeconds)
            case .idleSeconds: plain(idleSeconds)
            case .leastRate: plain(leastRate)
            case .bodyBytes: row(bodyBytes, sizeText)
            case .jobs: plain(jobs)
            case .pixels: plain(pixels)
            case .bytes: row(bytes, sizeText)
            case .seconds: plain(seconds)
            case .memory: row(memoryInBytes, sizeText)
            }
        }
    }
}

/// "512 MB": sizes are told in powers of 1024, as the limits are set.
func sizeText(_ bytes: Int) -> String {
    for (unit, shift) in [("GB", 30), ("MB", 20), ("KB", 10)] where bytes >= 1 << shift {
        let tenths = bytes / ((1 << shift) / 10)
        return tenths % 10 == 0 || tenths >= 1000
            ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
    }
    return "\(bytes) bytes"
}
