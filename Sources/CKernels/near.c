#include "near.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Who is near whom, exactly. Codes of eight bits decide what is surely far, and only the rest is looked at in full.
//
// The bound. Let v be a vector as codes see it (of unit length where the metric is the cosine, less a shift that all
// vectors share: neither changes an order of distances), w = scale * code what its codes say, and e >= |v - w|. By the
// triangle inequality |v - v'| >= |w - w'| - e - e', so a pair nearer than R has |w - w'|^2 < (R + e + e')^2. With
// |w - w'|^2 = n + n' - 2 scale scale' (code . code'), n = |w|^2, and (e + e')^2 <= 2 e^2 + 2 e'^2 this follows from it:
//
//     2 scale scale' (code . code') > u + u' - R^2,    u = n - 2 R e - 2 e^2
//
// Each side stands alone in u, so one comparison a pair decides. The product of codes is an exact integer; the few
// roundings of what is made of it are within LK_SLACK of (n + n' + R^2), which u leaves room for.

// Sixteen sums side by side and then pairwise, the same on every processor: a distance does not depend on who measures it.
#pragma STDC FP_CONTRACT OFF

static float added(const float sums[16]) {
    float s[8];
    for (int i = 0; i < 8; i++) s[i] = sums[i] + sums[i + 8];
    for (int i = 0; i < 4; i++) s[i] += s[i + 4];
    return (s[0] + s[2]) + (s[1] + s[3]);
}

LK_CLONES static float square_of_difference(const float *a, const float *b, int count) {
    float sums[16] = {0};
    for (int k = 0; k < count; k += 16) {
        for (int i = 0; i < 16; i++) {
            const float d = a[k + i] - b[k + i];
            sums[i] += d * d;
        }
    }
    return added(sums);
}

LK_CLONES static float dot(const float *a, const float *b, int count) {
    float sums[16] = {0};
    for (int k = 0; k < count; k += 16) {
        for (int i = 0; i < 16; i++) sums[i] += a[k + i] * b[k + i];
    }
    return added(sums);
}

LK_CLONES void lk_add(double *sums, const float *values, double factor, int count) {
    for (int k = 0; k < count; k++) sums[k] += (double)values[k] * factor;
}

float lk_length(const float *values, int count) { return sqrtf(dot(values, values, count)); }

float lk_distance(const float *a, float length_a, const float *b, float length_b, int count, int is_cosine) {
    // What is no number, or has no length that is one, is near nobody.
    if (!is_cosine) {
        const float distance = sqrtf(square_of_difference(a, b, count));
        return distance >= 0 ? distance : INFINITY;
    }
    const float both = length_a * length_b;
    if (both == 0) return 1;
    if (!(both < INFINITY)) return INFINITY;
    const float distance = 1 - dot(a, b, count) / both;
    return distance > 0 ? distance : distance <= 0 ? 0 : INFINITY;
}

int lk_has_direction(float length) { return length > 1e-15f && length < 1e15f; }

void lk_encode(
    const float *values, float length, const float *shift, int count, int is_cosine, int8_t *codes, float *scale,
    float *norm, float *square, float *error, int32_t *sum) {
    const double unit = is_cosine ? (length > 0 ? 1.0 / length : 0) : 1;
    double most = 0;
    int is_odd = is_cosine && !lk_has_direction(length);
    for (int k = 0; k < count; k++) {
        const double v = fabs(values[k] * unit - shift[k]);
        if (!(v <= LK_LARGEST)) is_odd = 1;
        if (v > most) most = v;
    }
    // No codes can say what is no number, or so large that its square is none, or has no direction where only that counts:
    // an endless error leaves it to the full look.
    if (is_odd) {
        for (int i = 0; i < count; i++) codes[i] = 0;
        *scale = *norm = *square = 0;
        *error = INFINITY;
        *sum = 0;
        return;
    }
    const float step = (float)(most / 127);
    double lost = 0, whole = 0, all = 0;
    int32_t codes_sum = 0;
    for (int k = 0; k < count; k++) {
        const double v = values[k] * unit - shift[k];
        double code = step > 0 ? rint(v / step) : 0;
        code = code > 127 ? 127 : code < -127 ? -127 : code;
        codes[k] = (int8_t)code;
        codes_sum += codes[k];
        const double w = (double)step * code;
        lost += (v - w) * (v - w);
        whole += w * w;
        all += v * v;
    }
    *scale = step;
    *norm = (float)whole;
    *square = (float)all;
    *sum = codes_sum;
    // Upwards: what was measured in full is compared as floats, which stand for values a little to their side.
    *error = (float)(sqrt(lost) * 1.00001 + 1e-6 * (sqrt(whole) + 1e-3));
}

int lk_pairs_add(lk_pairs *pairs, int32_t first, int32_t second, float distance) {
    if (pairs->count == pairs->room) {
        const size_t room = pairs->room ? pairs->room * 2 : 1024;
        lk_pair *more = realloc(pairs->list, room * sizeof *more);
        if (!more) return -1;
        pairs->list = more;
        pairs->room = room;
    }
    pairs->list[pairs->count++] = (lk_pair){first, second, distance};
    return 0;
}

