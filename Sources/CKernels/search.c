#include "near.h"

#include <math.h>
#include <stdlib.h>

// The nearest rows of one query: codes first, and in full whatever they cannot exclude.
//
// The bound. With v, w, e of a row as in near.c, and q of the query in two steps of codes (so finely that their error E is
// hardly there), v . q = w . q^ + (v - w) . q + w . (q - q^), and the last two are no more than e |q| and |w| E. So the
// square of the distance, |v|^2 + |q|^2 - 2 v . q, lies within 2 (e |q| + |w| E) of what codes say of it.
//
// While rows are scanned, the `most` smallest upper bounds seen so far are kept in a heap: no row whose lower bound lies
// above the largest of them is among the nearest. What was kept while the heap was young is looked at again at the end,
// when the bar is at its lowest.

enum { BLOCK = 1024 };

/// What the second step of the query's codes is of the first.
static const float FINE = 1.0f / 254;

typedef struct {
    int32_t row;
    float low;
} candidate;

static void sift(float *heap, size_t count, size_t place) {
    for (;;) {
        size_t larger = place;
        const size_t left = 2 * place + 1;
        if (left < count && heap[left] > heap[larger]) larger = left;
        if (left + 1 < count && heap[left + 1] > heap[larger]) larger = left + 1;
        if (larger == place) return;
        const float other = heap[place];
        heap[place] = heap[larger];
        heap[larger] = other;
        place = larger;
    }
}

/// Keeps the `most` smallest bounds, once there are so many the largest of them on top.
static void offer(float *heap, size_t *count, size_t most, float bound) {
    if (*count < most) {
        heap[(*count)++] = bound;
        if (*count == most) {
            for (size_t i = most / 2 + 1; i-- > 0;) sift(heap, most, i);
        }
    } else if (bound < heap[0]) {
        heap[0] = bound;
        sift(heap, most, 0);
    }
}

/// Which of up to 32 rows may be nearer than the bar; their lower bounds are left in `lows`.
LK_CLONES static uint32_t may_be_near(
    const float *scales, const float *squares, const float *errors, const int32_t *coarse, const int32_t *fine,
    size_t count, const lk_query *query, float spread, float bar, float *lows) {
    uint32_t near = 0;
    for (size_t i = 0; i < count; i++) {
        const float dot = query->scale * scales[i] * ((float)coarse[i] + (float)fine[i] * FINE);
        const float slack = LK_SLACK * (squares[i] + query->square);
        lows[i] = squares[i] + query->square - 2 * dot - 2 * errors[i] * query->length - spread - slack;
        // Also where an endless error makes it no number.
        near |= (uint32_t)!(lows[i] > bar) << i;
    }
    return near;
}

typedef struct {
    float *heap;
    size_t seen, most;
    candidate *list;
    size_t count, room;
} scan_state;

static float bar_of(const scan_state *state, float limit) {
    return state->seen == state->most && state->heap[0] < limit ? state->heap[0] : limit;
}

static int collect(
    const lk_rows *rows, const lk_query *query, size_t start, size_t count, const int32_t *coarse,
    const int32_t *fine, float limit, scan_state *state) {
    const float spread = 2 * rows->longest * query->error;
    if (state->count + count > state->room) {
        state->room = 2 * (state->count + count);
        candidate *more = realloc(state->list, state->room * sizeof *more);
        if (!more) return -1;
        state->list = more;
    }
    for (size_t from = 0; from < count; from += 32) {
        const size_t part = count - from < 32 ? count - from : 32, base = start + from;
        float lows[32];
        uint32_t near = may_be_near(
            rows->scales + base, rows->squares + base, rows->errors + base, coarse + from, fine + from, part, query,
            spread, bar_of(state, limit), lows);
        while (near) {
            const size_t i = (size_t)__builtin_ctz(near), row = base + i;
            near &= near - 1;
            const candidate next = {(int32_t)row, lows[i]};
            state->list[state->count++] = next;
            const float slack = LK_SLACK * (rows->squares[row] + query->square);
            const float width = 2 * (2 * rows->errors[row] * query->length + spread + slack);
            const float high = lows[i] + width;
            offer(state->heap, &state->seen, state->most, high < INFINITY ? high : INFINITY);
        }
    }
    return 0;
}

