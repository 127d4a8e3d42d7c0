/* SPDX-License-Identifier: Apache-2.0 */
/* Files that the build put into the program (tools/embed.awk): migrations and pages. The last has a NULL name. */
#ifndef TAICHO_BASE_EMBED_H
#define TAICHO_BASE_EMBED_H

#include <stddef.h>

struct embedded {
    const char *name; /* the file's name without its folder */
    const char *text; /* NUL-terminated */
    size_t n;
};

#endif
