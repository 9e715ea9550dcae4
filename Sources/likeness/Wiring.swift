internal import Darkroom
internal import Domain
internal import Glibc
internal import Inference
internal import Pipeline
internal import Storage

/// The only place that knows everybody: it puts the rooms together as the configuration says.
struct Wiring: Sendable {
    let configuration: Configuration

    /// Reads the configuration; nothing else is opened yet.
    /// - Parameter commandLine: settings that this run was called with.
    init(commandLine: [SettingKey: String] = [:]) throws(Failure) {
        let (environment, root) = (Surroundings.environment, Surroundings.root)
        let here = Surroundings.workingFolder
        let file = try SettingsFile.find(environment, root: root, workingFolder: here)
        do throws(Configuration.Faults) {
            configuration = try Configuration(
                commandLine: commandLine, environment: environment, file: file, root: root,
                workingFolder: here)
        } catch {
            throw Failure(
                error.sentences.joined(separator: "\n  "), code: "configuration",
                exit: error.isUsage ? .wrongUsage : .failed)
        }
    }

    func shelf() throws(Failure) -> PackShelf {
        guard let models = configuration.models.value else {
            throw Failure(
                "No model pack was found above the program: run ./run once, or set LIKENESS_MODELS.",
                code: "no_pack")
        }
        guard let data = configuration.data.value else {
            throw Failure("There is no folder for data: set LIKENESS_DATA.", code: "configuration")
        }
        return PackShelf(builtIn: models + "/open", installed: data + "/models")
    }

    /// The model pack in use.
    func pack() throws(Failure) -> PackFiles {
        let shelf = try shelf()
        return try spoken { () throws(PackError) in try shelf.current() }
    }

    /// Lends a darkroom for a piece of work and closes it after it; children start when they are first needed.
    func withDarkroom<Answer: Sendable>(
        pack: PackFiles?, children: Int = 1, policy: Policy = .standard,
        note: @escaping @Sendable (String) -> Void = Console.note,
        _ work: (Darkroom) async throws -> Answer
    ) async throws -> Answer {
        var settings = DarkroomSettings(pack: pack)
        settings.limits = configuration.limits
        settings.children = children
        settings.policy = policy
        settings.note = note
        let darkroom = Darkroom(settings: settings)
        do {
            let answer = try await work(darkroom)
            await darkroom.close()
            return answer
        } catch {
            await darkroom.close()
            throw error
        }
    }

    /// Runs both networks of a pack behind the barrier.
    func selfTest(of pack: PackFiles) async throws -> SelfTestReport {
        try await withDarkroom(pack: pack) { darkroom in
            do throws(WorkbenchError) {
                return try await darkroom.selfTest()
            } catch {
                throw Failure(
                    "\(pack.manifest.name) fails its self-test: \(error.sentence)", code: "model_pack")
            }
        }
    }
}

extension Failure {
    /// A pack's faults, one sentence a line.
    init(_ error: PackError) { self.init(error.faults.joined(separator: "\n  "), code: "model_pack") }

    init(_ error: DevelopError, about photo: Word) {
        self.init("\(photo.shown): \(error.sentence)", code: error.code)
    }

    init(_ error: StorageError, about file: Word) {
        self.init("\(file.shown): \(error.sentence)", code: error.code)
    }
}

/// Gives a pack's faults words for the terminal.
func spoken<Answer>(_ work: () throws(PackError) -> Answer) throws(Failure) -> Answer {
    do throws(PackError) { return try work() } catch { throw Failure(error) }
}

/// Gives what went wrong with a photo words for the terminal.
func spoken<Answer>(
    about photo: Word, _ work: () async throws(DevelopError) -> Answer
) async throws(Failure) -> Answer {
    do throws(DevelopError) { return try await work() } catch { throw Failure(error, about: photo) }
}

/// Gives what went wrong with a database or a folder of ours words for the terminal.
func spoken<Answer: ~Copyable>(
    about file: Word, _ work: () throws(StorageError) -> Answer
) throws(Failure) -> Answer {
    do throws(StorageError) { return try work() } catch { throw Failure(error, about: file) }
}

func spoken<Answer>(
    about file: Word, _ work: () async throws(StorageError) -> Answer
) async throws(Failure) -> Answer {
    do throws(StorageError) { return try await work() } catch { throw Failure(error, about: file) }
}
