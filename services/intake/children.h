/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The children of a dossier: what was handed between desks, asked of the citizen, paid, requested, said, lost,
 * corrected, found. Plain data, each with its words; they live under the dossier's lock and, but for the cases of loss,
 * inside it.
 */
#ifndef TAICHO_INTAKE_CHILDREN_H
#define TAICHO_INTAKE_CHILDREN_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/id.h"
#include "common/base/instant.h"
#include "common/domain/catalogue.h"
#include "common/domain/deadline.h"
#include "common/domain/left_out.h"
#include "common/domain/words.h"

/*
 * A transfer of papers between two desks, a child of the dossier (control slip, form 05: a giver and a receiver): of
 * the dossier's own papers, a step of its process; or of those that came later with a supplement, on their way from the
 * counter to the unit that has the others.
 */
#define INTAKE_TRANSFER_STATE_MAP(X)                                                                                   \
    X(AWAITING, "awaiting", "chờ giao")                                                                                \
    X(GIVEN, "given", "đã giao")                                                                                       \
    X(TAKEN, "taken", "đã nhận")                                                                                       \
    X(REFUSED, "refused", "đã từ chối nhận")

enum intake_transfer_state {
#define X(symbol, name, vi) INTAKE_TRANSFER_##symbol,
    INTAKE_TRANSFER_STATE_MAP(X)
#undef X
        INTAKE_TRANSFER_STATE_COUNT
};

#define INTAKE_PROCESS_TRANSFERS_MAX 8
#define INTAKE_TRANSFERS_MAX         (INTAKE_PROCESS_TRANSFERS_MAX + INTAKE_SUPPLEMENTS_MAX)

struct intake_transfer {
    int supplement; /* whose papers they are, by its number; 0: the dossier's own */
    int step, round;
    enum intake_transfer_state state;
    const char *from_unit, *to_unit;
    instant opened_at;                  /* INSTANT_NONE: before that was kept */
    instant due_at, near_at;            /* near_at: when little time is left; INSTANT_NONE: of a supplement's papers */
    enum step_warning warning;          /* what the watch has told of it */
    instant given_at, answered_at;      /* INSTANT_NONE: not yet */
    const char *given_by, *answered_by; /* NULL: not yet */
    const char *reason;                 /* free text of a refusal; never leaves intake */
    enum timing result;                 /* how it went, by the rule of all steps; NONE: it is open, or had no time */
};

/*
 * The way of the papers round the units that co-operate in a step, one after the other (D61 Art. 19(6)), and on to the
 * unit of the next step where no transfer lies between (onward.c). It follows from whose turn it is, as the others
 * tell. Whoever they came to signs for them, or not (control slip, form 05); nothing waits for that, and unsigned they
 * go on all the same. A transfer of the dossier's own papers begins anew.
 */
#define INTAKE_TURN_STATE_MAP(X)                                                                                       \
    X(PASSED_ON, "passed_on", "đã chuyển đến")                                                                         \
    X(TAKEN, "taken", "đã nhận")                                                                                       \
    X(REFUSED, "refused", "đã từ chối nhận")

enum intake_turn_state {
#define X(symbol, name, vi) INTAKE_TURN_##symbol,
    INTAKE_TURN_STATE_MAP(X)
#undef X
        INTAKE_TURN_STATE_COUNT
};

/* How the work of a unit went that it had ended when it gave the papers on; NONE: it had ended none, or it had no time.
 */
struct intake_work {
    enum timing result;
    instant due_at; /* of any other result than NONE */
};

struct intake_turn {
    const char *unit; /* that had its turn last: while it lasts it has the papers. NULL: none had */
    const char *lead; /* the unit that has them behind the last turn; of GO_ON and GO_BACK it is `unit` */
    const char *post; /* who had them there last; NULL: none is known */
    int by;           /* enum intake_act: OPEN_PARTS while it is the unit's turn, then what ended it; GO_ON or GO_BACK:
                         it has the next step */
    instant since;
    bool waits;                        /* another unit's turn comes behind it */
    struct intake_work done;           /* of one that waits: the part that `unit` has given by now */
    const char *from_unit, *from_post; /* who had them just before; from_post NULL: nobody had signed for them */
    enum intake_turn_state state;      /* of what brought them where they are: `by` */
    const char *answered_by;           /* NULL: nobody has signed or refused */
    instant answered_at;               /* INSTANT_NONE: not yet */
};

