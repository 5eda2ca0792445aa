#include "ui/script.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/vec.h"

/* A script of more bytes was not written by a person. */
#define SCRIPT_MAX (1u << 20)

struct reader {
    struct gf_script *out;
    char *words[6];
    size_t nwords;
    char *rest; /* of the line, after the first word */
    size_t line;
    struct gf_error *err;
};

static struct gf_step *add(struct reader *r, enum gf_step_kind kind)
{
    struct gf_script *s = r->out;
    if (!gf_grow(&s->steps, &s->cap, s->n + 1, r->err))
        return NULL;
    s->steps[s->n] = (struct gf_step){.kind = kind, .line = r->line};
    return &s->steps[s->n++];
}

static bool add_event(struct reader *r, struct gf_event event)
{
    struct gf_step *step = add(r, GF_STEP_EVENT);
    if (step)
        step->event = event;
    return step != NULL;
}

static bool add_act(struct reader *r, struct gf_act act)
{
    struct gf_step *step = add(r, GF_STEP_ACT);
    if (step)
        step->act = act;
    return step != NULL;
}

static bool add_text(struct reader *r, enum gf_step_kind kind, enum gf_do what, const char *text)
{
    struct gf_step *step = add(r, kind);
    if (!step)
        return false;
    step->act.what = what;
    step->text = strdup(text);
    return step->text || gf_fail_nomem(r->err, strlen(text));
}

static bool number(const char *text, double *out)
{
    char *end;
    *out = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*out);
}

/* The words from `first` on as n numbers. */
static bool numbers(const struct reader *r, size_t first, size_t n, double *out)
{
    if (r->nwords < first + n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!number(r->words[first + i], &out[i]))
            return false;
    return true;
}

/* ---- keys ---- */

static const struct {
    const char *name;
    int key;
} keys[] = {
    {"Escape", GF_KEY_ESCAPE},  {"Enter", GF_KEY_ENTER},         {"Tab", GF_KEY_TAB},
    {"Up", GF_KEY_UP},          {"Backspace", GF_KEY_BACKSPACE}, {"Delete", GF_KEY_DELETE},
    {"Left", GF_KEY_LEFT},      {"Right", GF_KEY_RIGHT},         {"Down", GF_KEY_DOWN},
    {"PageUp", GF_KEY_PAGE_UP}, {"PageDown", GF_KEY_PAGE_DOWN},  {"Home", GF_KEY_HOME},
    {"End", GF_KEY_END},        {"Space", GF_KEY_SPACE},         {"F1", GF_KEY_F1},
    {"F5", GF_KEY_F1 + 4},      {"F10", GF_KEY_F1 + 9},          {"F11", GF_KEY_F1 + 10},
    {"Menu", GF_KEY_MENU},
};

static int key_named(const char *name)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(name, keys[i].name) == 0)
            return keys[i].key;
    if (name[0] > ' ' && name[0] < 127 && name[1] == '\0')
        return toupper((unsigned char)name[0]);
    return GF_KEY_UNKNOWN;
}

static unsigned modifier(const char *word, size_t *len)
{
    static const struct {
        const char *name;
        unsigned mod;
    } mods[] = {{"Ctrl", GF_MOD_CONTROL}, {"Alt", GF_MOD_ALT}, {"Shift", GF_MOD_SHIFT}};
    for (size_t i = 0; i < sizeof mods / sizeof *mods; i++) {
        *len = strlen(mods[i].name);
        if (strncmp(word, mods[i].name, *len) == 0)
            return mods[i].mod;
    }
    return 0;
}

