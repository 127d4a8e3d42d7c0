/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence (giấy tờ chứng minh): no date moves on a word alone. Whoever records what was found, or a period that is
 * left out, names the document of the dossier that shows it, filed before; of a payment it may be named. One document
 * may show several things.
 */
#include "services/intake/rules.h"

enum err_code intake_take_evidence(struct id document, const struct intake_facts *f, struct intake_decision *ret,
                                   struct err *reterr)
{
    const struct paper *paper = f->papers ? papers_find(f->papers, document) : NULL;

    if (!paper)
        return err_say(reterr, ERR_INVALID, "document", "hồ sơ không có giấy tờ chứng minh %s",
                       "the dossier has no evidence %s", id_text(document).s);
    ret->named = &paper->handle;
    return ERR_OK;
}
