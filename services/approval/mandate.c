/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of a mandate. Pure. */
#include "services/approval/mandate.h"

#include <string.h>

#include "common/base/instant.h"
#include "common/domain/code.h"

static bool is_for(const struct approval_mandate *m, const char *procedure)
{
    for (size_t i = 0; i < m->procedure_count; i++)
        if (strcmp(m->procedures[i], APPROVAL_ANY_PROCEDURE) == 0 || strcmp(m->procedures[i], procedure) == 0)
            return true;
    return false;
}

enum err_code approval_mandate_covers(const struct approval_mandate *m, const char *code, const char *actor,
                                      const char *unit, const char *procedure, int32_t day, struct err *reterr)
{
    if (!m)
        return err_say(reterr, ERR_INVALID, "mandate", "không có thẩm quyền ký \"%s\"", "there is no mandate \"%s\"",
                       code);
    if (strcmp(m->officer, actor) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "mandate", "thẩm quyền ký \"%s\" không thuộc về \"%s\"",
                       "mandate \"%s\" is not that of \"%s\"", m->code, actor);
    if (strcmp(m->unit, unit) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "mandate", "thẩm quyền ký \"%s\" thuộc đơn vị %s, không phải %s",
                       "mandate \"%s\" is for unit %s, not %s", m->code, m->unit, unit);
    if (day < m->valid_from)
        return err_say(reterr, ERR_FORBIDDEN, "mandate", "thẩm quyền ký \"%s\" chưa có hiệu lực",
                       "mandate \"%s\" is not valid yet", m->code);
    if (m->valid_to != 0 && day >= m->valid_to)
        return err_say(reterr, ERR_FORBIDDEN, "mandate", "thẩm quyền ký \"%s\" đã hết hiệu lực",
                       "mandate \"%s\" is not valid any more", m->code);
    if (!is_for(m, procedure))
        return err_say(reterr, ERR_FORBIDDEN, "mandate", "thẩm quyền ký \"%s\" không áp dụng cho thủ tục %s",
                       "mandate \"%s\" does not cover procedure %s", m->code, procedure);
    return ERR_OK;
}

static bool equal(const struct approval_mandate *a, const struct approval_mandate *b)
{
    if (strcmp(a->officer, b->officer) != 0 || strcmp(a->unit, b->unit) != 0 || a->form != b->form ||
        strcmp(a->legal_basis, b->legal_basis) != 0 || a->valid_from != b->valid_from || a->valid_to != b->valid_to ||
        a->procedure_count != b->procedure_count)
        return false;
    for (size_t i = 0; i < a->procedure_count; i++)
        if (strcmp(a->procedures[i], b->procedures[i]) != 0)
            return false;
    return true;
}

static enum err_code check_procedures(const struct approval_mandate *m, struct err *reterr)
{
    for (size_t i = 0; i < m->procedure_count; i++) {
        bool any = strcmp(m->procedures[i], APPROVAL_ANY_PROCEDURE) == 0;
        if (any && m->procedure_count > 1)
            return err_say(reterr, ERR_INVALID, "procedures", "\"*\" phải đứng một mình", "\"*\" must stand alone");
        if (!any && !code_procedure_valid(m->procedures[i]))
            return err_say(reterr, ERR_INVALID, "procedures", "mã thủ tục \"%s\" không hợp lệ",
                           "\"%s\" is no procedure code", m->procedures[i]);
        for (size_t n = 0; n < i; n++)
            if (strcmp(m->procedures[i], m->procedures[n]) == 0)
                return err_say(reterr, ERR_INVALID, "procedures", "mã thủ tục \"%s\" bị lặp",
                               "procedure \"%s\" is named twice", m->procedures[i]);
    }
    return m->procedure_count ? ERR_OK
                              : err_say(reterr, ERR_INVALID, "procedures", "phải có ít nhất một thủ tục hoặc \"*\"",
                                        "at least one procedure or \"*\" is needed");
}

/* An authorisation is limited in time and content (ND30/2020 Art. 13(3)); of the other forms the law asks neither. */
static enum err_code check_limits(const struct approval_mandate *m, struct err *reterr)
{
    if (m->form != FORM_TUQ)
        return ERR_OK;
    if (m->valid_to == 0)
        return err_say(reterr, ERR_INVALID, "valid_to", "thừa ủy quyền (TUQ) phải có thời hạn",
                       "an authorisation (TUQ) is limited in time");
    if (strcmp(m->procedures[0], APPROVAL_ANY_PROCEDURE) == 0)
        return err_say(reterr, ERR_INVALID, "procedures", "thừa ủy quyền (TUQ) phải giới hạn nội dung",
                       "an authorisation (TUQ) is limited in content");
    return ERR_OK;
}

enum err_code approval_mandate_record(const struct approval_mandate *stored, const struct approval_mandate *m,
                                      const struct catalogue *catalogue, bool *ret_new, struct err *reterr)
{
    enum err_code rc = check_procedures(m, reterr);
    if (rc)
        return rc;
    if (m->form <= FORM_NONE || m->form >= FORM_COUNT)
        return err_say(reterr, ERR_INVALID, "form", "hình thức ký không hợp lệ", "this is no form of signature");
    if (m->valid_to != 0 && m->valid_to <= m->valid_from)
        return err_say(reterr, ERR_INVALID, "valid_to", "ngày hết hiệu lực phải sau ngày có hiệu lực",
                       "valid_to must be after valid_from");
    if (stored && strcmp(stored->officer, m->officer) != 0)
        return err_say(reterr, ERR_CONFLICT, "officer", "thẩm quyền ký \"%s\" đã cấp cho \"%s\"; hãy dùng mã khác",
                       "mandate \"%s\" was given to \"%s\"; use another code", m->code, stored->officer);
    if (stored && strcmp(stored->unit, m->unit) != 0)
        return err_say(reterr, ERR_CONFLICT, "unit", "thẩm quyền ký \"%s\" đã cấp cho đơn vị %s; hãy dùng mã khác",
                       "mandate \"%s\" was given for unit %s; use another code", m->code, stored->unit);
    if (!stored || !equal(stored, m)) {
        rc = check_limits(m, reterr);
        if (rc)
            return rc;
        /* Reference data come by another way than this command: what is unknown may be under way. */
        const struct officer *o = catalogue_officer(catalogue, m->officer, m->valid_from);
        if (!o)
            return err_say(reterr, ERR_NOT_YET, "officer", "chưa biết vị trí công tác \"%s\" vào ngày bắt đầu hiệu lực",
                           "there is no post \"%s\" (yet) on the first day", m->officer);
        if (strcmp(o->unit, m->unit) != 0)
            return err_say(reterr, ERR_INVALID, "unit", "vị trí \"%s\" thuộc đơn vị %s, không phải %s",
                           "post \"%s\" belongs to unit %s, not %s", m->officer, o->unit, m->unit);
        *ret_new = true;
        return ERR_OK;
    }
    *ret_new = false;
    return ERR_OK;
}
