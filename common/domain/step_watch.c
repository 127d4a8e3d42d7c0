/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/step_watch.h"

const char *const step_warning_names[] = {STEP_WARNINGS(WORD_CODE) NULL};

int step_warning_parse(const char *name)
{
    return words_find(step_warning_names, name);
}

instant step_watch_next(const struct step_watch *w, instant now)
{
    if (w->due_at == INSTANT_NONE || w->told == STEP_WARNING_LATE)
        return INSTANT_NONE;
    return w->told == STEP_WARNING_NONE && w->near_at != INSTANT_NONE && w->near_at > now ? w->near_at : w->due_at;
}
