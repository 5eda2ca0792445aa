/* The reference: what each kernel means, written so that it can be seen to be right. */
#include "simd/kernels.h"

static size_t common_prefix(const void *a, const void *b, size_t n)
{
    const uint8_t *x = a, *y = b;
    size_t i = 0;
    while (i < n && x[i] == y[i])
        i++;
    return i;
}

static size_t find_byte(const void *p, size_t n, uint8_t c)
{
    const uint8_t *x = p;
    size_t i = 0;
    while (i < n && x[i] != c)
        i++;
    return i;
}

static size_t index_byte(const void *p, size_t n, uint8_t c, uint32_t *out)
{
    const uint8_t *x = p;
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        if (x[i] == c)
            out[found++] = (uint32_t)i;
    }
    return found;
}

static size_t count_byte(const void *p, size_t n, uint8_t c)
{
    const uint8_t *x = p;
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += x[i] == c;
    return count;
}

uint64_t gf_scalar_prefix_sum(uint64_t *values, size_t n, uint64_t start)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t value = values[i];
        values[i] = start;
        start += value;
    }
    return start;
}

static uint64_t hash(const void *blocks, size_t n, const uint64_t *key, uint64_t start)
{
    const uint8_t *x = blocks;
    for (size_t i = 0; i < n; i++)
        start += gf_hash_product(x + 8 * i, key[i]);
    return start;
}

static uint64_t hash_prefixes(const void *blocks, size_t n, const uint64_t *key, uint64_t start,
                              uint64_t *sums)
{
    const uint8_t *x = blocks;
    for (size_t i = 0; i < n; i++) {
        sums[i] = start;
        start += gf_hash_product(x + 8 * i, key[i]);
    }
    return start;
}

static bool is_joined(const void *text, size_t n, uint8_t separator, const void *pool,
                      const uint32_t *records, size_t nrecords)
{
    const uint8_t *x = text;
    for (size_t i = 0; i < nrecords; i++) {
        uint32_t len;
        const char *bytes = gf_word_bytes(pool, records[i], &len);
        if (i > 0 && (n == 0 || x[--n] != separator))
            return false;
        if (len > n)
            return false;
        n -= len;
        if (memcmp(x + n, bytes, len) != 0)
            return false;
    }
    return n == 0;
}

void gf_scalar_hash_words(struct gf_word *words, size_t n, const uint64_t key[GF_WORD_BLOCKS])
{
    for (size_t i = 0; i < n; i++)
        words[i].hash = gf_word_hash(words[i].text, words[i].len, key);
}

void gf_scalar_match_words(struct gf_word *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct gf_word *w = &words[i];
        struct gf_word_record record;
        memcpy(&record, w->record, sizeof record);
        const char *bytes = (const char *)w->record + sizeof record;
        bool equal = record.len == w->len && gf_equal_short(bytes, w->text, w->len);
        w->id = equal ? record.id : GF_NO_WORD;
    }
}

void gf_scalar_spans_left(const uint16_t start[16], const uint32_t color[16], float position,
                          struct gf_spans_left *out)
{
    float from[17], left[16], sum[4][4] = {{0}};
    /* Plain loops of sixteen, for the compiler to make vectors of. */
    for (int j = 0; j < 16; j++)
        from[j] = start[j];
    from[16] = 65536;
    int32_t begun = 0, passed = 0;
    for (int j = 0; j < 16; j++) {
        float covered = (from[j + 1] - from[j]) * (float)(int32_t)(color[j] >> 24) * (1 / 255.0f);
        float reach = position - from[j];
        begun += reach > 0;
        passed += reach >= covered;
        reach = reach < 0 ? 0 : reach;
        left[j] = reach < covered ? reach : covered;
    }
    for (int j = 0; j < 16; j += 4)
        for (int k = 0; k < 4; k++) {
            uint32_t c = color[j + k];
            sum[0][k] += left[j + k] * (float)(int32_t)(c & 0xff);
            sum[1][k] += left[j + k] * (float)(int32_t)(c >> 8 & 0xff);
            sum[2][k] += left[j + k] * (float)(int32_t)(c >> 16 & 0xff);
            sum[3][k] += left[j + k];
        }
    for (int i = 0; i < 4; i++)
        out->sum[i] = sum[i][0] + sum[i][1] + sum[i][2] + sum[i][3];
    out->passed = (uint32_t)passed;
    out->begun = (uint32_t)begun;
}

uint32_t gf_scalar_pick_bits(const uint32_t *bits, uint32_t nbits, const uint32_t index[16])
{
    uint32_t picked = 0;
    for (int j = 0; j < 16; j++)
        picked |= (index[j] < nbits ? bits[index[j] / 32] >> index[j] % 32 & 1 : 0) << j;
    return picked;
}

const struct gf_simd gf_simd_scalar = {
    .name = "scalar",
    .common_prefix = common_prefix,
    .find_byte = find_byte,
    .index_byte = index_byte,
    .count_byte = count_byte,
    .prefix_sum = gf_scalar_prefix_sum,
    .hash = hash,
    .hash_prefixes = hash_prefixes,
    .is_joined = is_joined,
    .hash_words = gf_scalar_hash_words,
    .match_words = gf_scalar_match_words,
    .spans_left = gf_scalar_spans_left,
    .pick_bits = gf_scalar_pick_bits,
};
