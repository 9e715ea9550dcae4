extension CaptureTime: Codable {
    /// `2026-06-13T14:05:09.250` with `+02:00` behind it where the zone is known.
    package var text: String {
        let (days, inDay) = clockInMilliseconds.dividedFloored(by: 86_400_000)
        let (year, month, day) = Self.date(daysSince1970: days)
        let millisecond = inDay % 1000
        let seconds = inDay / 1000
        var text = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        text += "T\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        text += ".\(padded(millisecond, 3))"
        guard let zoneInMinutes else { return text }
        let distance = Int64(zoneInMinutes.magnitude)
        return text + (zoneInMinutes < 0 ? "-" : "+")
            + "\(padded(distance / 60, 2)):\(padded(distance % 60, 2))"
    }

    /// Reads what `text` wrote.
    package init?(text: String) {
        let bytes = Array(text.utf8)
        func number(_ from: Int, _ count: Int) -> Int64? {
            guard from + count <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[from..<from + count] {
                guard byte >= 48, byte <= 57 else { return nil }
                value = value * 10 + Int64(byte - 48)
            }
            return value
        }
        guard let year = number(0, 4), let month = number(5, 2), let day = number(8, 2),
            let hour = number(11, 2),
            let minute = number(14, 2), let second = number(17, 2), let millisecond = number(20, 3),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var zone: Int?
        if bytes.count == 29, let hours = number(24, 2), let minutes = number(27, 2) {
            zone = Int(hours * 60 + minutes) * (bytes[23] == UInt8(ascii: "-") ? -1 : 1)
        } else if bytes.count != 23 {
            return nil
        }
        self.init(
            year: Int(year), month: Int(month), day: Int(day), hour: Int(hour), minute: Int(minute),
            second: Int(second), millisecond: Int(millisecond), zoneInMinutes: zone)
    }

    /// A clock reading as cameras write it, part by part.
    package init(
        year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, millisecond: Int,
        zoneInMinutes: Int?
    ) {
        let days = Self.daysSince1970(year: Int64(year), month: Int64(month), day: Int64(day))
        let seconds = days * 86_400 + Int64(hour) * 3600 + Int64(minute) * 60 + Int64(second)
        self.init(clockInMilliseconds: seconds * 1000 + Int64(millisecond), zoneInMinutes: zoneInMinutes)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let time = CaptureTime(text: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a capture time")
        }
        self = time
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    /// Days of the proleptic Gregorian calendar, counted in eras of 400 years that start in March,
    /// so that a leap day falls at the end of a year and needs no case of its own.
    private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = year.dividedFloored(by: 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).dividedFloored(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted + (shifted < 10 ? 3 : -9)
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1
        )
    }
}

extension Int64 {
    fileprivate func dividedFloored(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

private func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
