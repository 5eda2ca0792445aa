#include "cli/folded_file.h"

#include "export/encoder.h"
#include "export/folded.h"
#include "io/output.h"

bool gf_write_folded_file(const struct gf_profile *profile, const char *path,
                          enum gf_compression compression, unsigned threads,
                          const struct gf_interrupt *interrupt, struct gf_error *err)
{
    struct gf_output *out = NULL;
    struct gf_encoder *enc = NULL;
    if (!gf_output_open(path, &out, err))
        return false;
    if (!gf_encoder_open(out, compression, threads, &enc, err))
        goto fail;
    if (!gf_folded_write(&profile->frames, profile->decimals, enc, err)) {
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
