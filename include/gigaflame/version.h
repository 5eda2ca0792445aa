/* The version of the library that is running, as opposed to the one compiled against. */
#ifndef GIGAFLAME_VERSION_H
#define GIGAFLAME_VERSION_H

#include <gigaflame/api.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "MAJOR.MINOR.PATCH"; static storage. */
GF_API const char *gf_version(void);

#ifdef __cplusplus
}
#endif

#endif
