/* SPDX-License-Identifier: Apache-2.0 */
/* SQL of the schema audit: the batch in and out. */
#include "services/audit/repo.h"

#include <string.h>

#include "services/audit/events.h"
#include "services/audit/repo_correction.h"
#include "services/audit/repo_fee.h"
#include "services/audit/repo_figure.h"
#include "services/audit/repo_late.h"
#include "services/audit/repo_parts.h"
#include "services/audit/repo_pause.h"
#include "services/audit/repo_read.h"
#include "services/audit/repo_step.h"
#include "services/audit/step.h"

/* What this batch adds, beside the facts in the subjects. Lists grow in the batch's arena. */
struct marks {
    struct db_answer *facts, *fees, *late_steps, *stored_targets;
    struct audit_entry *entries;
    size_t entry_count, entry_room;
    struct audit_figure *figures;
    size_t figure_count, figure_room;
    const struct audit_target **targets;
    size_t target_count, target_room;
    struct audit_step_marks steps;
};

static void *room(struct arena *a, void *items, size_t count, size_t *have, size_t size)
{
    if (count < *have)
        return items;

    size_t more = *have ? *have * 2 : 64;
    void *wider = arena_array(a, more, size);

    if (count)
        memcpy(wider, items, count * size);
    *have = more;
    return wider;
}

/* ---- load */

static const struct db_stmt load_targets = {
    "audit_load_targets",
    "SELECT target, level, share_percent, phase, (valid_from - DATE '1970-01-01')::int AS valid_from,"
    "       coalesce((valid_to - DATE '1970-01-01')::int, 0) AS valid_to FROM target ORDER BY target"};

static const struct db_stmt load_facts = {
    "audit_load_facts",
    "SELECT dossier, code, unit, receiving_unit, procedure, (day - DATE "
    "'1970-01-01')::int AS day, due_at, ended_at, result, timing,"
    "       at_counter, elsewhere, overdue, supplements, supplement_late, contacts, visited, extended,"
    "       rated, complaints, justified, late_answers, delivery, proxy, unclaimed, uncharged, waits_from, counter,"
    "       answers, late_publications, apologised_at, passed_at, by_hours FROM fact WHERE dossier = ANY ($1::uuid[])"};

static struct marks *marks_of(struct batch *b)
{
    if (!b->service)
        b->service = ARENA_NEW(b->arena, struct marks);
    return b->service;
}

void audit_repo_ask(struct batch *b)
{
    struct marks *m = marks_of(b);

    m->facts = db_ask(b->db, b->arena, &load_facts, DB_ARGS(db_items(b->subject_ids)));
    m->late_steps = audit_step_ask(b);
    m->fees = audit_fees_ask(b);
}

void audit_repo_ask_targets(struct batch *b)
{
    struct marks *m = marks_of(b);

    for (size_t i = 0; i < b->subject_count && !m->stored_targets; i++)
        if (strcmp(b->subjects[i]->kind, "target") == 0)
            m->stored_targets = db_ask(b->db, b->arena, &load_targets, DB_NO_ARGS);
}

bool audit_repo_has_target(const struct batch *b, const struct audit_target *t)
{
    const struct marks *m = b->service;
    const struct db_answer *q = m ? m->stored_targets : NULL;

    for (size_t i = 0; q && i < db_count(q); i++)
        if (strcmp(db_get_text(q, i, db_column(q, "target")), t->target) == 0)
            return strcmp(db_get_text(q, i, db_column(q, "level")), t->level) == 0 &&
                   strcmp(db_get_text(q, i, db_column(q, "phase")), t->phase) == 0 &&
                   db_get_int(q, i, db_column(q, "share_percent")) == t->share_percent &&
                   db_get_int(q, i, db_column(q, "valid_from")) == t->valid_from &&
                   db_get_int(q, i, db_column(q, "valid_to")) == t->valid_to;
    return false;
}

enum err_code audit_repo_take(struct batch *b, struct err *reterr)
{
    const struct marks *m = b->service;
    const struct db_answer *q = m->facts;

