/* SPDX-License-Identifier: Apache-2.0 */
/* Each kind of record is read by one function and written by another, in the same order of fields. */
#include "services/intake/catalogue_json.h"

#include <stdio.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/role.h"
#include "common/domain/code.h"
#include "common/domain/worktime.h"

#define RECORDS_MAX     20000
#define STEPS_MAX       64
#define DAYS_MAX        2000
#define MINUTES_MAX     (8 * 60 * 366)
#define TEXT_MAX        500
#define RECORD_JSON_MAX ((size_t)1 << 17)

#define NAME(symbol, name, vi) name,
static const char *const role_names[] = {ROLE_MAP(NAME)};

/* ---- reading */

struct reader {
    struct json_in *in;
    struct arena *arena;
    const struct json *o;
};

static const char *text_or_empty(const char *s)
{
    return s ? s : "";
}

static const char *code(const struct reader *r, const char *name, enum json_need need)
{
    return text_or_empty(json_code(r->in, r->o, name, need, 64));
}

static const char *text(const struct reader *r, const char *name, enum json_need need)
{
    return text_or_empty(json_text(r->in, r->o, name, need, 1, TEXT_MAX));
}

static int word(const struct reader *r, const char *name, const char *const *words, size_t count)
{
    int v = json_word(r->in, r->o, name, JSON_REQUIRED, words, count);

    return v < 0 ? 0 : v;
}

static bool flag(const struct reader *r, const char *name)
{
    return json_bool(r->in, r->o, name, JSON_OPTIONAL);
}

static int number(const struct reader *r, const char *name, enum json_need need, int64_t min, int64_t max)
{
    return (int)json_int(r->in, r->o, name, need, min, max);
}

static int32_t day(const struct reader *r, const char *name, enum json_need need)
{
    const char *s = json_text(r->in, r->o, name, need, 10, 10);
    int32_t v = 0;

    if (s && !instant_day_parse(s, &v))
        json_fail(r->in, r->o, name, "phải là một ngày dạng 2019-10-01", "must be a date like 2019-10-01");
    return v;
}

/* bits reads a list of words as a set. */
static uint32_t bits(const struct reader *r, const char *name, int (*find)(const char *))
{
    size_t count = 0;
    const char **words = json_texts(r->in, r->o, name, JSON_REQUIRED, 16, 40, &count);
    uint32_t set = 0;

    for (size_t i = 0; i < count; i++) {
        int v = find(words[i]);
        if (v < 0)
            json_fail(r->in, r->o, name, "có từ không hợp lệ", "has a word that is not known");
        else
            set |= UINT32_C(1) << v;
    }
    if (count == 0)
        json_fail(r->in, r->o, name, "không được để trống", "must not be empty");
    return set;
}

static int find_role(const char *name)
{
    for (int i = 0; i < ROLE_COUNT; i++)
        if (strcmp(role_names[i], name) == 0)
            return i;
    return -1;
}

static void read_unit(const struct reader *r, struct intake_entry *e)
{
    struct unit *u = &e->u.unit;

    u->agency_code = code(r, "agency_code", JSON_REQUIRED);
    u->name = text(r, "name", JSON_REQUIRED);
    u->level = (enum level)word(r, "level", level_names, LEVEL_COUNT);
    u->parent = code(r, "parent", JSON_OPTIONAL);
    e->verified = flag(r, "verified");
    e->successor = code(r, "successor", JSON_OPTIONAL);
    if (!code_unit_valid(u->record.id))
        json_fail(r->in, r->o, "id", "không phải mã đơn vị dạng H11.35.21", "is no unit code like H11.35.21");
    if (!code_agency_valid(u->agency_code))
        json_fail(r->in, r->o, "agency_code", "không phải mã cơ quan dạng 000.21.35.H11", "is no agency code like 000.21.35.H11");
    if (u->level == LEVEL_NONE)
        json_fail(r->in, r->o, "level", "phải là một cấp hành chính", "must be a level");
}

/* two_digits reads a number of exactly two digits, -1 when it is none. */
static int two_digits(const char *s)
{
    return s[0] >= '0' && s[0] <= '9' && s[1] >= '0' && s[1] <= '9' ? (s[0] - '0') * 10 + s[1] - '0' : -1;
}

/* interval reads "07:00-11:30" as two minutes of the day. */
static bool interval(const char *s, int *ret)
{
    for (int i = 0; i < 2; i++, s += 6) {
        int hour = two_digits(s), minute = hour < 0 || s[2] != ':' ? -1 : two_digits(s + 3);
        if (minute < 0 || minute > 59 || hour > 24 || s[5] != (i ? '\0' : '-'))
            return false;
        ret[i] = hour * 60 + minute;
    }
    return true;
}

