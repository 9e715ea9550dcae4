import FoundationEssentials
import Glibc
import Testing

extension CommandTests {
    @Suite("An event by commands", .enabled(if: Product.hasPack, "the open pack is not made"))
    struct PoolCommandTests {
        private let work: Workplace

        init() async throws {
            work = try Workplace()
            try await expect("event", "create", "party", has: "party is there")
            for name in ["Ada", "Ben"] {
                try await expect("photographer", "add", name, "--event", "party", has: "may upload")
            }
        }

        /// Runs a command that must do its work, and looks for words in what it says.
        @discardableResult
        private func expect(_ words: String..., has wanted: String) async throws -> String {
            let answer = try await work.launch.run(words)
            #expect(answer.status == 0, "\(words): \(answer.errors)")
            #expect(answer.output.contains(wanted), "\(words): \(answer.output)")
            return answer.output
        }

        /// Runs a command that must be refused with this code.
        private func refused(_ words: String..., code: String) async throws {
            let answer = try await work.launch.run(words)
            #expect(answer.status == 1 && answer.errors.contains("[\(code)]"), "\(words): \(answer.errors)")
        }

        private func addPhotos(_ count: Int) {
            for number in 0..<count {
                work.add(
                    MadeFiles.tiff(width: 30 + number, height: 40, value: UInt8(number)),
                    as: "p\(number).tiff")
            }
        }

        @Test("lives from its first photo to its deletion")
        func life() async throws {
            addPhotos(3)
            work.add(MadeFiles.raw, as: "raw.cr2")
            work.add(MadeFiles.video, as: "film.mov")
            work.add(Array("no picture".utf8), as: "broken.jpg")
            let first = try await work.launch.run(
                "import", work.folder, "--event", "party", "--photographer", "Ada", "--album", "Dinner")
            #expect(first.status == 1, "one photo is broken")
            for words in ["taken: 4", "4 new", "1 RAW, 1 video", "[not_a_picture]", "3 no-face, 1 failed"] {
                #expect(first.output.contains(words), "\(words) in \(first.output)")
            }
            let second = try await work.launch.run(
                "import", work.folder + "/p0.tiff", work.folder + "/p1.tiff", "--event", "party",
                "--photographer", "Ben")
            #expect(second.status == 0 && second.output.contains("2 in the event already, credited as well"))
            let again = try await work.launch.run(
                "import", work.folder, "--event", "party", "--photographer", "Ada")
            #expect(again.output.contains("4 taken by an earlier run"))

            try await expect("photos", "--event", "party", "--photographer", "Ben", has: "p1.tiff")
            try await expect("photos", "--event", "party", "--album", "Dinner", has: "broken.jpg")
            try await expect("photos", "hide", "p0.tiff", "--event", "party", has: "p0.tiff is hidden.")
            try await expect("photos", "--event", "party", "--hidden", has: "p0.tiff")
            try await expect("photos", "show", "p0.tiff", "--event", "party", has: "is shown.")
            try await expect(
                "photos", "delete", "p1.tiff", "p2.tiff", "--event", "party", has: "in the trash")
            try await expect("photos", "--event", "party", "--trash", has: "p2.tiff")
            let deleted = try await work.launch.run(
                "import", work.folder + "/p2.tiff", "--event", "party", "--photographer", "Ben")
            #expect(deleted.output.contains("1 in the trash, and left there"))
            try await expect("photos", "restore", "p2.tiff", "--event", "party", has: "p2.tiff is back.")
            try await refused("photos", "purge", "p2.tiff", "--event", "party", code: "no_such_photo")
            try await expect("photos", "purge", "p1.tiff", "--event", "party", has: "is removed.")
            try await expect("retry", "--event", "party", has: "1 photos wait again")
            try await expect("work", "--once", has: "")
            let shown = try await expect("event", "show", "party", "--json", has: "\"no-face\": 2")
            #expect(shown.contains("\"failed\": 1") && shown.contains("\"total\": 3"))
            try await expect("event", "list", has: "party")

            try await refused("event", "delete", "party", code: "not_confirmed")
            try await refused("event", "delete", "party", "--yes", "Party", code: "not_confirmed")
            let receipt = try await expect(
                "event", "delete", "party", "--yes", "party", "--json", has: "isClean")
            #expect(receipt.contains("\"isClean\": true") && receipt.contains("\"rowsLeft\": 0"))
            #expect(Scratch.names(work.scratch.path + "/data/events").isEmpty)
            try await refused("event", "show", "party", code: "no_such_event")
        }

