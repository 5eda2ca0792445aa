/* The PNG writer against libpng, which checks the CRCs, the zlib stream and its Adler-32. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>
#include <png.h>

#include "export/png.h"
#include "export/png_band.h"
#include "support/memory_output.h"

enum pattern { FLAT, FLAME, NOISE };

static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static uint8_t *picture(uint32_t width, uint32_t height, enum pattern pattern)
{
    size_t n = (size_t)width * height * 3;
    uint8_t *rgb = malloc(n);
    assert_non_null(rgb);
    uint32_t state = width * 31 + height;
    for (size_t y = 0; y < height; y++)
        for (size_t i = 0; i < (size_t)width * 3; i++) {
            uint8_t v = pattern == FLAT ? 250 : (uint8_t)next(&state);
            if (pattern == FLAME)
                v = y % 18 == 17 ? 250 : (uint8_t)(205 + (i / 90 * 7 + y / 18 * 13) % 50);
            rgb[y * width * 3 + i] = v;
        }
    return rgb;
}

/* Gives the rows in calls of `cut` rows. */
static bool encode(struct gf_output *out, const struct gf_png_params *params, const uint8_t *rgb,
                   uint32_t cut, struct gf_error *err)
{
    struct gf_png *png;
    if (!gf_png_begin(out, params, &png, err))
        return false;
    for (uint32_t y = 0; y < params->height; y += cut) {
        uint32_t n = params->height - y < cut ? params->height - y : cut;
        if (!gf_png_rows(png, rgb + (size_t)y * params->width * 3, n, err)) {
            gf_png_abort(png);
            return false;
        }
    }
    return gf_png_end(png, err);
}

struct reader {
    const struct gf_output *from;
    size_t pos;
};

static void read_data(png_structp png, png_bytep data, size_t n)
{
    struct reader *r = png_get_io_ptr(png);
    if (n > r->from->len - r->pos)
        png_error(png, "the file ends early");
    memcpy(data, r->from->data + r->pos, n);
    r->pos += n;
}

static void fatal(png_structp png, png_const_charp message)
{
    (void)png;
    fail_msg("libpng: %s", message);
}

struct decoded {
    uint32_t width, height;
    uint8_t *rgb;
    char texts[512]; /* "keyword=text\n" for each */
    int tEXt, iTXt;
};

static struct decoded decode(const struct gf_output *out)
{
    struct decoded d = {0};
    struct reader reader = {out, 0};
    /* Warnings are errors too: a bad CRC of a text chunk is only warned about. */
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, fatal, fatal);
    png_infop info = png_create_info_struct(png);
    png_set_read_fn(png, &reader, read_data);
    png_read_info(png, info);
    d.width = png_get_image_width(png, info);
    d.height = png_get_image_height(png, info);
    assert_int_equal(png_get_bit_depth(png, info), 8);
    assert_int_equal(png_get_color_type(png, info), PNG_COLOR_TYPE_RGB);
    d.rgb = malloc((size_t)d.width * d.height * 3);
    for (uint32_t y = 0; y < d.height; y++)
        png_read_row(png, d.rgb + (size_t)y * d.width * 3, NULL);
    png_read_end(png, info);
    assert_int_equal(reader.pos, out->len);
    png_textp texts;
    int n = png_get_text(png, info, &texts, NULL);
    for (int i = 0; i < n; i++) {
        strncat(d.texts, texts[i].key, 100);
        strncat(d.texts, "=", 2);
        strncat(d.texts, texts[i].text, 200);
        strncat(d.texts, "\n", 2);
        d.tEXt += texts[i].compression == PNG_TEXT_COMPRESSION_NONE;
        d.iTXt += texts[i].compression == PNG_ITXT_COMPRESSION_NONE;
    }
    png_destroy_read_struct(&png, &info, NULL);
    return d;
}

static void check_round_trip(uint32_t width, uint32_t height, enum pattern pattern,
                             unsigned threads)
{
    struct gf_output out = {.limit = MEMORY_OUTPUT_NO_LIMIT};
    struct gf_png_params params = {.width = width, .height = height, .threads = threads};
    struct gf_error err = {0};
    uint8_t *rgb = picture(width, height, pattern);
    if (!encode(&out, &params, rgb, 7, &err))
        fail_msg("%s", err.message);
    struct decoded d = decode(&out);
    assert_int_equal(d.width, width);
    assert_int_equal(d.height, height);
    assert_memory_equal(d.rgb, rgb, (size_t)width * height * 3);
    free(d.rgb);
    free(rgb);
    memory_output_free(&out);
}

