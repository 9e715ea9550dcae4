// libvips for every picture that is not an ordinary JPEG. Its functions end in "..." and its types are glib's:
// plain functions on an opaque picture stand before both. libvips is lazy: a picture reads the bytes it was
// opened on until it is released. One picture belongs to one thread.
#ifndef CVIPS_H
#define CVIPS_H

#include <stddef.h>
#include <stdint.h>

typedef enum { LK_VIPS_JPEG, LK_VIPS_PNG, LK_VIPS_WEBP, LK_VIPS_HEIF, LK_VIPS_TIFF } lk_vips_loader;

/// Once a process, before anything else here. Returns -1 on failure.
int lk_vips_start(void);

typedef struct lk_vips_picture lk_vips_picture;

/// Reads the header only; null when the loader cannot make sense of it.
lk_vips_picture *lk_vips_open(lk_vips_loader loader, const void *bytes, size_t count);
/// Interleaved 8-bit samples in memory, 1 to 4 bands, not copied.
lk_vips_picture *lk_vips_wrap(const void *samples, int width, int height, int bands);
void lk_vips_release(lk_vips_picture *picture);

int lk_vips_width(const lk_vips_picture *picture);
int lk_vips_height(const lk_vips_picture *picture);
int lk_vips_bands(const lk_vips_picture *picture);
/// Whether the samples are red, green and blue (more than 8 bits and alpha included).
int lk_vips_is_rgb(const lk_vips_picture *picture);
/// A piece of metadata ("exif-data", "icc-profile-data"); borrowed until the picture is released. Null if absent.
const uint8_t *lk_vips_blob(const lk_vips_picture *picture, const char *name, size_t *count);

/// Adds a piece of metadata, or replaces it.
void lk_vips_attach(lk_vips_picture *picture, const char *name, const void *bytes, size_t count);

/// The picture with one band (grey) or three (RGB) of 8 bits, alpha laid on white; null on failure. Colours stay
/// as they are, or are converted to sRGB by way of the profile (where there is none, of a sensible one).
lk_vips_picture *lk_vips_developed(const lk_vips_picture *picture, int to_srgb);

/// Reads an 8-bit picture from top to bottom, some rows at a time.
typedef struct lk_vips_rows lk_vips_rows;
lk_vips_rows *lk_vips_rows_open(const lk_vips_picture *picture);
int lk_vips_rows_read(lk_vips_rows *rows, int first, int count, uint8_t *out);
void lk_vips_rows_close(lk_vips_rows *rows);

/// Encodes as libvips does for a file name of this ending, options in brackets. Free with lk_vips_free.
int lk_vips_encode(const lk_vips_picture *picture, const char *ending, void **out, size_t *count);
/// Converts from the embedded profile to another, a file or one of libvips' own ("srgb", "p3", "cmyk").
lk_vips_picture *lk_vips_converted(const lk_vips_picture *picture, const char *profile);
/// A copy with 16 bits a sample.
lk_vips_picture *lk_vips_deepened(const lk_vips_picture *picture);
void lk_vips_free(void *bytes);

#endif
