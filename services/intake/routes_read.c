/* SPDX-License-Identifier: Apache-2.0 */
/* The reads of dossiers. Whoever is not of the competent or the receiving unit finds nothing, unless the role sees all.
 */
#include <string.h>

#include "common/base/role.h"
#include "common/domain/code.h"
#include "common/flow/catalogue_store.h"
#include "common/flow/clock.h"
#include "common/flow/command.h"
#include "common/flow/request.h"
#include "services/intake/intake.h"
#include "services/intake/repo.h"
#include "services/intake/routes.h"
#include "services/intake/rules.h"

static bool is_portal(const struct actor *who)
{
    return who->roles & ROLE_BIT(PORTAL);
}

/* visible_unit is the unit whose dossiers the actor may see; NULL: all. The portal is no unit: it sees what was filed
 * on it, as the statement says. */
static const char *visible_unit(const struct actor *who)
{
    return who->roles & ROLES_OF_ALL_UNITS ? NULL : is_portal(who) ? "" : who->unit;
}

/* The first five arguments of FOUND: which dossier, whose, and who looks when. */
#define LOOKING(app, who, id)                                                                                          \
    db_uuid(id), db_text(visible_unit(who)), db_time(clock_now((app)->clock)), db_text((who)->subject),                \
        db_text((who)->unit)

struct intake_state_words intake_state_words(struct arena *a)
{
    struct intake_state_words w = {db_array_new(a, DB_TEXT), db_array_new(a, DB_TEXT), db_array_new(a, DB_INT4),
                                   db_array_new(a, DB_INT4)};

    for (int s = 0; s < INTAKE_STATE_COUNT; s++) {
        db_array_text(w.names, intake_state_names[s]);
        db_array_text(w.vi, intake_state_vi((enum intake_state)s));
        db_array_int(w.national, intake_national_status((enum intake_state)s, false));
        db_array_int(w.filed, intake_national_status((enum intake_state)s, true));
    }
    return w;
}

/* What a list asks for. */
struct filter {
    const char *unit, *state, *procedure;
    bool closed, prepared;
    struct id after;
    int32_t limit;
};

static enum err_code read_filter(const struct http_exchange *x, struct filter *ret, struct err *reterr)
{
    const char *unit = http_query(x, "unit"), *after = http_query(x, "after"), *apology = http_query(x, "apology");
    struct filter f = {
        .unit = visible_unit(http_actor(x)), .state = http_query(x, "state"), .procedure = http_query(x, "procedure")};

    if (unit && !f.unit)
        f.unit = unit;
    else if (unit && strcmp(unit, f.unit) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "unit", "không xem được hồ sơ của đơn vị %s",
                       "the dossiers of unit %s cannot be seen", unit);
    if (f.state && intake_state_parse(f.state) < 0)
        return err_say(reterr, ERR_INVALID, "state", "không có trạng thái \"%s\"", "there is no state \"%s\"", f.state);
    f.closed = f.state && intake_is_closed((enum intake_state)intake_state_parse(f.state));
    if (apology && strcmp(apology, "prepared") != 0)
        return err_say(reterr, ERR_INVALID, "apology", "chỉ có \"prepared\"", "it can be \"prepared\" only");
    f.prepared = apology != NULL;
    if (after && !id_parse(after, &f.after))
        return err_say(reterr, ERR_INVALID, "after", "không phải giá trị của \"next\"", "is no value of \"next\"");
    enum err_code rc = request_limit(x, &f.limit, reterr);
    if (!rc)
        *ret = f;
    return rc;
}

enum err_code intake_get_dossiers(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct app *app = arg;
    const struct actor *who = http_actor(x);
    struct filter f;
    enum err_code rc = read_filter(x, &f, reterr);

    if (rc)
        return rc;
    return query_json(app, x, &intake_query_list,
                      DB_ARGS(db_text(f.unit), db_bool(f.closed), db_text(f.state), db_text(f.procedure),
                              db_uuid_or_null(f.after), db_int4(f.limit), db_time(clock_now(app->clock)),
                              db_text(who->subject), db_text(who->unit), db_bool(f.prepared)),
                      reterr);
}

enum err_code intake_get_dossier(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct app *app = arg;
    struct intake_state_words w = intake_state_words(http_arena(x));
    struct id id;
    enum err_code rc = http_param_id(x, "id", &id, reterr);

    if (rc)
        return rc;
    return query_json(app, x, &intake_query_dossier,
                      DB_ARGS(LOOKING(app, http_actor(x), id), db_items(w.names), db_items(w.vi), db_items(w.national),
                              db_items(w.filed)),
                      reterr);
}

/* One dossier by its id, as a statement shows it. */
static enum err_code get_by_id(struct app *app, struct http_exchange *x, const struct db_stmt *shows,
                               struct err *reterr)
{
    struct id id;
    enum err_code rc = http_param_id(x, "id", &id, reterr);

    return rc ? rc : query_json(app, x, shows, DB_ARGS(LOOKING(app, http_actor(x), id)), reterr);
}

/* The same, of what the portal may see, too. */
static enum err_code get_online(struct app *app, struct http_exchange *x, const struct db_stmt *shows,
                                struct err *reterr)
{
    const struct actor *who = http_actor(x);
    struct id id;
    enum err_code rc = http_param_id(x, "id", &id, reterr);

