/// How much an archive may hold before it is refused.
package struct ArchiveLimits: Sendable, Hashable, Codable {
    package var files = 64
    package var bytesOfFile = 512 << 20
    package var bytes = 2 << 30
    /// How many times larger than the archive its contents may be.
    package var growth = 50

    package init() {}

    /// The most bytes that an archive of this size may hold.
    func bytes(inArchiveOf size: Int) -> Int {
        min(bytes, size.multipliedReportingOverflow(by: growth).partialValue)
    }
}
