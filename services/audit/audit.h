/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Audit (giám sát) in its own words: it decides nothing; it seals what the others say and counts. Plain data and pure
 * functions.
 *
 * Figures are counted on the day of receipt, so that received = early + on_time + late + withdrawn + stopped + in
 * process, always. A dossier ends, for the clock, when its result or refusal is signed, numbered and sealed (national
 * status 9): `Sealed`. Waiting for a supplement is left out of the reported time. late: sealed after the promised
 * moment; on time: on the promised civil day; early: on a day before.
 *
 * Withdrawn and stopped are ends, too (national status 7, 8; Decision 766/2022, 2.1): such a dossier is late when its
 * end lies behind its date, whether or not that was told; when the citizen was waited for at the end, its clock stood
 * still from then on. Otherwise it is neither in time nor late. What was asked to be completed more than once is late
 * by rule, from then on and however it ends. Each dossier is in one figure.
 */
#ifndef TAICHO_AUDIT_H
#define TAICHO_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/id.h"
#include "common/base/instant.h"
#include "common/domain/step_watch.h"
#include "common/domain/words.h"

enum audit_act { AUDIT_ACT_RECORD, AUDIT_ACT_SET_TARGET };

#define AUDIT_RESULTS(X)                                                                                               \
    X(OPEN, "open", "đang giải quyết")                                                                                 \
    X(GRANTED, "granted", "đồng ý giải quyết")                                                                         \
    X(REFUSED, "refused", "từ chối giải quyết")                                                                        \
    X(WITHDRAWN, "withdrawn", "công dân rút hồ sơ")                                                                    \
    X(STOPPED, "stopped", "dừng giải quyết")                                                                           \
    X(REFUSED_AT_COUNTER, "refused_at_counter", "từ chối tiếp nhận")                                                   \
    X(GUIDED, "guided", "hướng dẫn hoàn thiện hồ sơ")

enum audit_result {
#define X(symbol, name, vi) AUDIT_RESULT_##symbol,
    AUDIT_RESULTS(X)
#undef X
        AUDIT_RESULT_COUNT
};
extern const char *const audit_result_names[];
int audit_result_parse(const char *name);

/* The five acts that make a dossier "on the spot" when all of them were done at a counter. */
enum audit_spot {
    AUDIT_SPOT_RECEIPT = 1,
    AUDIT_SPOT_APPRAISAL = 2,
    AUDIT_SPOT_SIGNATURE = 4,
    AUDIT_SPOT_SEAL = 8,
    AUDIT_SPOT_RETURN = 16
};
#define AUDIT_SPOT_ALL 31

/*
 * What citizens say of it, beside the other figures (Circular 01/2018 Art. 13). Points are sums over dossiers, so that
 * a mean is a sum by its count: the first four by the ratings, the conduct by what has ended early, on time or late.
 *
 * conduct_points (indicator 7): 2 ended early, 1 on time, 0 late; 0 whatever it was with a complaint that is justified.
 * complaints_in_time and _late (indicator 8): answered or refused by the date for it, and, once the date to publish the
 * answer has come, published by that; behind either, or still not. complaints_published_late: behind the latter.
 */
#define AUDIT_VOICES(X)                                                                                                \
    X(ratings)                                                                                                         \
    X(satisfaction_points)                                                                                             \
    X(attitude_points)                                                                                                 \
    X(contact_points)                                                                                                  \
    X(agency_points)                                                                                                   \
    X(conduct_points)                                                                                                  \
    X(complaints)                                                                                                      \
    X(complaints_justified)                                                                                            \
    X(complaints_in_time)                                                                                              \
    X(complaints_late)                                                                                                 \
    X(complaints_asked_more)                                                                                           \
    X(complaints_published)                                                                                            \
    X(complaints_published_late)

struct audit_voices {
#define X(name) int name;
    AUDIT_VOICES(X)
#undef X
};

/*
 * How results go to citizens (Decree 61/2018 Art. 20). The first four are of results that citizens have: what the post
 * brought back is not among them until it is handed over again. came_back counts each time; unclaimed those that lie
 * archived since nobody came.
 */
