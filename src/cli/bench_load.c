#include "cli/bench_load.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/vec.h"
#include "decode/decoder.h"
#include "decompress/stream.h"

#define BLOCK ((size_t)1 << 20)
/* Decoding is measured on this much of the first source, which fits no cache. */
#define SAMPLE_BYTES ((size_t)64 << 20)

struct stage {
    const struct gf_bench_load *bench;
    char *block; /* [BLOCK] */
    struct gf_bench_sample sample;
    const struct gf_simd *simd;
};

static bool read_one(const struct stage *s, const char *path, uint64_t *bytes, struct gf_error *err)
{
    struct gf_file file;
    size_t got;
    if (!gf_file_open(path, &file, err))
        return false;
    bool ok;
    while ((ok = gf_file_read(&file, s->block, BLOCK, &got, err)) && got > 0)
        *bytes += got;
    gf_file_close(&file);
    return ok;
}

static bool read_all(void *ctx, uint64_t *bytes, double *own, struct gf_error *err)
{
    (void)own;
    const struct stage *s = ctx;
    *bytes = 0;
    for (size_t i = 0; i < s->bench->sources->n; i++)
        if (!read_one(s, s->bench->sources->items[i].path, bytes, err))
            return false;
    return true;
}

/* What a file of a directory holds beside profiles is no error, here as in the loader. */
static bool decompress_one(const struct stage *s, const struct gf_source *source, uint64_t *bytes,
                           struct gf_error *err)
{
    struct gf_file file;
    struct gf_stream *stream = NULL;
    size_t got;
    if (!gf_file_open(source->path, &file, err))
        return false;
    bool ok = gf_stream_open(&file, UINT64_MAX, &stream, err);
    while (ok && (ok = gf_stream_read(stream, s->block, BLOCK, &got, err)) && got > 0)
        *bytes += got;
    gf_stream_close(stream);
    gf_file_close(&file);
    return ok || source->from_directory;
}

static bool decompress_all(void *ctx, uint64_t *bytes, double *own, struct gf_error *err)
{
    (void)own;
    const struct stage *s = ctx;
    *bytes = 0;
    for (size_t i = 0; i < s->bench->sources->n; i++)
        if (!decompress_one(s, &s->bench->sources->items[i], bytes, err))
            return false;
    return true;
}

/* The beginning of a source, decoded. */
static bool read_sample(struct gf_bench_sample *s, const char *path, struct gf_error *err)
{
    struct gf_file file;
    struct gf_stream *stream = NULL;
    size_t got = 1;
    s->len = 0;
    if (!gf_file_open(path, &file, err))
        return false;
    bool ok = gf_stream_open(&file, UINT64_MAX, &stream, err);
    while (ok && got > 0 && s->len < SAMPLE_BYTES) {
        ok = gf_map_reserve(&s->text, s->len + BLOCK, err) &&
             gf_stream_read(stream, (char *)s->text.data + s->len, BLOCK, &got, err);
        s->len += ok ? got : 0;
    }
    gf_stream_close(stream);
    gf_file_close(&file);
    return ok;
}

bool gf_bench_sample_take(const struct gf_source_list *sources, struct gf_bench_sample *s,
                          struct gf_error *err)
{
    for (size_t i = 0; i < sources->n; i++) {
        const struct gf_source *source = &sources->items[i];
        if (!read_sample(s, source->path, err)) {
            if (source->from_directory)
                continue;
            return false;
        }
        s->format = gf_format_probe(s->text.data, s->len, s->len < SAMPLE_BYTES, &s->hints);
        if (s->format)
            return true;
    }
    return gf_fail(err, GF_ERR_FORMAT, "no profile among the files");
}

void gf_bench_sample_free(struct gf_bench_sample *s)
{
    gf_map_free(&s->text);
    *s = (struct gf_bench_sample){0};
}

static bool ignore_samples(void *ctx, const struct gf_sample *samples, size_t n,
                           struct gf_error *err)
{
    (void)samples;
    (void)err;
    *(uint64_t *)ctx += n;
    return true;
}

