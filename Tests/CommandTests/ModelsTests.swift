import Glibc
import TestSupport
import Testing

extension CommandTests {
    @Suite("Models", .enabled(if: Product.hasPack, "the open pack is not made"))
    struct ModelsTests {
        /// A pair of networks as people share them: without pack.json.
        private func networks(in work: Workplace, named name: String = "shared") -> String {
            let folder = work.scratch.folder(name)
            Scratch.write(GeneratedNetworks.detector(), to: Array("\(folder)/det.onnx".utf8))
            Scratch.write(GeneratedNetworks.embedder(), to: Array("\(folder)/face.onnx".utf8))
            Scratch.write("Made by arithmetic; nobody owns it.\n", to: "\(folder)/LICENSE")
            return folder
        }

        @Test("lists and verifies the built-in pack")
        func builtIn() async throws {
            let work = try Workplace()
            let list = try await work.launch.run("models", "list")
            #expect(list.status == 0)
            #expect(list.output.hasPrefix("* open: "))
            #expect(list.output.contains("commercial use is allowed"))
            #expect(list.output.contains("known weakness: "))
            let verified = try await work.launch.run("models", "verify")
            #expect(verified.status == 0, "\(verified.errors)")
            #expect(verified.output.contains("vectors of 128 numbers"))
        }

        @Test("installs a pair of networks, shows the licence, and uses them from then on")
        func install() async throws {
            let work = try Workplace()
            let shared = networks(in: work)
            let unasked = try await work.launch.run("models", "install", shared, "--name", "made")
            #expect(unasked.status == 1)
            #expect(unasked.errors.contains("Made by arithmetic"))
            #expect(unasked.errors.contains("[licence_not_accepted]"))
            #expect(Scratch.names(work.scratch.path + "/data/models").isEmpty)
            let nameless = try await work.launch.run("models", "install", shared, "--accept-licence")
            #expect(nameless.status == 1)
            #expect(nameless.errors.contains("--name"))
            let installed = try await work.launch.run(
                "models", "install", shared, "--name", "made", "--title", "Made up", "--accept-licence")
            try #require(installed.status == 0, "\(installed.errors)")
            #expect(
                try await work.launch.run("models", "verify", "--pack", "made").output.contains("512 numbers")
            )
            #expect(try await work.launch.run("models", "use", "made").status == 0)
            let list = try await work.launch.run("models", "list")
            #expect(list.output.contains("* made: Made up"))
            // The generated detector takes bright squares for faces, so the whole 512-d path is walked.
            work.add(MadeFiles.tiff(width: 320, height: 240, value: 30), as: "dark.tif")
            let index = try await work.launch.run("index", work.folder)
            #expect(index.status == 0, "\(index.errors)")
            #expect(try await work.launch.run("models", "use", "open").status == 0)
            let other = try await work.launch.run("match", "\(work.folder)/dark.tif", "--in", work.folder)
            #expect(other.status == 1)
            #expect(other.errors.contains("[other_pack]"))
        }

