/// What the command line asks for.
struct Options {
    var root = "."
    var sections: [String]
    var rounds = 3
    /// Photos of the made event to use, an even sample; 0 means all.
    var photos = 24
    var growthPhotos = 2000
    /// Children at work, and processes of the peers; 0 means one per processor.
    var jobs = 0
    /// Fewer photos for the server.
    var isSmall = false
    /// Parts of the section of the server; all of them where none is named.
    var serverParts: [String] = []
    var pack: String?
    /// Folders of made events: smooth photos, and photos with grain, both with `truth.json` or without.
    var event: String?
    var grain: String?
    var recallEvents: [String] = []
    var shared: String?
    /// Pythons with Pillow, and with the peers.
    var python: String?
    var peerPython: String?

    init(_ arguments: [String]) throws {
        var named: [String] = []
        var rest = arguments[...]
        func value(of option: String) throws -> String {
            guard let value = rest.popFirst() else { throw Fault("\(option) needs a value.") }
            return value
        }
        func count(of option: String) throws -> Int {
            guard let count = Int(try value(of: option)), count >= 0 else {
                throw Fault("\(option) needs a number.")
            }
            return count
        }
        sections = []
        while let argument = rest.popFirst() {
            switch argument {
            case "--root": root = try value(of: argument)
            case "--rounds": rounds = max(1, try count(of: argument))
            case "--photos": photos = try count(of: argument)
            case "--growth-photos": growthPhotos = max(400, try count(of: argument))
            case "--jobs": jobs = try count(of: argument)
            case "--small": isSmall = true
            case "--server-part": serverParts.append(try value(of: argument))
            case "--pack": pack = try value(of: argument)
            case "--event": event = try value(of: argument)
            case "--grain": grain = try value(of: argument)
            case "--recall-event": recallEvents.append(try value(of: argument))
            case "--shared": shared = try value(of: argument)
            case "--python": python = try value(of: argument)
            case "--peer-python": peerPython = try value(of: argument)
            case "--peer": named.append("peer")
            case "all": named += Section.all.map(\.name)
            case _ where Section.all.contains { $0.name == argument }: named.append(argument)
            default:
                let names = Section.all.map(\.name).joined(separator: ", ")
                throw Fault("There is no section or option \(argument). Sections: \(names), all.")
            }
        }
        sections = named.isEmpty ? Section.all.map(\.name).filter { !Section.onRequest.contains($0) } : named
    }
}
