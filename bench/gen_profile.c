/* gen_profile: writes a made-up profile to standard output, the same for the same options on every
 * machine. For tests and benchmarks. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "gen.h"

static const char help[] =
    "usage: gen_profile --shape SHAPE [--bytes SIZE] [--seed N] ...\n"
    "Writes a made-up profile to standard output.\n"
    "\n"
    "  --shape sorted    every stack once, in the order of LC_ALL=C sort: a cluster's profile\n"
    "          raw       samples in random order: --stacks (1000000) different ones, repeated by\n"
    "                    Zipf's law with exponent --zipf (1.0), each line counting 1\n"
    "          new       random order; a line is new with probability --new-share (1.0), else it\n"
    "                    repeats one before\n"
    "          deep      stacks of up to --depth (100000) frames\n"
    "          wide      one caller with --stacks (10000000) callees\n"
    "          hostile   escapes, wrong UTF-8, odd blanks, comments, lines that are not valid\n"
    "          perf      the text of perf script, --stacks (100000) different ones\n"
    "  --bytes SIZE      about how much to write (64M; wide: no limit)\n"
    "  --seed N          (1)\n"
    "  --functions N     how many names there are (20000)\n"
    "  --line-bytes N    mean length of a line, about 31 bytes a frame (1000)\n"
    "  --expect FILE     write what a reader has to find, as JSON; \"-\" is standard error\n";

static bool parse_u64(const char *text, uint64_t low, uint64_t high, uint64_t *value)
{
    char *end;
    unsigned long long v = strtoull(text, &end, 10);
    *value = v;
    return *text >= '0' && *text <= '9' && !*end && v >= low && v <= high;
}

static bool parse_fraction(const char *text, double high, double *value)
{
    char *end;
    *value = strtod(text, &end);
    return end > text && !*end && *value >= 0 && *value <= high;
}

static bool parse_option(struct options *o, int option, const char *text)
{
    uint64_t u = 0;
    double share = 0;
    bool ok = true;
    switch (option) {
    case 's':
        o->shape = text;
        break;
    case 'e':
        o->expect = text;
        break;
    case 'b':
        ok = gf_str_parse_size(text, &o->bytes);
        break;
    case 'r':
        ok = parse_u64(text, 0, UINT64_MAX, &o->seed);
        break;
    case 'n':
        ok = parse_u64(text, 1, (uint64_t)1 << 31, &o->stacks);
        break;
    case 'f':
        ok = parse_u64(text, 100, 10000000, &u);
        o->functions = (uint32_t)u;
        break;
    case 'l':
        ok = parse_u64(text, 100, 10000, &u);
        o->line_bytes = (uint32_t)u;
        break;
    case 'd':
        ok = parse_u64(text, 1, 100000000, &u);
        o->depth = (uint32_t)u;
        break;
    case 'z':
        ok = parse_fraction(text, 4, &o->zipf);
        break;
    case 'w':
        ok = parse_fraction(text, 1, &share);
        o->new_share = (uint32_t)(share * 65536);
        break;
    default:
        ok = false;
    }
    return ok;
}

static bool parse(int argc, char **argv, struct options *o)
{
    static const struct option table[] = {
        {"shape", 1, NULL, 's'},      {"expect", 1, NULL, 'e'}, {"bytes", 1, NULL, 'b'},
        {"seed", 1, NULL, 'r'},       {"stacks", 1, NULL, 'n'}, {"functions", 1, NULL, 'f'},
        {"line-bytes", 1, NULL, 'l'}, {"depth", 1, NULL, 'd'},  {"zipf", 1, NULL, 'z'},
        {"new-share", 1, NULL, 'w'},  {"help", 0, NULL, 'h'},   {NULL, 0, NULL, 0}};
    *o = (struct options){.seed = 1,
                          .functions = 20000,
                          .line_bytes = 1000,
                          .depth = 100000,
                          .new_share = 65536,
                          .zipf = 1};
    for (int c; (c = getopt_long(argc, argv, "", table, NULL)) != -1;) {
        if (c == 'h') {
            fputs(help, stdout);
            exit(0);
        }
        if (c == '?')
            return false;
        if (!parse_option(o, c, optarg)) {
            fprintf(stderr, "gen_profile: '%s' is not a value for this option\n", optarg);
            return false;
        }
    }
    return optind == argc && o->shape;
}

static bool write_expect(const struct options *o, const struct sink *sink)
{
    FILE *f = strcmp(o->expect, "-") ? fopen(o->expect, "w") : stderr;
    if (!f)
        return false;
    fprintf(f, "{\"bytes\":%llu,\"records\":%llu,\"ignored\":%llu,\"total\":%llu}\n",
            (unsigned long long)sink_size(sink), (unsigned long long)sink->records,
            (unsigned long long)sink->ignored, (unsigned long long)sink->total);
    return f == stderr || fclose(f) == 0;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        bool (*run)(const struct options *, const struct names *, struct sink *);
    } shapes[] = {{"sorted", shape_sorted}, {"raw", shape_raw},   {"new", shape_new},
                  {"deep", shape_deep},     {"wide", shape_wide}, {"hostile", shape_hostile},
                  {"perf", shape_perf}};
    struct options o;
    size_t at = 0, n = sizeof shapes / sizeof *shapes;
    bool valid = parse(argc, argv, &o);
    while (valid && at < n && strcmp(shapes[at].name, o.shape))
        at++;
    if (!valid || at == n) {
        fputs(help, stderr);
        return 2;
    }
    if (o.bytes == 0)
        o.bytes = strcmp(o.shape, "wide") ? 64u << 20 : UINT64_MAX;
    struct names names;
    struct sink sink = {0};
    bool ok = names_init(&names, o.functions, o.seed) && sink_init(&sink) &&
              shapes[at].run(&o, &names, &sink);
    if (!ok) {
        fputs("gen_profile: out of memory\n", stderr);
    } else {
        sink_flush(&sink);
        if (sink.failed || (o.expect && !write_expect(&o, &sink))) {
            perror("gen_profile");
            ok = false;
        }
    }
    sink_free(&sink);
    names_free(&names);
    return ok ? 0 : 1;
}