#define AUDIT_WAYS(X)                                                                                                  \
    X(returned_counter)                                                                                                \
    X(returned_post)                                                                                                   \
    X(returned_electronic)                                                                                             \
    X(returned_proxy)                                                                                                  \
    X(came_back)                                                                                                       \
    X(unclaimed)

struct audit_ways {
#define X(name) int name;
    AUDIT_WAYS(X)
#undef X
};

/*
 * Papers that the administration lost or damaged (Decree 61/2018 Art. 21(2)), by cases: noted as lost, or as damaged;
 * settled, and those of these with money paid.
 */
#define AUDIT_LOSSES(X)                                                                                                \
    X(papers_lost)                                                                                                     \
    X(papers_damaged)                                                                                                  \
    X(losses_settled)                                                                                                  \
    X(losses_paid)

struct audit_losses {
#define X(name) int name;
    AUDIT_LOSSES(X)
#undef X
};

/*
 * What citizens file on the portal: on the day of it; and, on the day of the answer (a receipt, a refusal, a guidance),
 * what was answered, and of that behind its time.
 */
#define AUDIT_FILINGS(X)                                                                                               \
    X(filed_online)                                                                                                    \
    X(filed_answered)                                                                                                  \
    X(filed_late)

struct audit_filings {
#define X(name) int name;
    AUDIT_FILINGS(X)
#undef X
};

/* Of those that are late: what is late by rule and still open, and what ended without a result. The others have one. */
#define AUDIT_LATES(X)                                                                                                 \
    X(late_open)                                                                                                       \
    X(late_withdrawn)                                                                                                  \
    X(late_stopped)

struct audit_lates {
#define X(name) int name;
    AUDIT_LATES(X)
#undef X
};

/*
 * How often citizens had to turn to the counter to complete their dossiers, and the agencies they came to (Circular
 * 01/2018 Art. 13, indicators 3 and 4), of every dossier that was received, by what happened: whose fault it was nobody
 * says. contacts_sum: the guidance that a receipt followed, each supplement that was asked for, a correction that was
 * fetched at the counter. agencies_sum: 1, the counter, when it was filed or fetched there; 0 when nobody came.
 * contacts_rated_sum: what citizens say in their ratings, without their own faults.
 */
#define AUDIT_CONTACTS(X)                                                                                              \
    X(contacts_sum)                                                                                                    \
    X(agencies_sum)                                                                                                    \
    X(contacts_rated_sum)

struct audit_contacts {
#define X(name) int name;
    AUDIT_CONTACTS(X)
#undef X
};

/* All of these, in the order in which tables and statements name them. */
#define AUDIT_LISTED(X) AUDIT_VOICES(X) AUDIT_WAYS(X) AUDIT_LOSSES(X) AUDIT_FILINGS(X) AUDIT_LATES(X) AUDIT_CONTACTS(X)

#define AUDIT_POINTS_MOST     2
#define AUDIT_COMPLAINTS_MOST 30 /* of one dossier: each is a bit */

/*
 * What is to be paid (phí, lệ phí), beside the other figures: how many fees and whole VND. What is still owed is due
 * less paid less waived. fee_dossiers: those of which a fee has fallen due; fee_dossiers_online: those of them that
 * paid one online, the share that Decision 766/2022 asks for.
 */
#define AUDIT_FEES(X)                                                                                                  \
    X(fee_dossiers)                                                                                                    \
    X(fee_dossiers_online)                                                                                             \
    X(due)                                                                                                             \
    X(due_vnd)                                                                                                         \
    X(paid)                                                                                                            \
    X(paid_vnd)                                                                                                        \
    X(paid_cash)                                                                                                       \
    X(paid_transfer)                                                                                                   \
    X(paid_post)                                                                                                       \
    X(paid_online)                                                                                                     \
    X(waived)                                                                                                          \
    X(waived_vnd)                                                                                                      \
    X(refunded)                                                                                                        \
    X(refunded_vnd)

struct audit_fees {
#define X(name) int64_t name;
    AUDIT_FEES(X)
#undef X
};
#define AUDIT_FEES_MOST 100 /* of one dossier */

