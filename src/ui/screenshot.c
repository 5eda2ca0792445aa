#include "ui/screenshot.h"

#include <stdlib.h>

#include "base/vec.h"

bool gf_screenshot_write(const uint8_t *rgb, uint32_t width, uint32_t height, const char *title,
                         struct gf_output *out, struct gf_error *err)
{
    const struct gf_png_text texts[] = {{"Title", title}, {"Software", "gigaflame " GF_VERSION}};
    const struct gf_png_params params = {
        .width = width, .height = height, .texts = texts, .ntexts = sizeof texts / sizeof *texts};
    struct gf_png *png;
    if (!gf_png_begin(out, &params, &png, err))
        return false;
    if (!gf_png_rows(png, rgb, height, err)) {
        gf_png_abort(png);
        return false;
    }
    return gf_png_end(png, err);
}

uint8_t *gf_screenshot_take(struct gf_renderer *renderer, const struct gf_drawlist *list,
                            struct gf_error *err)
{
    size_t bytes;
    if (!gf_mul(list->width, list->height, &bytes) || !gf_mul(bytes, 3, &bytes)) {
        gf_fail(err, GF_ERR_LIMIT, "a picture of %u x %u is too large", list->width, list->height);
        return NULL;
    }
    uint8_t *rgb = malloc(bytes);
    if (!rgb)
        gf_fail_nomem(err, bytes);
    else if (gf_renderer_draw_to_rgb(renderer, list, rgb, err))
        return rgb;
    free(rgb);
    return NULL;
}

bool gf_screenshot(struct gf_renderer *renderer, const struct gf_drawlist *list, const char *title,
                   const char *path, struct gf_error *err)
{
    struct gf_output *out = NULL;
    uint8_t *rgb = gf_screenshot_take(renderer, list, err);
    bool ok = rgb && gf_output_open(path, &out, err) &&
              gf_screenshot_write(rgb, list->width, list->height, title, out, err);
    if (ok)
        ok = gf_output_commit(out, err);
    else
        gf_output_abort(out);
    free(rgb);
    return ok;
}
