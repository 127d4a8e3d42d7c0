/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of number series and seals. Pure. */
#include "services/return/register.h"

#include <string.h>

#include "common/base/role.h"
#include "common/domain/desk.h"

#define HOLE "{n}"

const char *const return_ordinal_names[] = {"first", "second", NULL};
const char *const return_series_documents[] = {
    [OUTCOME_NONE] = "",           [OUTCOME_GRANTED] = "result",      [OUTCOME_REFUSED] = "refusal",
    [OUTCOME_APOLOGY] = "apology", [OUTCOME_STOPPED] = "stop_notice", [OUTCOME_CORRECTION] = "correction",
    [OUTCOME_COUNT] = NULL};

static enum err_code is_valid(const char *field, const char *code, int32_t from, int32_t to, int32_t day,
                              struct err *reterr)
{
    if (day < from)
        return err_say(reterr, ERR_INVALID, field, "\"%s\" chưa có hiệu lực vào ngày này",
                       "\"%s\" is not valid yet on this day", code);
    if (to != 0 && day >= to)
        return err_say(reterr, ERR_INVALID, field, "\"%s\" đã hết hiệu lực vào ngày này",
                       "\"%s\" is not valid any more on this day", code);
    return ERR_OK;
}

/* ---- series */

enum err_code return_series_gives(const struct return_series *s, const char *code, const char *unit, int outcome,
                                  int32_t day, struct err *reterr)
{
    if (!s)
        return err_say(reterr, ERR_INVALID, "series", "không có dãy số \"%s\"", "there is no series \"%s\"", code);
    if (strcmp(s->unit, unit) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "series", "dãy số \"%s\" thuộc đơn vị %s, không phải %s",
                       "series \"%s\" belongs to unit %s, not %s", s->code, s->unit, unit);
    if (s->outcome != outcome)
        return err_say(reterr, ERR_INVALID, "series", "dãy số \"%s\" dùng cho văn bản loại \"%s\", không phải \"%s\"",
                       "series \"%s\" is for documents of the kind \"%s\", not \"%s\"", s->code,
                       return_series_documents[s->outcome], return_series_documents[outcome]);
    return is_valid("series", s->code, s->valid_from, s->valid_to, day, reterr);
}

static enum err_code check_pattern(const char *pattern, struct err *reterr)
{
    const char *hole = strstr(pattern, HOLE);
    if (!hole || strstr(hole + 1, HOLE) || strpbrk(hole + strlen(HOLE), "{}") ||
        strcspn(pattern, "{}") < (size_t)(hole - pattern))
        return err_say(reterr, ERR_INVALID, "pattern", "mẫu số \"%s\" phải có đúng một chỗ ghi số %s",
                       "the pattern \"%s\" must have exactly one place %s for the number", pattern, HOLE);
    return ERR_OK;
}

static enum err_code check_span(int32_t from, int32_t to, struct err *reterr)
{
    if (to != 0 && to <= from)
        return err_say(reterr, ERR_INVALID, "valid_to", "ngày hết hiệu lực phải sau ngày có hiệu lực",
                       "valid_to must be after valid_from");
    return ERR_OK;
}

/* Reference data come by another way than this command: what is unknown may be under way. */
static enum err_code check_unit(const struct catalogue *c, const char *unit, int32_t day, struct err *reterr)
{
    if (!catalogue_unit(c, unit, day))
        return err_say(reterr, ERR_NOT_YET, "unit", "chưa biết đơn vị %s vào ngày bắt đầu hiệu lực",
                       "there is no unit %s (yet) on the first day", unit);
    return ERR_OK;
}

enum err_code return_series_record(const struct return_series *stored, const struct return_series *s,
                                   const struct catalogue *c, bool *ret_new, struct err *reterr)
{
    if (s->outcome <= OUTCOME_NONE || s->outcome >= OUTCOME_COUNT)
        return err_say(reterr, ERR_INVALID, "document",
                       "dãy số phải dùng cho kết quả, văn bản từ chối, phiếu xin lỗi hoặc thông báo dừng",
                       "a series is for results, for refusals, for apologies or for stop notices");
    enum err_code rc = check_pattern(s->pattern, reterr);
    if (!rc)
        rc = check_span(s->valid_from, s->valid_to, reterr);
    if (rc)
        return rc;
    if (stored && strcmp(stored->unit, s->unit) != 0)
        return err_say(reterr, ERR_CONFLICT, "unit", "dãy số \"%s\" thuộc đơn vị %s; hãy dùng mã khác",
                       "series \"%s\" belongs to unit %s; use another code", s->code, stored->unit);
    if (stored && stored->outcome != s->outcome)
        return err_say(reterr, ERR_CONFLICT, "document", "dãy số \"%s\" đã dùng cho loại \"%s\"; hãy dùng mã khác",
                       "series \"%s\" is for the kind \"%s\"; use another code", s->code,
                       return_series_documents[stored->outcome]);
    if (stored && strcmp(stored->pattern, s->pattern) != 0)
        return err_say(reterr, ERR_CONFLICT, "pattern", "dãy số \"%s\" đã có mẫu số \"%s\"; hãy dùng mã khác",
                       "series \"%s\" has the pattern \"%s\"; use another code", s->code, stored->pattern);
    if (stored && stored->valid_from == s->valid_from && stored->valid_to == s->valid_to) {
        *ret_new = false;
        return ERR_OK;
    }
    rc = check_unit(c, s->unit, s->valid_from, reterr);
    if (rc)
        return rc;
    *ret_new = true;
    return ERR_OK;
}

const char *return_number_text(const char *pattern, int64_t number, struct arena *a)
{
    const char *hole = strstr(pattern, HOLE);
    BUG_IF(!hole, "a pattern without a place for the number");
    return arena_printf(a, "%.*s%02lld%s", (int)(hole - pattern), pattern, (long long)number, hole + strlen(HOLE));
}

