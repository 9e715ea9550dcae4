internal import CCrypto

/// SHA-256 of bytes that come in pieces: photos are hashed from disk, not from memory.
package struct SHA256: ~Copyable {
    private let context: OpaquePointer

    package init() {
        // libcrypto fails here only when memory has run out, after which nothing useful can be done.
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            preconditionFailure("libcrypto has no SHA-256")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        let status = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        precondition(status == 1, "libcrypto refused to hash")
    }

    /// The digest as 64 hexadecimal digits.
    package consuming func finish() -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        let status = EVP_DigestFinal_ex(context, &digest, nil)
        precondition(status == 1, "libcrypto refused to finish")
        return hexadecimal(digest)
    }

    /// The digest of bytes in memory as it is, not in digits.
    package static func digest(of bytes: [UInt8]) -> [UInt8] { likenessDigest(EVP_sha256(), of: bytes) }

    package static func of(_ bytes: [UInt8]) -> String {
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update($0) }
        return hash.finish()
    }
}

/// SHA-1, which the tus protocol names for the checksums of pieces; nothing secret rests on it.
package enum SHA1 {
    package static func digest(of bytes: [UInt8]) -> [UInt8] { likenessDigest(EVP_sha1(), of: bytes) }
}

private func likenessDigest(_ method: OpaquePointer?, of bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    let status = EVP_Digest(bytes, bytes.count, &digest, &count, method, nil)
    precondition(status == 1, "libcrypto refused to hash")
    return Array(digest.prefix(Int(count)))
}

/// Two lower-case digits a byte.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
