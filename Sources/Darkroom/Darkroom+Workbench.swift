internal import Domain
internal import Glibc
package import Inference

/// What is done at the benches, whose barrier is closed before they see anything of anybody.
extension Darkroom {
    /// Loads the settings' pack and runs both networks behind the closed barrier.
    package func selfTest() async throws(WorkbenchError) -> SelfTestReport {
        guard let pack = settings.pack else {
            throw ChildStarter.unavailable("No model pack is chosen: see `likeness models list`.")
        }
        let descriptors = try pack.openNetworks()
        defer { for descriptor in descriptors { Glibc.close(descriptor) } }
        let request = Request(
            kind: .selfTest, text: WireText.write(pack.manifest), descriptors: descriptors,
            seconds: settings.workbenchSeconds)
        let dimension = pack.manifest.embedder.dimension
        return try await askTestbench(request) { reply throws(WireFault) in
            let report = try WireText.read(SelfTestReport.self, from: reply.text)
            guard report.dimension == dimension, report.distanceOfDifferent.isFinite else {
                throw WireFault("a report about another pack")
            }
            return report
        }
    }

    /// What goes into a network and what comes out: for packs that come without a manifest.
    package func describe(network descriptor: Int32) async throws(WorkbenchError) -> NetworkShape {
        let request = Request(
            kind: .describe, descriptors: [descriptor], seconds: settings.workbenchSeconds)
        return try await askTestbench(request) { reply throws(WireFault) in
            let shape = try WireText.read(NetworkShape.self, from: reply.text)
            let ports = shape.inputs + shape.outputs
            guard ports.count <= 256, ports.allSatisfy({ $0.sizes.count <= 16 && $0.name.utf8.count <= 1024 })
            else { throw WireFault("an endless description") }
            return shape
        }
    }

    /// Opens an archive (zip, tar or tar.gz) and writes its files into `folder`, which must exist and should be
    /// empty. Only plain files in at most one folder are taken; hidden ones are left out. Returns their names.
    package func unpack(
        archive descriptor: Int32, into folder: String, limits: ArchiveLimits = ArchiveLimits()
    ) async throws(WorkbenchError) -> [String] {
        let unpacking = try Unpacking(into: folder, limits: limits)
        var request = Request(
            kind: .unpack, text: WireText.write(UnpackOrder(limits: limits)), descriptors: [descriptor],
            seconds: settings.workbenchSeconds)
        // Half of the files may be there: a second try would find them in its way.
        request.tries = 1
        let final = request
        try await atBench(.work) { seat throws(WorkbenchError) in
            try await seat.answer(
                to: final,
                takingParts: { part throws(Setback) in try unpacking.take(part) },
                reading: { _ in })
        }
        return try unpacking.finish()
    }

    /// Starts a child behind the barrier and lets it try everything that it must not be able to do, on the
    /// file at `path` where it needs one.
    package func probeBarrier(on path: String = "/etc/hostname") async throws(WorkbenchError) -> BarrierReport
    {
        try await probeBarrier(of: .work, on: path)
    }

    func probeBarrier(of bench: Bench, on path: String) async throws(WorkbenchError) -> BarrierReport {
        let request = Request(
            kind: .probe, text: WireText.write(ProbeOrder(path: path)), seconds: settings.limits.seconds)
        return try await atBench(bench) { seat throws(WorkbenchError) in
            let parts = try await seat.warmUp()
            let reply = try await seat.answer(to: request) { reply throws(WireFault) in
                try WireText.read(ProbeReply.self, from: reply.text)
            }
            return BarrierReport(parts: parts, acts: reply.acts)
        }
    }

    /// What a child is protected by on this machine, without trying it.
    package func barrierParts() async throws(WorkbenchError) -> BarrierParts {
        try await atBench(.work) { seat throws(WorkbenchError) in try await seat.warmUp() }
    }

    private func askTestbench<Answer: Sendable>(
        _ request: Request, reading: @Sendable (Frame) throws(WireFault) -> Answer
    ) async throws(WorkbenchError) -> Answer {
        try await atBench(.test) { seat throws(WorkbenchError) in
            try await seat.answer(to: request, reading: reading)
        }
    }
}
