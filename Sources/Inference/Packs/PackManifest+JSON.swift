internal import Domain
internal import FoundationEssentials

extension PackManifest: Codable {
    private enum Key: String, CodingKey {
        case format, name, title, version, licence, detector, embedder, metric, thresholds, weaknesses, sums
    }

    /// Reads `pack.json`; every field that is missing or wrong is named, and what is there is checked as a
    /// whole.
    package init(json: [UInt8]) throws(PackError) {
        do {
            self = try JSONDecoder().decode(PackManifest.self, from: Data(json))
        } catch let error as PackError {
            throw error
        } catch let error as DecodingError {
            throw PackError("pack.json: \(words(for: error)).")
        } catch {
            throw PackError("pack.json cannot be read.")
        }
        let faults = faults
        if !faults.isEmpty { throw PackError(faults) }
    }

    /// The text of `pack.json`: fields in alphabetical order, so that equal packs have equal files.
    package func json() throws(PackError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
        } catch {
            throw PackError("pack.json cannot be written: a number in it is not finite.")
        }
    }

    package init(from decoder: any Swift.Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        var faults: [String] = []
        func field<Value: Decodable>(_ key: Key) -> Value? {
            do {
                return try container.decode(Value.self, forKey: key)
            } catch let error as DecodingError {
                faults.append("pack.json: \(words(for: error)).")
            } catch {
                faults.append("pack.json: \(key.rawValue) cannot be read.")
            }
            return nil
        }
        // A later format may have other fields, so nothing else is asked of it.
        let format: Int = try container.decode(Int.self, forKey: .format)
        guard format == Self.currentFormat else {
            throw PackError(
                "pack.json has format \(format), and this version of Likeness reads \(Self.currentFormat): "
                    + "use a matching version."
            )
        }
        let name: String? = field(.name)
        let title: String? = field(.title)
        let version: String? = field(.version)
        let licence: Licence? = field(.licence)
        let detector: Detector? = field(.detector)
        let embedder: Embedder? = field(.embedder)
        let metric: Metric? = field(.metric)
        let thresholds: [Preset: Thresholds]? = field(.thresholds)
        let weaknesses: [String]? = field(.weaknesses)
        let sums: [String: String]? = field(.sums)
        guard let name, let title, let version, let licence, let detector, let embedder, let metric,
            let thresholds,
            let weaknesses, let sums
        else { throw PackError(faults) }
        self.init(
            name: name, title: title, version: version, licence: licence, detector: detector,
            embedder: embedder,
            metric: metric, thresholds: thresholds, weaknesses: weaknesses, sums: sums)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(format, forKey: .format)
        try container.encode(name, forKey: .name)
        try container.encode(title, forKey: .title)
        try container.encode(version, forKey: .version)
        try container.encode(licence, forKey: .licence)
        try container.encode(detector, forKey: .detector)
        try container.encode(embedder, forKey: .embedder)
        try container.encode(metric, forKey: .metric)
        try container.encode(thresholds, forKey: .thresholds)
        try container.encode(weaknesses, forKey: .weaknesses)
        try container.encode(sums, forKey: .sums)
    }
}

/// Which field, and what is wrong with it.
private func words(for error: DecodingError) -> String {
    func place(_ context: DecodingError.Context) -> String {
        let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(
            separator: ".")
        return path.isEmpty ? "the file" : path
    }
    switch error {
    case .keyNotFound(let key, let context):
        let parent = context.codingPath.isEmpty ? "" : place(context) + "."
        return "\(parent)\(key.stringValue) is missing"
    case .valueNotFound(_, let context): return "\(place(context)) is empty"
    case .typeMismatch(_, let context): return "\(place(context)) is of the wrong kind"
    case .dataCorrupted(let context):
        return context.codingPath.isEmpty
            ? "the file is not JSON" : "\(place(context)) has a value that is not known"
    @unknown default: return "a field cannot be read"
    }
}
