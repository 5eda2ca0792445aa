/* Draws a draw list on the CPU, pixel by pixel as drawlist.h says it: the oracle of the OpenGL
 * renderer. Slow, and shares nothing with src/gl. */
#ifndef GF_TEST_REFERENCE_H
#define GF_TEST_REFERENCE_H

#include "layout/drawlist.h"
#include "text/text.h"

/* rgb: width * height * 3 bytes, top row first. Returns false when memory runs out. */
bool gf_reference_draw(const struct gf_drawlist *list, struct gf_text *text, uint8_t *rgb);

/* Compares two pictures. Returns the largest difference of a byte, with the first pixel that has it
 * in *x, *y. */
unsigned gf_reference_compare(const uint8_t *a, const uint8_t *b, uint32_t width, uint32_t height,
                              uint32_t *x, uint32_t *y);

#endif
