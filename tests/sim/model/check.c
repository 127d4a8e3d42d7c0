/* SPDX-License-Identifier: Apache-2.0 */
/* What must be true when everything has come to rest. V1 to V7: RELIABILITY 6. */
#include <stdlib.h>
#include <string.h>

#include "common/domain/code.h"
#include "services/appraisal/appraisal.h"
#include "services/approval/approval.h"
#include "services/intake/repo.h"
#include "services/intake/rules.h"
#include "services/return/return.h"
#include "tests/sim/model/sim.h"

static const char *name(int service)
{
    return sim_services[service].name;
}

static const struct row *row_of(int service, struct id id)
{
    return base_row(&world.bases[service], id);
}

/* ---- what citizens say of it, and what they are answered */

static int told(int service, struct id dossier, const char *type)
{
    const struct base *b = &world.bases[service];
    int n = 0;

    for (size_t i = 0; i < b->outbox.count; i++)
        n += id_eq(b->outbox.items[i]->subject, dossier) && strcmp(b->outbox.items[i]->type, type) == 0;
    return n;
}

static int said(struct id dossier, const char *type)
{
    return told(SOURCE_INTAKE, dossier, type);
}

/* One rating at the most; each complaint was filed once, and is answered once when everything has come to rest, and
 * that is published; what was asked for has come, or the wait for it was over. */
static void check_voices(const struct row *row)
{
    const struct intake_file *f = row->state;
    int rated = said(row->id, "RatingGiven"), filed = said(row->id, "ComplaintFiled"),
        answered = said(row->id, "ComplaintAnswered"), asked = said(row->id, "ComplaintMoreAsked"),
        supplied = said(row->id, "ComplaintSupplied"), published = said(row->id, "ComplaintPublished");

    if (rated != f->dossier.rated)
        sim_fail("V2: %d ratings of a dossier that is %srated", rated, f->dossier.rated ? "" : "not ");
    if (filed != f->dossier.complaint_count || answered != filed)
        sim_fail("V1: %d complaints filed, %d answered, %d stored", filed, answered, f->dossier.complaint_count);
    for (int i = 0; i < f->dossier.complaint_count; i++) {
        const struct intake_complaint *c = &f->dossier.complaints[i];
        if (c->state != INTAKE_COMPLAINT_PUBLISHED && c->state != INTAKE_COMPLAINT_REFUSED)
            sim_fail("V1: complaint %d waits for its answer, or that for its publication", i + 1);
        asked -= c->asked_at != INSTANT_NONE;
        supplied -= c->supplied_at != INSTANT_NONE;
        published -= c->state == INTAKE_COMPLAINT_PUBLISHED;
        if (c->asked_at != INSTANT_NONE && c->supplied_at == INSTANT_NONE && c->answered_at <= c->wait_until)
            sim_fail("V1: complaint %d was answered while more was awaited", i + 1);
    }
    if (asked || supplied || published)
        sim_fail(
            "V1: %d times more was asked, %d times it came, and %d answers were published that are not stored, or the "
            "other way round",
            asked, supplied, published);
    if (rated)
        sim_saw(SAW_RATED);
    if (filed)
        sim_saw(SAW_COMPLAINED);
}

/* Each case was opened once, and is settled once when everything has come to rest. */
static void check_losses(const struct row *row)
{
    const struct intake_file *f = row->state;
    int lost = said(row->id, "PaperLost"), settled = said(row->id, "LossSettled");

    if (lost != loss_count(f) || settled != lost)
        sim_fail("V1: %d cases of loss told, %d settled, %d stored", lost, settled, loss_count(f));
    if (loss_open(f))
        sim_fail("V1: case of loss %d waits to be settled", loss_open(f)->number);
    if (lost)
        sim_saw(SAW_PAPERS_LOST);
}

/* Each way back is brought, and answered once at the most; one that was not taken is the only one that another follows.
 */
static void check_ways(const struct row *row)
{
    const struct intake_way *last = way_newest(row->state);
    int brought = said(row->id, "PapersBroughtBack"), taken = said(row->id, "PapersTakenBack"),
        refused = said(row->id, "PapersBackRefused"), open = last && last->state == INTAKE_WAY_GIVEN;

    if (brought != (last ? last->number : 0) || taken + refused + open != brought)
        sim_fail("V1: %d ways back told, %d taken and %d refused, %d stored", brought, taken, refused,
                 last ? last->number : 0);
    if (taken)
        sim_saw(SAW_PAPERS_BROUGHT_BACK);
}

