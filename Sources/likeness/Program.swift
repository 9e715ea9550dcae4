internal import Glibc

/// The whole program seen from a terminal: finds the command, runs it, and says how it ended.
enum Program {
    static let version = "0.1.0"

    static let commands: [any Command.Type] = [
        EventCreate.self, EventList.self, EventShow.self, EventSettingsCommand.self, EventArchive.self,
        EventDelete.self, PhotographerAdd.self, ImportCommand.self, WorkCommand.self, ServeCommand.self,
        AccountReset.self,
        PhotosList.self,
        PhotosHide.self, PhotosShow.self, PhotosDelete.self, PhotosRestore.self, PhotosPurge.self,
        PhotosReplace.self, RetryCommand.self, BackupCommand.self, RestoreCommand.self, VaultRotate.self,
        VaultExport.self, VaultImport.self, PeopleList.self, PeopleShow.self, PeopleName.self,
        PeopleUnname.self,
        PeopleMerge.self, PeopleSplit.self, PeopleLone.self, PeopleGather.self, PeopleMove.self,
        PeopleNot.self, PeopleLeaveOut.self,
        PeopleHide.self, PeopleUnhide.self, PeopleIgnore.self, PeopleUnignore.self, PeopleCover.self,
        PeopleUndo.self, PeopleRedo.self, PeopleDecisionsList.self, PeopleSearches.self,
        QuestionsCommand.self, WhatIfCommand.self,
        IndexCommand.self, MatchCommand.self, InspectCommand.self, ModelsList.self, ModelsInstall.self,
        ModelsVerify.self, ModelsUse.self, ModelsMakeOpen.self, DoctorCommand.self, EvaluateCommand.self,
    ]

    private static var descriptions: [CommandDescription] { commands.map { $0.description } }

    /// The number that the process ends with.
    static func run(_ words: [Word]) async -> Int32 {
        let code = await answer(words).rawValue
        guard let fault = Console.fault else { return code }
        // Whoever closed the pipe has seen enough; a full disk is another matter.
        if fault == EPIPE { return code }
        Console.note("likeness: the result could not be written: \(String(cString: strerror(fault))).")
        return max(code, ExitCode.failed.rawValue)
    }

    private static func answer(_ words: [Word]) async -> ExitCode {
        switch words.first?.text {
        case nil, "-h", "--help":
            Console.print(overview)
            return .done
        case "help"?: return help(on: words.dropFirst().map(\.text))
        case "-V", "--version", "version":
            Console.print("likeness \(version)")
            return .done
        case let word?: return await command(word, words.dropFirst())
        }
    }

    private static func command(_ first: String, _ rest: ArraySlice<Word>) async -> ExitCode {
        // `photos hide` before `photos`: a command of two words is never taken for one word and a place.
        let two = rest.first.map { "\(first) \($0.text)" }
        if let command = commands.first(where: { $0.description.name == two }) {
            return await run(command, rest.dropFirst())
        }
        if let command = commands.first(where: { $0.description.name == first }) {
            return await run(command, rest)
        }
        guard families[first] != nil else { return unknown(first, among: topics) }
        guard let second = rest.first?.text, !["-h", "--help"].contains(second) else {
            return help(on: [first])
        }
        let name = "\(first) \(second)"
        return unknown(name, among: descriptions.map(\.name).filter { $0.hasPrefix(first + " ") })
    }

    private static func run(_ type: any Command.Type, _ words: ArraySlice<Word>) async -> ExitCode {
        let description = type.description
        do {
            let arguments = try Arguments(words, of: description)
            if arguments.wantsHelp {
                Console.print(HelpPage(command: description).text)
                return .done
            }
            let command = try type.init(arguments)
            settle(arguments)
            return try await command.run()
        } catch let error as UsageError {
            Console.note("likeness \(description.name): \(error.sentence)")
            Console.note("`likeness \(description.name) --help` tells how it is called.")
            return .wrongUsage
        } catch let failure as Failure {
            Console.note("likeness \(description.name): \(failure.text)")
            return failure.exit
        } catch {
            return report(error, from: description)
        }
    }

    /// The file of settings that this call names, or that lies beside the data folder it names, is the one of this run and of
    /// whatever it starts.
    private static func settle(_ arguments: Arguments) {
        let beside = arguments[PoolOptions.data].flatMap { SettingsFile.beside($0.text) }
        guard let path = arguments[Option.config]?.text ?? beside else { return }
        // Nobody reads the environment yet.
        setenv(SettingsFile.variable, path, 1)
    }

    /// Every error has been given words where it arose; one that has none is a mistake of ours, and says so.
    private static func report(_ error: any Error, from command: CommandDescription) -> ExitCode {
        if error is CancellationError { return .interrupted }
        Console.note("likeness \(command.name): an error without words, please report it: \(error)")
        return .failed
    }

    private static func help(on topic: [String]) -> ExitCode {
        let name = topic.joined(separator: " ")
        if name.isEmpty {
            Console.print(overview)
        } else if let command = commands.first(where: { $0.description.name == name }) {
            Console.print(HelpPage(command: command.description).text)
        } else if let summary = families[name] {
            Console.print(familyPage(name, summary))
        } else {
            return unknown(name, among: topics)
        }
        return .done
    }

    private static func unknown(_ name: String, among known: [String]) -> ExitCode {
        Console.note("likeness: there is no command '\(Word(name).shown)'.\(hint(name, among: known))")
        Console.note("`likeness help` lists the commands.")
        return .wrongUsage
    }

    /// First words of commands that have two.
    private static let families: [String: String] = [
        "models": "Model packs: the networks that find faces and tell people apart.",
        "event": "Events: each with its photos, photographers, albums and settings.",
        "photographer": "Photographers: who uploads to an event.",
        "vault": "The vault: the keys without which no face can be read.",
    ]

    private static var topics: [String] {
        descriptions.map(\.name) + families.keys.sorted() + ["help", "version"]
    }

    private static var overview: String {
        HelpPage.overview(
            of: "likeness", "Likeness finds the people in event photos. No photo leaves this machine.",
            descriptions,
            more: """
                `likeness COMMAND --help` tells more about each, with examples; `likeness --version`
                which one this is. Errors are told on standard error, results on standard output. A
                command that did its work ends with 0, one that failed in something with 1, one that
                was called wrongly with 2.

                Settings come from the command line, the environment or the file of settings (--config FILE,
                LIKENESS_CONFIG, or likeness.conf beside the data folder): `likeness serve --help` lists
                them, and `likeness doctor` shows which are in force. As variables they are LIKENESS_DATA
                (folder of photo files and of what is installed), LIKENESS_DATABASE (a file or postgres://…),
                LIKENESS_KEYS (folder of the key ring), LIKENESS_MASTER_KEY or LIKENESS_MASTER_KEY_COMMAND,
                LIKENESS_LIMIT_PIXELS and so on.
                """)
    }

    private static func familyPage(_ family: String, _ summary: String) -> String {
        HelpPage.overview(
            of: "likeness \(family)", summary,
            descriptions.filter { $0.name.hasPrefix(family + " ") },
            more: "`likeness \(family) COMMAND --help` tells more about each, with examples.")
    }
}