    for (size_t i = 0; i < db_count(q); i++) {
        struct audit_fact *f = ARENA_NEW(b->arena, struct audit_fact);
        int result = audit_result_parse(db_get_text(q, i, db_column(q, "result"))),
            timing = timing_parse(db_get_text(q, i, db_column(q, "timing")));

        if (result < 0 || timing < 0)
            return err_set(reterr, ERR_BUG, "fact holds a word that this release does not know");
        *f = (struct audit_fact){.dossier = db_get_uuid(q, i, db_column(q, "dossier")),
                                 .code = db_get_text(q, i, db_column(q, "code")),
                                 .unit = db_get_text(q, i, db_column(q, "unit")),
                                 .receiving_unit = db_get_text(q, i, db_column(q, "receiving_unit")),
                                 .procedure = db_get_text(q, i, db_column(q, "procedure")),
                                 .day = (int32_t)db_get_int(q, i, db_column(q, "day")),
                                 .due_at = db_get_time(q, i, db_column(q, "due_at")),
                                 .ended_at = db_get_time(q, i, db_column(q, "ended_at")),
                                 .result = (enum audit_result)result,
                                 .timing = (enum timing)timing,
                                 .at_counter = (int)db_get_int(q, i, db_column(q, "at_counter")),
                                 .elsewhere = (int)db_get_int(q, i, db_column(q, "elsewhere")),
                                 .overdue = db_get_bool(q, i, db_column(q, "overdue")),
                                 .supplements = (int)db_get_int(q, i, db_column(q, "supplements")),
                                 .supplement_late = db_get_bool(q, i, db_column(q, "supplement_late")),
                                 .contacts = (int)db_get_int(q, i, db_column(q, "contacts")),
                                 .visited = db_get_bool(q, i, db_column(q, "visited")),
                                 .extended = (int)db_get_int(q, i, db_column(q, "extended")),
                                 .rated = db_get_bool(q, i, db_column(q, "rated")),
                                 .complaints = (int)db_get_int(q, i, db_column(q, "complaints")),
                                 .justified = (int)db_get_int(q, i, db_column(q, "justified")),
                                 .late_answers = (unsigned)db_get_int(q, i, db_column(q, "late_answers")),
                                 .delivery = delivery_parse(db_get_text(q, i, db_column(q, "delivery"))),
                                 .proxy = db_get_bool(q, i, db_column(q, "proxy")),
                                 .unclaimed = db_get_bool(q, i, db_column(q, "unclaimed")),
                                 .uncharged = db_get_int(q, i, db_column(q, "uncharged")),
                                 .waits_from = db_get_time(q, i, db_column(q, "waits_from")),
                                 .counter = db_get_text(q, i, db_column(q, "counter")),
                                 .answers = (unsigned)db_get_int(q, i, db_column(q, "answers")),
                                 .late_publications = (unsigned)db_get_int(q, i, db_column(q, "late_publications")),
                                 .apologised_at = db_get_time(q, i, db_column(q, "apologised_at")),
                                 .passed_at = db_get_time(q, i, db_column(q, "passed_at")),
                                 .by_hours = db_get_bool(q, i, db_column(q, "by_hours"))};
        struct subject *s = batch_loaded(b, f->dossier);
        if (s)
            s->state = f;
    }
    audit_fees_take(b, m->fees);
    return audit_step_take(b, m->late_steps, reterr);
}

/* ---- marks */

void audit_repo_add_entry(struct batch *b, int64_t number, const struct work *w)
{
    struct marks *m = marks_of(b);

    m->entries = room(b->arena, m->entries, m->entry_count, &m->entry_room, sizeof *m->entries);
    m->entries[m->entry_count++] = (struct audit_entry){number, w};
}

static void add_up(struct audit_delta *sum, const struct audit_delta *d)
{
    sum->received += d->received;
    sum->refused += d->refused;
    sum->early += d->early;
    sum->on_time += d->on_time;
    sum->late += d->late;
    sum->withdrawn += d->withdrawn;
    sum->stopped += d->stopped;
    sum->on_the_spot += d->on_the_spot;
    sum->overdue += d->overdue;
    sum->extended += d->extended;
    sum->breaches += d->breaches;
    sum->late_entries += d->late_entries;
    sum->guided += d->guided;
    sum->guided_again += d->guided_again;
    sum->supplement_late += d->supplement_late;
#define X(name) sum->voices.name += d->voices.name;
    AUDIT_VOICES(X)
#undef X
#define X(name) sum->ways.name += d->ways.name;
    AUDIT_WAYS(X)
#undef X
#define X(name) sum->losses.name += d->losses.name;
    AUDIT_LOSSES(X)
#undef X
#define X(name) sum->filings.name += d->filings.name;
    AUDIT_FILINGS(X)
#undef X
#define X(name) sum->lates.name += d->lates.name;
    AUDIT_LATES(X)
#undef X
#define X(name) sum->contacts.name += d->contacts.name;
    AUDIT_CONTACTS(X)
#undef X
    audit_fees_add_up(&sum->fees, &d->fees);
}

