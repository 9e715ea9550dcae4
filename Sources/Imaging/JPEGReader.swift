internal import CJPEG
internal import CKernels
internal import Domain

/// A JPEG being decoded by libjpeg, freed with its owner. The bytes must outlive it.
struct JPEGReader: ~Copyable {
    private let reader: OpaquePointer
    let header: lk_jpeg_header

    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(PictureError) {
        guard let reader = lk_jpeg_open(bytes.baseAddress, bytes.count) else { throw .outOfMemory }
        var header = lk_jpeg_header()
        let status = lk_jpeg_read_header(reader, &header)
        guard status == LK_JPEG_OK else {
            lk_jpeg_close(reader)
            throw PictureError(status)
        }
        self.reader = reader
        self.header = header
    }

    deinit { lk_jpeg_close(reader) }

    var size: Size { Size(Int(header.width), Int(header.height)) }

    var isGrey: Bool { header.components == 1 }

    /// Brightness samples to one colour sample, across and down.
    var chroma: Size { Size(Int(header.chroma_x), Int(header.chroma_y)) }

    /// Whether the data are brightness and colour planes of a kind that `Planes` holds.
    var hasPlanes: Bool { header.has_planes != 0 }

    /// Decodes everything; `progress` hears how many rows are complete after each strip.
    func decode(into planes: borrowing Planes, progress: (Int) -> Void) throws(PictureError) {
        let parts: [UnsafeMutablePointer<UInt8>?] = [
            planes.luma.bytes, planes.blue.bytes, planes.red.bytes,
        ]
        let strides = [planes.luma.stride, planes.blue.stride, planes.red.stride]
        try check(lk_jpeg_start(reader, parts, strides))
        var rows: Int32 = 0
        while rows < header.height {
            try check(lk_jpeg_next(reader, &rows))
            progress(Int(rows))
        }
        try check(lk_jpeg_finish(reader))
    }

    private func check(_ status: lk_jpeg_status) throws(PictureError) {
        guard status == LK_JPEG_OK else { throw PictureError(status) }
    }
}

extension PictureError {
    init(_ status: lk_jpeg_status) {
        self =
            switch status {
            case LK_JPEG_TRUNCATED: .unreadable(.truncated)
            case LK_JPEG_UNSUPPORTED: .unreadable(.unsupported)
            case LK_JPEG_NO_MEMORY: .outOfMemory
            default: .unreadable(.damaged)
            }
    }
}
