internal import Glibc

/// The real server under load, on a scratch folder and a port of its own. The clients are Python's (`Benchmarks/server`).
enum ServerSection {
    private static let parts = ["speed", "listeners", "uploads", "photos", "tuspy"]

    static func run(_ bench: Bench) async throws -> [Figure] {
        let photo = bench.root + "/.deps/portraits/obama.jpg"
        guard Disk.exists(photo) else {
            throw Skip(reason: "the portraits are not there (./test brings them).")
        }
        var figures: [Figure] = []
        for part in parts where bench.options.serverParts.isEmpty || bench.options.serverParts.contains(part)
        {
            print("-- \(part)")
            figures += try measured(part, photo, bench)
        }
        return figures
    }

    private static func measured(_ part: String, _ photo: String, _ bench: Bench) throws -> [Figure] {
        var arguments = [
            "-u", "-B", bench.root + "/Benchmarks/server", part, "--executable", bench.executable, "--photo",
            photo,
            "--scratch", bench.scratch + "/server", "--rounds", String(bench.options.rounds),
            "--photos", bench.options.isSmall ? "30" : "500",
        ]
        if let shared = bench.options.shared { arguments += ["--shared", shared] }
        // The one with tuspy, where it was prepared.
        let prepared = bench.root + "/.deps/peer-venv/bin/python"
        let python = Disk.exists(prepared) ? prepared : "python3"
        let words = try Command(python, arguments).run(wordsTo: bench.scratch + "/server-\(part).txt").words
        var figures: [Figure] = []
        for line in words.split(separator: "\n") {
            let pieces = line.split(separator: " ", maxSplits: 3)
            guard pieces.count == 4, pieces[0] == "FIGURE", let value = Double(pieces[2]) else {
                print(line)
                continue
            }
            figures.append(Figure(String(pieces[1]), value, String(pieces[3])))
        }
        return figures
    }
}