/* A financial obligation (nghĩa vụ tài chính), a child of the dossier: what the tax office asks for is paid elsewhere.
 */
#define INTAKE_OBLIGATION_STATE_MAP(X)                                                                                 \
    X(EXPECTED, "expected", "chờ thông báo thuế")                                                                      \
    X(NOTIFIED, "notified", "đã có thông báo, chờ nộp")                                                                \
    X(MET, "met", "đã hoàn thành")

enum intake_obligation_state {
#define X(symbol, name, vi) INTAKE_OBLIGATION_##symbol,
    INTAKE_OBLIGATION_STATE_MAP(X)
#undef X
        INTAKE_OBLIGATION_STATE_COUNT
};

#define INTAKE_OBLIGATIONS_MAX 4

struct intake_obligation {
    int step, round;
    enum intake_obligation_state state;
    instant opened_at, due_at;   /* until when the notice is to be here; INSTANT_NONE: it has no clock */
    instant near_at;             /* when little of that is left */
    enum step_warning warning;   /* what the watch has told of it */
    const char *notice;          /* the number of the tax notice; never leaves intake. NULL: not yet */
    instant notified_at, met_at; /* INSTANT_NONE: not yet */
    const char *opened_by, *met_by;
    struct id document; /* the proof of the payment; nil: none */
};

/* A supplement: asked of the citizen, and received at the counter. Twice at the most, and never two at a time. */
#define INTAKE_SUPPLEMENTS_MAX 2

struct intake_supplement {
    int step, round;                /* of appraisal, which asked for it */
    struct id request;              /* the request form (form 02) */
    const char *asked_by;           /* the post */
    const char *ground;             /* why it was asked late, or once more, as a code; NULL: it was not */
    const char *superior;           /* the head who asked for it then; NULL */
    instant asked_at, answer_until; /* INSTANT_NONE: no rule is known */
    instant received_at;            /* INSTANT_NONE: not yet */
    const char *received_by;
};

/* The citizen's latest request to withdraw the dossier (rút hồ sơ); the dossier's state is as it was until it is
 * granted.
 */
struct intake_withdrawal {
    enum withdrawal state;
    struct id request; /* the paper */
    instant at;
    const char *by; /* who took it at the counter; NULL: nobody */
};

/* The competent unit's latest request to stop the dossier (dừng giải quyết), with its notice; the dossier's state is as
 * it was until that is signed. */
struct intake_stop {
    enum stop state;
    struct id notice; /* the paper */
    enum stop_ground ground;
    instant at;
    const char *by; /* who asked; NULL: nobody */
};

/* Why a result is late, as a code: events never carry free text. */
#define INTAKE_EXTENSION_REASON_MAP(X)                                                                                 \
    X(OVERLOAD, "overload")                                                                                            \
    X(OTHER_UNIT, "other_unit")                                                                                        \
    X(SYSTEM_FAULT, "system_fault")                                                                                    \
    X(ABSENCE, "absence")                                                                                              \
    X(OTHER, "other")
#define WORD_COUNTED(symbol, name) +1
#define INTAKE_EXTENSION_REASONS   (0 INTAKE_EXTENSION_REASON_MAP(WORD_COUNTED))
extern const char *const intake_extension_reasons[]; /* ends with NULL */

/* The extension (hẹn lại) with its apology (form 04): once. Until the apology is issued the date is what it was. */
struct intake_extension {
    enum extension state; /* intake knows requested, refused and issued */
    struct id apology;
    instant due_at; /* the new date; INSTANT_NONE of one that means nothing any more */
    const char *reason, *by;
    instant asked_at, issued_at; /* issued_at: when intake heard that it was; INSTANT_NONE: not yet */
    /* By what it was judged too late, or in time; of one that was issued behind the end only sealed_at. */
    struct deadline_apology judged;
};

/* The result, or the stop notice, at the counter, as return tells it. */
struct intake_collection {
    instant ready_at; /* INSTANT_NONE: it does not lie there yet */
    bool early;       /* on a day before the promised one */
    int reminders;    /* how often it was told that nobody came for it, since it lies there */
    instant reminded_at, came_back_at;
};
#define INTAKE_NO_COLLECTION                                                                                           \
    {                                                                                                                  \
        .ready_at = INSTANT_NONE, .reminded_at = INSTANT_NONE, .came_back_at = INSTANT_NONE                            \
    }

