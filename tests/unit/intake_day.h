/* SPDX-License-Identifier: Apache-2.0 */
/* A dossier at intake by a clock that the test sets: it begins on BED_DAY at 08:00. */
#ifndef TAICHO_TESTS_INTAKE_DAY_H
#define TAICHO_TESTS_INTAKE_DAY_H

#include "services/intake/rules.h"
#include "tests/unit/intake_story.h"

#define AT_ONCE                                                                                                        \
    INT64_MAX /* of what another stage did: heard as it happens, since nothing happened ahead of the clock */

static int32_t today;
static int minute;

static int begin(void **state)
{
    today = BED_DAY;
    minute = 8 * 60;
    return set_up(state);
}

/* decide gives what intake makes of an act now; NULL: it was refused, and err says why. */
static struct intake_decision *decide(const struct intake_dossier *d, enum intake_act act, const void *command,
                                      const char *actor, const char *unit)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, actor, unit, 0);

    f.now = instant_of_day(today, minute);
    err = (struct err){.code = ERR_OK};
    return intake_decide(d, act, command, &f, out, &err) ? NULL : out;
}

/* does is decide, of an act that must be allowed; NULL for whom: an event did it. */
static struct intake_dossier does(const struct intake_dossier *d, enum intake_act act, const void *command,
                                  const char *actor)
{
    struct intake_decision *out = decide(d, act, command, actor, actor ? "H11.35" : NULL);

    if (!out)
        fail_msg("%s: %s", err.field, err.en);
    return out->next;
}

#endif
