/* The budget of a profile: all that is made of it fits or is refused, everything is given back, and
 * what is counted is at least what the kernel says was taken. */
#include "support/test_cmocka.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "model/derive.h"
#include "model/diff.h"
#include "model/lazy.h"
#include "model/narrow.h"
#include "model/top.h"

/* ---- profiles ---- */

/* Frames that all have self weight, up to 12 deep, in both of their value types if there are two;
 * by depth-first numbers, as everything expects them. */
static struct gf_profile *make_profile(uint32_t n, uint32_t nvalues)
{
    enum { DEEP = 12, NAMES = 500 };
    struct gf_profile *p = calloc(1, sizeof *p);
    struct gf_frames *f = &p->frames;
    uint32_t *depth = calloc(n, sizeof *depth), open[DEEP + 1] = {0};
    uint64_t state = n;
    assert_non_null(p);
    assert_non_null(depth);
    assert_true(gf_frames_alloc(f, n, DEEP + 1, nvalues, NULL));
    f->name[0] = GF_NO_NAME;
    for (uint32_t i = 1; i < n; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        uint32_t most = depth[i - 1] + 1 < DEEP ? depth[i - 1] + 1 : DEEP;
        uint32_t up = (uint32_t)(state >> 62); /* mostly a little way, now and then a long one */
        up = up == 3 && state >> 58 & 7 ? 0 : up == 3 ? (uint32_t)(state >> 40) % most : up;
        depth[i] = i <= DEEP ? i : most > up ? most - up : 1; /* all rows are there */
        for (uint32_t d = depth[i]; i > DEEP && d <= depth[i - 1]; d++)
            f->end[open[d]] = i;
        open[depth[i]] = i;
        f->name[i] = (uint32_t)(state >> 24) % NAMES;
    }
    for (uint32_t d = 0; d <= depth[n - 1]; d++)
        f->end[open[d]] = n;
    for (uint32_t i = 0; i < n; i++)
        f->row_start[depth[i] + 1]++;
    for (uint32_t r = 0; r <= DEEP; r++)
        f->row_start[r + 1] += f->row_start[r];
    uint32_t at[DEEP + 1];
    memcpy(at, f->row_start, sizeof at);
    for (uint32_t i = 0; i < n; i++)
        f->row_nodes[at[depth[i]]++] = i;
    for (uint32_t v = 0; v < nvalues; v++)
        for (uint32_t i = 0; i < n; i++)
            f->prefix[v][i + 1] = f->prefix[v][i] + (i > 0 ? 1 + (i + v) % 7 : 0);
    free(depth);
    f->names = (struct gf_name_table){calloc(NAMES, 8), calloc(NAMES + 1, sizeof(uint64_t)), NAMES};
    for (uint32_t i = 0; i < NAMES; i++) {
        f->names.offset[i + 1] =
            f->names.offset[i] +
            (uint64_t)snprintf(f->names.bytes + f->names.offset[i], 8, "f%u", i);
    }
    if (nvalues > 1) {
        f->values[GF_AFTER].type = strdup("after");
        f->values[GF_BEFORE].type = strdup("before");
    }
    p->stats.format = p->stats.compression = "plain";
    return p;
}

/* ---- what is made of them ---- */

static bool derive(struct gf_profile *p, enum gf_derive_kind kind, struct gf_error *err)
{
    const struct gf_derive_params params = {
        .kind = kind, .order = GF_ORDER_NAME, .name = 7, .threads = 1};
    struct gf_profile *out;
    bool ok = gf_derive(p, &params, NULL, &out, err);
    gf_profile_free(out);
    return ok;
}

static bool narrow(struct gf_profile *p, enum gf_narrow_kind kind, struct gf_error *err)
{
    const struct gf_narrow_step step = {
        .kind = kind, .pattern = {.text = "f3", .n = 2}, .percent = 0.0001};
    const struct gf_narrow_params params = {.steps = &step, .n = 1, .threads = 1};
    struct gf_profile *out;
    bool ok = gf_narrow(p, &params, NULL, &out, NULL, err);
    gf_profile_free(out);
    return ok;
}

