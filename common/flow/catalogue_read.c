/* SPDX-License-Identifier: Apache-2.0 */
#include "common/flow/catalogue_read.h"

#include <string.h>

#include "common/base/role.h"
#include "common/domain/term.h"
#include "common/domain/worktime.h"
#include "common/flow/wire.h"
#include "taicho/v1/catalogue.pb-c.h"

#define MINUTES_OF_DAY 1440
#define STEPS_MAX      200
#define FIRST_YEAR     1900
#define LAST_YEAR      2200

/* ---- checks: what cannot be true is malformed, what a newer release may say is not */

/* Which body a kind has. A kind that is not here comes from a newer release. */
static const struct {
    const char *kind;
    Taicho__V1__CatalogueRecord__BodyCase body;
    bool versioned;
} kinds[] = {
    {"unit", TAICHO__V1__CATALOGUE_RECORD__BODY_UNIT, true},
    {"counter", TAICHO__V1__CATALOGUE_RECORD__BODY_COUNTER, true},
    {"officer", TAICHO__V1__CATALOGUE_RECORD__BODY_OFFICER, true},
    {"procedure", TAICHO__V1__CATALOGUE_RECORD__BODY_PROCEDURE, true},
    {"process", TAICHO__V1__CATALOGUE_RECORD__BODY_PROCESS, true},
    {"calendar", TAICHO__V1__CATALOGUE_RECORD__BODY_CALENDAR, true},
    {"term", TAICHO__V1__CATALOGUE_RECORD__BODY_TERM, true},
    {"pointer", TAICHO__V1__CATALOGUE_RECORD__BODY_POINTER, false},
    {"release", TAICHO__V1__CATALOGUE_RECORD__BODY_RELEASE_CLOSED, false},
};

static enum err_code wrong(const Taicho__V1__CatalogueRecord *m, const char *why, struct err *reterr)
{
    return err_set(reterr, ERR_MALFORMED, "%s/%s/%d: %s", m->kind, m->id, (int)m->version, why);
}

static enum err_code check_hours(const Taicho__V1__CatalogueRecord *m, const int32_t *minutes, size_t n,
                                 struct err *reterr)
{
    int32_t last = -1;

    if (n % 2 != 0 || n > 2 * WORKTIME_INTERVALS)
        return wrong(m, "office hours are up to four pairs", reterr);
    for (size_t i = 0; i < n; i++) {
        if (minutes[i] <= last || minutes[i] > MINUTES_OF_DAY)
            return wrong(m, "office hours do not rise within a day", reterr);
        last = minutes[i];
    }
    return ERR_OK;
}

static enum err_code check_times(const Taicho__V1__CatalogueRecord *m, struct err *reterr)
{
    const Taicho__V1__Procedure *p = m->procedure;

    if (p->n_variants > PROCEDURE_VARIANTS_MAX || p->n_excluded > PROCEDURE_EXCLUDED_MAX)
        return wrong(m, "a procedure has at most 16 variants of its time and 16 periods that are left out", reterr);
    for (size_t i = 0; i < p->n_variants; i++)
        if (!*p->variants[i]->finding || p->variants[i]->minutes < 0 || p->variants[i]->time < 0)
            return wrong(m, "a variant of the time has no finding or is below 0", reterr);
    for (size_t i = 0; i < p->n_excluded; i++)
        if (!*p->excluded[i]->period)
            return wrong(m, "a period that is left out has no code", reterr);
    return ERR_OK;
}

