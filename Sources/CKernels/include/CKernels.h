// Our own pixel loops: small, without state, without libraries. Swift never hands in null or empty planes.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

/// One plane of 8-bit samples; `stride` bytes from row to row.
typedef struct {
    uint8_t *bytes;
    ptrdiff_t stride;
    int width, height;
} lk_plane;

/// How one axis of a plane is laid into bins: bin k covers [start + k * step, start + (k + 1) * step) of the
/// samples, less what lies outside of them. `step` is at least 1: nothing is enlarged here.
typedef struct {
    int samples, bins;
    double start, step;
} lk_axis;

/// Area reduction that takes rows as they come, so that a decoder can feed it while they are in the cache.
typedef struct lk_area lk_area;
lk_area *lk_area_open(lk_axis columns, lk_axis rows, uint8_t *out, ptrdiff_t stride);
void lk_area_push(lk_area *area, const uint8_t *rows, ptrdiff_t stride, int count);
void lk_area_close(lk_area *area);

/// Bilinear enlargement of a plane to `out`: target sample x lies at (x + .5) * step - .5 of the plane's.
/// Returns -1 when memory has run out.
int lk_enlarge(lk_plane in, lk_plane out, double step_x, double step_y);

/// Lays a plane out upright; `orientation` is EXIF's 1...8 and `out` has the upright size.
void lk_orient(lk_plane in, lk_plane out, int orientation);

/// Repeats the last column up to the stride, so that whole blocks can be read by an encoder.
void lk_pad_columns(lk_plane plane);

/// Full-range BT.601 (JFIF). Without chroma (`cb.bytes` null) the picture is grey.
void lk_planes_to_rgb(lk_plane y, lk_plane cb, lk_plane cr, uint8_t *rgb);
void lk_rgb_to_planes(const uint8_t *rgb, int width, uint8_t *y, uint8_t *cb, uint8_t *cr);

/// A square patch of the planes. Patch pixel (i, j) has its centre at
/// x = origin_x + i * right_x + j * down_x, y = origin_y + i * right_y + j * down_y in luma samples;
/// centres outside of the picture are black. Returns -1 when memory has run out.
typedef struct {
    double origin_x, origin_y, right_x, right_y, down_x, down_y;
} lk_view;
int lk_patch(const lk_plane planes[3], int chroma_x, int chroma_y, lk_view view, int side, uint8_t *rgb);

/// Measures on an aligned chip of 112 x 112 pixels.
typedef struct {
    double horizontal, vertical, falling, rising;  // re-blur ratios along the four directions
    double brightness, contrast, clipped;
    double mouth_over_eyes, eyes_over_all;
} lk_chip_measures;
void lk_measure_chip(const uint8_t *rgb, lk_chip_measures *out);

/// Size, time of change and inode of an open file, by the plain system call: the C library's fstat asks the
/// kernel by path on some systems, which the darkroom's barrier refuses. Returns -1 on failure.
int lk_file_state(int descriptor, int64_t *size, int64_t *changed, uint64_t *inode);

#endif