/* Each correction that was signed is issued, and the citizen has it; of the latest one intake and approval agree. */
static void check_corrections(const struct intake_dossier *in, const struct approval_dossier *av,
                              const struct return_dossier *re)
{
    size_t had = 0, issued = 0;
    const struct intake_correction *last = in->correction_count ? &in->corrections[in->correction_count - 1] : NULL;

    for (int i = 0; i < in->correction_count; i++) {
        const struct intake_correction *c = &in->corrections[i];
        const struct return_document *x = return_find_document(re, c->document);

        had += c->state == INTAKE_CORRECTION_HANDED_OVER;
        if (c->state == INTAKE_CORRECTION_HANDED_OVER ? !x || x->outcome != OUTCOME_CORRECTION
                                                      : c->state != INTAKE_CORRECTION_REFUSED || x)
            sim_fail("V1: %s: its correction %d is %s, return %s it", in->code, i + 1,
                     intake_correction_state_names[c->state], x ? "has" : "does not have");
    }
    for (size_t i = 0; i < re->document_count; i++)
        issued += re->documents[i].outcome == OUTCOME_CORRECTION;
    enum correction want = !last                                      ? CORRECTION_NONE
                           : last->state == INTAKE_CORRECTION_REFUSED ? CORRECTION_REFUSED
                                                                      : CORRECTION_SIGNED;
    if (av->facts.correction != want || issued != had)
        sim_fail("V1: %s: its latest correction is %s at approval; the citizen has %zu, return issued %zu", in->code,
                 correction_name((int)av->facts.correction), had, issued);
    if (had)
        sim_saw(SAW_CORRECTED);
}

/* Each fee that is paid was paid once, and given back or waived once; a result that grants was handed over when all
 * that is due is settled. */
static void check_fees(const struct row *row)
{
    const struct intake_dossier *d = &((const struct intake_file *)row->state)->dossier;
    int paid = 0, back = 0, waived = 0;

    for (int i = 0; i < d->fee_count; i++) {
        paid += d->fees[i].state == INTAKE_FEE_PAID || d->fees[i].state == INTAKE_FEE_REFUNDED;
        back += d->fees[i].state == INTAKE_FEE_REFUNDED;
        waived += d->fees[i].state == INTAKE_FEE_WAIVED;
        if (d->state == INTAKE_RETURNED && d->outcome == OUTCOME_GRANTED && d->fees[i].state == INTAKE_FEE_DUE)
            sim_fail("V1: the citizen has the result, and fee %s is not paid", d->fees[i].code);
    }
    if (said(row->id, "FeePaid") != paid)
        sim_fail("V2: %d payments of %d fees", said(row->id, "FeePaid"), paid);
    if (said(row->id, "FeeRefunded") != back || said(row->id, "FeeWaived") != waived)
        sim_fail("V2: %d fees were given back and %d waived, told were %d and %d", back, waived,
                 said(row->id, "FeeRefunded"), said(row->id, "FeeWaived"));
    if (paid)
        sim_saw(SAW_PAID);
}

/* ---- V1: every accepted dossier ends once, everywhere */

static void check_appraisal(const struct appraisal_dossier *x)
{
    for (size_t i = 0; i < x->step_count; i++)
        if (appraisal_is_open((int)x->steps[i].state))
            sim_fail("V1: %s: step %d of appraisal, round %d, is %s", x->facts.code, x->steps[i].step,
                     x->steps[i].round, appraisal_state_names[x->steps[i].state]);
}

static void check_evidence(const struct intake_dossier *in)
{
    for (int i = 0; i < in->finding_count; i++)
        if (id_is_nil(in->findings[i].document))
            sim_fail("V1: %s: a finding has no evidence", in->code);
    for (int i = 0; i < in->exclusion_count; i++)
        if (id_is_nil(in->exclusions[i].document))
            sim_fail("V1: %s: a period is left out without evidence", in->code);
}

