/* Output that appears whole or not at all: written beside the target without a name where the
 * system can (O_TMPFILE), so that even a killed process leaves nothing, then renamed over it. */
#ifndef GF_IO_OUTPUT_H
#define GF_IO_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/meter.h"

/* Opaque. On a file system without O_TMPFILE a hidden name stands beside the target until commit or
 * abort: whoever catches a signal has to abort. A closed pipe is an error only where SIGPIPE is
 * ignored, and a file size limit only where SIGXFSZ is. */
struct gf_output;

/* Begins the output `path`; "-" is standard output, written directly. An existing target that is
 * not a regular file (a pipe, /dev/null) is written directly too. The target's permissions are
 * kept where it exists, and a link stays a link: what it leads to is replaced. */
bool gf_output_open(const char *path, struct gf_output **out, struct gf_error *err);

/* Appends n bytes; buffers small writes. A full disk or a closed pipe is an error here or at
 * commit; after one, every further write and the commit give the same error again. */
bool gf_output_write(struct gf_output *out, const void *data, size_t n, struct gf_error *err);

/* From now on writes fail with GF_ERR_CANCELLED once *cancel (borrowed) is true, and what they take
 * is added to the meter (borrowed; may be NULL). */
void gf_output_watch(struct gf_output *out, const atomic_bool *cancel, struct gf_meter *meter);

/* Bytes taken so far. */
uint64_t gf_output_size(const struct gf_output *out);

/* Flushes, syncs and publishes, and frees `out` whether or not that works. */
bool gf_output_commit(struct gf_output *out, struct gf_error *err);

/* Drops everything and frees `out`; the target is as it was. NULL is fine. */
void gf_output_abort(struct gf_output *out);

#endif
