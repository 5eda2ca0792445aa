#include "base/system.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

unsigned gf_system_cores(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return (unsigned)CPU_COUNT(&set);
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (unsigned)n : 1;
}

/* The number in a file of one line that starts with it, or `otherwise`. */
static uint64_t read_number(const char *path, uint64_t otherwise)
{
    FILE *f = fopen(path, "re");
    if (!f)
        return otherwise;
    uint64_t value;
    if (fscanf(f, "%" SCNu64, &value) != 1)
        value = otherwise;
    fclose(f);
    return value;
}

uint64_t gf_system_memory(void)
{
    uint64_t available = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGE_SIZE);
    FILE *f = fopen("/proc/meminfo", "re");
    if (f) {
        char line[128];
        uint64_t kib;
        while (fgets(line, sizeof line, f)) {
            if (sscanf(line, "MemAvailable: %" SCNu64, &kib) == 1)
                available = kib * 1024;
        }
        fclose(f);
    }
    /* The group of a container is seen at the root of its own hierarchy; "max" is no number. */
    uint64_t limit = read_number("/sys/fs/cgroup/memory.max", UINT64_MAX);
    uint64_t used = read_number("/sys/fs/cgroup/memory.current", 0);
    uint64_t left = limit > used ? limit - used : 0;
    return left < available ? left : available;
}

void gf_system_give_way(void)
{
    /* On Linux a nice value belongs to a thread. At 10 it gets a tenth of a processor that another
     * one wants too, and all of one that nobody wants. */
    enum { GIVE_WAY = 10 };
    (void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), GIVE_WAY);
}
