internal import Domain

/// What can be set about an event on a command line.
struct EventOptions: Sendable {
    static let name = Place("EVENT", "the event, by name")

    static let settings = [
        policy, reuploads, file, event, photographer, preset, grouping, distances,
    ]
    private static let policy = Option(
        "--policy", "POLICY", "how carefully faces are looked for: fast, standard or thorough")
    private static let reuploads = Option(
        "--reuploads", "WAY", "a photo that lies in the trash and is uploaded again: stay-deleted or restore")
    private static let file = Option("--most-file", "SIZE", "the largest file that is taken, or none")
    private static let event = Option("--most-event", "SIZE", "all originals of the event together, or none")
    private static let photographer = Option(
        "--most-photographer", "SIZE", "what one photographer may upload, or none")

    private static let preset = Option(
        "--preset", "PRESET", "how strictly faces are matched: children, intimate, conference or outdoor")
    private static let grouping = Option(
        "--grouping", "METHOD", "how faces become people: constrained or dbscan")
    private static let distances = Option(
        "--distances", "M,A,S,Q",
        "distances by hand: merge, attach, selfie and ask; or preset, to go back to the preset's")

    private let policy: Policy?
    private let reuploads: EventSettings.Reuploads?
    /// Absent where nothing was said; nil inside for no limit.
    private let file: Int64??
    private let event: Int64??
    private let photographer: Int64??
    private let preset: Preset?
    private let grouping: GroupingMethod?
    private let distances: EventSettings.Distances??

    init(_ arguments: Arguments) throws(UsageError) {
        policy = try arguments.choice(Self.policy)
        reuploads = try arguments.choice(Self.reuploads)
        file = try Self.size(Self.file, arguments)
        event = try Self.size(Self.event, arguments)
        photographer = try Self.size(Self.photographer, arguments)
        preset = try arguments.choice(Self.preset)
        grouping = try arguments.choice(Self.grouping)
        distances = try Self.distances(arguments)
    }

    func applied(to settings: EventSettings) -> EventSettings {
        var settings = settings
        if let policy { settings.policy = policy }
        if let reuploads { settings.reuploads = reuploads }
        if let file { settings.mostBytesOfFile = file }
        if let event { settings.mostBytesOfEvent = event }
        if let photographer { settings.mostBytesOfPhotographer = photographer }
        if let preset {
            settings.preset = preset
            // Whoever chooses a preset means it to count.
            settings.distances = nil
        }
        if let grouping { settings.grouping = grouping }
        if let distances { settings.distances = distances }
        return settings
    }

    private static func distances(
        _ arguments: Arguments
    ) throws(UsageError) -> EventSettings.Distances?? {
        guard let word = arguments[distances] else { return .none }
        if word.text == "preset" { return .some(nil) }
        let numbers = word.text.split(separator: ",").map { Double($0) ?? 0 }
        let found =
            numbers.count == 4
            ? EventSettings.Distances(
                merge: numbers[0], attach: numbers[1], selfie: numbers[2], ask: numbers[3]) : nil
        guard let found, found.isSound else {
            throw UsageError(
                "\(distances.name) takes four distances below 2 such as .48,.53,.50,.60, the second no less than the first and "
                    + "the last no less than the third, not '\(word.shown)'."
            )
        }
        return found
    }

    private static func size(_ option: Option, _ arguments: Arguments) throws(UsageError) -> Int64?? {
        guard let word = arguments[option] else { return .none }
        if word.text == "none" { return .some(nil) }
        let shift = word.text.last.flatMap { ["K": 10, "M": 20, "G": 30, "T": 40][$0.uppercased()] }
        let digits = shift == nil ? word.text : String(word.text.dropLast())
        guard let number = Int64(digits), number > 0, number <= Int64.max >> Int64(shift ?? 0) else {
            throw UsageError("\(option.name) is a size such as 200G, or none, not '\(word.shown)'.")
        }
        return number << Int64(shift ?? 0)
    }
}
