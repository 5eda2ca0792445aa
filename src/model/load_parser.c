/* The parser threads of a load. */
#include <stdlib.h>
#include <string.h>

#include "model/load_internal.h"

/* Orders ignored lines as the input has them. */
static bool before(const struct gf_ignored_at *a, const struct gf_ignored_at *b)
{
    if (a->source != b->source)
        return a->source < b->source;
    return a->piece != b->piece ? a->piece < b->piece : a->line < b->line;
}

/* Keeps the line if it is among the first. */
static void keep_ignored(struct gf_load *load, struct gf_ignored_at line)
{
    uint32_t at = load->nignored;
    while (at > 0 && before(&line, &load->ignored[at - 1]))
        at--;
    if (at == GF_IGNORED_LINES)
        return;
    if (load->nignored < GF_IGNORED_LINES)
        load->nignored++;
    memmove(&load->ignored[at + 1], &load->ignored[at],
            (load->nignored - at - 1) * sizeof *load->ignored);
    load->ignored[at] = line;
}

/* With the mutex held: adds what the decoder saw in a piece. */
static void add_counts(struct gf_load *load, const struct gf_feed *feed, uint64_t piece,
                       const struct gf_decode_counts *counts)
{
    uint64_t before_them = piece < feed->nlines ? feed->lines[piece] : 0; /* of the same piece */
    load->stats.records += counts->records;
    load->stats.rounded += counts->rounded;
    for (int cause = 0; cause < GF_IGNORED_CAUSES; cause++) {
        load->stats.ignored_by[cause] += counts->ignored_by[cause];
        load->stats.ignored += counts->ignored_by[cause];
    }
    for (uint32_t i = 0; i < counts->nignored; i++)
        keep_ignored(load, (struct gf_ignored_at){feed->source, piece,
                                                  before_them + counts->ignored[i].line,
                                                  counts->ignored[i].cause});
    if (load->params.strict && counts->nignored) {
        load->draining = true;
        gf_load_wake(load);
    }
    atomic_store(&load->records, load->stats.records);
}

void gf_parser_close_feed(struct gf_load *load, struct gf_feed *feed)
{
    for (uint32_t i = 0; i < load->nignored; i++) {
        struct gf_ignored_at *at = &load->ignored[i];
        if (at->source == feed->source) {
            at->line += gf_feed_lines_before(feed, at->piece) + 1;
            at->piece = 0;
        }
    }
    /* Of slots only the decoder thread knows what it took; with the others it was reported. */
    uint64_t in = feed->kind == GF_PIECE_SLOT ? gf_feed_bytes_in(feed) : feed->file.size;
    load->stats.bytes_read += in;
    if (feed->kind == GF_PIECE_SLOT)
        atomic_fetch_add(&load->bytes_read, in);
    load->feeds[feed->source] = NULL;
    /* The source that is being opened has no feed yet, but will. */
    size_t opened = load->next_source - load->opening;
    while (load->first_feed < opened && !load->feeds[load->first_feed])
        load->first_feed++;
    pthread_mutex_unlock(&load->shared.mutex);
    gf_feed_close(feed);
    pthread_mutex_lock(&load->shared.mutex);
}

/* "mixed" where the inputs differ. */
static void note_kind(const char **all, const char *one)
{
    *all = !*all || strcmp(*all, one) == 0 ? one : "mixed";
}

/* With the mutex held: decides whether an opened input is taken. */
static bool admit(struct gf_load *load, const struct gf_feed *feed, bool *skip,
                  struct gf_error *err)
{
    const struct gf_source *source = &load->sources->items[feed->source];
    *skip = false;
    if (!feed->format && (feed->empty || source->from_directory)) {
        *skip = true;
        load->stats.skipped_files += !feed->empty;
        load->stats.files += feed->empty;
        return true;
    }
    if (!feed->format)
        return gf_fail(err, GF_ERR_FORMAT,
                       "not a profile that gigaflame knows (no line looks like \"main;f;g 42\")") ||
               gf_error_in(err, gf_load_label(load, feed->source));
    if (load->columns && load->columns != feed->hints.columns)
        return gf_fail(err, GF_ERR_FORMAT,
                       "has %u count columns, but the files before it have %u: a differential "
                       "cannot be added to a profile",
                       feed->hints.columns, load->columns) ||
               gf_error_in(err, gf_load_label(load, feed->source));
    load->columns = feed->hints.columns;
    load->stats.files++;
    note_kind(&load->stats.format, feed->format->name);
    note_kind(&load->stats.compression, gf_compression_name(feed->compression));
    return true;
}

