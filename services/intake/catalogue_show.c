/* SPDX-License-Identifier: Apache-2.0 */
/* Writing: each kind of record by one function, always the same text for the same record, so that its digest tells a
 * change. */
#include "common/base/buf.h"
#include "common/base/role.h"
#include "common/domain/process.h"
#include "services/intake/catalogue_json.h"

#define RECORD_JSON_MAX ((size_t)1 << 17)

#define NAME(symbol, name, vi) name,
static const char *const roles[] = {ROLE_MAP(NAME)};

static void put_key(struct buf *b, const char *name)
{
    buf_printf(b, "%s\"%s\":", b->n > 1 ? "," : "", name);
}

static void put_text(struct buf *b, const char *name, const char *value)
{
    if (!value[0])
        return;
    put_key(b, name);
    buf_json_str(b, value);
}

static void put_number(struct buf *b, const char *name, int64_t value)
{
    put_key(b, name);
    buf_printf(b, "%lld", (long long)value);
}

static void put_flag(struct buf *b, const char *name, bool value)
{
    put_key(b, name);
    buf_str(b, value ? "true" : "false");
}

static void put_date(struct buf *b, int32_t value)
{
    struct civil c = instant_day_civil(value);

    buf_printf(b, "\"%04d-%02d-%02d\"", c.year, c.month, c.day);
}

static void put_bits(struct buf *b, const char *name, uint32_t set, const char *const *words, int count)
{
    const char *comma = "";

    put_key(b, name);
    buf_str(b, "[");
    for (int i = 0; i < count; i++)
        if (set & (UINT32_C(1) << i)) {
            buf_printf(b, "%s\"%s\"", comma, words[i]);
            comma = ",";
        }
    buf_str(b, "]");
}

static void put_days(struct buf *b, const char *name, const int32_t *days, size_t count)
{
    put_key(b, name);
    buf_str(b, "[");
    for (size_t i = 0; i < count; i++) {
        buf_str(b, i ? "," : "");
        put_date(b, days[i]);
    }
    buf_str(b, "]");
}

static void put_hours(struct buf *b, const struct worktime_hours *h)
{
    put_key(b, "office_minutes");
    buf_str(b, "[");
    for (int i = 0; i < h->count; i++)
        buf_printf(b, "%s\"%02d:%02d-%02d:%02d\"", i ? "," : "", h->open[i].from / 60, h->open[i].from % 60,
                   h->open[i].to / 60, h->open[i].to % 60);
    buf_str(b, "]");
}

static void write_unit(struct buf *b, const struct intake_entry *e)
{
    put_text(b, "agency_code", e->u.unit.agency_code);
    put_text(b, "name", e->u.unit.name);
    put_text(b, "level", level_name((int)e->u.unit.level));
    put_text(b, "parent", e->u.unit.parent);
    put_flag(b, "verified", e->verified);
    put_text(b, "successor", e->successor);
    put_hours(b, &e->u.unit.hours);
}

static void write_counter(struct buf *b, const struct intake_entry *e)
{
    const struct counter *c = &e->u.counter;

    put_text(b, "unit", c->unit);
    put_text(b, "name", c->name);
    put_flag(b, "shared", c->shared);
    put_hours(b, &c->hours);
}

static void write_officer(struct buf *b, const struct intake_entry *e)
{
    put_text(b, "unit", e->u.officer.unit);
    put_text(b, "counter", e->u.officer.counter);
    put_text(b, "title", e->u.officer.title);
    put_bits(b, "roles", e->u.officer.roles, roles, ROLE_COUNT);
}

static void write_variants(struct buf *b, const struct procedure *p)
{
    put_key(b, "variants");
    for (int i = 0; i < p->variant_count; i++) {
        const struct time_variant *v = &p->variants[i];
        buf_printf(b,
                   "%s{\"finding\":\"%s\",\"replaces\":%s,\"time_unit\":\"%s\",\"%s\":%lld,\"basis\":", i ? "," : "[",
                   v->finding, v->replaces ? "true" : "false", time_unit_name((int)v->unit),
                   v->unit == TIME_HOURS ? "minutes" : "time", (long long)v->amount);
        buf_json_str(b, v->basis);
        buf_str(b, "}");
    }
    buf_str(b, "]");
}

static void write_excluded(struct buf *b, const struct procedure *p)
{
    put_key(b, "excluded");
    for (int i = 0; i < p->excluded_count; i++) {
        buf_printf(b, "%s{\"period\":\"%s\",\"reported\":%s,\"basis\":", i ? "," : "[", p->excluded[i].period,
                   p->excluded[i].reported ? "true" : "false");
        buf_json_str(b, p->excluded[i].basis);
        buf_str(b, "}");
    }
    buf_str(b, "]");
}

static void put_validity(struct buf *b, int32_t from, int32_t to)
{
    put_key(b, "valid_from");
    put_date(b, from);
    if (to) {
        put_key(b, "valid_to");
        put_date(b, to);
    }
}

static void write_fee(struct buf *b, const struct fee_rule *f)
{
    buf_printf(b, "{\"code\":\"%s\"", f->code);
    put_text(b, "kind", fee_kind_name(f->kind));
    put_number(b, "amount_vnd", f->amounts[CHANNEL_COUNTER]);
    put_number(b, "online_vnd", f->amounts[CHANNEL_ONLINE]);
    put_number(b, "post_vnd", f->amounts[CHANNEL_POST]);
    put_text(b, "due", fee_due_name(f->due));
    put_bits(b, "refund", f->refund, fee_refund_names, FEE_REFUND_COUNT);
    put_bits(b, "exemptions", f->exemptions, fee_exemption_names, FEE_EXEMPT_COUNT);
    put_text(b, "basis", f->basis);
    put_flag(b, "verified", f->verified);
    put_validity(b, f->valid_from, f->valid_to);
    buf_str(b, "}");
}

