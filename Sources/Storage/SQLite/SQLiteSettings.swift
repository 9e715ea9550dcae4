/// How one SQLite file is opened.
package struct SQLiteSettings: Sendable {
    package var access = Access.createIfMissing
    /// Connections that read side by side.
    package var readers = 2
    /// How long to wait for another process to finish writing: it may just upgrade a large database.
    package var patience = Duration.seconds(30)
    /// The file may not grow beyond this many pages: a quota, and a full disk for the tests.
    package var mostPages: Int?

    package init() {}

    package init(_ access: Access) { self.access = access }

    package enum Access: Sendable { case createIfMissing, existing }
}
