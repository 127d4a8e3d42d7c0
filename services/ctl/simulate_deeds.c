/* SPDX-License-Identifier: Apache-2.0 */
/* What can be done, and what others say of it. */
#include "services/ctl/simulate.h"

const struct deed_row deeds[DEED_COUNT] = {
#define X(symbol, service, suffix, event, vi) {#symbol, (char)(1 + DO_##symbol), service, suffix, event, vi},
    DEEDS(X)
#undef X
};
_Static_assert(DEED_COUNT < 127, "a letter is a char");

bool deed_at_once(enum deed deed)
{
    return deed == DO_AT_ONCE || deed == DO_REFUSE_AT_ONCE || deed == DO_STUDY_AT_ONCE;
}

const char *deed_refusal(enum deed deed)
{
    return deed == DO_ASK_STOP_EARLY ? "conflict" : "illegal-transition";
}

const char *deed_echo(enum deed deed, int service)
{
    if (deed_at_once(deed) && service == CTL_APPRAISAL)
        return "Assigned Appraised";
    if (service == CTL_APPROVAL)
        return deed == DO_AT_ONCE ? "Granted Signed" : deed == DO_REFUSE_AT_ONCE ? "DecisionRefused Signed" : NULL;
    if ((deed == DO_TAKE_LINKED || deed == DO_PASS_ON) && service == CTL_APPRAISAL)
        return "PartsOpened";
    if (deed == DO_ASK_IN_VAIN && service == CTL_APPRAISAL)
        return "ConsultationLapsed";
    if (service != CTL_INTAKE)
        return NULL;
    return deed == DO_WANT ? "SupplementRequested" : deed == DO_ISSUE ? "Extended" : NULL;
}

const char *deed_prelude(enum deed deed)
{
    return deed == DO_REPLY_LATE       ? "ComplaintDuePassed"
           : deed == DO_CONCLUDE_ALONE ? "PartLapsed"
           : deed == DO_KEEP           ? "CollectionReminded CollectionReminded CollectionReminded"
                                       : NULL;
}