/* Each part ends, and is told so once when its unit gave it or kept silent; intake knows that nobody has his turn. */
static void check_parts(const struct intake_dossier *in, const struct row *row)
{
    const struct appraisal_dossier *x = row->state;
    int given = 0, lapsed = 0, warned = 0, turns = 0, late = 0,
        saw_given = told(SOURCE_APPRAISAL, row->id, "Contributed"),
        saw_lapsed = told(SOURCE_APPRAISAL, row->id, "PartLapsed");

    for (size_t i = 0; i < x->part_count; i++) {
        const struct appraisal_part *p = &x->parts[i];

        turns += !p->minutes;
        given += p->state == APPRAISAL_PART_GIVEN;
        lapsed += p->state == APPRAISAL_PART_LAPSED;
        late += p->state == APPRAISAL_PART_LAPSED && !id_is_nil(p->document);
        warned += p->warning == STEP_WARNING_NEAR;
        if (p->state == APPRAISAL_PART_WAITING || p->state == APPRAISAL_PART_QUEUED)
            sim_fail("V1: %s: the part of %s in step %d, round %d, is %s", x->facts.code, p->unit, p->step, p->round,
                     appraisal_part_state_names[p->state]);
    }
    if (saw_given != given || saw_lapsed != lapsed)
        sim_fail("V2: %s: %d parts are given and %d lapsed, told were %d and %d", x->facts.code, given, lapsed,
                 saw_given, saw_lapsed);
    for (size_t i = 0; i < x->step_count; i++)
        late += x->steps[i].state == APPRAISAL_UNANSWERED && !id_is_nil(x->steps[i].document);
    if (told(SOURCE_APPRAISAL, row->id, "AnsweredLate") != late)
        sim_fail("V2: %s: %d answers came after silence, told were %d", x->facts.code, late,
                 told(SOURCE_APPRAISAL, row->id, "AnsweredLate"));
    if (told(SOURCE_APPRAISAL, row->id, "AppraisalNear") < warned)
        sim_fail("V2: %s: %d parts were warned of, and that was not told", x->facts.code, warned);
    if (warned)
        sim_saw(SAW_BESIDE);
    if (in->part_units)
        sim_fail("V1: %s: at intake it is the turn of %s still", x->facts.code, in->part_units);
    if (in->silent_units)
        sim_fail("V1: %s: at intake an answer of %s is still taken", x->facts.code, in->silent_units);
    if (intake_in_turn(in))
        sim_fail("V1: %s: %s has its papers still", x->facts.code, in->turn.unit);
    if (in->turn.done.result != TIMING_NONE)
        sim_fail("V1: %s: how the part of %s went was not told of the turn behind it", x->facts.code, in->turn.unit);
    if (in->turn.unit && !appraisal_parts_in_order(&x->facts))
        sim_fail("V1: %s: who was asked at once had its papers", x->facts.code);
    if (turns)
        sim_saw(appraisal_parts_in_order(&x->facts) ? SAW_IN_TURN : SAW_AT_ONCE);
}

/* Nobody appraises or endorses, and approves one dossier, whatever the steps, the rounds and their order. */
static void check_hands(const struct approval_dossier *x, const struct approval_step *s,
                        const struct appraisal_dossier *ap)
{
    for (size_t k = 0; k < ap->step_count; k++) {
        const struct appraisal_step *a = &ap->steps[k];
        const char *officer = a->officer ? a->officer : "";

        if ((s->decider && strcmp(officer, s->decider) == 0) || (s->signer && strcmp(officer, s->signer) == 0))
            sim_fail("%s: %s did step %d round %d of appraisal and decided or signed step %d round %d", x->facts.code,
                     officer, a->step, a->round, s->step, s->round);
    }
}

static void check_approval(const struct approval_dossier *x, const struct appraisal_dossier *ap, bool broken_off)
{
    int last = 0, stopped = 0;

    for (size_t i = 0; i < x->step_count; i++) {
        const struct approval_step *s = &x->steps[i];
        const struct paper *paper = papers_find(&x->papers, s->document);

        if (approval_is_open((int)s->state))
            sim_fail("V1: %s: approve step %d round %d is %s", x->facts.code, s->step, s->round,
                     approval_state_names[s->state]);
        if (s->state != APPROVAL_STOPPED) /* ending it decides nothing of what was appraised */
            check_hands(x, s, ap);
        stopped += s->state == APPROVAL_STOPPED;
        if (s->state != APPROVAL_SIGNED)
            continue;
        last++;
        if (!paper || !handle_same_content(&paper->handle, &s->draft))
            sim_fail("%s: what is signed is not what was decided on", x->facts.code);
    }
    if (last == 0 && !broken_off)
        sim_fail("V1: %s: nothing is signed", x->facts.code);
    if (stopped != broken_off)
        sim_fail("V1: %s: %d of its approve steps are stopped", x->facts.code, stopped);
}

