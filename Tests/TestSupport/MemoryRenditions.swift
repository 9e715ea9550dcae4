package import Domain

/// Renditions that live as long as the test.
package actor MemoryRenditions: RenditionKeeping {
    package private(set) var kept: [String: [[UInt8]]] = [:]
    private var fault: StorageError?

    package init(failingWith fault: StorageError? = nil) { self.fault = fault }

    package func holds(_ contentHash: String) -> Bool { kept[contentHash] != nil }

    package func keep(preview: [UInt8], thumbnail: [UInt8], of contentHash: String) throws(StorageError) {
        if let fault { throw fault }
        kept[contentHash] = [preview, thumbnail]
    }

    package func lose(_ contentHash: String) { kept[contentHash] = nil }
}