static bool decode_text(const struct gf_bench_sample *s, const struct gf_simd *simd,
                        struct gf_error *err)
{
    struct gf_decoder *decoder = s->format->create(&s->hints, simd, err);
    if (!decoder)
        return false;
    uint64_t records = 0;
    const struct gf_sink sink = {.ctx = &records, .take = ignore_samples};
    size_t used;
    bool ok = s->format->feed(decoder, s->text.data, s->len, false, &sink, &used, err);
    s->format->destroy(decoder);
    return ok;
}

static bool decode_sample(void *ctx, uint64_t *bytes, double *own, struct gf_error *err)
{
    (void)own;
    const struct stage *s = ctx;
    *bytes = s->sample.len;
    return decode_text(&s->sample, s->simd, err);
}

static void keep(struct gf_timing *timing, size_t run, double seconds, uint64_t bytes)
{
    if (run < GF_BENCH_MAX_RUNS) {
        timing->seconds[run] = seconds;
        timing->n = run + 1;
    }
    timing->bytes = bytes;
}

/* What a frame array takes: names, ends and rows 4 bytes a node each, a sum per value type 8. */
static uint64_t array_bytes(const struct gf_frames *f)
{
    return (uint64_t)f->n * (3 * sizeof(uint32_t) + f->nvalues * sizeof(uint64_t));
}

static bool load(void *ctx, uint64_t *bytes, double *own, struct gf_error *err)
{
    (void)own;
    struct gf_bench_load *b = ctx;
    size_t run = b->aggregate.n;
    gf_profile_free(b->profile);
    b->profile = NULL;
    double before = gf_now();
    if (!gf_load_all(b->sources, &b->params, &b->profile, err))
        return false;
    double seconds = gf_now() - before;
    const struct gf_profile_stats *s = &b->profile->stats;
    keep(&b->aggregate, run, seconds - s->seconds_flatten, s->bytes_decoded);
    keep(&b->flatten, run, s->seconds_flatten, array_bytes(&b->profile->frames));
    *bytes = s->bytes_decoded;
    return true;
}

bool gf_bench_load_again(struct gf_bench_load *b, const struct gf_bench_sample *sample,
                         struct gf_error *err)
{
    const struct gf_simd *simd = gf_simd_select(err);
    double start = gf_now();
    if (!simd || !decode_text(sample, simd, err))
        return false;
    keep(&b->decode, b->decode.n, gf_now() - start, sample->len);
    uint64_t bytes;
    start = gf_now();
    if (!load(b, &bytes, NULL, err))
        return false;
    keep(&b->load, b->load.n, gf_now() - start, bytes);
    return true;
}

bool gf_bench_load_run(struct gf_bench_load *b, struct gf_bench_plan *plan, struct gf_error *err)
{
    struct stage s = {.bench = b, .block = malloc(BLOCK), .simd = gf_simd_select(err)};
    bool ok = s.simd != NULL;
    if (!s.block)
        ok = gf_fail_nomem(err, BLOCK);
    ok = ok && gf_bench_repeat(plan, read_all, &s, &b->read, err) &&
         gf_bench_repeat(plan, decompress_all, &s, &b->decompress, err) &&
         gf_bench_sample_take(b->sources, &s.sample, err) &&
         gf_bench_repeat(plan, decode_sample, &s, &b->decode, err);
    /* Gone before the load, whose peak of memory is reported. */
    gf_bench_sample_free(&s.sample);
    free(s.block);
    gf_peak_rss_reset();
    ok = ok && gf_bench_repeat(plan, load, b, &b->load, err);
    b->peak_rss = gf_peak_rss();
    if (!ok)
        gf_bench_load_free(b);
    return ok;
}

void gf_bench_load_free(struct gf_bench_load *bench)
{
    gf_profile_free(bench->profile);
    bench->profile = NULL;
}
