#include "include/CJPEG.h"
#include <stdio.h>
#include <setjmp.h>
#include <stdlib.h>
#include <jpeglib.h>
#include <jerror.h>

// Real files have a handful of scans; each scan of a hostile one costs a pass over the whole picture.
enum { most_scans = 100, most_stray_bytes = 64 };

struct lk_jpeg_reader {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    jmp_buf escape;
    lk_jpeg_status status;
    int ran_out, started;
    uint8_t *planes[3];
    ptrdiff_t strides[3];
};

static lk_jpeg_reader *owner(j_common_ptr jpeg) { return jpeg->client_data; }

static void leave(j_common_ptr jpeg, lk_jpeg_status status) {
    lk_jpeg_reader *reader = owner(jpeg);
    reader->status = reader->ran_out ? LK_JPEG_TRUNCATED : status;
    longjmp(reader->escape, 1);
}

static void fail(j_common_ptr jpeg) {
    switch (jpeg->err->msg_code) {
    case JERR_OUT_OF_MEMORY: leave(jpeg, LK_JPEG_NO_MEMORY); break;
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_SOF_UNSUPPORTED: leave(jpeg, LK_JPEG_UNSUPPORTED); break;
    default: leave(jpeg, LK_JPEG_DAMAGED);
    }
}

// Level -1 is a warning about the data; the others are chatter. Cameras leave a few stray bytes before a
// marker and write odd Adobe markers, and every pixel is still there; any other warning means lost pixels.
static void judge(j_common_ptr jpeg, int level) {
    if (level >= 0) return;
    switch (jpeg->err->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_ICC:
    case JWRN_JFIF_MAJOR: return;
    case JWRN_EXTRANEOUS_DATA:
        if (jpeg->err->msg_parm.i[0] <= most_stray_bytes) return;
    }
    leave(jpeg, LK_JPEG_DAMAGED);
}

static void say_nothing(j_common_ptr jpeg) { (void)jpeg; }

static void count_scans(j_common_ptr jpeg) {
    if (((j_decompress_ptr)jpeg)->input_scan_number > most_scans) leave(jpeg, LK_JPEG_DAMAGED);
}

static void nothing(j_decompress_ptr jpeg) { (void)jpeg; }

// Past the end comes an end marker: a file that only lost that marker is whole, and where data is missing
// libjpeg warns of it.
static boolean refill(j_decompress_ptr jpeg) {
    static const JOCTET end[2] = {0xFF, JPEG_EOI};
    owner((j_common_ptr)jpeg)->ran_out = 1;
    jpeg->src->next_input_byte = end;
    jpeg->src->bytes_in_buffer = sizeof end;
    return TRUE;
}

static void skip(j_decompress_ptr jpeg, long count) {
    struct jpeg_source_mgr *source = jpeg->src;
    if (count <= 0) return;
    if ((size_t)count > source->bytes_in_buffer) {
        refill(jpeg);
        return;
    }
    source->next_input_byte += count;
    source->bytes_in_buffer -= (size_t)count;
}

lk_jpeg_reader *lk_jpeg_open(const uint8_t *bytes, size_t count) {
    lk_jpeg_reader *reader = calloc(1, sizeof *reader);
    if (!reader) return NULL;
    reader->jpeg.err = jpeg_std_error(&reader->errors);
    reader->jpeg.client_data = reader;
    reader->errors.error_exit = fail;
    reader->errors.emit_message = judge;
    reader->errors.output_message = say_nothing;
    if (setjmp(reader->escape)) {
        free(reader);
        return NULL;
    }
    jpeg_create_decompress(&reader->jpeg);
    reader->source = (struct jpeg_source_mgr){
        .next_input_byte = bytes, .bytes_in_buffer = count, .init_source = nothing, .fill_input_buffer = refill,
        .skip_input_data = skip, .resync_to_restart = jpeg_resync_to_restart, .term_source = nothing};
    reader->jpeg.src = &reader->source;
    reader->progress.progress_monitor = count_scans;
    reader->jpeg.progress = &reader->progress;
    return reader;
}