        @Test("lets a retouched version take the place of a photo, which stays the same photo")
        func replaced() async throws {
            addPhotos(2)
            try await expect(
                "import", work.folder + "/p0.tiff", "--event", "party", "--photographer", "Ada", has: "1 new")
            let before = try await expect("photos", "--event", "party", "--json", has: "p0.tiff")
            let id = try #require(before.split(separator: "\"id\": \"").last?.split(separator: "\"").first)
            try await expect(
                "photos", "replace", "p0.tiff", work.folder + "/p1.tiff", "--event", "party",
                "--photographer",
                "Ada", has: "is replaced")
            let after = try await expect(
                "photos", "--event", "party", "--state", "queued", "--json", has: "\(id)")
            #expect(after.contains("p1.tiff"))
            try await expect("work", "--once", has: "")
            try await expect("photos", "--event", "party", "--state", "no-face", "--json", has: "\(id)")
            try await expect("doctor", has: "Everything that is needed is in place.")
        }

        @Test("refuses with a reason, and loses nothing by it")
        func refusals() async throws {
            addPhotos(2)
            try await refused("event", "create", "party", code: "event_exists")
            try await refused("event", "show", "nowhere", code: "no_such_event")
            try await refused(
                "import", work.folder, "--event", "party", "--photographer", "Zoe",
                code: "no_such_photographer")
            var full = work.launch
            full.environment["LIKENESS_FREE_SPACE"] = "1000000G"
            let words = ["import", work.folder, "--event", "party", "--photographer", "Ada"]
            let low = try await full.run(words)
            #expect(low.status == 1 && low.errors.contains("[low_space]"), "\(low.errors)")
            #expect(try await work.launch.run(words).status == 0)
            try await expect("event", "settings", "party", "--most-event", "1K", has: "whole event: 1 KB")
            addPhotos(3)
            let more = try await work.launch.run(words)
            #expect(more.status == 1 && more.output.contains("[event_full]"), "\(more.output)")
            try await expect("event", "archive", "party", has: "is archived")
            let closed = try await work.launch.run(words)
            #expect(closed.status == 1 && closed.errors.contains("[event_closed]"), "\(closed.errors)")
            #expect(try await work.launch.run("import", work.folder).status == 2)
            #expect(
                try await work.launch.run("event", "settings", "party", "--most-event", "much").status == 2)
        }