static void check_dossier(const struct dossier *d)
{
    const struct row *rows[SERVICES];

    for (int s = 0; s < SERVICES; s++)
        rows[s] = row_of(s, d->id);
    if (!rows[0] || !rows[0]->state) {
        sim_fail("V1: intake does not know an accepted dossier");
        return;
    }
    const struct intake_file *in = rows[0]->state;
    check_voices(rows[0]);
    check_losses(rows[0]);
    check_ways(rows[0]);
    check_fees(rows[0]);
    if (d->refused) {
        if (in->dossier.state != INTAKE_REFUSED && in->dossier.state != INTAKE_GUIDED)
            sim_fail("V1: a visit without a dossier ends as %s", intake_state_names[in->dossier.state]);
        return;
    }
    for (int s = 1; s < SERVICES; s++)
        if (!rows[s] || !rows[s]->state) {
            sim_fail("V1: %s does not know %s", name(s), in->dossier.code);
            return;
        }
    const struct return_dossier *re = rows[SOURCE_RETURN]->state;
    const struct approval_dossier *av = rows[SOURCE_APPROVAL]->state;
    bool withdrawn = in->dossier.state == INTAKE_WITHDRAWN;
    if (in->dossier.withdrawal.state != av->facts.withdrawal || in->dossier.withdrawal.state == WITHDRAWAL_REQUESTED)
        sim_fail("V1: %s: its withdrawal is %s at intake, %s at approval", in->dossier.code,
                 withdrawal_name((int)in->dossier.withdrawal.state), withdrawal_name((int)av->facts.withdrawal));
    if (in->dossier.stop.state != av->facts.stop || in->dossier.stop.state == STOP_REQUESTED)
        sim_fail("V1: %s: its stop is %s at intake, %s at approval", in->dossier.code,
                 stop_name((int)in->dossier.stop.state), stop_name((int)av->facts.stop));
    if (in->dossier.stop.state == STOP_SIGNED && !id_eq(in->dossier.stop.notice, av->facts.notice))
        sim_fail("V1: %s: the stop notice of intake is not the one that approval signed", in->dossier.code);
    const struct return_document *result = NULL;
    size_t results = 0, apologies = 0;
    for (size_t i = 0; i < re->document_count; i++) {
        if (re->documents[i].state != RETURN_ARCHIVED)
            sim_fail("V1: a document of %s is %s", in->dossier.code, return_state_names[re->documents[i].state]);
        apologies += re->documents[i].outcome == OUTCOME_APOLOGY;
        if (!return_ends(re->documents[i].outcome))
            continue;
        result = &re->documents[i];
        results++;
    }
    bool apology = av->facts.extension == EXTENSION_SIGNED;
    if (apologies != apology || (in->dossier.extension.state == EXTENSION_ISSUED) != apology)
        sim_fail("V1: %s: its extension is %s at intake, %s at approval, with %zu apologies issued", in->dossier.code,
                 extension_name((int)in->dossier.extension.state), extension_name((int)av->facts.extension), apologies);
    check_corrections(&in->dossier, av, re);
    check_evidence(&in->dossier);
    check_parts(&in->dossier, rows[SOURCE_APPRAISAL]);
    if (withdrawn) {
        sim_saw(SAW_WITHDRAWN);
        if (results)
            sim_fail("V1: %s was withdrawn, and return has %zu results of it", in->dossier.code, results);
        check_appraisal(rows[SOURCE_APPRAISAL]->state);
        check_approval(av, rows[SOURCE_APPRAISAL]->state, true);
        return;
    }
    bool stopped = in->dossier.state == INTAKE_STOPPED;
    if (stopped)
        sim_saw(SAW_STOPPED);
    if (stopped != (av->facts.stop == STOP_SIGNED))
        sim_fail("V1: %s ends as %s at intake; its stop is %s at approval", in->dossier.code,
                 intake_state_names[in->dossier.state], stop_name((int)av->facts.stop));
    if (in->dossier.state != INTAKE_RETURNED && !stopped)
        sim_fail("V1: %s ends as %s at intake", in->dossier.code, intake_state_names[in->dossier.state]);
    if (results != 1)
        sim_fail("V1: %s has %zu results at return", in->dossier.code, results);
    else if ((int)in->dossier.outcome != result->outcome)
        sim_fail("V1: intake and return disagree on how %s ended", in->dossier.code);
    check_appraisal(rows[SOURCE_APPRAISAL]->state);
    check_approval(av, rows[SOURCE_APPRAISAL]->state, stopped);
}

