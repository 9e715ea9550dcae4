// Patches straight from the full planes. A plane whose samples are denser than the patch's pixels is halved
// (boxes of 2, 4, 8 ... samples, each axis for itself, only the part needed) until at least half a patch pixel
// lies between two of its samples; the rest is bilinear. So 24 megapixels are never touched for one face.
#include "kernels.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    lk_plane plane;          // the samples to blend
    double x, y;             // place of its first sample's outer corner, in luma samples
    double width, height;    // of one of its samples, in luma samples
    uint8_t *owned;
} level;

static int halvings(double samples_per_pixel) {
    int count = 0;
    for (; samples_per_pixel > 2 && count < 16; samples_per_pixel /= 2) count++;
    return count;
}

static void span_of(double origin, double right, double down, int side, double *low, double *high) {
    double far_right = right * (side - 1), far_down = down * (side - 1);
    *low = origin + fmin(far_right, 0) + fmin(far_down, 0);
    *high = origin + fmax(far_right, 0) + fmax(far_down, 0);
}

// First and last box of 2^shift samples that the patch touches, with one more on either side to blend with.
static int boxes(double low, double high, double sample, int count, int shift, int *first) {
    double box = sample * (1 << shift);
    int last_box = (count - 1) >> shift;
    double from = floor(low / box) - 1, to = floor(high / box) + 1;
    *first = (int)fmin(fmax(from, 0), last_box);
    return (int)fmin(fmax(to, 0), last_box) - *first + 1;
}

LK_CLONES static void add_samples(uint32_t *restrict sums, const uint8_t *restrict row, int count) {
    for (int x = 0; x < count; x++) sums[x] += row[x];
}

static int average(lk_plane in, lk_plane out, int first_x, int first_y, int shift_x, int shift_y) {
    int left = first_x << shift_x, columns = out.width << shift_x;
    if (columns > in.width - left) columns = in.width - left;
    uint32_t *sums = malloc((size_t)columns * sizeof *sums);
    if (!sums) return -1;
    for (int y = 0; y < out.height; y++) {
        int top = (first_y + y) << shift_y;
        int rows = 1 << shift_y < in.height - top ? 1 << shift_y : in.height - top;
        memset(sums, 0, (size_t)columns * sizeof *sums);
        for (int row = top; row < top + rows; row++)
            add_samples(sums, in.bytes + row * in.stride + left, columns);
        for (int x = 0; x < out.width; x++) {
            int start = x << shift_x, end = start + (1 << shift_x) < columns ? start + (1 << shift_x) : columns;
            uint64_t sum = 0, count = (uint64_t)rows * (uint64_t)(end - start);
            for (int column = start; column < end; column++) sum += sums[column];
            out.bytes[y * out.stride + x] = (uint8_t)((sum + count / 2) / count);
        }
    }
    free(sums);
    return 0;
}

static int open_level(level *out, lk_plane in, double sample_x, double sample_y, lk_view view, int side) {
    double luma_a_pixel = hypot(view.right_x, view.right_y);
    int shift_x = halvings(luma_a_pixel / sample_x), shift_y = halvings(luma_a_pixel / sample_y);
    *out = (level){in, 0, 0, sample_x, sample_y, NULL};
    if (!shift_x && !shift_y) return 0;
    double low_x, high_x, low_y, high_y;
    span_of(view.origin_x, view.right_x, view.down_x, side, &low_x, &high_x);
    span_of(view.origin_y, view.right_y, view.down_y, side, &low_y, &high_y);
    int first_x, first_y;
    int width = boxes(low_x, high_x, sample_x, in.width, shift_x, &first_x);
    int height = boxes(low_y, high_y, sample_y, in.height, shift_y, &first_y);
    out->owned = malloc((size_t)width * (size_t)height);
    if (!out->owned) return -1;
    out->width = sample_x * (1 << shift_x);
    out->height = sample_y * (1 << shift_y);
    out->x = first_x * out->width;
    out->y = first_y * out->height;
    out->plane = (lk_plane){out->owned, width, width, height};
    return average(in, out->plane, first_x, first_y, shift_x, shift_y);
}

// Places along one row of the patch in 256ths of a level's sample, counted from its first sample's centre.
typedef struct {
    double x, y, right_x, right_y;
} walk;

static walk walk_of(const level *level, lk_view view, int row) {
    double scale_x = 256 / level->width, scale_y = 256 / level->height;
    return (walk){
        (view.origin_x + row * view.down_x - level->x) * scale_x - 128,
        (view.origin_y + row * view.down_y - level->y) * scale_y - 128, view.right_x * scale_x, view.right_y * scale_y};
}

static inline uint32_t four_samples(const uint8_t *at) {
    uint32_t four;
    memcpy(&four, at, sizeof four);
    return four;
}

