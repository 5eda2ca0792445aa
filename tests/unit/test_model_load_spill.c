/* Loads whose call trees outgrow --max-memory and go to the disk in between. */
#include "support/test_cmocka.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/hash.h"
#include "model/load.h"
#include "model/spill.h"
#include "support/load_path.h"
#include "support/packed.h"
#include "support/scratch.h"
#include "support/tally.h"

#define MB ((uint64_t)1 << 20)
/* Less than the trees of the tests take, enough for their profile. */
#define TIGHT (16 * MB)

/* Lines in random order, `distinct` stacks of up to five frames, some of them several times. Line i
 * (from 1) is bad when it is a multiple of `bad`. */
static struct bytes many_stacks(unsigned lines, unsigned distinct, unsigned bad)
{
    struct bytes text = {0};
    for (unsigned i = 1; i <= lines; i++) {
        uint64_t r = gf_mix(gf_mix(i) % distinct + 1);
        char line[128];
        int n;
        if (bad && i % bad == 0)
            n = snprintf(line, sizeof line, "no count\n");
        else
            n = snprintf(line, sizeof line, "main;f%u;g%u;%s%u;leaf%u %u\n", (unsigned)(r & 15),
                         (unsigned)(r >> 4 & 255), r >> 12 & 1 ? "h" : "h;",
                         (unsigned)(r >> 13) % 99, (unsigned)(r >> 40) % 97, (unsigned)(i % 10));
        bytes_add(&text, line, (size_t)n);
    }
    return text;
}

static void same_frames(const struct gf_frames *a, const struct gf_frames *b)
{
    assert_int_equal(a->n, b->n);
    assert_memory_equal(a->end, b->end, a->n * sizeof *a->end);
    assert_memory_equal(a->name, b->name, a->n * sizeof *a->name);
    assert_memory_equal(a->prefix[0], b->prefix[0], (a->n + (size_t)1) * sizeof *a->prefix[0]);
    assert_int_equal(a->names.n, b->names.n);
    assert_memory_equal(a->names.bytes, b->names.bytes, a->names.offset[a->names.n]);
}

static void test_spilled_profile_is_the_same(void **state)
{
    struct scratch *s = *state;
    const unsigned bad = 5003, lines = 260000;
    struct bytes text = many_stacks(lines, 220000, bad), zst = {0};
    struct tally want = {0};
    tally_add(&want, (const char *)text.data, text.n);
    tally_close(&want);
    for (size_t at = 0; at < text.n; at += 1000001)
        pack_zstd(&zst, text.data + at, text.n - at < 1000001 ? text.n - at : 1000001, true);
    const struct bytes *kinds[] = {&text, &zst};
    for (unsigned round = 0; round < 3; round++) {
        const char *path = scratch_write(s, "f", kinds[round % 2]->data, kinds[round % 2]->n);
        struct gf_load_params params = {.threads = 2 - round / 2,
                                        .order = round % 2 ? GF_ORDER_NAME : GF_ORDER_WEIGHT,
                                        .reverse = round == 1,
                                        .spill_dir = s->dir};
        struct gf_profile *whole = load_must(path, &params);
        params.max_memory = TIGHT;
        params.chunk_bytes = 50000;
        struct gf_profile *spilled = load_must(path, &params);
        assert_int_equal(whole->stats.spilled_bytes, 0);
        assert_true(spilled->stats.spilled_bytes > 0);
        same_frames(&whole->frames, &spilled->frames);
        assert_int_equal(whole->stats.stacks, spilled->stats.stacks);
        assert_int_equal(whole->stats.max_depth, spilled->stats.max_depth);
        assert_int_equal(spilled->stats.call_paths, whole->frames.n - 1);
        assert_int_equal(spilled->stats.totals[0], want.total);
        assert_int_equal(spilled->stats.records, want.lines);
        assert_int_equal(spilled->stats.ignored, lines / bad);
        for (unsigned i = 0; i < GF_IGNORED_LINES; i++)
            assert_int_equal(spilled->stats.ignored_lines[i].line, (i + 1) * bad);
        assert_int_equal(gf_frame_total(&spilled->frames, 0, 0), want.total);
        gf_profile_free(whole);
        gf_profile_free(spilled);
    }
    /* The file has no name. */
    assert_int_equal(scratch_entries(s->dir), 1);
    tally_free(&want);
    bytes_free(&text);
    bytes_free(&zst);
}

static void test_too_much_for_the_profile(void **state)
{
    struct scratch *s = *state;
    struct bytes text = many_stacks(300000, 300000, 0);
    struct gf_profile *profile;
    struct gf_error err;
    const char *path = scratch_write(s, "f", text.data, text.n);
    struct gf_load_params params = {.threads = 2, .max_memory = TIGHT / 2, .spill_dir = s->dir};
    assert_false(load_path(path, &params, &profile, &err));
    assert_int_equal(err.code, GF_ERR_NOMEM);
    assert_non_null(strstr(err.message, "distinct call paths take"));
    bytes_free(&text);
}

