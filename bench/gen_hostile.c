/* gen_profile --shape hostile: lines that are valid but unpleasant among lines that are not, with
 * the outcome of each known from how it was made. */
#include "gen.h"

#include <string.h>

enum outcome { VALID, ZERO, SKIPPED, NO_COUNT, NEGATIVE, TOO_LARGE, NO_STACK, OUTCOMES };

/* %n is replaced by a small random number, %c by a random count; with VALID that count is taken. */
struct line {
    enum outcome outcome;
    unsigned length;
    const char *text;
};

#define LINE(outcome, text)                                                                        \
    {                                                                                              \
        outcome, sizeof text - 1, text                                                             \
    }

static const struct line lines[] = {
    LINE(VALID, "main;loop;step%n %c\n"),
    LINE(VALID, "main;\x1b[31mred\x1b[0m;\x1b]52;c;aGVsbG8=\x07%n %c\n"),
    LINE(VALID, "main;\xe2\x80\xaegnp.exe\xe2\x80\xac%n;\xe2\x81\xa6isolate %c\n"),
    LINE(VALID, "main;\xff\xfe\x80 not utf-8;\xc3(%n;\xed\xa0\x80 %c\n"),
    LINE(VALID, "main;nul\0byte%n;after %c\n"),
    LINE(VALID, "main;\"quoted\" 'name' \\n \\\\%n;`back`$(ticks) %c\n"),
    LINE(VALID, "main;<script>alert(%n)</script>&amp;]]><!-- ;</svg> %c\n"),
    LINE(VALID, "main;operator new(unsigned long);void f<int, %n>() const %c\n"),
    LINE(VALID, "main;worker 12;thread %n %c\n"),
    LINE(VALID, "main;1 2 3;4 %n 6 %c\n"),
    LINE(VALID, ";;empty;;frames%n;; %c\n"),
    LINE(VALID, "; %c\n"),
    LINE(VALID, "trailing%n; %c\n"),
    LINE(VALID, "main;from windows%n %c\r\n"),
    LINE(VALID, "main;blank before return%n %c \t\r\n"),
    LINE(VALID, " \t main;leading blanks%n %c\n"),
    LINE(VALID, "main;trailing blanks%n %c \t \n"),
    LINE(VALID, "main;tab before count%n\t%c\n"),
    LINE(VALID, "main;two blanks%n  \t %c\n"),
    LINE(VALID, "main;count with a point%n %c.\n"),
    LINE(VALID, "main;count with zeros%n %c.000\n"),
    LINE(VALID, "main;count with leading zeros%n 0000000000000000000000000000%c\n"),
    LINE(VALID, "#include%n;hash without blank %c\n"),
    LINE(VALID, "main;\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7%n;\xd8\xa7\xd9\x84\xd9\x81 %c\n"),
    LINE(VALID,
         "main;\xf0\x9f\x94\xa5\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb;e\xcc\x81%n %c\n"),
    LINE(VALID, "main;carriage\rreturn%n;form\ffeed\v %c\n"),
    LINE(VALID, "main;no\xc2\xa0"
                "break%n;\xe2\x80\xa8line sep %c\n"),
    LINE(VALID, "main;%%s%%n%%x;../../etc/passwd;C:\\nul%n %c\n"),
    LINE(VALID, "-5;-%n;- %c\n"),
    LINE(ZERO, "main;never seen%n 0\n"),
    LINE(ZERO, "main;never seen at all%n 0.000\n"),
    LINE(SKIPPED, "\n"),
    LINE(SKIPPED, " \t \n"),
    LINE(SKIPPED, "\r\n"),
    LINE(SKIPPED, "# a comment with a count %n\n"),
    LINE(SKIPPED, "#\n"),
    LINE(SKIPPED, "#comment;without;count\n"),
    LINE(SKIPPED, "  # indented comment\n"),
    LINE(NO_COUNT, "main;no count%n;at all\n"),
    LINE(NO_COUNT, "main;exponent%n 1e3\n"),
    LINE(NO_COUNT, "main;only a fraction%n .5\n"),
    LINE(NO_COUNT, "main;hexadecimal%n 0x10\n"),
    LINE(NO_COUNT, "main;plus%n +5\n"),
    LINE(NO_COUNT, "main;two points%n 1.2.3\n"),
    LINE(NO_COUNT, "main;letters after%n 5x\n"),
    LINE(NO_COUNT, "main;grouped%n 1,000\n"),
    LINE(NO_COUNT, "main;arabic digit%n \xd9\xa5\n"),
    LINE(NO_COUNT, "main;nul in count%n 5\0\n"),
    LINE(NO_COUNT, "main;two returns%n 5\r\r\n"),
    LINE(NO_COUNT, "main;blank after return%n 5\r \n"),
    LINE(NO_COUNT, "main;not a number%n nan\n"),
    LINE(NEGATIVE, "main;negative%n -5\n"),
    LINE(NEGATIVE, "main;negative fraction%n -5.25\n"),
    LINE(TOO_LARGE, "main;too large%n 18446744073709551616\n"),
    LINE(TOO_LARGE, "main;far too large%n 99999999999999999999999999999999999999\n"),
    LINE(TOO_LARGE, "main;too large with point%n 18446744073709551616.0\n"),
    LINE(NO_STACK, "%n%c\n"),
    LINE(NO_STACK, "  \t%n%c.0\r\n"),
};