static void read_counter(const struct reader *r, struct intake_entry *e)
{
    struct counter *c = &e->u.counter;
    struct worktime_hours hours = {.count = 0};
    size_t count = 0;

    c->unit = code(r, "unit", JSON_REQUIRED);
    c->name = text(r, "name", JSON_REQUIRED);
    c->shared = flag(r, "shared");
    const char **spans = json_texts(r->in, r->o, "office_minutes", JSON_REQUIRED, WORKTIME_INTERVALS, 11, &count);
    bool right = true;
    for (size_t i = 0; right && i < count; i++) {
        right = interval(spans[i], &c->office_minutes[2 * i]);
        hours.open[i].from = c->office_minutes[2 * i];
        hours.open[i].to = c->office_minutes[2 * i + 1];
    }
    c->office_count = (int)(2 * count);
    hours.count = (int)count;
    if (!right || worktime_hours_check(&hours, NULL))
        json_fail(r->in, r->o, "office_minutes", "phải là các khoảng giờ tăng dần dạng \"07:00-11:30\"",
                  "must be rising spans like \"07:00-11:30\"");
}

static void read_officer(const struct reader *r, struct intake_entry *e)
{
    struct officer *o = &e->u.officer;

    o->unit = code(r, "unit", JSON_REQUIRED);
    o->counter = code(r, "counter", JSON_OPTIONAL);
    o->title = text(r, "title", JSON_REQUIRED);
    o->roles = bits(r, "roles", find_role);
}

static void read_procedure(const struct reader *r, struct intake_entry *e)
{
    struct procedure *p = &e->u.procedure;

    p->name = text(r, "name", JSON_REQUIRED);
    p->field = code(r, "field", JSON_REQUIRED);
    e->field_name = text(r, "field_name", JSON_REQUIRED);
    p->levels = bits(r, "levels", level_parse);
    p->time_unit = (enum time_unit)word(r, "time_unit", time_unit_names, TIME_COUNT);
    p->statutory = p->time_unit == TIME_HOURS ? number(r, "statutory_minutes", JSON_REQUIRED, 1, MINUTES_MAX)
                                              : number(r, "statutory_time", JSON_REQUIRED, 1, 1000);
    p->fee_vnd = json_has(r->o, "fee_vnd") ? json_int(r->in, r->o, "fee_vnd", JSON_REQUIRED, 0, INT64_C(1000000000000))
                                           : INTAKE_FEE_UNKNOWN;
    p->on_the_spot = flag(r, "on_the_spot");
    p->same_day = flag(r, "same_day");
    p->cutoff_minute = number(r, "cutoff_minute", JSON_OPTIONAL, 0, 1439);
    e->verified = flag(r, "verified");
    if (!code_procedure_valid(p->record.id))
        json_fail(r->in, r->o, "id", "không phải mã thủ tục dạng 1.001193", "is no procedure code like 1.001193");
    if (p->time_unit == TIME_NONE)
        json_fail(r->in, r->o, "time_unit", "phải là một đơn vị thời gian", "must be a unit of time");
}

static struct process_step read_step(const struct reader *r)
{
    struct process_step s = {
        .kind = (enum step_kind)word(r, "kind", step_kind_names, STEP_COUNT),
        .roles = UINT32_C(1) << word(r, "role", role_names, ROLE_COUNT),
        .minutes = number(r, "minutes", JSON_REQUIRED, 0, MINUTES_MAX),
        .unit_ref = code(r, "unit_ref", JSON_REQUIRED),
        .at_counter = flag(r, "at_counter"),
    };

    if (s.kind == STEP_NONE)
        json_fail(r->in, r->o, "kind", "phải là một loại bước", "must be a kind of step");
    return s;
}

static void read_process(const struct reader *r, struct intake_entry *e)
{
    struct process *p = &e->u.process;

    p->procedure = code(r, "procedure", JSON_REQUIRED);
    p->level = (enum level)word(r, "level", level_names, LEVEL_COUNT);
    p->route = flag(r, "on_the_spot") ? ROUTE_ON_THE_SPOT : ROUTE_BACK_OFFICE;
    p->total_minutes = number(r, "total_minutes", JSON_REQUIRED, 1, MINUTES_MAX);
    const struct json *list = json_list(r->in, r->o, "steps", JSON_REQUIRED, 2, STEPS_MAX);
    size_t count = json_items(list);
    struct process_step *steps = ARENA_ARRAY(r->arena, count + 1, struct process_step);
    for (size_t i = 0; i < count; i++)
        steps[i] = read_step(&(struct reader){r->in, r->arena, json_item(list, i)});
    p->steps = steps;
    p->step_count = (int)count;
    if (p->level == LEVEL_NONE)
        json_fail(r->in, r->o, "level", "phải là một cấp hành chính", "must be a level");
}

static const int32_t *read_days(const struct reader *r, const char *name, size_t *ret_count)
{
    const char **texts = json_texts(r->in, r->o, name, JSON_REQUIRED, DAYS_MAX, 10, ret_count);
    int32_t *days = ARENA_ARRAY(r->arena, *ret_count + 1, int32_t);

    for (size_t i = 0; i < *ret_count; i++)
        if (!instant_day_parse(texts[i], &days[i]))
            json_fail(r->in, r->o, name, "phải là các ngày dạng 2019-10-01", "must be dates like 2019-10-01");
    return days;
}

