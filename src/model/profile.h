/* A loaded profile: the frame array and what is known about where it came from. */
#ifndef GF_MODEL_PROFILE_H
#define GF_MODEL_PROFILE_H

#include <gigaflame/profile.h>

#include "decode/decoder.h"
#include "model/frames.h"

/* One of the first lines that could not be read. */
struct gf_ignored_line {
    uint32_t file; /* index into the sources */
    uint64_t line; /* from 1 */
    enum gf_ignored_cause cause;
};

struct gf_profile_stats {
    bool incomplete; /* not all of the input was read */
    uint64_t files;
    const char *format;      /* "folded", …; "mixed" where the files differ */
    const char *compression; /* "plain", "zstd", "gzip" or "mixed" */
    uint64_t bytes_read, bytes_decoded;
    uint64_t records; /* valid samples read */
    uint64_t ignored; /* lines that could not be read, and by cause */
    uint64_t ignored_by[GF_IGNORED_CAUSES];
    struct gf_ignored_line
        ignored_lines[GF_IGNORED_LINES]; /* the first in the order of the input */
    uint32_t nignored_lines;
    uint64_t skipped_files;           /* files of a directory that are no profiles */
    uint64_t totals[GF_FRAME_VALUES]; /* weight of all samples, by value type */
    uint64_t stacks;                  /* distinct stacks */
    uint32_t call_paths;              /* distinct call paths: frames without the root */
    uint32_t functions;               /* distinct names */
    uint32_t max_depth;               /* most frames in a stack */
    uint64_t rounded;                 /* counts with more decimals than are kept */
    uint64_t spilled_bytes;           /* written to a temporary file; 0: memory held all */
    double seconds_load, seconds_merge, seconds_flatten;
    unsigned threads;
    uint64_t tree_bytes; /* most memory the call trees and names took */
};

struct gf_profile {
    struct gf_frames frames;
    /* Weights are integers in units of 10^-decimals (0: the input had whole counts only). */
    unsigned decimals;
    struct gf_profile_stats stats;
};

/* gf_profile_free is declared in gigaflame/profile.h. */

/* A weight of this profile as people read it: grouped, with its decimals. out takes at least 40
 * bytes. Returns out. */
char *gf_weight_text(char out[40], uint64_t weight, unsigned decimals);
/* The same as a plain decimal number, for JSON and folded output. */
char *gf_weight_number(char out[40], uint64_t weight, unsigned decimals);

/* The unit of value type `value` as people name it: "samples", "nanoseconds". */
const char *gf_unit_name(const struct gf_frames *frames, uint32_t value);

#endif