void lk_pairs_free(lk_pairs *pairs) {
    free(pairs->list);
    memset(pairs, 0, sizeof *pairs);
}

static int check(const lk_rows *rows, size_t i, size_t j, float radius, lk_pairs *found) {
    const float *a = rows->values + i * (size_t)rows->stride, *b = rows->values + j * (size_t)rows->stride;
    const float distance =
        lk_distance(a, rows->lengths[i], b, rows->lengths[j], rows->stride, rows->is_cosine);
    return distance < radius ? lk_pairs_add(found, (int32_t)i, (int32_t)j, distance) : 0;
}

/// Which of the 32 columns may be near a row.
LK_CLONES static uint32_t may_be_near(
    const int32_t *products, const float *scales, const float *halves, float scale, float half) {
    uint32_t near = 0;
    for (int j = 0; j < LK_TILE_COLUMNS; j++) {
        near |= (uint32_t)(scale * scales[j] * (float)products[j] > half + halves[j]) << j;
    }
    return near;
}

int lk_join(
    const lk_rows *rows, size_t from, size_t first_column, size_t columns, float radius, lk_kernel kernel,
    lk_pairs *found) {
    const lk_products *products = lk_products_of(kernel);
    if (!products) return -1;
    const int length = rows->code_length;
    const float reach = rows->is_cosine ? sqrtf(2 * radius) : radius;
    const size_t panels = (columns + LK_TILE_COLUMNS - 1) / LK_TILE_COLUMNS;
    const size_t panel_bytes = (size_t)length * LK_TILE_COLUMNS;
    void *memory = 0;
    if (products->packs && posix_memalign(&memory, 64, panels * panel_bytes + 64)) return -1;
    uint8_t *packed = memory;
    // What a column needs for its comparison, half of both sides' rooms: scale scale' product > (u + u' - R^2) / 2.
    float *halves = malloc(panels * LK_TILE_COLUMNS * sizeof *halves);
    float *scales = malloc(panels * LK_TILE_COLUMNS * sizeof *scales);
    int8_t *nothing = calloc(1, (size_t)length);
    int status = halves && scales && nothing ? 0 : -1;
    for (size_t p = 0; !status && p < panels * LK_TILE_COLUMNS; p++) {
        const size_t column = first_column + p;
        const int is_there = p < columns;
        scales[p] = is_there ? rows->scales[column] : 0;
        halves[p] = is_there ? lk_room(rows->norms[column], rows->errors[column], reach) / 2 : INFINITY;
    }
    const int8_t *starts[LK_TILE_COLUMNS];
    for (size_t panel = 0; !status && products->packs && panel < panels; panel++) {
        for (int j = 0; j < LK_TILE_COLUMNS; j++) {
            const size_t p = panel * LK_TILE_COLUMNS + (size_t)j;
            starts[j] = p < columns ? rows->codes + (first_column + p) * (size_t)length : nothing;
        }
        lk_pack(starts, length, packed + panel * panel_bytes);
    }
    const size_t last = first_column + columns;
    for (size_t i = 0; !status && i < last; i += LK_TILE_ROWS) {
        const int8_t *tile[LK_TILE_ROWS];
        float half[LK_TILE_ROWS], scale[LK_TILE_ROWS];
        for (int r = 0; r < LK_TILE_ROWS; r++) {
            const size_t row = i + (size_t)r;
            tile[r] = row < last ? rows->codes + row * (size_t)length : nothing;
            scale[r] = row < last ? rows->scales[row] : 0;
            half[r] = row < last ? (lk_room(rows->norms[row], rows->errors[row], reach) - reach * reach) / 2 : INFINITY;
        }
        for (size_t panel = 0; !status && panel < panels; panel++) {
            const size_t base = panel * LK_TILE_COLUMNS;
            // Pairs have their smaller row first, and at least the second is new.
            if (first_column + base + LK_TILE_COLUMNS <= i + 1) continue;
            if (!products->packs) {
                for (int j = 0; j < LK_TILE_COLUMNS; j++) {
                    const size_t p = base + (size_t)j;
                    starts[j] = p < columns ? rows->codes + (first_column + p) * (size_t)length : nothing;
                }
            }
            int32_t product[LK_TILE_ROWS][LK_TILE_COLUMNS];
            products->tile(tile, starts, packed + panel * panel_bytes, length, product);
            for (int r = 0; r < LK_TILE_ROWS; r++) {
                uint32_t near = may_be_near(product[r], scales + base, halves + base, scale[r], half[r]);
                while (near && !status) {
                    const int j = __builtin_ctz(near);
                    near &= near - 1;
                    const size_t row = i + (size_t)r, column = first_column + base + (size_t)j;
                    if (row < column && column >= from) status = check(rows, row, column, radius, found);
                }
            }
        }
    }
    free(packed);
    free(halves);
    free(scales);
    free(nothing);
    return status;
}
