/* SPDX-License-Identifier: Apache-2.0 */
/* What the routes may let through, said a second time and strictly. */
#include <string.h>

#include "common/domain/code.h"
#include "common/flow/catalogue_store.h"
#include "common/flow/event.h"
#include "services/appraisal/appraisal.h"
#include "services/approval/approval.h"
#include "services/approval/mandate.h"
#include "services/audit/audit.h"
#include "services/intake/catalogue.h"
#include "services/intake/intake.h"
#include "services/intake/recount.h"
#include "services/return/return.h"
#include "tests/fuzz/lib/front.h"
#include "tests/fuzz/lib/fuzz.h"
#include "tests/fuzz/lib/strict.h"

static void needs(const void *p, const char *what)
{
    HOLDS(p, "%s is missing", what);
}

static void holds_words(struct arena *a, const char *const *words, size_t count, size_t most, size_t longest)
{
    HOLDS(count <= most && (words || !count), "%zu words, %zu may be", count, most);
    for (size_t i = 0; i < count; i++) {
        needs(words[i], "a word");
        holds_text(a, words[i], 1, longest);
    }
}

static void between(int64_t v, int64_t min, int64_t max, const char *what)
{
    HOLDS(v >= min && v <= max, "%s is %lld, not %lld to %lld", what, (long long)v, (long long)min, (long long)max);
}

static void holds_days(int32_t from, int32_t to)
{
    /* The days of the years 0001 to 9999. */
    between(from, -719162, 2932896, "valid_from");
    between(to, -719162, 2932896, "valid_to");
}

/* ---- intake */

static void holds_applicant(struct arena *a, const struct intake_applicant *p)
{
    needs(p->name, "name");
    needs(p->identity_number, "identity_number");
    holds_text(a, p->name, 2, 200);
    size_t n = strlen(p->identity_number);
    HOLDS((n == 9 || n == 12) && strspn(p->identity_number, "0123456789") == n, "%s", p->identity_number);
    HOLDS(!p->phone || (strlen(p->phone) >= 8 && strspn(p->phone, "0123456789+ ") == strlen(p->phone)), "%s", p->phone);
    holds_text(a, p->email, 3, 254);
    HOLDS(!p->email || strchr(p->email, '@') > p->email, "%s", p->email);
    holds_text(a, p->address, 1, 500);
}

static void holds_receive(struct arena *a, const struct intake_receive *c)
{
    needs(c->counter, "counter");
    needs(c->procedure, "procedure");
    holds_code(a, c->counter, 64);
    holds_code(a, c->procedure, 64);
    holds_code(a, c->unit, 64);
    holds_code(a, c->origin_reference, 64);
    holds_text(a, c->content, 1, 2000);
    between(c->channel, 1, CHANNEL_COUNT - 1, "channel");
    holds_applicant(a, &c->applicant);
    between(c->component_count, 1, 50, "components");
    for (int i = 0; i < c->component_count; i++) {
        needs(c->components[i].name, "component");
        holds_text(a, c->components[i].name, 1, 500);
        between(c->components[i].originals, 0, 999, "originals");
        between(c->components[i].certified, 0, 999, "certified");
        between(c->components[i].copies, 0, 999, "copies");
    }
}

static void holds_visit(struct arena *a, const struct intake_visit *c)
{
    needs(c->counter, "counter");
    needs(c->procedure, "procedure");
    needs(c->explanation, "explanation");
    holds_code(a, c->counter, 64);
    holds_code(a, c->procedure, 64);
    holds_text(a, c->explanation, 1, 2000);
    holds_text(a, c->content, 1, 2000);
    between(c->channel, 1, CHANNEL_COUNT - 1, "channel");
    between(c->reason_count, 1, 10, "reasons");
    holds_words(a, c->reasons, (size_t)c->reason_count, 10, 40);
    holds_applicant(a, &c->applicant);
}

static void holds_guide(struct arena *a, const struct intake_guide *c)
{
    holds_visit(a, &c->visit);
    between(c->missing_count, 1, 50, "missing");
    for (int i = 0; i < c->missing_count; i++) {
        needs(c->missing[i].name, "missing");
        holds_text(a, c->missing[i].name, 1, 500);
    }
    holds_code(a, c->ground, 40);
    holds_code(a, c->superior, 64);
}