static enum err_code check_procedure(const Taicho__V1__CatalogueRecord *m, struct err *reterr)
{
    const Taicho__V1__Procedure *p = m->procedure;
    if (p->statutory_minutes < 0 || p->statutory_time < 0 || p->fee_vnd < 0 || p->cutoff_minute < 0 ||
        p->cutoff_minute > MINUTES_OF_DAY || p->supplement_wait < 0)
        return wrong(m, "a time or fee is below 0 or beyond the day", reterr);
    for (size_t i = 0; i < p->n_fees; i++) {
        const Taicho__V1__FeeRule *f = p->fees[i];
        if (!*f->code || f->counter_vnd < 0 || f->online_vnd < 0 || f->post_vnd < 0 ||
            (f->valid_to != 0 && f->valid_to <= f->valid_from))
            return wrong(m, "a fee has no code, is below 0 or ends before it begins", reterr);
    }
    for (size_t i = 0; i < p->n_components; i++) {
        const Taicho__V1__ListedComponent *c = p->components[i];
        if (!*c->code || !*c->name || c->originals < 0 || c->certified < 0 || c->copies < 0 ||
            (c->valid_to != 0 && c->valid_to <= c->valid_from))
            return wrong(m, "a component has no code or name, is below 0 or ends before it begins", reterr);
    }
    return check_times(m, reterr);
}

static enum err_code check_process(const Taicho__V1__CatalogueRecord *m, struct err *reterr)
{
    const Taicho__V1__Process *p = m->process;
    if (p->n_steps < 1 || p->n_steps > STEPS_MAX)
        return wrong(m, "a process has 1 to 200 steps", reterr);
    for (size_t i = 0; i < p->n_steps; i++)
        if (p->steps[i]->minutes < 0)
            return wrong(m, "a step takes less than no time", reterr);
    return *p->procedure ? ERR_OK : wrong(m, "a process belongs to a procedure", reterr);
}

static enum err_code check_calendar(const Taicho__V1__CatalogueRecord *m, struct err *reterr)
{
    const Taicho__V1__Calendar *c = m->calendar;
    struct worktime_calendar built;
    struct err e = {0};
    if (c->first_year < FIRST_YEAR || c->first_year > c->last_year || c->last_year > LAST_YEAR)
        return wrong(m, "the years of the calendar", reterr);
    /* Three hundred years take a megabyte: not in the arena of whoever reads many records. */
    struct arena *scratch = arena_new((size_t)4 << 20);
    enum err_code rc = worktime_calendar_build(scratch, c->first_year, c->last_year, c->days_off, c->n_days_off,
                                               c->make_up_days, c->n_make_up_days, &built, &e);
    arena_free(scratch);
    return rc ? wrong(m, e.en, reterr) : ERR_OK;
}

/* How long one may be is for whom sends it (term_most); here only what nobody could count with is wrong. */
static enum err_code check_term(const Taicho__V1__CatalogueRecord *m, struct err *reterr)
{
    bool of_day = strcmp(m->id, term_name(TERM_TRANSFER_CUTOFF)) == 0;

    if (m->term->value < 1 || (of_day && m->term->value >= MINUTES_OF_DAY))
        return wrong(m, "a term is below 1 or beyond the day", reterr);
    return ERR_OK;
}

static enum err_code check_body(const Taicho__V1__CatalogueRecord *m, struct err *reterr)
{
    switch ((int)m->body_case) { /* not as an enum: protobuf-c adds a member that no message has */
    case TAICHO__V1__CATALOGUE_RECORD__BODY_UNIT:
        return check_hours(m, m->unit->office_minutes, m->unit->n_office_minutes, reterr);
    case TAICHO__V1__CATALOGUE_RECORD__BODY_COUNTER:
        return check_hours(m, m->counter->office_minutes, m->counter->n_office_minutes, reterr);
    case TAICHO__V1__CATALOGUE_RECORD__BODY_PROCEDURE:
        return check_procedure(m, reterr);
    case TAICHO__V1__CATALOGUE_RECORD__BODY_PROCESS:
        return check_process(m, reterr);
    case TAICHO__V1__CATALOGUE_RECORD__BODY_CALENDAR:
        return check_calendar(m, reterr);
    case TAICHO__V1__CATALOGUE_RECORD__BODY_TERM:
        return check_term(m, reterr);
    case TAICHO__V1__CATALOGUE_RECORD__BODY_POINTER:
        return m->pointer->version >= 1 ? ERR_OK : wrong(m, "points nowhere", reterr);
    case TAICHO__V1__CATALOGUE_RECORD__BODY_RELEASE_CLOSED:
        if (m->release_closed->number < 1 || m->release_closed->records < 0)
            return wrong(m, "a release has a number from 1 and a count", reterr);
        return ERR_OK;
    default:
        return ERR_OK;
    }
}

