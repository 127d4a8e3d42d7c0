/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to a document at return, act by act, each as it should be; and a dossier whose document is in a state.
 */
#ifndef TAICHO_TESTS_RETURN_STORY_H
#define TAICHO_TESTS_RETURN_STORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "services/return/return.h"
#include "tests/unit/return_bed.h"
#include "tests/unit/sentence.h"

static struct arena *arena;
static struct catalogue *catalogue;
static struct err err;

static inline int set_up(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    bed_reminders.value = 0;
    catalogue = bed_catalogue(arena);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* ---- the commands and events, each as it should be */

static inline struct return_command received(const char *process)
{
    struct return_command c = {.act = RETURN_ACT_RECEIVE, .from_event = true, .at = bed_now(), .step = 1};
    c.received = (struct dossier_facts){.id = bed_id(1),
                                        .code = "000.21.35.H11-191001-0001",
                                        .unit = UNIT,
                                        .receiving_unit = strcmp(process, "spot") == 0 ? UNIT : FRONT,
                                        .counter = "Q1",
                                        .procedure = "1.001193",
                                        .process = process,
                                        .origin_reference = "",
                                        .process_version = 1,
                                        .due_at = bed_now() + INSTANT_DAY};
    return c;
}

/* The paper is 7, of an apology 8, of a correction 9. */
static inline struct return_command signed_(int step, int outcome, bool last)
{
    uint8_t paper = outcome == OUTCOME_APOLOGY ? 8 : outcome == OUTCOME_CORRECTION ? 9 : 7;
    struct return_command c = {.act = RETURN_ACT_SIGN, .from_event = true, .at = bed_now(), .step = step, .last = last};
    c.signed_ = (struct return_document){.handle = {.id = bed_id(paper), .pages = 2},
                                         .outcome = outcome,
                                         .signer = "pd01",
                                         .mandate = "pd01-kt",
                                         .form = FORM_KT,
                                         .signature = SIGNATURE_INK_ATTESTED,
                                         .signed_at = bed_now()};
    memset(c.signed_.handle.sha256, paper, sizeof c.signed_.handle.sha256);
    return c;
}

static inline struct return_command act(enum return_act a)
{
    return (struct return_command){.act = a,
                                   .at = bed_now(),
                                   .series = "kq",
                                   .seal = "s1",
                                   .delivery = DELIVERY_COUNTER,
                                   .handing = {.who = COLLECTOR_APPLICANT, .paper = PROOF_RECEIPT},
                                   .fault = HAND_OVER_FAULT_DAMAGED,
                                   .undelivered = UNDELIVERED_ABSENT};
}

/* The timer of what lies ready. */
static inline struct return_command reminder(void)
{
    return (struct return_command){.act = RETURN_ACT_REMIND, .from_event = true, .at = bed_now()};
}

/* The timer of the open step. */
static inline struct return_command told_by_the_clock(enum return_act act, instant at)
{
    return (struct return_command){.act = act, .from_event = true, .at = at};
}

static inline struct return_command by_post(const char *consignment)
{
    struct return_command c = act(RETURN_ACT_DELIVER);
    c.delivery = DELIVERY_POST;
    c.handing = (struct return_handing){.consignment = consignment};
    return c;
}

static inline const char *series_of(int outcome)
{
    return outcome == OUTCOME_APOLOGY      ? "xl"
           : outcome == OUTCOME_STOPPED    ? "dg"
           : outcome == OUTCOME_CORRECTION ? "dc"
           : outcome == OUTCOME_REFUSED    ? "tb"
                                           : "kq";
}

static inline struct return_command number(const char *series)
{
    struct return_command c = act(RETURN_ACT_NUMBER);
    c.series = series;
    return c;
}

static inline struct return_command seal(const char *code)
{
    struct return_command c = act(RETURN_ACT_SEAL);
    c.seal = code;
    return c;
}

/* about names the document that a command is about. */
static inline struct return_command about(uint8_t document, struct return_command c)
{
    c.document = bed_id(document);
    return c;
}

static inline enum err_code run(struct return_dossier **d, struct return_command c, const char *actor, const char *unit,
                                struct return_decision *ret)
{
    struct return_facts f = {.catalogue = catalogue,
                             .now = c.from_event ? c.at : bed_now(),
                             .recorded_at = c.from_event ? c.at : bed_now(),
                             .actor = actor,
                             .actor_unit = unit,
                             .series = bed_find_series(c.series),
                             .seal = bed_find_seal(c.seal)};
    struct return_decision x = {.step = -1};
    err = (struct err){.code = ERR_OK};
    enum err_code rc = return_decide(*d, &c, &f, &x, &err);
    if (rc) {
        assert_int_equal(x.step, -1);
        assert_true(err.vi[0] && err.en[0]);
        return rc;
    }
    if (x.event == RETURN_EVENT_NUMBERED) {
        x.number = 1;
        x.number_text = return_number_text(x.series->pattern, x.number, arena);
    }
    *d = return_apply(*d, &c, &x, arena);
    if (ret)
        *ret = x;
    return rc;
}

static inline enum err_code hear(struct return_dossier **d, struct return_command c)
{
    return run(d, c, "", "", NULL);
}

static inline enum err_code by(const char *actor, struct return_dossier **d, struct return_command c)
{
    return run(d, c, actor, bed_unit_of(actor), NULL);
}

static inline bool is_spot(const char *process)
{
    return strcmp(process, "spot") == 0;
}

static inline const char *returner(const char *process)
{
    return is_spot(process) ? "tk00" : "tk01";
}

static inline int approve_step(const char *process)
{
    return is_spot(process) ? 3 : strcmp(process, "office") == 0 ? 4 : 6;
}

/* A dossier of the process whose document is in a state (FSM_NOWHERE: nothing is signed). */
static inline struct return_dossier *in_state_of(const char *process, int outcome, int state)
{
    bool last = outcome != OUTCOME_APOLOGY;
    struct return_dossier *d = NULL;
    assert_int_equal(hear(&d, received(process)), ERR_OK);
    if (state >= RETURN_AWAITING_ISSUE)
        assert_int_equal(hear(&d, signed_(approve_step(process), outcome, last)), ERR_OK);
    if (state >= RETURN_NUMBERED)
        assert_int_equal(by("vt01", &d, number(series_of(outcome))), ERR_OK);
    if (state >= RETURN_SEALED)
        assert_int_equal(is_spot(process) ? by("vt02", &d, seal("s2")) : by("vt01", &d, seal("s1")), ERR_OK);
    if (state >= RETURN_READY && !is_spot(process)) {
        assert_int_equal(by("vt01", &d, act(RETURN_ACT_GIVE)), ERR_OK);
        assert_int_equal(by("tk01", &d, act(RETURN_ACT_TAKE)), ERR_OK);
    }
    if (state >= RETURN_READY)
        assert_int_equal(by(returner(process), &d, act(RETURN_ACT_MAKE_READY)), ERR_OK);
    if (state >= RETURN_HANDED_OVER && state != RETURN_UNCLAIMED)
        assert_int_equal(by(returner(process), &d, act(RETURN_ACT_DELIVER)), ERR_OK);
    if (state >= RETURN_ARCHIVED)
        assert_int_equal(by("vt01", &d, act(RETURN_ACT_ARCHIVE)), ERR_OK);
    assert_int_equal(d->document_count, state == FSM_NOWHERE ? 0 : 1);
    if (d->document_count)
        assert_int_equal(d->documents[0].state, state);
    return d;
}

static inline struct return_dossier *in_state(const char *process, int state)
{
    return in_state_of(process, OUTCOME_GRANTED, state);
}

/* refused does an act that must be refused for a reason, and looks that nothing moved. */
static inline void refused(struct return_dossier *d, const char *actor, struct return_command c, enum err_code code,
                           const char *field)
{
    struct return_document before = d->documents[0];
    assert_int_equal(by(actor, &d, c), code);
    assert_string_equal(err.field, field);
    assert_memory_equal(&before, &d->documents[0], sizeof before);
}

#endif
