/* A profile to a file of folded stacks. */
#ifndef GF_CLI_FOLDED_FILE_H
#define GF_CLI_FOLDED_FILE_H

#include "cli/interrupt.h"
#include "io/sniff.h"
#include "model/profile.h"

/* Writes the profile to the file `path`, whole or not at all; "-" is standard output. */
bool gf_write_folded_file(const struct gf_profile *profile, const char *path,
                          enum gf_compression compression, unsigned threads,
                          const struct gf_interrupt *interrupt, struct gf_error *err);

#endif