static bool parse_key(struct reader *r)
{
    if (r->nwords != 2)
        return false;
    const char *word = r->words[1];
    unsigned mods = 0, mod;
    size_t len;
    while ((mod = modifier(word, &len)) && word[len] == '-' && word[len + 1]) {
        mods |= mod;
        word += len + 1;
    }
    int key = key_named(word);
    struct gf_event e = {.type = GF_EVENT_KEY, .key = key, .mods = mods, .down = true};
    if (key == GF_KEY_UNKNOWN || !add_event(r, e))
        return false;
    /* As the window system does: a key that stands for a character types it too. */
    bool types = word[1] == '\0' && !(mods & (GF_MOD_CONTROL | GF_MOD_ALT));
    if (types && !add_event(r, (struct gf_event){.type = GF_EVENT_CHAR,
                                                 .codepoint = (unsigned char)word[0]}))
        return false;
    e.down = false;
    return add_event(r, e);
}

static bool parse_type(struct reader *r)
{
    size_t n = strlen(r->rest);
    for (size_t at = 0; at < n;) {
        struct gf_event e = {.type = GF_EVENT_CHAR};
        at += gf_utf8_decode(r->rest + at, n - at, &e.codepoint);
        if (!add_event(r, e))
            return false;
    }
    return n > 0;
}

/* ---- the pointer ---- */

static struct gf_event cursor(double x, double y)
{
    return (struct gf_event){.type = GF_EVENT_CURSOR, .x = x, .y = y};
}

static struct gf_event button(double x, double y, int which, bool down)
{
    return (struct gf_event){
        .type = GF_EVENT_BUTTON, .x = x, .y = y, .button = which, .down = down};
}

static bool parse_move(struct reader *r)
{
    double at[2];
    return numbers(r, 1, 2, at) && r->nwords == 3 && add_event(r, cursor(at[0], at[1]));
}

static bool parse_click(struct reader *r)
{
    double at[2];
    bool right = r->nwords == 4 && strcmp(r->words[3], "right") == 0;
    int which = right ? GF_BUTTON_RIGHT : GF_BUTTON_LEFT;
    return numbers(r, 1, 2, at) && r->nwords == (right ? 4u : 3u) &&
           add_event(r, cursor(at[0], at[1])) && add_event(r, button(at[0], at[1], which, true)) &&
           add_event(r, button(at[0], at[1], which, false));
}

static bool parse_drag(struct reader *r)
{
    double at[4];
    if (!numbers(r, 1, 4, at) || r->nwords > 6)
        return false;
    const char *how = r->nwords == 6 ? r->words[5] : "";
    bool right = strcmp(how, "right") == 0, shift = strcmp(how, "Shift") == 0;
    if (how[0] && !right && !shift)
        return false;
    int which = right ? GF_BUTTON_RIGHT : GF_BUTTON_LEFT;
    struct gf_event press = button(at[0], at[1], which, true);
    press.mods = shift ? GF_MOD_SHIFT : 0;
    return add_event(r, cursor(at[0], at[1])) && add_event(r, press) &&
           add_event(r, cursor((at[0] + at[2]) / 2, (at[1] + at[3]) / 2)) &&
           add_event(r, cursor(at[2], at[3])) && add_event(r, button(at[2], at[3], which, false));
}

static bool parse_wheel(struct reader *r)
{
    double at[3];
    size_t len;
    if (!numbers(r, 1, 3, at) || r->nwords > 5)
        return false;
    unsigned mods = r->nwords == 5 ? modifier(r->words[4], &len) : 0;
    if (r->nwords == 5 && mods == 0)
        return false;
    struct gf_event e = {
        .type = GF_EVENT_SCROLL, .x = at[0], .y = at[1], .dy = at[2], .mods = mods};
    return add_event(r, cursor(at[0], at[1])) && add_event(r, e);
}

/* ---- lines ---- */

static bool parse_wait(struct reader *r)
{
    double seconds;
    if (r->nwords != 2)
        return false;
    if (strcmp(r->words[1], "loaded") == 0)
        return add(r, GF_STEP_WAIT_LOADED) != NULL;
    if (strcmp(r->words[1], "still") == 0)
        return add(r, GF_STEP_WAIT_STILL) != NULL;
    if (!number(r->words[1], &seconds) || seconds < 0 || seconds > 3600)
        return false;
    struct gf_step *step = add(r, GF_STEP_WAIT);
    if (step)
        step->seconds = seconds;
    return step != NULL;
}

