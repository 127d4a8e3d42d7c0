/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A dossier's acts as they are written down before the first one is done: what simulate_dossier.c (the steps),
 * simulate_supplement.c, simulate_letter.c (what is signed, and its way to the citizen), simulate_loss.c,
 * simulate_way.c and simulate_voices.c build together.
 * Once something is missing nothing is added any more; what it is stands in the planning.
 */
#ifndef TAICHO_CTL_SIMULATE_PLAN_H
#define TAICHO_CTL_SIMULATE_PLAN_H

#include "services/ctl/simulate.h"

struct planning {
    struct world *w;
    struct chance *c;
    struct chance aside; /* of what came to the plans later: it changes nothing else of a day with the same seed */
    struct arena *arena;
    const struct candidate *at;
    const struct ways *ways;
    struct act *acts;
    size_t count;
    struct hands {
        const struct post *posts[ACTS_MAX];
        size_t count;
    } appraisers, endorsers, approvers; /* of this dossier so far, in all rounds: nobody is two of them */
    struct post *receiver;              /* who accepted it */
    struct post *keeper, *replier;      /* who archives what nobody came for, who answers a complaint too late; NULL */
    bool timed;                         /* whether the law gives it another time has been thought of */
    bool overdue;                       /* somebody will let a month pass, whoever appraises it or is asked; */
    enum step_kind slow;                /* or who does the first step of this kind; STEP_NONE: nobody does */
    size_t lies_at;                     /* and then this act is done; ACTS_MAX: none */
    int lies_for;                       /* so many months */
    int ended;                          /* the approve step that ended it with a result; 0: none did */
    enum filing filing;                 /* of a dossier of several units, in one step or one behind the other */
    const char *papers_with;            /* the unit that has them; NULL: the counter */
    const struct post *papers_by;       /* who signed for them there last; NULL: nobody */
    bool filed;                         /* on the portal, where its citizen can read the result */
    const char *missing;
};

/* ---- simulate_plan.c */
/* plan_act adds one; who NULL: nobody may do it, which is what is missing then. */
void plan_act(struct planning *p, enum deed deed, struct post *who, const char *what, bool against);
/* plan_brings says which paper comes with the act that was added last; plan_file adds the filing of one. */
void plan_brings(struct planning *p, enum document_kind kind);
void plan_file(struct planning *p, struct post *who, enum document_kind kind);
bool plan_by_the_way(struct planning *p,
                     double percent); /* chance, aside of the others; false once something is missing */
const char *plan_unit(const struct planning *p, const struct process_step *s); /* in whose hands the step is */
/* plan_post finds who does a step, none of `not`; at the counter preferably at the one that received. */
struct post *plan_post(struct planning *p, const struct process_step *s, const struct post *const * not,
                       size_t not_count);
/* plan_taker finds somebody else than the giver, of the unit that step n moves the papers to. */
struct post *plan_taker(struct planning *p, int n, const struct post *giver);
/* plan_assign gives step n to whoever does it: mostly he takes it, sometimes the head assigns; gives him. */
struct post *plan_assign(struct planning *p, int n);
void plan_overnight(struct planning *p); /* the act that was added last waits for the next working day, now and then */
/* plan_slow: such a step is next, and whoever is slow lets a month pass first. */
void plan_slow(struct planning *p, enum step_kind kind);
void plan_overdue(struct planning *p, size_t at); /* act `at`, planned or not yet, is done a month later, no other */
/* plan_head finds a head of the unit; plan_asker an appraiser or a head of the competent unit, not `but` (NULL: any).
 */
struct post *plan_head(struct planning *p, const char *unit);
struct post *plan_asker(struct planning *p, const struct post *but);
void plan_hand(struct hands *h, const struct post *who); /* he had a hand in it */
/* plan_mandate finds who decides and signs step n (*ret), and by which mandate; at the counter when it is done there.
 * NULL: nobody. */
const struct mandate *plan_mandate(struct planning *p, int n, struct post **ret);

/* ---- simulate_supplement.c */
/* Of step n: a paper is missing that is brought, or one that never is, and then the dossier is stopped. */
void plan_supplement(struct planning *p, int n);
void plan_wait_in_vain(struct planning *p, int n);

/* ---- simulate_letter.c */
/* plan_issue numbers and seals at step n; gives whoever did it. plan_return brings it from there to the citizen. */
struct post *plan_issue(struct planning *p, int n, const char *document, enum deed sealing);
void plan_return(struct planning *p, int n, struct post *clerk, enum deed handing);
void plan_extension(struct planning *p, int n); /* asked for at step n */
void plan_stop(struct planning *p, int n, enum deed asking);
void plan_correction(struct planning *p);

/* ---- simulate_loss.c */
void plan_loss(struct planning *p);
bool plan_settlement(struct planning *p); /* true: the paper was found, and goes back after all */

/* ---- simulate_way.c: whoever has the papers brings back to the counter what the citizen gets there; nothing where
 * they have not left it. */
void plan_way_back(struct planning *p);

/* ---- simulate_voices.c */
void plan_voices(struct planning *p, struct voices voices);

#endif
