#include "model/frames.h"

#include <stdlib.h>

const char *gf_frame_name(const struct gf_frames *f, uint32_t node, size_t *len)
{
    uint32_t name = f->name[node];
    if (name == GF_NO_NAME) {
        *len = 0;
        return "";
    }
    *len = (size_t)(f->names.offset[name + 1] - f->names.offset[name]);
    return f->names.bytes + f->names.offset[name];
}

uint32_t gf_row_at_or_before(const struct gf_frames *f, uint32_t depth, uint32_t node)
{
    uint32_t low = f->row_start[depth], high = f->row_start[depth + 1];
    if (low == high || f->row_nodes[low] > node)
        return GF_NO_NODE;
    while (high - low > 1) {
        uint32_t mid = low + (high - low) / 2;
        if (f->row_nodes[mid] <= node)
            low = mid;
        else
            high = mid;
    }
    return low;
}

uint32_t gf_frame_parent(const struct gf_frames *f, uint32_t node, uint32_t depth)
{
    if (depth == 0)
        return GF_NO_NODE;
    return f->row_nodes[gf_row_at_or_before(f, depth - 1, node)];
}

uint32_t gf_frame_depth(const struct gf_frames *f, uint32_t node)
{
    uint32_t depth = 0;
    for (;; depth++) {
        uint32_t at = gf_row_at_or_before(f, depth, node);
        if (f->row_nodes[at] == node)
            return depth;
    }
}

void gf_frames_free(struct gf_frames *f)
{
    for (uint32_t v = 0; f->values && v < f->nvalues; v++) {
        free(f->values[v].type);
        free(f->values[v].unit);
    }
    free(f->values);
    free(f->prefix);
    free(f->names.bytes);
    free(f->names.offset);
    gf_map_free(&f->storage);
    *f = (struct gf_frames){0};
}
