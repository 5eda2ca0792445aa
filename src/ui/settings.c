#include "ui/settings.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/str.h"
#include "export/encoder.h" /* gf_output */
#include "layout/palette.h"

/* A settings file of more bytes was not written by this program, nor by a person. */
enum { FILE_MAX = 64 << 10, PATH_BYTES = 4096, VALUE_MAX = 64 };

/* ---- values as text ---- */

static bool read_word(const char *text, const char *no, const char *yes, bool *has, bool *out)
{
    if (strcmp(text, no) != 0 && strcmp(text, yes) != 0)
        return false;
    *has = true;
    *out = strcmp(text, yes) == 0;
    return true;
}

static bool read_theme(struct gf_settings *s, const char *text)
{
    return read_word(text, "light", "dark", &s->has_dark, &s->dark);
}

static bool read_direction(struct gf_settings *s, const char *text)
{
    return read_word(text, "flame", "icicle", &s->has_inverted, &s->inverted);
}

static bool read_order(struct gf_settings *s, const char *text)
{
    bool by_name;
    if (!read_word(text, "weight", "name", &s->has_order, &by_name))
        return false;
    s->order = by_name ? GF_ORDER_NAME : GF_ORDER_WEIGHT;
    return true;
}

static bool read_scale(struct gf_settings *s, const char *text)
{
    char *end;
    double scale = strtod(text, &end);
    if (end == text || *end != '\0' || !(scale >= 0.5 && scale <= 8))
        return false;
    s->has_scale = true;
    s->scale = scale;
    return true;
}

static bool read_colors(struct gf_settings *s, const char *text)
{
    if (strlen(text) >= sizeof s->colors || !gf_palette_known(text))
        return false;
    s->has_colors = true;
    snprintf(s->colors, sizeof s->colors, "%s", text);
    return true;
}

static bool read_color_blind(struct gf_settings *s, const char *text)
{
    return read_word(text, "no", "yes", &s->has_color_blind, &s->color_blind);
}

static void write_theme(const struct gf_settings *s, char out[VALUE_MAX])
{
    snprintf(out, VALUE_MAX, "%s", s->has_dark ? s->dark ? "dark" : "light" : "");
}

static void write_direction(const struct gf_settings *s, char out[VALUE_MAX])
{
    snprintf(out, VALUE_MAX, "%s", s->has_inverted ? s->inverted ? "icicle" : "flame" : "");
}

static void write_order(const struct gf_settings *s, char out[VALUE_MAX])
{
    const char *name = s->order == GF_ORDER_NAME ? "name" : "weight";
    snprintf(out, VALUE_MAX, "%s", s->has_order ? name : "");
}

static void write_scale(const struct gf_settings *s, char out[VALUE_MAX])
{
    out[0] = '\0';
    if (s->has_scale)
        snprintf(out, VALUE_MAX, "%.4g", s->scale);
}

static void write_colors(const struct gf_settings *s, char out[VALUE_MAX])
{
    snprintf(out, VALUE_MAX, "%s", s->has_colors ? s->colors : "");
}

static void write_color_blind(const struct gf_settings *s, char out[VALUE_MAX])
{
    snprintf(out, VALUE_MAX, "%s", s->has_color_blind ? s->color_blind ? "yes" : "no" : "");
}

static const struct key {
    const char *name;
    bool (*read)(struct gf_settings *s, const char *text);
    void (*write)(const struct gf_settings *s, char out[VALUE_MAX]); /* empty: not set */
} keys[] = {
    {"theme", read_theme, write_theme},    {"direction", read_direction, write_direction},
    {"order", read_order, write_order},    {"scale", read_scale, write_scale},
    {"colors", read_colors, write_colors}, {"color-blind", read_color_blind, write_color_blind}};
enum { KEYS = sizeof keys / sizeof *keys };

/* ---- the file ---- */

/* $XDG_CONFIG_HOME/gigaflame, or what stands in for it. False when there is no place for it. */
static bool folder(char out[PATH_BYTES])
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    int n = -1;
    if (config && config[0] == '/') /* a relative one is to be ignored, says the specification */
        n = snprintf(out, PATH_BYTES, "%s/gigaflame", config);
    else if (home && home[0] == '/')
        n = snprintf(out, PATH_BYTES, "%s/.config/gigaflame", home);
    return n > 0 && n + (int)sizeof "/settings" < PATH_BYTES;
}

/* All of the file, terminated; to be freed. NULL when there is none that can be read. */
static char *content(void)
{
    char path[PATH_BYTES];
    if (!folder(path))
        return NULL;
    strncat(path, "/settings", sizeof path - strlen(path) - 1);
    FILE *f = fopen(path, "re");
    char *text = f ? malloc(FILE_MAX + 1) : NULL;
    size_t n = text ? fread(text, 1, FILE_MAX, f) : 0;
    if (text)
        text[n] = '\0';
    if (f)
        fclose(f);
    return text;
}

