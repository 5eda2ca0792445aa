/* The zstd frames of a file, found without decoding, so that several threads can decode one file.
 */
#ifndef GF_DECOMPRESS_FRAMES_H
#define GF_DECOMPRESS_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "io/source.h"

#define GF_ZSTD_UNKNOWN UINT64_MAX

/* A run of whole frames that depends on nothing before it: gf_stream_open_range decodes it. */
struct gf_zstd_frame {
    uint64_t offset, size; /* in the file, bytes */
    uint64_t decoded;      /* bytes, as the headers or the index claim; GF_ZSTD_UNKNOWN. A hint: an
                            * allocation must not trust it */
};

struct gf_zstd_find {
    /* Neighbouring frames are joined until a run has this many compressed bytes (64 KiB at least,
     * so that a file of tiny frames costs no memory to speak of). */
    uint64_t least;
    /* Most compressed bytes of one frame to walk through for its end, where no index tells it. A
     * frame that is longer ends the search: it and all behind it become the last run. 0: only what
     * an index tells. UINT64_MAX: to the end of the file; each block costs a small read. */
    uint64_t walk;
};

/* Finds the runs of frames of a regular file, in their order; decoded one after the other they give
 * exactly what gf_stream_open gives for the whole file. Skippable frames may be left out. The seek
 * table of the seekable format (contrib/seekable_format of zstd) is used where the file ends with
 * one, and the sizes that pzstd writes before its frames; an index that contradicts the file is
 * passed over, and one that merely lies makes decoding fail, never succeed with other bytes. A file
 * of nothing but skippable frames has no runs. Free *frames with free(). GF_ERR_FORMAT: not a zstd
 * file, or not a regular one. GF_ERR_CORRUPT with the offset: no whole frame where one must be. The
 * contents of frames are not looked at: other damage shows when they are decoded. */
bool gf_zstd_frames_find(const struct gf_file *file, const struct gf_zstd_find *how,
                         struct gf_zstd_frame **frames, size_t *n, struct gf_error *err);

#endif
