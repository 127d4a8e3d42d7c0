/* SPDX-License-Identifier: Apache-2.0 */
/* Figures, histories and exact bytes for dashboards, inspectors and operators; targets from administrators. */
#include "services/audit/routes.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/role.h"
#include "common/domain/code.h"
#include "common/flow/clock.h"
#include "common/flow/command.h"
#include "common/flow/request.h"
#include "common/flow/watch.h"
#include "common/io/json.h"
#include "services/audit/audit.h"
#include "services/audit/repo_correction.h"
#include "services/audit/repo_late.h"
#include "services/audit/repo_parts.h"
#include "services/audit/repo_pause.h"
#include "services/audit/repo_read.h"
#include "services/audit/repo_step.h"

#define ROLES_OF_A_UNIT                                                                                                \
    (ROLE_BIT(HEAD) | ROLE_BIT(RECEIVER) | ROLE_BIT(APPRAISER) | ROLE_BIT(ENDORSER) | ROLE_BIT(APPROVER) |             \
     ROLE_BIT(CLERK) | ROLE_BIT(RETURNER))
#define ENTRIES_MOST 500

/* The days of receipt and the unit that figures are asked for: an officer of one unit sees its own. */
struct figures_asked {
    struct request_span days;
    const char *unit; /* "": all */
    instant now;
};

static enum err_code query_figures(struct app *app, const struct http_exchange *x, struct figures_asked *ret,
                                   struct err *reterr)
{
    const char *unit = http_query(x, "unit"), *own = request_unit(x, ROLES_OF_ALL_UNITS);
    struct figures_asked q = {.now = clock_now(app->clock), .unit = own[0] ? own : unit ? unit : ""};
    enum err_code rc = request_query_span(x, instant_day(q.now), 1, &q.days, reterr);

    if (rc)
        return rc;
    if (own[0] && unit && strcmp(unit, own) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "unit", "không xem được số liệu của đơn vị %s",
                       "figures of unit %s are not yours to see", unit);
    *ret = q;
    return ERR_OK;
}

static enum err_code get_kpi(void *arg, struct http_exchange *x, struct err *reterr)
{
    const char *procedure = http_query(x, "procedure");
    struct figures_asked q;
    enum err_code rc = query_figures(arg, x, &q, reterr);

    return rc ? rc
              : query_json(arg, x, &audit_read_kpi,
                           DB_ARGS(db_int4(q.days.from), db_int4(q.days.to), db_text(q.unit),
                                   db_text(procedure ? procedure : ""), db_time(q.now)),
                           reterr);
}

/* How steps went, by unit and kind. */
static enum err_code get_steps(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct figures_asked q;
    enum err_code rc = query_figures(arg, x, &q, reterr);

    return rc ? rc
              : query_json(arg, x, &audit_step_read_figures,
                           DB_ARGS(db_int4(q.days.from), db_int4(q.days.to), db_text(q.unit), db_time(q.now)), reterr);
}

/* The days and the unit that a list for inspection is asked for; today without ?from= and ?to=. */
static enum err_code query_inspection(struct app *app, const struct http_exchange *x, struct figures_asked *ret,
                                      struct err *reterr)
{
    const char *unit = http_query(x, "unit");
    struct figures_asked q = {.now = clock_now(app->clock), .unit = unit ? unit : ""};
    enum err_code rc = request_query_span(x, instant_day(q.now), 1, &q.days, reterr);

    if (rc)
        return rc;
    *ret = q;
    return ERR_OK;
}

/* get_for_inspection answers with a list of some days, of one unit or of all. */
static enum err_code get_for_inspection(struct app *app, struct http_exchange *x, const struct db_stmt *stmt,
                                        struct err *reterr)
{
    struct figures_asked q;
    enum err_code rc = query_inspection(app, x, &q, reterr);

    return rc ? rc
              : query_json(app, x, stmt,
                           DB_ARGS(db_int4(q.days.from), db_int4(q.days.to), db_text(q.unit), db_int4(ENTRIES_MOST)),
                           reterr);
}

/* For inspectors: what was asked of a citizen more than once (D61 Art. 11(2c)). */
static enum err_code get_supplements(void *arg, struct http_exchange *x, struct err *reterr)
{
    return get_for_inspection(arg, x, &audit_read_supplements, reterr);
}

