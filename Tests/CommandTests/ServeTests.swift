import Glibc
import Testing

extension CommandTests {
    @Suite(
        "The server",
        .enabled(
            if: Product.hasPack && Product.portraits != nil,
            "needs the release build, the pack and the portraits"))
    struct ServeTests {
        /// A server on a port of its own, and curl as its client.
        private final class Server {
            let running: Launch.Running
            let place: String

            init(_ work: Workplace) async throws {
                running = try work.launch.start(["serve", "--port", "0"].map { Array($0.utf8) })
                let process = running
                _ = try await Workplace.wait(within: .seconds(60)) {
                    process.output.contains("Likeness serves http")
                }
                let line = try #require(
                    running.output.split(separator: "\n").first { $0.contains("http://") })
                place = String(try #require(line.split(separator: " ").last).dropLast())
            }

            /// Also where the test has failed: nobody else would end it.
            deinit {
                var status: Int32 = 0
                if waitpid(running.process, &status, WNOHANG) == 0 { running.signal(SIGKILL) }
            }

            var code: String? {
                running.output.split(separator: "\n").map { $0.filter { $0 != " " } }.first { $0.count == 43 }
            }

            func ask(_ work: Workplace, _ words: String...) async throws -> String {
                var curl = Launch()
                curl.program = "/usr/bin/curl"
                let jar = work.scratch.path + "/jar"
                let answer = try await curl.run(
                    ["-s", "-i", "--max-time", "60", "-b", jar, "-c", jar] + words.dropLast()
                        + [place + (words.last ?? "")])
                return answer.output
            }
        }

        /// The text behind a name in JSON.
        private static func text(_ name: String, in answer: String) -> String? {
            answer.split(separator: "\"\(name)\":\"", maxSplits: 1).dropFirst().first.map {
                String($0.prefix { $0 != "\"" })
            }
        }

        @Test("does what the guide to its API shows, line by line")
        func guide() async throws {
            let work = try Workplace()
            work.add("obama.jpg", as: "IMG_0001.jpg", mark: 1)
            let server = try await Server(work)
            let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
            var (blocks, isInside) = ([Substring](), false)
            for line in Scratch.text("/\(root)/Docs/API.md").split(separator: "\n") {
                if line.hasPrefix("```") {
                    isInside = line == "```sh"
                } else if isInside {
                    blocks.append(line)
                }
            }
            #expect(blocks.count > 40)
            var shell = Launch()
            shell.program = "/bin/bash"
            shell.environment = [
                "B": server.place, "CODE": try #require(server.code),
                "PHOTO": work.folder + "/IMG_0001.jpg", "PATH": "/usr/bin:/bin", "HERE": work.scratch.path,
            ]
            let script = "set -euo pipefail; cd $HERE\n" + blocks.joined(separator: "\n")
            let answer = try await shell.run(["-c", script])
            #expect(answer.status == 0, "\(answer.output)\n\(answer.errors)")
            #expect(answer.output.contains(#""outcome": "found""#), "\(answer.errors)")
            #expect(answer.output.contains("event: change\n"))
            #expect(answer.output.contains(#"{"files":2,"holdsDatabase":true}"#))
            for picture in ["preview.jpg", "face.jpg"] {
                #expect(Scratch.bytes(work.scratch.path + "/" + picture).starts(with: [0xFF, 0xD8, 0xFF]))
            }
        }