    return rc ? rc : query_json(app, x, shows, DB_ARGS(LOOKING(app, who, id), db_bool(is_portal(who))), reterr);
}

enum err_code intake_get_receipt(void *app, struct http_exchange *x, struct err *reterr)
{
    return get_online(app, x, &intake_query_receipt, reterr);
}

enum err_code intake_get_apology(void *app, struct http_exchange *x, struct err *reterr)
{
    return get_by_id(app, x, &intake_query_apology, reterr);
}

enum err_code intake_get_request_form(void *app, struct http_exchange *x, struct err *reterr)
{
    return get_online(app, x, &intake_query_request_form, reterr);
}

enum err_code intake_get_refusal_form(void *app, struct http_exchange *x, struct err *reterr)
{
    return get_online(app, x, &intake_query_refusal_form, reterr);
}

enum err_code intake_get_papers(void *app, struct http_exchange *x, struct err *reterr)
{
    return get_by_id(app, x, &intake_query_papers, reterr);
}

enum err_code intake_get_control_slip(void *app, struct http_exchange *x, struct err *reterr)
{
    return get_by_id(app, x, &intake_query_control_slip, reterr);
}

enum err_code intake_get_held(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct app *app = arg;
    const struct actor *who = http_actor(x);
    int32_t limit;
    enum err_code rc = request_limit(x, &limit, reterr);

    if (rc)
        return rc;
    return query_json(app, x, &intake_query_held,
                      DB_ARGS(db_text(visible_unit(who)), db_int4(limit), db_time(clock_now(app->clock)),
                              db_text(who->subject), db_text(who->unit)),
                      reterr);
}

#define UNSIGNED_DAYS 90  /* without ?from= */
#define UNSIGNED_MOST 366 /* at a time: each dossier of which papers were passed on then is looked through */

/* signed_until gives, for each of these days, the last one on which is signed in time for papers that were passed on
 * then. */
static struct db_array *signed_until(const struct catalogue *c, const struct request_span *s, struct arena *a)
{
    struct db_array *days = db_array_new(a, DB_INT4);

    for (int32_t day = s->from; day <= s->to; day++)
        db_array_int(days, intake_sign_until(c, day));
    return days;
}

/* The days on which they were passed on. */
static enum err_code read_span(const struct http_exchange *x, int32_t today, struct request_span *ret,
                               struct err *reterr)
{
    enum err_code rc = request_query_span(x, today, UNSIGNED_DAYS, ret, reterr);

    if (!rc && ret->to - ret->from >= UNSIGNED_MOST)
        rc = err_say(reterr, ERR_INVALID, "from", "xem tối đa %d ngày mỗi lần", "at most %d days are shown at a time",
                     UNSIGNED_MOST);
    return rc;
}

enum err_code intake_get_unsigned(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct app *app = arg;
    const struct actor *who = http_actor(x);
    const char *after = http_query(x, "after");
    bool of_all = who->roles & (ROLES_OF_ALL_UNITS | ROLE_BIT(ADMIN)); /* an administrator has them all, too */
    instant now = clock_now(app->clock);
    struct id behind = id_nil;
    struct request_span span;
    int32_t limit;
    enum err_code rc = request_limit(x, &limit, reterr);

    if (!rc)
        rc = read_span(x, instant_day(now), &span, reterr);
    if (!rc && after && !id_parse(after, &behind))
        rc = err_say(reterr, ERR_INVALID, "after", "không phải giá trị của \"next\"", "is no value of \"next\"");
    if (rc)
        return rc;
    const struct catalogue *c = catalogue_store_hold(app->catalogue);
    if (c->calendar)
        rc = query_json(app, x, &intake_query_unsigned,
                        DB_ARGS(db_text(of_all ? NULL : who->unit), db_int4(limit), db_time(now), db_text(who->subject),
                                db_text(who->unit), db_items(signed_until(c, &span, http_arena(x))), db_int4(span.from),
                                db_uuid_or_null(behind), db_time(instant_of_day(span.from, 0)),
                                db_time(instant_of_day(span.to + 1, 0))),
                        reterr);
    else
        rc = err_say(reterr, ERR_NOT_YET, "calendar", "chưa có lịch làm việc", "there is no calendar yet");
    catalogue_store_drop(app->catalogue, c);
    return rc;
}

enum err_code intake_get_document(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct app *app = arg;
    const struct actor *who = http_actor(x);
    struct id id, document;
    enum err_code rc = http_param_id(x, "id", &id, reterr);

    if (!rc)
        rc = http_param_id(x, "document", &document, reterr);
    if (rc)
        return rc;
    return query_json(app, x, &intake_query_document,
                      DB_ARGS(LOOKING(app, who, id), db_uuid(document), db_bool(is_portal(who))), reterr);
}

enum err_code intake_get_track(void *arg, struct http_exchange *x, struct err *reterr)
{
    const char *code = http_param(x, "code");
    struct intake_state_words w = intake_state_words(http_arena(x));

    if (!code_dossier_valid(code))
        return err_say(reterr, ERR_INVALID, "code", "không phải mã hồ sơ dạng 000.21.35.H11-191001-0001",
                       "is no dossier code like 000.21.35.H11-191001-0001");
    return query_json(arg, x, &intake_query_track,
                      DB_ARGS(db_text(code), db_items(w.names), db_items(w.vi), db_items(w.national)), reterr);
}