/* How a citizen's rating came (Circular 01/2018 Art. 15), in the order of the contract. */
#define INTAKE_MEANS_MAP(X)                                                                                            \
    X(SLIP, "slip")                                                                                                    \
    X(DEVICE, "device")                                                                                                \
    X(ONLINE, "online")

enum intake_means {
#define X(symbol, name) INTAKE_MEANS_##symbol,
    INTAKE_MEANS_MAP(X)
#undef X
        INTAKE_MEANS_COUNT
};
extern const char *const intake_means_names[]; /* ends with NULL, as the next two */

/* What the citizen may say of both: a word's place is its points (Circular 01/2018 Art. 13: 2, 1 or 0). */
#define INTAKE_POINTS_MOST 2
extern const char *const intake_satisfactions[], *const intake_attitudes[];
#define INTAKE_TIMES_MOST 99 /* contacts and agencies that a citizen may count */

/* Points of a rating. Contacts are indicator 3, agencies indicator 4: none 2, one 1, more 0. */
struct intake_points {
    int satisfaction, attitude, contacts, agencies;
};

/* What a complaint or proposal (phản ánh, kiến nghị) is about, as a code. */
#define INTAKE_COMPLAINT_CATEGORY_MAP(X)                                                                               \
    X(ATTITUDE, "attitude")                                                                                            \
    X(DELAY, "delay")                                                                                                  \
    X(ASKED_OUTSIDE, "asked_outside") /* papers were asked for outside the counter (Decree 61/2018 Art. 5) */          \
    X(UNLISTED_PAPER, "unlisted_paper")                                                                                \
    X(FEE, "fee")                                                                                                      \
    X(OTHER, "other")
extern const char *const intake_complaint_categories[]; /* ends with NULL */

#define INTAKE_COMPLAINT_STATE_MAP(X)                                                                                  \
    X(OPEN, "open", "chờ trả lời")                                                                                     \
    X(AWAITING_MORE, "awaiting_more", "chờ bổ sung nội dung")                                                          \
    X(ANSWERED, "answered", "đã trả lời")                                                                              \
    X(REFUSED, "refused", "không thuộc thẩm quyền")                                                                    \
    X(PUBLISHED, "published", "đã công khai kết quả trả lời")

enum intake_complaint_state {
#define X(symbol, name, vi) INTAKE_COMPLAINT_##symbol,
    INTAKE_COMPLAINT_STATE_MAP(X)
#undef X
        INTAKE_COMPLAINT_STATE_COUNT
};

#define INTAKE_COMPLAINTS_MAX 8

/*
 * A complaint, a child of the dossier, whose state it does not touch. Working days as Decision 766/2022 (5.2) counts
 * them: a few to refuse what is no matter of these units, some to ask for more, more to answer, a few to publish the
 * answer (common/domain/term.h). While more is awaited, both dates are those that hold if nothing comes: they are
 * counted from the end of the wait; when it comes, from then.
 */
struct intake_complaint {
    enum intake_complaint_state state;
    const char *category, *about; /* about: the post that it names; NULL: none */
    const char *superior;         /* the unit above, where it names a head: it may answer, too. NULL: it does not */
    enum channel channel;
    instant filed_at, refuse_until, answer_due_at;
    instant refuse_from, answer_from;          /* what these two are counted from */
    instant answered_at;                       /* refused, too. INSTANT_NONE: not yet */
    const char *filed_by, *answered_by;        /* answered_by NULL: not yet */
    instant asked_at, wait_until, supplied_at; /* for more, once; until when it is awaited. INSTANT_NONE: not yet */
    const char *asked_by, *supplied_by;        /* NULL: not yet */
    bool asked_late;
    instant publish_until, published_at;   /* of an answered one; INSTANT_NONE: not yet, or before that was asked for */
    const char *published_by;              /* NULL: not yet */
    bool published_late, publication_told; /* told: that its date passed */
    bool justified;                        /* of an answered one */
    bool late;                             /* answered or refused behind its date */
    bool told;                             /* that the date of its answer passed */
    /* Free text never leaves intake. NULL: as they are stored. */
    const char *text, *question, *supply, *answer, *due_explained;
};

