/* GF_API marks what libgigaflame exports; everything else is hidden in the shared library. */
#ifndef GIGAFLAME_API_H
#define GIGAFLAME_API_H

#if defined(__GNUC__)
#define GF_API __attribute__((visibility("default")))
#else
#define GF_API
#endif

#endif
