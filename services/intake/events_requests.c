/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to approval: events of a withdrawal, an extension, a stop and a correction. */
#include "services/intake/events_private.h"

#include "services/intake/rules.h"

void intake_encode_extension_requested(const struct intake_decision *d, struct arena *a,
                                       Taicho__V1__LifecycleEvent *ret)
{
    struct document_handle handle = intake_handle(d->document);
    MESSAGE(a, Taicho__V1__ExtensionRequested, TAICHO__V1__EXTENSION_REQUESTED);

    m->apology = event_handle_pack(&handle, a);
    m->due_at = d->next.extension.due_at;
    m->reason = wire_text(d->next.extension.reason);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_EXTENSION_REQUESTED;
    ret->extension_requested = m;
}

void intake_encode_stop_requested(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    struct document_handle handle = intake_handle(d->document);
    MESSAGE(a, Taicho__V1__StopRequested, TAICHO__V1__STOP_REQUESTED);

    m->notice = event_handle_pack(&handle, a);
    m->ground = wire_text(stop_ground_name((int)d->next.stop.ground));
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_STOP_REQUESTED;
    ret->stop_requested = m;
}

void intake_encode_correction_requested(const struct intake_decision *d, struct arena *a,
                                        Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_correction *c = &d->next.corrections[d->correction];
    MESSAGE(a, Taicho__V1__CorrectionRequested, TAICHO__V1__CORRECTION_REQUESTED);

    m->correction = event_handle_pack(d->named, a);
    m->number = d->correction + 1;
    m->cause = wire_text(correction_cause_name((int)c->cause));
    m->unit = wire_text(c->unit);
    m->reported_by = (Taicho__V1__Reporter)c->reported_by;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_CORRECTION_REQUESTED;
    ret->correction_requested = m;
}

void intake_encode_withdrawal_requested(const struct intake_decision *d, struct arena *a,
                                        Taicho__V1__LifecycleEvent *ret)
{
    struct document_handle handle = intake_handle(d->document);
    MESSAGE(a, Taicho__V1__WithdrawalRequested, TAICHO__V1__WITHDRAWAL_REQUESTED);

    m->request = event_handle_pack(&handle, a);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_WITHDRAWAL_REQUESTED;
    ret->withdrawal_requested = m;
}