/* ---- V2: versions dense; V3: each listener has applied each event once; V4: in order */

static bool is_taken(int listener, int source, const char *type)
{
    const struct service *s = &sim_services[listener];

    for (size_t i = 0; i < s->projection_count; i++)
        if ((int)s->projections[i].source == source && strcmp(s->projections[i].type, type) == 0)
            return s->projections[i].read != NULL;
    sim_fail("%s does not name %s", s->name, type);
    return false;
}

static bool listens(int listener, int source)
{
    for (size_t i = 0; i < sim_services[listener].projection_count; i++)
        if ((int)sim_services[listener].projections[i].source == source)
            return true;
    return false;
}

static void check_listener(int listener, int source, const struct row *from)
{
    const struct row *to = row_of(listener, from->id);
    int64_t last = 0;
    size_t k = 0;

    if (!to) {
        if (from->version)
            sim_fail("V3: %s has nothing of a subject of %s", name(listener), name(source));
        return;
    }
    if (to->applied[source] != from->version)
        sim_fail("V3: %s applied %lld of %lld events of %s", name(listener), (long long)to->applied[source],
                 (long long)from->version, name(source));
    const struct base *b = &world.bases[source];
    for (size_t i = 0; i < b->outbox.count; i++) {
        const struct out *o = b->outbox.items[i];

        if (!id_eq(o->subject, from->id) || !is_taken(listener, source, o->type))
            continue;
        while (k < to->ledger_count && (int)to->ledger[k].source != source)
            k++;
        if (k == to->ledger_count || to->ledger[k].version != o->version) {
            sim_fail("V3/V4: %s did not take %s %lld of %s in its turn", name(listener), o->type, (long long)o->version,
                     name(source));
            return;
        }
        if (to->ledger[k].version <= last)
            sim_fail("V4: %s took version %lld of %s after %lld", name(listener), (long long)to->ledger[k].version,
                     name(source), (long long)last);
        last = to->ledger[k++].version;
    }
    for (; k < to->ledger_count; k++)
        if ((int)to->ledger[k].source == source)
            sim_fail("V2: %s took version %lld of %s once more", name(listener), (long long)to->ledger[k].version,
                     name(source));
}

static void check_emitted(int source, const struct row *row)
{
    const struct base *b = &world.bases[source];
    int64_t version = 0;

    for (size_t i = 0; i < b->outbox.count; i++)
        if (id_eq(b->outbox.items[i]->subject, row->id) && b->outbox.items[i]->version != ++version)
            sim_fail("V2: %s emitted version %lld where %lld is next", name(source),
                     (long long)b->outbox.items[i]->version, (long long)version);
    if (version != row->version)
        sim_fail("V2: %s emitted %lld events of %lld", name(source), (long long)version, (long long)row->version);
}

/* A recorded effect is never older than its cause. */
static void check_causes(const struct base *b)
{
    for (size_t i = 0; i < b->outbox.count; i++)
        for (int s = 0; s < SERVICES && !id_is_nil(b->outbox.items[i]->cause); s++)
            for (size_t k = 0; k < world.bases[s].outbox.count; k++)
                if (id_eq(world.bases[s].outbox.items[k]->event_id, b->outbox.items[i]->cause) &&
                    world.bases[s].outbox.items[k]->recorded > b->outbox.items[i]->recorded)
                    sim_fail("%s was recorded before its cause", b->outbox.items[i]->type);
}

static void check_log(int source, int partition)
{
    const struct base *b = &world.bases[source];
    int64_t number = 0;

    for (size_t i = 0; i < b->numbered.count; i++)
        if (b->numbered.items[i]->partition == partition && b->numbered.items[i]->number != ++number)
            sim_fail("V4: number %lld of %s/%d where %lld is next", (long long)b->numbered.items[i]->number,
                     name(source), partition, (long long)number);
    for (size_t i = 0; i < b->outbox.count; i++)
        if (b->outbox.items[i]->partition == partition && !b->outbox.items[i]->sent)
            sim_fail("V3: %s %lld of %s was never published", b->outbox.items[i]->type,
                     (long long)b->outbox.items[i]->version, name(source));
}