/* What happened to papers that the administration had, as a code. */
#define INTAKE_HARM_MAP(X)                                                                                             \
    X(LOST, "lost")                                                                                                    \
    X(DAMAGED, "damaged")

/* Where it was found out. */
#define INTAKE_FOUND_MAP(X)                                                                                            \
    X(CUSTODY, "custody")   /* where they were kept */                                                                 \
    X(TRANSFER, "transfer") /* as they were handed from one desk to another */                                         \
    X(POST, "post")         /* as the post brought them */                                                             \
    X(OTHER, "other")

/* How it was put right (D61 Art. 21(2)). What was found lies with its holder again; in place of everything else the
 * citizen has another paper, or money. */
#define INTAKE_REMEDY_MAP(X)                                                                                           \
    X(FOUND, "found")                                                                                                  \
    X(REPLACED, "replaced") /* another copy of it was got */                                                           \
    X(REISSUED, "reissued") /* whoever had issued it did so again */                                                   \
    X(PAID, "paid")

enum intake_harm {
#define X(symbol, name) INTAKE_HARM_##symbol,
    INTAKE_HARM_MAP(X)
#undef X
        INTAKE_HARM_COUNT
};
enum intake_found {
#define X(symbol, name) INTAKE_FOUND_##symbol,
    INTAKE_FOUND_MAP(X)
#undef X
        INTAKE_FOUND_COUNT
};
enum intake_remedy {
#define X(symbol, name) INTAKE_REMEDY_##symbol,
    INTAKE_REMEDY_MAP(X)
#undef X
        INTAKE_REMEDY_COUNT
};
extern const char *const intake_harm_names[], *const intake_found_names[],
                                                  *const intake_remedy_names[]; /* each ends with NULL */

#define INTAKE_WAY_STATE_MAP(X)                                                                                        \
    X(GIVEN, "given", "đã giao")                                                                                       \
    X(TAKEN, "taken", "đã nhận")                                                                                       \
    X(REFUSED, "refused", "đã từ chối nhận")

enum intake_way_state {
#define X(symbol, name, vi) INTAKE_WAY_##symbol,
    INTAKE_WAY_STATE_MAP(X)
#undef X
        INTAKE_WAY_STATE_COUNT
};
extern const char *const intake_way_state_names[]; /* ends with NULL */

/* A way of papers from the desk that has them back to the counter, where the citizen gets them: a child of the dossier,
 * whose state and dates it does not touch. One at a time is open. */
struct intake_way {
    int number; /* of this dossier's, from 1 */
    enum intake_way_state state;
    const char *from_unit, *to_unit;
    const char *given_by;
    instant given_at;
    const char *answered_by, *reason; /* NULL: nobody has; reason: of a refusal */
    instant answered_at;              /* INSTANT_NONE: likewise */
    const int *components;            /* their numbers */
    int component_count, originals;
};

#define INTAKE_LOSS_STATE_MAP(X)                                                                                       \
    X(OPEN, "open", "đang khắc phục")                                                                                  \
    X(SETTLED, "settled", "đã khắc phục")

enum intake_loss_state {
#define X(symbol, name, vi) INTAKE_LOSS_##symbol,
    INTAKE_LOSS_STATE_MAP(X)
#undef X
        INTAKE_LOSS_STATE_COUNT
};

#define INTAKE_LOSSES_MAX 8
#define INTAKE_PAID_MOST  INT64_C(1000000000) /* VND, of one case */

/* A case of papers that were lost or damaged, a child of the dossier, whose state and dates it does not touch: the
 * citizen does not pay for it. Read and decided beside the dossier, not with it. */
struct intake_loss {
    int number; /* of this dossier, from 1 */
    enum intake_loss_state state;
    enum intake_harm what;
    enum intake_found found;
    const char *unit, *post; /* who had them at that hour, as custody knows; post NULL: nobody had signed for them */
    const char *going_to;    /* the unit that they were on their way to; NULL: they lay there */
    const char *superior;    /* the unit above the holder's, which may settle it, too. NULL: there is none */
    const char *noted_by;
    instant noted_at;
    enum intake_remedy remedy;  /* the rest of a settled one */
    const char *responsible;    /* a unit or a post */
    int64_t paid_vnd;           /* 0: nothing was paid */
    struct id minutes, apology; /* apology nil: there is none */
    const char *settled_by;
    instant settled_at;
};