/* So many fees, so much together. */
struct audit_sum {
    int count;
    int64_t vnd;
};

/* What makes the clocks of a dossier stand still (national status 5 and 6, and periods that the law leaves out). */
#define AUDIT_PAUSES(X)                                                                                                \
    X(NONE, "", "")                                                                                                    \
    X(SUPPLEMENT, "supplement", "chờ công dân bổ sung hồ sơ")                                                          \
    X(OBLIGATION, "obligation", "chờ thực hiện nghĩa vụ tài chính")                                                    \
    X(EXCLUDED, "excluded", "thời gian không tính vào thời hạn")

enum audit_pause_kind {
#define X(symbol, name, vi) AUDIT_PAUSE_##symbol,
    AUDIT_PAUSES(X)
#undef X
};
extern const char *const audit_pause_names[];

/* A pause as the event tells that begins it, or PeriodEnded: it has ended earlier. */
struct audit_pause {
    enum audit_pause_kind kind;
    bool ended;           /* it is known from then on, and `until` is its real end */
    instant from, until;  /* until: of an excluded period; otherwise INSTANT_NONE, and an event ends it */
    const char *code;     /* of the period; of a supplement why it was asked late or once more; "" */
    const char *superior; /* the head who asked for it then; "" */
};

/* What an event says, as far as audit looks. */
struct audit_record {
    const char *type;
    const char *receiving_unit; /* of Received */
    const char *counter;        /* of it, too: where it was received */
    instant due_at;             /* the reported one: of Received and what moves it */
    bool by_hours;              /* of Received: its time is one in hours */
    instant answer_due_at;      /* of an answer to what was filed on the portal; INSTANT_NONE: it answers nothing */
    int supplement;             /* of SupplementRequested: how often it was asked */
    struct audit_pause pause;   /* of it, ObligationOpened, PeriodExcluded and PeriodEnded */
    bool breach;                /* of Extended */
    bool followed; /* of Received: the citizen had been told before what was missing, and has followed it */
    int channel;   /* of Received: enum channel */
    int satisfaction, attitude, contact_points, agency_points; /* of RatingGiven */
    int contacts;                                              /* of it, too: so often, as the citizen says */
    int complaint;                                             /* its number, of the events about one */
    bool justified;                                            /* of ComplaintAnswered */
    bool late;                                                 /* of it, and of ComplaintPublished */
    instant reply_due_at;               /* of ComplaintMoreAsked and ComplaintSupplied: until when it is answered now */
    bool again;                         /* of Guided: not for the first time */
    int outcome;                        /* of Sealed, Ready, HandedOver, CameBack, Archived */
    int delivery;                       /* of HandedOver, CorrectionHandedOver: enum delivery */
    bool proxy;                         /* of HandedOver: a proxy came for it */
    bool unclaimed;                     /* of Archived */
    bool damaged;                       /* of PaperLost; otherwise lost */
    bool paid;                          /* of LossSettled: with money */
    int correction, cause, reported_by; /* of CorrectionRequested: its number, why, who found out */
    const char *at_fault;               /* of it, too: the unit */
    const char *part_unit; /* of Contributed, PartLapsed: whose part it was, with its date; NULL: another event */
    bool part_given;
    struct audit_sum fees[FEE_DUE_COUNT]; /* of Received: what falls due when */
    int64_t vnd;                          /* of FeePaid, FeeWaived, FeeRefunded */
    int means;                            /* of FeePaid: enum pay_means */
    struct step_told step;                /* of AppraisalNear and its likes; kind STEP_NONE of all others */
    enum step_warning warning;            /* of them, too */
    enum step_kind broken_off;            /* of AppraisalBrokenOff and its like: which step; NONE of all others */
    instant broken_off_at;                /* of them, too: when the dossier ended */
};

/* A step of a dossier that was late; what of the dossier's own lateness is charged to it is known at the end. */
struct audit_late_step {
    enum step_kind kind;
    int step, round;
    const char *unit;
    instant ended_at;
    int64_t minutes_late, minutes_charged;
};
#define AUDIT_LATE_STEPS_MOST 32 /* that are kept of one dossier, the newest */

