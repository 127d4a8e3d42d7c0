/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Before libc, for PostgreSQL: while the file IOERROR_FILE is there, whatever is to be synced fails with EIO. What was
 * written stays in the kernel's cache and is read back, so this shows that nobody goes on behind such an error, and not
 * what a disk would have lost.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int keep(long call, int fd)
{
    const char *path = getenv("IOERROR_FILE");

    if (path && access(path, F_OK) == 0) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(call, fd);
}

int fsync(int fd)
{
    return keep(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return keep(SYS_fdatasync, fd);
}