/* For inspectors: what made clocks stand still, and how long. */
static enum err_code get_pauses(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct figures_asked q;
    enum err_code rc = query_inspection(arg, x, &q, reterr);

    return rc ? rc
              : query_json(arg, x, &audit_read_pauses,
                           DB_ARGS(db_int4(q.days.from), db_int4(q.days.to), db_text(q.unit), db_int4(ENTRIES_MOST),
                                   db_time(q.now)),
                           reterr);
}

/* For inspectors: what was entered after the system was away, by the day on which it was done. */
static enum err_code get_late_entries(void *arg, struct http_exchange *x, struct err *reterr)
{
    return get_for_inspection(arg, x, &audit_read_late_entries, reterr);
}

/* For inspectors: results that were wrong, by the unit at fault (D61 Art. 21(1)). */
static enum err_code get_corrections(void *arg, struct http_exchange *x, struct err *reterr)
{
    return get_for_inspection(arg, x, &audit_read_corrections, reterr);
}

/* For inspectors: which co-operating units give their parts, and which keep silent. */
static enum err_code get_parts(void *arg, struct http_exchange *x, struct err *reterr)
{
    return get_for_inspection(arg, x, &audit_read_parts, reterr);
}

static enum err_code get_totals(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct app *app = arg;

    return query_json(app, x, &audit_read_totals, DB_ARGS(db_time(clock_now(app->clock))), reterr);
}

/* A page that shows live figures hangs here until something was counted. */
static enum err_code get_changes(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct app *app = arg;
    const char *after = http_query(x, "after");
    char *end = NULL;
    long long revision = after ? strtoll(after, &end, 10) : 0;

    if (after && (*end || end == after || revision < 0))
        return err_say(reterr, ERR_INVALID, "after", "after phải là số nguyên không âm",
                       "after must be a whole number of at least 0");
    return watch_wait(app->watch, x, revision, reterr);
}

/* What audit holds of one dossier, by its code. */
static enum err_code get_of_code(struct app *app, struct http_exchange *x, const struct db_stmt *stmt,
                                 struct err *reterr)
{
    const char *code = http_param(x, "code");

    if (!code_dossier_valid(code))
        return err_say(reterr, ERR_INVALID, "code", "\"%s\" không phải mã hồ sơ", "\"%s\" is no dossier code", code);
    return query_json(app, x, stmt, DB_ARGS(db_text(code), db_text(request_unit(x, ROLES_OF_ALL_UNITS))), reterr);
}

static enum err_code get_history(void *arg, struct http_exchange *x, struct err *reterr)
{
    return get_of_code(arg, x, &audit_read_history, reterr);
}

/* The control slip (form 05): in whose hands it was, until when it was allowed, and how that went. */
static enum err_code get_dossier_steps(void *arg, struct http_exchange *x, struct err *reterr)
{
    return get_of_code(arg, x, &audit_step_read_dossier, reterr);
}

static enum err_code query_number(const struct http_exchange *x, const char *name, long long absent, long long most,
                                  long long *ret, struct err *reterr)
{
    const char *text = http_query(x, name);
    char *end = NULL;

    *ret = text ? strtoll(text, &end, 10) : absent;
    if (text && (end == text || *end || *ret < 0 || *ret > most))
        return err_say(reterr, ERR_INVALID, name, "\"%s\" phải là số từ 0 đến %lld",
                       "\"%s\" must be a number from 0 to %lld", text, most);
    return ERR_OK;
}

static enum err_code get_entries(void *arg, struct http_exchange *x, struct err *reterr)
{
    const char *subject = http_query(x, "subject");
    struct id id = id_nil;
    long long after, limit;
    enum err_code rc = query_number(x, "after", 0, INT64_MAX, &after, reterr);

    if (!rc)
        rc = query_number(x, "limit", 100, ENTRIES_MOST, &limit, reterr);
    if (rc)
        return rc;
    if (subject && !id_parse(subject, &id))
        return err_say(reterr, ERR_INVALID, "subject", "\"%s\" không phải định danh", "\"%s\" is no id", subject);
    return query_json(arg, x, &audit_read_entries,
                      DB_ARGS(db_int8(after), db_uuid_or_null(id), db_int4((int32_t)limit)), reterr);
}

static enum err_code get_targets(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct app *app = arg;
    int32_t day;
    enum err_code rc = request_query_day(x, "day", instant_day(clock_now(app->clock)), &day, reterr);

    if (rc)
        return rc;
    return query_json(app, x, &audit_read_targets, DB_ARGS(db_int4(day)), reterr);
}

