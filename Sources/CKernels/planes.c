// Whole planes turned, enlarged, padded and exchanged with interleaved colour.
#include "kernels.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

void lk_pad_columns(lk_plane plane) {
    size_t rest = (size_t)(plane.stride - plane.width);
    for (int y = 0; y < plane.height; y++) {
        uint8_t *row = plane.bytes + y * plane.stride;
        memset(row + plane.width, row[plane.width - 1], rest);
    }
}

static void copy_reversed(const uint8_t *from, uint8_t *to, int count) {
    for (int x = 0; x < count; x++) to[x] = from[count - 1 - x];
}

// An 8 x 8 square of samples, a row to a number, reflected in its diagonal by swapping ever smaller quarters.
static void reflect(uint64_t square[8]) {
    static const uint64_t kept[3] = {0x00000000FFFFFFFF, 0x0000FFFF0000FFFF, 0x00FF00FF00FF00FF};
    for (int round = 0, half = 4; round < 3; round++, half /= 2) {
        for (int row = 0; row < 8; row++) {
            if (row & half) continue;
            uint64_t swap = (square[row] >> 8 * half ^ square[row + half]) & kept[round];
            square[row + half] ^= swap;
            square[row] ^= swap << 8 * half;
        }
    }
}

typedef struct {
    lk_plane in, out;
    int reverse_x, reverse_y;
} turning;

static void turn_square(const turning *turn, int left, int top) {
    uint64_t square[8];
    int column = turn->reverse_x ? turn->in.width - 8 - top : top;
    for (int i = 0; i < 8; i++) {
        int row = turn->reverse_y ? turn->in.height - 1 - left - i : left + i;
        memcpy(&square[i], turn->in.bytes + row * turn->in.stride + column, 8);
    }
    reflect(square);
    for (int i = 0; i < 8; i++)
        memcpy(turn->out.bytes + (turn->reverse_x ? top + 7 - i : top + i) * turn->out.stride + left, &square[i], 8);
}

static void turn_sample(const turning *turn, int x, int y) {
    int column = turn->reverse_x ? turn->in.width - 1 - y : y;
    int row = turn->reverse_y ? turn->in.height - 1 - x : x;
    turn->out.bytes[y * turn->out.stride + x] = turn->in.bytes[row * turn->in.stride + column];
}

static void turn(lk_plane in, lk_plane out, int reverse_x, int reverse_y) {
    turning turn = {in, out, reverse_x, reverse_y};
    int whole_x = out.width & ~7, whole_y = out.height & ~7;
    for (int y = 0; y < whole_y; y += 8)
        for (int x = 0; x < whole_x; x += 8) turn_square(&turn, x, y);
    for (int y = 0; y < out.height; y++)
        for (int x = y < whole_y ? whole_x : 0; x < out.width; x++) turn_sample(&turn, x, y);
}

void lk_orient(lk_plane in, lk_plane out, int orientation) {
    switch (orientation) {
    case 5: turn(in, out, 0, 0); return;
    case 6: turn(in, out, 0, 1); return;
    case 7: turn(in, out, 1, 1); return;
    case 8: turn(in, out, 1, 0); return;
    }
    int mirrored = orientation == 2 || orientation == 3;
    int upside_down = orientation == 3 || orientation == 4;
    for (int y = 0; y < out.height; y++) {
        const uint8_t *from = in.bytes + (upside_down ? in.height - 1 - y : y) * in.stride;
        uint8_t *to = out.bytes + y * out.stride;
        if (mirrored)
            copy_reversed(from, to, out.width);
        else
            memcpy(to, from, (size_t)out.width);
    }
}

typedef struct {
    int first, second, fraction;  // fraction of the second sample, in 256ths
} blend;

static blend blend_at(int index, int samples, double step) {
    double place = fmin(fmax((index + .5) * step - .5, 0), samples - 1);
    int first = (int)place;
    return (blend){first, first + 1 < samples ? first + 1 : first, (int)lround((place - first) * 256)};
}

int lk_enlarge(lk_plane in, lk_plane out, double step_x, double step_y) {
    blend *across = malloc((size_t)out.width * sizeof *across);
    if (!across) return -1;
    for (int x = 0; x < out.width; x++) across[x] = blend_at(x, in.width, step_x);
    for (int y = 0; y < out.height; y++) {
        blend down = blend_at(y, in.height, step_y);
        const uint8_t *upper = in.bytes + down.first * in.stride, *lower = in.bytes + down.second * in.stride;
        uint8_t *to = out.bytes + y * out.stride;
        for (int x = 0; x < out.width; x++) {
            blend side = across[x];
            int above = upper[side.first] * (256 - side.fraction) + upper[side.second] * side.fraction;
            int below = lower[side.first] * (256 - side.fraction) + lower[side.second] * side.fraction;
            to[x] = (uint8_t)((above * (256 - down.fraction) + below * down.fraction + 32768) >> 16);
        }
    }
    free(across);
    return 0;
}

// 16-bit fractions of the JFIF matrix; the shift is arithmetic on every compiler we build with.
LK_CLONES static void row_to_rgb(
    const uint8_t *restrict y, const uint8_t *restrict cb, const uint8_t *restrict cr, uint8_t *restrict rgb,
    int width) {
    for (int x = 0; x < width; x++) {
        int luma = y[x], blue = cb[x] - 128, red = cr[x] - 128;
        rgb[3 * x] = lk_clamp(luma + ((91881 * red + 32768) >> 16));
        rgb[3 * x + 1] = lk_clamp(luma - ((22554 * blue + 46802 * red + 32768) >> 16));
        rgb[3 * x + 2] = lk_clamp(luma + ((116130 * blue + 32768) >> 16));
    }
}

void lk_planes_to_rgb(lk_plane y, lk_plane cb, lk_plane cr, uint8_t *rgb) {
    for (int row = 0; row < y.height; row++, rgb += (size_t)y.width * 3) {
        const uint8_t *luma = y.bytes + row * y.stride;
        if (cb.bytes) {
            row_to_rgb(luma, cb.bytes + row * cb.stride, cr.bytes + row * cr.stride, rgb, y.width);
        } else {
            for (int x = 0; x < y.width; x++) memset(rgb + 3 * x, luma[x], 3);
        }
    }
}

LK_CLONES void lk_rgb_to_planes(const uint8_t *rgb, int width, uint8_t *y, uint8_t *cb, uint8_t *cr) {
    for (int x = 0; x < width; x++) {
        int red = rgb[3 * x], green = rgb[3 * x + 1], blue = rgb[3 * x + 2];
        y[x] = (uint8_t)((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16);
        cb[x] = lk_clamp(((-11059 * red - 21709 * green + 32768 * blue + 32767) >> 16) + 128);
        cr[x] = lk_clamp(((32768 * red - 27439 * green - 5329 * blue + 32767) >> 16) + 128);
    }
}