/* Nothing of a procedure without any: its digest is what it was before there were rules. */
static void write_fees(struct buf *b, const struct procedure *p)
{
    if (p->fee_count == 0)
        return;
    put_key(b, "fees");
    for (int i = 0; i < p->fee_count; i++) {
        buf_str(b, i ? "," : "[");
        write_fee(b, &p->fees[i]);
    }
    buf_str(b, "]");
}

static void write_component(struct buf *b, const struct listed_component *c)
{
    buf_printf(b, "{\"code\":\"%s\"", c->code);
    put_text(b, "name", c->name);
    put_flag(b, "always", c->always);
    put_number(b, "originals", c->originals);
    put_number(b, "certified", c->certified);
    put_number(b, "copies", c->copies);
    put_text(b, "basis", c->basis);
    put_flag(b, "verified", c->verified);
    put_validity(b, c->valid_from, c->valid_to);
    buf_str(b, "}");
}

/* As with fees: nothing where no list is known. */
static void write_components(struct buf *b, const struct procedure *p)
{
    if (p->component_count == 0)
        return;
    put_key(b, "components");
    for (int i = 0; i < p->component_count; i++) {
        buf_str(b, i ? "," : "[");
        write_component(b, &p->components[i]);
    }
    buf_str(b, "]");
}

static void write_procedure(struct buf *b, const struct intake_entry *e)
{
    const struct procedure *p = &e->u.procedure;

    put_text(b, "name", p->name);
    put_text(b, "field", p->field);
    put_text(b, "field_name", e->field_name);
    put_bits(b, "levels", p->levels, level_names, LEVEL_COUNT);
    put_text(b, "time_unit", time_unit_name((int)p->time_unit));
    put_number(b, p->time_unit == TIME_HOURS ? "statutory_minutes" : "statutory_time", p->statutory);
    if (p->fee_vnd != INTAKE_FEE_UNKNOWN)
        put_number(b, "fee_vnd", p->fee_vnd);
    put_flag(b, "on_the_spot", p->on_the_spot);
    put_flag(b, "same_day", p->same_day);
    put_number(b, "cutoff_minute", p->cutoff_minute);
    put_flag(b, "one_officer", p->one_officer);
    if (p->supplement_wait) {
        put_number(b, "supplement_wait", p->supplement_wait);
        put_text(b, "supplement_basis", p->supplement_basis);
    }
    if (p->variant_count)
        write_variants(b, p);
    if (p->excluded_count)
        write_excluded(b, p);
    write_fees(b, p);
    write_components(b, p);
    put_flag(b, "verified", e->verified);
}

/* A step that one unit does alone is written as before there were others. */
static void put_with(struct buf *b, const struct process *p, int n)
{
    const struct process_with *with;
    int count = process_with(p, n, &with);

    for (int i = 0; i < count; i++)
        buf_printf(b, "%s{\"unit\":\"%s\",\"minutes\":%d}", i ? "," : ",\"with\":[", with[i].unit, with[i].minutes);
    buf_str(b, count ? "]}" : "}");
}

static void write_process(struct buf *b, const struct intake_entry *e)
{
    const struct process *p = &e->u.process;

    put_text(b, "procedure", p->procedure);
    put_text(b, "level", level_name((int)p->level));
    put_flag(b, "on_the_spot", p->route == ROUTE_ON_THE_SPOT);
    put_number(b, "total_minutes", p->total_minutes);
    put_key(b, "steps");
    for (int i = 0; i < p->step_count; i++) {
        const struct process_step *s = &p->steps[i];
        int role = 0;
        while (role < ROLE_COUNT - 1 && !(s->roles & (UINT32_C(1) << role)))
            role++;
        buf_printf(b, "%s{\"kind\":\"%s\",\"role\":\"%s\",\"minutes\":%d,\"unit_ref\":\"%s\",\"at_counter\":%s",
                   i ? "," : "[", step_kind_name((int)s->kind), roles[role], s->minutes, s->unit_ref,
                   s->at_counter ? "true" : "false");
        if (s->near_minutes)
            buf_printf(b, ",\"near_minutes\":%d", s->near_minutes);
        put_with(b, p, i + 1);
    }
    buf_str(b, p->step_count ? "]" : "[]");
}

static void write_calendar(struct buf *b, const struct intake_entry *e)
{
    const struct intake_calendar *c = &e->u.calendar;

    put_number(b, "first_year", c->first_year);
    put_number(b, "last_year", c->last_year);
    put_days(b, "days_off", c->days_off, c->off_count);
    put_days(b, "make_up_days", c->make_up_days, c->make_up_count);
}

static void write_term(struct buf *b, const struct intake_entry *e)
{
    put_number(b, "value", e->u.term.value);
    put_text(b, "basis", e->basis);
    put_flag(b, "verified", e->verified);
}

static void (*const writers[INTAKE_KIND_COUNT])(struct buf *, const struct intake_entry *) = {
    write_unit, write_counter, write_officer, write_procedure, write_process, write_calendar, write_term,
};

void intake_entry_write(struct intake_entry *e, struct arena *a)
{
    struct buf b;

    buf_init(&b, RECORD_JSON_MAX);
    buf_str(&b, "{");
    put_text(&b, "kind", intake_kind_names[e->kind]);
    put_text(&b, "id", e->u.record.id);
    put_validity(&b, e->u.record.valid_from, e->u.record.valid_to);
    writers[e->kind](&b, e);
    buf_str(&b, "}");
    BUG_IF(b.full, "a record is longer than its bound");
    e->json = arena_strdup(a, buf_cstr(&b));
    e->digest = digest_of(b.p, b.n);
    buf_release(&b);
}
