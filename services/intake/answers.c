/* SPDX-License-Identifier: Apache-2.0 */
/* What a command is answered, by what its decision was about. Every text is a code or an id: nothing needs escaping. */
#include "services/intake/answers.h"

#include <string.h>

#include "services/intake/rules.h"

static const char *truth(bool x)
{
    return x ? "true" : "false";
}

static struct digest sha256_of(const struct intake_document *doc)
{
    struct digest digest;

    memcpy(digest.b, doc->sha256, sizeof digest.b);
    return digest;
}

/* What is to be paid, now or later; nothing when there is none. */
static const char *fees_text(struct arena *a, const struct intake_dossier *d)
{
    const char *text = "";

    for (int i = 0; i < d->fee_count; i++)
        text =
            arena_printf(a, "%s%s{\"fee\":\"%s\",\"kind\":\"%s\",\"amount_vnd\":%lld,\"due\":\"%s\",\"paid\":%s}", text,
                         i ? "," : "", d->fees[i].code, fee_kind_name(d->fees[i].kind), (long long)d->fees[i].amount,
                         fee_due_name(d->fees[i].due), truth(d->fees[i].state == INTAKE_FEE_PAID));
    return d->fee_count ? arena_printf(a, "\"fees\":[%s],", text) : "";
}

/* With the handle of the draft that came at once. */
static const char *answer_received(struct item *i, const struct intake_decision *x)
{
    const struct intake_dossier *d = &x->next;
    const char *draft = "";

    if (x->document) {
        struct digest digest = sha256_of(x->document);
        draft = arena_printf(i->work->arena, "\"draft\":{\"id\":\"%s\",\"sha256\":\"%s\",\"pages\":%d},",
                             id_text(x->document->id).s, digest_text(&digest).s, x->document->pages);
    }
    return arena_printf(
        i->work->arena,
        "{\"id\":\"%s\",\"code\":\"%s\",\"state\":\"%s\",\"unit\":\"%s\",\"due_at\":\"%s\",\"due_rule\":\"%s\","
        "\"process\":\"%s\",\"process_version\":%d,\"route\":\"%s\",%s%s\"version\":%lld}",
        id_text(i->subject->id).s, d->code, intake_state_names[d->state], d->unit, instant_text(d->due_at).s,
        d->due_rule, d->process, d->process_version, route_name((int)d->route), draft, fees_text(i->work->arena, d),
        (long long)i->subject->version);
}

static const char *answer_filed(struct item *i, const struct intake_document *doc)
{
    struct digest digest = sha256_of(doc);

    return arena_printf(i->work->arena,
                        "{\"id\":\"%s\",\"sha256\":\"%s\",\"pages\":%d,\"dossier\":\"%s\",\"version\":%lld}",
                        id_text(doc->id).s, digest_text(&digest).s, doc->pages, id_text(i->subject->id).s,
                        (long long)i->subject->version);
}

static const char *answer_withdrawal(struct item *i, const struct intake_decision *d)
{
    return arena_printf(i->work->arena,
                        "{\"id\":\"%s\",\"code\":\"%s\",\"state\":\"%s\",\"withdrawal\":\"%s\",\"request\":\"%s\","
                        "\"version\":%lld}",
                        id_text(i->subject->id).s, d->next.code, intake_state_names[d->next.state],
                        withdrawal_name((int)d->next.withdrawal.state), id_text(d->document->id).s,
                        (long long)i->subject->version);
}

/* With the handle that the approver signs. */
static const char *answer_extension(struct item *i, const struct intake_decision *d)
{
    struct digest digest = sha256_of(d->document);

    return arena_printf(i->work->arena,
                        "{\"id\":\"%s\",\"code\":\"%s\",\"state\":\"%s\",\"extension\":\"%s\","
                        "\"apology\":{\"id\":\"%s\",\"sha256\":\"%s\",\"pages\":%d},"
                        "\"new_due_at\":\"%s\",\"version\":%lld}",
                        id_text(i->subject->id).s, d->next.code, intake_state_names[d->next.state],
                        extension_name((int)d->next.extension.state), id_text(d->document->id).s,
                        digest_text(&digest).s, d->document->pages, instant_text(d->next.extension.due_at).s,
                        (long long)i->subject->version);
}

