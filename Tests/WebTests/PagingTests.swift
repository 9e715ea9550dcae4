import Domain
import HTTP
import Storage
import Testing

@testable import Web

@Suite("Lists in parts") struct PagingTests {
    @Test("tell decisions newest first, each once, and go on behind the last one also when newer ones came")
    func decisions() async throws {
        let house = try await TestDesk()
        let event = try await house.event("party")
        let viewer = try await house.session(.viewer)
        let place = "/api/v1/events/\(event.id.text)/decisions"
        func decide() async throws {
            let change = DecisionChange(
                expecting: try await house.pool.standing(of: event.id), kind: .hide, rulings: [])
            _ = try await house.pool.decide(change, of: event.id, by: Act(by: .commandLine, at: 1))
        }
        func numbers(_ query: String) async throws -> (numbers: [JSONValue?], next: String) {
            let answer = try await house.ask(.get, place + query, viewer)
            guard case .list(let items) = answer.json["items"] else { return ([], "") }
            return (items.map { $0["decision"]?["number"] }, answer.text("next"))
        }
        for _ in 0..<3 { try await decide() }
        let all = try await numbers("").numbers
        #expect(all.count == 3 && Set(all).count == 3)
        let first = try await numbers("?limit=2")
        #expect(first.numbers == Array(all[..<2]))
        try await decide()
        let rest = try await numbers("?limit=2&after=\(first.next)")
        #expect(rest.numbers == Array(all[2...]) && rest.next == "")
        #expect(try await numbers("").numbers.count == 4)
    }
}
