import Testing

@testable import likeness

@Suite("Arguments") struct ArgumentTests {
    private static let folder = Place("FOLDER", "the folder")
    private static let database = Option("--database", "FILE", "the index")
    private static let jobs = Option("--jobs", "N", "how many")
    private static let json = Option("--json", nil, "as JSON")
    private static let command = CommandDescription(
        name: "index", summary: "a command", places: [folder], options: [database, jobs, json])

    private func read(_ words: String...) throws -> Arguments {
        try Arguments(words.map { Word($0) }, of: Self.command)
    }

    private func fault(_ words: String...) -> String {
        do {
            _ = try Arguments(words.map { Word($0) }, of: Self.command)
            return ""
        } catch {
            return error.sentence
        }
    }

    @Test("takes options before, between and behind, with a blank or an equals sign")
    func options() throws {
        for words in [
            ["--jobs", "2", "a", "--json"], ["a", "--json", "--jobs=2"], ["--json", "--jobs=2", "a"],
        ] {
            let arguments = try Arguments(words.map { Word($0) }, of: Self.command)
            #expect(arguments[Self.folder] == Word("a"))
            #expect(try arguments.number(Self.jobs, in: 1...8) == 2)
            #expect(arguments.has(Self.json))
            #expect(arguments[Self.database] == nil)
        }
    }

    @Test("ends options at two dashes, and takes one dash for a name")
    func endOfOptions() throws {
        #expect(try read("--json", "--", "--jobs")[Self.folder] == Word("--jobs"))
        #expect(try read("-")[Self.folder] == Word("-"))
    }

    @Test("keeps bytes that are no text, also behind an equals sign")
    func bytes() throws {
        let odd: [UInt8] = [0x2F, 0xFF, 0xFE]
        let attached = Array("--database=".utf8) + odd
        let arguments = try Arguments([Word(bytes: odd), Word(bytes: attached)], of: Self.command)
        #expect(arguments[Self.folder].bytes == odd)
        #expect(arguments[Self.database]?.bytes == odd)
        #expect(arguments[Self.folder].shown == "/\\xFF\\xFE")
    }

    @Test("names what is wrong and the nearest word that is right")
    func faults() {
        #expect(fault("a", "--jbos", "2") == "There is no option --jbos. Did you mean --jobs?")
        #expect(fault("a", "--something") == "There is no option --something.")
        #expect(fault() == "FOLDER is missing: the folder.")
        #expect(fault("") == "FOLDER is empty: the folder.")
        #expect(fault("a", "b") == "'b' is one word too many.")
        #expect(fault("a", "--jobs") == "--jobs needs a value: --jobs N.")
        #expect(fault("a", "--jobs", "--json") == "--jobs needs a value: --jobs N.")
        #expect(fault("a", "--jobs=") == "--jobs needs a value: --jobs N.")
        #expect(fault("a", "--json=yes") == "--json takes no value.")
        #expect(fault("a", "--json", "--json") == "--json is given twice.")
        #expect(fault("a\nb", "c\u{1B}[2J") == "'c\\x1B[2J' is one word too many.")
    }

    @Test("holds numbers and choices to what is possible")
    func values() throws {
        for text in ["0", "9", "two", "2.5", "99999999999999999999"] {
            #expect(throws: UsageError.self) { try read("a", "--jobs", text).number(Self.jobs, in: 1...8) }
        }
        let arguments = try read("a", "--database", "colour")
        #expect(throws: UsageError("--database can be red, color, not 'colour'. Did you mean color?")) {
            try arguments.choice(Self.database, Colour.self)
        }
        #expect(try read("a", "--database", "red").choice(Self.database, Colour.self) == .red)
        #expect(try read("a").choice(Self.database, Colour.self) == nil)
    }

    @Test("asks for nothing when help is wanted")
    func help() throws {
        #expect(try read("--help").wantsHelp)
        #expect(try read("-h").wantsHelp)
    }

    @Test("counts additions, omissions, changes and swaps between words")
    func distance() {
        #expect(editDistance("jobs", "jobs") == 0)
        #expect(editDistance("jbos", "jobs") == 1)
        #expect(editDistance("job", "jobs") == 1)
        #expect(editDistance("", "jobs") == 4)
        #expect(editDistance("kitten", "sitting") == 3)
    }

    private enum Colour: String, CaseIterable { case red, color }
}
