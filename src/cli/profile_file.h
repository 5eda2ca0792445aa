/* Profiles as files, in the formats that other programs read. */
#ifndef GF_CLI_PROFILE_FILE_H
#define GF_CLI_PROFILE_FILE_H

#include "cli/interrupt.h"
#include "model/profile.h"

enum gf_file_format {
    GF_FILE_AUTO, /* not chosen yet */
    GF_FILE_FOLDED,
    GF_FILE_FOLDED_ZST,
    GF_FILE_FOLDED_GZ,
    GF_FILE_PPROF
};

/* How options call them, NULL-terminated. */
extern const char *const gf_file_formats[];
/* What names of files may end in, for messages. */
#define GF_FILE_ENDINGS ".folded, .folded.zst, .folded.gz or .pb.gz"

/* The format that the end of a name says; GF_FILE_AUTO when it says none. */
enum gf_file_format gf_file_format_of(const char *path);

/* Whether the format is no text, which a terminal would not like. */
bool gf_file_is_binary(enum gf_file_format format);

/* Writes the profile to the file `path`, whole or not at all; "-" is standard output. */
bool gf_write_profile_file(const struct gf_profile *profile, const char *path,
                           enum gf_file_format format, unsigned threads,
                           const struct gf_interrupt *interrupt, struct gf_error *err);

#endif
