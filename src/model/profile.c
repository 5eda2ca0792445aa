#include "model/profile.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

void gf_profile_free(struct gf_profile *profile)
{
    if (profile)
        gf_frames_free(&profile->frames);
    free(profile);
}

/* The digits after the point, without trailing zeros, appended at `end`. */
static void add_fraction(char *end, uint64_t fraction, unsigned decimals)
{
    if (fraction == 0)
        return;
    snprintf(end, 12, ".%0*" PRIu64, (int)decimals, fraction);
    for (char *p = end + strlen(end) - 1; *p == '0'; p--)
        *p = '\0';
}

static uint64_t power_of_ten(unsigned exponent)
{
    uint64_t power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

char *gf_weight_text(char out[40], uint64_t weight, unsigned decimals)
{
    uint64_t unit = power_of_ten(decimals);
    gf_str_grouped(out, weight / unit);
    add_fraction(out + strlen(out), weight % unit, decimals);
    return out;
}

char *gf_weight_number(char out[40], uint64_t weight, unsigned decimals)
{
    uint64_t unit = power_of_ten(decimals);
    int n = snprintf(out, 40, "%" PRIu64, weight / unit);
    add_fraction(out + n, weight % unit, decimals);
    return out;
}

const char *gf_unit_name(const struct gf_frames *frames, uint32_t value)
{
    const struct gf_value_type *v = &frames->values[value];
    if (v->unit && v->unit[0] && strcmp(v->unit, "count") != 0)
        return v->unit;
    return v->type && v->type[0] ? v->type : "samples";
}