enum err_code catalogue_decode(struct bytes value, struct arena *a, const struct Taicho__V1__CatalogueRecord **ret,
                               struct err *reterr)
{
    const ProtobufCMessage *base;
    enum err_code rc = wire_read(&taicho__v1__catalogue_record__descriptor, value, a, &base, reterr);
    if (rc)
        return rc;

    Taicho__V1__CatalogueRecord *m = (Taicho__V1__CatalogueRecord *)(uintptr_t)base; /* the arena's: ours to change */
    bool known = false;
    if (!*m->kind || m->version < 0 || m->release < 0)
        return wrong(m, "no kind, or a number below 0", reterr);
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (strcmp(kinds[i].kind, m->kind) != 0)
            continue;
        if (m->body_case != kinds[i].body)
            return wrong(m, "the body is of another kind", reterr);
        if (kinds[i].versioned && (!*m->id || m->version < 1))
            return wrong(m, "no id or no version", reterr);
        if (kinds[i].versioned && m->valid_to != 0 && m->valid_to <= m->valid_from)
            return wrong(m, "it ends before it begins", reterr);
        rc = check_body(m, reterr);
        if (rc)
            return rc;
        known = true;
    }
    /* A kind of a newer release: what it carries was not checked, so nobody may look into it. */
    if (!known)
        m->body_case = TAICHO__V1__CATALOGUE_RECORD__BODY__NOT_SET;
    *ret = m;
    return ERR_OK;
}

enum err_code catalogue_record_read(struct bytes value, struct arena *a, struct catalogue_record *ret,
                                    struct err *reterr)
{
    const Taicho__V1__CatalogueRecord *m;
    enum err_code rc = catalogue_decode(value, a, &m, reterr);
    if (rc)
        return rc;
    *ret = (struct catalogue_record){.kind = m->kind, .id = m->id, .version = m->version, .release = m->release};
    if (m->body_case == TAICHO__V1__CATALOGUE_RECORD__BODY_RELEASE_CLOSED) {
        ret->release = m->release_closed->number;
        ret->release_records = m->release_closed->records;
    }
    if (m->body_case == TAICHO__V1__CATALOGUE_RECORD__BODY_POINTER)
        ret->pointer_version = m->pointer->version;
    return ERR_OK;
}

/* ---- into the snapshot; texts stay where the decoder put them, in the snapshot's arena */

static struct record head(const Taicho__V1__CatalogueRecord *m)
{
    return (struct record){.id = m->id, .version = m->version, .valid_from = m->valid_from, .valid_to = m->valid_to};
}

static enum level level_of(Taicho__V1__Level l)
{
    return (int)l > 0 && (int)l < LEVEL_COUNT ? (enum level)l : LEVEL_NONE;
}

static struct worktime_hours hours_of(const int32_t *minutes, size_t n)
{
    struct worktime_hours h = {.count = (int)(n / 2)};

    for (int i = 0; i < h.count; i++) {
        h.open[i].from = minutes[2 * i];
        h.open[i].to = minutes[2 * i + 1];
    }
    return h;
}

static void put_unit(struct catalogue *c, struct arena *a, const Taicho__V1__CatalogueRecord *m)
{
    const Taicho__V1__Unit *from = m->unit;
    struct unit *to = ARENA_NEW(a, struct unit);
    *to = (struct unit){.record = head(m),
                        .agency_code = from->agency_code,
                        .name = from->name,
                        .level = level_of(from->level),
                        .parent = from->parent,
                        .hours = hours_of(from->office_minutes, from->n_office_minutes)};
    catalogue_add_unit(c, to);
}

