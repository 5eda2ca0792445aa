/* Where bytes come from: files, directories, standard input. */
#ifndef GF_IO_SOURCE_H
#define GF_IO_SOURCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* One input as it will be opened. A file found in a directory may turn out not to be a profile and
 * is then skipped; one that was named by the user may not. */
struct gf_source {
    char *path; /* "-" is standard input */
    bool from_directory;
};

struct gf_source_list {
    struct gf_source *items;
    size_t n, cap;
};

/* Expands `paths` in their order: "-" and files as they are, a directory to every regular file
 * below it, sorted by path bytes. Hidden entries are left out; links are followed, but one file
 * counts once below one directory, however many links lead to it (a "latest" beside the file it
 * means would double it), so circles end too. Fails on a path that does not exist, a directory that
 * cannot be read, and one without files. */
bool gf_source_list_expand(const char *const *paths, size_t n, struct gf_source_list *out,
                           struct gf_error *err);
/* The same, for large or far folders: fails with GF_ERR_CANCELLED soon after *cancel is true. */
bool gf_source_list_expand_until(const char *const *paths, size_t n, const atomic_bool *cancel,
                                 struct gf_source_list *out, struct gf_error *err);
/* Makes `out` a list of the same sources. */
bool gf_source_list_copy(const struct gf_source_list *list, struct gf_source_list *out,
                         struct gf_error *err);
void gf_source_list_free(struct gf_source_list *list);

/* An open input. */
struct gf_file {
    int fd;
    const char *path; /* for messages; borrowed */
    bool regular;     /* size is known and gf_file_pread works */
    uint64_t size;
    /* Asked about ten times a second while a read waits for the bytes of a pipe, socket or
     * terminal; true ends it with GF_ERR_CANCELLED. NULL: the read waits for as long as it takes.
     */
    bool (*cancelled)(void *ctx);
    void *cancelled_ctx;
};

/* Opens `path` ("-": standard input) for reading, without waiting for the writer of a named pipe. A
 * directory is an error. */
bool gf_file_open(const char *path, struct gf_file *out, struct gf_error *err);

/* What messages call the input: its path, or "standard input". */
const char *gf_file_label(const struct gf_file *file);

void gf_file_close(struct gf_file *file);

/* Reads up to cap bytes at the current position; *got is 0 only at the end. Retries on EINTR, and
 * waits where the descriptor is non-blocking. */
bool gf_file_read(struct gf_file *file, void *buf, size_t cap, size_t *got, struct gf_error *err);

/* Waits up to `milliseconds` until gf_file_read would give bytes, the end or an error at once;
 * returns whether it would. Regular files are always ready. */
bool gf_file_ready(const struct gf_file *file, int milliseconds);

/* Reads exactly up to min(cap, bytes until the end) at `offset` of a regular file; thread-safe. */
bool gf_file_pread(const struct gf_file *file, uint64_t offset, void *buf, size_t cap, size_t *got,
                   struct gf_error *err);

#endif
