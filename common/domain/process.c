/* SPDX-License-Identifier: Apache-2.0 */
/* Walking a process. */
#include "common/domain/process.h"

#include <string.h>

enum step_owner process_owner(enum step_kind kind)
{
    switch (kind) {
    case STEP_RECEIVE:
    case STEP_TRANSFER:
    case STEP_OBLIGATION:
        return OWNER_INTAKE;
    case STEP_APPRAISE:
    case STEP_VERIFY:
    case STEP_CONSULT:
    case STEP_ENDORSE:
        return OWNER_APPRAISAL;
    case STEP_APPROVE:
        return OWNER_APPROVAL;
    case STEP_NUMBER_SEAL:
    case STEP_HAND_OVER:
    case STEP_RETURN:
        return OWNER_RETURN;
    case STEP_NONE:
    case STEP_COUNT:
        break;
    }
    return OWNER_NOBODY;
}

const struct process_step *process_step(const struct process *p, int n)
{
    return n >= 1 && n <= p->step_count ? &p->steps[n - 1] : NULL;
}

bool process_opens(const struct process *p, int n, enum step_owner owner, int *ret_step)
{
    const struct process_step *next = process_step(p, n + 1);

    if (!next || process_owner(next->kind) != owner)
        return false;
    *ret_step = n + 1;
    return true;
}

bool process_is_last(const struct process *p, int n)
{
    const struct process_step *s = process_step(p, n);

    return s && process_following(p, n, s->kind) == 0;
}

int process_previous(const struct process *p, int n, enum step_kind kind)
{
    for (int i = n - 1; i >= 1; i--)
        if (p->steps[i - 1].kind == kind)
            return i;
    return 0;
}

int process_following(const struct process *p, int n, enum step_kind kind)
{
    for (int i = n + 1; i <= p->step_count; i++)
        if (p->steps[i - 1].kind == kind)
            return i;
    return 0;
}

const char *process_unit(const struct process_step *s, const char *own, const char *receiving)
{
    if (strcmp(s->unit_ref, "own") == 0)
        return own;
    if (strcmp(s->unit_ref, "receiving") == 0)
        return receiving;
    return s->unit_ref;
}
