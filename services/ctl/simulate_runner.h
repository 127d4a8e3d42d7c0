/* SPDX-License-Identifier: Apache-2.0 */
/* A dossier under way; shared by simulate_run.c, which moves it, and simulate_words.c, which says what it asks for. */
#ifndef TAICHO_CTL_SIMULATE_RUNNER_H
#define TAICHO_CTL_SIMULATE_RUNNER_H

#include "common/flow/event.h"
#include "services/ctl/simulate.h"

struct runner {
    struct simulation *s;
    struct fetch *fetch;
    struct dossier *d;
    size_t number;
    struct candidate at;
    struct act acts[ACTS_MAX];
    size_t count, next;
    struct chance chance;
    int64_t seen[SOURCE_COUNT];    /* the newest version that each stage has answered */
    char document[37], sha256[65]; /* the draft of the current round */
    int64_t pages;
    char record[37], record_sha256[65]; /* of who came, beside the authorisation that he brought */
    char guidance[37];                  /* that the citizen was given before he files; empty: none */
    char submission[37];                /* what he filed on the portal, which is to be answered; empty: nothing */
    int64_t first_try, not_before, pause_ms;
    bool under_way;
    struct arena *scratch; /* of one request or answer */
    struct arena *plan;    /* of this dossier */
};

/* A dossier that was put off. Its runner goes on with others; what is kept has the plan that its acts lie in. */
struct later {
    struct runner kept;
};

/* runner_pay puts what is to be paid between the acts, as the answer to a receipt says it. */
void runner_pay(struct runner *r, struct json_in *in, const struct json *answer);

/* Of the act that is next, in the runner's scratch arena: the body, the address, and the header Taicho-Seen (NULL:
 * none). */
void runner_body(struct runner *r, const struct act *a, struct buf *b);
const char *runner_url(const struct runner *r, const struct act *a);
const char *runner_seen(const struct runner *r, int service);
const char *runner_late(const struct runner *r, const struct act *a); /* the header Taicho-Late-Entry; NULL: none */

#endif
