import Domain
import HTTP
import Testing

@testable import Web

@Suite("The page of a link") struct PasswordPageTests {
    @Test("is where an invitation leads, with the secret where no browser sends it")
    func invitation() async throws {
        let house = try await TestDesk()
        let owner = try await house.session(.owner)
        let invited = try await house.ask(
            .post, "/api/v1/users", owner, json: #"{"name": "bob@example.org", "role": "viewer"}"#)
        let token = invited.text("token")
        #expect(invited.status == 201 && token.utf8.count == 43)
        #expect(invited.text("link") == "https://x.org/password#" + token)
        let set = try await house.ask(
            .post, "/api/v1/password/reset", [],
            json: #"{"token": "\#(token)", "new": "a horse of bob's"}"#)
        #expect(set.status == 204)
    }

    @Test("runs its own script and nothing else, and is read anew with every visit")
    func policy() async throws {
        let house = try await TestDesk()
        for path in ["/password", "/password.js", "/password.css"] {
            let answer = try await house.ask(.get, path)
            #expect(answer.status == 200 && answer.header("Cache-Control") == "no-cache")
            let policy = try #require(answer.header("Content-Security-Policy"))
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'"))
            #expect(!policy.contains("unsafe") && policy.contains("form-action 'none'"))
            let known = try await house.ask(
                .get, path, [Header("if-none-match", try #require(answer.header("ETag")))])
            #expect(known.status == 304)
        }
    }
}
