#include "include/CVips.h"
#include <vips/vips.h>

static VipsImage *image(const lk_vips_picture *picture) { return (VipsImage *)picture; }
static lk_vips_picture *picture(VipsImage *image) { return (lk_vips_picture *)image; }

static void say_nothing(const gchar *domain, GLogLevelFlags level, const gchar *text, gpointer data) {
    (void)domain, (void)level, (void)text, (void)data;
}

// The operation cache serves repeated work on one picture; we do one thing to each of many, so it would only
// hold memory. Several pictures run side by side in processes of their own, so one thread each.
//
// What cannot be read from top to bottom (WebP, interlaced PNG) is held whole, and a large one would go into a
// temporary file, which a darkroom may not make. The threshold is read once, with the first picture; memory is
// bounded by the limit of pixels and by who watches the process.
int lk_vips_start(void) {
    if (!g_setenv("VIPS_DISC_THRESHOLD", "1000000g", TRUE)) return -1;
    if (VIPS_INIT("likeness")) return -1;
    vips_cache_set_max(0);
    vips_concurrency_set(1);
    vips_block_untrusted_set(TRUE);
    g_log_set_handler("VIPS", G_LOG_LEVEL_WARNING | G_LOG_LEVEL_INFO | G_LOG_LEVEL_MESSAGE, say_nothing, NULL);
    return 0;
}

