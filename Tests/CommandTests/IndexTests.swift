import Glibc
import Testing

extension CommandTests {
    @Suite("Index", .enabled(if: Product.hasPack, "the open pack is not made"))
    struct IndexTests {
        @Test(
            "opens every photo once, and a second time only what is new or changed",
            .enabled(if: Product.portraits != nil, "no portraits"))
        func again() async throws {
            let work = try Workplace()
            work.add("obama.jpg", as: "a.jpg")
            work.add("biden.jpg", as: "b.jpg")
            work.add(MadeFiles.tiff(width: 200, height: 100), as: "grey.tif")
            let first = try await work.launch.run("index", work.folder, "--jobs", "1")
            try #require(first.status == 0, "\(first.errors)")
            #expect(first.output.contains("indexed: 2, faces: 2 (2 seed"))
            #expect(first.output.contains("no face: 1"))
            #expect(!first.output.contains("unchanged"))
            for name in [".likeness.sqlite", ".likeness.sqlite.lock"] {
                #expect(Scratch.mode("\(work.folder)/\(name)") == 0o600)
            }
            let second = try await work.launch.run("index", work.folder)
            #expect(second.status == 0)
            #expect(second.output.contains("indexed: 0\nunchanged: 3"))
            work.add("obama2.jpg", as: "c.jpg")
            unlink("\(work.folder)/b.jpg")
            let third = try await work.launch.run("index", work.folder)
            #expect(third.output.contains("indexed: 1, faces: 1"))
            #expect(third.output.contains("unchanged: 2\ngone from the folder and forgotten: 1"))
        }

        @Test(
            "keeps previews for their owner's eyes, and makes lost ones again",
            .enabled(if: Product.portraits != nil, "no portraits"))
        func previews() async throws {
            let work = try Workplace()
            work.add("obama.jpg", as: "a.jpg")
            let previews = work.scratch.path + "/previews"
            let first = try await work.launch.run("index", work.folder, "--previews", previews)
            try #require(first.status == 0, "\(first.errors)")
            let pictures = Scratch.names(previews).filter { $0.hasSuffix(".jpg") }
            #expect(pictures.count == 2)
            for picture in pictures {
                #expect(Scratch.mode("\(previews)/\(picture)") == 0o600)
                #expect(Scratch.bytes("\(previews)/\(picture)").starts(with: [0xFF, 0xD8, 0xFF]))
            }
            unlink("\(previews)/\(pictures[0])")
            let second = try await work.launch.run("index", work.folder, "--previews", previews)
            #expect(second.output.contains("indexed: 1"))
            #expect(Scratch.names(previews).filter { $0.hasSuffix(".jpg") } == pictures)
        }

        /// What is in the hostile folder, and the code that the failure must have.
        private static let hostile: [(name: [UInt8], bytes: [UInt8], code: String)] = [
            (Array("text.jpg".utf8), Array("no picture".utf8), "not_a_picture"),
            (Array("empty.jpg".utf8), [], "empty_file"),
            (
                Array("bomb.tif".utf8), MadeFiles.tiff(width: 60_000, height: 60_000, pixels: 64),
                "too_many_pixels"
            ),
            (Array("two\nlines.jpg".utf8), Array("no picture".utf8), "not_a_picture"),
            ([0x6F, 0xFF, 0xFE] + Array(".jpg".utf8), Array("no picture".utf8), "not_a_picture"),
        ]