/* With the handle that the approver signs. */
static const char *answer_stop(struct item *i, const struct intake_decision *d)
{
    struct digest digest = sha256_of(d->document);

    return arena_printf(i->work->arena,
                        "{\"id\":\"%s\",\"code\":\"%s\",\"state\":\"%s\",\"stop\":\"%s\",\"ground\":\"%s\","
                        "\"notice\":{\"id\":\"%s\",\"sha256\":\"%s\",\"pages\":%d},\"version\":%lld}",
                        id_text(i->subject->id).s, d->next.code, intake_state_names[d->next.state],
                        stop_name((int)d->next.stop.state), stop_ground_name((int)d->next.stop.ground),
                        id_text(d->document->id).s, digest_text(&digest).s, d->document->pages,
                        (long long)i->subject->version);
}

static const char *answer_correction(struct item *i, const struct intake_decision *d)
{
    const struct intake_correction *c = &d->next.corrections[d->correction];

    return arena_printf(
        i->work->arena,
        "{\"id\":\"%s\",\"code\":\"%s\",\"state\":\"%s\",\"number\":%d,\"correction\":\"%s\",\"document\":"
        "\"%s\",\"cause\":\"%s\",\"unit\":\"%s\",\"reported_by\":\"%s\",\"version\":%lld}",
        id_text(i->subject->id).s, d->next.code, intake_state_names[d->next.state], d->correction + 1,
        intake_correction_state_names[c->state], id_text(c->document).s, correction_cause_name((int)c->cause), c->unit,
        reporter_name((int)c->reported_by), (long long)i->subject->version);
}

static const char *answer_moved(struct item *i, const struct intake_decision *d)
{
    const struct intake_transfer *t = &d->next.transfers[d->transfer];
    struct arena *a = i->work->arena;

    return arena_printf(
        a,
        "{\"id\":\"%s\",\"code\":\"%s\",\"state\":\"%s\",%s\"step\":%d,\"round\":%d,\"transfer\":\"%s\","
        "\"version\":%lld}",
        id_text(i->subject->id).s, d->next.code, intake_state_names[d->next.state],
        t->supplement ? arena_printf(a, "\"supplement\":%d,", t->supplement) : "", d->step, d->round,
        intake_transfer_state_names[t->state], (long long)i->subject->version);
}

static const char *answer_turn(struct item *i, const struct intake_decision *d)
{
    const struct intake_turn *t = &d->next.turn;

    return arena_printf(i->work->arena,
                        "{\"id\":\"%s\",\"code\":\"%s\",\"state\":\"%s\",\"from_unit\":\"%s\",\"to_unit\":\"%s\","
                        "\"turn\":\"%s\",\"version\":%lld}",
                        id_text(i->subject->id).s, d->next.code, intake_state_names[d->next.state], t->from_unit,
                        intake_turn_to(t), intake_turn_state_names[t->state], (long long)i->subject->version);
}

static const char *answer_obligation(struct item *i, const struct intake_decision *d)
{
    return arena_printf(i->work->arena,
                        "{\"id\":\"%s\",\"code\":\"%s\",\"state\":\"%s\",\"step\":%d,\"round\":%d,"
                        "\"obligation\":\"%s\",\"due_at\":\"%s\",\"due_at_reported\":\"%s\",\"version\":%lld}",
                        id_text(i->subject->id).s, d->next.code, intake_state_names[d->next.state], d->step, d->round,
                        intake_obligation_state_names[d->next.obligations[d->obligation].state],
                        instant_text(d->next.due_at).s, instant_text(d->next.due_reported).s,
                        (long long)i->subject->version);
}

static const char *answer_supplement(struct item *i, const struct intake_decision *d)
{
    return arena_printf(i->work->arena,
                        "{\"id\":\"%s\",\"code\":\"%s\",\"state\":\"%s\",\"step\":%d,\"round\":%d,"
                        "\"supplement\":%d,\"due_at\":\"%s\",\"due_at_reported\":\"%s\",\"version\":%lld}",
                        id_text(i->subject->id).s, d->next.code, intake_state_names[d->next.state], d->step, d->round,
                        d->supplement + 1, instant_text(d->next.due_at).s, instant_text(d->next.due_reported).s,
                        (long long)i->subject->version);
}

