#include "export/pprof.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/vec.h"
#include "model/diff.h"

/* Fields of the messages. */
enum {
    PROFILE_SAMPLE_TYPE = 1,
    PROFILE_SAMPLE,
    PROFILE_LOCATION = 4,
    PROFILE_FUNCTION,
    PROFILE_STRING
};
enum { VALUE_TYPE = 1, VALUE_UNIT };
enum { SAMPLE_LOCATION = 1, SAMPLE_VALUE, SAMPLE_LABEL };
enum { LABEL_KEY = 1, LABEL_STRING };
enum { LOCATION_ID = 1, LOCATION_LINE = 4 };
enum { LINE_FUNCTION = 1 };
enum { FUNCTION_ID = 1, FUNCTION_NAME };

enum { WIRE_VARINT = 0, WIRE_BYTES = 2 };
enum { VARINT_MOST = 10 };

/* Written when there is so much of it. */
#define FLUSH_BYTES ((size_t)64 << 10)

/* Strings by number: these, two for each value type, then the names. 0 has to be empty. */
enum { STRING_EMPTY, STRING_BASE, STRING_TRUE, STRINGS };
static const char *const strings[STRINGS] = {"", "pprof::base", "true"};

struct bytes {
    unsigned char *data;
    size_t n, cap;
};

struct writer {
    const struct gf_frames *frames;
    struct gf_encoder *enc;
    struct gf_error *err;
    bool differential;
    uint32_t columns[GF_FRAME_VALUES], ncolumns; /* value types that are written */
    uint32_t first_name;                         /* the number of the string of name 0 */
    struct bytes out, message, packed;           /* what is on its way, and two parts under way */
    struct level {
        uint32_t end, name;
    } * levels; /* of the node at hand, from the first below the root */
    size_t depth, levels_cap;
};

/* ---- the wire format ---- */

static bool put(struct bytes *b, const void *data, size_t n, struct gf_error *err)
{
    size_t need;
    if (!gf_add(b->n, n, &need))
        return gf_fail_nomem(err, n);
    if (!gf_grow(&b->data, &b->cap, need, err))
        return false;
    if (n > 0)
        memcpy(b->data + b->n, data, n);
    b->n = need;
    return true;
}

static bool put_varint(struct bytes *b, uint64_t v, struct gf_error *err)
{
    unsigned char text[VARINT_MOST];
    size_t n = 0;
    do {
        text[n++] = (unsigned char)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));
        v >>= 7;
    } while (v > 0);
    return put(b, text, n, err);
}

static bool put_number(struct bytes *b, unsigned field, uint64_t v, struct gf_error *err)
{
    return put_varint(b, field << 3 | WIRE_VARINT, err) && put_varint(b, v, err);
}

static bool put_bytes(struct bytes *b, unsigned field, const void *data, size_t n,
                      struct gf_error *err)
{
    return put_varint(b, field << 3 | WIRE_BYTES, err) && put_varint(b, n, err) &&
           put(b, data, n, err);
}

static bool flush(struct writer *w)
{
    size_t n = w->out.n;
    w->out.n = 0;
    return n == 0 || gf_encoder_write(w->enc, w->out.data, n, w->err);
}

/* The message under way becomes the next `field` of the profile. */
static bool end_message(struct writer *w, unsigned field)
{
    bool ok = put_bytes(&w->out, field, w->message.data, w->message.n, w->err);
    w->message.n = 0;
    return ok && (w->out.n < FLUSH_BYTES || flush(w));
}

/* What was packed becomes a field of the message. */
static bool end_packed(struct writer *w, unsigned field)
{
    bool ok = put_bytes(&w->message, field, w->packed.data, w->packed.n, w->err);
    w->packed.n = 0;
    return ok;
}

/* ---- samples ---- */

/* One sample of the stack at hand. `sign` -1: what was before. */
static bool write_sample(struct writer *w, uint32_t node, uint32_t first, uint32_t n, int sign)
{
    struct bytes *m = &w->message, *p = &w->packed;
    for (size_t i = w->depth; i-- > 0;) /* the leaf comes first; ids begin at 1 */
        if (!put_varint(p, (uint64_t)w->levels[i].name + 1, w->err))
            return false;
    if (!end_packed(w, SAMPLE_LOCATION))
        return false;
    for (uint32_t i = first; i < first + n; i++) {
        uint64_t weight = gf_frame_self(w->frames, node, w->columns[i]);
        if (!put_varint(p, sign < 0 ? -weight : weight, w->err))
            return false;
    }
    if (!end_packed(w, SAMPLE_VALUE))
        return false;
    if (sign < 0 &&
        (!put_number(p, LABEL_KEY, STRING_BASE, w->err) ||
         !put_number(p, LABEL_STRING, STRING_TRUE, w->err) || !end_packed(w, SAMPLE_LABEL)))
        return false;
    return m->n == 0 || end_message(w, PROFILE_SAMPLE);
}

