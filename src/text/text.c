#include "text/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/str.h"
#include "base/vec.h"
#include "text/atlas.h"
#include "text/face.h"
#include "text/fallback.h"

/* Embedded by CMake. */
extern const unsigned char gf_font_regular[], gf_font_bold[];
extern const unsigned gf_font_regular_size, gf_font_bold_size;

#define ATLAS_WIDTH  1024u
#define ATLAS_HEIGHT 16384u
/* More glyphs than this are forgotten at once, so that no input makes the cache grow for ever. */
#define GLYPHS_MAX (1u << 18)
#define FACES_MAX  64u
#define PAGES_MAX  16u

/* Printable ASCII, which nearly all names consist of, is measured by table. */
#define FIRST 0x20u
#define COUNT 95u

struct page {
    unsigned px;
    bool bold;
    float advance[COUNT];
    int8_t kern[COUNT * COUNT]; /* [left * COUNT + right], whole pixels */
};

/* An entry of the glyph cache: measured only, or rasterised too. */
enum state { MEASURED = 1, DRAWN };
struct slot {
    uint32_t key; /* code point | px << 21 | bold << 31; 0: free, since px is at least 1 */
    uint32_t state;
    struct gf_glyph glyph;
};

/* Which face has a code point that the embedded fonts lack; face 0: none has. */
struct home {
    uint32_t codepoint; /* 0: free, since the embedded fonts decide for U+0000 */
    uint32_t face;
    uint32_t glyph;
};

struct gf_text {
    FT_Library library;
    struct gf_face faces[FACES_MAX]; /* regular, bold, then fallbacks as they were first needed */
    unsigned nfaces;
    const char *files[FACES_MAX]; /* owned by `fallback` */
    int indices[FACES_MAX];
    struct gf_fallback fallback;
    int16_t *kern_units[2]; /* [COUNT * COUNT] of regular and bold */
    struct page *pages[PAGES_MAX];
    unsigned npages, next_page;
    struct page *recent[2]; /* of regular and bold */
    struct slot *slots;
    size_t nslots, used; /* a power of two */
    struct home *homes;
    size_t nhomes, homes_used;
    struct gf_shelves atlas;
    uint64_t generation;
    struct gf_bitmap bitmap;
    struct gf_glyph spare; /* what is returned when memory runs out */
};

static unsigned clamp_px(unsigned px)
{
    return px < 1 ? 1 : px > GF_TEXT_PX_MAX ? GF_TEXT_PX_MAX : px;
}

/* Code points that show nothing and take no room: soft hyphen, zero-width characters, variation
 * selectors, tags. */
static bool is_invisible(uint32_t c)
{
    return c == 0xad || (c >= 0x200b && c <= 0x200d) || (c >= 0x2060 && c <= 0x2064) ||
           (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff || (c >= 0xe0000 && c <= 0xe0fff);
}

/* Blocks of marks that stand over or under the character before them. */
static bool is_mark(uint32_t c)
{
    static const uint32_t ranges[][2] = {
        {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},
        {0x64b, 0x65f},   {0x6d6, 0x6dc},   {0xe34, 0xe3a},   {0xe47, 0xe4e},
        {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe20, 0xfe2f},
    };
    if (c < 0x300)
        return false;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    }
    return c == 0xe31;
}

static bool open_embedded(struct gf_text *text, const unsigned char *data, unsigned size,
                          struct gf_error *err)
{
    FT_Error e =
        FT_New_Memory_Face(text->library, data, (FT_Long)size, 0, &text->faces[text->nfaces].ft);
    if (e == FT_Err_Out_Of_Memory)
        return gf_fail_nomem(err, size);
    if (e != 0)
        return gf_fail(err, GF_ERR_FORMAT, "FreeType refuses the embedded font (error %d)", e);
    text->nfaces++;
    return true;
}

bool gf_text_open(struct gf_text **out, struct gf_error *err)
{
    *out = NULL;
    struct gf_text *text = calloc(1, sizeof *text);
    if (!text)
        return gf_fail_nomem(err, sizeof *text);
    text->atlas.width = ATLAS_WIDTH;
    text->atlas.max_height = ATLAS_HEIGHT;
    if (FT_Init_FreeType(&text->library) != 0) {
        text->library = NULL;
        gf_fail_nomem(err, 0);
        goto fail;
    }
    if (!open_embedded(text, gf_font_regular, gf_font_regular_size, err) ||
        !open_embedded(text, gf_font_bold, gf_font_bold_size, err))
        goto fail;
    *out = text;
    return true;
fail:
    gf_text_close(text);
    return false;
}