static bool speaks(const struct audit_voices *v)
{
#define X(name) v->name ||
    return AUDIT_VOICES(X) false;
#undef X
}

static bool goes(const struct audit_ways *w)
{
#define X(name) w->name ||
    return AUDIT_WAYS(X) false;
#undef X
}

static bool loses(const struct audit_losses *l)
{
#define X(name) l->name ||
    return AUDIT_LOSSES(X) false;
#undef X
}

static bool files(const struct audit_filings *f)
{
#define X(name) f->name ||
    return AUDIT_FILINGS(X) false;
#undef X
}

static bool lags(const struct audit_lates *l)
{
#define X(name) l->name ||
    return AUDIT_LATES(X) false;
#undef X
}

static bool turns_to_us(const struct audit_contacts *c)
{
#define X(name) c->name ||
    return AUDIT_CONTACTS(X) false;
#undef X
}

static bool moves(const struct audit_delta *d)
{
    return d->received || d->refused || d->early || d->on_time || d->late || d->withdrawn || d->stopped ||
           d->on_the_spot || d->overdue || d->extended || d->breaches || d->late_entries || d->guided ||
           d->supplement_late || speaks(&d->voices) || goes(&d->ways) || loses(&d->losses) || files(&d->filings) ||
           lags(&d->lates) || turns_to_us(&d->contacts) || audit_fees_move(&d->fees);
}

void audit_repo_add_delta(struct batch *b, const struct audit_delta *d, int64_t number)
{
    struct marks *m = marks_of(b);

    if (!moves(d))
        return;
    for (size_t i = 0; i < m->figure_count; i++) {
        struct audit_figure *f = &m->figures[i];

        if (f->delta.day == d->day && strcmp(f->delta.unit, d->unit) == 0 &&
            strcmp(f->delta.procedure, d->procedure) == 0) {
            add_up(&f->delta, d);
            f->as_of = number;
            return;
        }
    }
    m->figures = room(b->arena, m->figures, m->figure_count, &m->figure_room, sizeof *m->figures);
    m->figures[m->figure_count++] = (struct audit_figure){*d, number};
}

struct audit_step_marks *audit_repo_steps(struct batch *b)
{
    return &marks_of(b)->steps;
}

void audit_repo_add_target(struct batch *b, const struct audit_target *t)
{
    struct marks *m = marks_of(b);

    m->targets = room(b->arena, m->targets, m->target_count, &m->target_room, sizeof *m->targets);
    m->targets[m->target_count++] = t;
}

/* ---- save */

static const struct db_stmt add_entries = {
    "audit_add_entries",
    "INSERT INTO entry (number, topic, \"partition\", \"offset\", source, subject_kind, subject, "
    "version, type, event_id, dossier_code, unit,"
    "                   actor, place, step, round, occurred_at, sealed_at, sha256, head, event, "
    "step_unit, step_opened_at,"
    "                   step_due_at, step_minutes_used, step_minutes_late, step_timing, command, step_ended_at)"
    " SELECT * FROM unnest($1::bigint[], $2::text[], $3::int[], $4::bigint[], $5::int[], "
    "$6::text[], $7::uuid[], $8::bigint[], $9::text[],"
    "                      $10::uuid[], $11::text[], $12::text[], $13::text[], $14::text[], "
    "$15::int[], $16::int[], $17::timestamptz[],"
    "                      $18::timestamptz[], $19::bytea[], $20::bytea[], $21::bytea[], "
    "$22::text[], $23::timestamptz[],"
    "                      $24::timestamptz[], $25::bigint[], $26::bigint[], $27::text[], $28::uuid[], $29::timestamptz[])"};