static const char *answer_times(struct item *i, const struct intake_decision *d)
{
    const struct intake_dossier *now = &d->next;
    const char *what = d->finding >= 0 ? "finding" : "period",
               *code = d->finding >= 0 ? now->findings[d->finding].finding : now->exclusions[d->exclusion].period;

    return arena_printf(i->work->arena,
                        "{\"id\":\"%s\",\"code\":\"%s\",\"state\":\"%s\",\"%s\":\"%s\",\"document\":\"%s\","
                        "\"due_at\":\"%s\",\"due_at_reported\":\"%s\",\"version\":%lld}",
                        id_text(i->subject->id).s, now->code, intake_state_names[now->state], what, code,
                        id_text(d->named->id).s, instant_text(now->due_at).s, instant_text(now->due_reported).s,
                        (long long)i->subject->version);
}

static const char *answer_submitted(struct item *i, const struct intake_dossier *d)
{
    return arena_printf(i->work->arena,
                        "{\"id\":\"%s\",\"state\":\"%s\",\"reference\":\"%s\",\"unit\":\"%s\",\"answer_due_at\":\"%s\","
                        "\"version\":%lld}",
                        id_text(i->subject->id).s, intake_state_names[d->state], d->submission->reference,
                        d->receiving_unit, instant_text(d->submission->answer_due_at).s,
                        (long long)i->subject->version);
}

static const char *answer_guided(struct item *i, const struct intake_decision *d)
{
    return arena_printf(i->work->arena, "{\"id\":\"%s\",\"state\":\"guided\",\"number\":%d,\"version\":%lld}",
                        id_text(i->subject->id).s, d->guidance, (long long)i->subject->version);
}

static const char *numbered(const int *numbers, int count, struct arena *a)
{
    const char *all = "";

    for (int n = 0; n < count; n++)
        all = arena_printf(a, "%s%s%d", all, n ? "," : "", numbers[n]);
    return all;
}

static const char *answer_way(struct item *i, const struct intake_decision *d)
{
    const struct intake_way *w = d->way;
    struct arena *a = i->work->arena;

    return arena_printf(
        a,
        "{\"id\":\"%s\",\"code\":\"%s\",\"state\":\"%s\",\"number\":%d,\"way\":\"%s\",\"components\":[%s],"
        "\"version\":%lld}",
        id_text(i->subject->id).s, d->next.code, intake_state_names[d->next.state], w->number,
        intake_way_state_names[w->state], numbered(w->components, w->component_count, a),
        (long long)i->subject->version);
}

static const char *answer_given_back(struct item *i, const struct intake_decision *d)
{
    struct arena *a = i->work->arena;

    return arena_printf(a, "{\"id\":\"%s\",\"code\":\"%s\",\"state\":\"%s\",\"given_back\":[%s],\"version\":%lld}",
                        id_text(i->subject->id).s, d->next.code, intake_state_names[d->next.state],
                        numbered(d->given_back, d->given_back_count, a), (long long)i->subject->version);
}

/* With the handle of what came with it: the minutes, or the apology. */
static const char *answer_loss(struct item *i, const struct intake_decision *d)
{
    const struct intake_loss *l = d->loss;
    struct arena *a = i->work->arena;
    const char *how = "\"apology\":null", *post = l->post ? arena_printf(a, "\"%s\"", l->post) : "null";

    if (d->document) {
        struct digest digest = sha256_of(d->document);
        how = arena_printf(a, "\"%s\":{\"id\":\"%s\",\"sha256\":\"%s\",\"pages\":%d}",
                           l->state == INTAKE_LOSS_OPEN ? "minutes" : "apology", id_text(d->document->id).s,
                           digest_text(&digest).s, d->document->pages);
    }
    return arena_printf(a,
                        "{\"id\":\"%s\",\"code\":\"%s\",\"state\":\"%s\",\"number\":%d,\"loss\":\"%s\","
                        "\"holder\":{\"unit\":\"%s\",\"post\":%s},%s,\"version\":%lld}",
                        id_text(i->subject->id).s, d->next.code, intake_state_names[d->next.state], l->number,
                        intake_loss_state_names[l->state], l->unit, post, how, (long long)i->subject->version);
}

static const char *answer_rating(struct item *i, const struct intake_points *p)
{
    return arena_printf(i->work->arena,
                        "{\"id\":\"%s\",\"points\":{\"satisfaction\":%d,\"attitude\":%d,\"contacts\":%d,"
                        "\"agencies\":%d},\"version\":%lld}",
                        id_text(i->subject->id).s, p->satisfaction, p->attitude, p->contacts, p->agencies,
                        (long long)i->subject->version);
}

