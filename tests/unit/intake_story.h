/* SPDX-License-Identifier: Apache-2.0 */
/* What each test of a dossier at intake begins with, and leaves: its memory, the reference data, no error. */
#ifndef TAICHO_TESTS_INTAKE_STORY_H
#define TAICHO_TESTS_INTAKE_STORY_H

#include "tests/unit/intake_bed.h"

static struct arena *arena;
static struct catalogue *catalogue;
static struct err err;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(1 << 22);
    catalogue = bed_catalogue(arena);
    err = (struct err){.code = ERR_OK};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

#endif