static void put_counter(struct catalogue *c, struct arena *a, const Taicho__V1__CatalogueRecord *m)
{
    const Taicho__V1__Counter *from = m->counter;
    struct counter *to = ARENA_NEW(a, struct counter);
    *to = (struct counter){.record = head(m),
                           .unit = from->unit,
                           .name = from->name,
                           .shared = from->shared,
                           .hours = hours_of(from->office_minutes, from->n_office_minutes)};
    catalogue_add_counter(c, to);
}

static void put_officer(struct catalogue *c, struct arena *a, const Taicho__V1__CatalogueRecord *m)
{
    const Taicho__V1__Officer *from = m->officer;
    struct officer *to = ARENA_NEW(a, struct officer);
    *to = (struct officer){.record = head(m), .unit = from->unit, .counter = from->counter, .title = from->title};
    for (size_t i = 0; i < from->n_roles; i++)
        to->roles |= role_parse(from->roles[i]);
    catalogue_add_officer(c, to);
}

static enum time_unit time_unit_of(Taicho__V1__TimeUnit unit)
{
    return (int)unit > 0 && (int)unit < TIME_COUNT ? (enum time_unit)unit : TIME_NONE;
}

/* A variant by a unit of a newer release is none that this one could count by. */
static void put_variants(struct procedure *to, struct arena *a, const Taicho__V1__Procedure *from)
{
    struct time_variant *variants = ARENA_ARRAY(a, from->n_variants + 1, struct time_variant);

    for (size_t i = 0; i < from->n_variants; i++) {
        const Taicho__V1__TimeVariant *v = from->variants[i];
        if (time_unit_of(v->time_unit) == TIME_NONE)
            continue;
        variants[to->variant_count++] =
            (struct time_variant){.finding = v->finding,
                                  .replaces = v->replaces,
                                  .unit = time_unit_of(v->time_unit),
                                  .amount = time_unit_of(v->time_unit) == TIME_HOURS ? v->minutes : v->time,
                                  .basis = v->basis};
    }
    to->variants = variants;
}

static void put_excluded(struct procedure *to, struct arena *a, const Taicho__V1__Procedure *from)
{
    struct excluded_period *excluded = ARENA_ARRAY(a, from->n_excluded + 1, struct excluded_period);

    for (size_t i = 0; i < from->n_excluded; i++)
        excluded[to->excluded_count++] = (struct excluded_period){.period = from->excluded[i]->period,
                                                                  .reported = from->excluded[i]->reported,
                                                                  .basis = from->excluded[i]->basis};
    to->excluded = excluded;
}

/* A word of a newer release is none that this one knows. */
static int known_word(int v, int count)
{
    return v > 0 && v < count ? v : 0;
}

static const struct fee_rule *fees_of(const Taicho__V1__Procedure *from, struct arena *a)
{
    struct fee_rule *fees = ARENA_ARRAY(a, from->n_fees + 1, struct fee_rule);

    for (size_t i = 0; i < from->n_fees; i++) {
        const Taicho__V1__FeeRule *f = from->fees[i];
        fees[i] = (struct fee_rule){
            .code = f->code,
            .kind = known_word((int)f->kind, FEE_KIND_COUNT),
            .amounts =
                {[CHANNEL_COUNTER] = f->counter_vnd, [CHANNEL_ONLINE] = f->online_vnd, [CHANNEL_POST] = f->post_vnd},
            .due = known_word((int)f->due, FEE_DUE_COUNT),
            .basis = f->basis,
            .verified = f->verified,
            .valid_from = f->valid_from,
            .valid_to = f->valid_to,
        };
        for (size_t k = 0; k < f->n_refund; k++)
            fees[i].refund |= UINT32_C(1) << known_word((int)f->refund[k], FEE_REFUND_COUNT);
        for (size_t k = 0; k < f->n_exemptions; k++)
            fees[i].exemptions |= UINT32_C(1) << known_word((int)f->exemptions[k], FEE_EXEMPT_COUNT);
    }
    return fees;
}