void gf_text_close(struct gf_text *text)
{
    if (!text)
        return;
    for (unsigned i = 0; i < text->nfaces; i++)
        FT_Done_Face(text->faces[i].ft);
    if (text->library)
        FT_Done_FreeType(text->library);
    for (unsigned i = 0; i < text->npages; i++)
        free(text->pages[i]);
    gf_fallback_free(&text->fallback);
    gf_shelves_free(&text->atlas);
    free(text->kern_units[0]);
    free(text->kern_units[1]);
    free(text->slots);
    free(text->homes);
    free(text->bitmap.pixels);
    free(text);
}

/* The number of the face for a font file, opened on first use; 0 when it can't be. */
static unsigned face_of_file(struct gf_text *text, const char *file, int index)
{
    for (unsigned i = 2; i < text->nfaces; i++) {
        if (text->indices[i] == index && strcmp(text->files[i], file) == 0)
            return i;
    }
    unsigned n = text->nfaces;
    if (n == FACES_MAX)
        return 0;
    if (FT_New_Face(text->library, file, index, &text->faces[n].ft) != 0)
        return 0;
    text->files[n] = file;
    text->indices[n] = index;
    text->nfaces++;
    return n;
}

static bool grow_homes(struct gf_text *text)
{
    if (text->homes_used < text->nhomes / 4 * 3)
        return true;
    size_t n = text->nhomes ? text->nhomes * 2 : 64;
    struct home *homes = calloc(n, sizeof *homes);
    if (!homes)
        return false;
    for (size_t i = 0; i < text->nhomes; i++) {
        struct home h = text->homes[i];
        if (!h.codepoint)
            continue;
        size_t at = gf_mix(h.codepoint) & (n - 1);
        while (homes[at].codepoint)
            at = (at + 1) & (n - 1);
        homes[at] = h;
    }
    free(text->homes);
    text->homes = homes;
    text->nhomes = n;
    return true;
}

/* Asks fontconfig, once for each code point: that no font has it is remembered too. */
static struct home find_home(struct gf_text *text, uint32_t codepoint)
{
    struct home home = {.codepoint = codepoint};
    bool room = codepoint != 0 && grow_homes(text);
    size_t at = 0;
    if (room) {
        at = gf_mix(codepoint) & (text->nhomes - 1);
        while (text->homes[at].codepoint && text->homes[at].codepoint != codepoint)
            at = (at + 1) & (text->nhomes - 1);
        if (text->homes[at].codepoint)
            return text->homes[at];
    }
    unsigned next = 0;
    const char *file;
    int index;
    while (!home.face && gf_fallback_find(&text->fallback, codepoint, &next, &file, &index)) {
        unsigned face = face_of_file(text, file, index);
        if (face)
            home.glyph = FT_Get_Char_Index(text->faces[face].ft, codepoint);
        if (home.glyph)
            home.face = face;
    }
    if (room) {
        text->homes[at] = home;
        text->homes_used++;
    }
    return home;
}

/* The face and the glyph number for a code point. NULL: nobody has it. */
static struct gf_face *find_face(struct gf_text *text, uint32_t codepoint, bool bold,
                                 unsigned *glyph, bool *embolden)
{
    *embolden = false;
    *glyph = FT_Get_Char_Index(text->faces[bold].ft, codepoint);
    if (*glyph)
        return &text->faces[bold];
    *embolden = bold;
    *glyph = FT_Get_Char_Index(text->faces[0].ft, codepoint);
    if (*glyph)
        return &text->faces[0];
    struct home home = find_home(text, codepoint);
    *glyph = home.glyph;
    return home.face ? &text->faces[home.face] : NULL;
}

/* An upright frame of the height of capitals. */
static bool draw_box(struct gf_bitmap *out, unsigned px, float *advance, bool metrics_only)
{
    uint32_t h = (px * 3 + 3) / 4, w = (px + 1) / 2;
    uint32_t pen = 1 + px / 24;
    *advance = (float)(w + 2 * pen);
    if (metrics_only)
        return true;
    if (!gf_grow(&out->pixels, &out->cap, (size_t)w * h, NULL))
        return false;
    for (uint32_t y = 0; y < h; y++) {
        for (uint32_t x = 0; x < w; x++) {
            bool ink = x < pen || y < pen || x + pen >= w || y + pen >= h;
            out->pixels[(size_t)y * w + x] = ink ? 255 : 0;
        }
    }
    out->w = w;
    out->h = h;
    out->left = (int32_t)pen;
    out->top = (int32_t)h;
    return true;
}