static bool another_order(struct gf_profile *p, struct gf_error *err)
{
    return derive(p, GF_DERIVE_SAME, err);
}
static bool bottom_up(struct gf_profile *p, struct gf_error *err)
{
    return derive(p, GF_DERIVE_BOTTOM_UP, err);
}
static bool callers(struct gf_profile *p, struct gf_error *err)
{
    return derive(p, GF_DERIVE_CALLERS, err);
}
static bool callees(struct gf_profile *p, struct gf_error *err)
{
    return derive(p, GF_DERIVE_CALLEES, err);
}
static bool hide(struct gf_profile *p, struct gf_error *err)
{
    return narrow(p, GF_NARROW_HIDE, err);
}
static bool collapse(struct gf_profile *p, struct gf_error *err)
{
    return narrow(p, GF_NARROW_COLLAPSE_ALL, err);
}
static bool below(struct gf_profile *p, struct gf_error *err)
{
    return narrow(p, GF_NARROW_BELOW, err);
}

static bool table(struct gf_profile *p, struct gf_error *err)
{
    struct gf_top top;
    bool ok = gf_top_make(&p->frames, 0, NULL, NULL, &top, err);
    gf_top_free(&top);
    return ok;
}

static bool changes(struct gf_profile *p, struct gf_error *err)
{
    struct gf_changes out;
    bool ok = gf_diff_functions(&p->frames, false, NULL, NULL, &out, err);
    gf_changes_free(&out);
    return ok;
}

static bool both_widths(struct gf_profile *p, struct gf_error *err)
{
    struct gf_profile *out;
    bool ok = gf_diff_view(p, GF_WIDTHS_BOTH, true, NULL, &out, err);
    gf_profile_free(out);
    return ok;
}

static bool compare(struct gf_profile *p, struct gf_error *err)
{
    const struct gf_diff_params params = {.threads = 1};
    struct gf_profile *out;
    bool ok = gf_diff(p, p, &params, NULL, &out, err);
    gf_profile_free(out);
    return ok;
}

static bool unfold(struct gf_profile *p, enum gf_derive_kind kind, struct gf_error *err)
{
    const struct gf_derive_params params = {.kind = kind, .name = 7};
    const struct gf_lazy_look all = {.to = UINT64_MAX, .rows = {UINT32_MAX, UINT32_MAX}};
    struct gf_frame_index index;
    struct gf_lazy *lazy = NULL;
    struct gf_profile *out = NULL;
    struct gf_lazy_parts parts = {0};
    bool any, more;
    bool ok = gf_frame_index_make(&p->frames, 1, NULL, &index, err) &&
              gf_lazy_make(p, &index, &params, NULL, &lazy, err) &&
              gf_lazy_unfold(lazy, &all, gf_now() + 3600, NULL, &any, &more, err) &&
              gf_lazy_profile(lazy, &out, &parts, err);
    gf_profile_free(out);
    gf_lazy_parts_free(&parts);
    gf_lazy_free(lazy);
    gf_frame_index_free(&index);
    return ok;
}

static bool unfold_bottom_up(struct gf_profile *p, struct gf_error *err)
{
    return unfold(p, GF_DERIVE_BOTTOM_UP, err);
}
static bool unfold_sandwich(struct gf_profile *p, struct gf_error *err)
{
    return unfold(p, GF_DERIVE_SANDWICH, err);
}

static const struct {
    const char *name;
    bool (*make)(struct gf_profile *p, struct gf_error *err);
    uint32_t nvalues;
} ways[] = {{"another order", another_order, 1},
            {"another order of two values", another_order, 2},
            {"bottom-up", bottom_up, 1},
            {"callers", callers, 1},
            {"callees", callees, 1},
            {"hide", hide, 1},
            {"collapse", collapse, 2},
            {"below", below, 1},
            {"table", table, 1},
            {"changes", changes, 2},
            {"both widths", both_widths, 2},
            {"comparison", compare, 1},
            {"unfolded bottom-up", unfold_bottom_up, 1},
            {"unfolded sandwich", unfold_sandwich, 2}};
#define WAYS (sizeof ways / sizeof *ways)

/* Whether it is made within `room` bytes beside the profile. Where it is not it is the budget that
 * says so; whatever happened, all of it is given back. */
