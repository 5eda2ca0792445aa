/* A path that is typed in the window: completed, checked, and handed on like what is dropped. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/app_test.h"
#include "ui/drop.h"
#include "ui/open.h"

static const char profile[] = "main;read 400\nmain;write 300\nother 200\n";

static char folder[64];

static void put_file(const char *name)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fclose(f);
}

static void put_folder(const char *name)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

/* Names that end with a slash are folders. */
static const char *const tree[] = {"alpha.folded",     "alpine.zst",     "beta/",
                                   "beta/inner.pb.gz", ".hidden",        "gamma/",
                                   "gamma/\xc3\xa4",   "gamma/\xc3\xb6", "\xc3\xa4hre",
                                   "\xc3\xa4pfel",     "\xc3\xb6l",      "x\x1b[31m\xff y"};
enum { TREE = sizeof tree / sizeof *tree };

static int make_tree(void **state)
{
    snprintf(folder, sizeof folder, "/tmp/gf_openXXXXXX");
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < TREE; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s", tree[i]);
        size_t n = strlen(name);
        if (name[n - 1] != '/') {
            put_file(name);
            continue;
        }
        name[n - 1] = '\0';
        put_folder(name);
    }
    return app_setup(state);
}

static int drop_tree(void **state)
{
    for (size_t i = TREE; i-- > 0;) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/%s", folder, tree[i]);
        remove(path);
    }
    rmdir(folder);
    return app_teardown(state);
}

/* Runs what the app wishes for, as the window's worker does. */
static void look_up(void)
{
    assert_true(app.wishes.look_up);
    app.wishes.look_up = false;
    struct gf_job *job = gf_open_job(&app, 1);
    job->run(job, NULL);
    gf_app_looked_up(&app, gf_names_result(job));
    job->free(job);
}

static void open_at(const char *rest)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, rest);
    key('O', GF_MOD_CONTROL);
    do_text(GF_DO_LINE_SET, 0, path);
}

/* Tab makes `from` to `to`, with so many names to choose from. */
static void assert_completes(const char *from, const char *to, size_t names)
{
    open_at(from);
    key(GF_KEY_TAB, 0);
    look_up();
    assert_string_equal(app.opening.line.text + strlen(folder) + 1, to);
    assert_int_equal(app.opening.names->all, names);
    assert_int_equal(app.opening.wrong[0] != '\0', names == 0);
    draw(); /* whatever the names are */
}

static void test_completion(void **state)
{
    (void)state;
    assert_completes("alph", "alpha.folded", 1);
    assert_completes("a", "alp", 2);
    assert_string_equal(app.opening.names->items[0], "alpha.folded");
    assert_string_equal(app.opening.names->items[1], "alpine.zst");
    assert_completes("b", "beta/", 1);
    assert_completes("beta/", "beta/inner.pb.gz", 1);
    assert_completes("beta/..", "beta/../", 1);
    assert_completes("nothing", "nothing", 0);
    assert_completes("", "", 8);
    assert_completes(".", ".hidden", 1);
    assert_completes("\xc3\xa4", "\xc3\xa4", 2);
    assert_completes("x", "x\x1b[31m\xff y", 1); /* as the file system has it */
    /* Two characters that begin with the same byte have nothing in common. */
    assert_completes("gamma/", "gamma/", 2);
    assert_completes("gamma/../\xc3\xb6", "gamma/../\xc3\xb6l", 1);
    open_at("nowhere/x");
    key(GF_KEY_TAB, 0);
    look_up();
    assert_string_equal(app.opening.wrong, "There is no such folder");
}