static const struct db_stmt save_facts = {
    "audit_save_facts",
    "INSERT INTO fact (dossier, code, unit, receiving_unit, procedure, day, due_at, ended_at, result, timing, "
    "at_counter, elsewhere, overdue, supplements, extended, rated, complaints, justified, late_answers, delivery, "
    "proxy, unclaimed, uncharged, supplement_late, contacts, visited, waits_from, counter, answers, late_publications,"
    "apologised_at, passed_at, by_hours)"
    " SELECT dossier, code, unit, receiving_unit, procedure, DATE '1970-01-01' + day, due_at, ended_at, result, "
    "timing, at_counter,"
    "        elsewhere, overdue, supplements, extended, rated, complaints, justified, late_answers, delivery, proxy,"
    "        unclaimed, uncharged, supplement_late, contacts, visited, waits_from, counter, answers, late_publications,"
    "        apologised_at, passed_at, by_hours"
    "   FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::timestamptz[], "
    "$8::timestamptz[], $9::text[],"
    "               $10::text[], $11::int[], $12::int[], $13::boolean[], $14::int[], $15::int[],"
    "               $16::boolean[], $17::int[], $18::int[], $19::int[], $20::text[], $21::boolean[], $22::boolean[],"
    "               $23::bigint[], $24::boolean[], $25::int[], $26::boolean[], $27::timestamptz[], $28::text[], "
    "$29::int[], $30::int[], $31::timestamptz[], $32::timestamptz[], $33::boolean[])"
    "     AS n(dossier, code, unit, receiving_unit, procedure, day, due_at, ended_at, result, timing, at_counter, "
    "elsewhere, overdue, supplements, extended, rated, complaints, justified, late_answers, delivery, proxy, "
    "unclaimed, uncharged, supplement_late, contacts, visited, waits_from, counter, answers, late_publications, "
    "apologised_at, passed_at, by_hours)"
    " ON CONFLICT (dossier) DO UPDATE SET due_at = excluded.due_at, ended_at = excluded.ended_at, result = "
    "excluded.result, timing = "
    "excluded.timing,"
    "       at_counter = excluded.at_counter, elsewhere = excluded.elsewhere, overdue = excluded.overdue,"
    "       supplements = excluded.supplements, extended = excluded.extended, rated = excluded.rated,"
    "       complaints = excluded.complaints, justified = excluded.justified, late_answers = excluded.late_answers,"
    "       delivery = excluded.delivery, proxy = excluded.proxy, unclaimed = excluded.unclaimed,"
    "       uncharged = excluded.uncharged, supplement_late = excluded.supplement_late,"
    "       contacts = excluded.contacts, visited = excluded.visited, waits_from = excluded.waits_from,"
    "       answers = excluded.answers, late_publications = excluded.late_publications,"
    "       apologised_at = excluded.apologised_at, passed_at = excluded.passed_at, by_hours = excluded.by_hours"};

static const struct db_stmt save_targets = {
    "audit_save_targets",
    "INSERT INTO target (target, level, share_percent, phase, valid_from, valid_to)"
    " VALUES ($1, $2, $3, $4, DATE '1970-01-01' + $5::int, CASE WHEN $6::int <> 0 THEN DATE '1970-01-01' + $6::int END)"
    " ON CONFLICT (target) DO UPDATE SET level = excluded.level, share_percent = excluded.share_percent, phase = "
    "excluded.phase,"
    "       valid_from = excluded.valid_from, valid_to = excluded.valid_to"};

