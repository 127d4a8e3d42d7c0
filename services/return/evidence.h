/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence of a finish: what a document must have before the next act is done to it. An attempt without it is refused,
 * and kept for inspection: who closes what is not signed, numbered and sealed counts what was never done.
 */
#ifndef TAICHO_RETURN_EVIDENCE_H
#define TAICHO_RETURN_EVIDENCE_H

#include "services/return/return.h"

/* In the order in which a document gets it. */
#define RETURN_EVIDENCE(X)                                                                                             \
    X(NONE, "")                                                                                                        \
    X(SIGNATURE, "signature")                                                                                          \
    X(NUMBER, "number")                                                                                                \
    X(SEAL, "seal")                                                                                                    \
    X(HAND_OVER, "hand_over") /* the counter has not taken it over */                                                  \
    X(READY, "ready")                                                                                                  \
    X(DELIVERY, "delivery") /* of what nobody comes for: not told of often enough */

enum return_evidence {
#define X(symbol, name) RETURN_EVIDENCE_##symbol,
    RETURN_EVIDENCE(X)
#undef X
        RETURN_EVIDENCE_COUNT
};
extern const char *const return_evidence_names[]; /* ends with NULL */

/* An attempt that was refused since something was missing. */
struct return_attempt {
    struct id dossier;
    struct id document; /* nil: none is signed */
    enum return_act act;
    enum return_evidence missing; /* the first of what the document lacks */
    const char *actor, *unit;     /* of the token */
    instant at;                   /* when it was tried; the caller's to set */
};

/*
 * return_attempt_of tells what a refused command tried without its evidence: false when it was refused for another
 * reason (the wrong officer, a number that it has already, a document that is not named where it must be). Pure.
 */
bool return_attempt_of(const struct return_dossier *d, const struct return_command *c, const struct return_facts *f,
                       enum err_code refusal, struct return_attempt *ret);

#endif
