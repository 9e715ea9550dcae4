// Area averaging, rows first: each arriving row is added, weighted, to the accumulators of its one or two
// bins (contiguous work for the vector units), and only a finished bin is reduced along its columns.
// Weights are whole numbers with an exact sum, made by rounding the borders of the samples inside a bin, so
// a flat picture stays flat, and a row of accumulators fits 16 bits.
#include "kernels.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

// A row's accumulator is 8 bits of sample and 8 of weight. Less 32768 it is a signed number, for which there is
// an instruction that multiplies and adds pairs; columns' weights are signed too and have 14 bits.
enum { row_bits = 8, column_bits = 14, row_sum = 1 << row_bits, column_sum = 1 << column_bits, lanes = 8 };

typedef struct {
    int bin;
    uint16_t here, next;  // weight in `bin` and in the bin after it
} row_share;

struct lk_area {
    int columns, bins_across, rows, bins_down, taps, arrived, current;
    row_share *shares;
    int *first;
    int16_t *weights;  // `taps` to a bin, rounded up to whole lanes; the accumulators have room to match
    uint16_t *here, *next;
    uint8_t *out;
    ptrdiff_t stride;
};

static void borders(lk_axis axis, int bin, double *low, double *high) {
    double limit = axis.samples;
    *low = fmin(fmax(axis.start + bin * axis.step, 0), limit);
    *high = fmin(fmax(axis.start + (bin + 1) * axis.step, 0), limit);
    if (*high - *low < 1e-9) {  // A bin past the edge repeats the nearest sample.
        *low = fmin(floor(*low), limit - 1);
        *high = *low + 1;
    }
}

static int share(double low, double high, int sample, int sum) {
    double from = fmin(fmax(sample, low), high), to = fmin(fmax(sample + 1, low), high);
    return (int)(lround(sum * (to - low) / (high - low)) - lround(sum * (from - low) / (high - low)));
}

static void plan_rows(lk_area *area, lk_axis axis) {
    for (int row = 0; row < axis.samples; row++) area->shares[row].bin = -1;
    for (int bin = 0; bin < axis.bins; bin++) {
        double low, high;
        borders(axis, bin, &low, &high);
        for (int row = (int)low; row < axis.samples && row < high; row++) {
            row_share *entry = &area->shares[row];
            uint16_t weight = (uint16_t)share(low, high, row, row_sum);
            if (entry->bin < 0) {
                entry->bin = bin;
                entry->here = weight;
            } else if (entry->bin == bin - 1) {
                entry->next = weight;
            }
        }
    }
}

static int widest_bin(lk_axis axis) {
    int taps = 1;
    for (int bin = 0; bin < axis.bins; bin++) {
        double low, high;
        borders(axis, bin, &low, &high);
        int count = (int)ceil(high) - (int)low;
        if (count > taps) taps = count;
    }
    return taps;
}

static void plan_columns(lk_area *area, lk_axis axis) {
    for (int bin = 0; bin < axis.bins; bin++) {
        double low, high;
        borders(axis, bin, &low, &high);
        int first = area->first[bin] = (int)low;
        for (int tap = 0; tap < area->taps; tap++)
            area->weights[(size_t)bin * area->taps + tap] = (int16_t)share(low, high, first + tap, column_sum);
    }
}

lk_area *lk_area_open(lk_axis columns, lk_axis rows, uint8_t *out, ptrdiff_t stride) {
    lk_area *area = calloc(1, sizeof *area);
    if (!area) return NULL;
    area->columns = columns.samples;
    area->bins_across = columns.bins;
    area->rows = rows.samples;
    area->bins_down = rows.bins;
    area->taps = (widest_bin(columns) + lanes - 1) / lanes * lanes;
    area->out = out;
    area->stride = stride;
    area->shares = calloc((size_t)rows.samples, sizeof *area->shares);
    area->first = calloc((size_t)columns.bins, sizeof *area->first);
    area->weights = calloc((size_t)columns.bins * area->taps, sizeof *area->weights);
    area->here = calloc((size_t)(columns.samples + area->taps), sizeof *area->here);
    area->next = calloc((size_t)(columns.samples + area->taps), sizeof *area->next);
    if (!area->shares || !area->first || !area->weights || !area->here || !area->next) {
        lk_area_close(area);
        return NULL;
    }
    plan_rows(area, rows);
    plan_columns(area, columns);
    return area;
}