/* What intake takes into the catalogue, every other service must be able to read. */
static void holds_entry(struct arena *a, const struct intake_entry *e)
{
    struct catalogue_record read;
    struct err err = {0};
    struct bytes packed = intake_record_pack(e, 1, 1, a);

    needs(e->json, "json");
    holds_json(e->json);
    HOLDS(packed.n <= EVENT_MOST, "a record of %zu bytes", packed.n);
    HOLDS(catalogue_record_read(packed, a, &read, &err) == ERR_OK, "records[%zu] is not read again: %s", e->index,
          err.en);
    HOLDS(strcmp(read.kind, intake_kind_names[e->kind]) == 0 && strcmp(read.id, e->u.record.id) == 0, "another record");
    holds_days(e->u.record.valid_from, e->u.record.valid_to);
}

static void holds_release(struct arena *a, const struct intake_release *r)
{
    const struct intake_entry **sorted;
    struct intake_shelf shelf = {0};
    struct err e = {0};
    struct catalogue *empty = catalogue_new(a, 0);

    catalogue_seal(empty);
    between((int64_t)r->count, 1, 20000, "records");
    if (r->count <= 64) /* each may need much memory of this one arena */
        for (size_t i = 0; i < r->count; i++)
            holds_entry(a, &r->entries[i]);
    enum err_code rc = intake_release_sort(r, a, &sorted, &e);
    if (!rc)
        rc = intake_release_check(sorted, r->count, empty, &shelf, &e);
    if (rc)
        holds_refusal(&e, rc, true);
}

static void holds_extension(const struct intake_ask_more *c)
{
    bool known = false;

    HOLDS(c->due_at != INSTANT_NONE, "no new date");
    needs(c->reason, "reason");
    for (const char *const *r = intake_extension_reasons; *r; r++)
        known |= strcmp(*r, c->reason) == 0;
    HOLDS(known, "reason %s", c->reason);
    HOLDS(c->apology.kind == DOCUMENT_APOLOGY, "a paper of kind %d", (int)c->apology.kind);
    needs(c->apology.media_type, "media_type");
    between(c->apology.pages, 1, 9999, "pages");
    between((int64_t)c->apology.content.n, 1, 2 << 20, "content");
}

static void holds_stop(const struct intake_ask_stop *c)
{
    between((int)c->ground, 1, STOP_GROUND_COUNT - 1, "ground");
    HOLDS(c->notice.kind == DOCUMENT_STOP_NOTICE, "a paper of kind %d", (int)c->notice.kind);
    needs(c->notice.media_type, "media_type");
    between(c->notice.pages, 1, 9999, "pages");
    between((int64_t)c->notice.content.n, 1, 2 << 20, "content");
}

static void holds_correction(struct arena *a, const struct intake_ask_correction *c)
{
    between((int)c->cause, 1, CORRECTION_CAUSE_COUNT - 1, "cause");
    between((int)c->reported_by, 1, REPORTER_COUNT - 1, "reported_by");
    needs(c->unit, "unit");
    holds_code(a, c->unit, 64);
    HOLDS(!id_is_nil(c->correction.id) && c->correction.pages >= 0, "a handle");
}

static void holds_rate(struct arena *a, const struct intake_rate *c)
{
    between(c->means, 0, INTAKE_MEANS_COUNT - 1, "by");
    between(c->satisfaction, 0, 2, "satisfaction");
    between(c->attitude, 0, 2, "attitude");
    between(c->contacts, 0, 99, "contacts");
    between(c->agencies, 0, 99, "agencies");
    holds_text(a, c->remark, 1, 2000);
}

static void holds_fee(const struct work *w)
{
    const struct intake_pay *pay = w->command;
    const struct intake_refund *refund = w->command;
    const struct intake_waive *waive = w->command;
    const char *fee = w->act == INTAKE_PAY_FEE ? pay->fee : w->act == INTAKE_REFUND_FEE ? refund->fee : waive->fee;

    needs(fee, "fee");
    holds_code(w->arena, fee, 32);
    if (w->act == INTAKE_PAY_FEE) {
        between(pay->means, 1, PAY_COUNT - 1, "means");
        needs(pay->receipt, "receipt");
        holds_code(w->arena, pay->receipt, 64);
    } else if (w->act == INTAKE_REFUND_FEE) {
        between(refund->amount, 0, INT64_C(1000000000000), "amount_vnd");
    } else {
        between(waive->ground, 1, FEE_EXEMPT_COUNT - 1, "ground");
        needs(waive->superior, "superior");
        holds_code(w->arena, waive->superior, 64);
    }
}

