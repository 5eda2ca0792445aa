#include "ui/select.h"

#include "ui/nav.h"
#include "ui/sandwich.h"

void gf_select(struct gf_app *app, uint32_t node)
{
    struct gf_spot spot = gf_nowhere();
    if (node < app->scene->profile->frames.n)
        spot = (struct gf_spot){node, gf_frame_depth(&app->scene->profile->frames, node)};
    if (spot.node != app->selected.node)
        app->changed = true;
    app->selected = spot;
}

/* The sibling before or after, by x; GF_NO_NODE at either end. */
static uint32_t sibling(const struct gf_app *app, struct gf_spot spot, bool after)
{
    const struct gf_frames *f = &app->scene->profile->frames;
    if (spot.depth == 0 || (spot.depth == 1 && gf_in_sandwich(app)))
        return GF_NO_NODE;
    uint32_t parent = gf_frame_parent(f, spot.node, spot.depth);
    if (after)
        return f->end[spot.node] < f->end[parent] ? f->end[spot.node] : GF_NO_NODE;
    if (spot.node <= parent + 1)
        return GF_NO_NODE;
    uint32_t k = gf_row_at_or_before(f, spot.depth, spot.node - 1);
    return k == GF_NO_NODE ? GF_NO_NODE : f->row_nodes[k];
}

void gf_select_move(struct gf_app *app, enum gf_direction to)
{
    const struct gf_frames *f = &app->scene->profile->frames;
    struct gf_spot from = app->selected;
    if (from.node == GF_NO_NODE) { /* the first key shows where one is */
        from = app->hovered.node != GF_NO_NODE ? app->hovered : app->focus;
        gf_select(app, from.node);
        gf_nav_reveal(app, app->selected);
        return;
    }
    uint32_t node = GF_NO_NODE;
    if (to == GF_TO_UPPER || to == GF_TO_LOWER) {
        bool up = to == GF_TO_UPPER;
        if (gf_in_sandwich(app))
            node = gf_sandwich_step(app, from, up);
        else
            to = up == gf_root_on_top(app) ? GF_TO_PARENT : GF_TO_CHILD;
    }
    if (to == GF_TO_PARENT)
        node = from.depth > 0 ? gf_frame_parent(f, from.node, from.depth) : GF_NO_NODE;
    else if (to == GF_TO_CHILD)
        node = from.node + 1 < f->end[from.node] ? from.node + 1 : GF_NO_NODE;
    else if (to == GF_TO_LEFT || to == GF_TO_RIGHT)
        node = sibling(app, from, to == GF_TO_RIGHT);
    if (node == GF_NO_NODE)
        return;
    gf_select(app, node);
    gf_nav_reveal(app, app->selected);
}

struct gf_spot gf_selected_or_hovered(const struct gf_app *app)
{
    return app->selected.node != GF_NO_NODE ? app->selected : app->hovered;
}