static int describe(lk_jpeg_reader *reader, lk_jpeg_header *header) {
    const struct jpeg_decompress_struct *jpeg = &reader->jpeg;
    const jpeg_component_info *parts = jpeg->comp_info;
    header->width = (int)jpeg->image_width;
    header->height = (int)jpeg->image_height;
    header->components = jpeg->num_components;
    header->chroma_x = header->chroma_y = 1;
    if (jpeg->max_h_samp_factor > 2 || jpeg->max_v_samp_factor > 2) return 0;
    if (jpeg->num_components == 1) return jpeg->jpeg_color_space == JCS_GRAYSCALE;
    if (jpeg->num_components != 3 || jpeg->jpeg_color_space != JCS_YCbCr) return 0;
    int wide = parts[0].h_samp_factor, high = parts[0].v_samp_factor;
    if (wide != jpeg->max_h_samp_factor || high != jpeg->max_v_samp_factor) return 0;
    if (parts[1].h_samp_factor != parts[2].h_samp_factor || parts[1].v_samp_factor != parts[2].v_samp_factor)
        return 0;
    header->chroma_x = wide / parts[1].h_samp_factor;
    header->chroma_y = high / parts[1].v_samp_factor;
    return 1;
}

lk_jpeg_status lk_jpeg_read_header(lk_jpeg_reader *reader, lk_jpeg_header *header) {
    if (setjmp(reader->escape)) return reader->status;
    if (jpeg_read_header(&reader->jpeg, TRUE) != JPEG_HEADER_OK) return LK_JPEG_DAMAGED;
    header->has_planes = describe(reader, header);
    return LK_JPEG_OK;
}

lk_jpeg_status lk_jpeg_start(lk_jpeg_reader *reader, uint8_t *const planes[3], const ptrdiff_t strides[3]) {
    if (setjmp(reader->escape)) return reader->status;
    for (int k = 0; k < 3; k++) {
        reader->planes[k] = planes[k];
        reader->strides[k] = strides[k];
    }
    reader->jpeg.raw_data_out = TRUE;
    reader->jpeg.do_fancy_upsampling = FALSE;
    reader->jpeg.dct_method = JDCT_ISLOW;
    if (!jpeg_start_decompress(&reader->jpeg)) return LK_JPEG_DAMAGED;
    reader->started = 1;
    return LK_JPEG_OK;
}

lk_jpeg_status lk_jpeg_next(lk_jpeg_reader *reader, int *rows) {
    if (setjmp(reader->escape)) return reader->status;
    struct jpeg_decompress_struct *jpeg = &reader->jpeg;
    JSAMPROW lines[3][4 * DCTSIZE];
    JSAMPARRAY parts[3] = {lines[0], lines[1], lines[2]};
    JDIMENSION strip = (JDIMENSION)(jpeg->max_v_samp_factor * DCTSIZE);
    for (int k = 0; k < jpeg->num_components; k++) {
        int count = jpeg->comp_info[k].v_samp_factor * DCTSIZE;
        int first = (int)(jpeg->output_scanline / strip) * count;
        for (int line = 0; line < count; line++)
            lines[k][line] = reader->planes[k] + (first + line) * reader->strides[k];
    }
    if (jpeg_read_raw_data(jpeg, parts, strip) == 0) return LK_JPEG_DAMAGED;
    JDIMENSION done = jpeg->output_scanline < jpeg->image_height ? jpeg->output_scanline : jpeg->image_height;
    *rows = (int)done;
    return LK_JPEG_OK;
}

lk_jpeg_status lk_jpeg_finish(lk_jpeg_reader *reader) {
    if (setjmp(reader->escape)) return reader->status;
    struct jpeg_decompress_struct *jpeg = &reader->jpeg;
    // Of a picture sent in several scans some may be missing altogether, without any warning.
    int several = jpeg_has_multiple_scans(jpeg);
    if (jpeg->coef_bits)
        for (int k = 0; k < jpeg->num_components; k++)
            if (jpeg->coef_bits[k][0] < 0) leave((j_common_ptr)jpeg, LK_JPEG_DAMAGED);
    jpeg_finish_decompress(jpeg);
    return several && reader->ran_out ? LK_JPEG_TRUNCATED : LK_JPEG_OK;
}

void lk_jpeg_close(lk_jpeg_reader *reader) {
    if (!reader) return;
    jpeg_destroy_decompress(&reader->jpeg);
    free(reader);
}