static void test_disk_fails(void **state)
{
    struct scratch *s = *state;
    struct bytes text = many_stacks(260000, 220000, 0);
    struct gf_profile *profile;
    struct gf_error err;
    char path[512], nowhere[512];
    snprintf(path, sizeof path, "%s", scratch_write(s, "f", text.data, text.n));
    snprintf(nowhere, sizeof nowhere, "%s", scratch_path(s, "nowhere"));
    struct gf_load_params params = {.threads = 2, .max_memory = TIGHT, .spill_dir = nowhere};
    assert_false(load_path(path, &params, &profile, &err));
    assert_int_equal(err.code, GF_ERR_IO);
    assert_string_equal(err.file, nowhere);
    assert_non_null(strstr(err.message, "temporary file"));
    /* No space for more than this. */
    struct rlimit before, low;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    low = before;
    low.rlim_cur = 100000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
    params.spill_dir = s->dir;
    assert_false(load_path(path, &params, &profile, &err));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(err.code, GF_ERR_IO);
    assert_string_equal(err.file, s->dir);
    params.order = GF_ORDER_INPUT;
    params.spill_dir = NULL;
    params.max_memory = TIGHT / 2;
    assert_false(load_path(path, &params, &profile, &err));
    assert_int_equal(err.code, GF_ERR_NOMEM);
    bytes_free(&text);
}

static void add_path(struct gf_tree *t, const char *path, uint64_t weight, unsigned decimals)
{
    uint32_t node = GF_ROOT, depth = 0;
    while (*path) {
        size_t n = strcspn(path, ";");
        uint32_t name;
        bool is_new;
        assert_true(gf_intern_add(&t->names, path, (uint32_t)n, &name, &is_new, NULL));
        assert_true(gf_tree_child(t, node, name, &node, &is_new, NULL));
        path += n + (path[n] == ';');
        depth++;
    }
    if (depth > t->max_depth)
        t->max_depth = depth;
    assert_true(gf_tree_add(t, node, &weight, decimals, NULL));
}

/* The order of names by their bytes is not that of their ids, prefixes come first, and units that
 * differ are made equal. */
static void test_runs_in_canonical_order(void **state)
{
    struct scratch *s = *state;
    const char *const runs[3][5] = {{"b;a", "b", "a;z;y", "a!;q", "\xff;a"},
                                    {"a;z", "a!;q", "", "c", "b;a"},
                                    {"a;z;y;x", "a;aa", "a;a", "a;ab", "b;a"}};
    /* Weights are 1.5 in the second run, 0 for the last stack of the third. */
    const char *const want[] = {"",   "a",    "a;a", "a;aa", "a;ab", "a;z",  "a;z;y", "a;z;y;x",
                                "a!", "a!;q", "b",   "b;a",  "c",    "\xff", "\xff;a"};
    const uint64_t selves[] = {15, 0, 10, 10, 10, 15, 10, 10, 0, 25, 10, 25, 15, 0, 10};
    struct gf_error err = {0};
    struct gf_spill *spill = gf_spill_create(s->dir, &err);
    assert_non_null(spill);
    for (unsigned i = 0; i < 3; i++) {
        struct gf_tree t;
        assert_true(gf_tree_init(&t, 1, &err));
        for (unsigned k = 0; k < 5; k++)
            add_path(&t, runs[i][k], i == 1 ? 15 : !(i == 2 && k == 4), i == 1);
        assert_true(gf_spill_write(spill, &t, &err));
        gf_tree_free(&t);
    }
    struct gf_tree all;
    atomic_bool stop = false;
    assert_true(gf_spill_merge(spill, UINT64_MAX, &stop, &all, &err));
    assert_int_equal(all.n, sizeof want / sizeof *want);
    assert_int_equal(all.decimals, 1);
    assert_int_equal(all.max_depth, 4);
    for (uint32_t node = 0; node < all.n; node++) {
        char path[64] = "", longer[64];
        for (uint32_t up = node; up != GF_ROOT; up = gf_tree_edges(&all)[up].parent) {
            uint32_t n;
            const char *name = gf_intern_text(&all.names, gf_tree_edges(&all)[up].name, &n);
            snprintf(longer, sizeof longer, "%.*s%s%.40s", (int)n, name, *path ? ";" : "", path);
            memcpy(path, longer, sizeof path);
        }
        assert_string_equal(path, want[node]);
        assert_int_equal(((uint64_t *)all.self[0].data)[node], selves[node]);
        assert_int_equal(gf_tree_zero_stack(&all, node), node == 11);
    }
    gf_tree_free(&all);
    gf_spill_destroy(spill);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_runs_in_canonical_order, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_spilled_profile_is_the_same, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_too_much_for_the_profile, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_disk_fails, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