static bool parse_theme(struct reader *r)
{
    return add_act(r, (struct gf_act){.what = GF_DO_THEME, .amount = r->words[0][0] == 'd'});
}

static bool parse_zoom_to(struct reader *r)
{
    return add_text(r, GF_STEP_ACT_PATH, GF_DO_ZOOM_TO, r->rest);
}

static bool parse_select(struct reader *r)
{
    return add_text(r, GF_STEP_ACT_PATH, GF_DO_SELECT, r->rest);
}

/* Another search beside those there are. */
static bool parse_search(struct reader *r)
{
    return r->rest[0] && add_act(r, (struct gf_act){.what = GF_DO_SEARCH_ADD}) &&
           add_text(r, GF_STEP_ACT, GF_DO_LINE_SET, r->rest) &&
           add_act(r, (struct gf_act){.what = GF_DO_SEARCH_KEEP});
}

static bool parse_undo(struct reader *r)
{
    return add_act(r, (struct gf_act){.what = GF_DO_NARROW_UNDO});
}

/* "focus write", "collapse", "below 0.5%": a step of the narrowing, by the name of its option. */
static bool parse_narrow(struct reader *r, enum gf_narrow_kind kind)
{
    bool text = gf_narrow_has_pattern(kind) || kind == GF_NARROW_BELOW;
    if (text != (r->rest[0] != '\0') || !add_text(r, GF_STEP_ACT, GF_DO_NARROW, r->rest))
        return false;
    r->out->steps[r->out->n - 1].act.amount = kind;
    return true;
}

static bool parse_screenshot(struct reader *r)
{
    return r->rest[0] && add_text(r, GF_STEP_SCREENSHOT, GF_DO_NOTHING, r->rest);
}

static bool parse_state(struct reader *r)
{
    return add(r, GF_STEP_STATE) != NULL;
}

static bool parse_drop(struct reader *r)
{
    return r->rest[0] && add_text(r, GF_STEP_ACT, GF_DO_DROP, r->rest);
}

/* "open FILE", "compare FILE". */
static bool parse_open(struct reader *r)
{
    if (!r->rest[0] || !add_text(r, GF_STEP_ACT, GF_DO_OPEN_FILE, r->rest))
        return false;
    r->out->steps[r->out->n - 1].act.amount = r->words[0][0] == 'c';
    return true;
}

static bool parse_quit(struct reader *r)
{
    return add_act(r, (struct gf_act){.what = GF_DO_QUIT});
}

static bool parse_leave(struct reader *r)
{
    return add_event(r, (struct gf_event){.type = GF_EVENT_LEAVE});
}

static const struct {
    const char *word;
    bool (*parse)(struct reader *r);
} words[] = {
    {"wait", parse_wait},
    {"move", parse_move},
    {"click", parse_click},
    {"drag", parse_drag},
    {"wheel", parse_wheel},
    {"key", parse_key},
    {"type", parse_type},
    {"light", parse_theme},
    {"dark", parse_theme},
    {"zoom_to", parse_zoom_to},
    {"quit", parse_quit},
    {"select", parse_select},
    {"screenshot", parse_screenshot},
    {"state", parse_state},
    {"search", parse_search},
    {"undo", parse_undo},
    {"drop", parse_drop},
    {"open", parse_open},
    {"compare", parse_open},
    {"leave", parse_leave},
};