static void test_libpng_reads_the_same_pixels(void **state)
{
    static const uint32_t sizes[][2] = {
        {1, 1},      {1, 3},     {3, 1},     {1, 70000}, {70000, 1},  {17, 19},   {255, 257},
        {333, 1001}, {641, 479}, {5461, 33}, {5463, 17}, {12345, 40}, {30001, 19}};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (enum pattern pattern = FLAT; pattern <= NOISE; pattern++)
            for (unsigned threads = 1; threads <= 2; threads++)
                check_round_trip(sizes[i][0], sizes[i][1], pattern, threads);
}

/* Heights around the end of a band: the last one full, with one row, and lacking one. */
static void test_band_edges(void **state)
{
    (void)state;
    uint32_t rows = gf_png_band_rows(1000, 100000);
    assert_in_range(rows, 2, 1000);
    for (uint32_t height = 2 * rows - 1; height <= 2 * rows + 1; height++)
        check_round_trip(1000, height, FLAME, 2);
}

static void test_bands_stay_small(void **state)
{
    (void)state;
    for (uint32_t width = 1; width < 1u << 26; width = width * 3 + 1) {
        size_t bytes = gf_png_band_rows(width, 0x7fffffff) * GF_PNG_ROW_BYTES(width);
        assert_true(bytes <= 4u << 20 || bytes == GF_PNG_ROW_BYTES(width));
    }
    assert_int_equal(gf_png_band_rows(65535, 20000), 8);
}

static void test_same_file_for_any_threads_and_cuts(void **state)
{
    (void)state;
    for (enum pattern pattern = FLAME; pattern <= NOISE; pattern++) {
        struct gf_output first = {.limit = MEMORY_OUTPUT_NO_LIMIT};
        struct gf_png_params params = {.width = 1237, .height = 301, .threads = 1};
        struct gf_error err;
        uint8_t *rgb = picture(params.width, params.height, pattern);
        assert_true(encode(&first, &params, rgb, params.height, &err));
        static const uint32_t cuts[] = {1, 13, 70, 301};
        for (unsigned threads = 0; threads <= 8; threads = threads * 2 + 2)
            for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
                struct gf_output out = {.limit = MEMORY_OUTPUT_NO_LIMIT};
                params.threads = threads;
                assert_true(encode(&out, &params, rgb, cuts[i], &err));
                assert_int_equal(out.len, first.len);
                assert_memory_equal(out.data, first.data, out.len);
                memory_output_free(&out);
            }
        memory_output_free(&first);
        free(rgb);
    }
}

static void test_texts(void **state)
{
    (void)state;
    static const struct gf_png_text texts[] = {{"Title", "Caf\xc3\xa9 at 50\xc2\xb0"},
                                               {"Software", "gigaflame"},
                                               {"Source", "\xd9\x85\xd9\x84\xd9\x81.folded"},
                                               {"Comment", "two\nlines\x1b[31m"},
                                               {"Broken", "\xff!"},
                                               {"Empty", ""}};
    struct gf_output out = {.limit = MEMORY_OUTPUT_NO_LIMIT};
    struct gf_png_params params = {.width = 1, .height = 1, .texts = texts, .ntexts = 6};
    struct gf_error err;
    assert_true(encode(&out, &params, (const uint8_t *)"abc", 1, &err));
    struct decoded d = decode(&out);
    /* libpng gives tEXt as the Latin-1 that it is, and iTXt as UTF-8. */
    assert_string_equal(d.texts, "Title=Caf\xe9 at 50\xb0\nSoftware=gigaflame\n"
                                 "Source=\xd9\x85\xd9\x84\xd9\x81.folded\n"
                                 "Comment=two\nlines [31m\nBroken=\xef\xbf\xbd!\nEmpty=\n");
    assert_int_equal(d.tEXt, 4);
    assert_int_equal(d.iTXt, 2);
    free(d.rgb);
    memory_output_free(&out);
}

