/* SPDX-License-Identifier: Apache-2.0 */
/* What the code under test writes to stderr. */
#ifndef TAICHO_TESTS_UNIT_CAUGHT_H
#define TAICHO_TESTS_UNIT_CAUGHT_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int kept = -1;
static FILE *sink;
static char caught[65536];

static void catch_stderr(void)
{
    (void)fflush(stderr);
    kept = dup(STDERR_FILENO);
    sink = tmpfile();
    assert_true(dup2(fileno(sink), STDERR_FILENO) >= 0);
}

/* release gives stderr back; what was written is in `caught`. */
static void release(void)
{
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    (void)close(kept);
    rewind(sink);
    caught[fread(caught, 1, sizeof(caught) - 1, sink)] = '\0';
    (void)fclose(sink);
}

static void has(const char *part)
{
    if (!strstr(caught, part))
        fail_msg("%s is not in %s", part, caught);
}

#endif