/* Cuts `line` into words; the text after the first is kept whole too. */
static bool split(struct reader *r, char *line, char *copy)
{
    while (*line == ' ' || *line == '\t')
        line++;
    size_t first = strcspn(line, " \t");
    r->rest = line + first + strspn(line + first, " \t");
    memcpy(copy, line, strlen(line) + 1);
    char *save = NULL;
    r->nwords = 0;
    for (char *w = strtok_r(copy, " \t", &save); w; w = strtok_r(NULL, " \t", &save)) {
        if (r->nwords == sizeof r->words / sizeof *r->words)
            return true; /* the rest is text */
        r->words[r->nwords++] = w;
    }
    return r->nwords > 0 && r->words[0][0] != '#';
}

static bool parse_line(struct reader *r)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(r->words[0], words[i].word) == 0)
            return words[i].parse(r);
    for (int kind = 0; kind < GF_NARROW_KINDS; kind++)
        if (strcmp(r->words[0], gf_narrow_name((enum gf_narrow_kind)kind)) == 0)
            return parse_narrow(r, (enum gf_narrow_kind)kind);
    return false;
}

bool gf_script_parse(const char *text, size_t n, struct gf_script *out, struct gf_error *err)
{
    *out = (struct gf_script){.since = -1};
    struct gf_error none = {0};
    struct reader r = {.out = out, .err = err ? err : &none};
    char *line = malloc(n + 1), *copy = malloc(n + 1);
    bool ok = (line && copy) || gf_fail_nomem(err, n);
    for (size_t at = 0; ok && at < n;) {
        const char *eol = memchr(text + at, '\n', n - at);
        size_t len = (eol ? (size_t)(eol - text) : n) - at;
        memcpy(line, text + at, len);
        line[len > 0 && line[len - 1] == '\r' ? len - 1 : len] = '\0';
        at += len + 1;
        r.line++;
        if (!split(&r, line, copy))
            continue;
        r.err->code = GF_OK;
        ok = parse_line(&r);
        if (!ok && r.err->code == GF_OK) {
            gf_fail(r.err, GF_ERR_FORMAT, "this line of the script makes no sense: %.80s", line);
            r.err->line = r.line;
        }
    }
    free(line);
    free(copy);
    if (!ok)
        gf_script_free(out);
    return ok;
}

bool gf_script_read(const char *path, struct gf_script *out, struct gf_error *err)
{
    *out = (struct gf_script){.since = -1};
    FILE *f = fopen(path, "re");
    if (!f) {
        gf_fail_errno(err, errno, "cannot open the script");
        return gf_error_in(err, path);
    }
    char *text = malloc(SCRIPT_MAX);
    size_t n = text ? fread(text, 1, SCRIPT_MAX, f) : 0;
    bool ok = text ? true : gf_fail_nomem(err, SCRIPT_MAX);
    if (ok && ferror(f))
        ok = gf_fail_errno(err, errno, "cannot read the script");
    if (ok && n == SCRIPT_MAX)
        ok = gf_fail(err, GF_ERR_LIMIT, "a script of a megabyte or more");
    ok = ok && gf_script_parse(text, n, out, err);
    free(text);
    fclose(f);
    return ok || gf_error_in(err, path);
}

void gf_script_free(struct gf_script *script)
{
    for (size_t i = 0; i < script->n; i++)
        free(script->steps[i].text);
    free(script->steps);
    *script = (struct gf_script){.since = -1};
}

bool gf_script_done(const struct gf_script *script)
{
    return script->at == script->n;
}

const struct gf_step *gf_script_next(struct gf_script *script, const struct gf_app *app, bool still)
{
    while (script->at < script->n) {
        const struct gf_step *step = &script->steps[script->at];
        if (script->since < 0)
            script->since = app->now;
        bool waits = (step->kind == GF_STEP_WAIT_LOADED && app->loading) ||
                     (step->kind == GF_STEP_WAIT_STILL && !still) ||
                     (step->kind == GF_STEP_WAIT && app->now - script->since < step->seconds);
        if (waits)
            return NULL;
        script->at++;
        script->since = -1;
        if (step->kind > GF_STEP_WAIT)
            return step;
    }
    return NULL;
}