/* With the mutex held, which is let go meanwhile: opens the next source. */
static void open_next(struct gf_load *load)
{
    size_t at = load->next_source++;
    struct gf_error err = {0};
    struct gf_feed *feed;
    load->opening = true;
    pthread_mutex_unlock(&load->shared.mutex);
    bool ok = gf_feed_open(&load->shared, load->sources->items[at].path, (uint32_t)at, &feed, &err);
    pthread_mutex_lock(&load->shared.mutex);
    load->opening = false;
    bool skip = false;
    if (ok) {
        load->feeds[at] = feed;
        ok = admit(load, feed, &skip, &err);
    }
    if (skip) {
        gf_feed_abandon(feed);
        gf_parser_close_feed(load, feed);
    }
    if (!ok && atomic_load(&load->shared.enough))
        load->cut_short = true;
    else if (!ok)
        gf_load_fail(load, at, &err);
    pthread_cond_broadcast(&load->shared.changed);
}

/* With the mutex held: closes the feeds of which nothing is left, and reports those that failed. */
static void settle(struct gf_load *load)
{
    for (size_t i = load->first_feed; i < load->next_source; i++) {
        struct gf_feed *feed = load->feeds[i];
        if (!feed || !gf_feed_drained(feed) || feed->users > 0)
            continue;
        /* Of an input that nobody reads on, what was behind does not matter. */
        if (feed->error.code == GF_OK || atomic_load(&load->shared.enough)) {
            load->cut_short |= feed->error.code != GF_OK;
            gf_parser_close_feed(load, feed);
        } else {
            gf_error_in(&feed->error, gf_load_label(load, i));
            gf_load_fail(load, i, &feed->error);
        }
    }
}

/* With the mutex held: how many of the first inputs are still of interest. Once --strict has found
 * a line, those before it may have an earlier one; of its own input all before it was taken. */
static size_t sources_wanted(const struct gf_load *load)
{
    if (atomic_load(&load->shared.enough))
        return 0;
    return load->draining ? load->ignored[0].source : load->sources->n;
}

/* With the mutex held: looks for a piece; returns its feed. *more: there may be one later. */
static struct gf_feed *find_piece(struct gf_parser *p, struct gf_piece *piece, bool *more)
{
    struct gf_load *load = p->load;
    unsigned open = 0;
    settle(load); /* lets go of the mutex */
    size_t wanted = sources_wanted(load);
    *more = load->opening;
    struct gf_feed *own = p->source >= 0 ? load->feeds[p->source] : NULL;
    if (own && own->source < wanted && gf_feed_take(own, p->id, piece))
        return own;
    for (size_t i = load->first_feed; i < load->next_source && i < wanted; i++)
        open += load->feeds[i] && !gf_feed_drained(load->feeds[i]);
    if (open < load->max_feeds && load->next_source < wanted && !load->opening) {
        open_next(load);
        *more = true;
        return NULL;
    }
    for (size_t i = load->first_feed; i < load->next_source && i < wanted; i++) {
        struct gf_feed *feed = load->feeds[i];
        if (feed && gf_feed_take(feed, p->id, piece))
            return feed;
    }
    *more |= open > 0 || load->next_source < wanted;
    return NULL;
}

/* With the mutex held: waits until find_piece may have another answer. */
static void wait_for_piece(struct gf_parser *p)
{
    struct gf_load *load = p->load;
    struct gf_feed *own = p->source >= 0 ? load->feeds[p->source] : NULL;
    if (!own || own->kind != GF_PIECE_SLOT || own->owner != p->id || gf_feed_drained(own) ||
        own->source >= sources_wanted(load)) {
        pthread_cond_wait(&load->shared.changed, &load->shared.mutex);
        return;
    }
    own->users++; /* it shall not be closed meanwhile */
    pthread_cond_wait(&own->slot_ready, &load->shared.mutex);
    own->users--;
}

/* With the mutex held: a parser that goes to another feed does not wait for its own any more, so
 * the next slot of that is for whoever comes first. */
static void leave_feed(struct gf_parser *p, const struct gf_feed *next)
{
    struct gf_feed *own = p->source >= 0 ? p->load->feeds[p->source] : NULL;
    if (own && own != next && own->owner == p->id)
        own->owner = -1;
}

