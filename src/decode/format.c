#include "decode/decoder.h"

const char *gf_ignored_text(enum gf_ignored_cause cause)
{
    switch (cause) {
    case GF_IGNORED_NO_COUNT:
        return "no count at the end of the line";
    case GF_IGNORED_NO_STACK:
        return "a count without a stack";
    case GF_IGNORED_NEGATIVE:
        return "negative count";
    case GF_IGNORED_TOO_LARGE:
        return "count beyond 2^64 - 1";
    case GF_IGNORED_CAUSES:
        break;
    }
    return "unknown";
}

const struct gf_format *gf_format_probe(const char *head, size_t n, bool whole,
                                        struct gf_format_hints *hints)
{
    static const struct gf_format *const formats[] = {&gf_format_folded};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (formats[i]->probe(head, n, whole, hints))
            return formats[i];
    }
    return NULL;
}
