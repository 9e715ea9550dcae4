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
            "It listens on this machine alone unless --address says otherwise. Behind a proxy of your own, name the proxy by "
                + "--proxy, or its word about who comes is not believed.",
            "Stopping finishes what is in hand; uploads that are cut off go on where they were.",
        ],
        options: [port, address, certificate, key, proxy, mostRequests, accessLog, jobs] + PoolOptions.all,
        examples: [
            Example("likeness serve", "on http://127.0.0.1:8080"),
            Example(
                "likeness serve --address :: --certificate cert.pem --key key.pem", "for everybody, over TLS"),
        ],
        exits: [(.done, "it was stopped"), (.failed, "it could not be started")])

    private static let port = Option("--port", "N", "the port to listen on (8080); 0 for any that is free")
    private static let address = Option("--address", "ADDRESS", "the address to listen on (127.0.0.1)")
    private static let certificate = Option("--certificate", "FILE", "certificate chain in PEM, for TLS")
    private static let key = Option("--key", "FILE", "the certificate's key in PEM")
    private static let proxy = Option(
        "--proxy", "ADDRESSES", "proxies of yours, as addresses or ranges with commas")
    private static let mostRequests = Option(
        "--most-requests", "N", "requests a second from one address (2000); 0 for no limit")
    private static let accessLog = Option(
        "--access-log", nil, "a line of JSON for each request, without addresses, tokens or names")
    private static let jobs = Option(
        "--jobs", "N", "photos worked on at a time; one for each processor if not told")

    private let settings: ServerSettings
    private let files: (certificate: Word, key: Word)?
    private let logsAccess: Bool
    private let jobs: Int
    private let options: PoolOptions

    init(_ arguments: Arguments) throws(UsageError) {
        var settings = ServerSettings()
        settings.port = try arguments.number(Self.port, in: 0...65535) ?? 8080
        if let address = arguments[Self.address] { settings.address = address.text }
        if let most = try arguments.number(Self.mostRequests, in: 0...1_000_000) {
            settings.mostRequestsOfAddressPerSecond = most
        }
        for text in arguments[Self.proxy]?.text.split(separator: ",") ?? [] {
            guard let range = AddressRange(String(text)) else {
                throw UsageError(
                    "\(Self.proxy.name) takes addresses such as 10.0.0.1 or 10.0.0.0/8, not '\(Word(String(text)).shown)'."
                )
            }
            settings.trustedProxies.append(range)
        }
        switch (arguments[Self.certificate], arguments[Self.key]) {
        case (let certificate?, let key?): files = (certificate, key)
        case (nil, nil): files = nil
        default: throw UsageError("\(Self.certificate.name) and \(Self.key.name) belong together.")
        }
        self.settings = settings
        logsAccess = arguments.has(Self.accessLog)
        jobs = try arguments.number(Self.jobs, in: 1...256) ?? DarkroomSettings.processors
        options = PoolOptions(arguments)
    }

    func run() async throws -> ExitCode {
        let wiring = try Wiring()
        let pack = try wiring.pack()
        let house = try await wiring.house(options)
        var settings = settings
        if let files {
            settings.certificate = ServerSettings.Certificate(
                chain: try GivenFile.text(files.certificate), key: try GivenFile.text(files.key))
        }
        let stop = StopSign()
        Signals.onFirst {
            Console.note("Stopping when what is in hand is finished; once more stops at once.")
            stop.raise()
        }
        try await HouseKeeping(house: house).tidy()
        try await wiring.withDarkroom(pack: pack, children: jobs) { [settings, logsAccess] darkroom in
            let work = PoolWork(house: house, darkroom: darkroom, pack: pack.manifest.facts, width: jobs)
            let people = house.people(pack.manifest.facts)
            let desk = house.desk(people: people)
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
            try await Self.greet(server, settings, desk, house)
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
        _ server: HTTPServer, _ settings: ServerSettings, _ desk: Desk, _ house: House
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
        let scheme = settings.certificate == nil ? "http" : "https"
        let host = settings.address.contains(":") ? "[\(settings.address)]" : settings.address
        Console.print("Likeness serves \(scheme)://\(host):\(server.port)/")
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
