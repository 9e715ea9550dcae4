import Synchronization
import Testing

@testable import likeness

@Suite("Progress") struct ProgressTests {
    @Test("tells rate and time left, in words that fit")
    func line() {
        let count = ProgressCount(done: 60, total: 600, failed: 2)
        #expect(
            Progress.line(count, of: "photos", rate: 3)
                == "60 of 600 photos, 2 failed, 3.0 a second, 3:00 left")
        let slow = ProgressCount(done: 1, total: 100)
        #expect(
            Progress.line(slow, of: "photos", rate: 1 / 60) == "1 of 100 photos, 1.0 a minute, 1:39:00 left")
        #expect(Progress.line(ProgressCount(total: 5), of: "photos", rate: nil) == "0 of 5 photos")
    }

    @Test("redraws one line on a terminal, never wider than it, and takes it away at the end")
    func terminal() {
        let screen = Screen()
        let progress = Progress(of: "photos", columns: { 20 }, now: { screen.time }, write: screen.write)
        for done in 1...50 {
            screen.advance(.milliseconds(20))
            progress.show(ProgressCount(done: done, total: 50))
        }
        progress.end()
        let pieces = screen.written
        #expect(pieces.count == 11, "one at once, one each tenth of a second, and the end")
        #expect(pieces.allSatisfy { $0.hasPrefix("\r\u{1B}[2K") && !$0.contains("\n") })
        #expect(pieces.allSatisfy { $0.count - 5 < 20 })
        #expect(pieces.last == "\r\u{1B}[2K")
    }

    @Test("writes a line every ten seconds where there is no terminal")
    func plain() {
        let screen = Screen()
        let progress = Progress(of: "photos", columns: nil, now: { screen.time }, write: screen.write)
        for done in 1...100 {
            screen.advance(.milliseconds(500))
            progress.show(ProgressCount(done: done, total: 100))
        }
        progress.note("one.jpg: it is empty")
        progress.end()
        #expect(screen.written.count == 6)
        #expect(screen.written[1].hasPrefix("40 of 100 photos, 2.0 a second, 0:30 left"))
        #expect(screen.written.allSatisfy { $0.hasSuffix("\n") && !$0.contains("\u{1B}") })
    }

    private final class Screen: Sendable {
        private let state = Mutex((time: Duration.zero, written: [String]()))
        var time: Duration { state.withLock { $0.time } }
        var written: [String] { state.withLock { $0.written } }
        func advance(_ duration: Duration) { state.withLock { $0.time += duration } }
        var write: @Sendable (String) -> Void { { text in self.state.withLock { $0.written.append(text) } } }
    }
}

@Suite("JSON") struct JSONTests {
    @Test("keeps the order of keys, writes absent values as null, and escapes what must be")
    func document() {
        let document = JSON.object([
            ("b", .integer(1)), ("a", .list([.null, .truth(true), .rounded(2.00049), .rounded(-0.0001)])),
            ("c", .text("a/\"b\"\\\n\u{1B}é")), ("d", .list([.list([.integer(1)])])), ("e", .object([])),
            ("f", .number(.infinity)),
        ]).document
        #expect(
            document == """
                {
                  "b": 1,
                  "a": [null, true, 2.0, 0.0],
                  "c": "a/\\"b\\"\\\\\\n\\u001bé",
                  "d": [
                    [1]
                  ],
                  "e": {},
                  "f": null
                }
                """)
    }
}

@Suite("Words of strangers and large figures") struct ShownTests {
    @Test("JSON escapes what moves a cursor or turns the direction of a line")
    func escapes() {
        #expect(
            JSON.text("\u{7F}\u{85}\u{9B}\u{A0}\u{61C}\u{200F}\u{2028}\u{202E}\u{2066}\u{206A}").document
                == "\"\\u007f\\u0085\\u009b\u{A0}\\u061c\\u200f\\u2028\\u202e\\u2066\u{206A}\"")
    }

    @Test(
        "figures of any size have words",
        arguments: [
            (1.005, 2, "1.00"), (-0.5, 0, "-1"), (-0.001, 2, "0.00"), (.infinity, 1, "-"), (.nan, 1, "-"),
            (1e300, 3, "1e+300"), (-9.3e18, 0, "-9.3e+18"),
        ])
    func figures(value: Double, count: Int, words: String) {
        #expect(decimals(value, count) == words)
    }
}

@Suite("Columns") struct ColumnTests {
    @Test("sets words to the left and numbers to the right")
    func columns() {
        var columns = Columns("face", "tier", "size")
        columns.add("1", "seed", "120")
        columns.add("12", "ignored", "9")
        #expect(columns.text == "face  tier     size\n   1  seed      120\n  12  ignored     9")
    }
}
