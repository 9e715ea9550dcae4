import Darkroom
import Domain
import Glibc
import Imaging
import Inference
import Storage
import Testing

extension CommandTests {
    @Suite(
        "Contact sheet",
        .enabled(if: Product.hasPack && Product.portraits != nil, "no open pack, or no portraits"))
    struct ContactSheetTests {
        /// How many pixels of a picture have about this colour: JPEG keeps no colour exactly.
        private func count(_ red: Int, _ green: Int, _ blue: Int, in path: String) throws -> Int {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            defer { close(descriptor) }
            try ImagingLibrary.start()
            let picture = try Negative(reading: descriptor, limits: Limits())
            let bytes = picture.reduced(toFit: max(picture.width, picture.height)).bytes
            return stride(from: 0, to: bytes.count, by: 3).count { place in
                abs(Int(bytes[place]) - red) < 30 && abs(Int(bytes[place + 1]) - green) < 30
                    && abs(Int(bytes[place + 2]) - blue) < 30
            }
        }

        @Test("frames matches in green, with the numbers of the list")
        func frames() async throws {
            let work = try Workplace()
            // None of these portraits has the colour of a frame.
            for name in ["obama.jpg", "obama3.jpg", "biden.jpg"] { work.add(name, as: name) }
            try #require(try await work.launch.run("index", work.folder, "--jobs", "1").status == 0)
            let sheet = work.scratch.path + "/sheet.jpg"
            let answer = try await work.launch.run(
                "match", "\(Product.portraits ?? "")/obama2.jpg", "--in", work.folder, "--contact-sheet",
                sheet)
            try #require(answer.status == 0, "\(answer.errors)")
            let lines = answer.output.split(separator: "\n")
            #expect(lines.compactMap { $0.split(separator: " ").first } == ["1", "2"])
            #expect(try count(64, 220, 96, in: sheet) > 150 * lines.count)
            #expect(try count(250, 200, 40, in: sheet) < 50)
        }

        @Test("frames questions in yellow")
        func asks() async throws {
            let portrait = Array("\(Product.portraits ?? "")/obama.jpg".utf8)
            let photo = try FolderFiles.open(single: DiskPath(bytes: portrait)).photo
            let models =
                getenv("LIKENESS_MODELS").map { String(cString: $0) } ?? "\(Product.root)/.deps/models"
            var settings = DarkroomSettings(
                pack: try PackFiles(folder: "\(models)/open", origin: .builtIn))
            settings.executable = Product.executable ?? ""
            let darkroom = Darkroom(settings: settings)
            let box = Box(x: 300, y: 100, width: 200, height: 200)
            let work = try Workplace()
            for (mark, yellow) in [(Tile.Mark.match, false), (.ask, true)] {
                let tile = Tile(photo: photo, box: box, number: 14, mark: mark, caption: "0.524")
                work.add(try await darkroom.contactSheet([tile]), as: "sheet.jpg")
                #expect(try (count(250, 200, 40, in: "\(work.folder)/sheet.jpg") > 200) == yellow)
                #expect(try (count(64, 220, 96, in: "\(work.folder)/sheet.jpg") > 200) != yellow)
            }
            await darkroom.close()
        }
    }
}
