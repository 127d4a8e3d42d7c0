/* SPDX-License-Identifier: Apache-2.0 */
/* Reference records as messages of taicho.catalogue.v1. */
#include "common/base/role.h"
#include "common/domain/process.h"
#include "common/flow/wire.h"
#include "services/intake/catalogue.h"
#include "taicho/v1/catalogue.pb-c.h"

/* A message of a type in the arena, set to its defaults. */
#define MESSAGE(a, Type, TYPE)                                                                                         \
    Type *m = ARENA_NEW((a), Type);                                                                                    \
    *m = (Type)TYPE##__INIT

static size_t pack_roles(uint32_t roles, struct arena *a, char ***ret)
{
    size_t n = 0;

    *ret = ARENA_ARRAY(a, ROLE_COUNT, char *);
    for (int r = 0; r < ROLE_COUNT; r++)
        if (roles & (UINT32_C(1) << r))
            (*ret)[n++] = wire_text(role_name((enum role)r));
    return n;
}

static size_t pack_hours(const struct worktime_hours *h, struct arena *a, int32_t **ret)
{
    *ret = ARENA_ARRAY(a, 2 * (size_t)h->count, int32_t);
    for (int i = 0; i < h->count; i++) {
        (*ret)[2 * i] = h->open[i].from;
        (*ret)[2 * i + 1] = h->open[i].to;
    }
    return 2 * (size_t)h->count;
}

static void pack_unit(const struct intake_entry *e, struct arena *a, Taicho__V1__CatalogueRecord *ret)
{
    const struct unit *u = &e->u.unit;
    MESSAGE(a, Taicho__V1__Unit, TAICHO__V1__UNIT);

    m->agency_code = wire_text(u->agency_code);
    m->name = wire_text(u->name);
    m->level = (Taicho__V1__Level)u->level;
    m->parent = wire_text(u->parent);
    m->verified = e->verified;
    m->successor = wire_text(e->successor);
    m->n_office_minutes = pack_hours(&u->hours, a, &m->office_minutes);
    ret->body_case = TAICHO__V1__CATALOGUE_RECORD__BODY_UNIT;
    ret->unit = m;
}

static void pack_counter(const struct intake_entry *e, struct arena *a, Taicho__V1__CatalogueRecord *ret)
{
    const struct counter *c = &e->u.counter;
    MESSAGE(a, Taicho__V1__Counter, TAICHO__V1__COUNTER);

    m->unit = wire_text(c->unit);
    m->name = wire_text(c->name);
    m->shared = c->shared;
    m->n_office_minutes = pack_hours(&c->hours, a, &m->office_minutes);
    ret->body_case = TAICHO__V1__CATALOGUE_RECORD__BODY_COUNTER;
    ret->counter = m;
}

static void pack_officer(const struct intake_entry *e, struct arena *a, Taicho__V1__CatalogueRecord *ret)
{
    const struct officer *o = &e->u.officer;
    MESSAGE(a, Taicho__V1__Officer, TAICHO__V1__OFFICER);

    m->unit = wire_text(o->unit);
    m->counter = wire_text(o->counter);
    m->title = wire_text(o->title);
    m->n_roles = pack_roles(o->roles, a, &m->roles);
    ret->body_case = TAICHO__V1__CATALOGUE_RECORD__BODY_OFFICER;
    ret->officer = m;
}

static void pack_variants(const struct procedure *p, struct arena *a, Taicho__V1__Procedure *ret)
{
    ret->variants = ARENA_ARRAY(a, (size_t)p->variant_count + 1, Taicho__V1__TimeVariant *);
    for (int i = 0; i < p->variant_count; i++) {
        const struct time_variant *v = &p->variants[i];
        MESSAGE(a, Taicho__V1__TimeVariant, TAICHO__V1__TIME_VARIANT);
        m->finding = wire_text(v->finding);
        m->replaces = v->replaces;
        *(v->unit == TIME_HOURS ? &m->minutes : &m->time) = (int32_t)v->amount;
        m->time_unit = (Taicho__V1__TimeUnit)v->unit;
        m->basis = wire_text(v->basis);
        ret->variants[ret->n_variants++] = m;
    }
}

static void pack_excluded(const struct procedure *p, struct arena *a, Taicho__V1__Procedure *ret)
{
    ret->excluded = ARENA_ARRAY(a, (size_t)p->excluded_count + 1, Taicho__V1__ExcludedPeriod *);
    for (int i = 0; i < p->excluded_count; i++) {
        MESSAGE(a, Taicho__V1__ExcludedPeriod, TAICHO__V1__EXCLUDED_PERIOD);
        m->period = wire_text(p->excluded[i].period);
        m->reported = p->excluded[i].reported;
        m->basis = wire_text(p->excluded[i].basis);
        ret->excluded[ret->n_excluded++] = m;
    }
}

