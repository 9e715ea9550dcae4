import Domain
import Testing

@Suite("Capture time") struct CaptureTimeTests {
    @Test(
        "is written with milliseconds, and with its zone where that is known",
        arguments: [
            (Int64(0), nil, "1970-01-01T00:00:00.000"),
            (1_781_359_509_250, 120, "2026-06-13T14:05:09.250+02:00"),
            (1_781_359_509_250, -570, "2026-06-13T14:05:09.250-09:30"),
            (1_781_359_509_250, 0, "2026-06-13T14:05:09.250+00:00"),
            (-1, nil, "1969-12-31T23:59:59.999"),
            (951_782_400_000, nil, "2000-02-29T00:00:00.000"),
        ] as [(Int64, Int?, String)])
    func writes(clock: Int64, zone: Int?, text: String) {
        let time = CaptureTime(clockInMilliseconds: clock, zoneInMinutes: zone)
        #expect(time.text == text)
        #expect(CaptureTime(text: text) == time)
    }

    @Test("comes back from its text on every day of four centuries")
    func calendar() {
        var wrong: [Int64] = []
        var dates = Set<String>()
        for day in stride(from: Int64(-40_000), to: 106_097, by: 1) {
            let time = CaptureTime(clockInMilliseconds: day * 86_400_000 + 43_200_001, zoneInMinutes: nil)
            if CaptureTime(text: time.text) != time { wrong.append(day) }
            dates.insert(String(time.text.prefix(10)))
        }
        #expect(wrong.isEmpty)
        #expect(dates.count == 146_097)
    }

    @Test(
        "knows the leap years",
        arguments: [(1900, "1900-03-01"), (2000, "2000-02-29"), (2023, "2023-03-01"), (2024, "2024-02-29")])
    func leapYears(year: Int, theDayAfterThe28th: String) {
        let last = CaptureTime(
            year: year, month: 2, day: 28, hour: 0, minute: 0, second: 0, millisecond: 0, zoneInMinutes: nil)
        let next = CaptureTime(clockInMilliseconds: last.clockInMilliseconds + 86_400_000, zoneInMinutes: nil)
        #expect(next.text.prefix(10) == theDayAfterThe28th)
    }

    @Test(
        "refuses what it did not write",
        arguments: [
            "", "2026", "2026-13-01T00:00:00.000", "2026-01-32T00:00:00.000", "2026-01-01T00:00:00.000+02",
            "x026-01-01T00:00:00.000",
        ])
    func refuses(text: String) {
        #expect(CaptureTime(text: text) == nil)
    }
}