/* Metrics of a glyph and, unless metrics_only, its coverage in text->bitmap. */
static bool load(struct gf_text *text, uint32_t codepoint, unsigned px, bool bold,
                 bool metrics_only, float *advance)
{
    struct gf_bitmap *bitmap = &text->bitmap;
    bitmap->w = bitmap->h = 0;
    *advance = 0;
    if (is_invisible(codepoint))
        return true;
    unsigned glyph = 0;
    bool embolden;
    struct gf_face *face = NULL;
    if (!gf_unsafe_codepoint(codepoint))
        face = find_face(text, codepoint, bold, &glyph, &embolden);
    if (!face || !gf_face_load(face, glyph, px, embolden, metrics_only ? NULL : bitmap, advance))
        return draw_box(bitmap, px, advance, metrics_only);
    if (is_mark(codepoint)) {
        /* A font that means its marks to be placed by rules, which nobody runs here, draws them
         * right of the pen: they go back over what was drawn before. */
        if (*advance > 0)
            bitmap->left -= (int32_t)*advance;
        else if (bitmap->left >= 0)
            bitmap->left = -(int32_t)(px * 3 / 10 + bitmap->w / 2);
        *advance = 0;
    }
    return true;
}

static void forget_all(struct gf_text *text)
{
    if (text->slots)
        memset(text->slots, 0, text->nslots * sizeof *text->slots);
    text->used = 0;
    gf_shelves_clear(&text->atlas);
    text->generation++;
}

static bool grow_slots(struct gf_text *text)
{
    if (text->used < text->nslots / 4 * 3)
        return true;
    if (text->used >= GLYPHS_MAX) {
        forget_all(text);
        return true;
    }
    size_t n = text->nslots ? text->nslots * 2 : 512;
    struct slot *slots = calloc(n, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < text->nslots; i++) {
        if (!text->slots[i].key)
            continue;
        size_t at = gf_mix(text->slots[i].key) & (n - 1);
        while (slots[at].key)
            at = (at + 1) & (n - 1);
        slots[at] = text->slots[i];
    }
    free(text->slots);
    text->slots = slots;
    text->nslots = n;
    return true;
}

static struct slot *find_slot(const struct gf_text *text, uint32_t key)
{
    size_t at = gf_mix(key) & (text->nslots - 1);
    while (text->slots[at].key && text->slots[at].key != key)
        at = (at + 1) & (text->nslots - 1);
    return &text->slots[at];
}

/* Puts text->bitmap into the atlas. A full one is begun anew, which empties the cache too. */
static bool place(struct gf_text *text, struct gf_glyph *glyph)
{
    const struct gf_bitmap *b = &text->bitmap;
    if (b->w == 0 || b->h == 0)
        return true;
    uint32_t x, y;
    enum gf_place placed = gf_shelves_place(&text->atlas, b->w, b->h, &x, &y);
    if (placed == GF_PLACE_FULL) {
        forget_all(text);
        placed = gf_shelves_place(&text->atlas, b->w, b->h, &x, &y);
    }
    if (placed != GF_PLACED)
        return false;
    for (uint32_t row = 0; row < b->h; row++) {
        memcpy(text->atlas.pixels + (size_t)(y + row) * ATLAS_WIDTH + x,
               b->pixels + (size_t)row * b->w, b->w);
    }
    glyph->u = (uint16_t)x;
    glyph->v = (uint16_t)y;
    glyph->w = (uint16_t)b->w;
    glyph->h = (uint16_t)b->h;
    glyph->left = (int16_t)b->left;
    glyph->top = (int16_t)b->top;
    return true;
}

static const struct gf_glyph *lookup(struct gf_text *text, uint32_t codepoint, unsigned px,
                                     bool bold, bool draw)
{
    px = clamp_px(px);
    if (codepoint > 0x10ffff)
        codepoint = 0xfffd;
    uint32_t key = codepoint | px << 21 | (uint32_t)bold << 31;
    text->spare = (struct gf_glyph){.advance = (float)((px + 1) / 2)};
    if (!grow_slots(text))
        return &text->spare;
    struct slot *slot = find_slot(text, key);
    if (slot->key && (!draw || slot->state == DRAWN))
        return &slot->glyph;

    struct gf_glyph glyph = {0};
    if (!load(text, codepoint, px, bold, !draw, &glyph.advance))
        return &text->spare;
    if (draw && !place(text, &glyph)) {
        /* No room for its pixels, now: what stays is its advance. */
        text->spare.advance = glyph.advance;
        return &text->spare;
    }
    slot = find_slot(text, key);
    if (!slot->key)
        text->used++;
    *slot = (struct slot){.key = key, .state = draw ? DRAWN : MEASURED, .glyph = glyph};
    return &slot->glyph;
}

