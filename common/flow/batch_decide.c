/* SPDX-License-Identifier: Apache-2.0 */
/* Each piece of a batch in the order of arrival: commands, events by the rule of versions (inbox.h), timers, records.
 */
#include <string.h>

#include "common/flow/batch_private.h"
#include "common/flow/catalogue_store.h"

/* ---- holds and waiting events */

static void hold(struct run *r, struct slot *s, const char *why)
{
    s->subject.hold = why;
    s->subject.changed = true;
    s->hold_moved = true;
    r->n_held++;
}

/* Whose storing failed says so: the event itself, or the redrive that takes what waits piece by piece. */
static const char *poison_of(const struct run *r, const struct work *w)
{
    return w->poison ? w->poison : r->current->origin == WORK_REDRIVE ? r->current->poison : NULL;
}

static enum err_code take_event(struct run *r, struct slot *s, struct work *w, struct err *reterr)
{
    struct item item = {.batch = &r->batch, .work = w, .subject = &s->subject};
    const char *poison = poison_of(r, w);

    if (poison)
        return err_set(reterr, ERR_BUG, "%s", poison);
    if (s->subject.known && strcmp(s->subject.kind, w->subject_kind) != 0)
        return err_set(reterr, ERR_CONFLICT, "the subject is a %s, not a %s", s->subject.kind, w->subject_kind);
    if (w->act == ACT_SKIP)
        return ERR_OK;
    r->cause_recorded = w->event.recorded_at;
    enum err_code rc = run_decide_one(r, &item, reterr);
    r->cause_recorded = INSTANT_NONE;
    return rc;
}

/* apply takes one event that is next. A refusal takes the number back and puts the subject on hold (I4). */
static bool apply(struct run *r, struct slot *s, struct waiter *w)
{
    struct work *work = w->work;
    struct err err = {.code = ERR_OK};

    s->subject.applied[work->event.source] = work->event.version;
    if (take_event(r, s, work, &err)) {
        s->subject.applied[work->event.source] = work->event.version - 1;
        w->reason = arena_printf(r->batch.arena, "refused: %s: %s", err_row(err.code)->slug, err.en);
        hold(r, s, w->reason);
        return false;
    }
    s->subject.changed = true;
    if (event_by_person(&work->event))
        run_note_act(&s->subject, work->event.occurred_at);
    w->gone = true;
    r->current->moved = true;
    return true;
}

/* A piece that is carried alone applies itself, or one that waits; what it lets through follows by itself. */
static bool alone_may(const struct run *r, const struct waiter *w)
{
    const struct work *c = r->current;

    return !c->alone || (c->origin == WORK_EVENT ? w->work == c : !c->moved);
}

static bool was_refused(const struct waiter *w)
{
    return w->reason && strncmp(w->reason, "refused", 7) == 0;
}

/* drain applies whatever is next until nothing moves, and writes beside the rest why it waits. */
static void drain(struct run *r, struct slot *s)
{
    bool moved = true;

    while (moved && !r->halt) {
        moved = false;
        for (struct waiter *w = s->waiters; w; w = w->next) {
            if (w->gone)
                continue;
            enum inbox_verdict v = inbox_judge(&r->self, &s->subject, &w->work->event, w->work->act != ACT_UNKNOWN);

            if (v == INBOX_BEHIND) {
                r->halt = arena_printf(
                    r->batch.arena,
                    "%s version %lld of subject %s has seen version %lld of this service, whose own is %lld: this "
                    "database is older than what others know",
                    source_name(w->work->event.source), (long long)w->work->event.version, id_text(s->subject.id).s,
                    (long long)w->work->event.seen[r->self.source], (long long)s->subject.version);
                return;
            }
            if (v == INBOX_REPEAT) {
                w->gone = true;
                continue;
            }
            if (v == INBOX_APPLY && !alone_may(r, w))
                continue;
            if (v == INBOX_APPLY && apply(r, s, w)) {
                moved = true;
                continue;
            }
            if (!(was_refused(w) && s->subject.hold))
                w->reason = inbox_reason(v);
        }
    }
}

/* ---- events */

static struct claim *claim_of(struct run *r, const struct work *w)
{
    for (size_t i = 0; w->place.partition >= 0 && i < r->claims.count; i++) {
        struct claim *c = &r->claims.items[i];

        if (c->partition == w->place.partition && c->epoch == w->place.epoch && strcmp(c->topic, w->place.topic) == 0)
            return c;
    }
    return NULL;
}

