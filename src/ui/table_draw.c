/* The table of functions, at the right of the graph. */
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "layout/color.h"
#include "ui/panels.h"
#include "ui/table_draw.h"

enum { ROW = 18, PAD = 10, WEIGHT = 84, SHARE = 50, GAP = 8 }; /* design pixels */

struct columns {
    struct gf_box self, self_share, total_share, name;
};

static struct columns columns_of(const struct gf_pen *pen, struct gf_box row)
{
    int32_t pad = gf_pen_px(pen, PAD), gap = gf_pen_px(pen, GAP);
    int32_t weight = gf_pen_px(pen, WEIGHT), share = gf_pen_px(pen, SHARE);
    struct columns c;
    int32_t x = row.x + pad;
    c.self = (struct gf_box){x, row.y, weight, row.h};
    x += weight + gap;
    c.self_share = (struct gf_box){x, row.y, share, row.h};
    x += share + gap;
    c.total_share = (struct gf_box){x, row.y, share, row.h};
    x += share + 2 * gap;
    c.name = (struct gf_box){x, row.y, row.x + row.w - pad - x, row.h};
    return c;
}

int32_t gf_table_row_height(double scale)
{
    int32_t h = (int32_t)floor(ROW * scale + 0.5);
    return h > 1 ? h : 1;
}

double gf_table_max_scroll(const struct gf_app *app)
{
    int32_t row = gf_table_row_height(app->scale);
    double most = ((double)app->table.nrows + 1) * row - gf_app_panes(app).table.h;
    return most > 0 ? most : 0;
}

static void draw_heading(struct gf_panel *p, struct gf_box box, const char *text,
                         enum gf_column_of sort, bool right)
{
    const struct gf_theme *t = p->pen.theme;
    bool on = p->app->table.sort == sort;
    struct gf_pen_style style = {.color = on ? t->accent : t->text_dim, .size = GF_PEN_SMALL};
    if (!on && gf_panel_pointed(p, box))
        style.color = t->text;
    if (right)
        gf_pen_text_right(&p->pen, box, style, text, strlen(text));
    else
        gf_pen_text(&p->pen, box, style, text, strlen(text));
    gf_panel_zone(p, box, (struct gf_act){.what = GF_DO_TABLE_SORT, .amount = sort});
}

static void draw_row(struct gf_panel *p, struct gf_box row, const struct gf_function *f)
{
    const struct gf_app *app = p->app;
    const struct gf_profile *profile = app->scene->profile;
    const struct gf_theme *t = p->pen.theme;
    struct columns c = columns_of(&p->pen, row);
    bool picked = app->picked == f->name;
    if (gf_panel_pointed(p, row) || picked)
        gf_pen_box(&p->pen, row, gf_color_mix(t->rule, t->panel, picked ? 0 : 128));
    /* A bar as long as the share, behind the name. */
    uint64_t all = gf_app_total(app);
    uint64_t most = app->table.sort == GF_BY_TOTAL ? f->total : f->self;
    struct gf_box bar = c.name;
    bar.y += row.h / 6;
    bar.h -= row.h / 3;
    bar.w = all ? (int32_t)((double)c.name.w * ((double)most / (double)all)) : 0;
    gf_pen_box(&p->pen, bar, gf_color_mix(t->accent, t->panel, t->dark ? 190 : 205));
    struct gf_pen_style strong = {.color = t->text, .size = GF_PEN_SMALL};
    struct gf_pen_style dim = {.color = t->text_dim, .size = GF_PEN_SMALL};
    char number[40], share[16];
    gf_weight_text(number, f->self, profile->decimals);
    gf_pen_text_right(&p->pen, c.self, dim, number, strlen(number));
    gf_str_percent(share, f->self, all);
    gf_pen_text_right(&p->pen, c.self_share, strong, share, strlen(share));
    gf_str_percent(share, f->total, all);
    gf_pen_text_right(&p->pen, c.total_share, strong, share, strlen(share));
    const struct gf_name_table *names = &profile->frames.names;
    struct gf_pen_style name = {.color = picked ? t->accent : t->text};
    gf_pen_name(&p->pen, c.name, name, names->bytes + names->offset[f->name],
                (size_t)(names->offset[f->name + 1] - names->offset[f->name]));
    gf_panel_zone(p, row, (struct gf_act){.what = GF_DO_PICK, .node = f->name});
}

void gf_panel_table(struct gf_panel *p, struct gf_box box)
{
    const struct gf_app *app = p->app;
    const struct gf_theme *t = p->pen.theme;
    if (box.w <= 0 || box.h <= 0)
        return;
    int32_t h = gf_table_row_height(app->scale);
    gf_pen_box(&p->pen, box, t->panel);
    gf_pen_box(&p->pen, (struct gf_box){box.x, box.y, 1, box.h}, t->rule);
    struct gf_pen_style dim = {.color = t->text_dim, .size = GF_PEN_SMALL};
    struct gf_box row = {box.x + 1, box.y + h, box.w - 1, h};
    if (!app->table.rows) {
        struct gf_box note = columns_of(&p->pen, row).self;
        note.w = box.w;
        gf_pen_text(&p->pen, note, dim, app->scene ? "Adding up \xe2\x80\xa6" : "", 13);
        return;
    }
    double scroll = app->table.scroll, most = gf_table_max_scroll(app);
    scroll = scroll > most ? most : scroll < 0 ? 0 : scroll;
    uint32_t first = (uint32_t)(scroll / h);
    for (uint32_t i = first; i < app->table.nrows && row.y + h <= box.y + box.h; i++, row.y += h)
        draw_row(p, row, &app->table.functions->top.functions[app->table.rows[i]]);
    struct columns c = columns_of(&p->pen, (struct gf_box){box.x + 1, box.y, box.w - 1, h});
    struct gf_box self = {c.self.x, c.self.y, c.self_share.x + c.self_share.w - c.self.x, h};
    draw_heading(p, self, "self", GF_BY_SELF, true);
    draw_heading(p, c.total_share, "total", GF_BY_TOTAL, true);
    draw_heading(p, c.name, "function", GF_BY_NAME, false);
}
