/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Before libc, for one process: one call of malloc, calloc or realloc finds no memory. Which one says the file
 * NOMEMORY_FILE, three int64, mapped, so that a test arms it while the process runs: how many calls are left until the
 * one that fails (0: none fails), how many there were, how many have failed.
 *
 * What libraries ask for by which libpq proves a password or looks for Kerberos is neither counted nor does it fail: it
 * would be 99 of 100 calls of a start.
 */
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* glibc's own names of them. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *p, size_t size);

static struct counts {
    _Atomic int64_t left, calls, failed;
} * counts;
static const char *const spared[] = {"/libcrypto.so", "/libgssapi_krb5.so", "/libkrb5.so"};
#define SPARED_COUNT (sizeof spared / sizeof *spared)
static struct {
    uintptr_t from, to;
} lies[SPARED_COUNT];

static int find_spared(struct dl_phdr_info *of, size_t size, void *arg)
{
    for (size_t n = 0; n < SPARED_COUNT; n++)
        for (int i = 0; strstr(of->dlpi_name, spared[n]) && i < of->dlpi_phnum; i++) {
            uintptr_t end = of->dlpi_addr + of->dlpi_phdr[i].p_vaddr + of->dlpi_phdr[i].p_memsz;
            lies[n].from = of->dlpi_addr;
            if (of->dlpi_phdr[i].p_type == PT_LOAD && end > lies[n].to)
                lies[n].to = end;
        }
    return 0;
}

static bool is_spared(uintptr_t caller)
{
    for (size_t n = 0; n < SPARED_COUNT; n++)
        if (caller >= lies[n].from && caller < lies[n].to)
            return true;
    return false;
}

__attribute__((constructor)) static void map_file(void)
{
    const char *path = getenv("NOMEMORY_FILE");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;

    if (fd < 0)
        return;
    dl_iterate_phdr(find_spared, NULL);
    void *p = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p != MAP_FAILED)
        counts = p;
    close(fd);
}

/* Of several threads one meets the last call that was left. */
static bool fails(void *caller)
{
    if (!counts || is_spared((uintptr_t)caller))
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
    return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *p, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(p, size);
}
