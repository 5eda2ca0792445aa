#include "support/memory_output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

bool gf_output_open(const char *path, struct gf_output **out, struct gf_error *err)
{
    *out = calloc(1, sizeof **out);
    if (!*out)
        return gf_fail_nomem(err, sizeof **out);
    (*out)->limit = MEMORY_OUTPUT_NO_LIMIT;
    (void)path;
    return true;
}

bool gf_output_write(struct gf_output *out, const void *data, size_t n, struct gf_error *err)
{
    if (n > out->limit - out->len)
        return gf_fail_errno(err, ENOSPC, "cannot write");
    if (!gf_grow(&out->data, &out->cap, out->len + n + 1, err))
        return false;
    memcpy(out->data + out->len, data, n);
    out->len += n;
    out->data[out->len] = '\0';
    return true;
}

uint64_t gf_output_size(const struct gf_output *out)
{
    return out->len;
}

bool gf_output_commit(struct gf_output *out, struct gf_error *err)
{
    (void)err;
    gf_output_abort(out);
    return true;
}

void gf_output_abort(struct gf_output *out)
{
    if (out) {
        memory_output_free(out);
        free(out);
    }
}

void memory_output_free(struct gf_output *out)
{
    free(out->data);
    out->data = NULL;
    out->len = out->cap = 0;
}
