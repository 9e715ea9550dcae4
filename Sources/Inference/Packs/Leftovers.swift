internal import Glibc

/// Folders and files of work that was cut off: their names end in the number of the process that made them.
package enum Leftovers {
    /// Removes those in a folder whose process is gone; a running one still needs its own.
    package static func sweep(_ folder: String, prefix: String) {
        for name in Folder.names(in: folder) where name.hasPrefix(prefix) {
            guard let digits = name.split(separator: "-").last, let process = pid_t(digits), process > 0,
                kill(process, 0) != 0, errno == ESRCH
            else { continue }
            remove("\(folder)/\(name)")
        }
    }

    /// Removes a file, or a folder of files, if it is there.
    package static func remove(_ path: String) {
        if unlink(path) != 0 { Folder.remove(path) }
    }
}
