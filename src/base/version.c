#include <gigaflame/version.h>

const char *gf_version(void)
{
    return GF_VERSION;
}
