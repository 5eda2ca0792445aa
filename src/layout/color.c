#include "layout/color.h"

#include <math.h>
#include <stdbool.h>

uint32_t gf_color_mix(uint32_t a, uint32_t b, unsigned t)
{
    unsigned s = 256 - t;
    return gf_rgb((gf_red(a) * s + gf_red(b) * t + 128) >> 8,
                  (gf_green(a) * s + gf_green(b) * t + 128) >> 8,
                  (gf_blue(a) * s + gf_blue(b) * t + 128) >> 8);
}

static void oklch_to_linear(double l, double chroma, double hue, double rgb[3])
{
    double angle = hue * (3.14159265358979323846 / 180);
    double a = chroma * cos(angle), b = chroma * sin(angle);
    double x = l + 0.3963377774 * a + 0.2158037573 * b;
    double y = l - 0.1055613458 * a - 0.0638541728 * b;
    double z = l - 0.0894841775 * a - 1.2914855480 * b;
    x = x * x * x;
    y = y * y * y;
    z = z * z * z;
    rgb[0] = +4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z;
    rgb[1] = -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z;
    rgb[2] = -0.0041960863 * x - 0.7034186147 * y + 1.7076147010 * z;
}

static bool in_gamut(const double rgb[3])
{
    for (int i = 0; i < 3; i++)
        if (rgb[i] < -1e-6 || rgb[i] > 1 + 1e-6)
            return false;
    return true;
}

static unsigned encode(double linear)
{
    linear = linear < 0 ? 0 : linear > 1 ? 1 : linear;
    double v = linear <= 0.0031308 ? 12.92 * linear : 1.055 * pow(linear, 1 / 2.4) - 0.055;
    return (unsigned)lround(v * 255);
}

uint32_t gf_color_oklch(double lightness, double chroma, double hue)
{
    double rgb[3];
    oklch_to_linear(lightness, chroma, hue, rgb);
    if (!in_gamut(rgb)) {
        double inside = 0, outside = chroma;
        for (int i = 0; i < 16; i++) {
            double middle = (inside + outside) / 2;
            oklch_to_linear(lightness, middle, hue, rgb);
            if (in_gamut(rgb))
                inside = middle;
            else
                outside = middle;
        }
        oklch_to_linear(lightness, inside, hue, rgb);
    }
    return gf_rgb(encode(rgb[0]), encode(rgb[1]), encode(rgb[2]));
}

static double luminance(uint32_t c)
{
    double channel[3] = {gf_red(c) / 255.0, gf_green(c) / 255.0, gf_blue(c) / 255.0};
    for (int i = 0; i < 3; i++)
        channel[i] =
            channel[i] <= 0.04045 ? channel[i] / 12.92 : pow((channel[i] + 0.055) / 1.055, 2.4);
    return 0.2126 * channel[0] + 0.7152 * channel[1] + 0.0722 * channel[2];
}

double gf_color_contrast(uint32_t a, uint32_t b)
{
    double la = luminance(a), lb = luminance(b);
    return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}
