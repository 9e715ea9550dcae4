internal import Domain
internal import Pipeline
internal import Storage

/// `likeness photos replace`: a retouched version takes the place of its original.
struct PhotosReplace: Command {
    static let description = CommandDescription(
        name: "photos replace", summary: "let a retouched version take the place of a photo",
        details: [
            "The photo keeps its place, its credits and everything that was decided about it; faces that are where they "
                + "were stay the same faces. The earlier file is kept. `likeness work` looks at the new one."
        ],
        places: [photo, file],
        options: [PoolOptions.event, photographer] + PoolOptions.all + [SharedOptions.json],
        examples: [
            Example(
                "likeness photos replace IMG_7.jpg retouched.jpg --event Congress --photographer Mara",
                "the better one")
        ])

    private static let photo = Place("PHOTO", "the photo, by name or id")
    private static let file = Place("FILE", "its retouched version")
    private static let photographer = Option("--photographer", "NAME", "who brings it", isNeeded: true)

    private let photo: Word
    private let file: Word
    private let event: Word
    private let photographer: Word
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        photo = arguments[Self.photo]
        file = arguments[Self.file]
        event = arguments[needed: PoolOptions.event]
        photographer = arguments[needed: Self.photographer]
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
    }

    func run() async throws -> ExitCode {
        let opened = try GivenFile.photo(file, called: "The retouched version")
        let house = try await Wiring().house(options)
        let event = try await house.event(event)
        let photographer = try await house.photographer(photographer, of: event)
        guard let chosen = try await house.photos([photo], of: event).first else { return .failed }
        let files = ImportFiles(
            receive: house.receive, reader: FolderReader(), event: event.id, photographer: photographer.id,
            album: nil)
        let result: UploadResult
        do throws(UploadError) {
            result = try await files.replace(chosen.id, with: opened, named: PhotoName(bytes: file.bytes))
        } catch {
            throw Failure("\(file.shown): \(error.sentence)", code: error.code)
        }
        if asJSON {
            Console.print(
                JSON.object([("photo", .text(result.photo.text)), ("way", .text(result.way.rawValue))])
                    .document)
        } else if result.way == .replaced {
            Console.print("\(chosen.name.text) is replaced; `likeness work` looks at its faces.")
        } else {
            Console.print("The event has this very file already; nothing was replaced.")
        }
        return .done
    }
}
