// Quality measures on an aligned chip. Sharpness is a re-blur ratio: how much of the difference between
// neighbours a box blur of 9 samples along the same line takes away; what is blurred already loses little.
// Neighbours of the blurred chip differ by (sample 5 ahead - sample 4 behind) / 9, so nothing is blurred really.
#include "kernels.h"
#include <math.h>
#include <stdlib.h>

enum { side = 112, margin = 5, padded = side + 2 * margin, taps = 9 };

typedef struct {
    int32_t samples[padded][padded];  // brightness in 256ths, the edge repeated around it
    uint8_t inside[side][side];       // the face: an ellipse
} chip;

static void prepare(chip *chip, const uint8_t *rgb) {
    for (int y = 0; y < padded; y++) {
        int row = y < margin ? 0 : y >= side + margin ? side - 1 : y - margin;
        for (int x = 0; x < padded; x++) {
            int column = x < margin ? 0 : x >= side + margin ? side - 1 : x - margin;
            const uint8_t *pixel = rgb + 3 * (row * side + column);
            chip->samples[y][x] = 77 * pixel[0] + 150 * pixel[1] + 29 * pixel[2];
        }
    }
    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            double across = (x - 56) / 36.0, down = (y - 66) / 46.0;
            chip->inside[y][x] = across * across + down * down < 1;
        }
    }
}

static double sharpness(const chip *chip, int step_x, int step_y) {
    const ptrdiff_t step = step_y * padded + step_x;
    int64_t lost = 0, all = 0;
    for (int y = 0; y < side; y++) {
        if (y + step_y >= side) continue;
        for (int x = 0; x < side; x++) {
            if (!chip->inside[y][x] || x + step_x >= side || x + step_x < 0) continue;
            const int32_t *at = &chip->samples[y + margin][x + margin];
            int sharp = taps * abs(at[step] - at[0]), blurred = abs(at[5 * step] - at[-4 * step]);
            all += sharp;
            if (sharp > blurred) lost += sharp - blurred;
        }
    }
    return all ? (double)lost / (double)all : 0;
}

static void light(const chip *chip, lk_chip_measures *out) {
    double sum = 0, squares = 0;
    int count = 0, bright = 0;
    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            if (!chip->inside[y][x]) continue;
            double value = chip->samples[y + margin][x + margin] / 256.0;
            sum += value;
            squares += value * value;
            bright += value > 250;
            count++;
        }
    }
    out->brightness = sum / count;
    out->contrast = sqrt(fmax(0, squares / count - out->brightness * out->brightness));
    out->clipped = (double)bright / count;
}

static int gradient(const chip *chip, int x, int y) {
    const int32_t *at = &chip->samples[y + margin][x + margin];
    return abs(at[1] - at[0]) + abs(at[padded] - at[0]);
}

static double window(const chip *chip, int left, int right, int top, int bottom) {
    int64_t sum = 0;
    for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++) sum += gradient(chip, x, y);
    return (double)sum / ((right - left) * (bottom - top));
}

static double face(const chip *chip) {
    int64_t sum = 0;
    int count = 0;
    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            if (!chip->inside[y][x]) continue;
            sum += gradient(chip, x, y);
            count++;
        }
    }
    return (double)sum / count;
}

void lk_measure_chip(const uint8_t *rgb, lk_chip_measures *out) {
    chip chip;
    prepare(&chip, rgb);
    out->horizontal = sharpness(&chip, 1, 0);
    out->vertical = sharpness(&chip, 0, 1);
    out->falling = sharpness(&chip, 1, 1);
    out->rising = sharpness(&chip, -1, 1);
    light(&chip, out);
    // The mouth and the eyes where the template puts them. Where there is nothing at all, the floor (a 256th of
    // a step of brightness) keeps the ratios finite.
    double mouth = window(&chip, 38, 74, 80, 104), eyes = window(&chip, 26, 86, 42, 60), all = face(&chip);
    out->mouth_over_eyes = mouth / fmax(eyes, 1);
    out->eyes_over_all = eyes / fmax(all, 1);
}
