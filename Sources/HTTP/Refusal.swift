/// Why a request is not answered as it was wished: all that a visitor is told of what went wrong.
package struct Refusal: Error, Sendable, Hashable {
    package let status: Int
    /// A stable word for programs.
    package let code: String
    /// A kind sentence for people: what was found, and what to do.
    package let sentence: String
    package var headers: [Header]

    package init(_ status: Int, _ code: String, _ sentence: String, headers: [Header] = []) {
        self.status = status
        self.code = code
        self.sentence = sentence
        self.headers = headers
    }

    package static let noSuchPage = Refusal(404, "not_found", "There is nothing at this address.")
    package static let badAddress = Refusal(
        400, "bad_address", "The address is not written as addresses are.")
    package static let tooLarge = Refusal(413, "body_too_large", "That is more than is taken here.")
    package static let bodyBroken = Refusal(
        400, "body_incomplete", "The connection ended before everything had arrived; please try again.")
    package static let internalFault = Refusal(
        500, "internal", "Something went wrong on our side. It is written down; please try again.")

    package static func busy(retryAfter seconds: Int = 2) -> Refusal {
        Refusal(
            503, "busy", "There is too much to do at this moment. Please try again in a moment.",
            headers: [Header("Retry-After", String(seconds))])
    }

    package static func tooOften(retryAfter seconds: Int) -> Refusal {
        Refusal(
            429, "too_often", "That is too often in a short time. Please wait a moment.",
            headers: [Header("Retry-After", String(seconds))])
    }
}
