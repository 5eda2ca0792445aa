#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cli/bench.h"
#include "io/source.h"

/* The first bytes of a small text file, terminated; empty when it cannot be read. */
static void read_text(const char *path, char *out, size_t cap)
{
    struct gf_file file;
    size_t used = 0, got = 1;
    out[0] = '\0';
    if (!gf_file_open(path, &file, NULL))
        return;
    while (used + 1 < cap && got > 0 && gf_file_read(&file, out + used, cap - 1 - used, &got, NULL))
        used += got;
    gf_file_close(&file);
    out[used] = '\0';
}

bool gf_machine_field(const char *text, const char *key, char *out, size_t cap)
{
    size_t len = strlen(key);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, len) != 0)
            continue;
        const char *value = line + len + strspn(line + len, " \t");
        if (*value != ':' && *value != '=')
            continue;
        value++;
        value += strspn(value, " \t\"");
        size_t n = strcspn(value, "\"\n");
        snprintf(out, cap, "%.*s", (int)(n < cap ? n : cap), value);
        return true;
    }
    return false;
}

void gf_machine_read(struct gf_machine *machine)
{
    *machine = (struct gf_machine){0};
    char text[8192];
    read_text("/proc/cpuinfo", text, sizeof text);
    /* x86 and POWER; ARM has no name there, only the numbers of its maker and part. */
    if (!gf_machine_field(text, "model name", machine->cpu, sizeof machine->cpu) &&
        !gf_machine_field(text, "cpu", machine->cpu, sizeof machine->cpu) &&
        !gf_machine_field(text, "CPU part", machine->cpu, sizeof machine->cpu))
        snprintf(machine->cpu, sizeof machine->cpu, "unknown");
    read_text("/etc/os-release", text, sizeof text);
    if (!gf_machine_field(text, "PRETTY_NAME", machine->system, sizeof machine->system))
        snprintf(machine->system, sizeof machine->system, "unknown");
    struct utsname name;
    if (uname(&name) == 0)
        snprintf(machine->kernel, sizeof machine->kernel, "%.40s %.80s", name.sysname,
                 name.release);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    machine->cores = cores > 0 ? (unsigned)cores : 1;
    if (pages > 0 && page > 0)
        machine->memory = (uint64_t)pages * (uint64_t)page;
}

uint64_t gf_peak_rss(void)
{
    char text[8192], value[64];
    read_text("/proc/self/status", text, sizeof text);
    if (gf_machine_field(text, "VmHWM", value, sizeof value))
        return strtoull(value, NULL, 10) * 1024;
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss * 1024 : 0;
}

void gf_peak_rss_reset(void)
{
    int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    ssize_t done = write(fd, "5", 1);
    (void)done;
    close(fd);
}
