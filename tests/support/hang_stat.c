/* Preloaded into a program: a file system that is far away and does not answer. While the file that
 * GF_TEST_HANG names is there, whoever asks about a file whose path ends in GF_TEST_HANG_ON waits.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void hang(const char *path)
{
    const char *while_there = getenv("GF_TEST_HANG"), *on = getenv("GF_TEST_HANG_ON");
    size_t n = strlen(path), m = on ? strlen(on) : 0;
    bool meant = while_there && on && n >= m && strcmp(path + n - m, on) == 0;
    while (meant && access(while_there, F_OK) == 0)
        usleep(5000);
}

/* Both are the same on the machines that this is tested on; which one is called depends on how the
 * program was compiled. */
int stat(const char *path, struct stat *st)
{
    hang(path);
    return fstatat(AT_FDCWD, path, st, 0);
}

int stat64(const char *restrict path, struct stat64 *restrict st)
{
    hang(path);
    return fstatat64(AT_FDCWD, path, st, 0);
}