static void holds_complaint(struct arena *a, const struct intake_complain *c)
{
    bool known = false;

    between(c->channel, 1, CHANNEL_COUNT - 1, "channel");
    needs(c->category, "category");
    needs(c->text, "text");
    for (const char *const *k = intake_complaint_categories; *k; k++)
        known |= strcmp(*k, c->category) == 0;
    HOLDS(known, "category %s", c->category);
    holds_code(a, c->about, 64);
    holds_text(a, c->text, 1, 2000);
}

static void holds_reply(const struct work *w)
{
    const struct intake_reply *c = w->command;

    between(c->number, 1, 8, "number");
    HOLDS(w->act == INTAKE_ANSWER_COMPLAINT || !c->justified, "refused as justified");
    HOLDS((c->text == NULL) == (w->act == INTAKE_PUBLISH_ANSWER), "text");
    holds_text(w->arena, c->text, 1, 2000);
}

static void holds_complain_more(struct arena *a, const struct intake_complain_more *c)
{
    between(c->number, 1, 8, "number");
    between(c->channel, 1, CHANNEL_COUNT - 1, "channel");
    needs(c->text, "text");
    holds_text(a, c->text, 1, 2000);
}

static void holds_loss(const struct intake_note_loss *c)
{
    between(c->count, 1, 150, "components");
    for (int i = 0; i < c->count; i++)
        between(c->components[i], 1, 9999, "number");
    between(c->what, 0, INTAKE_HARM_COUNT - 1, "what");
    between(c->found, 0, INTAKE_FOUND_COUNT - 1, "found");
    HOLDS(c->minutes.kind == DOCUMENT_LOSS_MINUTES, "a paper of kind %d", (int)c->minutes.kind);
    needs(c->minutes.media_type, "media_type");
    between(c->minutes.pages, 1, 9999, "pages");
    between((int64_t)c->minutes.content.n, 1, 2 << 20, "content");
}

static void holds_settlement(struct arena *a, const struct intake_settle_loss *c)
{
    between(c->number, 1, 8, "number");
    between(c->remedy, 0, INTAKE_REMEDY_COUNT - 1, "remedy");
    needs(c->responsible, "responsible");
    holds_code(a, c->responsible, 64);
    between(c->paid_vnd, 0, 1000000000, "paid_vnd");
    if (!c->apology)
        return;
    HOLDS(c->apology->kind == DOCUMENT_APOLOGY, "a paper of kind %d", (int)c->apology->kind);
    needs(c->apology->media_type, "media_type");
    between((int64_t)c->apology->content.n, 1, 2 << 20, "content");
}

static void holds_exclude(struct arena *a, const struct intake_exclude *c)
{
    needs(c->period, "period");
    holds_code(a, c->period, 64);
    HOLDS(c->from != INSTANT_NONE && c->until != INSTANT_NONE, "a period without its ends");
    HOLDS(!id_is_nil(c->document), "a period without evidence");
}

static void holds_end(struct arena *a, const struct intake_end_period *c)
{
    needs(c->period, "period");
    holds_code(a, c->period, 64);
    HOLDS(c->until != INSTANT_NONE, "a period without its end");
    HOLDS(!id_is_nil(c->document), "an end without evidence");
}

