package import Domain

/// What `pack.json` says of a model pack: whose it is, which files do what, and how its vectors are compared.
package struct PackManifest: Sendable, Equatable {
    /// Raised when the meaning of `pack.json` changes.
    package static let currentFormat = 1

    package var format = currentFormat
    /// Also the name of the pack's folder.
    package var name: String
    package var title: String
    package var version: String
    package var licence: Licence
    package var detector: Detector
    package var embedder: Embedder
    package var metric: Metric
    package var thresholds: [Preset: Thresholds]
    /// What the pack is known to be bad at, one sentence each.
    package var weaknesses: [String]
    /// SHA-256 of every file besides `pack.json`.
    package var sums: [String: String]

    package struct Licence: Sendable, Equatable, Codable {
        package var summary: String
        package var commercialUse: CommercialUse
        /// Files of the pack that hold the licences' own words.
        package var texts: [String]

        package init(summary: String, commercialUse: CommercialUse, texts: [String]) {
            self.summary = summary
            self.commercialUse = commercialUse
            self.texts = texts
        }
    }

    /// Whether a business may use the pack.
    package enum CommercialUse: String, Sendable, Codable {
        case yes, no, unknown

        /// For a list or a page: `Commercial use is …`.
        package var words: String {
            switch self {
            case .yes: "allowed"
            case .no: "not allowed"
            case .unknown: "not known to be allowed"
            }
        }
    }

    package struct Detector: Sendable, Equatable, Codable {
        package var file: String
        package var decoder: Decoder
        package var input: NetworkInput

        package init(file: String, decoder: Decoder, input: NetworkInput) {
            self.file = file
            self.decoder = decoder
            self.input = input
        }
    }

    /// How a detector's answers are read.
    package enum Decoder: String, Sendable, Codable, CaseIterable { case centerface, scrfd, yunet }

    package struct Embedder: Sendable, Equatable, Codable {
        package var file: String
        package var chipSide: Int
        package var template: [Point]
        package var input: NetworkInput
        package var dimension: Int

        package init(file: String, chipSide: Int, template: [Point], input: NetworkInput, dimension: Int) {
            self.file = file
            self.chipSide = chipSide
            self.template = template
            self.input = input
            self.dimension = dimension
        }
    }

    package init(
        name: String, title: String, version: String, licence: Licence, detector: Detector,
        embedder: Embedder,
        metric: Metric, thresholds: [Preset: Thresholds], weaknesses: [String], sums: [String: String]
    ) {
        self.name = name
        self.title = title
        self.version = version
        self.licence = licence
        self.detector = detector
        self.embedder = embedder
        self.metric = metric
        self.thresholds = thresholds
        self.weaknesses = weaknesses
        self.sums = sums
    }
}