/* Takes the next piece, waiting for one if need be. NULL at the end. */
static struct gf_feed *next_piece(struct gf_parser *p, struct gf_piece *piece)
{
    struct gf_load *load = p->load;
    struct gf_feed *feed = NULL;
    bool more = true;
    pthread_mutex_lock(&load->shared.mutex);
    while (!atomic_load(&load->shared.stop) && more) {
        size_t opened = load->next_source;
        feed = find_piece(p, piece, &more);
        if (feed) {
            feed->users++;
            leave_feed(p, feed);
            break;
        }
        if (more && opened == load->next_source)
            wait_for_piece(p);
    }
    if (!feed)
        pthread_cond_broadcast(&load->shared.changed);
    pthread_mutex_unlock(&load->shared.mutex);
    return feed;
}

static void hold_tree(struct gf_parser *p)
{
    pthread_mutex_lock(&p->gate);
    pthread_mutex_lock(&p->tree);
    pthread_mutex_unlock(&p->gate);
}

/* Called between two chunks with the tree held: reports, and lets go of the tree for whoever waits
 * for it. False: stop. */
static bool between_chunks(struct gf_parser *p, uint64_t in, uint64_t decoded, struct gf_error *err)
{
    struct gf_load *load = p->load;
    atomic_fetch_add(&load->bytes_read, in);
    atomic_fetch_add(&load->shared.bytes_decoded, decoded);
    p->decoded += decoded;
    pthread_mutex_unlock(&p->tree);
    hold_tree(p);
    return !atomic_load(&load->shared.stop) || gf_fail(err, GF_ERR_CANCELLED, "stopped");
}

static bool new_builder(struct gf_parser *p, unsigned columns, struct gf_error *err)
{
    p->builder = gf_builder_create(columns, p->load->simd, err);
    if (p->builder)
        p->sink = gf_builder_sink(p->builder);
    return p->builder != NULL;
}

static bool new_decoder(struct gf_parser *p, const struct gf_feed *feed, struct gf_error *err)
{
    if (p->decoder)
        p->format->destroy(p->decoder);
    p->format = feed->format;
    p->decoder = feed->format->create(&feed->hints, p->load->simd, err);
    p->work.decoder = p->decoder;
    p->source = p->decoder ? (int64_t)feed->source : -1;
    return p->decoder != NULL;
}

/* Makes decoder and builder ready for the feed. */
static bool prepare(struct gf_parser *p, const struct gf_feed *feed, struct gf_error *err)
{
    if (!p->builder) {
        pthread_mutex_lock(&p->tree);
        bool ok = new_builder(p, feed->hints.columns, err);
        pthread_mutex_unlock(&p->tree);
        if (!ok)
            return false;
    }
    return p->source == feed->source || new_decoder(p, feed, err);
}

/* Parses what needs no more reading. */
static bool parse_text(struct gf_parser *p, const struct gf_feed *feed, const char *text, size_t n,
                       bool last, struct gf_error *err)
{
    size_t used;
    return feed->format->feed(p->decoder, text, n, last, &p->sink, &used, err);
}

/* With the mutex held: adds up what the decoder saw since the last call. */
static bool count_piece(struct gf_parser *p, struct gf_feed *feed, uint64_t index,
                        struct gf_error *err)
{
    struct gf_decode_counts counts = {0};
    if (p->decoder)
        counts = p->format->take_counts(p->decoder);
    add_counts(p->load, feed, index, &counts);
    return gf_feed_done(feed, index, counts.lines, err);
}

/* The feed and the piece that a parser is at work on. */
struct task {
    struct gf_parser *parser;
    struct gf_feed *feed;
    const struct gf_piece *piece;
};

/* Writes the parser's tree to the disk and begins a new one. */
static bool spill(struct task *t, struct gf_error *err)
{
    struct gf_parser *p = t->parser;
    struct gf_load *load = p->load;
    pthread_mutex_lock(&load->shared.mutex);
    /* The decoder says what a line shares with the one before, which the new tree will not have
     * seen: it has to begin anew too. */
    bool ok = count_piece(p, t->feed, t->piece->index, err);
    if (ok && !load->spill)
        load->spill = gf_spill_create(load->params.spill_dir, err);
    struct gf_spill *spill = load->spill;
    pthread_mutex_unlock(&load->shared.mutex);
    if (!ok || !spill)
        return false;
    atomic_store(&load->spilled, true);
    if (!gf_spill_write(spill, gf_builder_tree(p->builder), err))
        return false;
    atomic_store(&load->spill_bytes, gf_spill_memory(spill));
    gf_builder_destroy(p->builder);
    atomic_store(&p->tree_bytes, 0);
    return new_builder(p, t->feed->hints.columns, err) && new_decoder(p, t->feed, err);
}

