import Domain
import Testing

@Suite("UUID version 7") struct UUIDv7Tests {
    @Test("carries its moment, its version and its variant, and comes back from its bytes")
    func layout() throws {
        var random = Steps(state: 1)
        for _ in 0..<200 {
            let id = UUIDv7(at: 1_780_000_000_123, using: &random)
            #expect(id.milliseconds == 1_780_000_000_123)
            #expect(id.bytes[6] >> 4 == 7)
            #expect(id.bytes[8] >> 6 == 2)
            #expect(UUIDv7(bytes: id.bytes) == id)
        }
    }

    @Test("is written in the usual five groups")
    func text() throws {
        let bytes: [UInt8] = [1, 0x9F, 3, 4, 5, 6, 0x70, 8, 0x90, 10, 11, 12, 13, 14, 15, 16]
        let text = "019f0304-0506-7008-900a-0b0c0d0e0f10"
        #expect(UUIDv7(bytes: bytes)?.text == text)
        #expect(UUIDv7(text: text)?.bytes == bytes && UUIDv7(text: text.uppercased())?.bytes == bytes)
    }

    @Test(
        "refuses other words",
        arguments: [
            "", "019f0304-0506-7008-900a-0b0c0d0e0f1", "019f0304-0506-7008-900a-0b0c0d0e0f100",
            "019f0304-0506-4008-900a-0b0c0d0e0f10", "019f0304-0506-7008-c00a-0b0c0d0e0f10",
            "019f0304-0506-7008-900a-0b0c0d0e0f1g", "019f0304 0506 7008 900a 0b0c0d0e0f10",
            "019f030405067008900a0b0c0d0e0f10----", "019f0304-0506-7008-900a-0b0c0d0e0f\u{663}",
        ])
    func refusesWords(text: String) {
        #expect(UUIDv7(text: text) == nil)
    }

    @Test("sorts by time and repeats never")
    func order() {
        #expect(UUIDv7(at: 1000) < UUIDv7(at: 1001))
        #expect(Set((0..<10_000).map { _ in UUIDv7(at: 5) }).count == 10_000)
    }

    @Test(
        "refuses other bytes",
        arguments: [
            [], [UInt8](repeating: 0, count: 16), [UInt8](repeating: 0xFF, count: 16),
            [UInt8](repeating: 1, count: 15),
        ])
    func refuses(bytes: [UInt8]) {
        #expect(UUIDv7(bytes: bytes) == nil)
    }
}
