#include "ui/screenshot.h"

#include <stdlib.h>

#include "base/vec.h"
#include "export/png.h"

static bool write_png(const struct gf_drawlist *list, const uint8_t *rgb, const char *title,
                      struct gf_output *out, struct gf_error *err)
{
    const struct gf_png_text texts[] = {{"Title", title}, {"Software", "gigaflame " GF_VERSION}};
    const struct gf_png_params params = {.width = list->width,
                                         .height = list->height,
                                         .texts = texts,
                                         .ntexts = sizeof texts / sizeof *texts};
    struct gf_png *png;
    if (!gf_png_begin(out, &params, &png, err))
        return false;
    if (!gf_png_rows(png, rgb, list->height, err)) {
        gf_png_abort(png);
        return false;
    }
    return gf_png_end(png, err);
}

bool gf_screenshot(struct gf_renderer *renderer, const struct gf_drawlist *list, const char *title,
                   const char *path, struct gf_error *err)
{
    size_t bytes;
    struct gf_output *out = NULL;
    if (!gf_mul(list->width, list->height, &bytes) || !gf_mul(bytes, 3, &bytes))
        return gf_fail(err, GF_ERR_LIMIT, "a picture of %u x %u is too large", list->width,
                       list->height);
    uint8_t *rgb = malloc(bytes);
    bool ok = rgb || gf_fail_nomem(err, bytes);
    ok = ok && gf_renderer_draw_to_rgb(renderer, list, rgb, err) &&
         gf_output_open(path, &out, err) && write_png(list, rgb, title, out, err);
    if (ok)
        ok = gf_output_commit(out, err);
    else
        gf_output_abort(out);
    free(rgb);
    return ok;
}
