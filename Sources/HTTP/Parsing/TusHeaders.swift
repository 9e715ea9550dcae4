internal import FoundationEssentials

/// The two headers of tus that are written in a way of their own.
package enum TusHeaders {
    /// "filename d29ybGQ=,flag": names with values in base64; nil where it is not written so.
    package static func metadata(_ header: [UInt8]) -> [String: String]? {
        var told: [String: String] = [:]
        for pair in header.split(separator: UInt8(ascii: ",")) {
            let sides = pair.split(separator: UInt8(ascii: " "))
            guard let first = sides.first, sides.count <= 2, told.count < 32,
                let name = String(validating: first, as: UTF8.self), told[name] == nil
            else { return nil }
            guard sides.count == 2 else {
                told[name] = ""
                continue
            }
            guard let bytes = Data(base64Encoded: Data(sides[1])),
                let text = String(validating: bytes, as: UTF8.self), text.utf8.count <= 1024,
                !text.utf8.contains(0)
            else { return nil }
            told[name] = text
        }
        return told
    }

    /// "sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=": a way to sum up and the sum.
    package static func checksum(_ header: [UInt8]) -> (method: String, digest: [UInt8])? {
        let sides = header.split(separator: UInt8(ascii: " "))
        guard sides.count == 2, let method = String(validating: sides[0], as: UTF8.self),
            let digest = Data(base64Encoded: Data(sides[1])), digest.count <= 64
        else { return nil }
        return (method, Array(digest))
    }
}