/* What is known of a dossier. */
struct audit_fact {
    struct id dossier;
    const char *code, *unit, *receiving_unit, *procedure;
    const char *counter; /* where it was received, by whose hours its dates are counted; "": not known */
    int32_t day;
    instant due_at, ended_at;
    instant apologised_at; /* when the apology with the new date was sealed; INSTANT_NONE */
    instant passed_at;     /* its date had passed by then: this one, by which it is judged for good; INSTANT_NONE */
    bool by_hours;         /* its time is one in hours: in time is early before the moment, not the day */
    instant waits_from;    /* since when the citizen is waited for, or was at the end; INSTANT_NONE */
    enum audit_result result;
    enum timing timing;
    int at_counter, elsewhere;
    int supplements;      /* asked of the citizen; a second one is late, and for inspection */
    bool supplement_late; /* the first one was asked behind its term, by the head with a ground: for inspection, too */
    bool overdue;
    int contacts; /* so often the citizen had to turn to the counter to complete it */
    bool visited; /* and he came there */
    int extended; /* 1: the promised date was moved with an apology; 2: and that came too late, a breach */
    bool rated;
    int complaints, justified; /* filed; found to be justified */
    /* Bit number - 1 of each complaint that was answered or refused, was not in time, was not published in time. */
    unsigned answers, late_answers, late_publications;
    int delivery; /* how the citizen got the result; DELIVERY_NONE: he does not have it */
    bool proxy, unclaimed;
    const struct audit_late_step *late_steps; /* in order of their ends */
    size_t late_count;
    int64_t uncharged;                       /* minutes of its lateness that no step explains */
    bool late_changed;                       /* late_steps are to be stored */
    struct audit_sum awaited[FEE_DUE_COUNT]; /* fees that have not fallen due */
    bool has_fee, paid_online;               /* one has fallen due; one was paid online */
    bool fees_moved;                         /* the three above, by this batch: they are to be stored */
    bool moved;                              /* by this batch: it is to be stored */
};

/* How the figures of (unit, procedure, day) move. */
struct audit_delta {
    const char *unit, *procedure;
    int32_t day;
    int received, refused, early, on_time, late, withdrawn, stopped, on_the_spot, overdue, extended, breaches;
    int late_entries;
    int guided, guided_again, supplement_late;
    struct audit_voices voices;
    struct audit_ways ways;
    struct audit_losses losses;
    struct audit_filings filings;
    struct audit_lates lates;
    struct audit_contacts contacts;
    struct audit_fees fees;
};

/* The envelope's part of an event that the facts are made of. */
struct audit_about {
    const char *code, *unit, *procedure, *place;
    instant occurred_at;
    bool late_entry; /* a person entered it after the system was away (domain/late_entry.h) */
};

/*
 * audit_count says how an event changes the facts of its dossier (NULL: nothing is known yet) and the figures. Pure.
 * *ret_fact is the new state; *ret_delta is all zero when no figure moves. False: the event concerns no figure and no
 * fact.
 */
bool audit_count(const struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                 struct audit_fact *ret_fact, struct audit_delta *ret_delta);

/* audit_count_filed counts what was filed on the portal, of which there is no fact yet: nothing is received. False: it
 * is another event. */
bool audit_count_filed(const struct audit_record *r, const struct audit_about *about, struct audit_delta *ret_delta);

/* audit_ran_until gives the end of what ended without a result, or since when the citizen was waited for then: until
 * then its clock ran. */
instant audit_ran_until(const struct audit_fact *f);

/* audit_judged_by gives the date by which a dossier is judged: the one in force, unless that was moved when it had
 * passed. */
instant audit_judged_by(const struct audit_fact *f);

/* audit_fact_copy makes a copy in its own memory, of one that is stored. */
struct audit_fact *audit_fact_copy(const struct audit_fact *f, struct arena *a);

/* A target as it is set. Days are civil days; valid_to 0: open. */
struct audit_target {
    const char *target, *level, *phase;
    int share_percent;
    int32_t valid_from, valid_to;
};

#endif
