/* SPDX-License-Identifier: Apache-2.0 */
/* What citizens say of a dossier: how they rate it, what they complain of, and whether they were answered in time. */
#include "services/audit/count.h"

void count_rated(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                 struct audit_delta *d)
{
    if (f->rated)
        return;
    f->rated = true;
    d->voices.ratings = 1;
    d->voices.satisfaction_points = r->satisfaction;
    d->voices.attitude_points = r->attitude;
    d->voices.contact_points = r->contact_points;
    d->voices.agency_points = r->agency_points;
    d->contacts.contacts_rated_sum = r->contacts;
}

void count_complaint_filed(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                           struct audit_delta *d)
{
    f->complaints++;
    d->voices.complaints = 1;
}

/* put says of one complaint whether it is among those. */
static void put(unsigned *among, int complaint, bool is)
{
    unsigned bit = 1u << (complaint - 1);

    *among = is ? *among | bit : *among & ~bit;
}

/* What was answered in time on paper may be entered behind its date, when that had been told. */
void count_complaint_answered(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                              struct audit_delta *d)
{
    f->justified += r->justified;
    d->voices.complaints_justified = r->justified;
    put(&f->answers, r->complaint, true);
    put(&f->late_answers, r->complaint, r->late);
}

void count_complaint_due_passed(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                                struct audit_delta *d)
{
    put(&f->late_answers, r->complaint, true);
}

/* What was told of the date before may have been of one that did not hold any more; one that had passed stays. */
void count_complaint_supplied(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                              struct audit_delta *d)
{
    if (r->reply_due_at > about->occurred_at)
        put(&f->late_answers, r->complaint, false);
}

void count_complaint_more_asked(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                                struct audit_delta *d)
{
    d->voices.complaints_asked_more = 1;
    count_complaint_supplied(f, r, about, d);
}

void count_complaint_published(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                               struct audit_delta *d)
{
    d->voices.complaints_published = 1;
    put(&f->late_publications, r->complaint, r->late);
}

void count_complaint_publication_passed(struct audit_fact *f, const struct audit_record *r,
                                        const struct audit_about *about, struct audit_delta *d)
{
    put(&f->late_publications, r->complaint, true);
}

static int count_of(unsigned among)
{
    int n = 0;

    for (; among; among &= among - 1)
        n++;
    return n;
}

static int conduct_of(const struct audit_fact *f)
{
    static const int points[TIMING_COUNT] = {[TIMING_EARLY] = 2, [TIMING_ON_TIME] = 1};

    return f->justified ? 0 : points[f->timing];
}

void count_voices_standing(const struct audit_fact *f, int n, struct audit_voices *v)
{
    unsigned late = f->late_answers | f->late_publications;

    v->conduct_points += n * conduct_of(f);
    v->complaints_in_time += n * count_of(f->answers & ~late);
    v->complaints_late += n * count_of(late);
    v->complaints_published_late += n * count_of(f->late_publications);
}
