/* SPDX-License-Identifier: Apache-2.0 */
/* The tables behind the shared words. */
#include "common/domain/words.h"

#include <string.h>

int words_find(const char *const *names, const char *name)
{
    for (int i = 0; name && names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

const char *words_in(const char *list, const char *word)
{
    size_t n = strlen(word);

    for (const char *p = list; p && *p; p += strcspn(p, ","), p += *p == ',')
        if (strcspn(p, ",") == n && strncmp(p, word, n) == 0)
            return p;
    return NULL;
}

size_t words_count(const char *const *names)
{
    size_t n = 0;

    while (names[n])
        n++;
    return n;
}

static int parse(const char *const *names, int count, const char *name)
{
    for (int i = 0; name && i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

#define WORDS_DEFINE(MAP, tag, PREFIX)                                                                                 \
    const char *const tag##_names[] = {MAP(WORD_NAME)};                                                                \
    static const char *const tag##_vis[] = {MAP(WORD_VI)};                                                             \
    const char *tag##_name(int v)                                                                                      \
    {                                                                                                                  \
        return v >= 0 && v < PREFIX##_COUNT ? tag##_names[v] : "";                                                     \
    }                                                                                                                  \
    const char *tag##_vi(int v)                                                                                        \
    {                                                                                                                  \
        return v >= 0 && v < PREFIX##_COUNT ? tag##_vis[v] : "";                                                       \
    }                                                                                                                  \
    int tag##_parse(const char *name)                                                                                  \
    {                                                                                                                  \
        return parse(tag##_names, PREFIX##_COUNT, name);                                                               \
    }

WORDS_DEFINE(LEVEL_MAP, level, LEVEL)
WORDS_DEFINE(ROUTE_MAP, route, ROUTE)
WORDS_DEFINE(TIME_UNIT_MAP, time_unit, TIME)
WORDS_DEFINE(STEP_MAP, step_kind, STEP)
WORDS_DEFINE(CHANNEL_MAP, channel, CHANNEL)
WORDS_DEFINE(DOCUMENT_MAP, document_kind, DOCUMENT)
WORDS_DEFINE(OPINION_MAP, opinion, OPINION)
WORDS_DEFINE(FORM_MAP, signature_form, FORM)
WORDS_DEFINE(SIGNATURE_MAP, signature_kind, SIGNATURE)
WORDS_DEFINE(OUTCOME_MAP, outcome, OUTCOME)
WORDS_DEFINE(DELIVERY_MAP, delivery, DELIVERY)
WORDS_DEFINE(COLLECTOR_MAP, collector, COLLECTOR)
WORDS_DEFINE(PROOF_MAP, proof, PROOF)
WORDS_DEFINE(UNDELIVERED_MAP, undelivered, UNDELIVERED)
WORDS_DEFINE(HAND_OVER_FAULT_MAP, hand_over_fault, HAND_OVER_FAULT)
WORDS_DEFINE(TIMING_MAP, timing, TIMING)
WORDS_DEFINE(FEE_KIND_MAP, fee_kind, FEE_KIND)
WORDS_DEFINE(FEE_DUE_MAP, fee_due, FEE_DUE)
WORDS_DEFINE(TERM_MAP, term, TERM)
WORDS_DEFINE(FEE_REFUND_MAP, fee_refund, FEE_REFUND)
WORDS_DEFINE(FEE_EXEMPTION_MAP, fee_exemption, FEE_EXEMPT)
WORDS_DEFINE(PAY_MEANS_MAP, pay_means, PAY)
WORDS_DEFINE(WITHDRAWAL_MAP, withdrawal, WITHDRAWAL)
WORDS_DEFINE(EXTENSION_MAP, extension, EXTENSION)
WORDS_DEFINE(STOP_MAP, stop, STOP)
WORDS_DEFINE(STOP_GROUND_MAP, stop_ground, STOP_GROUND)
WORDS_DEFINE(CORRECTION_MAP, correction, CORRECTION)
WORDS_DEFINE(CORRECTION_CAUSE_MAP, correction_cause, CORRECTION_CAUSE)
WORDS_DEFINE(REPORTER_MAP, reporter, REPORTER)
