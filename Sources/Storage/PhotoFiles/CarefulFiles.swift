internal import Domain
internal import Glibc

/// The file layer used to the end: calls that a signal broke off are repeated, short ones go on, and every fault
/// becomes a fact of ours.
struct CarefulFiles: Sendable {
    private let layer: any FileLayer

    init(_ layer: any FileLayer) { self.layer = layer }

    func open(_ path: DiskPath, _ flags: Int32) throws(StorageError) -> FileDescriptor {
        FileDescriptor(owning: try whole { layer throws(FileFault) in try layer.open(path, flags) })
    }

    /// As `open`, and absent where nothing lies.
    func openIfThere(_ path: DiskPath, _ flags: Int32) throws(StorageError) -> FileDescriptor? {
        do throws(StorageError) {
            return try open(path, flags)
        } catch {
            guard case .missing = error else { throw error }
            return nil
        }
    }

    func write(_ bytes: [UInt8], to file: borrowing FileDescriptor, at offset: Int64) throws(StorageError) {
        let number = file.number
        var done = 0
        while done < bytes.count {
            let start = done
            let count = try whole { layer throws(FileFault) in
                var outcome = Result<Int, FileFault>.success(0)
                bytes.withUnsafeBytes { all in
                    let rest = UnsafeRawBufferPointer(rebasing: all[start...])
                    do throws(FileFault) {
                        outcome = .success(try layer.write(rest, to: number, at: offset + Int64(start)))
                    } catch {
                        outcome = .failure(error)
                    }
                }
                return try outcome.get()
            }
            // A disk that takes nothing and says nothing would keep us here for ever.
            guard count > 0 else { throw .diskFault(EIO) }
            done += count
        }
    }

    /// Fills `bytes` from a place; tells how many there were before the end of the file.
    func read(
        into bytes: inout [UInt8], from file: borrowing FileDescriptor, at offset: Int64
    ) throws(StorageError) -> Int {
        let number = file.number
        var done = 0
        while done < bytes.count {
            var outcome = Result<Int, FileFault>.success(0)
            bytes.withUnsafeMutableBytes { all in
                let rest = UnsafeMutableRawBufferPointer(rebasing: all[done...])
                do throws(FileFault) {
                    outcome = .success(try layer.read(into: rest, from: number, at: offset + Int64(done)))
                } catch {
                    outcome = .failure(error)
                }
            }
            switch outcome {
            case .success(0): return done
            case .success(let count): done += count
            case .failure(FileFault(EINTR)): continue
            case .failure(let fault): throw Self.fact(behind: fault)
            }
        }
        return done
    }

    /// One operation, repeated as long as signals break it off.
    func whole<Answer>(
        _ operation: (any FileLayer) throws(FileFault) -> Answer
    ) throws(StorageError) -> Answer {
        while true {
            do throws(FileFault) {
                return try operation(layer)
            } catch {
                if error.number != EINTR { throw Self.fact(behind: error) }
            }
        }
    }

    func synchronise(_ file: borrowing FileDescriptor) throws(StorageError) {
        let number = file.number
        try whole { layer throws(FileFault) in try layer.synchronise(number) }
    }

    func synchronise(folder: DiskPath) throws(StorageError) {
        try whole { layer throws(FileFault) in try layer.synchronise(folder: folder) }
    }

    func facts(of path: DiskPath) throws(StorageError) -> FileFacts? {
        try whole { layer throws(FileFault) in try layer.facts(of: path) }
    }

    func facts(of file: borrowing FileDescriptor) throws(StorageError) -> FileFacts {
        let number = file.number
        return try whole { layer throws(FileFault) in try layer.facts(of: number) }
    }

    func rename(_ path: DiskPath, to other: DiskPath) throws(StorageError) {
        try whole { layer throws(FileFault) in try layer.rename(path, to: other) }
    }

    /// Tells whether there was anything.
    @discardableResult
    func unlink(_ path: DiskPath) throws(StorageError) -> Bool {
        do throws(StorageError) {
            try whole { layer throws(FileFault) in try layer.unlink(path) }
            return true
        } catch {
            guard case .missing = error else { throw error }
            return false
        }
    }

    func makeFolder(_ path: DiskPath) throws(StorageError) {
        try whole { layer throws(FileFault) in
            do throws(FileFault) {
                try layer.makeFolder(path)
            } catch {
                if error.number != EEXIST { throw error }
            }
        }
    }

    /// Removes a file, or a folder with all that is in it; links go themselves, never what they lead to.
    func removeTree(_ path: DiskPath) throws(StorageError) {
        guard let facts = try facts(of: path) else { return }
        guard facts.kind == .folder else {
            try unlink(path)
            return
        }
        // A file that came in while we removed makes the folder stay; so again, and not for ever.
        for attempt in 1...4 {
            while let name = try firstName(in: path) {
                try removeTree(DiskPath(bytes: path.bytes + [47] + name))
            }
            let isGone = try whole { layer throws(FileFault) in
                do throws(FileFault) {
                    try layer.removeFolder(path)
                } catch {
                    if error.number == ENOENT { return true }
                    guard error.number == ENOTEMPTY && attempt < 4 else { throw error }
                    return false
                }
                return true
            }
            if isGone { return }
        }
    }

    private static func fact(behind fault: FileFault) -> StorageError {
        switch fault.number {
        // A link, a folder or a socket lies where a file of ours belongs.
        case ELOOP, EISDIR, ENXIO: .damaged
        default: StorageError(systemError: fault.number)
        }
    }

    private func firstName(in folder: DiskPath) throws(StorageError) -> [UInt8]? {
        try whole { layer throws(FileFault) in try layer.listing(of: folder)?.next() }
    }
}