/* ---- V7: what was acknowledged is known, and was told the same each time */

static void check_promise(const struct promise *p)
{
    const struct base *b = &world.bases[p->service];
    const struct row *row = row_of(p->service, p->subject);

    if (!row || row->version < p->version) {
        sim_fail("V7: %s forgot version %lld, acknowledged under key %s", name(p->service), (long long)p->version,
                 p->key);
        return;
    }
    for (size_t i = 0; i < b->keys.count; i++)
        if (strcmp(b->keys.items[i].key, p->key) == 0) {
            if (strcmp(b->keys.items[i].answer, p->answer) != 0)
                sim_fail("V7: key %s has another answer by now", p->key);
            return;
        }
    if (world.broken != BREAK_KEYS)
        sim_fail("V7: %s forgot key %s", name(p->service), p->key);
}

/* ---- numbers without a gap */

/* take notes a number that was given; it tells whether there is one more. */
static int64_t take(const struct series *s, int64_t n, bool *seen)
{
    if (n >= s->next || seen[n])
        sim_fail("number %lld of series %s is given twice or from nowhere", (long long)n, s->key);
    else
        seen[n] = true;
    return 1;
}

/* The numbers of a series ("number/S35-kq/2019") that a dossier's documents bear. */
static int64_t check_documents(const struct return_dossier *d, const struct series *s, bool *seen)
{
    size_t length = strcspn(s->key + 7, "/");
    int64_t count = 0;

    for (size_t i = 0; d && i < d->document_count; i++) {
        const struct return_document *x = &d->documents[i];
        if (x->series && strlen(x->series) == length && strncmp(s->key + 7, x->series, length) == 0)
            count += take(s, x->number, seen);
    }
    return count;
}

static void check_series(const struct base *b, const struct series *s)
{
    bool *seen = ARENA_ARRAY(world.arena, (size_t)s->next + 1, bool);
    bool codes = strncmp(s->key, "code/", 5) == 0;
    int64_t count = 0;

    for (size_t i = 0; i < b->rows.count; i++) {
        int64_t n = 0;
        if (!codes) {
            count += check_documents(b->rows.items[i]->state, s, seen);
            continue;
        }
        if (b->rows.items[i]->state) {
            const struct intake_file *f = b->rows.items[i]->state;
            size_t length = strlen(s->key) - 5; /* agency/yymmdd against agency-yymmdd-nnnn */
            const char *slash = strrchr(s->key, '/');
            size_t agency = (size_t)(slash - s->key) - 5;

            if (f->dossier.code && strncmp(f->dossier.code, s->key + 5, agency) == 0 &&
                strncmp(f->dossier.code + agency + 1, slash + 1, 6) == 0)
                n = strtoll(f->dossier.code + length + 1, NULL, 10);
        }
        if (n)
            count += take(s, n, seen);
    }
    if (count != s->next - 1)
        sim_fail("series %s stands at %lld with %lld numbers in use", s->key, (long long)s->next, (long long)count);
}

void check_all(void)
{
    for (int i = 0; i < world.dossier_count; i++)
        check_dossier(&world.dossiers[i]);
    for (int s = 0; s < SERVICES; s++) {
        const struct base *b = &world.bases[s];

        for (size_t i = 0; i < b->rows.count; i++) {
            const struct row *row = b->rows.items[i];

            if (row->hold || row->locked)
                sim_fail("%s: a subject is %s", name(s), row->hold ? row->hold : "locked");
            if (row->waiting)
                sim_fail("%s: %s %lld of %s waits for %s, though %lld is applied", name(s),
                         source_name(row->waiting->source), (long long)row->waiting->version, id_text(row->id).s,
                         row->waiting->reason, (long long)row->applied[row->waiting->source]);
            check_emitted(s, row);
            for (int k = 0; k < SERVICES; k++)
                if (k != s && listens(k, s))
                    check_listener(k, s, row);
        }
        for (int k = 0; k < PARTITIONS; k++)
            check_log(s, k);
        check_causes(b);
        for (size_t i = 0; i < b->series.count; i++)
            check_series(b, &b->series.items[i]);
    }
    for (size_t i = 0; i < world.promises.count; i++)
        check_promise(&world.promises.items[i]);
}
