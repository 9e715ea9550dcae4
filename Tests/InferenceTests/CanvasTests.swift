import Inference
import Testing

@Suite("Canvases") struct CanvasTests {
    @Test(
        "the smallest canvas on the list that holds the picture is taken",
        arguments: [
            (1024, 683, 1024, 704), (683, 1024, 704, 1024), (1024, 576, 1024, 576), (1024, 768, 1024, 768),
            (1600, 1067, 1600, 1088), (1600, 1200, 1600, 1216), (2048, 1365, 2048, 1376),
            (640, 427, 640, 448),
            (768, 512, 768, 512), (160, 160, 160, 160), (161, 20, 320, 192), (320, 320, 320, 320),
            (500, 500, 640, 640), (1, 1, 160, 96), (3000, 40, 3072, 1728),
        ])
    func chooses(width: Int, height: Int, canvasWidth: Int, canvasHeight: Int) {
        let canvas = DetectorCanvas.holding(width: width, height: height)
        #expect(canvas == DetectorCanvas(width: canvasWidth, height: canvasHeight))
    }

    @Test("every canvas holds its picture, is a multiple of 32, and turns with the picture")
    func holds() {
        var all: Set<DetectorCanvas> = []
        for width in stride(from: 1, through: 2048, by: 23) {
            for height in stride(from: 1, through: 2048, by: 29) {
                let canvas = DetectorCanvas.holding(width: width, height: height)
                #expect(canvas.width >= width && canvas.height >= height)
                #expect(canvas.width.isMultiple(of: 32) && canvas.height.isMultiple(of: 32))
                let turned = DetectorCanvas.holding(width: height, height: width)
                #expect(
                    turned == DetectorCanvas(width: canvas.height, height: canvas.width) || width == height)
                all.insert(canvas)
            }
        }
        #expect(all.count <= 9 * 7)
    }

    @Test("crops and glances have small canvases")
    func knowsCrops() {
        #expect(DetectorCanvas.holding(width: 160, height: 160).isSmall)
        #expect(DetectorCanvas.holding(width: 320, height: 320).isSmall)
        #expect(!DetectorCanvas.holding(width: 640, height: 640).isSmall)
        #expect(DetectorCanvas.holding(width: 320, height: 200).isSmall)
    }
}