/* The next line of *at, cut off and without blanks around it; NULL at the end. */
static char *next_line(char **at)
{
    char *line = *at;
    if (!line || !*line)
        return NULL;
    size_t n = strcspn(line, "\n");
    *at = line[n] ? line + n + 1 : line + n;
    line[n] = '\0';
    line += strspn(line, " \t\r");
    n = strlen(line);
    while (n > 0 && strchr(" \t\r", line[n - 1]))
        line[--n] = '\0';
    return line;
}

/* The key of "key = value" and its value, which stands in `line`; NULL for any other line. */
static const struct key *key_of(char *line, char **value)
{
    size_t n = strcspn(line, " \t=");
    char *rest = line + n + strspn(line + n, " \t");
    if (*rest != '=')
        return NULL;
    *value = rest + 1 + strspn(rest + 1, " \t");
    for (size_t i = 0; i < KEYS; i++)
        if (strlen(keys[i].name) == n && memcmp(keys[i].name, line, n) == 0)
            return &keys[i];
    return NULL;
}

void gf_settings_read(struct gf_settings *out, char *wrong, size_t cap)
{
    *out = (struct gf_settings){.scale = 1};
    wrong[0] = '\0';
    char *text = content(), *at = text, *line, *value;
    for (unsigned number = 1; (line = next_line(&at)); number++) {
        if (line[0] == '\0' || line[0] == '#')
            continue;
        char shown[160];
        gf_str_escape(shown, sizeof shown, line, strlen(line));
        const struct key *key = key_of(line, &value);
        if ((!key || !key->read(out, value)) && wrong[0] == '\0')
            snprintf(wrong, cap, "Settings, line %u makes no sense and is left out: %s", number,
                     shown);
    }
    free(text);
}

/* Makes the folders on the way to a file. */
static bool make_folders(char *path, struct gf_error *err)
{
    for (char *slash = strchr(path + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash)
            *slash = '\0';
        bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        if (slash)
            *slash = '/';
        if (!made && (!slash || errno != EROFS))
            return gf_fail_errno(err, errno, "cannot make a folder for the settings");
        if (!slash)
            return true;
    }
}

static bool put(struct gf_output *out, const char *text, struct gf_error *err)
{
    return gf_output_write(out, text, strlen(text), err);
}

static bool put_setting(struct gf_output *out, const struct key *key, const char *value,
                        struct gf_error *err)
{
    return put(out, key->name, err) && put(out, " = ", err) && put(out, value, err) &&
           put(out, "\n", err);
}

/* The old text with the lines of changed keys replaced (their first; others of theirs go), and new
 * ones at the end. */
static bool write_text(struct gf_output *out, char *old, char values[KEYS][VALUE_MAX],
                       struct gf_error *err)
{
    bool written[KEYS] = {0};
    char *at = old, *line, *value, *copy = old ? strdup(old) : NULL, *copy_at = copy;
    bool ok = true;
    if (!old)
        ok = put(out, "# How gigaflame's window looks. It writes here what is changed in it.\n",
                 err);
    while (ok && copy && (line = next_line(&at))) {
        char *whole = next_line(&copy_at);
        const struct key *key = key_of(line, &value);
        size_t i = key ? (size_t)(key - keys) : 0;
        if (!key || !values[i][0])
            ok = put(out, whole, err) && put(out, "\n", err);
        else if (!written[i])
            ok = put_setting(out, key, values[i], err);
        if (key)
            written[i] = true;
    }
    for (size_t i = 0; i < KEYS && ok; i++)
        if (values[i][0] && !written[i])
            ok = put_setting(out, &keys[i], values[i], err);
    free(copy);
    return ok;
}

bool gf_settings_write(const struct gf_settings *before, const struct gf_settings *now,
                       struct gf_error *err)
{
    char values[KEYS][VALUE_MAX], path[PATH_BYTES];
    bool any = false;
    for (size_t i = 0; i < KEYS; i++) {
        char old[VALUE_MAX];
        keys[i].write(before, old);
        keys[i].write(now, values[i]);
        if (strcmp(old, values[i]) == 0)
            values[i][0] = '\0';
        any |= values[i][0] != '\0';
    }
    if (!any || !folder(path))
        return true;
    struct gf_output *out;
    if (!make_folders(path, err))
        return false;
    char *old = content();
    strncat(path, "/settings", sizeof path - strlen(path) - 1);
    bool ok = gf_output_open(path, &out, err);
    if (ok && !write_text(out, old, values, err)) {
        gf_output_abort(out);
        ok = false;
    } else if (ok) {
        ok = gf_output_commit(out, err);
    }
    free(old);
    return ok;
}