/* The home folder, and the current one. */
static void test_where_paths_begin(void **state)
{
    (void)state;
    char before[PATH_MAX], *home = getenv("HOME") ? strdup(getenv("HOME")) : NULL;
    assert_non_null(getcwd(before, sizeof before));
    setenv("HOME", folder, 1);
    key('O', GF_MOD_CONTROL);
    type("~");
    key(GF_KEY_TAB, 0);
    look_up();
    type("alpi");
    key(GF_KEY_TAB, 0);
    look_up();
    assert_string_equal(app.opening.line.text, "~/alpine.zst");
    key(GF_KEY_ENTER, 0);
    look_up();
    assert_int_equal(app.drops.n, 1);
    assert_memory_equal(app.drops.paths[0], folder, strlen(folder));
    app.wishes.add = false;
    gf_drop_forget(&app);
    assert_int_equal(chdir(folder), 0);
    key('O', GF_MOD_CONTROL);
    assert_string_equal(app.opening.line.text, "~/"); /* where the last one was */
    key('W', GF_MOD_CONTROL);
    assert_string_equal(app.opening.line.text, "");
    type("alpi");
    key(GF_KEY_TAB, 0);
    look_up();
    assert_string_equal(app.opening.line.text, "alpine.zst");
    assert_int_equal(chdir(before), 0);
    if (home)
        setenv("HOME", home, 1);
    free(home);
}

static void test_enter(void **state)
{
    (void)state;
    open_at("alpha.folded");
    key(GF_KEY_ENTER, 0);
    look_up();
    assert_false(app.opening.open);
    assert_true(app.wishes.add && !app.wishes.compare && !app.drops.asking);
    assert_int_equal(app.drops.n, 1);
    assert_string_equal(strrchr(app.drops.paths[0], '/'), "/alpha.folded");
    app.wishes.add = false;
    gf_drop_forget(&app);
    open_at("beta");
    key(GF_KEY_ENTER, GF_MOD_CONTROL);
    look_up();
    assert_true(!app.wishes.add && app.wishes.compare && app.drops.n == 1);
    app.wishes.compare = false;
    gf_drop_forget(&app);
    /* What cannot be read is said, and the line stays. */
    static const char *const wrong[][2] = {{"alph", "There is no such file"},
                                           {"alpha.folded/x", "There is no such file"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        open_at(wrong[i][0]);
        key(GF_KEY_ENTER, 0);
        look_up();
        assert_true(app.opening.open && app.drops.n == 0);
        assert_string_equal(app.opening.wrong, wrong[i][1]);
        type("x");
        assert_string_equal(app.opening.wrong, "");
    }
    do_text(GF_DO_LINE_SET, 0, "/dev/null");
    key(GF_KEY_ENTER, 0);
    look_up();
    assert_string_equal(app.opening.wrong, "That is neither a file nor a folder");
    do_text(GF_DO_LINE_SET, 0, "/usr/..");
    key(GF_KEY_ENTER, 0);
    look_up();
    assert_string_equal(app.opening.wrong, "That is all there is: choose a folder in it");
    do_text(GF_DO_LINE_SET, 0, "");
    key(GF_KEY_ENTER, 0);
    look_up();
    assert_string_equal(app.opening.wrong, "Type the name of a file or a folder");
    key(GF_KEY_ESCAPE, 0);
    assert_false(app.opening.open);
    /* A script's way. */
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/alpine.zst", folder);
    do_text(GF_DO_OPEN_FILE, 1, path);
    look_up();
    assert_true(app.wishes.compare && !app.opening.open);
}

/* What was looked up for a path that is another by now is not taken. */
static void test_late_results(void **state)
{
    (void)state;
    open_at("a");
    key(GF_KEY_TAB, 0);
    struct gf_job *tab = gf_open_job(&app, 1);
    tab->run(tab, NULL);
    type("b");
    key(GF_KEY_TAB, 0); /* which is wanted by now */
    gf_app_looked_up(&app, gf_names_result(tab));
    tab->free(tab);
    assert_null(app.opening.names);
    assert_string_equal(strrchr(app.opening.line.text, '/'), "/ab");
    for (int way = 0; way < 2; way++) {
        open_at("alpha.folded");
        key(GF_KEY_ENTER, 0);
        struct gf_job *enter = gf_open_job(&app, 1);
        enter->run(enter, NULL);
        type("x");
        key(GF_KEY_BACKSPACE, 0);
        if (way == 0) /* else it is the path again, but nobody wants it now */
            key(GF_KEY_ESCAPE, 0);
        gf_app_looked_up(&app, gf_names_result(enter));
        enter->free(enter);
        assert_int_equal(app.drops.n, 0);
    }
    /* A folder without end is left when nobody waits for it. */
    atomic_bool cancel;
    atomic_init(&cancel, true);
    struct gf_job *job = gf_names_job("/tmp/", 1);
    job->run(job, &cancel);
    struct gf_names *names = gf_names_result(job);
    assert_int_equal(names->err.code, GF_ERR_CANCELLED);
    gf_names_free(names);
    job->free(job);
}

/* More names than are kept: the first of them, in order, and how many there are. */
static void test_many_names(void **state)
{
    (void)state;
    char name[64];
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof name, "beta/f%03d", (i * 7) % 300);
        put_file(name);
    }
    assert_completes("beta/f", "beta/f", 300);
    const struct gf_names *names = app.opening.names;
    assert_int_equal(names->n, GF_NAMES);
    for (int i = 0; i < GF_NAMES; i++) {
        snprintf(name, sizeof name, "f%03d", i);
        assert_string_equal(names->items[i], name);
    }
    /* A click takes one; of a folder it goes on with what is in it. */
    do_amount(GF_DO_OPEN_NAME, 11);
    assert_string_equal(strrchr(app.opening.line.text, '/'), "/f011");
    assert_completes("", "", 8);
    do_amount(GF_DO_OPEN_NAME, 2);
    assert_string_equal(strrchr(app.opening.line.text, '/'), "/");
    look_up();
    assert_int_equal(app.opening.names->all, 301);
    do_amount(GF_DO_OPEN_NAME, 1e9);
    do_amount(GF_DO_OPEN_NAME, -1);
    for (int i = 0; i < 300; i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/beta/f%03d", folder, i);
        remove(path);
    }
}