const struct gf_glyph *gf_text_glyph(struct gf_text *text, uint32_t codepoint, unsigned px,
                                     bool bold)
{
    return lookup(text, codepoint, px, bold, true);
}

/* Font units to whole pixels. Below 25 pixels kerning is damped, as FreeType does it
 * (FT_KERNING_DEFAULT), since one whole pixel would be too much of it. */
static int scale_kerning(const struct gf_text *text, int units, unsigned px, bool bold)
{
    double pixels = (double)units * px / text->faces[bold].ft->units_per_EM;
    if (px < 25)
        pixels *= px / 25.0;
    return (int)floor(pixels + 0.5);
}

static bool fill_page(struct gf_text *text, struct page *page)
{
    int16_t **units = &text->kern_units[page->bold];
    if (!*units) {
        *units = malloc(COUNT * COUNT * sizeof **units);
        if (!*units)
            return false;
        for (uint32_t i = 0; i < COUNT * COUNT; i++) {
            (*units)[i] = (int16_t)gf_face_kerning(&text->faces[page->bold], FIRST + i / COUNT,
                                                   FIRST + i % COUNT);
        }
    }
    for (uint32_t i = 0; i < COUNT * COUNT; i++) {
        int k = scale_kerning(text, (*units)[i], page->px, page->bold);
        page->kern[i] = (int8_t)(k < INT8_MIN ? INT8_MIN : k > INT8_MAX ? INT8_MAX : k);
    }
    for (uint32_t i = 0; i < COUNT; i++)
        page->advance[i] = lookup(text, FIRST + i, page->px, page->bold, false)->advance;
    return true;
}

/* The table for a size, made on first use. NULL when memory runs out. */
static struct page *find_page(struct gf_text *text, unsigned px, bool bold)
{
    for (unsigned i = 0; i < text->npages; i++) {
        if (text->pages[i]->px == px && text->pages[i]->bold == bold)
            return text->recent[bold] = text->pages[i];
    }
    struct page *page = malloc(sizeof *page);
    if (!page)
        return NULL;
    page->px = px;
    page->bold = bold;
    if (!fill_page(text, page)) {
        free(page);
        return NULL;
    }
    if (text->npages < PAGES_MAX) {
        text->pages[text->npages++] = page;
    } else {
        struct page **old = &text->pages[text->next_page++ % PAGES_MAX];
        if (text->recent[!bold] == *old)
            text->recent[!bold] = NULL;
        free(*old);
        *old = page;
    }
    return text->recent[bold] = page;
}

static inline struct page *page_of(struct gf_text *text, unsigned px, bool bold)
{
    struct page *page = text->recent[bold];
    return page && page->px == px ? page : find_page(text, px, bold);
}

float gf_text_kerning(struct gf_text *text, uint32_t left, uint32_t right, unsigned px, bool bold)
{
    px = clamp_px(px);
    if (left - FIRST < COUNT && right - FIRST < COUNT) {
        struct page *page = page_of(text, px, bold);
        return page ? page->kern[(left - FIRST) * COUNT + right - FIRST] : 0;
    }
    if (left == 0)
        return 0;
    int units = gf_face_kerning(&text->faces[bold], left, right);
    return (float)scale_kerning(text, units, px, bold);
}

static float advance(void *ctx, uint32_t codepoint, uint32_t previous, unsigned px)
{
    struct gf_text *text = ctx;
    px = clamp_px(px);
    if (codepoint - FIRST < COUNT) {
        struct page *page = page_of(text, px, false);
        if (page) {
            float a = page->advance[codepoint - FIRST];
            if (previous - FIRST < COUNT)
                return a + page->kern[(previous - FIRST) * COUNT + codepoint - FIRST];
            return previous ? a + gf_text_kerning(text, previous, codepoint, px, false) : a;
        }
    }
    return lookup(text, codepoint, px, false, false)->advance +
           gf_text_kerning(text, previous, codepoint, px, false);
}

struct gf_measure gf_text_measure(struct gf_text *text)
{
    return (struct gf_measure){.ctx = text, .advance = advance};
}

struct gf_atlas gf_text_atlas(const struct gf_text *text)
{
    return (struct gf_atlas){.pixels = text->atlas.pixels,
                             .width = text->atlas.width,
                             .height = text->atlas.height,
                             .generation = text->generation};
}

void gf_text_line(struct gf_text *text, unsigned px, int *ascent, int *descent)
{
    FT_Face face = text->faces[0].ft;
    px = clamp_px(px);
    *ascent = (int)ceil((double)face->ascender * px / face->units_per_EM);
    *descent = (int)ceil((double)-face->descender * px / face->units_per_EM);
}
