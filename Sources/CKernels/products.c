#include "near.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Plain C, which the compiler vectorises as far as any processor allows.

static int32_t product(const int8_t *a, const int8_t *b, int length) {
    int32_t sum = 0;
    for (int k = 0; k < length; k++) sum += (int32_t)a[k] * b[k];
    return sum;
}

static void plain_tile(
    const int8_t *const rows[LK_TILE_ROWS], const int8_t *const columns[LK_TILE_COLUMNS], const uint8_t *panel,
    int length, int32_t out[LK_TILE_ROWS][LK_TILE_COLUMNS]) {
    (void)panel;
    for (int j = 0; j < LK_TILE_COLUMNS; j++) {
        for (int i = 0; i < LK_TILE_ROWS; i++) out[i][j] = product(rows[i], columns[j], length);
    }
}

static void plain_scan(
    const int8_t *query, const int8_t *fine, const int8_t *rows, const int32_t *sums, size_t count, int length,
    int32_t *out, int32_t *fine_out) {
    (void)sums;
    for (size_t i = 0; i < count; i++) {
        out[i] = product(query, rows + i * (size_t)length, length);
        fine_out[i] = product(fine, rows + i * (size_t)length, length);
    }
}

static const lk_products plain = {plain_tile, plain_scan, 0};

#if defined(__x86_64__)

// AVX2 multiplies an unsigned byte with a signed one and adds two neighbours in 16 bits. Codes lie within ±127, and the
// sign moves from one factor to the other: 2 * 127 * 127 fits, so nothing saturates.

__attribute__((target("avx2"))) static inline int32_t avx2_sum(__m256i sums) {
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
    return _mm_cvtsi128_si32(half);
}

__attribute__((target("avx2"))) static inline int32_t avx2_product(
    const int8_t *a, const int8_t *b, int length) {
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i sums = _mm256_setzero_si256();
    for (int k = 0; k < length; k += 32) {
        const __m256i x = _mm256_loadu_si256((const __m256i *)(a + k));
        const __m256i y = _mm256_loadu_si256((const __m256i *)(b + k));
        const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(x), _mm256_sign_epi8(y, x));
        sums = _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, ones));
    }
    return avx2_sum(sums);
}

__attribute__((target("avx2"))) static void avx2_tile(
    const int8_t *const rows[LK_TILE_ROWS], const int8_t *const columns[LK_TILE_COLUMNS], const uint8_t *panel,
    int length, int32_t out[LK_TILE_ROWS][LK_TILE_COLUMNS]) {
    (void)panel;
    for (int j = 0; j < LK_TILE_COLUMNS; j++) {
        for (int i = 0; i < LK_TILE_ROWS; i++) out[i][j] = avx2_product(rows[i], columns[j], length);
    }
}

__attribute__((target("avx2"))) static void avx2_scan(
    const int8_t *query, const int8_t *fine, const int8_t *rows, const int32_t *sums, size_t count, int length,
    int32_t *out, int32_t *fine_out) {
    (void)sums;
    for (size_t i = 0; i < count; i++) {
        out[i] = avx2_product(query, rows + i * (size_t)length, length);
        fine_out[i] = avx2_product(fine, rows + i * (size_t)length, length);
    }
}

static const lk_products avx2 = {avx2_tile, avx2_scan, 0};

// AVX-512 VNNI multiplies four unsigned bytes with four signed ones and adds all to 32 bits. One side is shifted by 128 to
// be unsigned; 128 times the sum of the other side's codes is taken off again.

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

VNNI static inline int32_t code_sum(const int8_t *codes, int length) {
    const __m512i ones = _mm512_set1_epi8(1);
    __m512i sums = _mm512_setzero_si512();
    for (int k = 0; k < length; k += 64) sums = _mm512_dpbusd_epi32(sums, ones, _mm512_loadu_si512(codes + k));
    return _mm512_reduce_add_epi32(sums);
}

VNNI static void vnni_tile(
    const int8_t *const rows[LK_TILE_ROWS], const int8_t *const columns[LK_TILE_COLUMNS], const uint8_t *panel,
    int length, int32_t out[LK_TILE_ROWS][LK_TILE_COLUMNS]) {
    (void)columns;
    __m512i left[LK_TILE_ROWS], right[LK_TILE_ROWS];
    for (int i = 0; i < LK_TILE_ROWS; i++) left[i] = right[i] = _mm512_setzero_si512();
    for (int k = 0; k < length; k += 4) {
        const __m512i a = _mm512_load_si512(panel + (size_t)k * LK_TILE_COLUMNS);
        const __m512i b = _mm512_load_si512(panel + (size_t)k * LK_TILE_COLUMNS + 64);
#pragma clang loop unroll(full)
        for (int i = 0; i < LK_TILE_ROWS; i++) {
            int32_t four;
            memcpy(&four, rows[i] + k, sizeof four);
            const __m512i row = _mm512_set1_epi32(four);
            left[i] = _mm512_dpbusd_epi32(left[i], a, row);
            right[i] = _mm512_dpbusd_epi32(right[i], b, row);
        }
    }
    for (int i = 0; i < LK_TILE_ROWS; i++) {
        const __m512i shift = _mm512_set1_epi32(128 * code_sum(rows[i], length));
        _mm512_storeu_si512(out[i], _mm512_sub_epi32(left[i], shift));
        _mm512_storeu_si512(out[i] + 16, _mm512_sub_epi32(right[i], shift));
    }
}