#define INTAKE_CORRECTION_STATE_MAP(X)                                                                                 \
    X(REQUESTED, "requested", "chờ ký văn bản đính chính")                                                             \
    X(SIGNED, "signed", "đã ký, đang phát hành")                                                                       \
    X(REFUSED, "refused", "không đính chính")                                                                          \
    X(ISSUED, "issued", "đã phát hành")                                                                                \
    X(READY, "ready", "đã có tại quầy")                                                                                \
    X(HANDED_OVER, "handed_over", "đã trả cho người nộp hồ sơ")

enum intake_correction_state {
#define X(symbol, name, vi) INTAKE_CORRECTION_##symbol,
    INTAKE_CORRECTION_STATE_MAP(X)
#undef X
        INTAKE_CORRECTION_STATE_COUNT
};

#define INTAKE_CORRECTIONS_MAX 8

/* A correction of the result (đính chính), a child of the dossier, which stays as it ended. */
struct intake_correction {
    enum intake_correction_state state;
    struct id document; /* the paper: by its id the others speak of the correction */
    enum correction_cause cause;
    enum reporter reported_by;
    const char *unit, *asked_by;                              /* unit: the one at fault */
    instant asked_at;                                         /* INSTANT_NONE, of what follows: not yet */
    instant answered_at, issued_at, ready_at, handed_over_at; /* answered: signed, or refused */
};

#define INTAKE_FINDINGS_MAX 4

/* What was found and gives the dossier another time, as the procedure said on the day of receipt. */
struct intake_finding {
    const char *finding; /* a code of the procedure's variants */
    bool replaces;
    enum time_unit unit;
    int64_t amount;
    const char *basis, *by; /* the law that says so; who found it */
    instant at;
    struct id document; /* the evidence; nil: of one that was recorded before it was asked for */
};

#define INTAKE_EXCLUSIONS_MAX LEFT_OUT_MAX
#define INTAKE_EXCLUSION_DAYS 366 /* the longest */

/* A period that the law leaves out of its time. */
struct intake_exclusion {
    const char *period; /* a code of the procedure's excluded periods */
    bool reported;      /* the reported clock leaves it out, too */
    const char *basis, *by;
    instant from, until; /* until may lie ahead: how long it takes is known; of one that ended earlier: its real end */
    instant at;          /* when it was recorded */
    struct id document;  /* as of a finding */
    /* Of one that ended earlier: until when it was recorded first (0 or INSTANT_NONE: it did not), by whom and when
     * that was recorded, and what shows it. */
    instant recorded_until, ended_at;
    const char *ended_by;
    struct id ended_document;
};

/* What is to be paid of a dossier. Everything is known with the receipt, by the rules of that day; some falls due
 * later.
 */
#define INTAKE_FEE_STATE_MAP(X)                                                                                        \
    X(EXPECTED, "expected", "chưa đến hạn nộp")                                                                        \
    X(DUE, "due", "chờ nộp")                                                                                           \
    X(PAID, "paid", "đã nộp")                                                                                          \
    X(WAIVED, "waived", "được miễn")                                                                                   \
    X(REFUNDED, "refunded", "đã hoàn trả")

enum intake_fee_state {
#define X(symbol, name, vi) INTAKE_FEE_##symbol,
    INTAKE_FEE_STATE_MAP(X)
#undef X
        INTAKE_FEE_STATE_COUNT
};

/* A child of the dossier, whose state and clocks it does not touch. Amounts are whole VND. */
struct intake_fee {
    const char *code;
    enum intake_fee_state state;
    int kind, due;   /* enum fee_kind, fee_due */
    int64_t amount;  /* above 0 */
    instant due_at;  /* since when it is due; INSTANT_NONE: not yet */
    instant paid_at; /* INSTANT_NONE: it was not paid */
    int means;       /* enum pay_means; of one that was paid */
    const char *receipt, *paid_by;
    instant refunded_at; /* INSTANT_NONE: it was not given back */
    int64_t refunded;
    int refund; /* enum fee_refund: why */
    const char *refunded_by;
    instant waived_at; /* INSTANT_NONE: it was not waived */
    int exemption;     /* enum fee_exemption: why */
    const char *superior, *waived_by;
};

#endif