        @Test(
            "gives each bad file its reason, and indexes everything else",
            .enabled(if: Product.portraits != nil, "no portraits"))
        func hostileFolder() async throws {
            let work = try Workplace()
            work.add("obama.jpg", as: "good.jpg")
            let whole = Scratch.bytes("\(work.folder)/good.jpg")
            work.add(Array(whole.prefix(whole.count / 2)), as: "truncated.jpg")
            for file in Self.hostile {
                Scratch.write(file.bytes, to: Array("\(work.folder)/".utf8) + file.name)
            }
            work.add(MadeFiles.raw, as: "IMG_1.CR2")
            work.add(MadeFiles.video, as: "clip.mp4")
            work.add(MadeFiles.sidecar, as: "IMG_1.xmp")
            work.add(Array("notes".utf8), as: "notes.txt")
            mkfifo("\(work.folder)/pipe.jpg", 0o644)
            symlink("/dev/zero", "\(work.folder)/device.jpg")
            mkdir("\(work.folder)/inner", 0o755)
            symlink("..", "\(work.folder)/inner/circle")
            let answer = try await work.launch.run("index", work.folder)
            #expect(answer.status == 1)
            #expect(answer.output.contains("indexed: 1, faces: 1"))
            #expect(answer.output.contains("failed: \(Self.hostile.count + 1)"))
            for (name, code) in [
                ("text.jpg", "not_a_picture"), ("empty.jpg", "empty_file"), ("bomb.tif", "too_many_pixels"),
                ("two\\x0Alines.jpg", "not_a_picture"), ("o\\xFF\\xFE.jpg", "not_a_picture"),
                ("truncated.jpg", "truncated"),
            ] {
                let line = answer.output.split(separator: "\n").first { $0.hasPrefix("  \(name): ") }
                #expect(line?.hasSuffix("[\(code)]") == true, "\(name): \(line ?? "is not named")")
                #expect(!answer.errors.contains("\(name): "), "told once")
            }
            for kind in ["1 RAW", "1 video", "1 sidecar", "1 no photo", "2 link", "1 pipe"] {
                #expect(answer.output.contains(kind))
            }
            let again = try await work.launch.run("index", work.folder)
            #expect(again.status == 1, "what failed is still failed")
            #expect(again.output.contains("unchanged: 1"))
            for output in [answer.output, again.output] {
                let lines = output.split(separator: "\n")
                for (name, code) in [
                    ("IMG_1.CR2", "raw"), ("clip.mp4", "video"), ("IMG_1.xmp", "sidecar"),
                    ("notes.txt", "other"), ("pipe.jpg", "pipe"), ("device.jpg", "link"),
                    ("inner/circle", "link"),
                ] {
                    let named = lines.filter { $0.hasPrefix("  \(name): ") }
                    #expect(named.count == 1 && named[0].hasSuffix("[\(code)]"), "\(name): \(output)")
                }
            }
        }

