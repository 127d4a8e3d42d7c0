/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Before libc, for one process: one call of malloc, calloc or realloc finds no memory. Which one says the file
 * NOMEMORY_FILE, three int64, mapped, so that a test arms it while the process runs: how many calls are left until the
 * one that fails (0: none fails), how many there were, how many have failed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* glibc's own names of them. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *p, size_t size);

static struct counts {
    _Atomic int64_t left, calls, failed;
} *counts;

__attribute__((constructor)) static void map_file(void)
{
    const char *path = getenv("NOMEMORY_FILE");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;

    if (fd < 0)
        return;
    void *p = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p != MAP_FAILED)
        counts = p;
    close(fd);
}

/* Of several threads one meets the last call that was left. */
static bool fails(void)
{
    if (!counts)
        return false;
    atomic_fetch_add(&counts->calls, 1);
    if (atomic_load(&counts->left) <= 0 || atomic_fetch_sub(&counts->left, 1) != 1)
        return false;
    atomic_fetch_add(&counts->failed, 1);
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *p, size_t size)
{
    return fails() ? NULL : __libc_realloc(p, size);
}
