/* The order and the forms in which a line of text is drawn. */
#ifndef GF_TEXT_VISUAL_H
#define GF_TEXT_VISUAL_H

#include <stddef.h>
#include <stdint.h>

/* Decodes n bytes of UTF-8 into out[n] in the order of drawing, from left to right: what is written
 * from right to left is turned round (Unicode Bidirectional Algorithm, in a line that runs from
 * left to right), and Arabic letters take the forms in which they join. Other scripts come as they
 * are. Returns the number of code points, n at most. For more than GF_VISUAL_MOST bytes, and when
 * memory is out, all come as they are. */
size_t gf_text_visual(const char *utf8, size_t n, uint32_t *out);

#define GF_VISUAL_MOST 16384u

#endif
