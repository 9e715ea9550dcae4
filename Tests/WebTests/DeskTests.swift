import Accounts
import Domain
import Storage
import TestSupport
import Testing

@testable import HTTP
@testable import Web

@Suite("The desk", .timeLimit(.minutes(5))) struct DeskTests {
    @Test("does once what is sent twice with one key, also when it comes twice at once")
    func once() async throws {
        let house = try await TestDesk()
        let owner = try await house.session(.owner)
        func key(_ word: String) -> [Header] { owner + [Header("idempotency-key", word)] }
        let body = #"{"name":"Party"}"#
        let first = try await house.ask(.post, "/api/v1/events", key("a"), json: body)
        let again = try await house.ask(.post, "/api/v1/events", key("a"), json: body)
        #expect(first.status == 201 && again.status == 201 && first.bytes == again.bytes)
        #expect(again.header("Location") == first.header("Location"))
        #expect(again.header("Idempotency-Replayed") == "true" && first.header("Idempotency-Replayed") == nil)
        #expect(try await house.pool.events().count == 1)
        let other = try await house.ask(.post, "/api/v1/events", key("a"), json: #"{"name":"Other"}"#)
        #expect(other.status == 422 && other.code == "key_used")
        // What was refused was not done, so the key is free for the same request to be tried again.
        #expect(try await house.ask(.post, "/api/v1/events", key("b"), json: body).code == "event_exists")
        let event = first.text("id")
        let photographers = "/api/v1/events/\(event)/photographers"
        let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await house.ask(.post, photographers, key("c"), json: #"{"name":"Ada"}"#)
                }
            }
            return try await group.reduce(into: [Answer]()) { $0.append($1) }
        }
        #expect(answers.allSatisfy { $0.status == 201 && $0.bytes == answers[0].bytes })
        #expect(answers.count { $0.header("Idempotency-Replayed") == nil } <= 1)
        // Another caller's key is another key.
        let second = try await house.session(.organiser) + [Header("idempotency-key", "a")]
        #expect(try await house.ask(.post, "/api/v1/events", second, json: body).code == "event_exists")
        #expect(try await house.ask(.post, "/api/v1/events", key(""), json: body).code == "bad_key")
        // A secret is told once and kept nowhere.
        let ada = try #require(try await house.ask(.get, photographers, owner).json["items"]?[0]?["id"])
        let links = "/api/v1/events/\(event)/upload-links"
        guard case .text(let id) = ada else { return }
        let link = try await house.ask(.post, links, key("d"), json: #"{"photographer":"\#(id)"}"#)
        #expect(link.status == 201 && !link.text("token").isEmpty)
        let twice = try await house.ask(.post, links, key("d"), json: #"{"photographer":"\#(id)"}"#)
        #expect(twice.status == 409 && twice.code == "told_once")
        // A day later the same means something new.
        try await house.pool.forgetAnswers(before: .max)
        #expect(try await house.ask(.post, "/api/v1/events", key("a"), json: body).code == "event_exists")
    }

    @Test("keeps guests apart from faces, one address once, and nobody's edit is lost")
    func guests() async throws {
        let house = try await TestDesk()
        let event = try await house.event("party")
        let owner = try await house.session(.owner)
        let all = "/api/v1/events/\(event.id.text)/guests"
        let added = try await house.ask(
            .post, all, owner,
            json: """
                {"source":"imported","guests":[{"name":" Ada  Lovelace ","email":"Ada@Example.org"},
                {"name":"Bob","note":"table 4"},{"name":"Cy 100% Ärmel","phone":"+44 1"}]}
                """)
        #expect(added.status == 201)
        #expect(added.json["items"]?[0]?["name"] == .text("Ada Lovelace"))
        #expect(added.json["items"]?[0]?["email"] == .text("ada@example.org"))
        for (wrong, code) in [
            (#"{"guests":[{"name":"x","email":"ada@example.org"}]}"#, "guest_exists"),
            (#"{"guests":[{"name":"x","email":"y@z"},{"name":"y","email":"Y@Z"}]}"#, "guest_exists"),
            (#"{"guests":[{"name":" "}]}"#, "empty_name"), (#"{"guests":[]}"#, "bad_member"),
            (#"{"guests":[{"name":"x","email":"no address"}]}"#, "bad_email"),
            (#"{"guests":[{"name":"x","age":3}]}"#, "unknown_member"), (#"{"guests":[1]}"#, "bad_member"),
        ] { #expect(try await house.ask(.post, all, owner, json: wrong).code == code, "\(wrong)") }
        func names(_ query: String) async throws -> [String] {
            guard case .list(let items) = try await house.ask(.get, all + query, owner).json["items"] else {
                return []
            }
            return items.compactMap { if case .text(let name) = $0["name"] { name } else { nil } }
        }
        #expect(try await names("") == ["Ada Lovelace", "Bob", "Cy 100% Ärmel"])
        #expect(try await names("?text=LOVE") == ["Ada Lovelace"])
        #expect(try await names("?text=example.org") == ["Ada Lovelace"])
        for capitals in ["%C3%84RM", "%C3%A4rm"] {
            #expect(
                try await names("?text=\(capitals)") == ["Cy 100% Ärmel"], "in any letters of any language")
        }
        #expect(try await names("?text=100%25") == ["Cy 100% Ärmel"])
        let page = try await house.ask(.get, all + "?limit=2", owner)
        #expect(try await names("?limit=2&after=\(page.text("next"))") == ["Cy 100% Ärmel"])
        guard case .text(let ada) = added.json["items"]?[0]?["id"] else { return }
        let one = "\(all)/\(ada)"
        let tag = try #require(try await house.ask(.get, one, owner).header("ETag"))
        let edit = #"{"email":null,"phone":"1"}"#
        #expect(try await house.ask(.patch, one, owner, json: edit).status == 428)
        let edited = try await house.ask(.patch, one, owner + [Header("if-match", tag)], json: edit)
        #expect(edited.json["email"] == .null && edited.text("phone") == "1")
        #expect(try await house.ask(.patch, one, owner + [Header("if-match", tag)], json: edit).status == 412)
        #expect(try await house.ask(.delete, one, owner).status == 204)
        #expect(try await house.ask(.get, one, owner).code == "no_such_guest")
        // The record tells which members changed, and never an address.
        let record = try await house.ask(.get, "/api/v1/events/\(event.id.text)/record", owner)
        let words = String(decoding: record.bytes, as: UTF8.self)
        #expect(words.contains(#""members":"email, phone""#) && !words.contains("example.org"))
        try await house.pool.removeRows(of: event.id)
        #expect(try await house.pool.rowsLeft(of: event.id) == 0)
    }

    @Test("keeps a record of every change: who, when, what before and after")
    func record() async throws {
        let house = try await TestDesk()
        let owner = try await house.session(.owner)
        let made = try await house.ask(.post, "/api/v1/events", owner, json: #"{"name":"Party"}"#)
        let place = try #require(made.header("Location"))
        let tag = try #require(made.header("ETag"))
        let edit =
            #"{"grouping":"dbscan","mostBytesOfFile":null,"distances":{"merge":0.4,"attach":0.5,"selfie":0.4,"ask":0.5}}"#
        #expect(
            try await house.ask(.patch, place, owner + [Header("if-match", tag)], json: edit).status == 200)
        #expect(
            try await house.ask(.post, place + "/albums", owner, json: #"{"name":"Vows"}"#).status == 201)
        let record = try await house.ask(.get, place + "/record", owner)
        guard case .list(let items) = record.json["items"] else { return }
        func word(_ value: JSONValue?) -> String { if case .text(let text) = value { text } else { "" } }
        #expect(items.map { word($0["kind"]) } == ["album", "settings", "created"])
        #expect(items.allSatisfy { word($0["actor"]?["kind"]) == "user" })
        #expect(word(items[1]["before"]?["grouping"]) == "constrained")
        #expect(word(items[1]["after"]?["grouping"]) == "dbscan")
        #expect(word(items[1]["after"]?["mostBytesOfFile"]) == "none")
        #expect(items[1]["after"]?["policy"] == nil, "only what differs")
        #expect(word(items[0]["after"]?["name"]) == "Vows")
        let next = try await house.ask(.get, place + "/record?limit=2", owner).text("next")
        let rest = try await house.ask(.get, place + "/record?limit=2&after=\(next)", owner)
        #expect(rest.json["items"]?[0].map { word($0["kind"]) } == "created")
        // What becomes of the event itself stays on the house's own record.
        #expect(try await house.ask(.delete, place, owner).json["isClean"] == .truth(true))
        let whole = try await house.ask(.get, "/api/v1/record", owner)
        let words = String(decoding: whole.bytes, as: UTF8.self)
        #expect(words.contains(#""kind":"event-deleted""#) && words.contains(#""name":"Party""#))
    }

    @Test("sets distances by hand, and tells beforehand what they would change")
    func distances() async throws {
        let house = try await TestDesk()
        let event = try await house.event("party")
        let owner = try await house.session(.owner)
        let place = "/api/v1/events/\(event.id.text)"
        let shown = try await house.ask(.get, place, owner)
        #expect(shown.json["distances"]?["merge"] == .number(0.5), "the preset's")
        let own = #"{"merge":0.3,"attach":0.35,"selfie":0.3,"ask":0.4}"#
        let what = try await house.ask(.post, place + "/what-if", owner, json: #"{"distances":\#(own)}"#)
        #expect(what.status == 200 && what.json["merged"] == .integer(0))
        for wrong in [#"{}"#, #"{"preset":"conference","distances":\#(own)}"#] {
            #expect(
                try await house.ask(.post, place + "/what-if", owner, json: wrong).code == "one_member")
        }
        #expect(
            try await house.ask(.post, place + "/what-if", owner, json: #"{"preset":"outdoor"}"#).code
                == "no_thresholds")
        let tag = try #require(shown.header("ETag"))
        func edit(_ json: String) async throws -> Answer {
            try await house.ask(.patch, place, owner + [Header("if-match", tag)], json: json)
        }
        for wrong in [
            #"{"distances":{"merge":0.5,"attach":0.4,"selfie":0.3,"ask":0.4}}"#,
            #"{"distances":{"merge":0.3,"attach":0.4,"selfie":0.3,"ask":4}}"#,
        ] { #expect(try await edit(wrong).code == "bad_distances") }
        #expect(try await edit(#"{"distances":{"merge":0.3}}"#).code == "bad_member")
        let edited = try await edit(#"{"distances":\#(own)}"#)
        #expect(edited.json["settings"]?["distances"]?["ask"] == .number(0.4))
        #expect(try await house.ask(.get, place, owner).json["distances"]?["merge"] == .number(0.3))
    }

    @Test("looks for somebody by a selfie only with a consent, asks which face, and keeps nothing of it")
    func search() async throws {
        let house = try await TestDesk()
        let event = try await house.event("party")
        let owner = try await house.session(.owner)
        let all = "/api/v1/events/\(event.id.text)/searches"
        let jpeg = Header("content-type", "image/jpeg")
        func search(_ query: String, _ picture: String, _ type: Header? = nil) async throws -> Answer {
            try await house.ask(.post, all + query, owner + [type ?? jpeg], Array(picture.utf8))
        }
        #expect(try await search("", "one").code == "no_consent")
        #expect(try await search("?consent=form%207", "").code == "empty_file")
        #expect(try await search("?consent=form%207", "x").code == "not_a_picture")
        let text = Header("content-type", "text/plain")
        #expect(try await search("?consent=a", "one", text).status == 415)
        #expect(try await search("?consent=a&face=0", "one").status == 422)
        #expect(try await search("?consent=a", "none").text("outcome") == "no-face")
        #expect(try await search("?consent=a", "blurred").text("outcome") == "unusable-face")
        let several = try await search("?consent=a", "two")
        #expect(several.text("outcome") == "several-faces")
        #expect(several.json["faces"]?[1]?["number"] == .integer(2))
        #expect(try await search("?consent=a&face=3", "two").text("outcome") == "no-such-face")
        #expect(try await house.ask(.get, all, owner).json["items"] == .list([]), "nobody was looked for yet")
        #expect(try await search("?consent=form%207&face=2", "two").text("outcome") == "found")
        let searches = try await house.ask(.get, all, owner)
        #expect(searches.json["items"]?[0]?["consent"] == .text("form 7"))
        #expect(try await search("?consent=form%208&face=1", "two").text("outcome") == "found")
        let newest = try await house.ask(.get, all + "?limit=1", owner)
        #expect(newest.json["items"]?[0]?["consent"] == .text("form 8"))
        let rest = try await house.ask(.get, all + "?after=\(newest.text("next"))", owner)
        #expect(rest.json["items"] == searches.json["items"] && rest.json["next"] == .null)
    }

    @Test("tells programs what they may and people what they have")
    func tokens() async throws {
        let house = try await TestDesk()
        let event = try await house.event("party")
        let owner = try await house.session(.owner)
        let made = try await house.ask(
            .post, "/api/v1/tokens", owner,
            json: #"{"name":"wall","scopes":["see-events"],"event":"\#(event.id.text)","days":2}"#)
        #expect(made.status == 201)
        let program = [Header("authorization", "Bearer \(made.text("secret"))")]
        let events = try await house.ask(.get, "/api/v1/events", program)
        guard case .list(let items) = events.json["items"] else { return }
        #expect(items.count == 1)
        _ = try await house.event("other")
        let still = try await house.ask(.get, "/api/v1/events", program)
        #expect(still.json["items"] == events.json["items"], "the other one is not its business")
        // No program makes a token, or needs a proof.
        #expect(try await house.ask(.post, "/api/v1/tokens", program, json: "{}").code == "not_allowed")
        let listed = try await house.ask(.get, "/api/v1/tokens", owner)
        #expect(!String(decoding: listed.bytes, as: UTF8.self).contains(made.text("secret")))
        guard case .text(let id) = listed.json["items"]?[0]?["id"] else { return }
        #expect(try await house.ask(.delete, "/api/v1/tokens/\(id)", owner).status == 204)
        #expect(try await house.ask(.get, "/api/v1/events", program).code == "not_signed_in")
        #expect(
            try await house.ask(
                .post, "/api/v1/tokens", owner, json: #"{"name":"x","scopes":["everything"]}"#
            ).code == "bad_member")
        // Whose token it is may lose their part.
        let organiser = try await house.session(.organiser)
        let his = try await house.ask(
            .post, "/api/v1/tokens", organiser, json: #"{"name":"x","scopes":["manage-accounts"]}"#)
        let bearer = [Header("authorization", "Bearer \(his.text("secret"))")]
        #expect(try await house.ask(.get, "/api/v1/users", bearer).code == "not_allowed")
    }

    @Test("survives two who do the same at once: ending an upload, signing out, editing, leaving")
    func races() async throws {
        let house = try await TestDesk()
        let event = try await house.event("party")
        let owner = try await house.session(.owner)
        func twice(_ ask: @escaping @Sendable () async throws -> Answer) async throws -> [Answer] {
            async let (first, second) = (ask(), ask())
            return try await [first, second].sorted { $0.status < $1.status }
        }
        // Two finishing pieces: one photo, and whoever was second is told how far the upload has come.
        let link = try await house.link(event) + [Header("tus-resumable", "1.0.0")]
        let uploads = "/api/v1/events/\(event.id.text)/uploads"
        let begun = try await house.ask(.post, uploads, link + [Header("upload-length", "4")])
        let place = try #require(begun.header("Location"))
        let piece = [
            Header("content-type", "application/offset+octet-stream"), Header("upload-offset", "0"),
        ]
        let pieces = try await twice { try await house.ask(.patch, place, link + piece, [1, 2, 3, 4]) }
        #expect(
            pieces[0].status == 204 && [204, 409, 423].contains(pieces[1].status), "\(pieces.map(\.status))")
        #expect(try await house.pool.counts(of: event.id).total == 1)
        #expect(try await house.ask(.head, place, link).header("Upload-Offset") == "4")
        // Two edits of one version: one of them is told.
        let tag = [
            Header(
                "if-match",
                try #require(try await house.ask(.get, uploads.dropLast("/uploads"), owner).header("ETag")))
        ]
        let edits = try await twice {
            try await house.ask(
                .patch, uploads.dropLast("/uploads"), owner + tag, json: #"{"policy":"fast"}"#)
        }
        #expect(edits.map(\.status) == [200, 412])
        // Two owners who put each other out: one stays.
        let both = try await (house.user(.owner), house.user(.owner))
        try await house.base.database.write { session throws(StorageError) in
            try session.execute("UPDATE users SET password = 'x' WHERE role = 'owner'", [])
            try session.execute(
                "DELETE FROM sessions WHERE account NOT IN ($1, $2)",
                [.blob(both.0.id.bytes), .blob(both.1.id.bytes)])
            try session.execute(
                "DELETE FROM users WHERE id NOT IN ($1, $2)",
                [.blob(both.0.id.bytes), .blob(both.1.id.bytes)])
        }
        let act = Act(by: .user(both.0.id), at: 1)
        async let first = Result { () async throws(AccountError) in
            try await house.pool.remove(both.1.id, by: act)
        }
        async let second = Result { () async throws(AccountError) in
            try await house.pool.remove(both.0.id, by: act)
        }
        let results = await [first, second]
        #expect(results.count { if case .success = $0 { true } else { false } } == 1)
        #expect(try await house.pool.users().count == 1)
        // Two sign-outs of one device.
        let token = house.desk.secrets.token()
        let left = try #require(try await house.pool.users().first)
        try await house.pool.begin(
            SessionID(at: 1), token: house.desk.secrets.hash(of: token), of: left.id,
            at: millisecondsSince1970())
        let device = [
            Header("cookie", "likeness=\(token)"),
            Header("x-likeness-proof", house.desk.sessions.proof(for: token)),
        ]
        let outs = try await twice { try await house.ask(.delete, "/api/v1/session", device) }
        #expect(outs[0].status == 204 && [204, 401].contains(outs[1].status))
        #expect(try await house.ask(.get, "/api/v1/session", device).status == 401)
    }

    @Test("tells of the work, of backups, and finds photos by name and person")
    func lists() async throws {
        let house = try await TestDesk()
        let event = try await house.event("party")
        let owner = try await house.session(.owner)
        let link = try await house.link(event) + [Header("tus-resumable", "1.0.0")]
        let place = "/api/v1/events/\(event.id.text)"
        for (number, name) in ["SU1HXzEuanBn", "ZHNjXzIuanBn"].enumerated() {
            let sent = try await house.ask(
                .post, place + "/uploads",
                link + [
                    Header("upload-length", "3"), Header("content-type", "application/offset+octet-stream"),
                    Header("upload-metadata", "filename \(name)"),
                ], [1, 2, UInt8(number)])
            #expect(sent.header("Likeness-Result") == "new")
        }
        func names(_ query: String) async throws -> Int {
            guard
                case .list(let items) = try await house.ask(.get, place + "/photos" + query, owner).json[
                    "items"]
            else { return -1 }
            return items.count
        }
        #expect(try await names("?name=IMG_") == 1)
        #expect(try await names("?name=.jpg") == 2)
        #expect(try await names("?name=%25") == 0)
        #expect(try await names("?person=\(PersonID(at: 1).text)") == 0)
        let jobs = try await house.ask(.get, place + "/jobs?state=waiting&limit=1", owner)
        #expect(jobs.json["items"]?[0]?["stage"] == .text("develop"))
        let rest = try await house.ask(.get, place + "/jobs?after=\(jobs.text("next"))", owner)
        guard case .list(let left) = rest.json["items"] else { return }
        #expect(left.count == 1)
        #expect(try await house.ask(.get, place + "/jobs?state=odd", owner).code == "bad_query")
        #expect(try await house.ask(.get, "/api/v1/work", owner).json["waiting"] == .integer(2))
        // Nothing has failed.
        for wish in ["", #"{"photos":["\#(PhotoID(at: 1).text)"]}"#] {
            let retried = try await house.ask(.post, place + "/photos/retry", owner, json: wish)
            #expect(retried.json["queued"] == .integer(0))
        }
        #expect(try await house.ask(.post, "/api/v1/backups", owner).status == 202)
        #expect(
            try await house.ask(.get, "/api/v1/backups", owner).json["items"]?[0]?["state"] == .text("whole"))
        // Only what lies in the trash goes for good.
        guard
            case .text(let photo) = try await house.ask(.get, place + "/photos", owner).json["items"]?[0]?[
                "id"]
        else { return }
        let purge = #"{"photos":["\#(photo)"]}"#
        let kept = try await house.ask(.post, place + "/photos/purge", owner, json: purge)
        #expect(kept.json["purged"] == .integer(0))
        _ = try await house.ask(
            .patch, place + "/photos", owner, json: #"{"photos":["\#(photo)"],"isInTrash":true}"#)
        let gone = try await house.ask(.post, place + "/photos/purge", owner, json: purge)
        #expect(gone.json["purged"] == .integer(1))
    }

    @Test("describes itself, each operation once, by names that stay")
    func document() async throws {
        let house = try await TestDesk()
        let served = try await house.ask(.get, "/api/v1/openapi.json", [])
        #expect(served.json == house.document.json)
        #expect(served.json["openapi"] == .text("3.1.0"))
        let table = house.desk.table
        #expect(Set(table.map(\.name)).count == table.count)
        for listed in table {
            let operation = served.json["paths"]?[OpenAPI.template(listed.route.path)]?[
                listed.route.method.rawValue.lowercased()]
            #expect(operation?["operationId"] == .text(listed.name), "\(listed.name)")
        }
        // Every reference leads somewhere.
        func references(in value: JSONValue) -> Set<String> {
            switch value {
            case .object(let members):
                members.reduce(into: []) { found, member in
                    if member.name == "$ref", case .text(let text) = member.value {
                        found.insert(text)
                    } else {
                        found.formUnion(references(in: member.value))
                    }
                }
            case .list(let items): items.reduce(into: []) { $0.formUnion(references(in: $1)) }
            default: []
            }
        }
        let known = Set(Shapes.definitions.map { "#/components/schemas/\($0.name)" })
        #expect(references(in: served.json) == known, "each that is named, and none that nobody names")
    }
}

extension String {
    fileprivate func dropLast(_ end: String) -> String { String(dropLast(end.count)) }
}

extension Result where Failure == AccountError {
    fileprivate init(_ work: () async throws(AccountError) -> Success) async {
        do throws(AccountError) { self = .success(try await work()) } catch { self = .failure(error) }
    }
}

extension JSONValue {
    subscript(_ place: Int) -> JSONValue? {
        guard case .list(let items) = self, items.indices.contains(place) else { return nil }
        return items[place]
    }
}
