import Accounts
import Digests
import Domain
import FoundationEssentials
import Pipeline
import Storage
import TestSupport
import Testing

@testable import HTTP
@testable import Web

@Suite("The API", .timeLimit(.minutes(5))) struct APITests {
    @Test("lets the first owner in by the code, once, and out again")
    func accounts() async throws {
        let house = try await TestDesk()
        let code = try #require(try await house.desk.setUpCode())
        func setUp(_ code: String) async throws -> Answer {
            try await house.ask(
                .post, "/api/v1/setup", [],
                json: """
                    {"organisation":"Studio","name":"ada@example.org","password":"correct horse battery","code":"\(code)"}
                    """)
        }
        #expect(try await setUp("guess").code == "no_such_code")
        let welcome = try await setUp(code)
        #expect(welcome.status == 201 && welcome.text("user", "role") == "owner")
        let cookie = try #require(welcome.header("Set-Cookie"))
        #expect(cookie.hasPrefix("likeness=") && cookie.contains("; HttpOnly; SameSite=Lax"))
        #expect(try await setUp(code).code == "already_set_up")
        let mine = [
            Header("cookie", String(cookie.prefix { $0 != ";" })),
            Header("x-likeness-proof", welcome.text("proof")),
        ]
        #expect(try await house.ask(.get, "/api/v1/session", mine).text("user", "name") == "ada@example.org")
        let other = try await house.ask(
            .post, "/api/v1/session", [],
            json: #"{"name":"Ada@Example.org","password":"correct horse battery"}"#)
        #expect(
            other.status == 201 && other.header("Set-Cookie") != cookie, "a new session, whatever came along")
        #expect(
            try await house.ask(
                .post, "/api/v1/session", [], json: #"{"name":"ada@example.org","password":"x"}"#
            ).code
                == "wrong_password")
        let elsewhere = Header("sec-fetch-site", "cross-site")
        for (path, body) in [
            ("/api/v1/session", #"{"name":"ada@example.org","password":"correct horse battery"}"#),
            ("/api/v1/setup", "{}"), ("/api/v1/password/reset", "{}"), ("/api/v1/events", #"{"name":"x"}"#),
        ] {
            #expect(
                try await house.ask(.post, path, mine + [elsewhere], json: body).code == "other_site",
                "\(path)")
        }
        guard case .list(let sessions) = try await house.ask(.get, "/api/v1/sessions", mine).json["items"]
        else {
            Issue.record("no sessions")
            return
        }
        #expect(sessions.count == 2)
        #expect(try await house.ask(.delete, "/api/v1/session", mine).status == 204)
        #expect(try await house.ask(.get, "/api/v1/session", mine).code == "not_signed_in")
    }

    @Test("makes events, and loses nobody's edit")
    func events() async throws {
        let house = try await TestDesk()
        let owner = try await house.session(.owner)
        let made = try await house.ask(
            .post, "/api/v1/events", owner, json: #"{"name":"Party","preset":"children"}"#)
        let place = try #require(made.header("Location"))
        #expect(made.text("settings", "preset") == "children")
        #expect(
            try await house.ask(.post, "/api/v1/events", owner, json: #"{"name":"Party"}"#).code
                == "event_exists")
        for (wrong, code) in [
            ("{", "not_json"), ("[]", "not_an_object"), ("{}", "bad_member"), (#"{"name":1}"#, "bad_member"),
            (#"{"name":""}"#, "empty_name"), (#"{"name":"a","colour":"red"}"#, "unknown_member"),
            (#"{"name":"a","preset":"loose"}"#, "bad_member"), (#"{"name":"a","name":"b"}"#, "not_json"),
        ] {
            #expect(try await house.ask(.post, "/api/v1/events", owner, json: wrong).code == code, "\(wrong)")
        }
        let shown = try await house.ask(.get, place, owner)
        let tag = try #require(shown.header("ETag"))
        let edit = #"{"preset":"outdoor"}"#
        #expect(try await house.ask(.patch, place, owner, json: edit).status == 428)
        let edited = try await house.ask(.patch, place, owner + [Header("if-match", tag)], json: edit)
        #expect(edited.text("settings", "preset") == "outdoor" && edited.header("ETag") != tag)
        #expect(
            try await house.ask(.patch, place, owner + [Header("if-match", tag)], json: edit).code
                == "changed_meanwhile")
        #expect(try await house.ask(.post, place + "/archive", owner).status == 204)
        let receipt = try await house.ask(.delete, place, owner)
        #expect(receipt.json["isClean"] == .truth(true))
        #expect(try await house.ask(.get, place, owner).code == "no_such_event")
    }

    @Test("takes files by tus: in pieces, once, with checksums, and only from whom they are")
    func uploads() async throws {
        let house = try await TestDesk()
        let event = try await house.event("party")
        let link = try await house.link(event) + [Header("tus-resumable", "1.0.0")]
        let other = try await house.link(event) + [Header("tus-resumable", "1.0.0")]
        let all = "/api/v1/events/\(event.id.text)/uploads"
        let bytes = Array("a photo, more or less".utf8)
        let hash = SHA256.of(bytes)
        let known = "/api/v1/events/\(event.id.text)/contents/\(hash)"
        #expect(try await house.ask(.get, known, link).json["isKnown"] == .truth(false))
        let piece = Header("content-type", "application/offset+octet-stream")
        let length = Header("upload-length", "\(bytes.count)")
        let begun = try await house.ask(
            .post, all, link + [length, piece, Header("upload-metadata", "filename YS5qcGc=")],
            Array(bytes.prefix(5)))
        let place = try #require(begun.header("Location"))
        #expect(begun.status == 201 && begun.header("Upload-Offset") == "5")
        #expect(begun.header("Upload-Expires")?.hasSuffix(" GMT") == true)
        #expect(try await house.ask(.head, place, other).code == "no_such_upload")
        let status = try await house.ask(.head, place, link)
        #expect(status.header("Upload-Offset") == "5" && status.header("Upload-Length") == "\(bytes.count)")
        func send(_ offset: Int, _ part: ArraySlice<UInt8>, _ more: Header...) async throws -> Answer {
            try await house.ask(
                .patch, place, link + [piece, Header("upload-offset", "\(offset)")] + more, Array(part))
        }
        #expect(try await send(0, bytes[..<5]).code == "wrong_offset")
        #expect(try await send(5, bytes[5...] + [0]).code == "piece_too_long")
        let part = bytes[5..<9]
        let wrong = Header("upload-checksum", "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
        #expect(try await send(5, part, wrong).status == 460)
        #expect(try await send(5, part, Header("upload-checksum", "md5 AAAA")).code == "bad_checksum")
        #expect(try await house.ask(.head, place, link).header("Upload-Offset") == "5")
        let untold = link.filter { $0.name != "tus-resumable" }
        #expect(try await house.ask(.head, place, untold).code == "tus_version")
        let done = try await send(5, bytes[5...])
        #expect(done.status == 204 && done.header("Likeness-Result") == "new")
        #expect(try await send(bytes.count, []).header("Likeness-Result") == "new", "the same answer again")
        #expect(try await send(bytes.count, [1]).code == "upload_finished")
        #expect(try await house.ask(.get, known, link).json["isKnown"] == .truth(true))
        // The same again is kept once, and both are told.
        let twice = try await house.ask(.post, all, other + [length, piece], bytes)
        #expect(twice.header("Likeness-Result") == "duplicate")
        #expect(twice.header("Likeness-Photo") == done.header("Likeness-Photo"))
        let owner = try await house.session(.owner)
        let photos = try await house.ask(.get, "/api/v1/events/\(event.id.text)/photos?limit=1", owner)
        guard case .list(let items) = photos.json["items"], case .text(let next) = photos.json["next"] else {
            Issue.record("no photos: \(String(decoding: photos.bytes, as: UTF8.self))")
            return
        }
        #expect(items.count == 1 && items[0]["name"] == .text("a.jpg"))
        let rest = try await house.ask(.get, "/api/v1/events/\(event.id.text)/photos?after=\(next)", owner)
        #expect(rest.json["items"] == .list([]))
        // Whatever the length is, the last byte ends it and nothing is asked for beyond.
        let large = [UInt8](repeating: 7, count: 1 << 20)
        let whole = try await house.ask(
            .post, all, link + [Header("upload-length", "\(large.count)"), piece], large)
        #expect(whole.status == 201 && whole.header("Likeness-Result") == "new", "\(whole.code ?? "")")
        // One that is given up is gone.
        let given = try await house.ask(.post, all, link + [Header("upload-length", "99")])
        let gone = try #require(given.header("Location"))
        #expect(try await house.ask(.delete, gone, link).status == 204)
        #expect(try await house.ask(.head, gone, link).code == "no_such_upload")
        for (header, code) in [
            (Header("upload-length", "-1"), "no_length"), (Header("upload-length", "x"), "no_length"),
            (Header("upload-length", "0"), "empty_file"),
        ] { #expect(try await house.ask(.post, all, link + [header]).code == code) }
        // Nothing of another event is ever named.
        let elsewhere = try await house.event("elsewhere")
        let act = Act(by: .commandLine, at: 1)
        let album = try await house.pool.album("vows", of: elsewhere, by: act)
        let coded = { (text: String) in Data(text.utf8).base64EncodedString() }
        let wrongAlbum = Header("upload-metadata", "album \(coded(album.id.text))")
        #expect(try await house.ask(.post, all, link + [length, wrongAlbum]).code == "no_such_album")
        let bob = try await house.pool.addPhotographer("Bob", to: elsewhere, by: act)
        let wrongPerson = Header("upload-metadata", "photographer \(coded(bob.id.text))")
        let mine = owner + [Header("tus-resumable", "1.0.0"), length]
        #expect(try await house.ask(.post, all, mine + [wrongPerson]).code == "no_such_photographer")
        #expect(try await house.ask(.post, all, mine).code == "no_photographer")
        let metadata = Header("upload-metadata", "filename ###")
        #expect(try await house.ask(.post, all, link + [length, metadata]).code == "bad_metadata")
    }

    @Test("hides photos, gives out files by right, and names them safely")
    func photos() async throws {
        let house = try await TestDesk()
        let event = try await house.event("party")
        let link = try await house.link(event) + [Header("tus-resumable", "1.0.0")]
        let sent = try await house.ask(
            .post, "/api/v1/events/\(event.id.text)/uploads",
            link + [
                Header("upload-length", "3"), Header("content-type", "application/offset+octet-stream"),
                Header("upload-metadata", "filename w6QiCi5qcGc="),
            ], [1, 2, 3])
        let photo = try #require(sent.header("Likeness-Photo"))
        let owner = try await house.session(.owner)
        let all = "/api/v1/events/\(event.id.text)/photos"
        let hide = #"{"photos":["\#(photo)"],"isHidden":true}"#
        #expect(try await house.ask(.patch, all, owner, json: hide).status == 204)
        #expect(
            try await house.ask(.get, "\(all)/\(photo)", owner).json["photo"]?["isHidden"] == .truth(true))
        let shown = try await house.ask(.get, "\(all)?hidden=false", owner)
        #expect(shown.json["items"] == .list([]))
        for filter in ["state=odd", "colour=red", "hidden=maybe", "after=x", "limit=0", "limit=1001"] {
            #expect(try await house.ask(.get, "\(all)?\(filter)", owner).status == 422, "\(filter)")
        }
        let original = try await house.ask(.get, "\(all)/\(photo)/originals/\(SHA256.of([1, 2, 3]))", owner)
        #expect(original.status == 200)
        let name = try #require(original.header("Content-Disposition"))
        #expect(
            name.hasPrefix("attachment; filename=\"") && name.contains("; filename*=UTF-8''%C3%A4%22"),
            "\(name)")
        #expect(!name.contains("\n"))
        // A rendition of another content than the photo's is none.
        let other = "\(all)/\(photo)/renditions/\(String(repeating: "a", count: 64))/preview"
        #expect(try await house.ask(.get, other, owner).code == "no_such_photo")
    }

    @Test("groups people and takes decisions back and forth")
    func people() async throws {
        let house = try await TestDesk()
        let event = try await house.event("party")
        let owner = try await house.session(.owner)
        let place = "/api/v1/events/\(event.id.text)"
        #expect(try await house.ask(.get, place + "/people", owner).json["items"] == .list([]))
        for (query, status) in [("", 200), ("?after=7&limit=1", 200), ("?after=x", 422), ("?limit=0", 422)] {
            #expect(try await house.ask(.get, place + "/decisions" + query, owner).status == status)
        }
        #expect(
            try await house.ask(.post, place + "/decisions", owner, json: #"{"kind":"undo"}"#).json == .null)
        for (wrong, code) in [
            (#"{}"#, "bad_member"), (#"{"kind":"marry"}"#, "bad_member"),
            (#"{"kind":"gather","faces":[]}"#, "bad_member"),
            (#"{"kind":"not","face":"\#(FaceID(at: 1).text)"}"#, "no_such_face"),
            (
                #"{"kind":"merge","person":"\#(PersonID(at: 1).text)","other":"\#(PersonID(at: 2).text)"}"#,
                "no_such_person"
            ),
            (#"{"kind":"answer","question":"x","says":"same"}"#, "question_gone"),
        ] {
            #expect(
                try await house.ask(.post, place + "/decisions", owner, json: wrong).code == code, "\(wrong)")
        }
        let nobody = place + "/people/\(PersonID(at: 1).text)"
        #expect(try await house.ask(.patch, nobody, owner, json: #"{"name":"Ada"}"#).code == "no_such_person")
        #expect(
            try await house.ask(.patch, nobody, owner, json: #"{"name":"Ada","isHidden":true}"#).code
                == "one_member")
    }

    @Test("tells every change to whoever listens, in order, and goes on where they were")
    func stream() async throws {
        let house = try await TestDesk()
        let event = try await house.event("party")
        let act = Act(by: .commandLine, at: 1)
        let first = try await house.desk.stream.listen(to: event.id, after: 0)
        let second = try await house.desk.stream.listen(to: event.id, after: nil)
        for number in 0..<20 { _ = try await house.pool.addPhotographer("P\(number)", to: event, by: act) }
        let last = try await house.pool.lastChange(of: event.id)
        func read(_ stream: EventStream, until last: Int64) async throws -> [Int] {
            var text = ""
            let end = ContinuousClock.now + .seconds(60)
            while !text.contains("id: \(last)\n"), ContinuousClock.now < end {
                var buffer = [UInt8](repeating: 0, count: 4096)
                let next = buffer.withUnsafeMutableBytes { stream.fill($0, suspend: {}, resume: {}) }
                if case .bytes(let count) = next { text += String(decoding: buffer[..<count], as: UTF8.self) }
                try await Task.sleep(for: .milliseconds(5))
            }
            return text.split(separator: "\n").filter { $0.hasPrefix("id: ") }.compactMap {
                Int($0.dropFirst(4))
            }
        }
        #expect(try await read(first, until: last) == [0] + Array(1...Int(last)))
        #expect(try await read(second, until: last) == Array(1...Int(last)))
        let again = try await house.desk.stream.listen(to: event.id, after: last - 3)
        #expect(try await read(again, until: last) == Array(Int(last) - 3...Int(last)))
        await house.desk.close()
    }

    @Test("ends the stream of whoever was signed out")
    func streamEnds() async throws {
        let house = try await TestDesk()
        let event = try await house.event("party")
        let headers = try await house.session(.viewer)
        let request = Request(
            method: .get, target: try #require(RequestTarget(Array("/x".utf8))),
            headers: HeaderLines(headers))
        let caller = try await house.desk.caller(of: request)
        let stream = ChangeStream(kept: house.pool, roundsOfHeartbeat: 1)
        let desk = house.desk
        let listening = try await stream.listen(to: event.id, after: nil) {
            await desk.stillMay(caller, .seePhotos, in: event.id)
        }
        try await Task.sleep(for: .milliseconds(300))
        #expect(listening.send(EventStream.heartbeat), "still there")
        guard case .user(let session) = caller else {
            Issue.record("nobody")
            return
        }
        try await house.desk.sessions.end(session.id, of: session.user.id)
        let end = ContinuousClock.now + .seconds(60)
        while listening.send(EventStream.heartbeat), ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(!listening.send(EventStream.heartbeat))
        await stream.close()
    }

    @Test("writes dates as headers have them")
    func dates() {
        #expect(HTTPDate.text(784_111_777_000) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.text(951_782_400_000) == "Tue, 29 Feb 2000 00:00:00 GMT")
        #expect(HTTPDate.text(0) == "Thu, 01 Jan 1970 00:00:00 GMT")
    }
}
