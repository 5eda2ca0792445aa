/* Arithmetic on colours 0xAABBGGRR (sRGB, straight alpha). */
#ifndef GF_LAYOUT_COLOR_H
#define GF_LAYOUT_COLOR_H

#include <stdint.h>

static inline uint32_t gf_rgb(unsigned r, unsigned g, unsigned b)
{
    return 0xff000000u | b << 16 | g << 8 | r;
}
static inline unsigned gf_red(uint32_t c)
{
    return c & 0xff;
}
static inline unsigned gf_green(uint32_t c)
{
    return c >> 8 & 0xff;
}
static inline unsigned gf_blue(uint32_t c)
{
    return c >> 16 & 0xff;
}

/* Opaque mean of two opaque colours as screens blend them: 0 is a, 256 is b. */
uint32_t gf_color_mix(uint32_t a, uint32_t b, unsigned t256);

/* The sRGB colour of OKLCH (lightness 0..1, chroma, hue in degrees). A chroma that sRGB cannot show
 * at this lightness and hue is lowered until it can; lightness and hue stay. Opaque.
 * Source: B. Ottosson, "A perceptual color space for image processing" (2020). */
uint32_t gf_color_oklch(double lightness, double chroma, double hue);

/* WCAG 2 contrast ratio of two opaque colours, 1..21. */
double gf_color_contrast(uint32_t a, uint32_t b);

#endif
