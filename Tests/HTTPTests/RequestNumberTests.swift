import Testing

@testable import HTTP

@Suite("The number of a request") struct RequestNumberTests {
    @Test("is no other's, and sixteen hexadecimal digits")
    func unique() {
        let numbers = (0..<10_000).map { _ in RequestNumber.next().text }
        #expect(Set(numbers).count == 10_000)
        #expect(numbers.allSatisfy { $0.count == 16 && $0.allSatisfy(\.isHexDigit) })
    }
}