int lk_search(
    const lk_rows *rows, const lk_query *query, size_t most, float radius, lk_kernel kernel, lk_pairs *found) {
    const lk_products *products = lk_products_of(kernel);
    if (!products) return -1;
    if (!most || !rows->count) return 0;
    // As squares of lengths; the cosine's distance is half of that.
    const float limit = (rows->is_cosine ? 2 * radius : radius * radius) * 1.00001f;
    scan_state state = {0};
    state.most = most < rows->count ? most : rows->count;
    state.heap = malloc(state.most * sizeof *state.heap);
    int32_t *product = malloc(2 * BLOCK * sizeof *product);
    int status = state.heap && product ? 0 : -1;
    for (size_t start = 0; !status && start < rows->count; start += BLOCK) {
        const size_t count = rows->count - start < BLOCK ? rows->count - start : BLOCK;
        products->scan(
            query->codes, query->fine_codes, rows->codes + start * (size_t)rows->code_length, rows->sums + start, count,
            rows->code_length, product, product + BLOCK);
        status = collect(rows, query, start, count, product, product + BLOCK, limit, &state);
    }
    const float bar = bar_of(&state, limit);
    for (size_t i = 0; !status && i < state.count; i++) {
        if (state.list[i].low > bar) continue;
        const size_t row = (size_t)state.list[i].row;
        const float distance = lk_distance(
            query->values, query->whole_length, rows->values + row * (size_t)rows->stride, rows->lengths[row],
            rows->stride, rows->is_cosine);
        if (distance < radius) status = lk_pairs_add(found, (int32_t)row, (int32_t)row, distance);
    }
    free(state.heap);
    free(state.list);
    free(product);
    return status;
}

void lk_encode_query(
    const float *values, float length, const float *shift, int count, int is_cosine, int8_t *codes,
    int8_t *fine_codes, lk_query *query) {
    const double unit = is_cosine ? (length > 0 ? 1.0 / length : 0) : 1;
    double most = 0, square = 0, lost = 0;
    int is_odd = is_cosine && !lk_has_direction(length);
    for (int k = 0; k < count; k++) {
        double v = values[k] * unit - shift[k];
        if (!(fabs(v) <= LK_LARGEST)) is_odd = 1, v = 0;
        if (fabs(v) > most) most = fabs(v);
        square += v * v;
    }
    const float step = (float)(most / 127);
    for (int k = 0; k < count; k++) {
        double v = values[k] * unit - shift[k];
        if (!(fabs(v) <= LK_LARGEST)) v = 0;
        const double code = step > 0 ? fmin(127, fmax(-127, rint(v / step))) : 0;
        const double rest = step > 0 ? fmin(127, fmax(-127, rint((v - step * code) / (step * (double)FINE)))) : 0;
        codes[k] = (int8_t)code;
        fine_codes[k] = (int8_t)rest;
        const double w = step * (code + rest * (double)FINE);
        lost += (v - w) * (v - w);
    }
    query->values = values;
    query->whole_length = length;
    query->codes = codes;
    query->fine_codes = fine_codes;
    query->scale = step;
    query->square = (float)square;
    query->length = (float)(sqrt(square) * 1.00001);
    // As in near.c: an endless error leaves everything to the full look.
    query->error = is_odd ? INFINITY : (float)(sqrt(lost) * 1.00001 + 1e-6 * sqrt(square));
}

int lk_products_with(
    lk_kernel kernel, const int8_t *query, const int8_t *fine, const int8_t *rows, const int32_t *sums, size_t count,
    int length, int32_t *out, int32_t *fine_out) {
    const lk_products *products = lk_products_of(kernel);
    if (!products) return -1;
    products->scan(query, fine, rows, sums, count, length, out, fine_out);
    return 0;
}

int lk_products_of_tile(
    lk_kernel kernel, const int8_t *rows, const int8_t *columns, int length, int32_t *out) {
    const lk_products *products = lk_products_of(kernel);
    if (!products) return -1;
    const int8_t *tile[LK_TILE_ROWS], *starts[LK_TILE_COLUMNS];
    for (int i = 0; i < LK_TILE_ROWS; i++) tile[i] = rows + (size_t)i * (size_t)length;
    for (int j = 0; j < LK_TILE_COLUMNS; j++) starts[j] = columns + (size_t)j * (size_t)length;
    void *panel = 0;
    if (posix_memalign(&panel, 64, (size_t)length * LK_TILE_COLUMNS)) return -1;
    lk_pack(starts, length, panel);
    products->tile(tile, starts, panel, length, (int32_t(*)[LK_TILE_COLUMNS])out);
    free(panel);
    return 0;
}