        @Test("names the first skipped files of each kind, and all of them when asked")
        func manySkipped() async throws {
            let work = try Workplace()
            for number in 10..<25 { work.add(MadeFiles.raw, as: "IMG_\(number).CR2") }
            work.add(MadeFiles.video, as: "clip.mp4")
            let short = try await work.launch.run("index", work.folder)
            #expect(short.status == 0, "\(short.errors)")
            #expect(short.output.contains("skipped: 16 (15 RAW, 1 video)"))
            #expect(short.output.contains("  IMG_19.CR2: "))
            #expect(!short.output.contains("  IMG_20.CR2: "))
            #expect(short.output.contains("  and 5 more (RAW); --skipped names all\n  clip.mp4: "))
            let long = try await work.launch.run("index", work.folder, "--skipped")
            for number in 10..<25 { #expect(long.output.contains("  IMG_\(number).CR2: ")) }
            #expect(!long.output.contains("more"))
        }

        @Test("refuses to keep previews among the photos themselves")
        func previewsInPlace() async throws {
            let work = try Workplace()
            symlink("photos", work.scratch.path + "/link")
            for place in [work.folder, work.folder + "/.", work.scratch.path + "/link"] {
                let answer = try await work.launch.run("index", work.folder, "--previews", place)
                #expect(answer.status == 2)
                #expect(answer.errors.contains("is the folder of photos itself"), "\(answer.errors)")
                #expect(Scratch.names(work.folder).isEmpty)
            }
        }

        @Test("says once that what was finished is kept when the disk is full")
        func full() async throws {
            var work = try Workplace()
            for number in 0..<3000 { work.add(MadeFiles.raw, as: "IMG_\(number).CR2") }
            // In kibibytes: enough for an empty index, and for not much more.
            work.launch.wrapper = ["/bin/bash", "-c", "ulimit -f 600; exec \"$@\"", "limited"]
            let answer = try await work.launch.run("index", work.folder)
            #expect(answer.status == 1)
            #expect(answer.errors.contains("The disk is full; "), "\(answer.errors)")
            #expect(answer.errors.contains("[disk_full]"))
            #expect(answer.errors.split(separator: "What was finished is kept").count == 2)
        }

        @Test(
            "tells apart what it may not read",
            .enabled(
                if: Product.ordinaryUser != nil,
                "root may read everything, and nobody else may run the program"))
        func permissions() async throws {
            var work = try Workplace()
            work.launch.wrapper = Product.ordinaryUser ?? []
            work.add(MadeFiles.tiff(width: 200, height: 100), as: "open.tif")
            work.add(MadeFiles.tiff(width: 200, height: 100), as: "closed.tif")
            mkdir("\(work.folder)/private", 0)
            chmod("\(work.folder)/closed.tif", 0)
            chown(work.scratch.path, Product.nobody, Product.nobody)
            chown(work.folder, Product.nobody, Product.nobody)
            let answer = try await work.launch.run("index", work.folder)
            #expect(answer.status == 1)
            #expect(answer.output.contains("no face: 1\nfailed: 2"), "\(answer.errors)")
            for name in ["closed.tif", "private"] {
                let line = answer.output.split(separator: "\n").first { $0.hasPrefix("  \(name): ") }
                #expect(line?.hasSuffix("[no_permission]") == true)
            }
            // A folder that cannot be written has no place for an index, but can be indexed elsewhere.
            unlink("\(work.folder)/.likeness.sqlite")
            unlink("\(work.folder)/.likeness.sqlite.lock")
            chmod(work.folder, 0o555)
            let readOnly = try await work.launch.run("index", work.folder)
            #expect(readOnly.status == 1)
            #expect(readOnly.errors.contains("[no_permission]"), "\(readOnly.errors)")
            let elsewhere = try await work.launch.run(
                "index", work.folder, "--database", work.scratch.path + "/elsewhere.sqlite")
            #expect(elsewhere.output.contains("no face: 1"))
            let selfie = try await work.launch.run("inspect", "\(work.folder)/closed.tif")
            #expect(selfie.errors.contains("[no_permission]"))
        }

        @Test("says where an index cannot be, and which folder is none")
        func places() async throws {
            let work = try Workplace()
            work.add(Array("something else".utf8), as: "notes.txt")
            for (arguments, code) in [
                ([work.folder, "--database", "/proc/likeness.sqlite"], "missing"),
                ([work.folder, "--database", work.folder + "/none/a.sqlite"], "missing"),
                ([work.folder, "--database", work.folder + "/notes.txt"], "not_a_database"),
                ([work.folder, "--previews", work.folder + "/notes.txt"], "not_a_folder"),
                ([work.folder + "/none"], "folder_missing"), ([work.folder + "/notes.txt"], "not_a_folder"),
            ] {
                let answer = try await work.launch.run(["index"] + arguments)
                #expect(answer.status == 1)
                #expect(answer.output.isEmpty)
                #expect(answer.errors.contains("[\(code)]"), "\(arguments): \(answer.errors)")
            }
            #expect(Scratch.text("\(work.folder)/notes.txt") == "something else")
            let file = try await work.launch.run(
                "index", work.folder, "--previews", work.folder + "/notes.txt")
            #expect(file.errors.contains("notes.txt: It is a file, not a folder: choose another place."))
        }

        @Test("holds to the limits that the environment sets")
        func limits() async throws {
            var work = try Workplace(["LIKENESS_LIMIT_PIXELS": "10000"])
            work.add(MadeFiles.tiff(width: 200, height: 100), as: "grey.tif")
            let small = try await work.launch.run("index", work.folder)
            #expect(small.output.contains("[too_many_pixels]"))
            work.launch.environment["LIKENESS_LIMIT_PIXELS"] = nil
            let large = try await work.launch.run("index", work.folder)
            #expect(large.status == 0, "a limit that was raised is noticed")
            work.launch.environment["LIKENESS_LIMIT_SECONDS"] = "soon"
            let wrong = try await work.launch.run("index", work.folder)
            #expect(wrong.status == 1)
            #expect(wrong.errors.contains("LIKENESS_LIMIT_SECONDS is 'soon'"))
        }
    }
}
