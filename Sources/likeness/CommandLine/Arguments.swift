/// The words given to a command, sorted into its places and options.
struct Arguments: Sendable, Equatable {
    private let places: [String: [Word]]
    private let options: [String: Word]
    let wantsHelp: Bool

    /// Options may stand anywhere, their values behind them or after `=`; `--` ends them.
    init(_ words: some Sequence<Word>, of command: CommandDescription) throws(UsageError) {
        var places: [Word] = []
        var options: [String: Word] = [:]
        var wantsHelp = false
        var rest = Array(words)[...]
        while let word = rest.popFirst() {
            if word.text == "--" {
                places += rest
                break
            }
            guard word.bytes.first == UInt8(ascii: "-"), word.bytes.count > 1 else {
                places.append(word)
                continue
            }
            if ["-h", "--help"].contains(word.text) {
                wantsHelp = true
                continue
            }
            let (name, attached) = Self.split(word)
            guard let option = (command.options + [.config]).first(where: { $0.name == name }) else {
                throw Self.unknown(name, in: command)
            }
            guard options[name] == nil else { throw UsageError("\(name) is given twice.") }
            options[name] = try Self.value(of: option, attached, &rest)
        }
        for option in command.options where option.isNeeded && options[option.name] == nil && !wantsHelp {
            throw UsageError("\(option.usage) is missing: \(option.summary).")
        }
        self.options = options
        self.wantsHelp = wantsHelp
        self.places = wantsHelp ? [:] : try Self.matched(places, to: command.places)
    }

    /// The word at a place; the parser has made sure that there is one.
    subscript(place: Place) -> Word {
        guard let word = places[place.name]?.first else {
            preconditionFailure("a command asks only for its own places")
        }
        return word
    }

    /// All words at a repeated place; none where it is not needed.
    subscript(all place: Place) -> [Word] { places[place.name] ?? [] }

    /// The word at a place that must be text.
    func text(_ place: Place) throws(UsageError) -> String {
        guard let text = String(validating: self[place].bytes, as: UTF8.self) else {
            throw UsageError("\(place.name) is no text: '\(self[place].shown)'.")
        }
        return text
    }

    subscript(option: Option) -> Word? { options[option.name] }

    /// The value of an option that is needed; the parser has made sure that there is one.
    subscript(needed option: Option) -> Word {
        guard let word = options[option.name] else {
            preconditionFailure("only needed options are sure to be there")
        }
        return word
    }

    func has(_ option: Option) -> Bool { options[option.name] != nil }

    /// One of a few words.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ option: Option, _ type: Choice.Type = Choice.self
    ) throws(UsageError) -> Choice? where Choice.RawValue == String {
        guard let word = self[option] else { return nil }
        if let choice = Choice(rawValue: word.text) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        throw UsageError(
            "\(option.name) can be \(known.joined(separator: ", ")), not '\(word.shown)'.\(hint(word.text, among: known))"
        )
    }

    func number(_ option: Option, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let word = self[option] else { return nil }
        guard let number = Int(word.text), range.contains(number) else {
            throw UsageError(
                "\(option.name) is a number from \(range.lowerBound) to \(range.upperBound), not '\(word.shown)'."
            )
        }
        return number
    }

    private static func split(_ word: Word) -> (name: String, attached: Word?) {
        guard let equals = word.bytes.firstIndex(of: UInt8(ascii: "=")) else { return (word.text, nil) }
        return (
            String(decoding: word.bytes[..<equals], as: UTF8.self),
            Word(bytes: Array(word.bytes[(equals + 1)...]))
        )
    }

    private static func value(
        of option: Option, _ attached: Word?, _ rest: inout ArraySlice<Word>
    ) throws(UsageError) -> Word {
        guard let value = option.value else {
            if attached != nil { throw UsageError("\(option.name) takes no value.") }
            return Word("")
        }
        if let attached {
            guard !attached.bytes.isEmpty else {
                throw UsageError("\(option.name) needs a value: \(option.usage).")
            }
            return attached
        }
        // A forgotten value shows as the next option, which would else be swallowed in silence.
        guard let next = rest.first, !next.text.hasPrefix("--"), !next.bytes.isEmpty else {
            throw UsageError("\(option.name) needs a value: \(option.name) \(value).")
        }
        rest.removeFirst()
        return next
    }

    private static func matched(
        _ words: [Word], to places: [Place]
    ) throws(UsageError) -> [String: [Word]] {
        let isOpen = places.last?.isRepeated ?? false
        if words.count > places.count, !isOpen {
            throw UsageError("'\(words[places.count].shown)' is one word too many.")
        }
        if words.count < places.count, places[words.count].isNeeded {
            let missing = places[words.count]
            throw UsageError("\(missing.name) is missing: \(missing.summary).")
        }
        var matched: [String: [Word]] = [:]
        for (number, word) in words.enumerated() {
            let place = places[min(number, places.count - 1)]
            guard !word.bytes.isEmpty else { throw UsageError("\(place.name) is empty: \(place.summary).") }
            matched[place.name, default: []].append(word)
        }
        return matched
    }

    private static func unknown(_ name: String, in command: CommandDescription) -> UsageError {
        let known = (command.options + Option.everywhere).map(\.name)
        return UsageError("There is no option \(Word(name).shown).\(hint(name, among: known))")
    }
}

/// " Did you mean …?" where a known word is near; else nothing.
func hint(_ word: String, among known: [String]) -> String {
    let near = known.map { ($0, editDistance(word, $0)) }.min { $0.1 < $1.1 }
    guard let (name, distance) = near, distance <= max(1, name.count / 3) else { return "" }
    return " Did you mean \(name)?"
}

/// How many letters must be added, left out, changed or swapped with their neighbour.
func editDistance(_ first: String, _ second: String) -> Int {
    let a = Array(first.unicodeScalars.prefix(40))
    let b = Array(second.unicodeScalars.prefix(40))
    var rows = [Array(0...b.count)]
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
            row.append(best)
        }
        rows.append(row)
    }
    return rows[a.count][b.count]
}