/* advance moves the offset over a message and watches its ce_sequence. False: it was consumed before. */
static bool advance(struct run *r, struct work *w)
{
    struct claim *c = claim_of(r, w);

    if (!c)
        return true;
    if (w->place.offset < c->next_offset)
        return false;
    c->next_offset = w->place.offset + 1;
    c->last_mark = w->place.mark;
    c->moved = true;
    if (w->place.sequence <= 0)
        return true;
    if (w->place.sequence > c->next_sequence) {
        *LIST_ADD(r->batch.arena, &r->missing_of) = w;
        *LIST_ADD(r->batch.arena, &r->missing_from) = c->next_sequence;
    } else if (w->place.sequence < c->next_sequence)
        *LIST_ADD(r->batch.arena, &r->struck) = w;
    if (w->place.sequence >= c->next_sequence)
        c->next_sequence = w->place.sequence + 1;
    return true;
}

static int by_version(const struct event *a, const struct event *b)
{
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    return a->version < b->version ? -1 : a->version > b->version;
}

static void decide_event(struct run *r, struct work *w, struct slot *s)
{
    struct waiter **at = &s->waiters;

    while (*at && by_version(&(*at)->work->event, &w->event) < 0)
        at = &(*at)->next;
    if (*at && by_version(&(*at)->work->event, &w->event) == 0 && !(*at)->gone) {
        r->n_repeated++; /* it waits already */
        drain(r, s);
        return;
    }
    if (w->event.version <= s->subject.applied[w->event.source] &&
        inbox_judge(&r->self, &s->subject, &w->event, true) == INBOX_REPEAT) {
        r->n_repeated++;
        return;
    }

    struct waiter *waiter = ARENA_NEW(r->batch.arena, struct waiter);

    waiter->work = w;
    waiter->next = *at;
    *at = waiter;
    drain(r, s);
    if (!waiter->gone)
        r->n_waited++;
}

/* ---- commands */

/* may_be_late holds a late entry against the rules; what is done now passes. */
static enum err_code may_be_late(const struct run *r, const struct item *i, struct err *reterr)
{
    const struct work *w = i->work;
    const struct late_facts f = {.catalogue = r->batch.catalogue,
                                 .now = r->batch.recorded_at,
                                 .last_act = i->subject->last_act,
                                 .actor = w->actor.subject,
                                 .actor_unit = w->actor.unit};

    return w->late ? late_entry_may(w->late, &f, reterr) : ERR_OK;
}

static enum err_code decide_command(struct run *r, size_t i, struct err *reterr)
{
    struct item *item = &r->items[i];
    struct work *w = item->work;
    const struct slot *s = run_slot_of(r, i);

    for (int source = 0; s && source < SOURCE_COUNT; source++)
        if (r->self.listens[source] && w->wants[source] > item->subject->applied[source])
            return err_say(reterr, ERR_NOT_YET, "Taicho-Seen", "chưa nhận được phiên bản %lld của %s; hãy thử lại",
                           "version %lld of %s has not arrived here; try again", (long long)w->wants[source],
                           source_name((enum source)source));
    if (!s || (s->subject.known && strcmp(s->subject.kind, w->subject_kind) != 0) ||
        (!w->creates && (!(s->subject.known || s->stub) || !item->subject->state)))
        return err_say(reterr, ERR_NOT_FOUND, "id", "không có %s này", "there is no such %s",
                       w->subject_kind ? w->subject_kind : "subject");
    if (item->subject->hold)
        return err_say(reterr, ERR_HELD, NULL, "hồ sơ đang bị tạm giữ để kiểm tra: %s", "the subject is on hold: %s",
                       item->subject->hold);

    enum err_code rc = may_be_late(r, item, reterr);

    if (!rc)
        rc = run_decide_one(r, item, reterr);
    if (rc)
        return rc;
    BUG_IF(!w->answer, "act %d of %s gave no answer", w->act, r->service->name);
    w->version = item->subject->version;
    return ERR_OK;
}

static void command(struct run *r, size_t i)
{
    struct work *w = r->works[i];

    if (r->replayed[i])
        return;
    if (w->poison)
        err_set(&w->refusal, ERR_BUG, "%s", w->poison);
    else
        (void)decide_command(r, i, &w->refusal);
    if (w->refusal.code)
        r->n_refused++;
}

/* ---- timers, records, dead letters, redrives */

static void timer(struct run *r, size_t i)
{
    struct item *item = &r->items[i];
    struct work *w = item->work;
    struct err err;

    if (!r->timer_due[i] || !item->subject || item->subject->hold || !item->subject->state || w->poison)
        return;
    /* An earlier piece of the batch has set it anew, or cleared it: it is not this one any more. */
    if (run_moved_timer(r, item->subject->id, run_timer_name(r->service, w->act)))
        return;
    item_clear_timer(item, run_timer_name(r->service, w->act));
    /* A refusal means that the dossier moved on meanwhile: nothing is left to remind of. */
    if (run_decide_one(r, item, &err))
        r->n_refused++;
}

/* A bigger one is kept in the table only: with the headers added, a broker might refuse it for ever. */
#define DEAD_LETTER_MOST (900u << 10)