static void intake_hold(const struct work *w)
{
    const struct intake_document *d = w->command;
    const struct intake_move *m = w->command;
    const struct intake_notice *n = w->command;
    const struct intake_supply *s = w->command;
    const struct intake_sign_turn *t = w->command;

    switch (w->act) {
    case INTAKE_RECEIVE:
        holds_receive(w->arena, w->command);
        break;
    case INTAKE_REFUSE:
        holds_visit(w->arena, w->command);
        break;
    case INTAKE_GUIDE:
        holds_guide(w->arena, w->command);
        break;
    case INTAKE_FILE_DOCUMENT:
        needs(d->media_type, "media_type");
        between(d->kind, 1, DOCUMENT_COUNT - 1, "kind");
        between(d->pages, 1, 9999, "pages");
        between((int64_t)d->content.n, 1, 2 << 20, "content");
        break;
    case INTAKE_REQUEST_WITHDRAWAL:
        between(((const struct intake_ask_back *)w->command)->channel, 1, CHANNEL_COUNT - 1, "channel");
        d = &((const struct intake_ask_back *)w->command)->request;
        between(d->pages, 1, 9999, "pages");
        between((int64_t)d->content.n, 1, 2 << 20, "content");
        break;
    case INTAKE_REQUEST_STOP:
        holds_stop(w->command);
        break;
    case INTAKE_REQUEST_CORRECTION:
        holds_correction(w->arena, w->command);
        break;
    case INTAKE_FIND:
        needs(((const struct intake_find *)w->command)->finding, "finding");
        holds_code(w->arena, ((const struct intake_find *)w->command)->finding, 64);
        HOLDS(!id_is_nil(((const struct intake_find *)w->command)->document), "a finding without evidence");
        break;
    case INTAKE_EXCLUDE:
        holds_exclude(w->arena, w->command);
        break;
    case INTAKE_BRING_BACK:
        between(((const struct intake_move_back *)w->command)->count, 0, 150, "components");
        break;
    case INTAKE_TAKE_BACK:
    case INTAKE_REFUSE_BACK:
        holds_text(w->arena, ((const struct intake_move_back *)w->command)->reason, 1, 1000);
        HOLDS((w->act == INTAKE_REFUSE_BACK) == (((const struct intake_move_back *)w->command)->reason != NULL),
              "a reason, or none");
        break;
    case INTAKE_END_PERIOD:
        holds_end(w->arena, w->command);
        break;
    case INTAKE_GIVE_BACK:
        between(((const struct intake_give_back *)w->command)->count, 0, 150, "components");
        break;
    case INTAKE_NOTE_LOSS:
        holds_loss(w->command);
        break;
    case INTAKE_SETTLE_LOSS:
        holds_settlement(w->arena, w->command);
        break;
    case INTAKE_REQUEST_EXTENSION:
        holds_extension(w->command);
        break;
    case INTAKE_RATE:
        holds_rate(w->arena, w->command);
        break;
    case INTAKE_PAY_FEE:
    case INTAKE_REFUND_FEE:
    case INTAKE_WAIVE_FEE:
        holds_fee(w);
        break;
    case INTAKE_COMPLAIN:
        holds_complaint(w->arena, w->command);
        break;
    case INTAKE_ANSWER_COMPLAINT:
    case INTAKE_REFUSE_COMPLAINT:
    case INTAKE_ASK_COMPLAINANT:
    case INTAKE_PUBLISH_ANSWER:
        holds_reply(w);
        break;
    case INTAKE_SUPPLY_COMPLAINT:
        holds_complain_more(w->arena, w->command);
        break;
    case INTAKE_BEGIN_RECOUNT:
        holds_text(w->arena, ((const struct intake_recount *)w->command)->reason, 1, 500);
        between((int64_t)((const struct intake_recount *)w->command)->count, 1, INTAKE_RECOUNT_CHUNK_MAX, "dossiers");
        break;
    case INTAKE_RECEIVE_SUPPLEMENT:
        between(s->channel, 1, CHANNEL_COUNT - 1, "channel");
        between(s->component_count, 0, 50, "components");
        for (int i = 0; i < s->component_count; i++) {
            holds_text(w->arena, s->components[i].name, 1, 500);
            between(s->components[i].item, 0, 50, "item");
        }
        between(s->without_count, 0, 50, "without");
        for (int i = 0; i < s->without_count; i++) {
            between(s->without[i].item, 1, 50, "item");
            between(s->without[i].reason, 0, INTAKE_LACKING_COUNT - 1, "reason");
        }
        break;
    case INTAKE_RELEASE:
        holds_release(w->arena, w->command);
        break;
    case INTAKE_OPEN_OBLIGATION:
    case INTAKE_MEET_OBLIGATION:
        between(n->step, 0, 200, "step");
        holds_text(w->arena, n->notice, 1, 64);
        HOLDS((w->act == INTAKE_OPEN_OBLIGATION) == (n->notice != NULL), "a notice, or none");
        break;
    case INTAKE_TAKE_TURN:
    case INTAKE_REFUSE_TURN:
        holds_text(w->arena, t->reason, 1, 1000);
        HOLDS((w->act == INTAKE_REFUSE_TURN) == (t->reason != NULL), "a reason, or none");
        break;
    default:
        between(w->act, INTAKE_GIVE_TRANSFER, INTAKE_REFUSE_TRANSFER, "act");
        between(m->step, 0, 200, "step");
        holds_text(w->arena, m->reason, 1, 1000);
        HOLDS(w->act != INTAKE_REFUSE_TRANSFER || m->reason, "refused without a reason");
    }
}

