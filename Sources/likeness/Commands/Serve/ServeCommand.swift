internal import Accounts
internal import Darkroom
internal import Domain
internal import HTTP
internal import Inference
internal import Neighbours
internal import Pipeline
internal import Storage
internal import Synchronization
internal import Vault
internal import Web

/// `likeness serve`: the server with its API, and all the work that photos need.
struct ServeCommand: Command {
    static let description = CommandDescription(
        name: "serve",
        summary: "serve the API, take uploads and work through the photos, until it is stopped",
        details: [
            "It listens on this machine alone unless it is told otherwise. Behind a proxy of your own, name the proxy by "
                + "--proxy, or its word about who comes is not believed.",
            "Stopping finishes what is in hand; uploads that are cut off go on where they were.",
            "Each setting below can stand in the file of settings as NAME = VALUE, and in the environment as LIKENESS_NAME, "
                + "in capitals and with _ for -. The command line counts before the environment, and the environment before "
                + "the file. The file is the one of --config or LIKENESS_CONFIG, or likeness.conf beside the data folder. "
                + "`likeness doctor` shows what is in force, and from where.",
        ],
        options: given.map(\.option) + PoolOptions.all,
        tables: [("Settings", SettingKey.rows)],
        examples: [
            Example("likeness serve", "on http://127.0.0.1:8080"),
            Example(
                "likeness serve --address :: --certificate cert.pem --key key.pem", "for everybody, over TLS"),
            Example("likeness serve --config /etc/likeness.conf", "as a file says"),
        ],
        exits: [(.done, "it was stopped"), (.failed, "it could not be started")])

    /// Settings that may be said on the command line as well.
    private static let given: [(key: SettingKey, option: Option)] =
        [
            (.port, "N"), (.address, "ADDRESS"), (.publicAddress, "URL"), (.certificate, "FILE"),
            (.certificateKey, "FILE"), (.trustedProxies, "ADDRESSES"), (.accessLog, nil), (.jobs, "N"),
        ].map { (key: SettingKey, value: String?) in (key, Option(key.option, value, key.summary)) }

    private let given: [SettingKey: String]
    private let options: PoolOptions

    init(_ arguments: Arguments) throws(UsageError) {
        var given: [SettingKey: String] = [:]
        for (key, option) in Self.given {
            if let word = arguments[option] { given[key] = option.value == nil ? "yes" : word.text }
        }
        self.given = given
        options = PoolOptions(arguments)
    }

    func run() async throws -> ExitCode {
        let wiring = try Wiring(commandLine: given)
        let configuration = wiring.configuration
        for warning in configuration.warnings { Console.note(warning) }
        let pack = try wiring.pack()
        let house = try await wiring.house(options)
        var settings = configuration.server
        if let certificate = configuration.certificate.value, let key = configuration.certificateKey.value {
            settings.certificate = ServerSettings.Certificate(
                chain: try GivenFile.text(Word(certificate)), key: try GivenFile.text(Word(key)))
        }
        let (jobs, logsAccess) = (configuration.jobs.value, configuration.accessLog.value)
        let stop = StopSign()
        Signals.onFirst {
            Console.note("Stopping when what is in hand is finished; once more stops at once.")
            stop.raise()
        }
        if let files = OpenFiles.shortage(for: settings.mostConnections) {
            Console.note(
                "The system lets this program have \(files) open files, fewer than \(settings.mostConnections) connections need: "
                    + "raise the limit (LimitNOFILE in systemd, ulimit -n), or set fewer connections.")
        }
        try await HouseKeeping(house: house).tidy()
        try await wiring.withDarkroom(pack: pack, children: jobs) { [settings] darkroom in
            let work = PoolWork(house: house, darkroom: darkroom, pack: pack.manifest.facts, width: jobs)
            let people = house.people(pack.manifest.facts)
            let desk = house.desk(
                people: people, darkroom: darkroom, address: configuration.addressOfLinks)
            let counting = Counting()
            let routes = desk.routes + [desk.metrics { counting.figures }]
            let figures = RequestFigures(routes)
            counting.figures = figures
            let follower = PeopleFollower(house: house, people: people)
            let server: HTTPServer
            do throws(ServerError) {
                server = try HTTPServer(settings, Router(routes)) { access in
                    figures.note(access)
                    if logsAccess { Console.print(access.line(routes)) }
                }
            } catch {
                throw Failure(error.sentence, code: "cannot_serve")
            }
            try await Self.greet(server, settings, configuration, desk)
            do {
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    tasks.addTask { try await HouseKeeping(house: house).tidyHourly() }
                    tasks.addTask { try await follower.run() }
                    tasks.addTask {
                        try await work.run(until: stop, end: .never) { event in
                            follower.heard(event)
                            if let words = event.words { Console.note(words) }
                        }
                    }
                    // The work ends by a signal; the others only by their faults.
                    defer { tasks.cancelAll() }
                    try await tasks.next()
                }
            } catch {
                await desk.close()
                await server.stop()
                throw error
            }
            await desk.close()
            await server.stop()
        }
        return .done
    }

    private static func greet(
        _ server: HTTPServer, _ settings: ServerSettings, _ configuration: Configuration, _ desk: Desk
    ) async throws {
        let code: String?
        do throws(AccountError) { code = try await desk.setUpCode() } catch {
            throw Failure(error.sentence, code: error.code)
        }
        if let code {
            Console.print(
                """
                Nobody has an account yet. The first call makes the organisation and its owner, by this code (once, for a day):

                  \(code)

                """)
        }
        Console.print("Likeness serves \(configuration.localAddress(port: server.port))/")
        if let address = configuration.publicAddress.value {
            Console.print("Guests find it at \(address.text)/")
        }
        let isLocal = ["127.0.0.1", "::1", "localhost"].contains(settings.address)
        if settings.certificate == nil, settings.trustedProxies.isEmpty, !isLocal {
            Console.note(
                "Without TLS everybody on the way reads what is sent: give --certificate and --key, or put a proxy in front."
            )
        }
    }
}

/// The figures of a server whose table shows them: the table is there first.
private final class Counting: Sendable {
    private let kept = Mutex<RequestFigures?>(nil)

    var figures: RequestFigures? {
        get { kept.withLock { $0 } }
        set { kept.withLock { $0 = newValue } }
    }
}

/// Groups the people of events as photos arrive, so that whoever looks need not wait.
final class PeopleFollower: Sendable {
    private let house: House
    private let people: WarmPeople
    private let waiting = WaitingEvents()

    init(house: House, people: WarmPeople) {
        self.house = house
        self.people = people
    }

    func heard(_ event: DispatchEvent) {
        if case .settled(let job, .done) = event { waiting.note(job.event) }
    }

    func run() async throws {
        while true {
            try await Task.sleep(for: .milliseconds(500))
            for event in waiting.due() {
                do throws(PoolError) {
                    _ = try await people.faces(of: try await house.pool.event(event))
                } catch {
                    // It is looked at again with the next photo, or when somebody asks.
                    if error != .noSuchEvent {
                        Console.note("People of an event were not grouped: \(error.sentence)")
                    }
                }
            }
        }
    }
}