/* dead keeps a message that cannot be read, and publishes it for whoever watches <topic>.dlq. */
static void dead(struct run *r, struct work *w, const char *reason)
{
    w->reason = reason;
    *LIST_ADD(r->batch.arena, &r->dead) = w;
    r->n_dead++;
    if (w->place.topic && w->place.partition >= 0 && w->raw.n > 0 && w->raw.n <= DEAD_LETTER_MOST)
        run_publish_dead(r, w);
}

static void record(struct run *r, struct work *w)
{
    struct catalogue_record record;
    struct err err;

    if (w->act == ACT_SKIP)
        return;
    if (catalogue_record_read(w->raw, r->batch.arena, &record, &err)) {
        dead(r, w, arena_strdup(r->batch.arena, err.en));
        return;
    }
    if (strcmp(record.kind, "release") == 0) {
        if (record.release > r->closes_release) {
            r->closes_release = record.release;
            r->release_records = record.release_records;
        }
    } else if (strcmp(record.kind, "pointer") != 0)
        *LIST_ADD(r->batch.arena, &r->references) = (struct reference_row){.kind = record.kind,
                                                                           .id = record.id,
                                                                           .version = record.version,
                                                                           .release = record.release,
                                                                           .digest = digest_of(w->raw.p, w->raw.n),
                                                                           .record = w->raw};
}

/* One that is read again holds nothing again: it may have been closed, and nothing would be left to lift that hold. */
static void dead_letter(struct run *r, size_t i)
{
    struct work *w = r->works[i];
    struct slot *s = run_slot_of(r, i);

    if (r->letter_known[i])
        return;
    dead(r, w, w->reason);
    /* Known, or made known by a piece before it in this batch. */
    if (s && (s->subject.known || s->subject.changed) && !s->subject.hold)
        hold(r, s, "dead-letter: a message of this subject cannot be read");
}

static void lift(struct slot *s)
{
    s->subject.hold = NULL;
    s->subject.changed = true;
    s->hold_moved = true;
}

/* Held for dead letters, and none is open any more, also none that this batch has yet to store. */
static bool was_last(const struct run *r, size_t i, const struct slot *s)
{
    const struct db_answer *q = r->closed[i];

    if (!s->subject.hold || strncmp(s->subject.hold, "dead-letter", 11) != 0)
        return false;
    for (size_t k = 0; k < r->dead.count; k++)
        if (id_eq(r->dead.items[k]->subject, s->subject.id))
            return false;
    return db_get_bool(q, 0, db_column(q, "last"));
}

/* A redrive that closes a dead letter lifts the hold only when this was what it was for. */
static void close_letter(struct run *r, size_t i, struct slot *s)
{
    struct work *w = r->works[i];

    if (db_count(r->closed[i]) == 0) {
        err_say(&w->refusal, ERR_NOT_FOUND, "id", "không có thông điệp lỗi đang mở mang số này",
                "there is no open dead letter with this number");
        return;
    }
    w->status = 200;
    w->answer = "{\"subject\":null}";
    if (!s || !s->subject.known)
        return;

    bool lifts = w->lifts = was_last(r, i, s);

    if (lifts) {
        lift(s);
        drain(r, s);
    }
    w->answer = arena_printf(w->arena, "{\"subject\":\"%s\",\"lifted\":%s,\"held\":%s}", id_text(w->subject).s,
                             lifts || w->lifted ? "true" : "false", s->subject.hold ? "true" : "false");
}

/* An operator's redrive has a reason and clears the hold; the executor's own (a release came) has none. */
static void redrive(struct run *r, size_t i)
{
    struct work *w = r->works[i];
    struct slot *s = run_slot_of(r, i);

    if (w->closes) {
        close_letter(r, i, s);
        return;
    }
    if (!s || !s->subject.known) {
        err_say(&w->refusal, ERR_NOT_FOUND, "subject", "không có đối tượng này", "there is no such subject");
        return;
    }
    if (w->reason && s->subject.hold)
        lift(s);
    drain(r, s);
    w->status = 200;
    w->answer = arena_printf(w->arena, "{\"subject\":\"%s\",\"held\":%s}", id_text(w->subject).s,
                             s->subject.hold ? "true" : "false");
}

void run_decide(struct run *r)
{
    for (size_t i = 0; i < r->count && !r->halt; i++) {
        struct work *w = r->works[i];

        r->current = w;
        switch (w->origin) {
        case WORK_COMMAND:
            command(r, i);
            break;
        case WORK_EVENT:
            if (advance(r, w))
                decide_event(r, w, run_slot_of(r, i));
            else
                r->n_repeated++;
            break;
        case WORK_TIMER:
            timer(r, i);
            break;
        case WORK_RECORD:
            if (advance(r, w))
                record(r, w);
            break;
        case WORK_DEAD:
            if (advance(r, w))
                dead_letter(r, i);
            break;
        case WORK_REDRIVE:
            redrive(r, i);
            break;
        }
    }
    r->current = NULL;
}
