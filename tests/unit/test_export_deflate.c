/* Deflate: what comes out is what went in, and depends on nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

#include "export/deflate.h"

enum { SIZE = 20000, ROOM = 2 * SIZE + 1000 };

/* Compresses n bytes of data, `piece` at a time; returns the number of bytes in out. */
static size_t compress(struct gf_deflate *d, uint16_t format, uint8_t *data, size_t n, size_t piece,
                       uint8_t *out)
{
    gf_deflate_begin(d, format);
    d->stream.next_out = out;
    d->stream.avail_out = ROOM;
    size_t at = 0;
    do {
        size_t part = n - at < piece ? n - at : piece;
        d->stream.next_in = data + at;
        d->stream.avail_in = (uint32_t)part;
        at += part;
        d->stream.end_of_stream = at == n;
        assert_true(gf_deflate(d));
        assert_int_equal(d->stream.avail_in, 0);
    } while (at < n);
    return ROOM - d->stream.avail_out;
}

static void inflate_equals(uint16_t format, uint8_t *packed, size_t npacked, const uint8_t *data,
                           size_t n)
{
    uint8_t *got = malloc(SIZE + 1);
    struct inflate_state *z = malloc(sizeof *z);
    isal_inflate_init(z);
    z->crc_flag = format == IGZIP_GZIP ? ISAL_GZIP : ISAL_DEFLATE;
    z->next_in = packed;
    z->avail_in = (uint32_t)npacked;
    z->next_out = got;
    z->avail_out = SIZE + 1;
    assert_int_equal(isal_inflate(z), ISAL_DECOMP_OK);
    assert_int_equal(SIZE + 1 - z->avail_out, n);
    assert_memory_equal(got, data, n);
    free(z);
    free(got);
}

static void test_round_trip(void **state)
{
    (void)state;
    static uint8_t data[SIZE], out[ROOM];
    for (size_t i = 0; i < SIZE; i++)
        data[i] = i < SIZE / 2 ? (uint8_t)(i / 50) : (uint8_t)rand();
    struct gf_deflate *d = malloc(sizeof *d);
    for (size_t n = 0; n <= SIZE; n = n < 600 ? n + 1 : n * 3)
        for (size_t piece = n < 40 ? 1 : 1 + n / 3; piece <= SIZE; piece *= 7) {
            inflate_equals(IGZIP_GZIP, out, compress(d, IGZIP_GZIP, data, n, piece, out), data, n);
            inflate_equals(IGZIP_DEFLATE, out, compress(d, IGZIP_DEFLATE, data, n, piece, out),
                           data, n);
        }
    free(d);
}

/* CRC-32C of four bytes, from 0: ISA-L's hash. */
static uint32_t crc32c(uint32_t v)
{
    for (int bit = 0; bit < 32; bit++)
        v = v >> 1 ^ (v & 1 ? 0x82f63b78 : 0);
    return v;
}

/* ISA-L 2.30 takes bits 16 to 47 of the stream's address for data once: at the addresses tried here
 * they have the hash of four zeros. */
static void test_address_makes_no_difference(void **state)
{
    (void)state;
    static uint8_t zeros[SIZE] = {1}, want[ROOM], out[ROOM];
    static const uint16_t formats[] = {IGZIP_DEFLATE, IGZIP_GZIP};
    struct gf_deflate *d = malloc(sizeof *d);
    for (size_t f = 0; f < 2; f++) {
        size_t n = compress(d, formats[f], zeros, SIZE, SIZE, want);
        unsigned tried = 0;
        for (uint64_t high = 0x55100000; tried < 8 && high < 0x56700000; high++) {
            if (crc32c((uint32_t)high) & 0x1fff)
                continue;
            void *place = mmap((void *)(uintptr_t)(high << 16), sizeof *d, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
            if (place == MAP_FAILED)
                continue;
            assert_int_equal(compress(place, formats[f], zeros, SIZE, SIZE, out), n);
            assert_memory_equal(out, want, n);
            munmap(place, sizeof *d);
            tried++;
        }
        assert_int_equal(tried, 8);
    }
    free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_address_makes_no_difference),
    };
    return cmocka_run_group_tests_name("export_deflate", tests, NULL, NULL);
}