static void ask_entries(struct batch *b, const struct marks *m)
{
    struct arena *a = b->arena;
    struct db_array *number = db_array_new(a, DB_INT8), *topic = db_array_new(a, DB_TEXT),
                    *partition = db_array_new(a, DB_INT4), *offset = db_array_new(a, DB_INT8),
                    *source = db_array_new(a, DB_INT4), *kind = db_array_new(a, DB_TEXT),
                    *subject = db_array_new(a, DB_UUID), *version = db_array_new(a, DB_INT8),
                    *type = db_array_new(a, DB_TEXT), *event_id = db_array_new(a, DB_UUID),
                    *code = db_array_new(a, DB_TEXT), *unit = db_array_new(a, DB_TEXT),
                    *actor = db_array_new(a, DB_TEXT), *place = db_array_new(a, DB_TEXT),
                    *step = db_array_new(a, DB_INT4), *round = db_array_new(a, DB_INT4),
                    *occurred_at = db_array_new(a, DB_TIME), *sealed_at = db_array_new(a, DB_TIME),
                    *sha256 = db_array_new(a, DB_BYTES), *head = db_array_new(a, DB_BYTES),
                    *event = db_array_new(a, DB_BYTES), *command = db_array_new(a, DB_UUID);
    struct audit_step_columns step_columns = audit_step_columns_new(a);

    if (m->entry_count == 0)
        return;
    for (size_t i = 0; i < m->entry_count; i++) {
        const struct work *w = m->entries[i].work;
        struct digest digest = digest_of(w->raw.p, w->raw.n);

        db_array_int(number, m->entries[i].number);
        db_array_text(topic, w->place.topic ? w->place.topic : source_topic(w->event.source));
        db_array_int(partition, w->place.partition >= 0 ? w->place.partition : stage_partition(w->event.subject));
        db_array_int(offset, w->place.offset);
        db_array_int(source, (int)w->event.source);
        db_array_text(kind, w->event.subject_kind);
        db_array_uuid(subject, w->event.subject);
        db_array_int(version, w->event.version);
        db_array_text(type, w->event.type ? w->event.type : "");
        db_array_uuid(event_id, w->event.id);
        db_array_text(code, w->event.dossier_code);
        db_array_text(unit, w->event.unit);
        db_array_text(actor, w->event.actor);
        db_array_text(place, w->event.place);
        db_array_int(step, w->event.step);
        db_array_int(round, w->event.round);
        db_array_time(occurred_at, w->event.occurred_at);
        db_array_time(sealed_at, b->now);
        db_array_bytes(sha256, arena_bytes(a, digest.b, sizeof digest.b));
        db_array_bytes(head, audit_sealed_head(m->entries[i].number, b->now, w, &digest, a));
        db_array_bytes(event, w->raw);
        db_array_uuid_or_null(command, w->event.command);
        audit_step_columns_add(&step_columns, w);
    }
    db_ask(b->db, a, &add_entries,
           DB_ARGS(db_items(number), db_items(topic), db_items(partition), db_items(offset), db_items(source),
                   db_items(kind), db_items(subject), db_items(version), db_items(type), db_items(event_id),
                   db_items(code), db_items(unit), db_items(actor), db_items(place), db_items(step), db_items(round),
                   db_items(occurred_at), db_items(sealed_at), db_items(sha256), db_items(head), db_items(event),
                   db_items(step_columns.unit), db_items(step_columns.opened_at), db_items(step_columns.due_at),
                   db_items(step_columns.minutes_used), db_items(step_columns.minutes_late),
                   db_items(step_columns.timing), db_items(command), db_items(step_columns.ended_at)));
}

