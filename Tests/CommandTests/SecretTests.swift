import Glibc
import Testing

extension CommandTests {
    @Suite("A secret", .enabled(if: Product.hasPack, "the open pack is not made"))
    struct SecretTests {
        private let work: Workplace

        init() async throws {
            work = try Workplace()
            #expect(try await work.launch.run("event", "create", "party").status == 0)
        }

        private var masterKey: [UInt8] {
            Array(Scratch.bytes(work.scratch.path + "/data.keys/master.key").prefix(64))
        }

        @Test("stands nowhere but in its own file, whatever was done and said")
        func words() async throws {
            for number in 0..<3 {
                work.add(MadeFiles.tiff(width: 30 + number, height: 40), as: "p\(number).tiff")
            }
            work.add("obama.jpg", as: "face.jpg")
            var said: [UInt8] = []
            for words in [
                ["photographer", "add", "Ada", "--event", "party"],
                ["import", work.folder, "--event", "party", "--photographer", "Ada"],
                ["import", work.folder, "--event", "party", "--photographer", "Zoe"],
                ["photos", "--event", "party", "--json"], ["doctor", "--json"],
                ["backup", work.scratch.path + "/backup"], ["event", "show", "party", "--json"],
            ] {
                let outcome = try await work.launch.run(words)
                said += Array((outcome.output + outcome.errors).utf8)
            }
            let key = masterKey
            try #require(key.count == 64)
            let raw = stride(from: 0, to: 64, by: 2).map { place in
                UInt8(String(decoding: key[place..<place + 2], as: UTF8.self), radix: 16) ?? 0
            }
            #expect(said.count > 1000)
            #expect(!said.contains(key))
            var looked = 0
            for folder in ["data", "data.keys", "backup"] {
                for file in Self.files(work.scratch.path + "/" + folder)
                where !file.hasSuffix("/master.key") {
                    let bytes = Scratch.bytes(file)
                    #expect(!bytes.contains(key) && !bytes.contains(raw), "\(file)")
                    looked += 1
                }
            }
            #expect(looked > 10)
        }

        @Test("is in no core dump and in no report of a crash")
        func cores() async throws {
            let place = work.scratch.folder("cores")
            // Whatever the shell does would leave one.
            var control = work.launch
            control.wrapper = ["/bin/sh", "-c", "ulimit -c unlimited; cd \(place); kill -ABRT $$"]
            let ended = try await control.run("")
            #expect(ended.status == -SIGABRT, "\(ended)")
            guard !Scratch.names(place).isEmpty else {
                print("skipped: this system keeps core dumps elsewhere, or makes none")
                return
            }
            for name in Scratch.names(place) { unlink("\(place)/\(name)") }
            var working = work.launch
            working.wrapper = ["/bin/sh", "-c", "ulimit -c unlimited; cd \(place); exec \"$0\" \"$@\""]
            let running = try working.start([Array("work".utf8)])
            // It holds the ring as soon as it is one of the pool's owners.
            let data = work.scratch.path + "/data"
            #expect(
                try await Workplace.wait(within: .seconds(20)) {
                    !Scratch.names(data + "/likeness.sqlite.owners").isEmpty
                })
            running.signal(SIGABRT)
            let crashed = try await running.outcome(within: .seconds(20))
            #expect(crashed.status == -SIGABRT)
            #expect(!crashed.errors.contains("Registers:"), "no report shows what lay in memory")
            #expect(Scratch.names(place) == [])
        }

        @Test("is not lost when changing it is interrupted")
        func rotation() async throws {
            let keys = work.scratch.path + "/data.keys"
            let before = masterKey
            var changes = 0
            for _ in 0..<12 {
                let running = try work.launch.start(["vault", "rotate"].map { Array($0.utf8) })
                // From the first file that it makes on.
                let start = masterKey
                let deadline = ContinuousClock.now + .seconds(5)
                while Scratch.names(keys).count == 3, masterKey == start, .now < deadline { usleep(100) }
                usleep(UInt32.random(in: 0...3000))
                running.signal(SIGKILL)
                _ = try await running.outcome()
                let listed = try await work.launch.run("event", "list")
                #expect(listed.status == 0 && listed.output.contains("party"), "\(listed.errors)")
                if masterKey != start { changes += 1 }
                #expect(Scratch.names(keys).filter { $0.hasSuffix(".next") } == [])
            }
            print("Rotations killed: 12, of which \(changes) had changed the key")
            #expect(changes == 0 || masterKey != before)
        }

        /// Every plain file below a folder.
        private static func files(_ folder: String) -> [String] {
            Scratch.names(folder).flatMap { name -> [String] in
                let path = "\(folder)/\(name)"
                let below = files(path)
                return below.isEmpty && !Scratch.bytes(path).isEmpty ? [path] : below
            }
        }
    }
}

extension [UInt8] {
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        guard let first = part.first, count >= part.count else { return false }
        return indices.prefix(count - part.count + 1).contains { place in
            self[place] == first && self[place..<place + part.count].elementsEqual(part)
        }
    }
}
