/// Everything that can be set, by its name in the file. The environment has the same in capitals: `free-space` is
/// LIKENESS_FREE_SPACE.
enum SettingKey: String, CaseIterable, Sendable {
    case data, database, keys
    case masterKey = "master-key"
    case masterKeyCommand = "master-key-command"
    case freeSpace = "free-space"
    case models
    case address, port
    case publicAddress = "public-address"
    case certificate
    case certificateKey = "certificate-key"
    case trustedProxies = "trusted-proxies"
    case accessLog = "access-log"
    case threads, connections
    case connectionsPerAddress = "connections-per-address"
    case requestsPerAddress = "requests-per-address"
    case requestsPerToken = "requests-per-token"
    case headerSeconds = "header-seconds"
    case graceSeconds = "grace-seconds"
    case idleSeconds = "idle-seconds"
    case leastRate = "least-rate"
    case bodyBytes = "body-bytes"
    case jobs
    case pixels = "limit-pixels"
    case bytes = "limit-bytes"
    case seconds = "limit-seconds"
    case memory = "limit-memory"

    var variable: String { "LIKENESS_" + rawValue.uppercased().replacing("-", with: "_") }

    /// Where it lies on the command line of `serve`, if it does under another name.
    var option: String {
        switch self {
        case .certificateKey: "--key"
        case .trustedProxies: "--proxy"
        default: "--" + rawValue
        }
    }

    /// Never shown.
    var isSecret: Bool { self == .masterKey || self == .masterKeyCommand }

    /// For whoever looks the setting up.
    var summary: String {
        switch self {
        case .data: "folder of photo files and of what is installed"
        case .database: "a file, or postgres://…; likeness.sqlite in the data folder if not told"
        case .keys: "folder of the key ring; beside the data folder, with .keys behind its name, if not told"
        case .masterKey: "the master key itself, in 64 hexadecimal digits; better a file or a command"
        case .masterKeyCommand: "a command that prints the master key"
        case .freeSpace: "what uploads leave free on the disk, such as 512M"
        case .models: "folder of the built-in model pack"
        case .address: "the address to listen on; :: for everybody"
        case .port: "the port to listen on; 0 for any that is free"
        case .publicAddress:
            "where guests find it, such as https://photos.example.org; stands in links and mail"
        case .certificate: "certificate chain in PEM, for TLS without a proxy"
        case .certificateKey: "the certificate's key in PEM"
        case .trustedProxies:
            "proxies of yours whose X-Forwarded headers count: addresses or ranges with commas"
        case .accessLog: "a line of JSON for each request, without addresses, tokens or names (yes or no)"
        case .threads: "threads that read and write connections"
        case .connections: "connections at a time; whoever comes above that is told so (503)"
        case .connectionsPerAddress: "the same for one address, or behind a proxy requests at a time"
        case .requestsPerAddress: "requests a second of one address, twice that at once; 0 for no limit"
        case .requestsPerToken: "the same for one session or link, wherever it comes from"
        case .headerSeconds: "within which the header of a request must be complete"
        case .graceSeconds: "for which a sender may be slower than least-rate"
        case .idleSeconds: "after which a connection without a request is closed"
        case .leastRate: "bytes a second that a sender or reader must reach"
        case .bodyBytes: "how long the body of one request may be"
        case .jobs: "photos worked on at a time; one for each processor if not told"
        case .pixels: "how many pixels one photo may have"
        case .bytes: "how long the file of one photo may be"
        case .seconds: "how long one photo may be worked on"
        case .memory: "how much memory one photo may take"
        }
    }

    /// Name, purpose and default, for the help.
    static var rows: [(String, String)] {
        let defaults = try? Configuration(environment: [:], root: nil, workingFolder: "/").rows
        let unsaid = ["none", "not set", "no"]
        return allCases.map { key in
            let value = defaults?.first { $0.key == key }?.value ?? ""
            // Where the default is none, or depends on other things, the summary says so.
            let isPlain =
                !unsaid.contains(value) && ![.database, .keys, .jobs].contains(key) && !value.isEmpty
            return (key.rawValue, key.summary + (isPlain ? "; \(value) if not told" : ""))
        }
    }
}
