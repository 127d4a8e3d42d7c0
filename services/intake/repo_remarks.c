/* SPDX-License-Identifier: Apache-2.0 */
/* Why the citizen is asked for something, and why what was asked for is refused: whoever tells him reads it here. */
#include "common/flow/remarks.h"
#include "services/intake/repo.h"

/* That of the events that carry reasons; NULL of any other act. */
static const struct remark *remark_of(const struct work *w)
{
    switch (w->act) {
    case INTAKE_REQUEST_SUPPLEMENT:
        return ((const struct intake_supplement_asked *)w->command)->remark;
    case INTAKE_REFUSE_WITHDRAWAL:
    case INTAKE_REFUSE_STOP:
    case INTAKE_REFUSE_EXTENSION:
    case INTAKE_REFUSE_CORRECTION:
        return ((const struct intake_progress *)w->command)->remark;
    default:
        return NULL;
    }
}

void intake_remarks_note(const struct item *i)
{
    struct intake_asked *q = intake_asked(i->batch);
    const struct remark *r = remark_of(i->work);

    if (!r)
        return;
    if (!q->remarks)
        q->remarks = remarks_new(i->batch);
    remarks_add(q->remarks, i->subject->id, r);
}

void intake_remarks_save(struct batch *b)
{
    struct remarks *r = intake_asked(b)->remarks;

    if (r)
        remarks_store(r);
}
