internal import Evaluation
internal import FoundationEssentials
internal import Glibc

/// A measured number with its name in the budgets.
struct Figure {
    let name: String
    let value: Double
    let unit: String

    init(_ name: String, _ value: Double, _ unit: String) {
        self.name = name
        self.value = value
        self.unit = unit
    }
}

/// Processor time of this process, lap by lap, each lap under its name.
struct Laps {
    private(set) var milliseconds: [String: [Double]] = [:]
    private var mark = Laps.now

    /// Starts a lap; what ran since the last one is nobody's.
    mutating func start() { mark = Self.now }

    /// Books the time since the last lap and starts the next.
    mutating func lap(_ name: String) {
        milliseconds[name, default: []].append((Self.now - mark) * 1000)
        mark = Self.now
    }

    func median(of name: String) -> Double { milliseconds[name, default: []].median }

    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension Collection<Double> {
    var median: Double { quantile(0.5) }

    /// The value below which this share lies; the nearest one that was measured, the mean of two for the median.
    func quantile(_ share: Double) -> Double {
        let sorted = self.sorted()
        guard !sorted.isEmpty else { return .nan }
        if share == 0.5, sorted.count % 2 == 0 {
            return (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2]) / 2
        }
        return sorted[Swift.min(sorted.count - 1, Int(share * Double(sorted.count)))]
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// What figures may be: never above a ceiling, and never below a floor either, since what is suddenly far too
/// good was not measured.
struct Budgets {
    private let limits: [String: Limit]

    struct Limit: Decodable {
        let floor: Double
        let ceiling: Double
        let why: String
    }

    struct Verdict {
        let text: String
        let isKept: Bool
    }

    init(reading path: String) throws {
        do {
            limits = try JSONDecoder().decode([String: Limit].self, from: Data(try Disk.bytes(of: path)))
        } catch let error as DecodingError {
            throw Fault("\(path) holds no budgets: \(error)")
        }
    }

    /// Figures without a budget are for reading only; budgets of what was not measured are left alone.
    func verdict(on figures: [Figure]) -> Verdict {
        var table = TextTable("figure", "measured", "unit", "from", "to", "")
        var broken: [String] = []
        for figure in figures {
            guard let limit = limits[figure.name] else { continue }
            let holds = figure.value >= limit.floor && figure.value <= limit.ceiling
            if !holds { broken.append("BROKEN \(figure.name): \(limit.why)") }
            table.add(
                figure.name, figure.value.decimals(3), figure.unit, limit.floor.decimals(3),
                limit.ceiling.decimals(3), holds ? "kept" : "BROKEN")
        }
        return Verdict(text: ([table.text] + broken).joined(separator: "\n"), isKept: broken.isEmpty)
    }
}
