/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process as a list of typed steps: which step follows, who owns it, whose hands it is in, and which lists make
 * sense. The owner of the next step opens it on the event that ends the one before, so all services walk the same list
 * by these functions.
 */
#ifndef TAICHO_DOMAIN_PROCESS_H
#define TAICHO_DOMAIN_PROCESS_H

#include <stdbool.h>

#include "common/domain/catalogue.h"

enum step_owner { OWNER_NOBODY, OWNER_INTAKE, OWNER_APPRAISAL, OWNER_APPROVAL, OWNER_RETURN };

/* process_owner tells which service owns steps of a kind (receive, transfer, obligation: intake; appraise, verify,
 * consult, endorse: appraisal; approve: approval; the rest: return). */
enum step_owner process_owner(enum step_kind kind);

/* process_step gives step n (from 1), NULL outside. */
const struct process_step *process_step(const struct process *p, int n);

/* process_opens tells whether `owner` opens step n + 1 when step n ended; *ret_step is then n + 1. */
bool process_opens(const struct process *p, int n, enum step_owner owner, int *ret_step);

/* process_is_last tells whether no later step has the kind of step n. */
bool process_is_last(const struct process *p, int n);

/* process_previous gives the nearest earlier step of a kind before n, 0 when there is none. */
int process_previous(const struct process *p, int n, enum step_kind kind);
/* process_following gives the nearest later step of a kind after n, 0 when there is none. */
int process_following(const struct process *p, int n, enum step_kind kind);

/* process_unit gives the id of the unit in whose hands a step is. */
const char *process_unit(const struct process_step *s, const char *own, const char *receiving);

/* process_with gives the units that co-operate in step n, in the order of their turns; how many. */
int process_with(const struct process *p, int n, const struct process_with **ret);

enum process_field { PROCESS_STEPS, PROCESS_KIND, PROCESS_ROLE, PROCESS_PLACE, PROCESS_WITH };

/* What is wrong with a process, and where: a field of one step, or PROCESS_STEPS, all of them together (step 0). */
struct process_flaw {
    int step;
    enum process_field field;
    char vi[160], en[160];
};

/*
 * process_next_flaw finds what makes no sense in a process: a step whose role does not do it, or that stands where the
 * services could not carry it out. It holds for every process that a dossier may be bound to: intake refuses a release
 * for it, and taichoctl names the line of the file. *at begins with 0 and is moved on; the flaws come in the order of
 * the steps, what concerns all of them last. False: there is no other.
 */
bool process_next_flaw(const struct process *p, int *at, struct process_flaw *ret);

#endif