        @Test("installs from an archive, and takes nothing hostile from one")
        func archive() async throws {
            let work = try Workplace()
            let shared = networks(in: work)
            let files = Scratch.names(shared).map { ($0, Scratch.bytes("\(shared)/\($0)")) }
            let archive = work.scratch.path + "/made.tar"
            Scratch.write(MadeFiles.tar(files), to: Array(archive.utf8))
            let installed = try await work.launch.run(
                "models", "install", archive, "--name", "made", "--accept-licence")
            #expect(installed.status == 0, "\(installed.errors)")
            let evil = work.scratch.path + "/evil.tar"
            Scratch.write(MadeFiles.tar(files + [("../../escaped", [1])]), to: Array(evil.utf8))
            let refused = try await work.launch.run(
                "models", "install", evil, "--name", "evil", "--accept-licence")
            #expect(refused.status == 1)
            #expect(refused.errors.contains("[model_pack]"))
            #expect(
                !Scratch.exists(work.scratch.path + "/data/escaped")
                    && !Scratch.exists(work.scratch.path + "/escaped"))
            let text = try await work.launch.run(
                "models", "install", "\(shared)/LICENSE", "--name", "text", "--accept-licence")
            #expect(text.status == 1)
            #expect(Scratch.names(work.scratch.path + "/data") == ["models"], "nothing unpacked is left")
            #expect(Scratch.names(work.scratch.path + "/data/models") == ["made"])
        }

        @Test("refuses a pack that was tampered with, and goes on with the earlier one")
        func tampered() async throws {
            let work = try Workplace()
            let shared = networks(in: work)
            let words = ["models", "install", shared, "--name", "made", "--accept-licence"]
            try #require(try await work.launch.run(words).status == 0)
            let installed = work.scratch.path + "/data/models/made"
            // What was installed has a pack.json now, so a copy of it is a pack with sums.
            let copy = work.scratch.folder("copy")
            for name in Scratch.names(installed) {
                Scratch.copy("\(installed)/\(name)", to: "\(copy)/\(name)")
            }
            var bytes = Scratch.bytes("\(copy)/face.onnx")
            bytes[bytes.count / 2] ^= 1
            Scratch.write(bytes, to: Array("\(copy)/face.onnx".utf8))
            let refused = try await work.launch.run("models", "install", copy, "--accept-licence")
            #expect(refused.status == 1)
            #expect(refused.errors.contains("face.onnx") && refused.errors.contains("SHA-256"))
            #expect(
                try await work.launch.run("models", "verify", "--pack", "made").status == 0,
                "the earlier one stands")
            Scratch.copy("\(copy)/face.onnx", to: "\(installed)/face.onnx")
            let broken = try await work.launch.run("models", "use", "made")
            #expect(broken.status == 1)
            #expect(broken.errors.contains("install it again"))
            #expect(try await work.launch.run("models", "list").output.hasPrefix("* open: "))
            #expect(try await work.launch.run("models", "verify", "--pack", "made").status == 1)
            #expect(try await work.launch.run("models", "use", "nobody").status == 1)
        }

        @Test("names the archive and the file inside where an archive is at fault")
        func tamperedArchive() async throws {
            let work = try Workplace()
            let words = ["models", "install", networks(in: work), "--name", "made", "--accept-licence"]
            try #require(try await work.launch.run(words).status == 0)
            let data = work.scratch.path + "/data"
            let installed = data + "/models/made"
            var files = Scratch.names(installed).map { ($0, Scratch.bytes("\(installed)/\($0)")) }
            let place = try #require(files.firstIndex { $0.0 == "face.onnx" })
            files[place].1[100] ^= 1
            let archive = work.scratch.path + "/made.tar"
            Scratch.write(MadeFiles.tar(files), to: Array(archive.utf8))
            let changed = try await work.launch.run("models", "install", archive, "--accept-licence")
            #expect(changed.status == 1)
            #expect(changed.errors.contains("\(archive): face.onnx is damaged"), "\(changed.errors)")
            files.remove(at: place)
            Scratch.write(MadeFiles.tar(files), to: Array(archive.utf8))
            let missing = try await work.launch.run("models", "install", archive, "--accept-licence")
            #expect(missing.errors.contains("\(archive): face.onnx is missing"), "\(missing.errors)")
            #expect(!(changed.errors + missing.errors).contains(".unpacking"))
        }

        @Test("sweeps up after installations that were cut off, and not under those that run")
        func leftovers() async throws {
            let work = try Workplace()
            let data = work.scratch.folder("data")
            // No process has a number above 4194304; number 1 always runs.
            for name in [".unpacking-4194999", ".unpacking-1"] {
                mkdir("\(data)/\(name)", 0o700)
                Scratch.write("half", to: "\(data)/\(name)/det.onnx")
            }
            let shared = networks(in: work)
            let archive = work.scratch.path + "/made.tar"
            Scratch.write(
                MadeFiles.tar(Scratch.names(shared).map { ($0, Scratch.bytes("\(shared)/\($0)")) }),
                to: Array(archive.utf8))
            let words = ["models", "install", archive, "--name", "made", "--accept-licence"]
            let installed = try await work.launch.run(words)
            #expect(installed.status == 0, "\(installed.errors)")
            #expect(Scratch.names(data) == [".unpacking-1", "models"])
        }

        @Test("tells the way back where the chosen or the built-in pack is gone")
        func gone() async throws {
            var work = try Workplace()
            let data = work.scratch.folder("data") + "/models"
            mkdir(data, 0o755)
            Scratch.write("made\n", to: data + "/current")
            let chosen = try await work.launch.run("models", "verify")
            #expect(chosen.status == 1)
            #expect(chosen.errors.contains("likeness models use open"), "\(chosen.errors)")
            #expect(try await work.launch.run("models", "use", "open").status == 0)
            work.launch.environment["LIKENESS_MODELS"] = work.scratch.folder("nothing")
            let builtIn = try await work.launch.run("models", "verify")
            #expect(builtIn.status == 1)
            #expect(builtIn.errors.contains("run ./run"), "\(builtIn.errors)")
            #expect(!builtIn.errors.contains("delete"))
        }

        @Test("never works with a built-in pack that was changed")
        func changedBuiltIn() async throws {
            let models =
                getenv("LIKENESS_MODELS").map { String(cString: $0) } ?? "\(Product.root)/.deps/models"
            var work = try Workplace()
            let folder = work.scratch.folder("packs") + "/open"
            mkdir(folder, 0o755)
            for name in Scratch.names("\(models)/open") {
                Scratch.copy("\(models)/open/\(name)", to: "\(folder)/\(name)")
            }
            var bytes = Scratch.bytes("\(folder)/centerface.onnx")
            bytes[bytes.count / 2] ^= 1
            Scratch.write(bytes, to: Array("\(folder)/centerface.onnx".utf8))
            work.launch.environment["LIKENESS_MODELS"] = work.scratch.path + "/packs"
            work.add(MadeFiles.tiff(width: 200, height: 100), as: "grey.tif")
            for words in [
                ["index", work.folder], ["inspect", "\(work.folder)/grey.tif"], ["models", "verify"],
                ["doctor"],
            ] {
                let answer = try await work.launch.run(words)
                #expect(answer.status == 1)
                #expect(
                    (answer.errors + answer.output).contains("centerface.onnx"), "\(words): \(answer.errors)")
            }
        }

        @Test(
            "installs networks in InsightFace's manner", .enabled(if: Product.shared != nil, "no ../shared"))
        func insightFace() async throws {
            let work = try Workplace()
            let folder = work.scratch.folder("pair")
            let models = "\(Product.shared ?? "")/models"
            for name in ["scrfd_500m_kps.onnx", "mobilefacenet_128.onnx"] {
                Scratch.copy("\(models)/\(name)", to: "\(folder)/\(name)")
            }
            let installed = try await work.launch.run(
                "models", "install", folder, "--name", "insight", "--accept-licence")
            try #require(installed.status == 0, "\(installed.errors)")
            #expect(try await work.launch.run("models", "use", "insight").status == 0)
            work.add(Scratch.bytes("\(Product.shared ?? "")/faces/obama/01.jpg"), as: "a.jpg")
            let answer = try await work.launch.run("inspect", "\(work.folder)/a.jpg", "--json")
            #expect(answer.status == 0, "\(answer.errors)")
            #expect(answer.output.contains("\"tier\": \"seed\""))
        }
    }
}
