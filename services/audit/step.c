/* SPDX-License-Identifier: Apache-2.0 */
/* Steps are counted when they end; who pays for a late dossier is known only at its end. */
#include "services/audit/step.h"

#include <string.h>

static const struct {
    const char *type;
    enum step_kind kind;
    enum step_judged judged;
} ends[] = {
    {"TransferTaken", STEP_TRANSFER, STEP_BY_MOMENT},
    {"ObligationMet", STEP_OBLIGATION, STEP_BY_TIME},
    {"Verified", STEP_VERIFY, STEP_BY_TIME},
    {"Consulted", STEP_CONSULT, STEP_BY_MOMENT},
    {"ConsultationLapsed", STEP_CONSULT, STEP_UNANSWERED},
    {"Contributed", STEP_APPRAISE, STEP_BY_MOMENT}, /* a co-operating unit's part of the step */
    {"PartLapsed", STEP_APPRAISE, STEP_UNANSWERED},
    {"SupplementAsked", STEP_APPRAISE, STEP_BY_TIME},
    {"Appraised", STEP_APPRAISE, STEP_BY_TIME},
    {"Endorsed", STEP_ENDORSE, STEP_BY_TIME},
    {"DraftReturned", STEP_ENDORSE, STEP_BY_TIME},
    {"Signed", STEP_APPROVE, STEP_BY_TIME},
    {"SentBack", STEP_APPROVE, STEP_BY_TIME},
    {"WithdrawalGranted", STEP_APPROVE, STEP_BROKEN_OFF},
    {"StopSigned", STEP_APPROVE, STEP_BROKEN_OFF},
    {"AppraisalBrokenOff", STEP_NONE, STEP_BROKEN_OFF}, /* as it says itself */
    {"IntakeBrokenOff", STEP_NONE, STEP_BROKEN_OFF},
    {"Sealed", STEP_NUMBER_SEAL, STEP_BY_TIME},
    {"HandOverTaken", STEP_HAND_OVER, STEP_BY_TIME},
    {"Ready", STEP_RETURN, STEP_BY_TIME},
};

static size_t row_of(const char *type)
{
    size_t i = 0;

    while (i < COUNT_OF(ends) && strcmp(ends[i].type, type) != 0)
        i++;
    return i;
}

enum step_kind audit_step_kind(const struct audit_step_end *e)
{
    size_t i = row_of(e->type);

    return e->broken_off != STEP_NONE ? e->broken_off : i < COUNT_OF(ends) ? ends[i].kind : STEP_NONE;
}

enum timing audit_step_timing(const struct audit_step_end *e)
{
    size_t i = row_of(e->type);

    return step_clock_timing(e->clock, i < COUNT_OF(ends) ? ends[i].judged : STEP_BY_TIME, e->at);
}

/* keep_late adds a late step to those of the dossier; of more than fit the oldest go. */
static void keep_late(struct audit_fact *f, const struct audit_step_end *e, struct arena *a)
{
    struct audit_late_step *all = ARENA_ARRAY(a, AUDIT_LATE_STEPS_MOST, struct audit_late_step);
    size_t kept = f->late_count < AUDIT_LATE_STEPS_MOST ? f->late_count : AUDIT_LATE_STEPS_MOST - 1;

    if (kept)
        memcpy(all, f->late_steps + f->late_count - kept, kept * sizeof *all);
    all[kept] = (struct audit_late_step){.kind = audit_step_kind(e),
                                         .step = e->step,
                                         .round = e->round,
                                         .unit = e->clock->unit,
                                         .ended_at = e->at,
                                         .minutes_late = e->clock->minutes_late};
    f->late_steps = all;
    f->late_count = kept + 1;
    f->late_changed = true;
}

bool audit_step_count(struct audit_fact *f, const struct audit_step_end *e, struct arena *a,
                      struct audit_step_delta *ret)
{
    enum step_kind kind = audit_step_kind(e);

    if (!e->clock || kind == STEP_NONE)
        return false;

    enum timing timing = audit_step_timing(e);
    *ret = (struct audit_step_delta){.unit = e->clock->unit,
                                     .kind = kind,
                                     .day = f->day,
                                     .early = timing == TIMING_EARLY,
                                     .on_time = timing == TIMING_ON_TIME,
                                     .late = timing == TIMING_LATE,
                                     .broken_off = timing == TIMING_NONE,
                                     .minutes_used = e->clock->minutes_used,
                                     .minutes_late = e->clock->minutes_late};
    if (e->clock->minutes_late > 0)
        keep_late(f, e, a);
    return true;
}

bool audit_step_warn(const struct audit_fact *f, const struct audit_record *r, struct audit_step_delta *ret)
{
    if (r->warning == STEP_WARNING_NONE)
        return false;
    *ret = (struct audit_step_delta){.unit = r->step.unit,
                                     .kind = r->step.kind,
                                     .day = f->day,
                                     .warned = r->warning == STEP_WARNING_NEAR,
                                     .passed = r->warning == STEP_WARNING_LATE};
    return true;
}

/* minutes_late_of gives by how much a dossier was late, at its result or for as long as its clock ran; begun minutes
 * count, as in a step. */
static int64_t minutes_late_of(const struct audit_fact *f, const struct catalogue *c)
{
    struct worktime_hours hours = catalogue_counter_hours(c, f->counter, f->day);
    bool result = f->result != AUDIT_RESULT_WITHDRAWN && f->result != AUDIT_RESULT_STOPPED;
    instant until = result ? f->ended_at : audit_ran_until(f);
    int64_t late = 0;
    struct err ignored;

    instant due = audit_judged_by(f);
    if (f->ended_at == INSTANT_NONE || due == INSTANT_NONE || until <= due ||
        worktime_length(c->calendar, &hours, due, until, &late, &ignored))
        return 0;
    return (late + INSTANT_MINUTE - 1) / INSTANT_MINUTE;
}

size_t audit_step_charge(struct audit_fact *f, const struct catalogue *c, struct arena *a, struct audit_step_delta *ret)
{
    if (!c->calendar || f->timing == TIMING_NONE)
        return 0;

    int64_t left = minutes_late_of(f, c);
    struct audit_late_step *all = ARENA_ARRAY(a, AUDIT_LATE_STEPS_MOST, struct audit_late_step);
    size_t moved = 0;

    if (f->late_count)
        memcpy(all, f->late_steps, f->late_count * sizeof *all);
    for (size_t i = f->late_count; i-- > 0;) {
        struct audit_late_step *s = &all[i];
        int64_t charged = s->ended_at > f->ended_at ? 0 : s->minutes_late < left ? s->minutes_late : left;

        left -= charged;
        if (charged != s->minutes_charged)
            ret[moved++] = (struct audit_step_delta){
                .unit = s->unit, .kind = s->kind, .day = f->day, .minutes_charged = charged - s->minutes_charged};
        f->late_changed |= charged != s->minutes_charged;
        s->minutes_charged = charged;
    }
    if (left != f->uncharged)
        ret[moved++] = (struct audit_step_delta){
            .unit = f->unit, .kind = STEP_NONE, .day = f->day, .minutes_charged = left - f->uncharged};
    f->late_steps = all;
    f->uncharged = left;
    return moved;
}
