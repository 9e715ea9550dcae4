internal import Domain

extension PackManifest {
    /// Everything that is wrong with the manifest itself, one sentence each; empty for a good one.
    package var faults: [String] {
        var faults: [String] = []
        func demand(_ isGood: Bool, _ sentence: @autoclosure () -> String) {
            if !isGood { faults.append("pack.json: \(sentence())") }
        }
        demand(format == Self.currentFormat, "format \(format) is not known.")
        demand(
            Self.isPackName(name),
            "name must be 1 to 64 of a-z, 0-9, '.', '_' and '-', and start with a letter or a digit.")
        demand(!title.isEmpty && title.utf8.count <= 200, "title must have 1 to 200 bytes.")
        demand(!version.isEmpty && version.utf8.count <= 50, "version must have 1 to 50 bytes.")
        demand(!licence.summary.isEmpty, "licence.summary must say what the licence is.")
        demand(sums.count <= 64, "more than 64 files are listed.")
        for file in files where !Self.isFileName(file) {
            demand(false, "'\(Self.printable(file))' is no plain file name.")
        }
        for file in Set([detector.file, embedder.file] + licence.texts).sorted() where Self.isFileName(file) {
            demand(sums[file] != nil, "the sum of \(file) is missing under sums.")
        }
        for (file, sum) in sums.sorted(by: { $0.key < $1.key }) where !Self.isSum(sum) {
            demand(false, "the sum of \(Self.printable(file)) is not 64 hexadecimal digits in lower case.")
        }
        demand(detector.file != embedder.file, "detector and embedder are the same file.")
        faults += Self.inputFaults(of: detector.input, called: "detector.input")
        faults += Self.inputFaults(of: embedder.input, called: "embedder.input")
        demand((32...512).contains(embedder.chipSide), "embedder.chipSide must lie between 32 and 512.")
        demand((8...4096).contains(embedder.dimension), "embedder.dimension must lie between 8 and 4096.")
        let side = Double(embedder.chipSide)
        demand(
            embedder.template.count == 5
                && embedder.template.allSatisfy { (0...side).contains($0.x) && (0...side).contains($0.y) }
                && Set(embedder.template).count == 5,
            "embedder.template must be five different points inside the chip.")
        for preset in Preset.allCases { faults += barFaults(of: preset) }
        return faults
    }

    /// Every file of the pack besides `pack.json`, in order.
    package var files: [String] {
        Set(sums.keys).union([detector.file, embedder.file] + licence.texts).sorted()
    }

    /// Whether a word can name a pack and its folder.
    package static func isPackName(_ name: String) -> Bool {
        let plain = name.utf8.allSatisfy {
            (97...122).contains($0) || (48...57).contains($0) || [45, 46, 95].contains($0)
        }
        guard let first = name.utf8.first, plain, name.utf8.count <= 64 else { return false }
        // The shelf keeps the chosen pack's name in a file of this name.
        return ![45, 46, 95].contains(first) && name != "current"
    }

    /// Whether a word can name a file inside a pack: one plain name, hidden from nobody, leading nowhere
    /// else.
    static func isFileName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 120 else { return false }
        return first != UInt8(ascii: ".") && name != PackFiles.manifestName
            && name.utf8.allSatisfy {
                $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\")
            }
    }

    private static func isSum(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    private static func printable(_ name: String) -> String { PhotoName(String(name.prefix(80))).text }

    private static func inputFaults(of input: NetworkInput, called name: String) -> [String] {
        var faults: [String] = []
        if input.mean.count != 3 || !input.mean.allSatisfy({ abs($0) <= 1000 }) {
            faults.append("pack.json: \(name).mean must be three numbers between -1000 and 1000.")
        }
        if !(input.scale >= 1e-6 && input.scale <= 1e6) {
            faults.append("pack.json: \(name).scale must be a number above zero.")
        }
        return faults
    }

    private func barFaults(of preset: Preset) -> [String] {
        guard let bars = thresholds[preset] else {
            return ["pack.json: thresholds for the preset '\(preset.rawValue)' are missing."]
        }
        var faults: [String] = []
        let most = metric == .cosine ? 2.0 : 100.0
        let named = [
            ("merge", bars.merge), ("attach", bars.attach), ("selfie", bars.selfie), ("ask", bars.ask),
        ]
        for (name, bar) in named {
            let place = "pack.json: thresholds.\(preset.rawValue).\(name)"
            if !(bar.distance > 0 && bar.distance <= most) {
                faults.append("\(place).distance must lie between 0 and \(most).")
            }
            for rate in [bar.falseMatchRate, bar.missRate] {
                if let rate, !(0...1).contains(rate) { faults.append("\(place) has a rate outside 0 to 1.") }
            }
        }
        if bars.ask.distance < bars.selfie.distance {
            faults.append("pack.json: thresholds.\(preset.rawValue).ask lies below selfie.")
        }
        return faults
    }
}
