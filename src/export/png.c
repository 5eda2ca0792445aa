/* PNG (ISO/IEC 15948): the chunks, and the order of the bands. Rows are copied into bands of a size
 * that only the picture decides; bands are compressed by threads that take them in order from a
 * ring of threads + 1, and are written in order by the caller. */
#include "export/png.h"

#include <isa-l/crc.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/vec.h"
#include "export/png_band.h"

#define MAX_THREADS   64u
#define MAX_WIDTH     (1u << 26)
#define MAX_KEYWORD   79u
#define MAX_TEXT      (1u << 20)
#define MAX_DIMENSION 0x7fffffffu

struct gf_png {
    struct gf_output *out;
    uint32_t width, height;
    size_t row_bytes;
    uint32_t rows_in; /* rows taken so far */
    uint32_t band_rows, nbands;
    uint32_t adler;   /* of the bands written */
    uint32_t written; /* bands written */
    struct gf_png_band *ring;
    uint32_t nring;
    uint8_t *above; /* the last row of the band before */
    bool failed;
    struct gf_error error;
    struct gf_deflate *deflate; /* the caller's own, when there are no threads */
    unsigned nthreads;
    pthread_t threads[MAX_THREADS];

    pthread_mutex_t lock;
    pthread_cond_t work, done;
    /* Under lock: bands given to the threads, bands they have taken, and which are made. */
    uint32_t submitted, taken;
    bool *made; /* [nring] */
    bool quit;
};

static bool write_chunk(struct gf_output *out, const char type[4], const uint8_t *data, size_t n,
                        struct gf_error *err)
{
    uint8_t head[8], tail[4];
    gf_png_put32(head, (uint32_t)n);
    memcpy(head + 4, type, 4);
    gf_png_put32(tail, crc32_gzip_refl(crc32_gzip_refl(0, head + 4, 4), data, n));
    return gf_output_write(out, head, 8, err) && (n == 0 || gf_output_write(out, data, n, err)) &&
           gf_output_write(out, tail, 4, err);
}

/* 1 to 79 printable ASCII characters, blanks only singly and inside (PNG, 11.3.4.2). */
static bool keyword_valid(const char *keyword)
{
    size_t n = strlen(keyword);
    if (n == 0 || n > MAX_KEYWORD || keyword[0] == ' ' || keyword[n - 1] == ' ')
        return false;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)keyword[i];
        if (c < 0x20 || c > 0x7e || (c == ' ' && keyword[i + 1] == ' '))
            return false;
    }
    return true;
}

/* What a text chunk may hold for this code point: the format allows no control characters but the
 * newline. */
static uint32_t text_codepoint(uint32_t cp)
{
    return cp == '\n' || (cp >= 0x20 && cp < 0x7f) || cp >= 0xa0 ? cp : ' ';
}

static bool write_text(struct gf_output *out, const struct gf_png_text *text, struct gf_error *err)
{
    if (!keyword_valid(text->keyword))
        return gf_fail(err, GF_ERR_USAGE, "\"%.80s\" is no keyword for a PNG", text->keyword);
    size_t n = strlen(text->text), key = strlen(text->keyword);
    if (n > MAX_TEXT)
        return gf_fail(err, GF_ERR_LIMIT, "a text of %zu bytes is too long for a PNG", n);
    bool latin1 = true;
    for (size_t i = 0; i < n;) {
        uint32_t cp;
        i += gf_utf8_decode(text->text + i, n - i, &cp);
        latin1 = latin1 && cp <= 0xff;
    }
    /* An invalid byte becomes the three of U+FFFD. */
    uint8_t *data = malloc(key + 5 + n * 3);
    if (!data)
        return gf_fail_nomem(err, key + 5 + n * 3);
    memcpy(data, text->keyword, key + 1);
    size_t len = key + 1;
    if (!latin1) {
        /* Not compressed, no language, no translated keyword. */
        memset(data + len, 0, 4);
        len += 4;
    }
    for (size_t i = 0; i < n;) {
        uint32_t cp;
        i += gf_utf8_decode(text->text + i, n - i, &cp);
        cp = text_codepoint(cp);
        if (latin1)
            data[len++] = (uint8_t)cp;
        else
            len += gf_utf8_encode(cp, (char *)data + len);
    }
    bool ok = write_chunk(out, latin1 ? "tEXt" : "iTXt", data, len, err);
    free(data);
    return ok;
}