static void ask_facts(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *code = db_array_new(a, DB_TEXT),
                    *unit = db_array_new(a, DB_TEXT), *receiving = db_array_new(a, DB_TEXT),
                    *procedure = db_array_new(a, DB_TEXT), *day = db_array_new(a, DB_INT4),
                    *due_at = db_array_new(a, DB_TIME), *ended_at = db_array_new(a, DB_TIME),
                    *result = db_array_new(a, DB_TEXT), *timing = db_array_new(a, DB_TEXT),
                    *at_counter = db_array_new(a, DB_INT4), *elsewhere = db_array_new(a, DB_INT4),
                    *overdue = db_array_new(a, DB_BOOL), *supplements = db_array_new(a, DB_INT4),
                    *extended = db_array_new(a, DB_INT4), *rated = db_array_new(a, DB_BOOL),
                    *complaints = db_array_new(a, DB_INT4), *justified = db_array_new(a, DB_INT4),
                    *late_answers = db_array_new(a, DB_INT4), *delivery = db_array_new(a, DB_TEXT),
                    *proxy = db_array_new(a, DB_BOOL), *unclaimed = db_array_new(a, DB_BOOL),
                    *uncharged = db_array_new(a, DB_INT8), *supplement_late = db_array_new(a, DB_BOOL),
                    *contacts = db_array_new(a, DB_INT4), *visited = db_array_new(a, DB_BOOL),
                    *waits_from = db_array_new(a, DB_TIME), *counter = db_array_new(a, DB_TEXT),
                    *answers = db_array_new(a, DB_INT4), *late_publications = db_array_new(a, DB_INT4),
                    *apologised_at = db_array_new(a, DB_TIME), *passed_at = db_array_new(a, DB_TIME),
                    *by_hours = db_array_new(a, DB_BOOL);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct audit_fact *f = b->subjects[i]->state;

        if (!f || !f->moved)
            continue;
        db_array_uuid(dossier, f->dossier);
        db_array_text(code, f->code);
        db_array_text(unit, f->unit);
        db_array_text(receiving, f->receiving_unit);
        db_array_text(procedure, f->procedure);
        db_array_int(day, f->day);
        db_array_time(due_at, f->due_at);
        db_array_time(ended_at, f->ended_at);
        db_array_text(result, audit_result_names[f->result]);
        db_array_text(timing, timing_names[f->timing]);
        db_array_int(at_counter, f->at_counter);
        db_array_int(elsewhere, f->elsewhere);
        db_array_bool(overdue, f->overdue);
        db_array_int(supplements, f->supplements);
        db_array_int(extended, f->extended);
        db_array_bool(rated, f->rated);
        db_array_int(complaints, f->complaints);
        db_array_int(justified, f->justified);
        db_array_int(late_answers, f->late_answers);
        db_array_text(delivery, delivery_name(f->delivery));
        db_array_bool(proxy, f->proxy);
        db_array_bool(unclaimed, f->unclaimed);
        db_array_int(uncharged, f->uncharged);
        db_array_bool(supplement_late, f->supplement_late);
        db_array_int(contacts, f->contacts);
        db_array_bool(visited, f->visited);
        db_array_time(waits_from, f->waits_from);
        db_array_text(counter, f->counter);
        db_array_int(answers, f->answers);
        db_array_int(late_publications, f->late_publications);
        db_array_time(apologised_at, f->apologised_at);
        db_array_time(passed_at, f->passed_at);
        db_array_bool(by_hours, f->by_hours);
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &save_facts,
               DB_ARGS(db_items(dossier), db_items(code), db_items(unit), db_items(receiving), db_items(procedure),
                       db_items(day), db_items(due_at), db_items(ended_at), db_items(result), db_items(timing),
                       db_items(at_counter), db_items(elsewhere), db_items(overdue), db_items(supplements),
                       db_items(extended), db_items(rated), db_items(complaints), db_items(justified),
                       db_items(late_answers), db_items(delivery), db_items(proxy), db_items(unclaimed),
                       db_items(uncharged), db_items(supplement_late), db_items(contacts), db_items(visited),
                       db_items(waits_from), db_items(counter), db_items(answers), db_items(late_publications),
                       db_items(apologised_at), db_items(passed_at), db_items(by_hours)));
}

void audit_repo_save(struct batch *b)
{
    const struct marks *m = marks_of(b);

    ask_entries(b, m);
    audit_late_save(b, m->entries, m->entry_count);
    audit_corrections_save(b, m->entries, m->entry_count);
    audit_parts_save(b, m->entries, m->entry_count);
    audit_pauses_save(b, m->entries, m->entry_count);
    ask_facts(b);
    audit_figures_save(b, m->figures, m->figure_count);
    audit_step_save(b);
    for (size_t i = 0; i < m->target_count; i++) {
        const struct audit_target *t = m->targets[i];

        db_ask(b->db, b->arena, &save_targets,
               DB_ARGS(db_text(t->target), db_text(t->level), db_int4(t->share_percent), db_text(t->phase),
                       db_int4(t->valid_from), db_int4(t->valid_to)));
    }
}

const struct db_stmt *const audit_statements[] = {&load_facts,
                                                  &load_targets,
                                                  &add_entries,
                                                  &save_facts,
                                                  &audit_save_figures,
                                                  &save_targets,
                                                  &audit_read_kpi,
                                                  &audit_read_totals,
                                                  &audit_read_history,
                                                  &audit_read_entries,
                                                  &audit_read_targets,
                                                  &audit_add_pauses,
                                                  &audit_add_pause_ends,
                                                  &audit_read_pauses,
                                                  &audit_read_supplements,
                                                  &audit_step_load,
                                                  &audit_step_save_late,
                                                  &audit_step_save_figures,
                                                  &audit_step_read_figures,
                                                  &audit_step_read_dossier,
                                                  &audit_count_parts,
                                                  &audit_read_parts,
                                                  &audit_add_late_entries,
                                                  &audit_load_fees,
                                                  &audit_save_fee_facts,
                                                  &audit_save_fees,
                                                  &audit_read_late_entries,
                                                  &audit_add_corrections,
                                                  &audit_end_corrections,
                                                  &audit_read_corrections,
                                                  NULL};
