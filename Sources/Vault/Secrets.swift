internal import CSodium
package import Domain
internal import Synchronization

/// Tokens and passwords by libsodium.
package final class Secrets: SecretMaking {
    private let workers: [Worker]
    private let waiting = Mutex(Waiting())

    private struct Waiting {
        var count = 0
        var next = 0
    }

    /// Each works with 64 megabytes, so few are at work at once, and few wait for them.
    package init(workers: Int = 2) {
        precondition(SecretBytes.isReady && workers > 0)
        self.workers = (0..<workers).map { Worker(number: $0) }
    }

    package func token() -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        randombytes_buf(&bytes, bytes.count)
        defer { wipe(&bytes) }
        let variant = Int32(sodium_base64_VARIANT_URLSAFE_NO_PADDING)
        var text = [CChar](repeating: 0, count: sodium_base64_encoded_len(bytes.count, variant))
        sodium_bin2base64(&text, text.count, bytes, bytes.count, variant)
        return String(decoding: text.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package func hash(of token: String) -> [UInt8] {
        var (token, hash) = (token, [UInt8](repeating: 0, count: 32))
        token.withUTF8 { bytes in
            _ = crypto_generichash(&hash, hash.count, bytes.baseAddress, UInt64(bytes.count), nil, 0)
        }
        return hash
    }

    package func hash(ofPassword password: String) async throws(AccountError) -> String {
        let worker = try enter()
        defer { leave() }
        guard let hash = await worker.hash(password) else { throw .busy }
        return hash
    }

    package func isRight(_ password: String, for hash: String?) async throws(AccountError) -> Bool {
        let worker = try enter()
        defer { leave() }
        let isRight = await worker.isRight(password, for: hash)
        return hash != nil && isRight
    }

    private func enter() throws(AccountError) -> Worker {
        let place: Int? = waiting.withLock { waiting in
            guard waiting.count < workers.count * Self.mostForEach else { return nil }
            waiting.count += 1
            waiting.next += 1
            return waiting.next % workers.count
        }
        guard let place else { throw .busy }
        return workers[place]
    }

    private func leave() { waiting.withLock { $0.count -= 1 } }

    /// At about a sixth of a second each, nobody waits for more than two seconds.
    private static let mostForEach = 12

    /// The hash of a password that nobody has, so that who is not there takes as long as who is.
    private static let nobodys: String = {
        var bytes = [UInt8](repeating: 0, count: 32)
        randombytes_buf(&bytes, bytes.count)
        return Worker.made(of: bytes) ?? ""
    }()

    /// One thread that hashes, one password after the other.
    private actor Worker {
        private let executor: QueueExecutor
        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        init(number: Int) { executor = QueueExecutor(label: "passwords-\(number)") }

        func hash(_ password: String) -> String? { Self.made(of: Array(password.utf8)) }

        /// Where there is no hash, one is compared with all the same; making it the first time takes as long, so that is
        /// done here too.
        func isRight(_ password: String, for hash: String?) -> Bool {
            let hash = hash ?? Secrets.nobodys
            let bytes = password.utf8.map { CChar(bitPattern: $0) }
            return crypto_pwhash_str_verify(hash, bytes, UInt64(bytes.count)) == 0
        }

        static func made(of password: [UInt8]) -> String? {
            let bytes = password.map { CChar(bitPattern: $0) }
            var hash = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
            let status = crypto_pwhash_str_alg(
                &hash, bytes, UInt64(bytes.count), UInt64(crypto_pwhash_OPSLIMIT_INTERACTIVE),
                Int(crypto_pwhash_MEMLIMIT_INTERACTIVE), crypto_pwhash_ALG_ARGON2ID13)
            guard status == 0 else { return nil }
            return hash.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
        }
    }
}
