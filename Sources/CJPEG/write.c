#include "include/CJPEG.h"
#include <stdio.h>
#include <setjmp.h>
#include <stdlib.h>
#include <jpeglib.h>
#include <jerror.h>

typedef struct {
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    jmp_buf escape;
    unsigned char *bytes;
    unsigned long count;
} writer;

static void fail(j_common_ptr jpeg) { longjmp(((writer *)jpeg->client_data)->escape, 1); }
static void say_nothing(j_common_ptr jpeg) { (void)jpeg; }

static void prepare(writer *writer, int width, int height, int quality, J_COLOR_SPACE space) {
    struct jpeg_compress_struct *jpeg = &writer->jpeg;
    jpeg_create_compress(jpeg);
    jpeg_mem_dest(jpeg, &writer->bytes, &writer->count);
    jpeg->image_width = (JDIMENSION)width;
    jpeg->image_height = (JDIMENSION)height;
    jpeg->in_color_space = space;
    jpeg->input_components = space == JCS_GRAYSCALE ? 1 : 3;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, quality, TRUE);
}

static void protect(writer *writer) {
    writer->jpeg.err = jpeg_std_error(&writer->errors);
    writer->jpeg.client_data = writer;
    writer->errors.error_exit = fail;
    writer->errors.output_message = say_nothing;
}

static lk_jpeg_status hand_over(writer *writer, uint8_t **out, size_t *count) {
    jpeg_finish_compress(&writer->jpeg);
    jpeg_destroy_compress(&writer->jpeg);
    *out = writer->bytes;
    *count = writer->count;
    free(writer);
    return LK_JPEG_OK;
}

static lk_jpeg_status give_up(writer *writer) {
    lk_jpeg_status status =
        writer->errors.msg_code == JERR_OUT_OF_MEMORY ? LK_JPEG_NO_MEMORY : LK_JPEG_UNSUPPORTED;
    jpeg_destroy_compress(&writer->jpeg);
    free(writer->bytes);
    free(writer);
    return status;
}

lk_jpeg_status lk_jpeg_write_planes(
    uint8_t *const planes[3], const ptrdiff_t strides[3], int width, int height, int quality,
    const uint8_t *profile, size_t profile_count, uint8_t **out, size_t *count) {
    writer *writer = calloc(1, sizeof *writer);
    if (!writer) return LK_JPEG_NO_MEMORY;
    protect(writer);
    if (setjmp(writer->escape)) return give_up(writer);
    struct jpeg_compress_struct *jpeg = &writer->jpeg;
    int parts = planes[1] ? 3 : 1;
    prepare(writer, width, height, quality, parts == 3 ? JCS_YCbCr : JCS_GRAYSCALE);
    jpeg->raw_data_in = TRUE;
    jpeg_start_compress(jpeg, TRUE);
    if (profile) jpeg_write_icc_profile(jpeg, profile, (unsigned)profile_count);
    int strip = jpeg->max_v_samp_factor * DCTSIZE;
    JSAMPROW lines[3][4 * DCTSIZE];
    JSAMPARRAY rows[3] = {lines[0], lines[1], lines[2]};
    while (jpeg->next_scanline < jpeg->image_height) {
        for (int k = 0; k < parts; k++) {
            int high = jpeg->comp_info[k].v_samp_factor * DCTSIZE;
            int first = (int)jpeg->next_scanline / strip * high;
            int last = (height * jpeg->comp_info[k].v_samp_factor + jpeg->max_v_samp_factor - 1)
                / jpeg->max_v_samp_factor - 1;
            for (int line = 0; line < high; line++) {
                int row = first + line < last ? first + line : last;
                lines[k][line] = planes[k] + row * strides[k];
            }
        }
        jpeg_write_raw_data(jpeg, rows, (JDIMENSION)strip);
    }
    return hand_over(writer, out, count);
}

lk_jpeg_status lk_jpeg_write_rgb(
    const uint8_t *rgb, int width, int height, int quality, lk_jpeg_layout layout, uint8_t **out,
    size_t *count) {
    writer *writer = calloc(1, sizeof *writer);
    if (!writer) return LK_JPEG_NO_MEMORY;
    protect(writer);
    if (setjmp(writer->escape)) return give_up(writer);
    struct jpeg_compress_struct *jpeg = &writer->jpeg;
    prepare(writer, width, height, quality, JCS_RGB);
    if (layout.grey) jpeg_set_colorspace(jpeg, JCS_GRAYSCALE);
    if (layout.progressive) jpeg_simple_progression(jpeg);
    jpeg->comp_info[0].h_samp_factor = layout.chroma_x;
    jpeg->comp_info[0].v_samp_factor = layout.chroma_y;
    jpeg_start_compress(jpeg, TRUE);
    while (jpeg->next_scanline < jpeg->image_height) {
        JSAMPROW row = (JSAMPROW)rgb + (size_t)jpeg->next_scanline * (size_t)width * 3;
        jpeg_write_scanlines(jpeg, &row, 1);
    }
    return hand_over(writer, out, count);
}

void lk_jpeg_free(uint8_t *bytes) { free(bytes); }
