internal import Accounts
internal import Domain
internal import Storage
internal import Vault
internal import Web

/// `likeness account reset`: a new password for somebody who has lost theirs.
struct AccountReset: Command {
    private static let name = Place("NAME", "the address that the account signs in by")
    static let description = CommandDescription(
        name: "account reset",
        summary: "print a link that sets a new password, once, for a day",
        details: [
            "Hand it to the person over a channel you trust. It begins with the public address, and leads to a page of the server; "
                + "a new password ends every session of the account. Programs send what stands behind the # as the token of "
                + "POST /api/v1/password/reset."
        ],
        places: [name], options: PoolOptions.all + [SharedOptions.json],
        examples: [
            Example("likeness account reset ada@example.org", "whoever may run this may let anybody in")
        ])

    private let name: String
    private let options: PoolOptions
    private let asJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        name = try arguments.text(Self.name)
        options = PoolOptions(arguments)
        asJSON = arguments.has(SharedOptions.json)
    }

    func run() async throws -> ExitCode {
        let wiring = try Wiring()
        let house = try await wiring.house(options)
        let token: String
        do throws(AccountError) {
            token = try await house.signIn.resetToken(for: name)
        } catch {
            throw Failure(error.sentence, code: error.code)
        }
        let link = Desk.passwordLink(token, at: wiring.configuration.addressOfLinks)
        Console.print(
            asJSON ? JSON.object([("link", .text(link)), ("token", .text(token))]).document : link)
        return .done
    }
}
