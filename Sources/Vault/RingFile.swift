internal import CSodium
internal import Domain

/// The forms in which a ring lies on a disk: wrapped under the master key, or sealed by a passphrase to be carried away.
enum RingFile {
    private static let ring = Array("LIKENESS RING ".utf8)
    private static let export = Array("LIKENESS RING EXPORT ".utf8)
    private static let version: UInt8 = 1
    private static let saltLength = Int(crypto_pwhash_SALTBYTES)

    static func wrapped(_ content: RingContent, _ master: MasterKey) -> [UInt8] {
        let head = ring + [version]
        return head + content.withBytes { SealedBox.seal($0, master.bytes, context: head) }
    }

    static func opened(_ bytes: [UInt8], _ master: MasterKey) throws(VaultError) -> RingContent {
        guard !bytes.starts(with: export) else { throw .isAnExport }
        let head = try head(of: bytes, ring)
        guard var plain = SealedBox.open(bytes.dropFirst(head.count), master.bytes, context: head) else {
            throw .wrongKey
        }
        defer { wipe(&plain) }
        guard let content = RingContent(plain) else { throw .wrongKey }
        return content
    }

    static func exported(_ content: RingContent, passphrase: String) throws(VaultError) -> [UInt8] {
        var salt = [UInt8](repeating: 0, count: saltLength)
        randombytes_buf(&salt, salt.count)
        let head = export + [version] + salt
        let key = try key(from: passphrase, salt)
        return head + content.withBytes { SealedBox.seal($0, key, context: head) }
    }

    static func opened(_ bytes: [UInt8], passphrase: String) throws(VaultError) -> RingContent {
        let head = try head(of: bytes, export)
        guard bytes.count >= head.count + saltLength else { throw .wrongKey }
        let salt = Array(bytes[head.count..<head.count + saltLength])
        let key = try key(from: passphrase, salt)
        guard
            var plain = SealedBox.open(
                bytes.dropFirst(head.count + saltLength), key, context: head + salt)
        else { throw .wrongKey }
        defer { wipe(&plain) }
        guard let content = RingContent(plain) else { throw .wrongKey }
        return content
    }

    private static func head(of bytes: [UInt8], _ kind: [UInt8]) throws(VaultError) -> [UInt8] {
        guard bytes.starts(with: kind), bytes.count > kind.count else { throw .wrongKey }
        guard bytes[kind.count] <= version else { throw .newerThanProgram }
        guard bytes[kind.count] == version else { throw .wrongKey }
        return kind + [version]
    }

    /// Argon2id, slow on purpose: a passphrase is guessed more easily than a key.
    private static func key(from passphrase: String, _ salt: [UInt8]) throws(VaultError) -> SecretBytes {
        var words = Array(passphrase.utf8).map { CChar(bitPattern: $0) }
        defer { words.withUnsafeMutableBytes { sodium_memzero($0.baseAddress, $0.count) } }
        var status: Int32 = 0
        let key = SecretBytes(count: MasterKey.length) { key in
            status = crypto_pwhash(
                key, UInt64(MasterKey.length), words,
                UInt64(words.count), salt, UInt64(crypto_pwhash_OPSLIMIT_MODERATE),
                Int(crypto_pwhash_MEMLIMIT_MODERATE), crypto_pwhash_ALG_ARGON2ID13)
        }
        guard status == 0 else {
            throw .noMasterKey("there is not enough memory to make a key from the passphrase.")
        }
        return key
    }
}