        @Test(
            "takes uploads while it is killed and started again, and works on them; nothing is lost or taken twice"
        )
        func killed() async throws {
            let work = try Workplace()
            for number in 0..<4 { work.add("obama.jpg", as: "a\(number).jpg", mark: number) }
            var server = try await Server(work)
            let code = try #require(server.code)
            let owner = try await server.ask(
                work, "-d",
                #"{"organisation":"S","name":"a@b.c","password":"correct horse battery","code":"\#(code)"}"#,
                "/api/v1/setup")
            #expect(owner.hasPrefix("HTTP/1.1 201"), "\(owner)")
            let proof = "X-Likeness-Proof: \(try #require(Self.text("proof", in: owner)))"
            let made = try await server.ask(work, "-H", proof, "-d", #"{"name":"party"}"#, "/api/v1/events")
            let event = "/api/v1/events/\(try #require(Self.text("id", in: made)))"
            let ada = try await server.ask(
                work, "-H", proof, "-d", #"{"name":"Ada"}"#, event + "/photographers")
            let photographer = try #require(Self.text("id", in: ada))
            let link = try await server.ask(
                work, "-H", proof, "-d", #"{"photographer":"\#(photographer)"}"#, event + "/upload-links")
            let leave = "Authorization: Bearer \(try #require(Self.text("token", in: link)))"
            let tus = "Tus-Resumable: 1.0.0"
            for number in 0..<4 {
                let file = work.folder + "/a\(number).jpg"
                let bytes = Scratch.bytes(file)
                let begun = try await server.ask(
                    work, "-X", "POST", "-H", leave, "-H", tus, "-H", "Upload-Length: \(bytes.count)",
                    event + "/uploads")
                let line = try #require(
                    begun.split(whereSeparator: \.isNewline).first { $0.hasPrefix("Location: ") })
                let upload = String(line.dropFirst(10))
                // Slowly, and then the server is killed in the middle of it.
                var curl = Launch()
                curl.program = "/usr/bin/curl"
                let sending = try curl.start(
                    [
                        "-s", "--limit-rate", "200K", "-X", "PATCH", "-H", leave, "-H", tus, "-H",
                        "Upload-Offset: 0", "-H", "Content-Type: application/offset+octet-stream", "-H",
                        "Expect:",
                        "--data-binary", "@\(file)", server.place + upload,
                    ].map { Array($0.utf8) })
                try await Task.sleep(for: .milliseconds(200 + 150 * number))
                server.running.signal(SIGKILL)
                _ = try await server.running.outcome()
                _ = try await sending.outcome()
                server = try await Server(work)
                #expect(server.code == nil, "somebody has an account")
                let status = try await server.ask(work, "-I", "-H", leave, "-H", tus, upload)
                let offset = try #require(
                    status.split(whereSeparator: \.isNewline).first { $0.hasPrefix("Upload-Offset: ") }
                        .flatMap { Int($0.dropFirst(15)) })
                #expect(offset <= bytes.count)
                let rest = work.scratch.path + "/rest"
                Scratch.write(Array(bytes[offset...]), to: Array(rest.utf8))
                let done = try await server.ask(
                    work, "-X", "PATCH", "-H", leave, "-H", tus, "-H", "Upload-Offset: \(offset)", "-H",
                    "Content-Type: application/offset+octet-stream", "--data-binary", "@\(rest)", upload)
                #expect(done.contains("Likeness-Result: new"), "\(done)")
            }
            let reset = try await work.launch.run("account", "reset", "a@b.c")
            let printed = reset.output.filter { $0 != "\n" }
            let token = printed.drop { $0 != "#" }.dropFirst()
            #expect(reset.status == 0 && token.count == 43, "\(reset.errors)")
            #expect(printed == "http://127.0.0.1:8080/password#\(token)")
            let nobody = try await work.launch.run("account", "reset", "x@y.z")
            #expect(nobody.status == 1 && nobody.errors.contains("[no_such_user]"))
            // The session outlives the server, and the photos are worked on by themselves.
            var shown = ""
            for _ in 0..<300 where !shown.contains("\"indexed\":4") {
                shown = try await server.ask(work, event)
                try await Task.sleep(for: .milliseconds(200))
            }
            #expect(shown.contains("\"total\":4") && shown.contains("\"indexed\":4"), "\(shown)")
            let people = try await server.ask(work, event + "/people")
            #expect(people.contains("\"photos\":4"), "\(people)")
            let photos = try await server.ask(work, event + "/photos?limit=1")
            let (photo, hash) = (
                try #require(Self.text("id", in: photos)), try #require(Self.text("hash", in: photos))
            )
            let preview = try await server.ask(
                work, "-o", "/dev/null", "\(event)/photos/\(photo)/renditions/\(hash)/preview")
            #expect(preview.isEmpty)
            let head = try await server.ask(
                work, "-I", "\(event)/photos/\(photo)/renditions/\(hash)/thumbnail")
            #expect(
                head.contains("Content-Type: image/jpeg")
                    && head.contains("private, max-age=31536000, immutable"))
            let new = #"{"token":"\#(token)","new":"another horse battery"}"#
            #expect(try await server.ask(work, "-d", new, "/api/v1/password/reset").hasPrefix("HTTP/1.1 204"))
            #expect(try await server.ask(work, event).contains("not_signed_in"), "every session has ended")
            server.running.signal(SIGTERM)
            let end = try await server.running.outcome()
            #expect(end.status == 0, "\(end.errors)")
        }

        @Test("says what keeps it from starting")
        func starting() async throws {
            let work = try Workplace()
            for words in [
                ["--port", "99999"], ["--certificate", "x"], ["--proxy", "somewhere"],
                ["--address", "nowhere"],
            ] { #expect(try await work.launch.run(["serve"] + words).status == 2) }
            let nowhere = try await work.launch.run(["serve", "--address", "192.0.2.1"])
            #expect(nowhere.status == 1 && nowhere.errors.contains("[cannot_serve]"), "\(nowhere.errors)")
        }
    }
}