static Taicho__V1__FeeRule *pack_fee(const struct fee_rule *f, struct arena *a)
{
    MESSAGE(a, Taicho__V1__FeeRule, TAICHO__V1__FEE_RULE);

    m->code = wire_text(f->code);
    m->kind = (Taicho__V1__FeeKind)f->kind;
    m->counter_vnd = f->amounts[CHANNEL_COUNTER];
    m->online_vnd = f->amounts[CHANNEL_ONLINE];
    m->post_vnd = f->amounts[CHANNEL_POST];
    m->due = (Taicho__V1__FeeDue)f->due;
    m->refund = ARENA_ARRAY(a, FEE_REFUND_COUNT, Taicho__V1__FeeRefund);
    for (int v = 1; v < FEE_REFUND_COUNT; v++)
        if (f->refund & (UINT32_C(1) << v))
            m->refund[m->n_refund++] = (Taicho__V1__FeeRefund)v;
    m->exemptions = ARENA_ARRAY(a, FEE_EXEMPT_COUNT, Taicho__V1__FeeExemption);
    for (int v = 1; v < FEE_EXEMPT_COUNT; v++)
        if (f->exemptions & (UINT32_C(1) << v))
            m->exemptions[m->n_exemptions++] = (Taicho__V1__FeeExemption)v;
    m->basis = wire_text(f->basis);
    m->valid_from = f->valid_from;
    m->valid_to = f->valid_to;
    m->verified = f->verified;
    return m;
}

static Taicho__V1__ListedComponent *pack_component(const struct listed_component *c, struct arena *a)
{
    MESSAGE(a, Taicho__V1__ListedComponent, TAICHO__V1__LISTED_COMPONENT);

    m->code = wire_text(c->code);
    m->name = wire_text(c->name);
    m->always = c->always;
    m->originals = c->originals;
    m->certified = c->certified;
    m->copies = c->copies;
    m->basis = wire_text(c->basis);
    m->valid_from = c->valid_from;
    m->valid_to = c->valid_to;
    m->verified = c->verified;
    return m;
}

static void pack_procedure(const struct intake_entry *e, struct arena *a, Taicho__V1__CatalogueRecord *ret)
{
    const struct procedure *p = &e->u.procedure;
    MESSAGE(a, Taicho__V1__Procedure, TAICHO__V1__PROCEDURE);

    m->name = wire_text(p->name);
    m->field = wire_text(p->field);
    m->field_name = wire_text(e->field_name);
    m->levels = ARENA_ARRAY(a, LEVEL_COUNT, Taicho__V1__Level);
    for (int l = LEVEL_PROVINCE; l < LEVEL_COUNT; l++)
        if (p->levels & (UINT32_C(1) << l))
            m->levels[m->n_levels++] = (Taicho__V1__Level)l;
    if (p->time_unit == TIME_HOURS)
        m->statutory_minutes = (int32_t)p->statutory;
    else
        m->statutory_time = (int32_t)p->statutory;
    m->time_unit = (Taicho__V1__TimeUnit)p->time_unit;
    /* The message cannot tell a fee that is not known from none; the record that is shown does. */
    m->fee_vnd = p->fee_vnd == INTAKE_FEE_UNKNOWN ? 0 : p->fee_vnd;
    m->on_the_spot = p->on_the_spot;
    m->same_day = p->same_day;
    m->cutoff_minute = p->cutoff_minute;
    m->one_officer = p->one_officer;
    m->supplement_wait = p->supplement_wait;
    m->supplement_basis = wire_text(p->supplement_basis ? p->supplement_basis : "");
    pack_variants(p, a, m);
    pack_excluded(p, a, m);
    m->n_fees = (size_t)p->fee_count;
    m->fees = ARENA_ARRAY(a, m->n_fees + 1, Taicho__V1__FeeRule *);
    for (int i = 0; i < p->fee_count; i++)
        m->fees[i] = pack_fee(&p->fees[i], a);
    m->n_components = (size_t)p->component_count;
    m->components = ARENA_ARRAY(a, m->n_components + 1, Taicho__V1__ListedComponent *);
    for (int i = 0; i < p->component_count; i++)
        m->components[i] = pack_component(&p->components[i], a);
    m->verified = e->verified;
    ret->body_case = TAICHO__V1__CATALOGUE_RECORD__BODY_PROCEDURE;
    ret->procedure = m;
}

static Taicho__V1__CooperatingUnit *pack_cooperating(const struct process_with *w, struct arena *a)
{
    MESSAGE(a, Taicho__V1__CooperatingUnit, TAICHO__V1__COOPERATING_UNIT);

    m->unit = wire_text(w->unit);
    m->minutes = w->minutes;
    return m;
}

static Taicho__V1__ProcessStep *pack_step(const struct process *p, int n, struct arena *a)
{
    const struct process_step *s = process_step(p, n);
    const struct process_with *with;
    char **roles;
    MESSAGE(a, Taicho__V1__ProcessStep, TAICHO__V1__PROCESS_STEP);

    m->kind = (Taicho__V1__StepKind)s->kind;
    if (pack_roles(s->roles, a, &roles))
        m->role = roles[0];
    m->minutes = s->minutes;
    m->near_minutes = s->near_minutes;
    m->unit_ref = wire_text(s->unit_ref);
    m->at_counter = s->at_counter;
    m->n_with = (size_t)process_with(p, n, &with);
    m->with = ARENA_ARRAY(a, m->n_with, Taicho__V1__CooperatingUnit *);
    for (size_t i = 0; i < m->n_with; i++)
        m->with[i] = pack_cooperating(&with[i], a);
    return m;
}

