#include "model/match_bits.h"

#include <stdlib.h>

bool gf_match_names_make(const uint8_t *matched, uint32_t n, struct gf_match_names *out,
                         struct gf_error *err)
{
    size_t words = (size_t)n / GF_MATCH_WORD + 1;
    *out = (struct gf_match_names){.simd = gf_simd_select(err), .n = n};
    if (!out->simd)
        return false;
    out->bits = calloc(words, sizeof *out->bits);
    if (!out->bits)
        return gf_fail_nomem(err, words * sizeof *out->bits);
    for (uint32_t i = 0; i < n; i++)
        out->bits[i / GF_MATCH_WORD] |= (uint32_t)(matched[i] != 0) << i % GF_MATCH_WORD;
    return true;
}

void gf_match_names_free(struct gf_match_names *names)
{
    free(names->bits);
    names->bits = NULL;
}