static bool write_head(const struct gf_png *png, const struct gf_png_params *params,
                       struct gf_error *err)
{
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    uint8_t ihdr[13];
    gf_png_put32(ihdr, png->width);
    gf_png_put32(ihdr + 4, png->height);
    ihdr[8] = 8; /* bits a channel */
    ihdr[9] = 2; /* RGB */
    ihdr[10] = ihdr[11] = ihdr[12] = 0;
    if (!gf_output_write(png->out, signature, sizeof signature, err) ||
        !write_chunk(png->out, "IHDR", ihdr, sizeof ihdr, err))
        return false;
    for (size_t i = 0; i < params->ntexts; i++)
        if (!write_text(png->out, &params->texts[i], err))
            return false;
    return true;
}

static void *worker(void *arg)
{
    struct gf_png *png = arg;
    struct gf_deflate *deflate = malloc(sizeof *deflate);
    pthread_mutex_lock(&png->lock);
    for (;;) {
        while (png->taken == png->submitted && !png->quit)
            pthread_cond_wait(&png->work, &png->lock);
        if (png->quit)
            break;
        uint32_t slot = png->taken++ % png->nring;
        pthread_mutex_unlock(&png->lock);
        struct gf_png_band *band = &png->ring[slot];
        if (deflate)
            gf_png_band_make(deflate, band, png->row_bytes);
        else
            band->failed = !gf_fail(&band->error, GF_ERR_NOMEM, "out of memory for the PNG");
        pthread_mutex_lock(&png->lock);
        png->made[slot] = true;
        pthread_cond_signal(&png->done);
    }
    pthread_mutex_unlock(&png->lock);
    free(deflate);
    return NULL;
}

static unsigned cores(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return n > 0 ? (unsigned)n : 1;
}

/* Threads that can't be started are done without; with fewer than two the caller compresses. */
static void start_threads(struct gf_png *png, unsigned wanted)
{
    if (wanted < 2)
        return;
    while (png->nthreads < wanted &&
           pthread_create(&png->threads[png->nthreads], NULL, worker, png) == 0)
        png->nthreads++;
}

static void stop_threads(struct gf_png *png)
{
    pthread_mutex_lock(&png->lock);
    png->quit = true;
    pthread_cond_broadcast(&png->work);
    pthread_mutex_unlock(&png->lock);
    for (unsigned i = 0; i < png->nthreads; i++)
        pthread_join(png->threads[i], NULL);
    png->nthreads = 0;
}

static bool check_size(const struct gf_png_params *params, struct gf_error *err)
{
    if (params->width == 0 || params->height == 0)
        return gf_fail(err, GF_ERR_USAGE, "a PNG of %u x %u pixels makes no sense", params->width,
                       params->height);
    if (params->width > MAX_WIDTH || params->height > MAX_DIMENSION)
        return gf_fail(err, GF_ERR_LIMIT, "a PNG of %u x %u pixels is too large", params->width,
                       params->height);
    return true;
}

bool gf_png_begin(struct gf_output *out, const struct gf_png_params *params, struct gf_png **result,
                  struct gf_error *err)
{
    *result = NULL;
    if (!check_size(params, err))
        return false;
    struct gf_png *png = calloc(1, sizeof *png);
    if (!png)
        return gf_fail_nomem(err, sizeof *png);
    pthread_mutex_init(&png->lock, NULL);
    pthread_cond_init(&png->work, NULL);
    pthread_cond_init(&png->done, NULL);
    png->out = out;
    png->width = params->width;
    png->height = params->height;
    png->row_bytes = GF_PNG_ROW_BYTES(params->width);
    png->band_rows = gf_png_band_rows(params->width, params->height);
    png->nbands = (params->height - 1) / png->band_rows + 1;
    png->adler = 1;
    unsigned wanted = params->threads ? params->threads : cores();
    wanted = wanted < MAX_THREADS ? wanted : MAX_THREADS;
    wanted = wanted < png->nbands ? wanted : png->nbands;
    png->nring = wanted + 1;
    png->ring = calloc(png->nring, sizeof *png->ring);
    png->made = calloc(png->nring, sizeof *png->made);
    png->above = calloc(1, png->row_bytes);
    if (!png->ring || !png->made || !png->above) {
        gf_fail_nomem(err, png->nring * sizeof *png->ring + png->row_bytes);
        goto fail;
    }
    if (!write_head(png, params, err))
        goto fail;
    start_threads(png, wanted);
    if (png->nthreads == 0 && !(png->deflate = malloc(sizeof *png->deflate))) {
        gf_fail(err, GF_ERR_NOMEM, "out of memory for the PNG");
        goto fail;
    }
    *result = png;
    return true;
fail:
    gf_png_abort(png);
    return false;
}

