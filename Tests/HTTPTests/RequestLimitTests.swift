import Testing

@testable import HTTP

@Suite("Requests of an address") struct RequestLimitTests {
    private func isFree(_ limit: RequestLimit, _ address: String, _ now: ContinuousClock.Instant) -> Bool {
        (try? limit.check(RequestLimit.key(of: address), at: now)) != nil
    }

    @Test("a network of IPv6 counts as one address, one of IPv4 does not")
    func networks() {
        let (limit, now) = (RequestLimit(perSecond: 2), ContinuousClock.now)
        #expect((1...9).map { isFree(limit, "2001:db8:1:2::\($0)", now) }.count { $0 } == 4)
        #expect(isFree(limit, "2001:db8:1:3::1", now))
        #expect((1...9).allSatisfy { isFree(limit, "10.0.0.\($0)", now) })
        #expect(isFree(limit, "2001:db8:1:2::1", now + .seconds(1)), "it fills again")
    }

    @Test("many addresses neither free one that was refused nor take more memory")
    func crowd() {
        let (limit, now) = (RequestLimit(perSecond: 1), ContinuousClock.now)
        #expect((1...5).map { _ in isFree(limit, "1.1.1.1", now) }.count { $0 } == 2)
        for number in 0..<RequestLimit.mostAddresses {
            _ = isFree(limit, "10.\(number >> 16).\(number >> 8 & 255).\(number & 255)", now)
        }
        #expect(!isFree(limit, "1.1.1.1", now))
        #expect((1...9).map { isFree(limit, "3.3.3.\($0)", now) }.count { $0 } <= 2, "those share a bucket")
        #expect(isFree(limit, "3.3.3.200", now + .seconds(3)), "and are free when the others have gone")
    }
}
