/* SPDX-License-Identifier: Apache-2.0 */
/* Reading: each kind of record by one function. The first thing that is wrong is kept with its path. */
#include "services/intake/catalogue_json.h"

#include <string.h>

#include "common/base/role.h"
#include "common/domain/code.h"
#include "common/domain/term.h"
#include "common/domain/worktime.h"

#define RECORDS_MAX     20000
#define STEPS_MAX       64
#define DAYS_MAX        2000
#define MINUTES_MAX     (8 * 60 * 366)
#define TEXT_MAX        500
#define FEE_RULES_MAX   64  /* of a procedure, those of former years included */
#define LISTED_MAX      200 /* likewise */
#define LISTED_NAME_MAX 2000
#define FEE_MOST_VND    INT64_C(1000000000000)

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

/* domain_word reads a word of domain/words.h; the first of each list is "none", which nobody may say. */
static int domain_word(const struct reader *r, const char *name, const char *const *words, size_t count)
{
    return json_word(r->in, r->o, name, JSON_REQUIRED, words + 1, count - 1) + 1;
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

/* two_digits reads a number of exactly two digits, -1 when it is none. */
static int two_digits(const char *s)
{
    return s[0] >= '0' && s[0] <= '9' && s[1] >= '0' && s[1] <= '9' ? (s[0] - '0') * 10 + s[1] - '0' : -1;
}

/* interval reads "07:00-11:30" as two minutes of the day. */
static bool interval(const char *s, int *ret_from, int *ret_to)
{
    int *const ret[] = {ret_from, ret_to};

    for (int i = 0; i < 2; i++, s += 6) {
        int hour = two_digits(s), minute = hour < 0 || s[2] != ':' ? -1 : two_digits(s + 3);
        if (minute < 0 || minute > 59 || hour > 24 || s[5] != (i ? '\0' : '-'))
            return false;
        *ret[i] = hour * 60 + minute;
    }
    return true;
}

static struct worktime_hours office_minutes(const struct reader *r, enum json_need need)
{
    struct worktime_hours hours = {.count = 0};
    size_t count = 0;
    const char **spans = json_texts(r->in, r->o, "office_minutes", need, WORKTIME_INTERVALS, 11, &count);
    bool right = true;

    for (size_t i = 0; right && i < count; i++)
        right = interval(spans[i], &hours.open[i].from, &hours.open[i].to);
    hours.count = (int)count;
    if (!right || ((need == JSON_REQUIRED || count) && worktime_hours_check(&hours, NULL)))
        json_fail(r->in, r->o, "office_minutes", "phải là các khoảng giờ tăng dần dạng \"07:00-11:30\"",
                  "must be rising spans like \"07:00-11:30\"");
    return hours;
}

static void read_unit(const struct reader *r, struct intake_entry *e)
{
    struct unit *u = &e->u.unit;

    u->agency_code = code(r, "agency_code", JSON_REQUIRED);
    u->name = text(r, "name", JSON_REQUIRED);
    u->level = (enum level)domain_word(r, "level", level_names, LEVEL_COUNT);
    u->parent = code(r, "parent", JSON_OPTIONAL);
    e->verified = flag(r, "verified");
    e->successor = code(r, "successor", JSON_OPTIONAL);
    u->hours = office_minutes(r, JSON_OPTIONAL);
    if (!code_unit_valid(u->record.id))
        json_fail(r->in, r->o, "id", "không phải mã đơn vị dạng H11.35.21", "is no unit code like H11.35.21");
    if (!code_agency_valid(u->agency_code))
        json_fail(r->in, r->o, "agency_code", "không phải mã cơ quan dạng 000.21.35.H11",
                  "is no agency code like 000.21.35.H11");
}

static void read_counter(const struct reader *r, struct intake_entry *e)
{
    struct counter *c = &e->u.counter;

    c->unit = code(r, "unit", JSON_REQUIRED);
    c->name = text(r, "name", JSON_REQUIRED);
    c->shared = flag(r, "shared");
    c->hours = office_minutes(r, JSON_REQUIRED);
}

static void read_officer(const struct reader *r, struct intake_entry *e)
{
    struct officer *o = &e->u.officer;

    o->unit = code(r, "unit", JSON_REQUIRED);
    o->counter = code(r, "counter", JSON_OPTIONAL);
    o->title = text(r, "title", JSON_REQUIRED);
    o->roles = bits(r, "roles", find_role);
}

#define TIME_MAX 1000

static bool variant_is_double(const struct time_variant *v, int n)
{
    for (int i = 0; i < n; i++)
        if (v[i].finding && v[n].finding && strcmp(v[i].finding, v[n].finding) == 0)
            return true;
    return false;
}

/* "variants": what is found, and the time that it gives. */
static void read_variants(const struct reader *r, struct procedure *p)
{
    const struct json *list = json_list(r->in, r->o, "variants", JSON_OPTIONAL, 0, PROCEDURE_VARIANTS_MAX);
    struct time_variant *variants = ARENA_ARRAY(r->arena, json_items(list) + 1, struct time_variant);

    for (size_t i = 0; i < json_items(list); i++) {
        const struct reader one = {r->in, r->arena, json_item(list, i)};
        struct time_variant *v = &variants[i];
        v->finding = code(&one, "finding", JSON_REQUIRED);
        v->replaces = flag(&one, "replaces");
        v->unit = (enum time_unit)domain_word(&one, "time_unit", time_unit_names, TIME_COUNT);
        v->amount = v->unit == TIME_HOURS ? number(&one, "minutes", JSON_REQUIRED, 1, MINUTES_MAX)
                                          : number(&one, "time", JSON_REQUIRED, 1, TIME_MAX);
        v->basis = text(&one, "basis", JSON_REQUIRED);
        if (variant_is_double(variants, (int)i))
            json_fail(r->in, one.o, "finding", "đã có thời hạn khác cho trường hợp này",
                      "has another time in this procedure already");
    }
    p->variants = variants;
    p->variant_count = (int)json_items(list);
}

static bool period_is_double(const struct excluded_period *x, int n)
{
    for (int i = 0; i < n; i++)
        if (x[i].period && x[n].period && strcmp(x[i].period, x[n].period) == 0)
            return true;
    return false;
}

/* "excluded": the periods that the law leaves out. */
static void read_excluded(const struct reader *r, struct procedure *p)
{
    const struct json *list = json_list(r->in, r->o, "excluded", JSON_OPTIONAL, 0, PROCEDURE_EXCLUDED_MAX);
    struct excluded_period *excluded = ARENA_ARRAY(r->arena, json_items(list) + 1, struct excluded_period);

    for (size_t i = 0; i < json_items(list); i++) {
        const struct reader one = {r->in, r->arena, json_item(list, i)};
        excluded[i] = (struct excluded_period){.period = code(&one, "period", JSON_REQUIRED),
                                               .reported = flag(&one, "reported"),
                                               .basis = text(&one, "basis", JSON_REQUIRED)};
        if (period_is_double(excluded, (int)i))
            json_fail(r->in, one.o, "period", "đã có trong thủ tục này", "stands in this procedure already");
    }
    p->excluded = excluded;
    p->excluded_count = (int)json_items(list);
}

/* words reads a list of words of domain/words.h as a set; empty when it is not there. */
static uint32_t words(const struct reader *r, const char *name, int (*parse)(const char *))
{
    size_t count = 0;
    const char **texts = json_texts(r->in, r->o, name, JSON_OPTIONAL, 16, 40, &count);
    uint32_t set = 0;

    for (size_t i = 0; i < count; i++) {
        int v = parse(texts[i]);
        if (v < 1)
            json_fail(r->in, r->o, name, "có từ không hợp lệ", "has a word that is not known");
        else
            set |= UINT32_C(1) << v;
    }
    return set;
}

static int64_t amount(const struct reader *r, const char *name, int64_t unless_said)
{
    return json_has(r->o, name) ? json_int(r->in, r->o, name, JSON_REQUIRED, 0, FEE_MOST_VND) : unless_said;
}

static void check_order(const struct reader *r, int32_t from, int32_t to)
{
    if (to && to <= from)
        json_fail(r->in, r->o, "valid_to", "phải sau valid_from", "must be after valid_from");
}

static struct fee_rule read_fee(const struct reader *r)
{
    int64_t vnd = json_int(r->in, r->o, "amount_vnd", JSON_REQUIRED, 0, FEE_MOST_VND);
    struct fee_rule f = {
        .code = text_or_empty(json_code(r->in, r->o, "code", JSON_REQUIRED, 32)),
        .kind = domain_word(r, "kind", fee_kind_names, FEE_KIND_COUNT),
        .amounts = {[CHANNEL_COUNTER] = vnd,
                    [CHANNEL_ONLINE] = amount(r, "online_vnd", vnd),
                    [CHANNEL_POST] = amount(r, "post_vnd", vnd)},
        .due = domain_word(r, "due", fee_due_names, FEE_DUE_COUNT),
        .refund = words(r, "refund", fee_refund_parse),
        .exemptions = words(r, "exemptions", fee_exemption_parse),
        .basis = text(r, "basis", JSON_REQUIRED),
        .verified = flag(r, "verified"),
        .valid_from = day(r, "valid_from", JSON_REQUIRED),
        .valid_to = day(r, "valid_to", JSON_OPTIONAL),
    };

    check_order(r, f.valid_from, f.valid_to);
    if (f.due == FEE_DUE_RETURN && f.refund)
        json_fail(r->in, r->o, "refund", "khoản thu khi nhận kết quả không có trường hợp hoàn trả",
                  "what is paid for a result that lies ready is never given back");
    return f;
}

/* When a rule of a procedure holds that has a validity of its own. */
struct coded {
    const char *code;
    int32_t from, to; /* to is exclusive; 0: open */
};

/* meets tells whether two rules of one code are valid on one day. */
static bool meets(const struct coded *a, const struct coded *b)
{
    return strcmp(a->code, b->code) == 0 && (a->to == 0 || b->from < a->to) && (b->to == 0 || a->from < b->to);
}

/* Most rules follow one another in time; how many codes there are is what count_codes gives. */
static int count_codes(const struct reader *r, const char *list, const struct coded *rules, size_t count)
{
    int codes = 0;

    for (size_t i = 0; i < count; i++) {
        bool again = false;
        for (size_t k = 0; k < i; k++) {
            again |= strcmp(rules[k].code, rules[i].code) == 0;
            if (meets(&rules[k], &rules[i]))
                json_fail(r->in, r->o, list, "hai quy định của cùng một mã có hiệu lực cùng lúc",
                          "two rules of one code are valid at the same time");
        }
        codes += !again;
    }
    return codes;
}

static void read_fees(const struct reader *r, struct procedure *p)
{
    const struct json *list = json_list(r->in, r->o, "fees", JSON_OPTIONAL, 0, FEE_RULES_MAX);
    size_t count = json_items(list);
    struct fee_rule *fees = ARENA_ARRAY(r->arena, count + 1, struct fee_rule);
    struct coded *rules = ARENA_ARRAY(r->arena, count + 1, struct coded);

    for (size_t i = 0; i < count; i++) {
        fees[i] = read_fee(&(struct reader){r->in, r->arena, json_item(list, i)});
        rules[i] = (struct coded){fees[i].code, fees[i].valid_from, fees[i].valid_to};
    }
    if (count_codes(r, "fees", rules, count) > PROCEDURE_FEES_MOST)
        json_fail(r->in, r->o, "fees", "có quá nhiều khoản phí, lệ phí", "has too many fees");
    p->fees = fees;
    p->fee_count = (int)count;
}

static struct listed_component read_listed(const struct reader *r)
{
    struct listed_component c = {
        .code = text_or_empty(json_code(r->in, r->o, "code", JSON_REQUIRED, LISTED_CODE_MOST)),
        .name = text_or_empty(json_text(r->in, r->o, "name", JSON_REQUIRED, 1, LISTED_NAME_MAX)),
        .always = flag(r, "always"),
        .originals = number(r, "originals", JSON_REQUIRED, 0, 999),
        .certified = number(r, "certified", JSON_REQUIRED, 0, 999),
        .copies = number(r, "copies", JSON_REQUIRED, 0, 999),
        .basis = text(r, "basis", JSON_REQUIRED),
        .verified = flag(r, "verified"),
        .valid_from = day(r, "valid_from", JSON_REQUIRED),
        .valid_to = day(r, "valid_to", JSON_OPTIONAL),
    };

    check_order(r, c.valid_from, c.valid_to);
    return c;
}

static void read_components(const struct reader *r, struct procedure *p)
{
    const struct json *list = json_list(r->in, r->o, "components", JSON_OPTIONAL, 0, LISTED_MAX);
    size_t count = json_items(list);
    struct listed_component *components = ARENA_ARRAY(r->arena, count + 1, struct listed_component);
    struct coded *rules = ARENA_ARRAY(r->arena, count + 1, struct coded);

    for (size_t i = 0; i < count; i++) {
        components[i] = read_listed(&(struct reader){r->in, r->arena, json_item(list, i)});
        rules[i] = (struct coded){components[i].code, components[i].valid_from, components[i].valid_to};
    }
    if (count_codes(r, "components", rules, count) > PROCEDURE_COMPONENTS_MOST)
        json_fail(r->in, r->o, "components", "có quá nhiều giấy tờ", "has too many papers");
    p->components = components;
    p->component_count = (int)count;
}

static void read_procedure(const struct reader *r, struct intake_entry *e)
{
    struct procedure *p = &e->u.procedure;

    p->name = text(r, "name", JSON_REQUIRED);
    p->field = code(r, "field", JSON_REQUIRED);
    e->field_name = text(r, "field_name", JSON_REQUIRED);
    p->levels = bits(r, "levels", level_parse);
    p->time_unit = (enum time_unit)domain_word(r, "time_unit", time_unit_names, TIME_COUNT);
    p->statutory = p->time_unit == TIME_HOURS ? number(r, "statutory_minutes", JSON_REQUIRED, 1, MINUTES_MAX)
                                              : number(r, "statutory_time", JSON_REQUIRED, 1, 1000);
    p->fee_vnd = json_has(r->o, "fee_vnd") ? json_int(r->in, r->o, "fee_vnd", JSON_REQUIRED, 0, FEE_MOST_VND)
                                           : INTAKE_FEE_UNKNOWN;
    p->on_the_spot = flag(r, "on_the_spot");
    p->same_day = flag(r, "same_day");
    p->cutoff_minute = number(r, "cutoff_minute", JSON_OPTIONAL, 0, 1439);
    p->one_officer = flag(r, "one_officer");
    if (p->one_officer && !p->same_day)
        json_fail(r->in, r->o, "one_officer", "chỉ dành cho thủ tục trả trong ngày", "is for same-day procedures only");
    p->supplement_wait = number(r, "supplement_wait", JSON_OPTIONAL, 0, 366);
    p->supplement_basis = json_has(r->o, "supplement_basis") ? text(r, "supplement_basis", JSON_REQUIRED) : "";
    if (p->supplement_wait && !(p->supplement_basis && p->supplement_basis[0]))
        json_fail(r->in, r->o, "supplement_basis", "thời gian chờ bổ sung phải có căn cứ pháp lý",
                  "a time to wait for a supplement needs its legal basis");
    read_variants(r, p);
    read_excluded(r, p);
    read_fees(r, p);
    read_components(r, p);
    e->verified = flag(r, "verified");
    if (!code_procedure_valid(p->record.id))
        json_fail(r->in, r->o, "id", "không phải mã thủ tục dạng 1.001193", "is no procedure code like 1.001193");
}

static struct process_step read_step(const struct reader *r)
{
    return (struct process_step){
        .kind = (enum step_kind)domain_word(r, "kind", step_kind_names, STEP_COUNT),
        .roles = UINT32_C(1) << word(r, "role", role_names, ROLE_COUNT),
        .minutes = number(r, "minutes", JSON_REQUIRED, 0, MINUTES_MAX),
        .near_minutes = number(r, "near_minutes", JSON_OPTIONAL, 0, MINUTES_MAX),
        .unit_ref = code(r, "unit_ref", JSON_REQUIRED),
        .at_counter = flag(r, "at_counter"),
    };
}

/* read_with reads the units that co-operate in step n behind those of the steps before. */
static void read_with(const struct reader *r, int n, struct process *p, struct process_with *all)
{
    const struct json *list = json_list(r->in, r->o, "with", JSON_OPTIONAL, 0, PROCESS_WITH_MAX);

    for (size_t i = 0; i < json_items(list); i++) {
        const struct reader of = {r->in, r->arena, json_item(list, i)};
        all[p->with_count++] = (struct process_with){.step = n,
                                                     .unit = code(&of, "unit", JSON_REQUIRED),
                                                     .minutes = number(&of, "minutes", JSON_REQUIRED, 1, MINUTES_MAX)};
    }
}

static void read_process(const struct reader *r, struct intake_entry *e)
{
    struct process *p = &e->u.process;

    p->procedure = code(r, "procedure", JSON_REQUIRED);
    p->level = (enum level)domain_word(r, "level", level_names, LEVEL_COUNT);
    p->route = flag(r, "on_the_spot") ? ROUTE_ON_THE_SPOT : ROUTE_BACK_OFFICE;
    p->total_minutes = number(r, "total_minutes", JSON_REQUIRED, 1, MINUTES_MAX);
    const struct json *list = json_list(r->in, r->o, "steps", JSON_REQUIRED, 2, STEPS_MAX);
    size_t count = json_items(list);
    struct process_step *steps = ARENA_ARRAY(r->arena, count + 1, struct process_step);
    struct process_with *with = ARENA_ARRAY(r->arena, count * PROCESS_WITH_MAX + 1, struct process_with);
    for (size_t i = 0; i < count; i++) {
        const struct reader of = {r->in, r->arena, json_item(list, i)};
        steps[i] = read_step(&of);
        read_with(&of, (int)i + 1, p, with);
    }
    p->with = with;
    p->steps = steps;
    p->step_count = (int)count;
}

static const int32_t *read_days(const struct reader *r, const char *name, size_t *ret_count)
{
    const char **texts = json_texts(r->in, r->o, name, JSON_OPTIONAL, DAYS_MAX, 10, ret_count);
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
    struct arena *scratch = arena_new((size_t)4 << 20);

    c->first_year = number(r, "first_year", JSON_REQUIRED, 2000, 2100);
    c->last_year = number(r, "last_year", JSON_REQUIRED, 2000, 2100);
    c->days_off = read_days(r, "days_off", &c->off_count);
    c->make_up_days = read_days(r, "make_up_days", &c->make_up_count);
    if (c->first_year > c->last_year)
        json_fail(r->in, r->o, "last_year", "sớm hơn first_year", "is before first_year");
    else if (c->first_year && worktime_calendar_build(scratch, c->first_year, c->last_year, c->days_off, c->off_count,
                                                      c->make_up_days, c->make_up_count, &built, &err))
        json_fail(r->in, r->o, "days_off", err.vi, err.en);
    arena_free(scratch);
}

static void read_term(const struct reader *r, struct intake_entry *e)
{
    int term = term_parse(e->u.record.id);

    if (term <= TERM_NONE)
        json_fail(r->in, r->o, "id", "không thuộc danh mục thời hạn chung", "is none of the terms");
    else
        e->u.term.value = number(r, "value", JSON_REQUIRED, 1, term_most((enum term)term));
    e->basis = text(r, "basis", JSON_REQUIRED);
    e->verified = flag(r, "verified");
}

/* In the order of enum intake_kind. */
static void (*const readers[INTAKE_KIND_COUNT])(const struct reader *, struct intake_entry *) = {
    read_unit, read_counter, read_officer, read_procedure, read_process, read_calendar, read_term,
};

static void read_entry(const struct reader *r, struct intake_entry *e)
{
    struct record *head = &e->u.record;

    e->kind = (enum intake_kind)word(r, "kind", intake_kind_names, INTAKE_KIND_COUNT);
    e->successor = e->field_name = e->basis = "";
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
