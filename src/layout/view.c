#include <math.h>

#include "layout/layout.h"

/* Moves the left edge by `weights` (any sign) without losing the fraction of one weight. */
static void move_edge(struct gf_view *view, double weights)
{
    double moved = view->frac + weights;
    double whole = floor(moved);
    view->frac = moved - whole;
    if (view->frac >= 1) { /* moved was a hair below a whole number */
        view->frac = 0;
        whole += 1;
    }
    if (whole < 0) {
        double back = -whole;
        if (back >= 18446744073709551616.0 || (uint64_t)back > view->x) {
            view->x = 0;
            view->frac = 0;
        } else {
            view->x -= (uint64_t)back;
        }
    } else if (whole >= 18446744073709551616.0 ||
               __builtin_add_overflow(view->x, (uint64_t)whole, &view->x)) {
        view->x = UINT64_MAX;
        view->frac = 0;
    }
}

static void clamp_view(struct gf_view *view, uint64_t total)
{
    double most = total ? (double)total : 1;
    if (!(view->span <= most))
        view->span = most;
    if (view->span < 1.0 / 64)
        view->span = 1.0 / 64;
    if (view->span >= most) {
        view->x = 0;
        view->frac = 0;
        return;
    }
    /* What is left of the profile to the right of the edge has to fill the width. */
    double left = view->x <= total ? (double)(total - view->x) - view->frac : -1;
    if (left < view->span) {
        view->x = total;
        view->frac = 0;
        move_edge(view, -view->span);
    }
}

struct gf_view gf_view_all(const struct gf_frames *frames, uint32_t value)
{
    uint64_t total = gf_frame_total(frames, 0, value);
    return (struct gf_view){.span = total ? (double)total : 1};
}

struct gf_view gf_view_node(const struct gf_frames *frames, uint32_t value, uint32_t node)
{
    uint64_t total = gf_frame_total(frames, node, value);
    return (struct gf_view){.x = gf_frame_x(frames, node, value),
                            .span = total ? (double)total : 1};
}

struct gf_view gf_view_zoom(struct gf_view view, double factor, double px, double width,
                            uint64_t total)
{
    if (!(factor > 0) || !(width > 0))
        return view;
    double most = total ? (double)total : 1;
    double span = view.span / factor;
    if (!(span <= most))
        span = most;
    if (span < 1.0 / 64)
        span = 1.0 / 64;
    move_edge(&view, (view.span - span) * (px / width));
    view.span = span;
    clamp_view(&view, total);
    return view;
}

struct gf_view gf_view_pan(struct gf_view view, double pixels, double width, uint64_t total)
{
    if (width > 0)
        move_edge(&view, pixels * (view.span / width));
    clamp_view(&view, total);
    return view;
}