/// The sums of four times sixteen, added crosswise.
VNNI static inline __m128i four_sums(__m512i s0, __m512i s1, __m512i s2, __m512i s3) {
    const __m512i a = _mm512_add_epi32(_mm512_unpacklo_epi32(s0, s1), _mm512_unpackhi_epi32(s0, s1));
    const __m512i b = _mm512_add_epi32(_mm512_unpacklo_epi32(s2, s3), _mm512_unpackhi_epi32(s2, s3));
    const __m512i c = _mm512_add_epi32(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
    const __m256i d = _mm256_add_epi32(_mm512_castsi512_si256(c), _mm512_extracti64x4_epi64(c, 1));
    return _mm_add_epi32(_mm256_castsi256_si128(d), _mm256_extracti128_si256(d, 1));
}

/// The query is the shifted side here, so that rows are multiplied as they lie in memory.
VNNI static void vnni_scan(
    const int8_t *query, const int8_t *fine, const int8_t *rows, const int32_t *sums, size_t count, int length,
    int32_t *out, int32_t *fine_out) {
    const __m512i shift = _mm512_set1_epi8((char)0x80);
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        const int8_t *row = rows + i * (size_t)length;
        __m512i s0 = _mm512_setzero_si512(), s1 = s0, s2 = s0, s3 = s0, f0 = s0, f1 = s0, f2 = s0, f3 = s0;
        for (int k = 0; k < length; k += 64) {
            const __m512i q = _mm512_xor_si512(_mm512_loadu_si512(query + k), shift);
            const __m512i f = _mm512_xor_si512(_mm512_loadu_si512(fine + k), shift);
            const __m512i a = _mm512_loadu_si512(row + k), b = _mm512_loadu_si512(row + length + k);
            const __m512i c = _mm512_loadu_si512(row + 2 * length + k), d = _mm512_loadu_si512(row + 3 * length + k);
            s0 = _mm512_dpbusd_epi32(s0, q, a);
            s1 = _mm512_dpbusd_epi32(s1, q, b);
            s2 = _mm512_dpbusd_epi32(s2, q, c);
            s3 = _mm512_dpbusd_epi32(s3, q, d);
            f0 = _mm512_dpbusd_epi32(f0, f, a);
            f1 = _mm512_dpbusd_epi32(f1, f, b);
            f2 = _mm512_dpbusd_epi32(f2, f, c);
            f3 = _mm512_dpbusd_epi32(f3, f, d);
        }
        const __m128i taken = _mm_slli_epi32(_mm_loadu_si128((const __m128i *)(sums + i)), 7);
        _mm_storeu_si128((__m128i *)(out + i), _mm_sub_epi32(four_sums(s0, s1, s2, s3), taken));
        _mm_storeu_si128((__m128i *)(fine_out + i), _mm_sub_epi32(four_sums(f0, f1, f2, f3), taken));
    }
    for (; i < count; i++) {
        const int8_t *row = rows + i * (size_t)length;
        __m512i s = _mm512_setzero_si512(), f = s;
        for (int k = 0; k < length; k += 64) {
            const __m512i a = _mm512_loadu_si512(row + k);
            s = _mm512_dpbusd_epi32(s, _mm512_xor_si512(_mm512_loadu_si512(query + k), shift), a);
            f = _mm512_dpbusd_epi32(f, _mm512_xor_si512(_mm512_loadu_si512(fine + k), shift), a);
        }
        out[i] = _mm512_reduce_add_epi32(s) - 128 * sums[i];
        fine_out[i] = _mm512_reduce_add_epi32(f) - 128 * sums[i];
    }
}

static const lk_products vnni = {vnni_tile, vnni_scan, 1};

#endif

void lk_pack(const int8_t *const columns[LK_TILE_COLUMNS], int length, uint8_t *panel) {
    for (int k = 0; k < length; k += 4) {
        for (int j = 0; j < LK_TILE_COLUMNS; j++) {
            uint32_t four;
            memcpy(&four, columns[j] + k, sizeof four);
            four ^= 0x80808080u;
            memcpy(panel + (size_t)k * LK_TILE_COLUMNS + 4 * j, &four, sizeof four);
        }
    }
}

const lk_products *lk_products_of(lk_kernel kernel) {
    switch (kernel) {
    case LK_PLAIN: return &plain;
#if defined(__x86_64__)
    case LK_AVX2: return __builtin_cpu_supports("avx2") ? &avx2 : 0;
    case LK_VNNI:
        return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw")
                && __builtin_cpu_supports("avx512vl")
            ? &vnni : 0;
#endif
    default: return 0;
    }
}

lk_kernel lk_best_kernel(void) {
    if (lk_products_of(LK_VNNI)) return LK_VNNI;
    if (lk_products_of(LK_AVX2)) return LK_AVX2;
    return LK_PLAIN;
}

int lk_has_kernel(lk_kernel kernel) { return lk_products_of(kernel) != 0; }