void lk_area_close(lk_area *area) {
    if (!area) return;
    free(area->shares);
    free(area->first);
    free(area->weights);
    free(area->here);
    free(area->next);
    free(area);
}

LK_CLONES static void add_row(uint16_t *restrict sums, const uint8_t *restrict row, int count, uint16_t weight) {
    for (int x = 0; x < count; x++) sums[x] = (uint16_t)(sums[x] + row[x] * weight);
}

typedef int16_t samples8 __attribute__((vector_size(16)));
typedef int32_t sums8 __attribute__((vector_size(32)));
typedef int32_t sums4 __attribute__((vector_size(16)));
typedef uint8_t bytes4 __attribute__((vector_size(4)));

enum { dot_base = (1 << (row_bits + column_bits - 1)) + (column_sum << 15) };

static inline sums4 pairs(sums4 a, sums4 b) {
    return __builtin_shufflevector(a, b, 0, 2, 4, 6) + __builtin_shufflevector(a, b, 1, 3, 5, 7);
}

static inline sums4 products(const uint16_t *sums, const int16_t *weights) {
    samples8 sample, weight;
    memcpy(&sample, sums, sizeof sample);
    memcpy(&weight, weights, sizeof weight);
    sums8 product = __builtin_convertvector(sample ^ (int16_t)0x8000, sums8)
        * __builtin_convertvector(weight, sums8);
    return __builtin_shufflevector(product, product, 0, 2, 4, 6)
        + __builtin_shufflevector(product, product, 1, 3, 5, 7);
}

static inline uint8_t dot(const uint16_t *sums, const int16_t *weights, int taps) {
    int32_t total = dot_base;
    for (int tap = 0; tap < taps; tap++) total += (int16_t)(sums[tap] ^ 0x8000) * weights[tap];
    return (uint8_t)(total >> (row_bits + column_bits));
}

LK_CLONES static void reduce_columns(
    const uint16_t *sums, const int *first, const int16_t *weights, int bins, int taps, uint8_t *out) {
    int bin = 0;
    if (taps == lanes) {
        for (; bin + 4 <= bins; bin += 4, weights += 4 * lanes) {
            sums4 left = pairs(products(sums + first[bin], weights), products(sums + first[bin + 1], weights + lanes));
            sums4 right = pairs(
                products(sums + first[bin + 2], weights + 2 * lanes),
                products(sums + first[bin + 3], weights + 3 * lanes));
            bytes4 four = __builtin_convertvector((pairs(left, right) + dot_base) >> (row_bits + column_bits), bytes4);
            memcpy(out + bin, &four, sizeof four);
        }
    }
    for (; bin < bins; bin++, weights += taps) out[bin] = dot(sums + first[bin], weights, taps);
}

static void finish_bin(lk_area *area) {
    reduce_columns(
        area->here, area->first, area->weights, area->bins_across, area->taps,
        area->out + area->current * area->stride);
    area->current++;
    uint16_t *done = area->here;
    area->here = area->next;
    area->next = done;
    memset(done, 0, (size_t)area->columns * sizeof *done);
}

void lk_area_push(lk_area *area, const uint8_t *rows, ptrdiff_t stride, int count) {
    for (; count > 0 && area->arrived < area->rows; count--, rows += stride) {
        row_share entry = area->shares[area->arrived++];
        if (entry.bin < 0) continue;
        while (area->current < entry.bin) finish_bin(area);
        add_row(area->here, rows, area->columns, entry.here);
        if (entry.next) add_row(area->next, rows, area->columns, entry.next);
    }
    while (area->arrived == area->rows && area->current < area->bins_down) finish_bin(area);
}
