internal import Glibc

/// Every connection, and every file on its way to somebody, is an open file of the program.
enum OpenFiles {
    /// Takes as many as the system lets this user have; tells how many where that is less than so many connections need.
    static func shortage(for connections: Int) -> Int? {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return nil }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if setrlimit(resource, &raised) == 0 { limit = raised }
        }
        let files = Int(clamping: limit.rlim_cur)
        return files < connections + ownFiles ? files : nil
    }

    /// The database, the darkrooms, photos that are worked on, renditions that are being sent.
    private static let ownFiles = 1024
}