static inline int mixed(int a, int b, int c, int d, int right, int lower) {
    int above = a * (256 - right) + b * right, below = c * (256 - right) + d * right;
    return (above * (256 - lower) + below * lower + 32768) >> 16;
}

// Both neighbours of a place come with one load (the lowest byte lies first on every machine we build for),
// which the vector units can do for many places at once.
LK_CLONES static void blend_inside(lk_plane plane, walk walk, int side, uint8_t *restrict out) {
    const uint8_t *bytes = plane.bytes;
    int stride = (int)plane.stride;
    for (int i = 0; i < side; i++) {
        int x = (int)(walk.x + i * walk.right_x), y = (int)(walk.y + i * walk.right_y);
        int64_t place = (int64_t)(y >> 8) * stride + (x >> 8);
        uint32_t upper = four_samples(bytes + place), lower = four_samples(bytes + place + stride);
        out[i] = (uint8_t)mixed(
            upper & 255, upper >> 8 & 255, lower & 255, lower >> 8 & 255, x & 255, y & 255);
    }
}

static int within(int value, int last) { return value < 0 ? 0 : value > last ? last : value; }

// The same with the samples past an edge repeating the edge.
static void blend_at_edge(lk_plane plane, walk walk, int side, uint8_t *out) {
    int last_x = plane.width - 1, last_y = plane.height - 1;
    for (int i = 0; i < side; i++) {
        int x = (int)fmin(fmax(walk.x + i * walk.right_x, -256), 256.0 * last_x);
        int y = (int)fmin(fmax(walk.y + i * walk.right_y, -256), 256.0 * last_y);
        const uint8_t *upper = plane.bytes + within(y >> 8, last_y) * plane.stride;
        const uint8_t *lower = plane.bytes + within((y >> 8) + 1, last_y) * plane.stride;
        int left = within(x >> 8, last_x), right = within((x >> 8) + 1, last_x);
        out[i] = (uint8_t)mixed(upper[left], upper[right], lower[left], lower[right], x & 255, y & 255);
    }
}

// Four samples are loaded from each place and from the row below.
static int lies_inside(const level *level, lk_view view, int side) {
    walk first = walk_of(level, view, 0), last = walk_of(level, view, side - 1);
    double wide = (side - 1) * first.right_x, high = (side - 1) * first.right_y;
    double low_x = fmin(first.x, last.x) + fmin(wide, 0), high_x = fmax(first.x, last.x) + fmax(wide, 0);
    double low_y = fmin(first.y, last.y) + fmin(high, 0), high_y = fmax(first.y, last.y) + fmax(high, 0);
    return low_x >= 0 && low_y >= 0 && high_x < 256.0 * (level->plane.width - 4)
        && high_y < 256.0 * (level->plane.height - 2);
}

static void blacken_outside(lk_plane luma, lk_view view, int row, int side, uint8_t *rgb) {
    for (int i = 0; i < side; i++) {
        double x = view.origin_x + i * view.right_x + row * view.down_x;
        double y = view.origin_y + i * view.right_y + row * view.down_y;
        if (!(x >= 0 && y >= 0 && x < luma.width && y < luma.height)) memset(rgb + 3 * i, 0, 3);
    }
}

static int fill(const level *levels, int parts, lk_plane luma, lk_view view, int side, uint8_t *rgb) {
    int inside[3] = {0}, all_inside = 1;
    for (int k = 0; k < parts; k++) all_inside &= inside[k] = lies_inside(&levels[k], view, side);
    uint8_t *rows = malloc((size_t)side * 3);
    if (!rows) return -1;
    lk_plane row[3] = {{0}};
    for (int k = 0; k < parts; k++) row[k] = (lk_plane){rows + k * side, side, side, 1};
    for (int j = 0; j < side; j++, rgb += 3 * (size_t)side) {
        for (int k = 0; k < parts; k++) {
            walk walk = walk_of(&levels[k], view, j);
            if (inside[k])
                blend_inside(levels[k].plane, walk, side, row[k].bytes);
            else
                blend_at_edge(levels[k].plane, walk, side, row[k].bytes);
        }
        lk_planes_to_rgb(row[0], row[1], row[2], rgb);
        if (!all_inside) blacken_outside(luma, view, j, side, rgb);
    }
    free(rows);
    return 0;
}

int lk_patch(const lk_plane planes[3], int chroma_x, int chroma_y, lk_view view, int side, uint8_t *rgb) {
    level levels[3] = {0};
    int parts = planes[1].bytes ? 3 : 1, failed = 0;
    for (int k = 0; k < parts && !failed; k++)
        failed = open_level(&levels[k], planes[k], k ? chroma_x : 1, k ? chroma_y : 1, view, side);
    if (!failed) failed = fill(levels, parts, planes[0], view, side, rgb);
    for (int k = 0; k < 3; k++) free(levels[k].owned);
    return failed;
}