static void read_calendar(const struct reader *r, struct intake_entry *e)
{
    struct intake_calendar *c = &e->u.calendar;
    struct worktime_calendar built;
    struct err err = {.code = ERR_OK};

    c->first_year = number(r, "first_year", JSON_REQUIRED, 2000, 2100);
    c->last_year = number(r, "last_year", JSON_REQUIRED, 2000, 2100);
    c->days_off = read_days(r, "days_off", &c->off_count);
    c->make_up_days = read_days(r, "make_up_days", &c->make_up_count);
    if (c->first_year > c->last_year)
        json_fail(r->in, r->o, "last_year", "sớm hơn first_year", "is before first_year");
    else if (c->first_year && worktime_calendar_build(r->arena, c->first_year, c->last_year, c->days_off, c->off_count,
                                                      c->make_up_days, c->make_up_count, &built, &err))
        json_fail(r->in, r->o, "days_off", err.vi, err.en);
}

/* In the order of enum intake_kind. */
static void (*const readers[INTAKE_KIND_COUNT])(const struct reader *, struct intake_entry *) = {
    read_unit, read_counter, read_officer, read_procedure, read_process, read_calendar,
};

static void read_entry(const struct reader *r, struct intake_entry *e)
{
    struct record *head = &e->u.record;

    e->kind = (enum intake_kind)word(r, "kind", intake_kind_names, INTAKE_KIND_COUNT);
    e->successor = e->field_name = "";
    head->id = code(r, "id", JSON_REQUIRED);
    head->valid_from = day(r, "valid_from", JSON_REQUIRED);
    head->valid_to = day(r, "valid_to", JSON_OPTIONAL);
    if (head->valid_to && head->valid_to <= head->valid_from)
        json_fail(r->in, r->o, "valid_to", "phải sau valid_from", "must be after valid_from");
    readers[e->kind](r, e);
    intake_entry_write(e, r->arena);
}

const struct intake_release *intake_release_read(struct json_in *in, struct arena *a)
{
    const struct json *list = json_list(in, json_root(in), "records", JSON_REQUIRED, 1, RECORDS_MAX);
    struct intake_release *release = ARENA_NEW(a, struct intake_release);

    release->count = json_items(list);
    release->entries = ARENA_ARRAY(a, release->count + 1, struct intake_entry);
    for (size_t i = 0; i < release->count; i++) {
        release->entries[i].index = i;
        read_entry(&(struct reader){in, a, json_item(list, i)}, &release->entries[i]);
    }
    return release;
}

/* ---- writing */

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

static void write_unit(struct buf *b, const struct intake_entry *e)
{
    put_text(b, "agency_code", e->u.unit.agency_code);
    put_text(b, "name", e->u.unit.name);
    put_text(b, "level", level_name((int)e->u.unit.level));
    put_text(b, "parent", e->u.unit.parent);
    put_flag(b, "verified", e->verified);
    put_text(b, "successor", e->successor);
}

static void write_counter(struct buf *b, const struct intake_entry *e)
{
    const struct counter *c = &e->u.counter;

    put_text(b, "unit", c->unit);
    put_text(b, "name", c->name);
    put_flag(b, "shared", c->shared);
    put_key(b, "office_minutes");
    for (int i = 0; i < c->office_count; i += 2)
        buf_printf(b, "%s\"%02d:%02d-%02d:%02d\"", i ? "," : "[", c->office_minutes[i] / 60, c->office_minutes[i] % 60,
                   c->office_minutes[i + 1] / 60, c->office_minutes[i + 1] % 60);
    buf_str(b, c->office_count ? "]" : "[]");
}

static void write_officer(struct buf *b, const struct intake_entry *e)
{
    put_text(b, "unit", e->u.officer.unit);
    put_text(b, "counter", e->u.officer.counter);
    put_text(b, "title", e->u.officer.title);
    put_bits(b, "roles", e->u.officer.roles, role_names, ROLE_COUNT);
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
    put_flag(b, "verified", e->verified);
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
        buf_printf(b, "%s{\"kind\":\"%s\",\"role\":\"%s\",\"minutes\":%d,\"unit_ref\":\"%s\",\"at_counter\":%s}", i ? "," : "[",
                   step_kind_name((int)s->kind), role_names[role], s->minutes, s->unit_ref, s->at_counter ? "true" : "false");
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

static void (*const writers[INTAKE_KIND_COUNT])(struct buf *, const struct intake_entry *) = {
    write_unit, write_counter, write_officer, write_procedure, write_process, write_calendar,
};

void intake_entry_write(struct intake_entry *e, struct arena *a)
{
    struct buf b;

    buf_init(&b, RECORD_JSON_MAX);
    buf_str(&b, "{");
    put_text(&b, "kind", intake_kind_names[e->kind]);
    put_text(&b, "id", e->u.record.id);
    put_key(&b, "valid_from");
    put_date(&b, e->u.record.valid_from);
    if (e->u.record.valid_to) {
        put_key(&b, "valid_to");
        put_date(&b, e->u.record.valid_to);
    }
    writers[e->kind](&b, e);
    buf_str(&b, "}");
    BUG_IF(b.full, "a record is longer than its bound");
    e->json = arena_strdup(a, buf_cstr(&b));
    e->digest = digest_of(b.p, b.n);
    buf_release(&b);
}
