// What the files about neighbours share.
#ifndef LK_NEAR_H
#define LK_NEAR_H

#include "kernels.h"

enum { LK_TILE_ROWS = 8, LK_TILE_COLUMNS = 32, LK_CODE_STEP = 64 };

/// Products of 8-bit codes, exact in any of these ways. `length` is a multiple of LK_CODE_STEP.
typedef struct {
    /// Eight rows with 32 columns: `rows` are 8 codes' starts, `columns` 32, `panel` the columns as `lk_pack` laid them out.
    void (*tile)(
        const int8_t *const rows[LK_TILE_ROWS], const int8_t *const columns[LK_TILE_COLUMNS], const uint8_t *panel,
        int length, int32_t out[LK_TILE_ROWS][LK_TILE_COLUMNS]);
    /// Both steps of a query's codes, none of which is -128, with `count` rows that lie behind one another.
    void (*scan)(
        const int8_t *query, const int8_t *fine, const int8_t *rows, const int32_t *sums, size_t count, int length,
        int32_t *out, int32_t *fine_out);
    int packs;
} lk_products;

#define LK_SLACK 4e-6f
#define LK_LARGEST 1e15

/// What a row leaves of the distance that codes see (see near.c).
static inline float lk_room(float norm, float error, float reach) {
    return norm - 2 * reach * error - 2 * error * error - LK_SLACK * (norm + reach * reach);
}

/// Whether a vector of this length can be told by its direction alone.
int lk_has_direction(float length);

int lk_pairs_add(lk_pairs *pairs, int32_t first, int32_t second, float distance);

/// The products of a kernel; null where this processor has it not.
const lk_products *lk_products_of(lk_kernel kernel);

/// 32 columns side by side: four codes of each, shifted to be positive, then the next four.
void lk_pack(const int8_t *const columns[LK_TILE_COLUMNS], int length, uint8_t *panel);

#endif