        @Test("stops in good order and goes on; three import at once and the same file is kept once")
        func together() async throws {
            addPhotos(20)
            try await expect("photographer", "add", "Cy", "--event", "party", has: "may upload")
            let words = ["import", work.folder, "--event", "party", "--photographer"]
            let stopped = try work.launch.start((words + ["Ada"]).map { Array($0.utf8) })
            try await Task.sleep(for: .milliseconds(900))
            stopped.signal(SIGINT)
            #expect([0, 130].contains(try await stopped.outcome().status))
            // Ada presses it twice.
            let running = try ["Ada", "Ada", "Ben", "Cy"].map { name in
                try work.launch.start((words + [name]).map { Array($0.utf8) })
            }
            for run in running {
                let outcome = try await run.outcome()
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
            let shown = try await expect("event", "show", "party", "--json", has: "\"total\": 20")
            #expect(shown.contains("\"no-face\": 20"))
            for name in ["Ada", "Ben", "Cy"] {
                let listed = try await work.launch.run(
                    "photos", "--event", "party", "--photographer", name, "--json", "--limit", "100")
                #expect(listed.output.split(separator: "\"sizeInBytes\"").count == 21)
            }
        }

        @Test("comes back from a backup, and what was erased since does not")
        func backup() async throws {
            addPhotos(3)
            try await expect("import", work.folder, "--event", "party", "--photographer", "Ada", has: "3 new")
            try await expect("event", "create", "gone", has: "gone is there")
            let place = work.scratch.path + "/backup"
            try await expect("backup", place, has: "4 files")
            try await refused("backup", place, code: "place_taken")
            try await refused("restore", place, code: "pool_not_empty")
            try await expect("event", "delete", "gone", "--yes", "gone", has: "is gone")
            var elsewhere = work.launch
            elsewhere.environment["LIKENESS_DATA"] = work.scratch.path + "/elsewhere"
            elsewhere.environment["LIKENESS_KEYS"] = work.scratch.path + "/data.keys"
            let back = try await elsewhere.run("restore", place)
            #expect(back.status == 0 && back.errors.contains("Erased again: gone."), "\(back.errors)")
            let shown = try await elsewhere.run("event", "list", "--json")
            #expect(shown.output.contains("\"total\": 3") && !shown.output.contains("gone"))
            let original = try #require(Scratch.names(place + "/events").first)
            let hash = try #require(Scratch.names("\(place)/events/\(original)").first)
            Scratch.write("damaged", to: "\(place)/events/\(original)/\(hash)")
            elsewhere.environment["LIKENESS_DATA"] = work.scratch.path + "/third"
            let damaged = try await elsewhere.run("restore", place)
            #expect(
                damaged.status == 1 && damaged.errors.contains(hash)
                    && damaged.errors.contains("[backup_damaged]"))
            #expect(!Scratch.exists(work.scratch.path + "/third/likeness.sqlite"))
        }

        @Test("keeps its keys for their owner, rotates them and carries them away")
        func keys() async throws {
            let keys = work.scratch.path + "/data.keys"
            #expect(Scratch.mode(keys) == 0o700 && Scratch.mode(keys + "/master.key") == 0o600)
            let before = Scratch.bytes(keys + "/master.key")
            try await expect("vault", "rotate", has: "new master key")
            #expect(Scratch.bytes(keys + "/master.key") != before)
            Scratch.write("a long passphrase\n", to: work.scratch.path + "/words")
            let file = work.scratch.path + "/ring"
            try await expect(
                "vault", "export", file, "--passphrase-file", work.scratch.path + "/words", has: "holds")
            chmod(keys + "/master.key", 0o644)
            try await refused("event", "list", code: "key_open_to_others")
            chmod(keys + "/master.key", 0o600)
            unlink(keys + "/ring")
            unlink(keys + "/master.key")
            try await refused("event", "list", code: "ring_missing")
            // Nor does a folder's index begin a ring of its own, which would hide the loss.
            try await refused("index", work.folder, code: "ring_missing")
            chmod(work.scratch.path + "/words", 0o600)
            try await expect(
                "vault", "import", file, "--passphrase-file", work.scratch.path + "/words", has: "brought")
            try await expect("event", "list", has: "party")
        }

        private var server: String { getenv("LIKENESS_TEST_POSTGRES").map { String(cString: $0) } ?? "" }

        /// A program of PostgreSQL's.
        private func tool(_ words: String...) async throws {
            var launch = work.launch
            launch.program = "/usr/bin/" + words[0]
            let outcome = try await launch.run(Array(words.dropFirst()))
            #expect(outcome.status == 0, "\(words): \(outcome.errors)")
        }

