#include "gl/labels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "text/visual.h"

/* Pixels, left, top, right, bottom. */
struct box {
    int64_t x0, y0, x1, y1;
};

static bool is_empty(struct box b)
{
    return b.x0 >= b.x1 || b.y0 >= b.y1;
}

static int64_t min64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t max64(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static struct box common(struct box a, struct box b)
{
    return (struct box){max64(a.x0, b.x0), max64(a.y0, b.y0), min64(a.x1, b.x1), min64(a.y1, b.y1)};
}

static struct box box_of(const struct gf_placed *p)
{
    return (struct box){p->x, p->y, (int64_t)p->x + p->w, (int64_t)p->y + p->h};
}

/* Fills labels->line with the glyphs that are in the clip, and `ink` with what they cover. */
static bool set_line(struct gf_labels *labels, struct gf_text *text, const struct gf_label *label,
                     const char *utf8, struct box clip, struct box *ink, struct gf_error *err)
{
    bool bold = label->flags & GF_LABEL_BOLD;
    int64_t pen = (int64_t)floorf(label->x + 0.5f);
    uint32_t previous = 0;
    *ink = (struct box){INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
    labels->nline = 0;
    /* Kerning and bearings reach back over the pen, but never by an em. */
    if (!gf_grow(&labels->visual, &labels->visual_cap, label->len, err))
        return false;
    size_t n = gf_text_visual(utf8, label->len, labels->visual);
    for (size_t i = 0; i < n && pen < clip.x1 + label->px; i++) {
        uint32_t codepoint = labels->visual[i];
        pen += (int64_t)gf_text_kerning(text, previous, codepoint, label->px, bold);
        const struct gf_glyph *g = gf_text_glyph(text, codepoint, label->px, bold);
        previous = codepoint;
        struct gf_placed p = {.u = g->u,
                              .v = g->v,
                              .w = g->w,
                              .h = g->h,
                              .x = (int32_t)(pen + g->left),
                              .y = label->baseline - g->top};
        pen += (int64_t)g->advance;
        struct box b = common(box_of(&p), clip);
        if (is_empty(b))
            continue;
        if (!gf_grow(&labels->line, &labels->line_cap, labels->nline + 1, err))
            return false;
        labels->line[labels->nline++] = p;
        *ink = (struct box){min64(ink->x0, b.x0), min64(ink->y0, b.y0), max64(ink->x1, b.x1),
                            max64(ink->y1, b.y1)};
    }
    return true;
}

/* Puts a glyph's pixels into a rectangle of coverage, where nothing is yet from column `inked` on.
 * Where glyphs overlap, the ink of one lies over the other's. */
static void blit(uint8_t *out, struct box area, int64_t *inked, const struct gf_placed *g,
                 const struct gf_atlas *atlas)
{
    struct box b = common(box_of(g), area);
    if (is_empty(b))
        return;
    size_t stride = (size_t)(area.x1 - area.x0), n = (size_t)(b.x1 - b.x0);
    const uint8_t *from = atlas->pixels + (size_t)(g->v + (b.y0 - g->y)) * atlas->width + g->u +
                          (size_t)(b.x0 - g->x);
    uint8_t *to = out + (size_t)(b.y0 - area.y0) * stride + (size_t)(b.x0 - area.x0);
    bool apart = b.x0 >= *inked;
    *inked = max64(*inked, b.x1);
    for (int64_t y = b.y0; y < b.y1; y++, from += atlas->width, to += stride) {
        if (apart) {
            memcpy(to, from, n);
            continue;
        }
        for (size_t i = 0; i < n; i++) {
            unsigned have = to[i], add = from[i];
            to[i] = (uint8_t)(have + add - (have * add + 127) / 255);
        }
    }
}

static bool add_quad(struct gf_labels *labels, const struct gf_atlas *atlas, struct box area,
                     uint32_t color, struct gf_error *err)
{
    size_t w = (size_t)(area.x1 - area.x0), h = (size_t)(area.y1 - area.y0);
    size_t end = labels->ncoverage + w * h;
    if (!gf_grow(&labels->quads, &labels->quads_cap, labels->nquads + 1, err) ||
        !gf_grow(&labels->coverage, &labels->coverage_cap, end, err))
        return false;
    uint8_t *out = labels->coverage + labels->ncoverage;
    memset(out, 0, w * h);
    int64_t inked = area.x0;
    for (size_t i = 0; i < labels->nline; i++)
        blit(out, area, &inked, &labels->line[i], atlas);
    labels->quads[labels->nquads++] = (struct gf_quad){.x = (int16_t)area.x0,
                                                       .y = (int16_t)area.y0,
                                                       .w = (uint16_t)w,
                                                       .h = (uint16_t)h,
                                                       .first = (uint32_t)labels->ncoverage,
                                                       .color = color};
    labels->ncoverage = end;
    return true;
}

bool gf_labels_add(struct gf_labels *labels, struct gf_text *text, const struct gf_label *label,
                   const char *utf8, uint32_t width, uint32_t height, struct gf_error *err)
{
    struct box clip = common((struct box){label->clip_x0, 0, label->clip_x1, height},
                             (struct box){0, 0, width, height});
    /* A label that begins this far away has no business here, and would not fit its integers. */
    if (is_empty(clip) || !(fabsf(label->x) < 1e9f) || label->px == 0 ||
        label->baseline < -(int32_t)GF_TEXT_PX_MAX * 4 ||
        label->baseline > (int32_t)(height + GF_TEXT_PX_MAX * 4))
        return true;
    struct box ink;
    struct gf_atlas atlas = gf_text_atlas(text);
    uint64_t generation;
    int tries = 0;
    do {
        /* The atlas may start anew in the middle of a line; the second time all are in it, unless
         * they are more than it takes. */
        if (tries++ == 2)
            return true;
        generation = atlas.generation;
        if (!set_line(labels, text, label, utf8, clip, &ink, err))
            return false;
        atlas = gf_text_atlas(text);
    } while (atlas.generation != generation);
    if (is_empty(ink))
        return true;
    return add_quad(labels, &atlas, ink, label->color, err);
}

void gf_labels_clear(struct gf_labels *labels)
{
    labels->nquads = 0;
    labels->ncoverage = 0;
}

void gf_labels_free(struct gf_labels *labels)
{
    free(labels->quads);
    free(labels->coverage);
    free(labels->line);
    free(labels->visual);
    *labels = (struct gf_labels){0};
}
