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

/// How products of codes are made; what a processor has decides, and tests choose.
typedef enum { LK_PLAIN, LK_AVX2, LK_VNNI } lk_kernel;
lk_kernel lk_best_kernel(void);
int lk_has_kernel(lk_kernel kernel);

/// Rows of vectors: in full, `stride` floats from one to the next with zeros behind the last value, and as codes of eight
/// bits with what they lose. Codes are `code_length` bytes, a multiple of 64 that is no less than the stride.
typedef struct {
    const float *values, *lengths;
    const int8_t *codes;
    const float *scales, *norms, *squares, *errors;
    /// The sum of each row's codes.
    const int32_t *sums;
    /// No row is longer, as codes see it.
    float longest;
    size_t count;
    int stride, code_length, is_cosine;
} lk_rows;

/// Length of a vector, distance of two: the same bits on every processor. `count` is a multiple of 16.
float lk_length(const float *values, int count);

/// Adds `factor` times the values to the sums.
void lk_add(double *sums, const float *values, double factor, int count);
float lk_distance(const float *a, float length_a, const float *b, float length_b, int count, int is_cosine);

/// Codes of a vector less a shift, with their scale, the square of what they say, the vector's own, and a bound of what they
/// lose.
void lk_encode(
    const float *values, float length, const float *shift, int count, int is_cosine, int8_t *codes, float *scale,
    float *norm, float *square, float *error, int32_t *sum);

/// A vector that is looked for, in two steps of codes.
typedef struct {
    const float *values;
    const int8_t *codes, *fine_codes;
    float whole_length, scale, square, length, error;
} lk_query;
void lk_encode_query(
    const float *values, float length, const float *shift, int count, int is_cosine, int8_t *codes,
    int8_t *fine_codes, lk_query *query);

typedef struct { int32_t first, second; float distance; } lk_pair;
typedef struct { lk_pair *list; size_t count, room; } lk_pairs;
void lk_pairs_free(lk_pairs *pairs);

/// Adds every pair nearer than `radius` whose second row is one of `columns` from `first_column` on and not before `from`,
/// and whose first row is smaller. Returns -1 when memory has run out or the processor lacks the kernel.
int lk_join(
    const lk_rows *rows, size_t from, size_t first_column, size_t columns, float radius, lk_kernel kernel,
    lk_pairs *found);

/// Adds the `most` nearest rows nearer than `radius` as pairs of the row with itself, in no order, and some that are a little
/// farther.
int lk_search(
    const lk_rows *rows, const lk_query *query, size_t most, float radius, lk_kernel kernel, lk_pairs *found);

/// The products that the kernels are made of, for tests: `count` rows of codes with those of a query.
int lk_products_with(
    lk_kernel kernel, const int8_t *query, const int8_t *fine, const int8_t *rows, const int32_t *sums, size_t count,
    int length, int32_t *out, int32_t *fine_out);
/// Eight rows with 32 others, `out` row by row.
int lk_products_of_tile(
    lk_kernel kernel, const int8_t *rows, const int8_t *columns, int length, int32_t *out);

#endif
