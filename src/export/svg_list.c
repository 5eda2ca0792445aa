#include "export/svg_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "export/svg_text.h"

enum { TITLE_BYTES = 2048 };

struct writer {
    const struct gf_svg_list_params *params;
    struct gf_svg_text *text;
};

static void put_pair(struct writer *w, const char *key, double value)
{
    gf_svg_puts(w->text, key);
    if (value < 0)
        gf_svg_puts(w->text, "-");
    gf_svg_put_number(w->text, value < 0 ? -value : value);
    gf_svg_puts(w->text, "\"");
}

static void put_fill(struct writer *w, uint32_t color)
{
    gf_svg_puts(w->text, " fill=\"");
    gf_svg_put_color(w->text, color);
    gf_svg_puts(w->text, "\"");
    if (color >> 24 != 0xff)
        put_pair(w, " fill-opacity=\"", (color >> 24) / 255.0);
}

static void put_rect(struct writer *w, double x, double y, double width, double height,
                     uint32_t color, bool described)
{
    char title[TITLE_BYTES];
    size_t n = 0;
    gf_svg_puts(w->text, "<rect");
    put_pair(w, " x=\"", x);
    put_pair(w, " y=\"", y);
    put_pair(w, " width=\"", width);
    put_pair(w, " height=\"", height);
    put_fill(w, color);
    if (described && w->params->describe)
        n = w->params->describe(w->params->ctx, x + width / 2, y + height / 2, title, sizeof title);
    if (n == 0) {
        gf_svg_puts(w->text, "/>\n");
        return;
    }
    gf_svg_puts(w->text, "><title>");
    gf_svg_put_escaped(w->text, title, n);
    gf_svg_puts(w->text, "</title></rect>\n");
}

/* Runs of equal texels become one rectangle. */
static void put_strips(struct writer *w, const struct gf_strips *s)
{
    for (uint32_t row = 0; row < s->rows; row++) {
        const uint32_t *texels = s->texels + (size_t)row * s->columns;
        for (uint32_t c = 0, next; c < s->columns; c = next) {
            for (next = c + 1; next < s->columns && texels[next] == texels[c];)
                next++;
            if (texels[c] >> 24)
                put_rect(w, s->x + (double)c, s->y + (double)row * s->pitch, next - c,
                         s->row_height, texels[c], false);
        }
    }
}

static double width_of(const struct gf_measure *m, const char *s, size_t n, unsigned px)
{
    double x = 0;
    uint32_t previous = 0;
    for (size_t i = 0; i < n;) {
        uint32_t cp;
        i += gf_utf8_decode(s + i, n - i, &cp);
        x += (double)m->advance(m->ctx, cp, previous, px);
        previous = cp;
    }
    return x;
}

/* A nested <svg> cuts text where the window does. */
static void put_label(struct writer *w, const struct gf_label *label)
{
    const char *s = w->params->list->text + label->text;
    double width = width_of(w->params->measure, s, label->len, label->px);
    double x = (double)label->x, top = label->baseline - 2.0 * label->px;
    bool cut = x < label->clip_x0 || x + width > label->clip_x1 + 0.5;
    if (label->len == 0 || label->clip_x1 <= label->clip_x0)
        return;
    if (cut) {
        gf_svg_puts(w->text, "<svg overflow=\"hidden\"");
        put_pair(w, " x=\"", label->clip_x0);
        put_pair(w, " y=\"", top);
        put_pair(w, " width=\"", label->clip_x1 - label->clip_x0);
        put_pair(w, " height=\"", 3.0 * label->px);
        gf_svg_puts(w->text, ">");
        x -= label->clip_x0;
    }
    gf_svg_puts(w->text, "<text");
    put_pair(w, " x=\"", x);
    put_pair(w, " y=\"", cut ? label->baseline - top : label->baseline);
    put_pair(w, " font-size=\"", label->px);
    put_pair(w, " textLength=\"", width);
    gf_svg_puts(w->text, " lengthAdjust=\"spacingAndGlyphs\"");
    if (label->flags & GF_LABEL_BOLD)
        gf_svg_puts(w->text, " font-weight=\"bold\"");
    put_fill(w, label->color);
    gf_svg_puts(w->text, ">");
    gf_svg_put_escaped(w->text, s, label->len);
    gf_svg_puts(w->text, cut ? "</text></svg>\n" : "</text>\n");
}

static void put_all(struct writer *w)
{
    const struct gf_drawlist *list = w->params->list;
    gf_svg_puts(w->text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                         "<svg xmlns=\"http://www.w3.org/2000/svg\"");
    put_pair(w, " width=\"", list->width);
    put_pair(w, " height=\"", list->height);
    gf_svg_puts(w->text, " viewBox=\"0 0 ");
    gf_svg_put_u64(w->text, list->width);
    gf_svg_puts(w->text, " ");
    gf_svg_put_u64(w->text, list->height);
    gf_svg_puts(w->text, "\">\n<title>");
    gf_svg_put_foreign(w->text, w->params->title);
    gf_svg_puts(w->text, "</title>\n<g shape-rendering=\"crispEdges\" xml:space=\"preserve\" "
                         "font-family=\"DejaVu Sans, Verdana, sans-serif\">\n");
    put_rect(w, 0, 0, list->width, list->height, list->clear, false);
    put_strips(w, &list->strips);
    for (size_t i = 0; i < list->nlayers; i++) {
        const struct gf_layer *layer = &list->layers[i];
        for (uint32_t k = 0; k < layer->nrects; k++) {
            const struct gf_rect *r = &list->rects[layer->first_rect + k];
            put_rect(w, r->x, r->y, r->w, r->h, r->color, i == 0);
        }
        for (uint32_t k = 0; k < layer->nlabels; k++)
            put_label(w, &list->labels[layer->first_label + k]);
    }
    gf_svg_puts(w->text, "</g>\n</svg>\n");
}

bool gf_svg_list_write(const struct gf_svg_list_params *params, struct gf_output *out,
                       struct gf_error *err)
{
    struct writer w = {.params = params, .text = malloc(sizeof *w.text)};
    if (!w.text)
        return gf_fail_nomem(err, sizeof *w.text);
    w.text->out = out;
    w.text->failed = false;
    w.text->used = 0;
    put_all(&w);
    bool ok = gf_svg_flush(w.text, err);
    free(w.text);
    return ok;
}
