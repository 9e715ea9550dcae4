internal import Domain
internal import Glibc
internal import Storage

/// One word of the command line, byte for byte: a path need not be text on Linux.
struct Word: Sendable, Hashable {
    let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    init(_ text: String) { bytes = Array(text.utf8) }

    /// For words that are names and numbers; what is no text becomes a replacement character.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// For messages: nothing in it moves the cursor.
    var shown: String { PhotoName(bytes: bytes).text }

    var path: DiskPath { DiskPath(bytes: bytes) }

    /// The words after the program's name.
    static func all() -> [Word] {
        (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            CommandLine.unsafeArgv[index].map { text in
                Word(bytes: Array(UnsafeRawBufferPointer(start: text, count: strlen(text))))
            }
        }
    }
}