static const struct listed_component *components_of(const Taicho__V1__Procedure *from, struct arena *a)
{
    struct listed_component *components = ARENA_ARRAY(a, from->n_components + 1, struct listed_component);

    for (size_t i = 0; i < from->n_components; i++) {
        const Taicho__V1__ListedComponent *c = from->components[i];
        components[i] = (struct listed_component){
            .code = c->code,
            .name = c->name,
            .always = c->always,
            .originals = c->originals,
            .certified = c->certified,
            .copies = c->copies,
            .basis = c->basis,
            .verified = c->verified,
            .valid_from = c->valid_from,
            .valid_to = c->valid_to,
        };
    }
    return components;
}

static void put_procedure(struct catalogue *c, struct arena *a, const Taicho__V1__CatalogueRecord *m)
{
    const Taicho__V1__Procedure *from = m->procedure;
    struct procedure *to = ARENA_NEW(a, struct procedure);
    *to = (struct procedure){
        .record = head(m),
        .name = from->name,
        .field = from->field,
        .time_unit = time_unit_of(from->time_unit),
        .statutory =
            from->time_unit == TAICHO__V1__TIME_UNIT__TIME_UNIT_HOURS ? from->statutory_minutes : from->statutory_time,
        .fee_vnd = from->fee_vnd,
        .on_the_spot = from->on_the_spot,
        .same_day = from->same_day,
        .cutoff_minute = from->cutoff_minute,
        .one_officer = from->one_officer,
        .supplement_wait = from->supplement_wait,
        .supplement_basis = from->supplement_basis,
        .fees = fees_of(from, a),
        .fee_count = (int)from->n_fees,
        .components = components_of(from, a),
        .component_count = (int)from->n_components,
    };
    for (size_t i = 0; i < from->n_levels; i++)
        if (level_of(from->levels[i]) != LEVEL_NONE)
            to->levels |= UINT32_C(1) << from->levels[i];
    put_variants(to, a, from);
    put_excluded(to, a, from);
    catalogue_add_procedure(c, to);
}

static void put_process(struct catalogue *c, struct arena *a, const Taicho__V1__CatalogueRecord *m)
{
    const Taicho__V1__Process *from = m->process;
    struct process *to = ARENA_NEW(a, struct process);
    struct process_step *steps = ARENA_ARRAY(a, from->n_steps, struct process_step);
    struct process_with *with = ARENA_ARRAY(a, from->n_steps * PROCESS_WITH_MAX, struct process_with);
    int with_count = 0;
    for (size_t i = 0; i < from->n_steps; i++) {
        const Taicho__V1__ProcessStep *s = from->steps[i];
        bool known = (int)s->kind > 0 && (int)s->kind < STEP_COUNT;
        steps[i] = (struct process_step){.kind = known ? (enum step_kind)s->kind : STEP_NONE,
                                         .roles = role_parse(s->role),
                                         .minutes = s->minutes,
                                         .near_minutes = s->near_minutes,
                                         .unit_ref = s->unit_ref,
                                         .at_counter = s->at_counter};
        for (size_t k = 0; k < s->n_with && k < PROCESS_WITH_MAX; k++)
            with[with_count++] = (struct process_with){(int)i + 1, s->with[k]->unit, s->with[k]->minutes};
    }
    *to = (struct process){.record = head(m),
                           .procedure = from->procedure,
                           .level = level_of(from->level),
                           .route = from->on_the_spot ? ROUTE_ON_THE_SPOT : ROUTE_BACK_OFFICE,
                           .total_minutes = from->total_minutes,
                           .steps = steps,
                           .step_count = (int)from->n_steps,
                           .with = with,
                           .with_count = with_count};
    catalogue_add_process(c, to);
}

