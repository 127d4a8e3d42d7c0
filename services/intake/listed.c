/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The published list of a procedure's papers (thành phần hồ sơ), as the catalogue has it on the day of receipt. A
 * dossier is complete with all that is always asked for; nothing beside the list may be asked for (D61 Art. 5(1)); and
 * who filed on the portal is told at once of all of it that his filing lacks (D61 Art. 15(3)). Of a procedure without a
 * list on that day, what makes a dossier complete stays the officer's word.
 * How many originals and copies come is not compared: an original may stand for a copy, and a copy be compared at the
 * counter. What the administration has itself is a component, too, as an electronic one.
 */
#include <string.h>

#include "services/intake/intake.h"
#include "services/intake/rules.h"

struct intake_list intake_list_of(const struct intake_facts *f, const char *procedure, instant received_at)
{
    int32_t day = instant_day(received_at);

    return (struct intake_list){.procedure = catalogue_procedure(f->catalogue, procedure, day), .day = day};
}

static bool is_published(const struct intake_list *l)
{
    for (int i = 0; l->procedure && i < l->procedure->component_count; i++)
        if (listed_component_holds(&l->procedure->components[i], l->day))
            return true;
    return false;
}

static bool names(const struct intake_component *components, int count, const char *code)
{
    for (int i = 0; i < count; i++)
        if (components[i].listed && strcmp(components[i].listed, code) == 0)
            return true;
    return false;
}

/* lacking finds a paper that is always asked for and is neither among the components nor in the text of codes. */
static const struct listed_component *lacking(const struct intake_list *l, const struct intake_component *components,
                                              int count, const char *codes)
{
    for (int i = 0; l->procedure && i < l->procedure->component_count; i++) {
        const struct listed_component *c = &l->procedure->components[i];
        if (c->always && listed_component_holds(c, l->day) && !names(components, count, c->code) &&
            !words_in(codes, c->code))
            return c;
    }
    return NULL;
}

enum err_code intake_check_listed(const struct intake_list *l, const char *field,
                                  const struct intake_component *components, int count, struct arena *a,
                                  struct err *reterr)
{
    for (int i = 0; i < count; i++)
        if (components[i].listed && !(l->procedure && procedure_component(l->procedure, components[i].listed, l->day)))
            return err_say(reterr, ERR_INVALID, arena_printf(a, "%s[%d].listed", field, i),
                           "danh mục giấy tờ của thủ tục không có \"%s\" vào ngày tiếp nhận",
                           "the procedure's list has no paper \"%s\" on the day of receipt", components[i].listed);
    return ERR_OK;
}

enum err_code intake_check_complete(const struct intake_list *l, const struct intake_component *components, int count,
                                    struct arena *a, struct err *reterr)
{
    const struct listed_component *c = lacking(l, components, count, "");
    enum err_code rc = intake_check_listed(l, "components", components, count, a, reterr);

    if (rc || !c)
        return rc;
    return err_say(reterr, ERR_INVALID, "components", "hồ sơ chưa đủ, thiếu \"%s\": %s",
                   "the dossier is not complete, \"%s\" is missing: %s", c->code, c->name);
}

enum err_code intake_check_asked(const struct intake_list *l, const struct intake_component *missing, int count,
                                 struct arena *a, struct err *reterr)
{
    for (int i = 0; is_published(l) && i < count; i++)
        if (!missing[i].listed)
            return err_say(reterr, ERR_INVALID, arena_printf(a, "missing[%d].listed", i),
                           "không được yêu cầu giấy tờ ngoài danh mục của thủ tục (NĐ 61/2018, Điều 5)",
                           "nothing beside the procedure's list may be asked for (Decree 61/2018 Art. 5)");
    return intake_check_listed(l, "missing", missing, count, a, reterr);
}

enum err_code intake_check_told(const struct intake_list *l, const char *filed, const struct intake_component *missing,
                                int count, struct err *reterr)
{
    const struct listed_component *c = lacking(l, missing, count, filed);

    if (!c)
        return ERR_OK;
    return err_say(reterr, ERR_INVALID, "missing", "chưa nêu \"%s\", mà hồ sơ đã nộp cũng thiếu: %s",
                   "does not name \"%s\", which was not filed either: %s", c->code, c->name);
}

const char *intake_listed_codes(const struct intake_component *components, int count, struct arena *a)
{
    const char *codes = "";

    for (int i = 0; i < count; i++)
        if (components[i].listed && !words_in(codes, components[i].listed))
            codes = arena_printf(a, "%s%s%s", codes, *codes ? "," : "", components[i].listed);
    return codes;
}
