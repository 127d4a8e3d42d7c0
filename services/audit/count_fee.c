/* SPDX-License-Identifier: Apache-2.0 */
/* What is to be paid: a fee is awaited from the receipt on, and due when its moment has come. */
#include "services/audit/count.h"

static void fall_due(struct audit_fact *f, int when, struct audit_delta *d)
{
    struct audit_sum *sum = &f->awaited[when];

    if (sum->count == 0)
        return;
    d->fees.due = sum->count;
    d->fees.due_vnd = sum->vnd;
    d->fees.fee_dossiers = !f->has_fee;
    f->has_fee = f->fees_moved = true;
    *sum = (struct audit_sum){0};
}

void count_fees_with_result(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                            struct audit_delta *d)
{
    if (r->outcome == OUTCOME_GRANTED)
        fall_due(f, FEE_DUE_RETURN, d);
}

void count_fee_paid(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                    struct audit_delta *d)
{
    d->fees.paid = 1;
    d->fees.paid_vnd = r->vnd;
    d->fees.paid_cash = r->means == PAY_CASH;
    d->fees.paid_transfer = r->means == PAY_TRANSFER;
    d->fees.paid_post = r->means == PAY_POST;
    d->fees.paid_online = r->means == PAY_ONLINE;
    d->fees.fee_dossiers_online = r->means == PAY_ONLINE && !f->paid_online;
    f->paid_online |= r->means == PAY_ONLINE;
    f->fees_moved = true;
}

void count_fee_waived(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                      struct audit_delta *d)
{
    d->fees.waived = 1;
    d->fees.waived_vnd = r->vnd;
}

void count_fee_refunded(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                        struct audit_delta *d)
{
    d->fees.refunded = 1;
    d->fees.refunded_vnd = r->vnd;
}

void count_fees_received(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                         struct audit_delta *d)
{
    for (int when = 0; when < FEE_DUE_COUNT; when++) {
        f->awaited[when] = r->fees[when];
        f->fees_moved |= r->fees[when].count > 0;
    }
    fall_due(f, FEE_DUE_INTAKE, d);
}

void count_fees_supplemented(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                             struct audit_delta *d)
{
    fall_due(f, FEE_DUE_SUPPLEMENT, d);
}