/* Waits for the oldest band that is not written yet, and writes it. */
static bool write_oldest(struct gf_png *png, struct gf_error *err)
{
    uint32_t slot = png->written % png->nring;
    struct gf_png_band *band = &png->ring[slot];
    pthread_mutex_lock(&png->lock);
    while (!png->made[slot])
        pthread_cond_wait(&png->done, &png->lock);
    png->made[slot] = false;
    pthread_mutex_unlock(&png->lock);
    if (band->failed) {
        if (err)
            *err = band->error;
        return false;
    }
    png->adler = gf_png_adler_join(png->adler, band->adler, band->rows * (uint64_t)png->row_bytes);
    if (band->last && !gf_png_band_trailer(band, png->adler, err))
        return false;
    uint8_t crc[4];
    gf_png_put32(crc, band->crc);
    png->written++;
    return gf_output_write(png->out, band->out, band->out_len, err) &&
           gf_output_write(png->out, crc, 4, err);
}

/* Hands the full band in `slot` over. */
static void submit(struct gf_png *png, uint32_t slot)
{
    struct gf_png_band *band = &png->ring[slot];
    band->first = png->submitted == 0;
    band->last = png->submitted + 1 == png->nbands;
    if (png->nthreads == 0)
        gf_png_band_make(png->deflate, band, png->row_bytes);
    pthread_mutex_lock(&png->lock);
    png->submitted++;
    if (png->nthreads == 0) {
        png->taken++;
        png->made[slot] = true;
    }
    pthread_cond_signal(&png->work);
    pthread_mutex_unlock(&png->lock);
}

/* Makes the next band of the ring empty and ready for rows. */
static bool open_band(struct gf_png *png, uint32_t slot, struct gf_error *err)
{
    struct gf_png_band *band = &png->ring[slot];
    if (png->submitted - png->written == png->nring && !write_oldest(png, err))
        return false;
    if (!band->raw) {
        size_t n = (png->band_rows + (size_t)1) * png->row_bytes;
        band->raw = malloc(n);
        if (!band->raw)
            return gf_fail_nomem(err, n);
    }
    band->rows = 0;
    memcpy(band->raw, png->above, png->row_bytes);
    return true;
}

static bool take_rows(struct gf_png *png, const uint8_t *rgb, uint32_t nrows, struct gf_error *err)
{
    if (nrows > png->height - png->rows_in)
        return gf_fail(err, GF_ERR_USAGE, "more than the %u rows of the PNG were given",
                       png->height);
    for (uint32_t i = 0; i < nrows; i++) {
        uint32_t slot = png->submitted % png->nring;
        struct gf_png_band *band = &png->ring[slot];
        if (png->rows_in % png->band_rows == 0 && !open_band(png, slot, err))
            return false;
        uint8_t *row = band->raw + ++band->rows * png->row_bytes;
        memcpy(row + 1, rgb + i * (png->row_bytes - 1), png->row_bytes - 1);
        png->rows_in++;
        if (band->rows == png->band_rows || png->rows_in == png->height) {
            memcpy(png->above + 1, row + 1, png->row_bytes - 1);
            submit(png, slot);
        }
    }
    return true;
}

bool gf_png_rows(struct gf_png *png, const uint8_t *rgb, uint32_t nrows, struct gf_error *err)
{
    /* A failed PNG stays failed: what follows answers with the first error. */
    if (!png->failed && take_rows(png, rgb, nrows, &png->error))
        return true;
    png->failed = true;
    if (err)
        *err = png->error;
    return false;
}

bool gf_png_end(struct gf_png *png, struct gf_error *err)
{
    struct gf_error local = png->error;
    bool ok = !png->failed;
    if (ok && png->rows_in < png->height)
        ok = gf_fail(&local, GF_ERR_USAGE, "the PNG got %u of its %u rows", png->rows_in,
                     png->height);
    while (ok && png->written < png->nbands)
        ok = write_oldest(png, &local);
    ok = ok && write_chunk(png->out, "IEND", NULL, 0, &local);
    if (!ok && err)
        *err = local;
    gf_png_abort(png);
    return ok;
}

void gf_png_abort(struct gf_png *png)
{
    if (!png)
        return;
    stop_threads(png);
    for (uint32_t i = 0; png->ring && i < png->nring; i++)
        gf_png_band_free(&png->ring[i]);
    free(png->deflate);
    pthread_mutex_destroy(&png->lock);
    pthread_cond_destroy(&png->work);
    pthread_cond_destroy(&png->done);
    free(png->above);
    free(png->made);
    free(png->ring);
    free(png);
}
