// JPEG by libjpeg's own interface, as planes: no conversion to colour where none is needed.
// libjpeg reports errors by a jump; it never leaves these functions, which return a status instead.
#ifndef CJPEG_H
#define CJPEG_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    LK_JPEG_OK,
    LK_JPEG_TRUNCATED,
    LK_JPEG_DAMAGED,
    LK_JPEG_UNSUPPORTED,
    LK_JPEG_NO_MEMORY,
} lk_jpeg_status;

typedef struct {
    int width, height;
    int components;            // 1 grey, 3 colour; else not for planes
    int chroma_x, chroma_y;    // luma samples to one chroma sample, 1 or 2
    int has_planes;            // whether lk_jpeg_start may be called
} lk_jpeg_header;

/// One reader belongs to one thread; `bytes` must outlive it.
typedef struct lk_jpeg_reader lk_jpeg_reader;
lk_jpeg_reader *lk_jpeg_open(const uint8_t *bytes, size_t count);
lk_jpeg_status lk_jpeg_read_header(lk_jpeg_reader *reader, lk_jpeg_header *header);
/// The planes must have room for the size rounded up to 16 luma samples each way (chroma: divided by chroma_x,
/// chroma_y).
lk_jpeg_status lk_jpeg_start(lk_jpeg_reader *reader, uint8_t *const planes[3], const ptrdiff_t strides[3]);
/// Decodes the next strip; `rows` is how many luma rows are complete so far.
lk_jpeg_status lk_jpeg_next(lk_jpeg_reader *reader, int *rows);
/// Looks at what follows the last strip.
lk_jpeg_status lk_jpeg_finish(lk_jpeg_reader *reader);
void lk_jpeg_close(lk_jpeg_reader *reader);

/// Encodes planes (4:2:0, or grey without chroma) whose rows are padded to whole blocks.
/// `profile` may be null. The bytes are handed over; free them with lk_jpeg_free.
lk_jpeg_status lk_jpeg_write_planes(
    uint8_t *const planes[3], const ptrdiff_t strides[3], int width, int height, int quality,
    const uint8_t *profile, size_t profile_count, uint8_t **out, size_t *count);
/// How colour is laid out in a JPEG: pixels to one colour sample (1 or 2), one scan or several.
typedef struct {
    int chroma_x, chroma_y, grey, progressive;
} lk_jpeg_layout;

lk_jpeg_status lk_jpeg_write_rgb(
    const uint8_t *rgb, int width, int height, int quality, lk_jpeg_layout layout, uint8_t **out, size_t *count);
void lk_jpeg_free(uint8_t *bytes);

#endif
