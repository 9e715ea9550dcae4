internal import CSodium

/// Bytes sealed by XChaCha20-Poly1305 under a key: a fresh nonce, then what only the key opens, bound to a context.
enum SealedBox {
    static let overhead = nonceLength + Int(crypto_aead_xchacha20poly1305_ietf_ABYTES)
    private static let nonceLength = Int(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)

    static func seal(_ plain: [UInt8], _ key: SecretBytes, context: [UInt8]) -> [UInt8] {
        var sealed = [UInt8](repeating: 0, count: plain.count + overhead)
        var length: UInt64 = 0
        sealed.withUnsafeMutableBufferPointer { out in
            guard let start = out.baseAddress else { preconditionFailure("the overhead is never empty") }
            // 24 random bytes never meet twice, so no counter has to survive a crash.
            randombytes_buf(start, nonceLength)
            _ = key.withBytes { key in
                crypto_aead_xchacha20poly1305_ietf_encrypt(
                    start + nonceLength, &length, plain, UInt64(plain.count), context, UInt64(context.count),
                    nil,
                    start, key)
            }
        }
        return sealed
    }

    /// Nil where the bytes are not what was sealed with this key for this context.
    static func open(_ sealed: ArraySlice<UInt8>, _ key: SecretBytes, context: [UInt8]) -> [UInt8]? {
        guard sealed.count >= overhead else { return nil }
        let sealed = Array(sealed)
        var plain = [UInt8](repeating: 0, count: sealed.count - overhead)
        var length: UInt64 = 0
        let status = sealed.withUnsafeBufferPointer { sealed -> Int32 in
            guard let start = sealed.baseAddress else { return -1 }
            return key.withBytes { key in
                crypto_aead_xchacha20poly1305_ietf_decrypt(
                    &plain, &length, nil, start + nonceLength, UInt64(sealed.count - nonceLength), context,
                    UInt64(context.count), start, key)
            }
        }
        return status == 0 ? plain : nil
    }
}