        /// A pool in a schema of its own.
        private func launchWithServer(_ name: String) async throws -> Launch {
            let schema = "\(name)_\(getpid())"
            try await tool("psql", "-q", server, "-c", "CREATE SCHEMA \(schema)")
            var launch = work.launch
            launch.environment["LIKENESS_DATA"] = work.scratch.path + "/postgres"
            launch.environment["LIKENESS_DATABASE"] = "\(server)?options=-csearch_path%3D\(schema)"
            return launch
        }

        @Test(
            "comes back from PostgreSQL's own dump and our originals, also where both were made minutes apart",
            .enabled(
                if: getenv("LIKENESS_TEST_POSTGRES") != nil, "LIKENESS_TEST_POSTGRES names no server"))
        func dump() async throws {
            addPhotos(3)
            var launch = try await launchWithServer("dumped")
            func run(_ words: String..., status: Int32 = 0, has wanted: String = "") async throws {
                let answer = try await launch.run(words)
                #expect(
                    answer.status == status && (answer.output + answer.errors).contains(wanted),
                    "\(words): \(answer.output)\(answer.errors)")
            }
            for event in ["party", "gone"] {
                try await run("event", "create", event)
                try await run("photographer", "add", "Ada", "--event", event)
                try await run("import", work.folder, "--event", event, "--photographer", "Ada")
            }
            let (dump, backup) = (work.scratch.path + "/likeness.dump", work.scratch.path + "/backup")
            let schema = "dumped_\(getpid())"
            try await tool(
                "pg_dump", "--format=custom", "--schema=\(schema)", "--file=\(dump)", server)
            // Between both copies a photo is removed, and a whole event.
            try await run("photos", "delete", "p2.tiff", "--event", "party")
            try await run("photos", "purge", "p2.tiff", "--event", "party")
            try await run("event", "delete", "gone", "--yes", "gone")
            try await run("backup", backup + "/", has: "2 files")
            try await tool("psql", "-q", server, "-c", "DROP SCHEMA \(schema) CASCADE")
            launch.environment["LIKENESS_KEYS"] = work.scratch.path + "/postgres.keys"
            launch.environment["LIKENESS_DATA"] = work.scratch.path + "/elsewhere"
            try await run("restore", backup, status: 1)
            try await tool("pg_restore", "--dbname=\(server)", dump)
            try await run("restore", backup, status: 1, has: "p2.tiff")
            try await run("restore", backup, status: 1, has: "[photos_not_in_backup]")
            try await run("restore", backup, "--without-missing", has: "Erased again: gone.")
            // Again, as after an interruption.
            try await run("restore", backup, has: "is back")
            try await run("event", "show", "party", "--json", has: "\"no-face\": 2")
            try await run("event", "show", "gone", status: 1, has: "[no_such_event]")
            try await run("doctor")
        }

        @Test(
            "lives in PostgreSQL as well",
            .enabled(
                if: getenv("LIKENESS_TEST_POSTGRES") != nil, "LIKENESS_TEST_POSTGRES names no server"))
        func postgres() async throws {
            addPhotos(2)
            var launch = try await launchWithServer("commands")
            for words in [
                ["event", "create", "party"], ["photographer", "add", "Ada", "--event", "party"],
                ["import", work.folder, "--event", "party", "--photographer", "Ada"],
            ] {
                let answer = try await launch.run(words)
                #expect(answer.status == 0, "\(words): \(answer.errors)")
            }
            let shown = try await launch.run("event", "show", "party", "--json")
            #expect(shown.output.contains("\"no-face\": 2"), "\(shown.output)")
            launch.environment["LIKENESS_DATABASE"] =
                "postgres://somebody:hunter2@127.0.0.1:1/none?connect_timeout=1"
            launch.environment["LIKENESS_DATA"] = work.scratch.path + "/away"
            let doctor = try await launch.run("doctor", "--json")
            #expect(!doctor.output.contains("hunter2") && !doctor.errors.contains("hunter2"))
        }
    }
}