static const char *answer_complaint(struct item *i, const struct intake_complaint *c, int number)
{
    const char *how = arena_printf(i->work->arena, "\"answer_due_at\":\"%s\",\"refuse_until\":\"%s\"",
                                   instant_text(c->answer_due_at).s, instant_text(c->refuse_until).s);

    if (c->state == INTAKE_COMPLAINT_AWAITING_MORE)
        how = arena_printf(i->work->arena, "%s,\"wait_until\":\"%s\",\"asked_late\":%s", how,
                           instant_text(c->wait_until).s, truth(c->asked_late));
    else if (c->state == INTAKE_COMPLAINT_ANSWERED)
        how = arena_printf(i->work->arena, "\"justified\":%s,\"late\":%s,\"publish_until\":\"%s\"", truth(c->justified),
                           truth(c->late), instant_text(c->publish_until).s);
    else if (c->state == INTAKE_COMPLAINT_PUBLISHED)
        how = arena_printf(i->work->arena, "\"justified\":%s,\"published_late\":%s", truth(c->justified),
                           truth(c->published_late));
    else if (c->state != INTAKE_COMPLAINT_OPEN)
        how = arena_printf(i->work->arena, "\"justified\":%s,\"late\":%s", truth(c->justified), truth(c->late));
    return arena_printf(i->work->arena, "{\"id\":\"%s\",\"number\":%d,\"complaint\":\"%s\",%s,\"version\":%lld}",
                        id_text(i->subject->id).s, number, intake_complaint_state_names[c->state], how,
                        (long long)i->subject->version);
}

static const char *answer_fee(struct item *i, const struct intake_dossier *d, const struct intake_fee *x)
{
    return arena_printf(i->work->arena,
                        "{\"id\":\"%s\",\"code\":\"%s\",\"fee\":\"%s\",\"state\":\"%s\",\"amount_vnd\":%lld,"
                        "\"refunded_vnd\":%lld,\"version\":%lld}",
                        id_text(i->subject->id).s, d->code, x->code, intake_fee_state_names[x->state],
                        (long long)x->amount, (long long)x->refunded, (long long)i->subject->version);
}

void intake_answer(struct item *i, const struct intake_decision *d)
{
    if (d->submit)
        item_answer(i, 201, answer_submitted(i, &d->next));
    else if (d->receive)
        item_answer(i, 201, answer_received(i, d));
    else if (d->guide)
        item_answer(i, 201, answer_guided(i, d));
    else if (d->refuse)
        item_answer(i, 201,
                    arena_printf(i->work->arena, "{\"id\":\"%s\",\"state\":\"refused\",\"version\":%lld}",
                                 id_text(i->subject->id).s, (long long)i->subject->version));
    else if (d->way)
        item_answer(i, 200, answer_way(i, d));
    else if (d->given_back_count)
        item_answer(i, 200, answer_given_back(i, d));
    else if (d->loss)
        item_answer(i, d->loss->state == INTAKE_LOSS_OPEN ? 201 : 200, answer_loss(i, d));
    else if (d->extension)
        item_answer(i, 201, answer_extension(i, d));
    else if (d->stop && d->document)
        item_answer(i, 201, answer_stop(i, d));
    else if (d->withdrawal)
        item_answer(i, 201, answer_withdrawal(i, d));
    else if (d->document)
        item_answer(i, 201, answer_filed(i, d->document));
    else if (d->correction >= 0)
        item_answer(i, 201, answer_correction(i, d));
    else if (d->transfer >= 0)
        item_answer(i, 200, answer_moved(i, d));
    else if (d->obligation >= 0)
        item_answer(i, 200, answer_obligation(i, d));
    else if (d->turn)
        item_answer(i, 200, answer_turn(i, d));
    else if (d->supplement >= 0)
        item_answer(i, 200, answer_supplement(i, d));
    else if (d->finding >= 0 || d->exclusion >= 0)
        item_answer(i, i->work->act == INTAKE_END_PERIOD ? 200 : 201, answer_times(i, d));
    else if (d->fee >= 0)
        item_answer(i, 200, answer_fee(i, &d->next, &d->next.fees[d->fee]));
    else if (d->rate)
        item_answer(i, 201, answer_rating(i, &d->points));
    else if (d->complaint >= 0) {
        const struct intake_complaint *c = &d->next.complaints[d->complaint];
        bool filed = c->state == INTAKE_COMPLAINT_OPEN && c->asked_at == INSTANT_NONE;
        item_answer(i, filed ? 201 : 200, answer_complaint(i, c, d->complaint + 1));
    }
}