static void pack_process(const struct intake_entry *e, struct arena *a, Taicho__V1__CatalogueRecord *ret)
{
    const struct process *p = &e->u.process;
    MESSAGE(a, Taicho__V1__Process, TAICHO__V1__PROCESS);

    m->procedure = wire_text(p->procedure);
    m->level = (Taicho__V1__Level)p->level;
    m->on_the_spot = p->route == ROUTE_ON_THE_SPOT;
    m->total_minutes = p->total_minutes;
    m->n_steps = (size_t)p->step_count;
    m->steps = ARENA_ARRAY(a, m->n_steps, Taicho__V1__ProcessStep *);
    for (int i = 0; i < p->step_count; i++)
        m->steps[i] = pack_step(p, i + 1, a);
    ret->body_case = TAICHO__V1__CATALOGUE_RECORD__BODY_PROCESS;
    ret->process = m;
}

static int32_t *copy_days(const int32_t *days, size_t count, struct arena *a)
{
    int32_t *copy = ARENA_ARRAY(a, count, int32_t);

    for (size_t i = 0; i < count; i++)
        copy[i] = days[i];
    return copy;
}

static void pack_calendar(const struct intake_entry *e, struct arena *a, Taicho__V1__CatalogueRecord *ret)
{
    const struct intake_calendar *c = &e->u.calendar;
    MESSAGE(a, Taicho__V1__Calendar, TAICHO__V1__CALENDAR);

    m->first_year = c->first_year;
    m->last_year = c->last_year;
    m->n_days_off = c->off_count;
    m->days_off = copy_days(c->days_off, c->off_count, a);
    m->n_make_up_days = c->make_up_count;
    m->make_up_days = copy_days(c->make_up_days, c->make_up_count, a);
    ret->body_case = TAICHO__V1__CATALOGUE_RECORD__BODY_CALENDAR;
    ret->calendar = m;
}

static void pack_term(const struct intake_entry *e, struct arena *a, Taicho__V1__CatalogueRecord *ret)
{
    MESSAGE(a, Taicho__V1__Term, TAICHO__V1__TERM);

    m->value = e->u.term.value;
    m->basis = wire_text(e->basis);
    m->verified = e->verified;
    ret->body_case = TAICHO__V1__CATALOGUE_RECORD__BODY_TERM;
    ret->term = m;
}

/* In the order of enum intake_kind. */
static void (*const packers[INTAKE_KIND_COUNT])(const struct intake_entry *, struct arena *,
                                                Taicho__V1__CatalogueRecord *) = {
    pack_unit, pack_counter, pack_officer, pack_procedure, pack_process, pack_calendar, pack_term,
};

struct bytes intake_record_pack(const struct intake_entry *e, int version, int64_t release, struct arena *a)
{
    Taicho__V1__CatalogueRecord m = TAICHO__V1__CATALOGUE_RECORD__INIT;

    m.kind = wire_text(intake_kind_names[e->kind]);
    m.id = wire_text(e->u.record.id);
    m.version = version;
    m.release = release;
    m.valid_from = e->u.record.valid_from;
    m.valid_to = e->u.record.valid_to;
    packers[e->kind](e, a, &m);
    return wire_pack(&m.base, a);
}

struct bytes intake_pointer_pack(const struct intake_entry *e, int version, int64_t release, struct arena *a)
{
    Taicho__V1__CatalogueRecord m = TAICHO__V1__CATALOGUE_RECORD__INIT;
    Taicho__V1__Pointer pointer = TAICHO__V1__POINTER__INIT;

    pointer.version = version;
    m.kind = wire_text("pointer");
    m.id = arena_printf(a, "%s/%s", intake_kind_names[e->kind], e->u.record.id);
    m.version = version;
    m.release = release;
    m.body_case = TAICHO__V1__CATALOGUE_RECORD__BODY_POINTER;
    m.pointer = &pointer;
    return wire_pack(&m.base, a);
}

struct bytes intake_release_pack(int64_t release, int64_t records, struct arena *a)
{
    Taicho__V1__CatalogueRecord m = TAICHO__V1__CATALOGUE_RECORD__INIT;
    Taicho__V1__Release closed = TAICHO__V1__RELEASE__INIT;

    closed.number = release;
    closed.records = (int32_t)records;
    m.kind = wire_text("release");
    m.id = wire_text("release");
    m.version = 1;
    m.release = release;
    m.body_case = TAICHO__V1__CATALOGUE_RECORD__BODY_RELEASE_CLOSED;
    m.release_closed = &closed;
    return wire_pack(&m.base, a);
}