/* With the tree held: the trees of all parsers together, and the names of those that were spilled,
 * must stay within the budget. */
static bool make_room(struct task *t, struct gf_error *err)
{
    struct gf_parser *p = t->parser;
    struct gf_load *load = p->load;
    uint64_t own = gf_builder_size(p->builder), names = atomic_load(&load->spill_bytes);
    uint64_t all = names;
    atomic_store(&p->tree_bytes, own);
    for (unsigned i = 0; i < load->nparsers; i++)
        all += atomic_load(&load->parsers[i].tree_bytes);
    if (all <= load->tree_budget)
        return true;
    if (load->params.order == GF_ORDER_INPUT || names > load->tree_budget / 2)
        return gf_fail(err, GF_ERR_NOMEM,
                       "the distinct %s read so far take %llu MB, more than --max-memory leaves "
                       "for them (%llu MB)",
                       names ? "function names" : "call paths",
                       (unsigned long long)((names ? names : all) >> 20),
                       (unsigned long long)(load->tree_budget >> 20));
    /* A small tree is not worth a run. Those that make the sum too large are others', and their
     * parsers will find that out. */
    return own < load->tree_budget / (4 * (uint64_t)load->nparsers) || spill(t, err);
}

static bool task_between(void *ctx, uint64_t in, uint64_t decoded, struct gf_error *err)
{
    return make_room(ctx, err) && between_chunks(((struct task *)ctx)->parser, in, decoded, err);
}

/* With the tree held: parses a line that a run completes. Lines are counted by pieces, and it is
 * one of its own. */
static bool task_joined(void *ctx, const struct gf_joined *line, struct gf_error *err)
{
    struct task *t = ctx;
    pthread_mutex_t *mutex = &t->parser->load->shared.mutex;
    pthread_mutex_lock(mutex);
    bool ok = count_piece(t->parser, t->feed, t->piece->index, err);
    pthread_mutex_unlock(mutex);
    ok = ok && parse_text(t->parser, t->feed, line->text, line->n, true, err);
    pthread_mutex_lock(mutex);
    ok = count_piece(t->parser, t->feed, line->index, err) && ok;
    pthread_mutex_unlock(mutex);
    free(line->text);
    return ok;
}

static bool parse_piece(struct gf_parser *p, struct gf_feed *feed, const struct gf_piece *piece,
                        struct gf_error *err)
{
    if (!prepare(p, feed, err))
        return false;
    struct task task = {p, feed, piece};
    bool ok = false;
    p->work.sink = &p->sink;
    p->work.between = task_between;
    p->work.joined = task_joined;
    p->work.ctx = &task;
    p->decoded = 0;
    hold_tree(p);
    switch (piece->kind) {
    case GF_PIECE_SLOT:
        p->decoded = piece->slot->n;
        ok = parse_text(p, feed, piece->slot->data, piece->slot->n, piece->slot->last, err);
        break;
    case GF_PIECE_RANGE:
        ok = gf_feed_parse_range(feed, piece, &p->work, err);
        break;
    case GF_PIECE_RUN:
        ok = gf_feed_parse_run(feed, piece, &p->work, err);
        break;
    }
    ok = ok && make_room(&task, err);
    pthread_mutex_unlock(&p->tree);
    return ok;
}

void *gf_parser_main(void *arg)
{
    struct gf_parser *p = arg;
    struct gf_load *load = p->load;
    struct gf_piece piece;
    struct gf_feed *feed;
    while ((feed = next_piece(p, &piece))) {
        struct gf_error err = {0};
        bool ok = parse_piece(p, feed, &piece, &err);
        pthread_mutex_lock(&load->shared.mutex);
        ok = count_piece(p, feed, piece.index, ok ? &err : NULL) && ok;
        load->stats.bytes_decoded += p->decoded;
        gf_feed_give_back(feed, &piece);
        feed->users--;
        if (!ok) {
            gf_error_in(&err, gf_load_label(load, feed->source));
            gf_load_fail(load, feed->source, &err);
        }
        pthread_mutex_unlock(&load->shared.mutex);
    }
    /* What finds call paths is not needed to merge them, and may be as large as the tree. */
    pthread_mutex_lock(&p->tree);
    if (p->builder)
        gf_builder_rest(p->builder);
    pthread_mutex_unlock(&p->tree);
    return NULL;
}
