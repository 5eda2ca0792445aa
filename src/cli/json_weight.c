#include "cli/json_weight.h"

#include "cli/print.h"
#include "model/profile.h"

void gf_json_weight(struct gf_json *j, const char *key, uint64_t weight, unsigned decimals)
{
    char number[40];
    gf_json_number(j, key, gf_weight_number(number, weight, decimals));
}

bool gf_json_finish(struct gf_json *j, struct gf_error *err)
{
    struct gf_print out = {.failed = j->failed};
    if (!j->failed)
        gf_print_bytes(&out, j->text, j->len);
    gf_print_bytes(&out, "\n", 1);
    gf_json_free(j);
    return gf_print_finish(&out, err);
}