/* ---- the other four */

static void appraisal_hold(const struct work *w)
{
    const struct appraisal_command *c = w->command;

    HOLDS((int)c->act == w->act && !c->from_event, "act %d as %d", (int)c->act, w->act);
    between(c->step, 0, 100, "step");
    if (c->act == APPRAISAL_ACT_ASSIGN) {
        needs(c->officer, "officer");
        holds_code(w->arena, c->officer, 64);
        return;
    }
    between(c->act, APPRAISAL_ACT_VERIFY, APPRAISAL_ACT_CONTRIBUTE, "act");
    if (c->act == APPRAISAL_ACT_VERIFY) {
        const struct appraisal_verification *v = c->verification;
        needs(v->place, "place");
        holds_code(w->arena, v->place, 64);
        HOLDS(v->at != INSTANT_NONE, "no time");
        holds_words(w->arena, v->participants, v->participant_count, APPRAISAL_PARTICIPANTS_MAX, 64);
        between(v->others, 0, APPRAISAL_OTHERS_MAX, "others");
    }
    if (c->act == APPRAISAL_ACT_ASK) {
        needs(c->asked, "unit");
        holds_code(w->arena, c->asked, 64);
    }
    HOLDS(c->act != APPRAISAL_ACT_LAPSE && !c->from_clock, "an act of the clock");
    if (c->act == APPRAISAL_ACT_CONTRIBUTE)
        between(c->view, 1, APPRAISAL_VIEW_COUNT - 1, "view");
    if (c->act == APPRAISAL_ACT_CONCLUDE)
        between(c->opinion, 1, OPINION_COUNT - 1, "opinion");
    if (c->act != APPRAISAL_ACT_RETURN_DRAFT) {
        between(c->document.pages, 0, 10000, "pages");
        HOLDS(!id_is_nil(c->document.id), "no document");
    }
    holds_words(w->arena, c->reasons, c->reason_count, APPRAISAL_REASONS_MAX, 40);
}

static void approval_hold(const struct work *w)
{
    const struct approval_command *c = w->command;
    const struct approval_mandate *m = &c->recorded;
    struct arena *a = w->arena;

    HOLDS((int)c->act == w->act && !c->from_event, "act %d as %d", (int)c->act, w->act);
    if (c->act == APPROVAL_ACT_RECORD_MANDATE) {
        needs(m->code, "mandate");
        needs(m->officer, "officer");
        needs(m->unit, "unit");
        needs(m->legal_basis, "legal_basis");
        holds_code(a, m->code, 64);
        holds_code(a, m->officer, 64);
        holds_code(a, m->unit, 64);
        holds_text(a, m->legal_basis, 1, 500);
        between(m->form, 1, FORM_COUNT - 1, "form");
        HOLDS(m->procedure_count > 0, "no procedures");
        holds_words(a, m->procedures, m->procedure_count, APPROVAL_PROCEDURES_MAX, 40);
        holds_days(m->valid_from, m->valid_to);
        return;
    }
    needs(c->mandate, "mandate");
    holds_code(a, c->mandate, 64);
    between(c->step, 0, 100, "step");
    holds_words(a, c->reasons, c->reason_count, APPROVAL_REASONS_MAX, 40);
    bool signs = c->act == APPROVAL_ACT_SIGN || c->act == APPROVAL_ACT_SIGN_APOLOGY ||
                 c->act == APPROVAL_ACT_SIGN_STOP || c->act == APPROVAL_ACT_SIGN_CORRECTION;
    bool names = signs || c->act == APPROVAL_ACT_GRANT || c->act == APPROVAL_ACT_REFUSE;
    if (signs)
        between(c->signature, 1, SIGNATURE_COUNT - 1, "signature");
    HOLDS(id_is_nil(c->document.id) == !names && c->document.pages >= 0, "a document, or none");
    if (signs || c->act == APPROVAL_ACT_GRANT || c->act == APPROVAL_ACT_GRANT_WITHDRAWAL)
        HOLDS(!c->reason_count, "%zu reasons for it", c->reason_count);
}