static void test_wrong_arguments(void **state)
{
    (void)state;
    static const struct {
        uint32_t width, height;
        const char *keyword;
        enum gf_code code;
    } cases[] = {{0, 1, "a", GF_ERR_USAGE},
                 {1, 0, "a", GF_ERR_USAGE},
                 {1u << 27, 1, "a", GF_ERR_LIMIT},
                 {1, 0x80000000u, "a", GF_ERR_LIMIT},
                 {1, 1, "", GF_ERR_USAGE},
                 {1, 1, " a", GF_ERR_USAGE},
                 {1, 1, "a  b", GF_ERR_USAGE},
                 {1, 1, "a\n", GF_ERR_USAGE},
                 {1, 1, "caf\xc3\xa9", GF_ERR_USAGE},
                 {1, 1, "a ", GF_ERR_USAGE}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gf_output out = {.limit = MEMORY_OUTPUT_NO_LIMIT};
        struct gf_png_text text = {cases[i].keyword, "x"};
        struct gf_png_params params = {
            .width = cases[i].width, .height = cases[i].height, .texts = &text, .ntexts = 1};
        struct gf_png *png = (void *)&out;
        struct gf_error err = {0};
        assert_false(gf_png_begin(&out, &params, &png, &err));
        assert_null(png);
        assert_int_equal(err.code, cases[i].code);
        memory_output_free(&out);
    }
}

static void test_missing_and_surplus_rows(void **state)
{
    (void)state;
    uint8_t *rgb = picture(100, 3000, FLAME);
    for (uint32_t given = 2999; given <= 3001; given += 2) {
        struct gf_output out = {.limit = MEMORY_OUTPUT_NO_LIMIT};
        struct gf_png_params params = {.width = 100, .height = 3000, .threads = 2};
        struct gf_png *png;
        struct gf_error err = {0};
        assert_true(gf_png_begin(&out, &params, &png, &err));
        assert_int_equal(gf_png_rows(png, rgb, given < 3000 ? given : 1, &err), true);
        if (given > 3000)
            assert_false(gf_png_rows(png, rgb, 3000, &err));
        assert_false(gf_png_end(png, &err));
        assert_int_equal(err.code, GF_ERR_USAGE);
        memory_output_free(&out);
    }
    free(rgb);
}

/* A disk that fills up at any byte: an error with its words, nothing leaked, no thread left. */
static void test_full_disk(void **state)
{
    (void)state;
    static const struct gf_png_text text = {"Title", "a title"};
    uint8_t *rgb = picture(400, 700, FLAME);
    for (unsigned threads = 1; threads <= 2; threads++) {
        struct gf_output whole = {.limit = MEMORY_OUTPUT_NO_LIMIT};
        struct gf_png_params params = {
            .width = 400, .height = 700, .threads = threads, .texts = &text, .ntexts = 1};
        struct gf_error err;
        assert_true(encode(&whole, &params, rgb, 700, &err));
        for (size_t limit = 0; limit < whole.len;
             limit += limit < 100 || limit + 40 > whole.len ? 3 : 397) {
            struct gf_output out = {.limit = limit};
            err = (struct gf_error){0};
            assert_false(encode(&out, &params, rgb, 100, &err));
            assert_int_equal(err.code, GF_ERR_IO);
            assert_non_null(strstr(err.message, "No space left"));
            memory_output_free(&out);
        }
        memory_output_free(&whole);
    }
    free(rgb);
}

/* After a failure, every later call fails with the first error, although the disk has room again.
 */
static void test_stays_failed(void **state)
{
    (void)state;
    uint8_t *rgb = picture(2000, 2000, NOISE);
    struct gf_output out = {.limit = 100000};
    struct gf_png_params params = {.width = 2000, .height = 2000, .threads = 2};
    struct gf_png *png;
    struct gf_error err;
    assert_true(gf_png_begin(&out, &params, &png, &err));
    assert_false(gf_png_rows(png, rgb, 1999, &err));
    out.limit = MEMORY_OUTPUT_NO_LIMIT;
    err = (struct gf_error){0};
    assert_false(gf_png_rows(png, rgb, 1, &err));
    assert_int_equal(err.code, GF_ERR_IO);
    err = (struct gf_error){0};
    assert_false(gf_png_end(png, &err));
    assert_int_equal(err.code, GF_ERR_IO);
    memory_output_free(&out);
    free(rgb);
}

static void test_abort_at_any_time(void **state)
{
    (void)state;
    uint8_t *rgb = picture(100, 2000, NOISE);
    gf_png_abort(NULL);
    for (uint32_t given = 0; given <= 2000; given += 400) {
        struct gf_output out = {.limit = MEMORY_OUTPUT_NO_LIMIT};
        struct gf_png_params params = {.width = 100, .height = 2000, .threads = 3};
        struct gf_png *png;
        struct gf_error err;
        assert_true(gf_png_begin(&out, &params, &png, &err));
        assert_true(gf_png_rows(png, rgb, given, &err));
        gf_png_abort(png);
        memory_output_free(&out);
    }
    free(rgb);
}