const char *return_number_key(const char *series, int year, struct arena *a)
{
    return arena_printf(a, "number/%s/%04d", series, year);
}

/* ---- seals */

enum err_code return_seal_fits(const struct return_seal *s, const struct return_sealing *how, struct err *reterr)
{
    if (!s)
        return err_say(reterr, ERR_INVALID, "seal", "không có con dấu \"%s\"", "there is no seal \"%s\"", how->code);
    if (strcmp(s->unit, how->unit) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "seal", "con dấu \"%s\" thuộc đơn vị %s, không phải %s",
                       "seal \"%s\" belongs to unit %s, not %s", s->code, s->unit, how->unit);
    if (strcmp(s->keeper, how->actor) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "seal", "chỉ người giữ con dấu \"%s\" (\"%s\") được tự tay đóng dấu",
                       "only the keeper of seal \"%s\" (\"%s\") uses it, in person", s->code, s->keeper);
    enum err_code rc = is_valid("seal", s->code, s->valid_from, s->valid_to, how->day, reterr);
    if (rc)
        return rc;
    if (how->at_counter && s->ordinal != 2)
        return err_say(reterr, ERR_INVALID, "seal",
                       "thực hiện tại chỗ phải dùng con dấu thứ hai đặt tại quầy, không phải \"%s\"",
                       "on the spot the second seal is used, at the counter, not \"%s\"", s->code);
    if (strcmp(s->place, how->place) != 0 || (how->at_counter && strcmp(s->place, PLACE_OFFICE) == 0))
        return err_say(reterr, ERR_INVALID, "seal", "con dấu \"%s\" được giữ tại \"%s\", không dùng tại \"%s\"",
                       "seal \"%s\" is kept at \"%s\", it is not used at \"%s\"", s->code, s->place, how->place);
    return ERR_OK;
}

static bool seals_equal(const struct return_seal *a, const struct return_seal *b)
{
    return strcmp(a->unit, b->unit) == 0 && a->ordinal == b->ordinal && strcmp(a->keeper, b->keeper) == 0 &&
           strcmp(a->place, b->place) == 0 && strcmp(a->registration, b->registration) == 0 &&
           strcmp(a->permission, b->permission) == 0 && a->valid_from == b->valid_from && a->valid_to == b->valid_to;
}

/* The keeper is a clerk of the unit, and sits where the seal is kept. */
static enum err_code check_keeper(const struct return_seal *s, const struct catalogue *c, struct err *reterr)
{
    struct desk desk;
    const struct officer *o = catalogue_officer(c, s->keeper, s->valid_from);
    if (!o)
        return err_say(reterr, ERR_NOT_YET, "keeper", "chưa biết vị trí công tác \"%s\" vào ngày bắt đầu hiệu lực",
                       "there is no post \"%s\" (yet) on the first day", s->keeper);
    if (strcmp(o->unit, s->unit) != 0)
        return err_say(reterr, ERR_INVALID, "keeper", "vị trí \"%s\" thuộc đơn vị %s, không phải %s",
                       "post \"%s\" belongs to unit %s, not %s", s->keeper, o->unit, s->unit);
    if ((o->roles & ROLE_BIT(CLERK)) == 0)
        return err_say(reterr, ERR_INVALID, "keeper", "vị trí \"%s\" không phải là văn thư", "post \"%s\" is no clerk",
                       s->keeper);
    enum err_code rc = desk_find(c, s->keeper, s->unit, s->valid_from, &desk, reterr);
    if (rc)
        return rc;
    if (strcmp(desk.place, s->place) != 0)
        return err_say(reterr, ERR_INVALID, "place", "người giữ \"%s\" làm việc tại \"%s\", con dấu không thể ở \"%s\"",
                       "keeper \"%s\" works at \"%s\", the seal cannot be at \"%s\"", s->keeper, desk.place, s->place);
    return ERR_OK;
}

enum err_code return_seal_record(const struct return_seal *stored, const struct return_seal *s,
                                 const struct catalogue *c, bool *ret_new, struct err *reterr)
{
    if (s->ordinal != 1 && s->ordinal != 2)
        return err_say(reterr, ERR_INVALID, "ordinal", "chỉ có con dấu thứ nhất và thứ hai",
                       "there is a first seal and a second");
    if (s->ordinal == 2 && !s->permission[0])
        return err_say(reterr, ERR_INVALID, "permission",
                       "con dấu thứ hai phải có văn bản cho phép của cấp có thẩm quyền",
                       "a second seal needs the permission of the competent authority");
    enum err_code rc = check_span(s->valid_from, s->valid_to, reterr);
    if (rc)
        return rc;
    if (stored && strcmp(stored->unit, s->unit) != 0)
        return err_say(reterr, ERR_CONFLICT, "unit", "con dấu \"%s\" thuộc đơn vị %s; hãy dùng mã khác",
                       "seal \"%s\" belongs to unit %s; use another code", s->code, stored->unit);
    if (stored && stored->ordinal != s->ordinal)
        return err_say(reterr, ERR_CONFLICT, "ordinal", "con dấu \"%s\" đã ghi là \"%s\"; hãy dùng mã khác",
                       "seal \"%s\" is recorded as \"%s\"; use another code", s->code,
                       return_ordinal_names[stored->ordinal - 1]);
    if (stored && seals_equal(stored, s)) {
        *ret_new = false;
        return ERR_OK;
    }
    rc = check_unit(c, s->unit, s->valid_from, reterr);
    if (!rc)
        rc = check_keeper(s, c, reterr);
    if (rc)
        return rc;
    *ret_new = true;
    return ERR_OK;
}