static void return_hold(const struct work *w)
{
    const struct return_command *c = w->command;
    const struct return_seal *seal = &c->seal_record;
    const struct return_series *series = &c->series_record;
    struct arena *a = w->arena;

    HOLDS((int)c->act == w->act && !c->from_event, "act %d as %d", (int)c->act, w->act);
    between(c->step, 0, 100, "step");
    holds_code(a, c->series, 64);
    holds_code(a, c->seal, 64);
    HOLDS((c->act != RETURN_ACT_RECORD_SEAL && c->act != RETURN_ACT_RECORD_SERIES) || id_is_nil(c->document),
          "a document of a register");
    if (c->act == RETURN_ACT_NUMBER)
        needs(c->series, "series");
    if (c->act == RETURN_ACT_SEAL)
        needs(c->seal, "seal");
    if (c->act == RETURN_ACT_DELIVER)
        between(c->delivery, 1, DELIVERY_COUNT - 1, "delivery");
    between(c->handing.who, 0, COLLECTOR_COUNT - 1, "who");
    between(c->handing.paper, 0, PROOF_COUNT - 1, "paper");
    if (c->handing.consignment)
        holds_text(a, c->handing.consignment, 1, 200);
    HOLDS(c->handing.authorisation.pages >= 0, "an authorisation of %d pages", c->handing.authorisation.pages);
    HOLDS(c->handing.collector.pages >= 0, "a record of who came of %d pages", c->handing.collector.pages);
    if (c->act == RETURN_ACT_REFUSE_HAND_OVER)
        between(c->fault, 1, HAND_OVER_FAULT_COUNT - 1, "reason");
    if (c->act == RETURN_ACT_COME_BACK)
        between(c->undelivered, 1, UNDELIVERED_COUNT - 1, "reason");
    if (c->act == RETURN_ACT_RECORD_SEAL) {
        needs(seal->code, "seal");
        needs(seal->unit, "unit");
        needs(seal->keeper, "keeper");
        needs(seal->place, "place");
        needs(seal->registration, "registration");
        needs(seal->permission, "permission");
        holds_text(a, seal->registration, 0, 200);
        holds_text(a, seal->permission, 0, 200);
        between(seal->ordinal, 1, 2, "ordinal");
        holds_days(seal->valid_from, seal->valid_to);
        HOLDS(seal->valid_from != 0, "a seal that is valid from nothing on");
    }
    if (c->act == RETURN_ACT_RECORD_SERIES) {
        bool made = false;
        struct err e = {0};
        struct catalogue *empty = catalogue_new(a, 0);
        catalogue_seal(empty);
        needs(series->code, "series");
        needs(series->unit, "unit");
        needs(series->pattern, "pattern");
        holds_text(a, series->pattern, 3, 64);
        between(series->outcome, 1, OUTCOME_COUNT - 1, "document");
        holds_days(series->valid_from, series->valid_to);
        HOLDS(series->valid_from != 0, "a series that is valid from nothing on");
        enum err_code rc = return_series_record(NULL, series, empty, &made, &e);
        if (rc)
            holds_refusal(&e, rc, false);
    }
}

static void audit_hold(const struct work *w)
{
    const struct audit_target *t = w->command;

    between(w->act, AUDIT_ACT_SET_TARGET, AUDIT_ACT_SET_TARGET, "act");
    needs(t->target, "target");
    needs(t->phase, "phase");
    holds_code(w->arena, t->target, 64);
    holds_code(w->arena, t->phase, 32);
    HOLDS(level_parse(t->level) > 0, "level %s", t->level);
    between(t->share_percent, 0, 100, "share_percent");
    holds_days(t->valid_from, t->valid_to);
}

void commands_hold(const struct service *s, const struct work *w)
{
    static const struct {
        const char *name;
        void (*hold)(const struct work *w);
    } all[] = {{"intake", intake_hold},
               {"appraisal", appraisal_hold},
               {"approval", approval_hold},
               {"return", return_hold},
               {"audit", audit_hold}};

    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (strcmp(all[i].name, s->name) == 0)
            all[i].hold(w);
}