/* A band of a picture like a flame graph, or of noise that leaves the compressor's tables full. */
static void make_band(struct gf_deflate *deflate, struct gf_png_band *band, uint32_t seed,
                      bool noise)
{
    const uint32_t width = 1900, rows = 46;
    size_t row_bytes = GF_PNG_ROW_BYTES(width);
    band->raw = calloc(rows + 1, row_bytes);
    assert_non_null(band->raw);
    band->rows = rows;
    uint32_t x = seed;
    for (uint32_t r = 1; r <= rows; r++) {
        uint8_t *row = band->raw + r * row_bytes + 1;
        for (size_t i = 0; i < row_bytes - 1; i++) {
            x = x * 1664525 + 1013904223;
            /* Frames, and the odd pixel of a letter. */
            uint8_t fill = (uint8_t)(200 + (i / 96 * 7 + r / 18 * 13 + seed) % 50);
            bool ink = noise || (r % 18 > 4 && i / 240 % 3 == 0 && (x >> 20) % 9 == 0);
            row[i] = r % 18 == 0 ? 250 : ink ? (uint8_t)(x >> 24 & 0xe0) : fill;
        }
    }
    gf_png_band_make(deflate, band, row_bytes);
    assert_false(band->failed);
}

/* Which bands a thread has compressed before must not show in the bytes of the next one. */
static void test_bands_leave_nothing_behind(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 40; seed++) {
        struct gf_deflate *fresh = malloc(sizeof *fresh), *used = malloc(sizeof *used);
        struct gf_png_band want = {0}, got = {0}, before = {0}, between = {0};
        make_band(fresh, &want, seed, false);
        make_band(used, &before, seed + 100, true);
        make_band(used, &between, seed + 200, false);
        make_band(used, &got, seed, false);
        assert_int_equal(got.out_len, want.out_len);
        assert_memory_equal(got.out, want.out, want.out_len);
        gf_png_band_free(&want);
        gf_png_band_free(&got);
        gf_png_band_free(&before);
        gf_png_band_free(&between);
        free(fresh);
        free(used);
    }
}

/* CRC-32C of four bytes, from 0: ISA-L's hash. */
static uint32_t crc32c(uint32_t v)
{
    for (int bit = 0; bit < 32; bit++)
        v = v >> 1 ^ (v & 1 ? 0x82f63b78 : 0);
    return v;
}

/* A band of blank rows. */
static void make_blank(struct gf_deflate *deflate, struct gf_png_band *band)
{
    const uint32_t rows = 40;
    size_t row_bytes = GF_PNG_ROW_BYTES(800);
    band->raw = calloc(rows + 1, row_bytes);
    assert_non_null(band->raw);
    band->rows = rows;
    gf_png_band_make(deflate, band, row_bytes);
    assert_false(band->failed);
}

/* Nor must the place of the compressor in memory. ISA-L 2.30 takes bits 16 to 47 of its address for
 * data once: at the addresses tried here they have the hash of four zeros. */
static void test_bands_do_not_depend_on_addresses(void **state)
{
    (void)state;
    struct gf_deflate *fresh = malloc(sizeof *fresh);
    struct gf_png_band want = {0};
    make_blank(fresh, &want);
    unsigned tried = 0;
    for (uint64_t high = 0x55100000; tried < 8 && high < 0x56700000; high++) {
        if (crc32c((uint32_t)high) & 0x1fff)
            continue;
        void *place = mmap((void *)(uintptr_t)(high << 16), sizeof *fresh, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        if (place == MAP_FAILED)
            continue;
        struct gf_png_band got = {0};
        make_blank(place, &got);
        assert_int_equal(got.out_len, want.out_len);
        assert_memory_equal(got.out, want.out, want.out_len);
        gf_png_band_free(&got);
        munmap(place, sizeof *fresh);
        tried++;
    }
    assert_int_equal(tried, 8);
    gf_png_band_free(&want);
    free(fresh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_libpng_reads_the_same_pixels),
        cmocka_unit_test(test_band_edges),
        cmocka_unit_test(test_bands_stay_small),
        cmocka_unit_test(test_same_file_for_any_threads_and_cuts),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_wrong_arguments),
        cmocka_unit_test(test_missing_and_surplus_rows),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_stays_failed),
        cmocka_unit_test(test_bands_leave_nothing_behind),
        cmocka_unit_test(test_bands_do_not_depend_on_addresses),
        cmocka_unit_test(test_abort_at_any_time),
    };
    return cmocka_run_group_tests_name("export_png", tests, NULL, NULL);
}
