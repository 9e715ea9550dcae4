import Testing

@testable import HTTP

@Suite("What a request is written in") struct ParsingTests {
    private func target(_ text: String) -> RequestTarget? { RequestTarget(Array(text.utf8)) }

    private func cookie(_ name: String, in header: [UInt8]) -> String? {
        header.withUnsafeBufferPointer { HeaderLists.cookie(name, in: $0) }
    }

    @Test("an address comes apart before it is decoded, and what is no address is refused")
    func targets() {
        #expect(target("/a%2Fb/c?x=1&y=a+b%26&z")?.segments == ["a/b", "c"])
        #expect(
            target("/a?x=1&y=a+b%26&z")?.query.map { [$0.name, $0.value] } == [
                ["x", "1"], ["y", "a b&"], ["z", ""],
            ])
        #expect(target("/")?.segments == [""])
        for wrong in [
            "", "a", "/%", "/%4", "/%zz", "/a b", "/a\u{7f}", "/%00", "/..", "/a/../b", "/%2E%2e", "/ä",
            "/%c3",
        ] {
            #expect(target(wrong) == nil, "\(wrong)")
        }
        #expect(target("/" + String(repeating: "a/", count: 40)) == nil)
        #expect(target("/" + String(repeating: "a", count: 9000)) == nil)
    }

    @Test("a range is a part of the file, the whole, or nowhere")
    func ranges() {
        func range(_ text: String) -> ByteRange { ByteRange(Array(text.utf8), of: 100) }
        #expect(range("bytes=0-0") == .part(0..<1) && range("bytes=10-") == .part(10..<100))
        #expect(range("bytes=-1") == .part(99..<100) && range("bytes=-500") == .part(0..<100))
        #expect(range("bytes=50-500") == .part(50..<100))
        #expect(range("bytes=100-") == .nowhere && range("bytes=-0") == .nowhere)
        for other in [
            "bytes=5-1", "bytes=", "bytes=-", "bytes=a-b", "items=0-1", "bytes=0-1,2-3",
            "bytes=99999999999999999999-",
        ] {
            #expect(range(other) == .whole, "\(other)")
        }
        #expect(ByteRange(Array("bytes=-5".utf8), of: 0) == .nowhere)
    }

    @Test("cookies, tags and codings are lists of which garbage is passed over")
    func lists() {
        let cookies = Array("a=1; b=\"2\";c; =4; a=5;  d=e=f;ab=6".utf8)
        for (name, value) in [("a", "1"), ("b", "2"), ("c", nil), ("d", "e=f"), ("ab", "6"), ("e", nil)] {
            #expect(cookie(name, in: cookies) == value)
        }
        #expect(cookie("a", in: [0xFF, 0x3D, 0x31]) == nil)
        #expect(cookie("a", in: [0x61, 0x3D, 0xFF, 0x3B, 0x61, 0x3D, 0x31]) == "1")
        func has(_ text: String, strongly: Bool = false) -> Bool {
            HeaderLists.tags(Array(text.utf8), contain: "\"t\"", strongly: strongly)
        }
        #expect(has("\"t\"") && has("\"a\", W/\"t\"") && has("*") && !has("t") && !has(""))
        #expect(!has("W/\"t\"", strongly: true))
        func gzip(_ text: String) -> Bool { HeaderLists.acceptsGzip(Array(text.utf8)) }
        #expect(gzip("gzip") && gzip("br, gzip;q=0.5") && gzip("*") && gzip("gzip, *;q=0"))
        #expect(!gzip("") && !gzip("br") && !gzip("gzip;q=0") && !gzip("gzip;q=0.000, *") && !gzip("*;q=0"))
    }

    @Test("JSON comes back as it went, and what is no JSON is told")
    func json() throws {
        let text = #"{"a":[1,-2.5,true,null,"ä\"\\\n\u0001"],"b":{"c":9007199254740993},"d":[],"e":{}}"#
        let value = try JSONValue(reading: Array(text.utf8))
        #expect(value.bytes == Array(text.utf8))
        #expect(value["b"]?["c"] == .integer(9_007_199_254_740_993) && value["x"] == nil)
        #expect(try JSONValue(reading: Array(#" "\ud83d\ude00\/\t" "#.utf8)) == .text("😀/\t"))
        #expect(try JSONValue(reading: Array("1e2".utf8)) == .number(100))
        for wrong in [
            "", "{", "[1,]", "{\"a\"}", "{a:1}", "01", "1.", "-", "+1", "1e", "tru", "\"", "\"\\x\"",
            "\"\\u12\"", "1 2",
            "\"\u{1}\"", "[1}", "nul", "'a'", "1e999",
        ] {
            #expect(throws: JSONFault.self, "\(wrong)") { try JSONValue(reading: Array(wrong.utf8)) }
        }
        #expect(throws: JSONFault.twice("a")) { try JSONValue(reading: Array(#"{"a":1,"a":2}"#.utf8)) }
        #expect(throws: JSONFault.notUTF8) { try JSONValue(reading: Array(#""\ud800""#.utf8)) }
        #expect(throws: JSONFault.notUTF8) { try JSONValue(reading: [0x22, 0xFF, 0x22]) }
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JSONFault.tooDeep) { try JSONValue(reading: Array(deep.utf8)) }
    }

    @Test("an address lies in a range or not, whichever clothes it wears")
    func addresses() throws {
        let ten = try #require(AddressRange("10.0.0.0/9"))
        #expect(ten.contains("10.1.2.3") && !ten.contains("10.128.0.0") && ten.contains("::ffff:10.0.0.1"))
        let one = try #require(AddressRange("fe80::1"))
        #expect(one.contains("fe80::1") && !one.contains("fe80::2") && !one.contains("10.0.0.1"))
        #expect(try #require(AddressRange("::/0")).contains("::1"))
        for wrong in ["", "10.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "x"] {
            #expect(AddressRange(wrong) == nil, "\(wrong)")
        }
    }

    @Test("any bytes are read without ending the program")
    func garbage() {
        var random = SystemRandomNumberGenerator()
        let alphabet =
            Array("%20/?&=+{}[]\"\\u:,.-eE0123456789truefalsnbytes=; W*qgzip\u{1}".utf8) + [0xFF, 0xC3, 0xA4]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            _ = RequestTarget(bytes)
            _ = RequestTarget([0x2F] + bytes)
            _ = ByteRange(Array("bytes=".utf8) + bytes, of: 100)
            _ = cookie("a", in: bytes)
            _ = HeaderLists.tags(bytes, contain: "\"t\"", strongly: false)
            _ = HeaderLists.acceptsGzip(bytes)
            if let value = try? JSONValue(reading: bytes) {
                #expect((try? JSONValue(reading: value.bytes)) == value, "\(bytes)")
            }
        }
    }
}
