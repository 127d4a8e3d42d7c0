/* SPDX-License-Identifier: Apache-2.0 */
/* Officers, places and rights to a step. */
#include "common/domain/desk.h"

#include <string.h>

enum err_code desk_find(const struct catalogue *c, const char *officer, const char *token_unit, int32_t day,
                        struct desk *ret, struct err *reterr)
{
    const struct officer *o = catalogue_officer(c, officer, day);

    if (!o)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "không có vị trí công tác \"%s\" vào ngày này",
                       "there is no post \"%s\" on this day", officer);
    if (strcmp(o->unit, token_unit) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "vị trí \"%s\" không thuộc đơn vị %s",
                       "post \"%s\" does not belong to unit %s", officer, token_unit);
    ret->officer = o;
    ret->place = o->counter && o->counter[0] ? o->counter : PLACE_OFFICE;
    return ERR_OK;
}

enum err_code desk_may_do(const struct desk *d, const struct process_step *s, const char *own, const char *receiving,
                          struct err *reterr)
{
    const char *unit = process_unit(s, own, receiving);

    if (strcmp(d->officer->unit, unit) != 0) {
        (void)err_say(reterr, ERR_FORBIDDEN, "actor", "bước \"%s\" thuộc đơn vị %s, không phải %s", "%s%s%s",
                      step_kind_vi((int)s->kind), unit, d->officer->unit);
        return err_english(reterr, ERR_FORBIDDEN, "step \"%s\" lies with unit %s, not %s", step_kind_name((int)s->kind),
                           unit, d->officer->unit);
    }
    return desk_has_role(d->officer, s, "actor", ERR_FORBIDDEN, reterr);
}

enum err_code desk_has_any(const struct desk *d, uint32_t roles, struct err *reterr)
{
    if (d->officer->roles & roles)
        return ERR_OK;
    return err_say(reterr, ERR_FORBIDDEN, "actor", "vị trí \"%s\" không có vai trò cho việc này",
                   "post \"%s\" has no role for this", d->officer->record.id);
}

enum err_code desk_has_role(const struct officer *o, const struct process_step *s, const char *field,
                            enum err_code code, struct err *reterr)
{
    if (s->roles & o->roles)
        return ERR_OK;
    (void)err_say(reterr, code, field, "vị trí \"%s\" không có vai trò cho bước \"%s\"", "%s%s", o->record.id,
                  step_kind_vi((int)s->kind));
    return err_english(reterr, code, "post \"%s\" has no role for step \"%s\"", o->record.id,
                       step_kind_name((int)s->kind));
}