/* The line has the keyboard, whatever else is open. */
static void test_keyboard(void **state)
{
    (void)state;
    type("t");
    scene_tabulate(&app);
    type("/re");
    key('O', GF_MOD_CONTROL);
    assert_false(app.searches.typing);
    type("a b");
    key(GF_KEY_DOWN, 0);
    assert_int_equal(app.table.at, 0);
    key(GF_KEY_HOME, 0);
    app.wishes.look_up = false;
    key(GF_KEY_ENTER, 0);
    assert_true(app.wishes.look_up);
    key(GF_KEY_BACKSPACE, 0);
    assert_string_equal(app.opening.line.text, "a ");
    assert_string_equal(app.searches.items[0].line.text, "re");
    key('V', GF_MOD_CONTROL);
    assert_true(app.wishes.paste);
    key('U', GF_MOD_CONTROL);
    assert_string_equal(app.opening.line.text, "");
    do_text(GF_DO_DROP, 0, "/tmp/dropped");
    assert_true(app.drops.asking && !app.opening.open); /* one question at a time */
    key(GF_KEY_ESCAPE, 0);
    for (int i = 0; i < 5000; i++) {
        key('O', GF_MOD_CONTROL);
        type("\xc3"); /* Latin-1, two bytes */
    }
    draw();
    assert_true(app.opening.line.n < GF_LINE_BYTES && app.opening.line.n > 4000);
    for (int32_t h = 20; h < 500; h += 40) {
        gf_app_do(&app, &(struct gf_act){.what = GF_DO_RESIZE, .x = h * 2, .y = h});
        draw();
    }
}

int main(void)
{
#define TREE_TEST(name)                                                                            \
    cmocka_unit_test_prestate_setup_teardown(name, make_tree, drop_tree,                           \
                                             &(struct app_lines){profile})
    const struct CMUnitTest tests[] = {
        TREE_TEST(test_completion),   TREE_TEST(test_where_paths_begin), TREE_TEST(test_enter),
        TREE_TEST(test_late_results), TREE_TEST(test_many_names),        TREE_TEST(test_keyboard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