static bool fits(size_t way, struct gf_profile *p, uint64_t room)
{
    struct gf_budget *budget = gf_budget_make(room);
    struct gf_error err = {0};
    p->frames.budget = budget;
    bool ok = ways[way].make(p, &err);
    if (!ok) {
        if (err.code != GF_ERR_LIMIT || !strstr(err.message, "--max-memory"))
            print_error("%s: %s\n", ways[way].name, err.message);
        assert_int_equal(err.code, GF_ERR_LIMIT);
        assert_non_null(strstr(err.message, "--max-memory"));
    }
    assert_int_equal(gf_budget_left(budget), room);
    p->frames.budget = NULL;
    gf_budget_drop(budget);
    return ok;
}

static void test_refused_and_given_back(void **state)
{
    (void)state;
    for (size_t way = 0; way < WAYS; way++) {
        struct gf_profile *p = make_profile(3000, ways[way].nvalues);
        assert_false(fits(way, p, 0));
        for (uint64_t room = 100; !fits(way, p, room); room += room / 3)
            assert_true(room < (uint64_t)100 << 20);
        gf_profile_free(p);
    }
}

/* What is made keeps its share of the budget until it is freed, and what is made of that takes from
 * the same. */
static void test_shared(void **state)
{
    (void)state;
    enum { LIMIT = 10 << 20 };
    struct gf_profile *p = make_profile(10000, 2), *view, *same;
    struct gf_budget *budget = gf_budget_make(LIMIT);
    const struct gf_derive_params params = {.threads = 1};
    gf_frames_join(&p->frames, budget);
    uint64_t left = gf_budget_left(budget);
    assert_true(left <= LIMIT - (uint64_t)10000 * 28);
    assert_true(gf_diff_view(p, GF_WIDTHS_BOTH, false, NULL, &view, NULL));
    assert_int_equal(left - gf_budget_left(budget), (10000 + 1) * 8);
    left = gf_budget_left(budget);
    assert_true(gf_derive(view, &params, NULL, &same, NULL));
    assert_true(left - gf_budget_left(budget) >= (uint64_t)10000 * 36);
    assert_true(left - gf_budget_left(budget) < (uint64_t)10000 * 40);
    gf_profile_free(same);
    assert_int_equal(gf_budget_left(budget), left);
    gf_budget_drop(budget); /* the profiles still hold it */
    gf_profile_free(view);
    gf_profile_free(p);
}

/* Peak of resident memory, in bytes, since it was last forgotten. */
static uint64_t peak(void)
{
    char line[128];
    uint64_t kib = 0;
    FILE *f = fopen("/proc/self/status", "re");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "VmHWM: %" SCNu64, &kib) == 1)
            break;
    if (f)
        fclose(f);
    return kib * 1024;
}

static bool forget_peak(void)
{
    int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && write(fd, "5", 1) == 1;
    if (fd >= 0)
        close(fd);
    return ok;
}

/* How much the process grows when nothing limits it. */
static uint64_t measure(size_t way, struct gf_profile *p)
{
    uint64_t grown = 0;
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    pid_t child = fork();
    if (child == 0) {
        struct gf_error err;
        bool ok = forget_peak();
        uint64_t before = peak();
        ok = ok && ways[way].make(p, &err);
        grown = ok ? peak() - before : UINT64_MAX;
        _exit(write(fds[1], &grown, sizeof grown) != sizeof grown);
    }
    assert_true(child > 0);
    assert_int_equal(read(fds[0], &grown, sizeof grown), sizeof grown);
    waitpid(child, NULL, 0);
    close(fds[0]);
    close(fds[1]);
    return grown;
}

static void test_as_the_kernel_counts(void **state)
{
    (void)state;
    /* Whole huge pages of each array, code and stacks of the process itself. */
    const uint64_t slack = (uint64_t)10 << 20;
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
    skip(); /* they take their own */
#endif
    if (!forget_peak())
        skip();
    for (size_t way = 0; way < WAYS; way++) {
        struct gf_profile *p = make_profile(400000, ways[way].nvalues);
        uint64_t grown = measure(way, p);
        assert_true(grown != UINT64_MAX);
        bool too_little = grown > slack && fits(way, p, grown - slack);
        bool plenty = fits(way, p, 3 * grown + slack);
        if (too_little || !plenty)
            print_error("%s takes %" PRIu64 " bytes\n", ways[way].name, grown);
        assert_false(too_little);
        assert_true(plenty);
        gf_profile_free(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_refused_and_given_back),
                                       cmocka_unit_test(test_shared),
                                       cmocka_unit_test(test_as_the_kernel_counts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