enum { LINES = sizeof lines / sizeof *lines };

static uint64_t put_line(const struct line *line, struct rng *rng, struct sink *sink)
{
    uint64_t count = 1 + rng_below(rng, 99);
    char *start = sink_room(sink, 512), *to = start;
    for (unsigned i = 0; i < line->length; i++) {
        char c = line->text[i], next = i + 1 < line->length ? line->text[i + 1] : 0;
        if (c == '%' && next == 'n')
            to = put_u64(to, rng_below(rng, 1000));
        else if (c == '%' && next == 'c')
            to = put_u64(to, count);
        else if (c == '%' && next == '%')
            *to++ = '%';
        else {
            *to++ = c;
            continue;
        }
        i++;
    }
    sink->n += (size_t)(to - start);
    return count;
}

static void add_line(const struct line *line, struct rng *rng, struct sink *sink)
{
    uint64_t count = put_line(line, rng, sink);
    if (line->outcome == VALID || line->outcome == ZERO) {
        sink->records++;
        sink->total += line->outcome == VALID ? count : 0;
    } else if (line->outcome != SKIPPED) {
        sink->ignored++;
    }
}

/* A name of `bytes` bytes in a stack of its own. */
static void add_long_name(struct sink *sink, size_t bytes)
{
    sink_put(sink, "main;", 5);
    for (size_t i = 0; i < bytes; i++)
        sink_put(sink, i % 80 == 79 ? " " : "x", 1);
    sink_put(sink, "!", 1);
    sink_end_record(sink, 3);
}

bool shape_hostile(const struct options *o, const struct names *names, struct sink *sink)
{
    (void)names;
    struct rng rng;
    rng_seed(&rng, o->seed);
    sink_put(sink, "\xef\xbb\xbf", 3); /* byte order mark */
    /* Each line once, so that a small file has all of them; then a huge weight and a long name. */
    for (int i = 0; i < LINES; i++)
        add_line(&lines[i], &rng, sink);
    sink_put(sink, "main;heavy", 10);
    sink_end_record(sink, (uint64_t)1 << 60);
    add_long_name(sink, 100000);
    while (sink_size(sink) < o->bytes && !sink->failed)
        add_line(&lines[rng_below(&rng, LINES)], &rng, sink);
    sink_put(sink, "main;no newline at the end 7", 28);
    sink->records++;
    sink->total += 7;
    return true;
}
