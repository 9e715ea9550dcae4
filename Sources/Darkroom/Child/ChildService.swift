internal import CBarrier
internal import Domain
internal import Glibc
internal import Imaging
internal import Inference

/// Serves one request after the other, behind the barrier.
final class ChildService {
    private let runtime: InferenceRuntime
    private let lab: PhotoLab?
    private let limits: Limits
    private let obeysDrills: Bool

    init(runtime: InferenceRuntime, lab: PhotoLab?, limits: Limits, obeysDrills: Bool) {
        self.runtime = runtime
        self.lab = lab
        self.limits = limits
        self.obeysDrills = obeysDrills
    }

    /// Waits for a request and answers it.
    func serveNext(_ channel: Channel) throws(ChannelFault) {
        var waiting = Endless()
        let (request, descriptors) = try channel.receive(
            within: .requests, descriptors: FrameBounds.descriptors, waiting: &waiting)
        // The parent ends a child that is late; this is for a child whose parent is gone and whose watching
        // thread a picture has got the better of.
        alarm(request.patience / 1000 + 10)
        let outcome = Result { () throws(ServiceError) in try answer(to: request, descriptors, channel) }
        alarm(0)
        for descriptor in descriptors { close(descriptor) }
        switch outcome {
        case .success(let reply): try channel.send(reply, waiting: &waiting)
        case .failure(.failed(let failure)):
            let reply = Frame(kind: .failure, id: request.id, text: WireText.write(failure))
            try channel.send(reply, waiting: &waiting)
        case .failure(.channel(let fault)): throw fault
        }
    }

    private func answer(
        to request: Frame, _ descriptors: [Int32], _ channel: Channel
    ) throws(ServiceError) -> Frame {
        var reply = Frame(kind: .answer, id: request.id)
        switch request.kind {
        case .develop:
            let order = try read(DevelopOrder.self, request)
            guard let lab else { throw .refused("This child has no model pack.") }
            let photo = try only(descriptors)
            let development = try developing { () throws(DevelopError) in
                try lab.develop(descriptor: photo, order: order, limits: limits)
            }
            return DevelopReply.frame(development, id: request.id)
        case .draw:
            reply.blobs = [try draw(try read(DrawOrder.self, request), on: try only(descriptors))]
        case .tile:
            reply.blobs = [try tile(try read(TileOrder.self, request), of: try only(descriptors))]
        case .crop:
            let (order, photo) = (try read(CropOrder.self, request), try only(descriptors))
            reply.blobs = [
                try developing { () throws(DevelopError) in try Drawing.crop(photo, order, limits: limits) }
            ]
        case .sheet:
            reply.blobs = [try sheet(try read(SheetOrder.self, request), request.blobs)]
        case .selfTest:
            reply.text = WireText.write(try selfTest(try read(PackManifest.self, request), descriptors))
        case .describe:
            let network = try OpenFile(try only(descriptors)).bytes(upTo: PackFiles.mostFileBytes)
            do throws(InferenceError) {
                reply.text = WireText.write(try NetworkShape.describe(network: network, runtime: runtime))
            } catch {
                throw .refused("It is no network that can be used: \(error)")
            }
        case .unpack:
            let order = try read(UnpackOrder.self, request)
            let archive = try OpenArchive(try only(descriptors), limits: order.limits)
            try archive.sendFiles(through: channel, inReplyTo: request.id)
        case .probe:
            let order = try read(ProbeOrder.self, request)
            reply.text = WireText.write(ProbeReply(acts: BarrierProbe.acts(on: order.path)))
        case .drill:
            guard obeysDrills else { throw .refused("This child obeys no drills.") }
            return try read(DrillOrder.self, request).perform(inReplyTo: request, descriptors)
        case .start, .ready, .refused, .answer, .failure, .entry, .piece:
            throw .refused("This is no request.")
        }
        return reply
    }

    private func selfTest(_ pack: PackManifest, _ descriptors: [Int32]) throws(ServiceError) -> SelfTestReport
    {
        guard descriptors.count == 2 else { throw .refused("The darkroom's child was given no model pack.") }
        var networks: [[UInt8]] = []
        for (descriptor, file) in zip(descriptors, [pack.detector.file, pack.embedder.file]) {
            let network = try OpenFile(descriptor).bytes(upTo: PackFiles.mostFileBytes)
            guard pack.isIntact(network, as: file) else {
                throw .refused(
                    "\(file) of the pack '\(pack.name)' is damaged or was changed: install it again.")
            }
            networks.append(network)
        }
        do throws(PackError) {
            return try Inference.selfTest(
                runtime, manifest: pack, detectorNetwork: networks[0], embedderNetwork: networks[1])
        } catch {
            throw .refused(error.description)
        }
    }

    private func draw(_ order: DrawOrder, on photo: Int32) throws(ServiceError) -> [UInt8] {
        try developing { () throws(DevelopError) in
            try Drawing.marked(photo, order, limits: limits)
        }
    }

    private func tile(_ order: TileOrder, of photo: Int32) throws(ServiceError) -> [UInt8] {
        try developing { () throws(DevelopError) in try Drawing.tile(photo, order, limits: limits) }
    }

    private func sheet(_ order: SheetOrder, _ tiles: [[UInt8]]) throws(ServiceError) -> [UInt8] {
        try developing { () throws(DevelopError) in try Drawing.sheet(order, tiles) }
    }

    private func developing<Value>(_ work: () throws(DevelopError) -> Value) throws(ServiceError) -> Value {
        do throws(DevelopError) { return try work() } catch { throw .failed(FailureReply(error)) }
    }

    private func read<Value: Decodable>(_ type: Value.Type, _ request: Frame) throws(ServiceError) -> Value {
        do throws(WireFault) {
            return try WireText.read(type, from: request.text)
        } catch {
            throw .channel(.garbled(error))
        }
    }

    private func only(_ descriptors: [Int32]) throws(ServiceError) -> Int32 {
        guard descriptors.count == 1, let descriptor = descriptors.first else {
            throw .refused("The request came without its file.")
        }
        return descriptor
    }
}

/// Why a request has no answer.
enum ServiceError: Error {
    case failed(FailureReply)
    case channel(ChannelFault)

    static func refused(_ sentence: String) -> ServiceError { .failed(FailureReply(refusing: sentence)) }
}
