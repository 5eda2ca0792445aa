#include "ui/line.h"

#include <string.h>

#include "base/str.h"

bool gf_line_put(struct gf_line *line, uint32_t codepoint)
{
    char utf8[4];
    if (gf_unsafe_codepoint(codepoint))
        return false;
    size_t len = gf_utf8_encode(codepoint, utf8);
    if (len == 0 || line->n + len >= sizeof line->text)
        return false;
    memcpy(line->text + line->n, utf8, len);
    line->n += len;
    line->text[line->n] = '\0';
    return true;
}

bool gf_line_erase(struct gf_line *line, bool word)
{
    if (line->n == 0)
        return false;
    do {
        do
            line->n--;
        while (line->n > 0 && (line->text[line->n] & 0xc0) == 0x80);
    } while (word && line->n > 0 && line->text[line->n - 1] != ' ');
    line->text[line->n] = '\0';
    return true;
}

bool gf_line_set(struct gf_line *line, const char *text)
{
    size_t n = strlen(text);
    if (n >= sizeof line->text)
        n = sizeof line->text - 1;
    while (n > 0 && text[n] && (text[n] & 0xc0) == 0x80)
        n--; /* not in the midst of a character */
    if (n == line->n && memcmp(text, line->text, n) == 0)
        return false;
    memmove(line->text, text, n);
    line->text[n] = '\0';
    line->n = n;
    return true;
}

struct gf_search_query gf_line_query(const char *text, size_t n, bool match_case)
{
    struct gf_search_query q = {.text = text, .n = n, .ignore_case = !match_case};
    if (q.n > 1 && q.text[0] == '/') {
        q.regex = true;
        q.text++;
        q.n--;
        if (q.n > 1 && q.text[q.n - 1] == '/')
            q.n--;
    }
    return q;
}