static void put_term(struct catalogue *c, struct arena *a, const Taicho__V1__CatalogueRecord *m)
{
    struct legal_term *to = ARENA_NEW(a, struct legal_term);
    *to = (struct legal_term){.record = head(m), .value = m->term->value};
    catalogue_add_term(c, to);
}

void catalogue_put(struct catalogue *c, struct arena *a, const struct Taicho__V1__CatalogueRecord *m)
{
    switch ((int)m->body_case) { /* not as an enum: protobuf-c adds a member that no message has */
    case TAICHO__V1__CATALOGUE_RECORD__BODY_UNIT:
        put_unit(c, a, m);
        break;
    case TAICHO__V1__CATALOGUE_RECORD__BODY_COUNTER:
        put_counter(c, a, m);
        break;
    case TAICHO__V1__CATALOGUE_RECORD__BODY_OFFICER:
        put_officer(c, a, m);
        break;
    case TAICHO__V1__CATALOGUE_RECORD__BODY_PROCEDURE:
        put_procedure(c, a, m);
        break;
    case TAICHO__V1__CATALOGUE_RECORD__BODY_PROCESS:
        put_process(c, a, m);
        break;
    case TAICHO__V1__CATALOGUE_RECORD__BODY_TERM:
        put_term(c, a, m);
        break;
    default:
        break;
    }
}

/* ---- the calendar */

/* The last run of years without a gap: a year that nobody published is refused by name, not taken as one without Tết.
 */
static bool last_run(const bool *has, int *ret_first, int *ret_last)
{
    int last = LAST_YEAR;
    while (last >= FIRST_YEAR && !has[last - FIRST_YEAR])
        last--;
    int first = last;
    while (first > FIRST_YEAR && has[first - 1 - FIRST_YEAR])
        first--;
    *ret_first = first;
    *ret_last = last;
    return last >= FIRST_YEAR;
}

static size_t copy_days(int32_t *to, size_t n, const int32_t *from, size_t count, int first_year)
{
    for (size_t i = 0; i < count; i++)
        if (instant_day_civil(from[i]).year >= first_year)
            to[n++] = from[i];
    return n;
}

enum err_code catalogue_set_calendar(struct catalogue *c, struct arena *a,
                                     const struct Taicho__V1__CatalogueRecord *const *calendars, size_t count,
                                     struct err *reterr)
{
    bool has[LAST_YEAR - FIRST_YEAR + 1] = {false};
    const Taicho__V1__Calendar **newest = ARENA_ARRAY(a, count + 1, const Taicho__V1__Calendar *);
    size_t n = 0, off_room = 1, up_room = 1, offs = 0, ups = 0;
    int first, last;

    for (size_t i = 0; i < count; i++) {
        if (i + 1 < count && !strcmp(calendars[i]->id, calendars[i + 1]->id))
            continue;
        const Taicho__V1__Calendar *from = newest[n++] = calendars[i]->calendar;
        off_room += from->n_days_off;
        up_room += from->n_make_up_days;
        for (int year = from->first_year; year <= from->last_year; year++)
            has[year - FIRST_YEAR] = true;
    }
    if (!last_run(has, &first, &last))
        return ERR_OK;

    int32_t *off = ARENA_ARRAY(a, off_room, int32_t), *up = ARENA_ARRAY(a, up_room, int32_t);
    for (size_t i = 0; i < n; i++) {
        offs = copy_days(off, offs, newest[i]->days_off, newest[i]->n_days_off, first);
        ups = copy_days(up, ups, newest[i]->make_up_days, newest[i]->n_make_up_days, first);
    }
    struct worktime_calendar *built = ARENA_NEW(a, struct worktime_calendar);
    enum err_code rc = worktime_calendar_build(a, first, last, off, offs, up, ups, built, reterr);
    if (rc)
        return rc;
    built->version = c->release;
    c->calendar = built;
    c->calendar_last_year = last;
    return ERR_OK;
}