static enum err_code post_target(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct json_in *in;
    enum err_code rc = request_body(x, &in, reterr);

    if (rc)
        return rc;

    struct audit_target *t = ARENA_NEW(http_arena(x), struct audit_target);
    const struct json *o = json_root(in);

    t->target = json_code(in, o, "target", JSON_REQUIRED, 64);
    t->level = level_name(1 + json_word(in, o, "level", JSON_REQUIRED, level_names + 1, LEVEL_COUNT - 1));
    t->share_percent = (int)json_int(in, o, "share_percent", JSON_REQUIRED, 0, 100);
    t->phase = json_code(in, o, "phase", JSON_REQUIRED, 32);
    t->valid_from = request_day(in, o, "valid_from", JSON_REQUIRED);
    t->valid_to = request_day(in, o, "valid_to", JSON_OPTIONAL);
    if (t->valid_to && t->valid_to <= t->valid_from)
        json_fail(in, o, "valid_to", "phải sau valid_from", "must be after valid_from");
    rc = json_done(in, reterr);
    if (rc)
        return rc;
    return command_submit(arg, x, "target", command_subject_of_code("target", t->target), AUDIT_ACT_SET_TARGET, true, t,
                          reterr);
}

const struct http_route audit_routes[] = {
    {"GET", "/v1/kpi", ROLES_OF_ALL_UNITS | ROLE_BIT(HEAD), get_kpi,
     "figures per unit, procedure and day of receipt; ?from= ?to= ?unit= ?procedure="},
    {"GET", "/v1/kpi/steps", ROLES_OF_ALL_UNITS | ROLE_BIT(HEAD), get_steps,
     "how steps went, per unit and kind of step, by days of receipt; ?from= ?to= ?unit="},
    {"GET", "/v1/kpi/totals", ROLES_OF_ALL_UNITS, get_totals,
     "figures of the newest days and the newest day's busiest units"},
    {"GET", "/v1/kpi/changes", ROLES_OF_ALL_UNITS, get_changes,
     "answers when something was counted after revision ?after=, or after 25 s"},
    {"GET", "/v1/inspection/supplements", ROLES_OF_ALL_UNITS, get_supplements,
     "dossiers of which a supplement was asked more than once, or the first one behind its term, with grounds and "
     "superiors, by day of receipt; ?from= ?to= ?unit="},
    {"GET", "/v1/inspection/pauses", ROLES_OF_ALL_UNITS, get_pauses,
     "waits for supplements and obligations, and periods left out, by the day on which they began, the longest first; "
     "?from= ?to= ?unit="},
    {"GET", "/v1/inspection/corrections", ROLES_OF_ALL_UNITS, get_corrections,
     "corrections of wrong results with the unit at fault and the cause, by day of receipt; ?from= ?to= ?unit="},
    {"GET", "/v1/inspection/late-entries", ROLES_OF_ALL_UNITS, get_late_entries,
     "acts that were entered after the system was away, by the day on which they were done; ?from= ?to= ?unit="},
    {"GET", "/v1/inspection/parts", ROLES_OF_ALL_UNITS, get_parts,
     "parts that co-operating units gave, in time or late, or let lapse, per unit and procedure; ?from= ?to= ?unit="},
    {"GET", "/v1/dossiers/:code/history", ROLES_OF_ALL_UNITS | ROLES_OF_A_UNIT, get_history,
     "every sealed event of a dossier, in order of cause"},
    {"GET", "/v1/dossiers/:code/steps", ROLES_OF_ALL_UNITS | ROLES_OF_A_UNIT, get_dossier_steps,
     "the control slip (form 05) as data: each step that has ended, its unit, its time and how it went"},
    {"GET", "/v1/entries", ROLE_BIT(OPERATOR) | ROLE_BIT(INSPECTOR), get_entries,
     "sealed entries with the events' exact bytes; ?after= ?limit= ?subject="},
    {"GET", "/v1/targets", ROLES_OF_ALL_UNITS | ROLES_OF_A_UNIT | ROLE_BIT(ADMIN), get_targets,
     "the shares of procedures on the spot that levels must reach"},
    {"POST", "/v1/targets", ROLE_BIT(ADMIN), post_target, "set a target"},
};
const size_t audit_route_count = COUNT_OF(audit_routes);
