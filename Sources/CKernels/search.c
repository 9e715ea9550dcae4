#include "near.h"

#include <math.h>
#include <stdlib.h>

// The nearest rows of one query: codes first, and in full whatever they cannot exclude (the bound is proven in near.c).
//
// While rows are scanned, the `most` smallest upper bounds |w - q| + e + e' seen so far are kept in a heap: no row whose
// lower bound lies above the largest of them can be among the nearest. What was kept while the heap was young is looked
// at again at the end, when the bar is at its lowest.

enum { BLOCK = 1024 };

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

static int by_low(const void *a, const void *b) {
    const float x = ((const candidate *)a)->low, y = ((const candidate *)b)->low;
    return (x > y) - (x < y);
}

/// Which of up to 32 rows may be nearer than `reach`.
LK_CLONES static uint32_t may_be_near(
    const float *scales, const float *norms, const float *errors, const int32_t *products, size_t count,
    float query_scale, float half, float reach) {
    uint32_t near = 0;
    for (size_t i = 0; i < count; i++) {
        const float room = lk_room(norms[i], errors[i], reach) / 2;
        near |= (uint32_t)(query_scale * scales[i] * (float)products[i] > half + room) << i;
    }
    return near;
}

typedef struct {
    float *heap;
    size_t seen, most;
    candidate *list;
    size_t count, room;
} scan_state;

static int collect(
    const lk_rows *rows, const lk_rows *query, size_t start, size_t count, const int32_t *products, float limit,
    scan_state *state) {
    const float scale = query->scales[0], norm = query->norms[0], error = query->errors[0];
    const float reach = state->seen == state->most && state->heap[0] < limit ? state->heap[0] : limit;
    const float half = (lk_room(norm, error, reach) - reach * reach) / 2;
    if (state->count + count > state->room) {
        state->room = 2 * (state->count + count);
        candidate *more = realloc(state->list, state->room * sizeof *more);
        if (!more) return -1;
        state->list = more;
    }
    for (size_t from = 0; from < count; from += 32) {
        const size_t part = count - from < 32 ? count - from : 32, base = start + from;
        uint32_t near = may_be_near(
            rows->scales + base, rows->norms + base, rows->errors + base, products + from, part, scale, half, reach);
        while (near) {
            const size_t i = (size_t)__builtin_ctz(near), row = base + i;
            near &= near - 1;
            const float both = norm + rows->norms[row], lost = error + rows->errors[row];
            const float square = both - 2 * scale * rows->scales[row] * (float)products[from + i];
            const float slack = LK_SLACK * both;
            const candidate next = {(int32_t)row, sqrtf(fmaxf(0, square - slack)) - lost};
            state->list[state->count++] = next;
            offer(state->heap, &state->seen, state->most, sqrtf(fmaxf(0, square) + slack) + lost);
        }
    }
    return 0;
}

/// Measures candidates in the order of their lower bounds, until these lie above the last of the nearest.
static int measure(
    const lk_rows *rows, const lk_rows *query, float radius, float limit, scan_state *state, lk_pairs *found) {
    const float bar = state->seen == state->most && state->heap[0] < limit ? state->heap[0] : INFINITY;
    size_t left = 0, kept = 0;
    for (size_t i = 0; i < state->count; i++) {
        if (state->list[i].low <= bar) state->list[left++] = state->list[i];
    }
    qsort(state->list, left, sizeof *state->list, by_low);
    for (size_t i = 0; i < left; i++) {
        if (kept == state->most && state->list[i].low > state->heap[0]) break;
        const size_t row = (size_t)state->list[i].row;
        const float distance = lk_distance(
            query->values, query->lengths[0], rows->values + row * (size_t)rows->stride, rows->lengths[row],
            rows->stride, rows->is_cosine);
        if (!(distance < radius)) continue;
        if (lk_pairs_add(found, (int32_t)row, (int32_t)row, distance)) return -1;
        // The bounds are lengths; the cosine's distance is half the square of one.
        const float length = rows->is_cosine ? sqrtf(2 * distance) : distance;
        offer(state->heap, &kept, state->most, length * 1.00001f + 1e-6f);
    }
    return 0;
}

int lk_search(
    const lk_rows *rows, const lk_rows *query, size_t most, float radius, lk_kernel kernel, lk_pairs *found) {
    const lk_products *products = lk_products_of(kernel);
    if (!products) return -1;
    if (!most || !rows->count) return 0;
    const float limit = rows->is_cosine ? sqrtf(2 * radius) : radius;
    scan_state state = {0};
    state.most = most < rows->count ? most : rows->count;
    state.heap = malloc(state.most * sizeof *state.heap);
    int32_t *product = malloc(BLOCK * sizeof *product);
    int status = state.heap && product ? 0 : -1;
    for (size_t start = 0; !status && start < rows->count; start += BLOCK) {
        const size_t count = rows->count - start < BLOCK ? rows->count - start : BLOCK;
        products->scan(
            query->codes, rows->codes + start * (size_t)rows->code_length, count, rows->code_length, product);
        status = collect(rows, query, start, count, product, limit, &state);
    }
    if (!status) status = measure(rows, query, radius, limit, &state, found);
    free(state.heap);
    free(state.list);
    free(product);
    return status;
}

int lk_products_with(
    lk_kernel kernel, const int8_t *query, const int8_t *rows, size_t count, int length, int32_t *out) {
    const lk_products *products = lk_products_of(kernel);
    if (!products) return -1;
    products->scan(query, rows, count, length, out);
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
