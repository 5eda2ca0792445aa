/* Loading profiles: any number of inputs into one aggregated call tree. */
#ifndef GIGAFLAME_PROFILE_H
#define GIGAFLAME_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include <gigaflame/api.h>
#include <gigaflame/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A loaded profile. Immutable; any number of threads may read it. */
struct gf_profile;

enum gf_sibling_order {
    GF_SIBLINGS_BY_WEIGHT, /* widest first, ties by name */
    GF_SIBLINGS_BY_NAME,
    GF_SIBLINGS_BY_INPUT /* by first appearance; loads on one thread */
};

/* All zero is a good default. */
struct gf_profile_options {
    unsigned threads;    /* parser threads; 0: one per core */
    uint64_t max_memory; /* bytes that the load, and then the profile with all that
                          is made of it, may take; 0: most of what the machine has */
    enum gf_sibling_order order;
    int reverse; /* leaf-rooted: every stack turned round */
    int strict;  /* a line that cannot be read is an error */
};

struct gf_profile_info {
    uint64_t files;
    uint64_t bytes_read, bytes_decoded; /* before and after decompression */
    uint64_t records;                   /* samples read */
    uint64_t ignored;                   /* lines that could not be read */
    uint64_t total;                     /* weight of all samples, in units of 10^-decimals */
    unsigned decimals;
    uint64_t stacks; /* distinct stacks */
    uint64_t nodes;  /* distinct call paths */
    uint32_t functions, max_depth;
};

/* Reads n inputs: files, directories (every profile in them), "-" for standard input; formats and
 * compression are told from content. Returns a profile to be freed, or NULL with *err (may be NULL)
 * filled. `options` NULL means the defaults. */
GF_API struct gf_profile *gf_profile_load(const char *const *paths, size_t n,
                                          const struct gf_profile_options *options,
                                          struct gf_error *err);

GF_API void gf_profile_free(struct gf_profile *profile); /* NULL is fine */

GF_API void gf_profile_get_info(const struct gf_profile *profile, struct gf_profile_info *out);

/* Writes the profile as folded stacks; the name's end decides on the compression (.zst, .gz). "-"
 * is standard output. The file appears complete or not at all. Returns 1, or 0 with *err filled. */
GF_API int gf_profile_write_folded(const struct gf_profile *profile, const char *path,
                                   struct gf_error *err);

/* Writes the profile for pprof, as its .pb.gz, likewise. */
GF_API int gf_profile_write_pprof(const struct gf_profile *profile, const char *path,
                                  struct gf_error *err);

#ifdef __cplusplus
}
#endif

#endif
