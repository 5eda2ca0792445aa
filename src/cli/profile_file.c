#include "cli/profile_file.h"

#include "cli/command.h"
#include "export/encoder.h"
#include "export/folded.h"
#include "export/pprof.h"
#include "io/output.h"

const char *const gf_file_formats[] = {"auto", "folded", "folded.zst", "folded.gz", "pprof", NULL};

static const char *const endings[] = {NULL, ".folded", ".folded.zst", ".folded.gz", ".pb.gz"};
static const enum gf_compression compressions[] = {GF_PLAIN, GF_PLAIN, GF_ZSTD, GF_GZIP, GF_GZIP};

enum gf_file_format gf_file_format_of(const char *path)
{
    for (int format = GF_FILE_FOLDED; format <= GF_FILE_PPROF; format++)
        if (gf_cli_name_ends(path, endings[format]))
            return (enum gf_file_format)format;
    return GF_FILE_AUTO;
}

bool gf_file_is_binary(enum gf_file_format format)
{
    return compressions[format] != GF_PLAIN;
}

bool gf_write_profile_file(const struct gf_profile *profile, const char *path,
                           enum gf_file_format format, unsigned threads,
                           const struct gf_interrupt *interrupt, struct gf_error *err)
{
    const struct gf_frames *frames = &profile->frames;
    struct gf_output *out = NULL;
    struct gf_encoder *enc = NULL;
    if (!gf_output_open(path, &out, err))
        return false;
    if (!gf_encoder_open(out, compressions[format], threads, &enc, err))
        goto fail;
    if (!(format == GF_FILE_PPROF ? gf_pprof_write(frames, profile->decimals, enc, err)
                                  : gf_folded_write(frames, profile->decimals, enc, err))) {
        gf_encoder_abort(enc);
        goto fail;
    }
    if (!gf_encoder_finish(enc, err) || !gf_interrupt_check(interrupt, err))
        goto fail;
    return gf_output_commit(out, err);
fail:
    gf_output_abort(out);
    return false;
}