static bool write_node(struct writer *w, uint32_t node)
{
    bool any = false;
    for (uint32_t i = 0; i < w->ncolumns; i++) {
        bool here = gf_frame_self(w->frames, node, w->columns[i]) > 0;
        any |= here;
        if (here && w->differential && !write_sample(w, node, i, 1, i == GF_BEFORE ? -1 : 1))
            return false;
    }
    return !any || w->differential || write_sample(w, node, 0, w->ncolumns, 1);
}

static bool write_samples(struct writer *w)
{
    const struct gf_frames *f = w->frames;
    for (uint32_t node = 1; node < f->n; node++) {
        while (w->depth > 0 && w->levels[w->depth - 1].end <= node)
            w->depth--;
        if (!gf_grow(&w->levels, &w->levels_cap, w->depth + 1, w->err))
            return false;
        w->levels[w->depth++] = (struct level){f->end[node], f->name[node]};
        if (!write_node(w, node))
            return false;
    }
    return true;
}

/* ---- what samples refer to ---- */

static bool write_types(struct writer *w)
{
    for (uint32_t i = 0; i < (w->differential ? 1 : w->ncolumns); i++)
        if (!put_number(&w->message, VALUE_TYPE, STRINGS + (uint64_t)2 * i, w->err) ||
            !put_number(&w->message, VALUE_UNIT, STRINGS + (uint64_t)2 * i + 1, w->err) ||
            !end_message(w, PROFILE_SAMPLE_TYPE))
            return false;
    return true;
}

static bool write_functions(struct writer *w)
{
    for (uint64_t name = 0; name < w->frames->names.n; name++)
        if (!put_number(&w->packed, LINE_FUNCTION, name + 1, w->err) ||
            !put_number(&w->message, LOCATION_ID, name + 1, w->err) ||
            !end_packed(w, LOCATION_LINE) || !end_message(w, PROFILE_LOCATION) ||
            !put_number(&w->message, FUNCTION_ID, name + 1, w->err) ||
            !put_number(&w->message, FUNCTION_NAME, w->first_name + name, w->err) ||
            !end_message(w, PROFILE_FUNCTION))
            return false;
    return true;
}

static bool write_string(struct writer *w, const char *text, size_t n)
{
    static const char replacement[] = "\xef\xbf\xbd";
    for (size_t at = 0; at < n;) {
        uint32_t cp;
        size_t len = gf_utf8_decode(text + at, n - at, &cp);
        bool valid = cp != 0xfffd;
        if (!put(&w->message, valid ? text + at : replacement, valid ? len : 3, w->err))
            return false;
        at += len;
    }
    return end_message(w, PROFILE_STRING);
}

static bool write_strings(struct writer *w, unsigned decimals)
{
    const struct gf_frames *f = w->frames;
    const struct gf_name_table *names = &f->names;
    char text[256], one[40];
    for (int i = 0; i < STRINGS; i++)
        if (!write_string(w, strings[i], strlen(strings[i])))
            return false;
    for (uint32_t i = 0; i < (w->differential ? 1 : w->ncolumns); i++) {
        const struct gf_value_type *v = &f->values[w->columns[i]];
        /* The types of a differential may be called after its sides. */
        bool typed = v->type && v->type[0] && !(w->differential && strcmp(v->type, "after") == 0);
        const char *type = typed ? v->type : gf_unit_name(f, w->columns[i]);
        const char *unit =
            v->unit && v->unit[0] && strcmp(v->unit, "samples") != 0 ? v->unit : "count";
        snprintf(text, sizeof text, "%s %.200s", gf_weight_number(one, 1, decimals),
                 gf_unit_name(f, w->columns[i]));
        unit = decimals > 0 ? text : unit;
        if (!write_string(w, type, strlen(type)) || !write_string(w, unit, strlen(unit)))
            return false;
    }
    for (uint32_t i = 0; i < names->n; i++)
        if (!write_string(w, names->bytes + names->offset[i],
                          (size_t)(names->offset[i + 1] - names->offset[i])))
            return false;
    return true;
}

static bool choose_columns(struct writer *w)
{
    const struct gf_frames *f = w->frames;
    w->differential = gf_is_differential(f);
    w->ncolumns = w->differential ? 2 : f->nvalues;
    for (uint32_t i = 0; i < w->ncolumns; i++) {
        w->columns[i] = w->differential ? gf_side(f, i) : i;
        if (gf_frame_total(f, 0, w->columns[i]) > INT64_MAX)
            return gf_fail(w->err, GF_ERR_LIMIT, "pprof has no numbers as large as the total");
    }
    w->first_name = STRINGS + 2 * (w->differential ? 1 : w->ncolumns);
    return true;
}

bool gf_pprof_write(const struct gf_frames *frames, unsigned decimals, struct gf_encoder *enc,
                    struct gf_error *err)
{
    struct writer w = {.frames = frames, .enc = enc, .err = err};
    bool ok = choose_columns(&w) && write_types(&w) && write_samples(&w) && write_functions(&w) &&
              write_strings(&w, decimals) && flush(&w);
    free(w.out.data);
    free(w.message.data);
    free(w.packed.data);
    free(w.levels);
    return ok;
}
