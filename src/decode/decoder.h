/* Input formats: bytes in, samples out. One const table entry per format. */
#ifndef GF_DECODE_DECODER_H
#define GF_DECODE_DECODER_H

#include "decode/sink.h"
#include "simd/simd.h"

/* Why a line was not read. */
enum gf_ignored_cause {
    GF_IGNORED_NO_COUNT,  /* the last word is not a number */
    GF_IGNORED_NO_STACK,  /* a number alone */
    GF_IGNORED_NEGATIVE,  /* counts below zero mean something only in a differential */
    GF_IGNORED_TOO_LARGE, /* a count beyond 2^64 - 1, or a stack beyond GF_MAX_STACK */
    GF_IGNORED_CAUSES
};

/* "no count at the end of the line", … */
const char *gf_ignored_text(enum gf_ignored_cause cause);

/* The first ignored lines are kept one by one. */
#define GF_IGNORED_LINES 5
struct gf_ignored {
    uint64_t line; /* from 0, counted from the decoder's reset */
    enum gf_ignored_cause cause;
};

/* What a decoder has seen since it was last reset. */
struct gf_decode_counts {
    uint64_t lines, records, rounded;
    uint64_t ignored_by[GF_IGNORED_CAUSES];
    struct gf_ignored ignored[GF_IGNORED_LINES];
    uint32_t nignored;
};

/* What the head of a file says about how to read all of it. */
struct gf_format_hints {
    unsigned columns; /* count columns of a folded file: 1, or 2 in a differential */
};

struct gf_decoder;

struct gf_format {
    const char *name;
    /* Looks at the first n bytes of the decoded input (all of it if `whole`). Returns whether it is
     * this format, and fills *hints. */
    bool (*probe)(const char *head, size_t n, bool whole, struct gf_format_hints *hints);
    struct gf_decoder *(*create)(const struct gf_format_hints *hints, const struct gf_simd *simd,
                                 struct gf_error *err);
    /* Reads the complete records in data[0..n) (`last`: the end of the input closes the last one)
     * and gives them to the sink. *used is how many bytes were taken; the rest must come again in
     * front of the next call's data. */
    bool (*feed)(struct gf_decoder *decoder, const char *data, size_t n, bool last,
                 const struct gf_sink *sink, size_t *used, struct gf_error *err);
    /* The counts since the last call of this function, which sets them to zero. */
    struct gf_decode_counts (*take_counts)(struct gf_decoder *decoder);
    void (*destroy)(struct gf_decoder *decoder);
};

/* The format of a decoded input by its first bytes, or NULL. */
const struct gf_format *gf_format_probe(const char *head, size_t n, bool whole,
                                        struct gf_format_hints *hints);

extern const struct gf_format gf_format_folded;

#endif