// The sequential readers want their rows from top to bottom, which is how we ask for them.
lk_vips_picture *lk_vips_open(lk_vips_loader loader, const void *bytes, size_t count) {
    VipsImage *opened = NULL;
    void *data = (void *)bytes;
    int failed = -1;
    switch (loader) {
    case LK_VIPS_JPEG:
        failed = vips_jpegload_buffer(
            data, count, &opened, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
        break;
    case LK_VIPS_PNG:
        failed = vips_pngload_buffer(
            data, count, &opened, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
        break;
    case LK_VIPS_WEBP:
        failed = vips_webpload_buffer(
            data, count, &opened, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
        break;
    case LK_VIPS_HEIF:
        failed = vips_heifload_buffer(
            data, count, &opened, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
        break;
    case LK_VIPS_TIFF:
        failed = vips_tiffload_buffer(
            data, count, &opened, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
        break;
    }
    vips_error_clear();
    return failed ? NULL : picture(opened);
}

lk_vips_picture *lk_vips_wrap(const void *samples, int width, int height, int bands) {
    size_t count = (size_t)width * (size_t)height * (size_t)bands;
    VipsImage *bare = vips_image_new_from_memory(samples, count, width, height, bands, VIPS_FORMAT_UCHAR);
    if (!bare) return NULL;
    VipsImage *named = NULL;
    VipsInterpretation meaning = bands < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
    if (vips_copy(bare, &named, "interpretation", meaning, NULL)) named = NULL;
    g_object_unref(bare);
    return picture(named);
}

void lk_vips_release(lk_vips_picture *picture) {
    if (picture) g_object_unref(image(picture));
    vips_error_clear();  // One buffer for the process, which would only grow.
}

int lk_vips_width(const lk_vips_picture *picture) { return vips_image_get_width(image(picture)); }
int lk_vips_height(const lk_vips_picture *picture) { return vips_image_get_height(image(picture)); }
int lk_vips_bands(const lk_vips_picture *picture) { return vips_image_get_bands(image(picture)); }

int lk_vips_is_rgb(const lk_vips_picture *picture) {
    switch (vips_image_get_interpretation(image(picture))) {
    case VIPS_INTERPRETATION_sRGB:
    case VIPS_INTERPRETATION_RGB:
    case VIPS_INTERPRETATION_RGB16: return vips_image_get_bands(image(picture)) >= 3;
    default: return 0;
    }
}

const uint8_t *lk_vips_blob(const lk_vips_picture *picture, const char *name, size_t *count) {
    const void *bytes = NULL;
    *count = 0;
    if (!vips_image_get_typeof(image(picture), name)) return NULL;
    if (vips_image_get_blob(image(picture), name, &bytes, count)) return NULL;
    return bytes;
}

void lk_vips_attach(lk_vips_picture *picture, const char *name, const void *bytes, size_t count) {
    vips_image_set_blob_copy(image(picture), name, bytes, count);
}

static double white_of(VipsImage *image) {
    switch (vips_image_get_interpretation(image)) {
    case VIPS_INTERPRETATION_RGB16:
    case VIPS_INTERPRETATION_GREY16: return 65535;
    case VIPS_INTERPRETATION_scRGB: return 1;
    default: return 255;
    }
}

// These three take over `from` and pass a failure (null) on.
static VipsImage *on_white(VipsImage *from) {
    if (!from || !vips_image_hasalpha(from)) return from;
    double white = white_of(from);
    VipsArrayDouble *background = vips_array_double_newv(1, white);
    VipsImage *flat = NULL;
    int failed = vips_flatten(from, &flat, "background", background, "max_alpha", white, NULL);
    vips_area_unref(VIPS_AREA(background));
    g_object_unref(from);
    return failed ? NULL : flat;
}

static VipsImage *to_srgb(VipsImage *from) {
    VipsImage *converted = NULL;
    int failed;
    if (!from) return NULL;
    // A profile that does not fit its picture, or that lcms refuses, leaves the way without one.
    failed = -1;
    if (vips_image_get_typeof(from, VIPS_META_ICC_NAME))
        failed = vips_icc_transform(
            from, &converted, "srgb", "embedded", TRUE, "intent", VIPS_INTENT_RELATIVE, "black_point_compensation",
            TRUE, NULL);
    if (failed) failed = vips_colourspace(from, &converted, VIPS_INTERPRETATION_sRGB, NULL);
    g_object_unref(from);
    return failed ? NULL : converted;
}

static VipsImage *in_8_bits(VipsImage *from) {
    if (!from || vips_image_get_format(from) == VIPS_FORMAT_UCHAR) return from;
    VipsImage *narrow = NULL;
    gboolean deep = vips_image_get_format(from) == VIPS_FORMAT_USHORT;
    int failed = vips_cast(from, &narrow, VIPS_FORMAT_UCHAR, "shift", deep, NULL);
    g_object_unref(from);
    return failed ? NULL : narrow;
}

// In CMYK white is no ink, so that alpha is laid on white only after the conversion.
lk_vips_picture *lk_vips_developed(const lk_vips_picture *from, int convert) {
    VipsImage *work = image(from);
    g_object_ref(work);
    int inks = vips_image_get_interpretation(work) == VIPS_INTERPRETATION_CMYK;
    if (!inks) work = on_white(work);
    if (convert) work = to_srgb(work);
    if (inks) work = on_white(work);
    work = in_8_bits(work);
    if (work && vips_image_get_bands(work) != 1 && vips_image_get_bands(work) != 3) {
        g_object_unref(work);
        work = NULL;
    }
    if (!work) vips_error_clear();
    return picture(work);
}

lk_vips_rows *lk_vips_rows_open(const lk_vips_picture *picture) {
    return (lk_vips_rows *)vips_region_new(image(picture));
}

int lk_vips_rows_read(lk_vips_rows *rows, int first, int count, uint8_t *out) {
    VipsRegion *region = (VipsRegion *)rows;
    int width = vips_image_get_width(region->im), bands = vips_image_get_bands(region->im);
    VipsRect strip = {0, first, width, count};
    if (vips_region_prepare(region, &strip)) {
        vips_error_clear();
        return -1;
    }
    size_t line = (size_t)width * (size_t)bands;
    for (int y = 0; y < count; y++) memcpy(out + y * line, VIPS_REGION_ADDR(region, 0, first + y), line);
    return 0;
}

void lk_vips_rows_close(lk_vips_rows *rows) {
    if (rows) g_object_unref((VipsRegion *)rows);
}

int lk_vips_encode(const lk_vips_picture *picture, const char *ending, void **out, size_t *count) {
    int failed = vips_image_write_to_buffer(image(picture), ending, out, count, NULL);
    if (failed) vips_error_clear();
    return failed;
}

lk_vips_picture *lk_vips_converted(const lk_vips_picture *from, const char *profile) {
    VipsImage *converted = NULL;
    if (vips_icc_transform(
            image(from), &converted, profile, "embedded", TRUE, "intent", VIPS_INTENT_RELATIVE,
            "black_point_compensation", TRUE, NULL))
        vips_error_clear();
    return picture(converted);
}

lk_vips_picture *lk_vips_deepened(const lk_vips_picture *from) {
    VipsImage *deep = NULL, *named = NULL;
    if (vips_cast(image(from), &deep, VIPS_FORMAT_USHORT, "shift", TRUE, NULL)) return NULL;
    VipsInterpretation meaning =
        vips_image_get_bands(deep) < 3 ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_RGB16;
    if (vips_copy(deep, &named, "interpretation", meaning, NULL)) named = NULL;
    g_object_unref(deep);
    return picture(named);
}

void lk_vips_free(void *bytes) { g_free(bytes); }
