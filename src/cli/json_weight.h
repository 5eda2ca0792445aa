/* JSON as the subcommands print it. */
#ifndef GF_CLI_JSON_WEIGHT_H
#define GF_CLI_JSON_WEIGHT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "export/json.h"

/* A weight in units of 10^-decimals as an exact JSON number. */
void gf_json_weight(struct gf_json *j, const char *key, uint64_t weight, unsigned decimals);

/* Writes the finished text and a newline to standard output and frees it, whether or not that
 * works. */
bool gf_json_finish(struct gf_json *j, struct gf_error *err);

#endif
