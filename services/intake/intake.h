/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of intake: what a dossier is here, what can be done to it, and what a decision says. Pure data and pure
 * functions; every text lives as long as the batch that decides.
 */
#ifndef TAICHO_INTAKE_H
#define TAICHO_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/fsm.h"
#include "common/base/id.h"
#include "common/base/instant.h"
#include "common/domain/catalogue.h"
#include "common/domain/dossier.h"
#include "common/domain/paper.h"
#include "common/domain/step_clock.h"
#include "common/domain/worktime.h"

/*    symbol      name          Vietnamese, for the citizen                national status */
#define INTAKE_STATE_MAP(X)                                                                                            \
    X(RECEIVED, "received", "đã tiếp nhận", 2)                                                                         \
    X(REFUSED, "refused", "không tiếp nhận", 3)                                                                        \
    X(GUIDED, "guided", "đã hướng dẫn hoàn thiện hồ sơ", 0)                                                            \
    X(IN_PROCESS, "in_process", "đang xử lý", 4)                                                                       \
    X(AWAITING_SUPPLEMENT, "awaiting_supplement", "chờ bổ sung hồ sơ", 5)                                              \
    X(AWAITING_OBLIGATION, "awaiting_obligation", "chờ thực hiện nghĩa vụ tài chính", 6)                               \
    X(CLOSING, "closing", "đã ký, đang phát hành", 4)                                                                  \
    X(WITHDRAWN, "withdrawn", "đã rút theo đề nghị của công dân", 7)                                                   \
    X(STOPPED, "stopped", "dừng giải quyết", 8)                                                                        \
    X(FINISHED, "finished", "đã có kết quả", 9)                                                                        \
    X(RETURNED, "returned", "đã trả kết quả", 10)

enum intake_state {
#define X(symbol, name, vi, national) INTAKE_##symbol,
    INTAKE_STATE_MAP(X)
#undef X
        INTAKE_STATE_COUNT
};

/* The acts of officers, of the clock, and of the other services' events. */
#define INTAKE_ACT_MAP(X)                                                                                              \
    X(RECEIVE, "receive", "tiếp nhận")                                                                                 \
    X(REFUSE, "refuse", "từ chối tiếp nhận")                                                                           \
    X(GUIDE, "guide", "hướng dẫn hoàn thiện hồ sơ")                                                                    \
    X(FILE_DOCUMENT, "file_document", "lưu tài liệu")                                                                  \
    X(GIVE_TRANSFER, "give_transfer", "giao hồ sơ")                                                                    \
    X(TAKE_TRANSFER, "take_transfer", "nhận hồ sơ")                                                                    \
    X(REFUSE_TRANSFER, "refuse_transfer", "từ chối nhận hồ sơ")                                                        \
    X(OPEN_OBLIGATION, "open_obligation", "ghi nhận thông báo nghĩa vụ tài chính")                                     \
    X(MEET_OBLIGATION, "meet_obligation", "ghi nhận hoàn thành nghĩa vụ tài chính")                                    \
    X(REQUEST_SUPPLEMENT, "request_supplement", "yêu cầu bổ sung hồ sơ")                                               \
    X(RECEIVE_SUPPLEMENT, "receive_supplement", "nhận hồ sơ bổ sung")                                                  \
    X(REQUEST_WITHDRAWAL, "request_withdrawal", "ghi nhận đề nghị rút hồ sơ")                                          \
    X(REQUEST_STOP, "request_stop", "đề nghị dừng giải quyết hồ sơ")                                                   \
    X(REQUEST_EXTENSION, "request_extension", "đề nghị xin lỗi và hẹn lại")                                            \
    X(REQUEST_CORRECTION, "request_correction", "đề nghị đính chính kết quả")                                          \
    X(GIVE_BACK, "give_back", "trả lại giấy tờ cho công dân")                                                          \
    X(NOTE_LOSS, "note_loss", "ghi nhận giấy tờ bị mất, hư hỏng")                                                      \
    X(SETTLE_LOSS, "settle_loss", "giải quyết việc giấy tờ bị mất, hư hỏng")                                           \
    X(FIND, "find", "ghi nhận trường hợp làm thay đổi thời hạn")                                                       \
    X(EXCLUDE, "exclude", "ghi nhận thời gian không tính vào thời hạn")                                                \
    X(RATE, "rate", "ghi nhận đánh giá của công dân")                                                                  \
    X(COMPLAIN, "complain", "ghi nhận phản ánh, kiến nghị")                                                            \
    X(ANSWER_COMPLAINT, "answer_complaint", "trả lời phản ánh, kiến nghị")                                             \
    X(REFUSE_COMPLAINT, "refuse_complaint", "từ chối phản ánh, kiến nghị không thuộc thẩm quyền")                      \
    X(PASS_ANSWER, "pass_answer", "ghi nhận quá hạn trả lời phản ánh, kiến nghị")                                      \
    X(PASS_DUE, "pass_due", "ghi nhận quá hạn")                                                                        \
    X(RECOUNT, "recount", "tính lại hạn trả kết quả")                                                                  \
    X(TAKE_UP, "take_up", "đưa vào giải quyết")                                                                        \
    X(CONSULT, "consult", "ghi nhận đơn vị được lấy ý kiến")                                                           \
    X(END_CONSULT, "end_consult", "ghi nhận kết thúc lấy ý kiến")                                                      \
    X(DECIDE, "decide", "kết thúc giải quyết")                                                                         \
    X(GRANT_WITHDRAWAL, "grant_withdrawal", "ghi nhận cho rút hồ sơ")                                                  \
    X(REFUSE_WITHDRAWAL, "refuse_withdrawal", "ghi nhận không cho rút hồ sơ")                                          \
    X(STOP, "stop", "ghi nhận đã ký thông báo dừng giải quyết")                                                        \
    X(REFUSE_STOP, "refuse_stop", "ghi nhận không dừng giải quyết")                                                    \
    X(SEAL_NOTICE, "seal_notice", "ghi nhận thông báo dừng đã đóng dấu")                                               \
    X(GIVE_NOTICE, "give_notice", "ghi nhận đã giao thông báo dừng")                                                   \
    X(SIGN_CORRECTION, "sign_correction", "ghi nhận đã ký văn bản đính chính")                                         \
    X(REFUSE_CORRECTION, "refuse_correction", "ghi nhận không đính chính")                                             \
    X(SEAL_CORRECTION, "seal_correction", "ghi nhận văn bản đính chính đã đóng dấu")                                   \
    X(GIVE_CORRECTION, "give_correction", "ghi nhận đã trả văn bản đính chính")                                        \
    X(REFUSE_EXTENSION, "refuse_extension", "ghi nhận không được hẹn lại")                                             \
    X(EXTEND, "extend", "ghi nhận đã hẹn lại")                                                                         \
    X(SEAL, "seal", "ghi nhận kết quả đã đóng dấu")                                                                    \
    X(LIE_READY, "lie_ready", "ghi nhận kết quả đã có tại quầy")                                                       \
    X(REMIND, "remind", "nhắc nhận kết quả")                                                                           \
    X(HAND_OVER, "hand_over", "ghi nhận đã trả kết quả")                                                               \
    X(COME_BACK, "come_back", "ghi nhận bưu gửi bị trả lại")

enum intake_act {
#define X(symbol, name, vi) INTAKE_##symbol,
    INTAKE_ACT_MAP(X)
#undef X
        INTAKE_ACT_COUNT,
    /* Of the catalogue and of a recount, which are no dossiers and have no lifecycle: catalogue.h, recount.h. */
    INTAKE_RELEASE = INTAKE_ACT_COUNT,
    INTAKE_BEGIN_RECOUNT,
    /* Of a dossier, but it moves nothing of it, wherever it stands: one more row of the control slip. */
    INTAKE_NOTE_HAND_OVER
};

/* A transfer of papers between two desks, a child of the dossier (control slip, form 05: a giver and a receiver). */
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

#define INTAKE_TRANSFERS_MAX 8

struct intake_transfer {
    int step, round;
    enum intake_transfer_state state;
    const char *from_unit, *to_unit;
    instant opened_at; /* INSTANT_NONE: before that was kept */
    instant due_at;
    instant given_at, answered_at;      /* INSTANT_NONE: not yet */
    const char *given_by, *answered_by; /* NULL: not yet */
    const char *reason;                 /* free text of a refusal; never leaves intake */
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
    const char *notice;          /* the number of the tax notice; never leaves intake. NULL: not yet */
    instant notified_at, met_at; /* INSTANT_NONE: not yet */
    const char *opened_by, *met_by;
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
    instant asked_at, issued_at; /* issued_at: INSTANT_NONE: not yet */
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
    X(ANSWERED, "answered", "đã trả lời")                                                                              \
    X(REFUSED, "refused", "không thuộc thẩm quyền")

enum intake_complaint_state {
#define X(symbol, name, vi) INTAKE_COMPLAINT_##symbol,
    INTAKE_COMPLAINT_STATE_MAP(X)
#undef X
        INTAKE_COMPLAINT_STATE_COUNT
};

#define INTAKE_COMPLAINTS_MAX 8

/* A complaint, a child of the dossier, whose state it does not touch. Working days as Decision 766/2022 (5.2) counts
 * them: 2 to refuse what is no matter of these units, 15 to answer. */
#define INTAKE_REFUSE_DAYS 2
#define INTAKE_ANSWER_DAYS 15

struct intake_complaint {
    enum intake_complaint_state state;
    const char *category, *about; /* about: the post that it names; NULL: none */
    const char *superior;         /* the unit above, where it names a head: it may answer, too. NULL: it does not */
    enum channel channel;
    instant filed_at, refuse_until, answer_due_at;
    instant answered_at;                       /* refused, too. INSTANT_NONE: not yet */
    const char *filed_by, *answered_by;        /* answered_by NULL: not yet */
    bool justified;                            /* of an answered one */
    bool late;                                 /* answered or refused behind its date */
    bool told;                                 /* that the date of its answer passed */
    const char *text, *answer, *due_explained; /* free text never leaves intake. NULL: as they are stored */
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
    const char *unit, *post; /* who had them at that hour, as custody knows */
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
};

#define INTAKE_EXCLUSIONS_MAX 4
#define INTAKE_EXCLUSION_DAYS 366 /* the longest */

/* A period that the law leaves out of its time. */
struct intake_exclusion {
    const char *period; /* a code of the procedure's excluded periods */
    bool reported;      /* the reported clock leaves it out, too */
    const char *basis, *by;
    instant from, until; /* until may lie ahead: how long it takes is known */
    instant at;          /* when it was recorded */
};

struct intake_dossier {
    enum intake_state state;
    const char *code; /* NULL of a refusal: nothing was accepted */
    enum channel channel;
    const char *counter, *receiving_unit, *unit;
    const char *procedure, *process; /* process NULL of a refusal */
    int process_version;
    enum route route;
    const char *received_by;
    instant received_at;
    instant due_at;            /* by the legal clock: what the citizen is promised now */
    instant due_reported;      /* by the reported one, by which it is judged; INSTANT_NONE: not known (an old row) */
    instant promised_at;       /* the date on the receipt, once due_at has moved from it; INSTANT_NONE before */
    const char *due_rule;      /* "working_days:3@2": the procedure's version 2 */
    const char *due_explained; /* JSON, why this date; NULL: as it is stored */
    int64_t release;           /* the reference data that its dates were counted with */
    int calendar_last_year;    /* of their calendar */
    int component_count;
    const char *origin_reference;
    const char *asked_unit; /* that is being consulted: it may see the dossier and file its answer; NULL: none */
    enum outcome outcome;
    instant finished_at, returned_at; /* of a stopped one: its notice sealed, handed over */
    const char *returned_by;          /* the post that handed the result over; NULL: not yet */
    struct intake_transfer transfers[INTAKE_TRANSFERS_MAX];
    int transfer_count;
    struct intake_obligation obligations[INTAKE_OBLIGATIONS_MAX];
    int obligation_count;
    struct intake_supplement supplements[INTAKE_SUPPLEMENTS_MAX]; /* the n-th one is number n + 1 */
    int supplement_count;
    struct intake_finding findings[INTAKE_FINDINGS_MAX]; /* in the order in which they were found */
    int finding_count;
    struct intake_exclusion exclusions[INTAKE_EXCLUSIONS_MAX]; /* in the order in which they were recorded */
    int exclusion_count;
    struct intake_withdrawal withdrawal;
    struct intake_extension extension;
    struct intake_stop stop;
    struct intake_stop lapsed_stop; /* another request, which has lapsed here; an approver may sign it all the same */
    struct intake_collection collection;
    bool rated;
    const struct intake_complaint *complaints; /* the n-th one is number n + 1; NULL: none, as mostly */
    int complaint_count;
    const struct intake_correction *corrections; /* the n-th one is number n + 1; NULL: none, as mostly */
    int correction_count;
};

/* ---- commands, one struct per act */

struct intake_applicant {
    const char *name, *identity_number, *phone, *email, *address;
};

/* Who files for the applicant, and what authorises him (D61 Art. 16). */
struct intake_proxy {
    const char *name, *identity_number, *authorisation; /* name NULL: the applicant files himself */
};

/* How a component is handed in; unsaid is paper, as it was before anyone could say. */
#define INTAKE_FORM_MAP(X)                                                                                             \
    X(UNSAID, "")                                                                                                      \
    X(PAPER, "paper")                                                                                                  \
    X(ELECTRONIC, "electronic")

enum intake_form {
#define X(symbol, name) INTAKE_FORM_##symbol,
    INTAKE_FORM_MAP(X)
#undef X
        INTAKE_FORM_COUNT
};
extern const char *const intake_form_names[];

/* How the whole dossier is: the numbers are those of proto/taicho/v1. */
#define INTAKE_MEDIUM_MAP(X)                                                                                           \
    X(NONE, "")                                                                                                        \
    X(PAPER, "paper")                                                                                                  \
    X(ELECTRONIC, "electronic")                                                                                        \
    X(MIXED, "mixed")

enum intake_medium {
#define X(symbol, name) INTAKE_MEDIUM_##symbol,
    INTAKE_MEDIUM_MAP(X)
#undef X
        INTAKE_MEDIUM_COUNT
};

struct intake_component {
    const char *name;
    int originals, certified, copies; /* on paper */
    enum intake_form form;
    bool to_return;           /* its originals go back to the citizen, at the latest with the result (D61 Art. 20) */
    bool to_show;             /* of an online filing: the originals are shown at the counter later, and not kept */
    const uint8_t *digitised; /* SHA-256 of the scan (D61 Art. 17(1)); NULL: it was not scanned, or is no paper */
};

/* How many there are, by what they are. */
struct intake_papers {
    int paper, electronic, digitised, originals, certified, copies;
};

struct intake_document;

/* What the officer at the counter did at once, with the receipt. */
struct intake_at_once {
    int opinion; /* for or against */
    const char **reasons;
    size_t reason_count;
    const struct intake_document *draft;
    const char *mandate;                    /* NULL: the decision is left to an approver */
    const struct same_day_return *returned; /* NULL: issuing it is left to the clerk */
};

struct intake_receive {
    const char *counter, *procedure, *unit; /* unit NULL: whichever is competent */
    enum channel channel;
    struct intake_applicant applicant;
    struct intake_proxy proxy;
    const char *content, *origin_reference;
    const struct intake_component *components;
    int component_count;
    const struct intake_at_once *at_once; /* NULL: it goes its usual way */
    struct id guidance;                   /* that the citizen has followed; nil: none is named */
};

/* A visit to the counter that ends without a dossier, and why: REFUSE. */
struct intake_visit {
    const char *counter, *procedure;
    enum channel channel;
    struct intake_applicant applicant;
    const char *content; /* what is asked for; NULL: not said */
    const char *const *reasons;
    int reason_count;
    const char *explanation;
};

/* GUIDE: one that ends with the request form (form 02): what is to be completed. */
struct intake_guide {
    struct intake_visit visit;
    const struct intake_component *missing;
    int missing_count;
    const char *ground, *superior; /* why it is said once more, and who allowed it; NULL: for the first time */
};

/* Why a citizen is guided once more, as a code. */
#define INTAKE_GUIDANCE_GROUND_MAP(X)                                                                                  \
    X(NEW_MATTER, "new_matter")                                                                                        \
    X(NEW_FINDING, "new_finding")                                                                                      \
    X(OTHER_UNIT, "other_unit")                                                                                        \
    X(INCOMPLETE_ANSWER, "incomplete_answer")                                                                          \
    X(OTHER, "other")
extern const char *const intake_guidance_grounds[]; /* ends with NULL */

/* What a citizen was told about a procedure at a unit since he last filed there. */
struct intake_told {
    const struct id *guidances; /* the first one first */
    int count;
    int last; /* the number of the last one; 0: none */
};

struct intake_document {
    struct id id;
    enum document_kind kind;
    const char *media_type;
    int pages;
    int component; /* that it is the scan of; 0: of none */
    uint8_t sha256[32];
    struct bytes content;
};

/* REQUEST_WITHDRAWAL: the citizen's paper, and how it came. */
struct intake_ask_back {
    enum channel channel;
    struct intake_document request;
};

/* REQUEST_EXTENSION */
struct intake_ask_more {
    instant due_at;
    const char *reason;
    struct intake_document apology;
};

/* REQUEST_STOP */
struct intake_ask_stop {
    enum stop_ground ground;
    struct intake_document notice;
};

/* REQUEST_CORRECTION: the paper was filed before. */
struct intake_ask_correction {
    struct document_handle correction;
    enum correction_cause cause;
    enum reporter reported_by;
    const char *unit; /* at fault */
};

/* RATE: what the citizen said. */
struct intake_rate {
    enum intake_means means;
    int satisfaction, attitude; /* places in intake_satisfactions and intake_attitudes */
    int contacts;               /* with the counter to complete the dossier; the applicant's own faults left out */
    int agencies;               /* that were contacted */
    const char *remark;         /* NULL: none; never leaves intake */
};

struct intake_complain {
    enum channel channel;
    const char *category, *about, *text; /* about NULL: nobody is named */
};

/* ANSWER_COMPLAINT, REFUSE_COMPLAINT */
struct intake_reply {
    int number;
    bool justified; /* of an answer */
    const char *text;
};

struct intake_move {
    int step; /* 0: the one that is open */
    const char *reason;
};

struct intake_notice {
    int step;           /* 0: the one that is open */
    const char *notice; /* OPEN_OBLIGATION: its number */
};

struct intake_find {
    const char *finding; /* a code */
};

struct intake_exclude {
    const char *period; /* a code */
    instant from, until;
};

/* RECEIVE_SUPPLEMENT: what the citizen brought, or sent. */
struct intake_supply {
    enum channel channel;
    const struct intake_component *components;
    int component_count;
};

/* GIVE_BACK: which components, by their numbers; count 0: all that are to go back. */
struct intake_give_back {
    const int *components;
    int count;
};

/* A component as far as keeping it and giving it back is concerned. */
struct intake_sheet {
    int number, originals;
    bool paper; /* that was handed in, not only shown */
    bool to_return, given_back;
    int loss; /* the number of the case that it is in; 0: of none, or it was found again */
};

/* NOTE_LOSS: which components, by their numbers. */
struct intake_note_loss {
    const int *components;
    int count;
    enum intake_harm what;
    enum intake_found found;
    struct intake_document minutes;
};

/* SETTLE_LOSS */
struct intake_settle_loss {
    int number;
    enum intake_remedy remedy;
    const char *responsible;               /* a unit or a post */
    int64_t paid_vnd;                      /* 0: nothing was paid */
    const struct intake_document *apology; /* NULL: none came */
};

/* Who has the papers: a post of a unit, and the unit that they are on their way to. */
struct intake_holder {
    const char *unit, *post;
    const char *going_to; /* NULL: they lie there */
    instant since;
    const char *act; /* by which they came there */
};

/* What an event of another service says. */
struct intake_progress {
    int step;
    bool last;
    enum outcome outcome;
    const char *asked;  /* CONSULT: the unit */
    struct id document; /* REFUSE_STOP: the notice that was not signed; of a correction: the letter */
    instant at;         /* of a letter, and of LIE_READY, REMIND, COME_BACK: when it happened */
    int number;         /* REMIND: how often by now */
    instant ready_at;   /* REMIND: since when it lies there */
    const char *by;     /* HAND_OVER: the post */
};

/* REQUEST_SUPPLEMENT: what appraisal asks the citizen for. */
struct intake_supplement_asked {
    int step, round;
    struct id request;
    const char *by, *ground, *superior; /* NULL: none */
};

/* Of NOTE_HAND_OVER: half of a hand-over between office and counter, as return tells of it. */
struct intake_hand_over {
    struct id document;
    int step;
    const char *act; /* "given", "taken" or "refused" */
    const char *from_unit, *to_unit, *post;
    const char *fault; /* of a refusal, as a code; NULL else */
    instant at;
};

/* ---- deciding */

/* All that a decision may look at besides the dossier and the command. */
struct intake_facts {
    const struct catalogue *catalogue;
    instant now;
    const char *actor, *actor_unit; /* NULL when nobody acts: events and timers */
    uint32_t actor_roles;
    const struct intake_sheet *sheets; /* of a GIVE_BACK, NOTE_LOSS or SETTLE_LOSS: the dossier's components */
    int sheet_count;
    const struct intake_loss *losses; /* of the same: its cases; the n-th one is number n + 1 */
    int loss_count;
    const struct papers *corrections; /* of a REQUEST_CORRECTION: the dossier's papers of that kind; NULL: none */
    const struct intake_told *told;   /* the citizen of a GUIDE, or of a RECEIVE that names a guidance; NULL: nothing */
    struct arena *arena;
};

struct intake_decision {
    struct intake_dossier next; /* the dossier as it will be */
    const char *event;          /* what to tell the others; NULL: nothing */
    const char *why;            /* the sentence of the row */
    const char *place;          /* where the act was done; NULL: nowhere */
    int step, round;
    bool timed; /* a step has ended, and had a clock: */
    struct step_clock clock;
    int transfer;           /* its index in next.transfers; -1: none */
    int obligation;         /* its index in next.obligations; -1: none */
    int supplement;         /* its index in next.supplements; -1: none */
    int finding, exclusion; /* their index in next; -1: none */
    int complaint;          /* its index in next.complaints; -1: none */
    int correction;         /* its index in next.corrections; -1: none */
    int64_t release;        /* of a recount: the reference data that it was counted with */
    bool stays;             /* nothing has moved, nobody is told */
    bool was_late;          /* the nearest date had passed before the act; of a pause that ends: before it began */
    const struct same_day *same_day;      /* of a receipt: what the others are told of AT_ONCE; NULL: nothing */
    const struct intake_receive *receive; /* what came with the act, NULL when it was another */
    const struct intake_visit *refuse;
    const struct intake_guide *guide;
    int guidance; /* its number, of a GUIDE */
    const struct intake_document *document;
    const struct document_handle *corrected; /* of a REQUEST_CORRECTION: its paper, filed before */
    const struct intake_supply *supply;
    const struct intake_rate *rate;
    struct intake_points points; /* of the rate */
    const int *given_back;       /* of a GIVE_BACK: the numbers of what the citizen has back */
    int given_back_count, given_back_originals;
    const struct intake_loss *loss; /* the case as it will be, of a NOTE_LOSS or SETTLE_LOSS */
    const int *lost;                /* the numbers of what is in it */
    int lost_count, lost_originals;
    bool withdrawal; /* next.withdrawal has moved */
    bool extension;  /* next.extension has */
    bool stop;       /* next.stop has */
    bool collection; /* next.collection has */
    bool breach;     /* of an extension: it was issued on the last day or later */
};

/*
 * intake_decide says what an act would do to a dossier; d is NULL when there is none yet.
 * Pure: no clock, no database, no log. On refusal *ret is untouched. `command` is the struct of the act.
 */
enum err_code intake_decide(const struct intake_dossier *d, enum intake_act act, const void *command,
                            const struct intake_facts *f, struct intake_decision *ret, struct err *reterr) MUST_CHECK;

/* intake_handle is what the others are told of a document. */
struct document_handle intake_handle(const struct intake_document *d);

/* intake_copy makes a copy in its own memory, as it is read again once it is stored. */
struct intake_dossier intake_copy(const struct intake_dossier *d, struct arena *a);

/*
 * reception.c: what the law and the catalogue ask before anything is accepted at a counter. They fill `next`; the codes
 * are given later, when the decision stands. Errors name the field of the request.
 */
enum err_code intake_may_receive(const struct intake_receive *c, const struct intake_facts *f,
                                 struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_may_refuse(const struct intake_visit *c, const struct intake_facts *f, struct intake_decision *ret,
                                struct err *reterr) MUST_CHECK;
/* intake_end_visit is what every visit without a dossier has in common: counter, officer, procedure. */
enum err_code intake_end_visit(const struct intake_visit *c, const struct intake_facts *f, struct intake_decision *ret,
                               struct err *reterr) MUST_CHECK;

/* guidance.c: the citizen is told what is missing, fully and once (D61 Art. 15(3), 17(1)). */
enum err_code intake_may_guide(const struct intake_guide *c, const struct intake_facts *f, struct intake_decision *ret,
                               struct err *reterr) MUST_CHECK;
/* intake_may_follow checks the guidance that a receipt names: this citizen's, about this procedure, at this unit. */
enum err_code intake_may_follow(const struct intake_receive *c, const struct intake_facts *f,
                                struct err *reterr) MUST_CHECK;

/* papers.c: which papers may come by which channel, and what they are together. */
enum err_code intake_check_papers(enum channel channel, const struct intake_component *components, int count,
                                  struct arena *a, struct err *reterr) MUST_CHECK;
struct intake_papers intake_count_papers(const struct intake_component *components, int count);
enum intake_medium intake_medium_of(const struct intake_component *components, int count);

/* custody.c: who has the papers, at any hour; and that the citizen has them back. */
struct intake_holder intake_holder_of(const struct intake_dossier *d);
struct intake_holder intake_holder_by(const struct intake_transfer *t); /* that was given, taken or refused */
/* intake_sheet_of finds a component by its number; NULL when there is none. intake_named_once refuses the i-th number
 * when an earlier one is the same. */
const struct intake_sheet *intake_sheet_of(const struct intake_facts *f, int number);
enum err_code intake_named_once(const int *components, int i, struct err *reterr) MUST_CHECK;
enum err_code intake_may_give_back(const struct intake_give_back *c, const struct intake_facts *f,
                                   struct intake_decision *ret, struct err *reterr) MUST_CHECK;

/* loss.c: papers that were lost or damaged while the administration had them (D61 Art. 21(2)). */
enum err_code intake_may_note_loss(const struct intake_note_loss *c, const struct intake_facts *f,
                                   struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_may_settle_loss(const struct intake_settle_loss *c, const struct intake_facts *f,
                                     struct intake_decision *ret, struct err *reterr) MUST_CHECK;

/* same_day.c: what the officer at the counter does at once, with the receipt. */
enum err_code intake_may_act_at_once(const struct intake_at_once *c, const struct procedure *p,
                                     const struct intake_facts *f, struct intake_decision *ret,
                                     struct err *reterr) MUST_CHECK;

/* intake_open_next adds the transfer or the obligation that follows step n, when the process has one there. */
enum err_code intake_open_next(struct intake_dossier *d, int n, const struct intake_facts *f,
                               struct err *reterr) MUST_CHECK;

/* transfer.c: the two halves of a control slip. They fill `next`, a copy of the dossier. */
enum err_code intake_may_give(const struct intake_move *c, const struct intake_facts *f, struct intake_decision *ret,
                              struct err *reterr) MUST_CHECK;
enum err_code intake_may_take(const struct intake_move *c, const struct intake_facts *f, struct intake_decision *ret,
                              struct err *reterr) MUST_CHECK;
enum err_code intake_may_decline(const struct intake_move *c, const struct intake_facts *f, struct intake_decision *ret,
                                 struct err *reterr) MUST_CHECK;

/* obligation.c: the notice of the tax office, and that it is paid. They fill `next`, a copy of the dossier. */
enum err_code intake_may_open_obligation(const struct intake_notice *c, const struct intake_facts *f,
                                         struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_may_meet_obligation(const struct intake_notice *c, const struct intake_facts *f,
                                         struct intake_decision *ret, struct err *reterr) MUST_CHECK;

/* supplement.c: the citizen is asked to complete the dossier, and does. They fill `next`, a copy of the dossier. */
enum err_code intake_may_request_supplement(const struct intake_supplement_asked *c, const struct intake_facts *f,
                                            struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_may_receive_supplement(const struct intake_supply *c, const struct intake_facts *f,
                                            struct intake_decision *ret, struct err *reterr) MUST_CHECK;

/* withdrawal.c: the citizen asks for the dossier back. Fills `next`, a copy of the dossier. */
enum err_code intake_may_request_withdrawal(const struct intake_ask_back *c, const struct intake_facts *f,
                                            struct intake_decision *ret, struct err *reterr) MUST_CHECK;
/* intake_end_withdrawal notes how the request ended. */
void intake_end_withdrawal(enum withdrawal how, struct intake_decision *ret);

/* stop.c: the competent unit asks to stop it, with the notice. Fills `next`, a copy of the dossier. */
enum err_code intake_may_request_stop(const struct intake_ask_stop *c, const struct intake_facts *f,
                                      struct intake_decision *ret, struct err *reterr) MUST_CHECK;
/* intake_end_stop notes how the request ended; intake_stop that its notice is signed: the dossier ends with it.
 * The notice may be that of a request which had lapsed here, and another one been asked for: the signature did not
 * know.
 */
void intake_end_stop(enum stop how, struct intake_decision *ret);
void intake_stop(struct id notice, struct intake_decision *ret);

/* correction.c: a wrong result is corrected. They fill `next`, a copy of the dossier; the second with what approval and
 * return say of it. */
enum err_code intake_may_request_correction(const struct intake_ask_correction *c, const struct intake_facts *f,
                                            struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_note_correction(const struct intake_progress *c, enum intake_act act, const struct intake_facts *f,
                                     struct intake_decision *ret, struct err *reterr) MUST_CHECK;

/* extension.c: a new date, with the apology. They fill `next`, a copy of the dossier. */
enum err_code intake_may_request_extension(const struct intake_ask_more *c, const struct intake_facts *f,
                                           struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_extend(const struct intake_facts *f, struct intake_decision *ret, struct err *reterr) MUST_CHECK;

/* collection.c: what return tells of the result, or the stop notice, at the counter. Of a letter it changes nothing,
 * but that a correction lies ready. */
bool intake_is_of_letter(enum intake_act act, const void *command);
enum err_code intake_note_letter(const struct intake_progress *c, enum intake_act act, const struct intake_facts *f,
                                 struct intake_decision *ret, struct err *reterr) MUST_CHECK;
void intake_note_ready(const struct intake_progress *c, struct intake_decision *ret);
void intake_note_reminder(const struct intake_progress *c, struct intake_decision *ret);
void intake_note_came_back(const struct intake_progress *c, struct intake_decision *ret);

/* rating.c: how the citizen found it. Fills `next`, a copy of the dossier. */
enum err_code intake_may_rate(const struct intake_rate *c, const struct intake_facts *f, struct intake_decision *ret,
                              struct err *reterr) MUST_CHECK;
/* intake_points_of computes the points from what the citizen said. */
struct intake_points intake_points_of(const struct intake_rate *c);

/* complaint.c: complaints and their answers. They fill `next`, a copy of the dossier. */
enum err_code intake_may_complain(const struct intake_complain *c, const struct intake_facts *f,
                                  struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_may_reply(const struct intake_reply *c, enum intake_act act, const struct intake_facts *f,
                               struct intake_decision *ret, struct err *reterr) MUST_CHECK;
enum err_code intake_pass_answer(const struct intake_facts *f, struct intake_decision *ret,
                                 struct err *reterr) MUST_CHECK;
/* intake_answer_watch is the first moment behind the date of an answer that nobody was told of; INSTANT_NONE: no
 * complaint is waited for. */
instant intake_answer_watch(const struct intake_dossier *d);

/* intake_at_counter finds the open counter of the unit that received the dossier at which the officer takes what comes
 * later. */
enum err_code intake_at_counter(const struct intake_dossier *d, enum channel channel, const struct intake_facts *f,
                                const char **ret_place, struct err *reterr) MUST_CHECK;

/* intake_at_counter_as is the same for posts with one of these roles. */
enum err_code intake_at_counter_as(uint32_t roles, const struct intake_dossier *d, enum channel channel,
                                   const struct intake_facts *f, const char **ret_place, struct err *reterr) MUST_CHECK;

/* finding.c: what gives the dossier another time, or is left out of it. They fill `next`, a copy of the dossier, and
 * count its dates. */
enum err_code intake_may_find(const struct intake_find *c, const struct intake_facts *f, struct intake_decision *ret,
                              struct err *reterr) MUST_CHECK;
enum err_code intake_may_exclude(const struct intake_exclude *c, const struct intake_facts *f,
                                 struct intake_decision *ret, struct err *reterr) MUST_CHECK;

/* due.c: the due dates. They follow from the procedure's rule, and explain themselves. */
enum err_code intake_set_due(struct intake_dossier *d, const struct procedure *p, const struct intake_facts *f,
                             struct err *reterr) MUST_CHECK;
/* intake_count_due counts both dates again after what has happened so far, by the rule that the dossier was received
 * under and the calendar of today. */
enum err_code intake_count_due(struct intake_dossier *d, const struct intake_facts *f, struct err *reterr) MUST_CHECK;
/* intake_explain_pause says that a pause has begun. It moves no date, also when the calendar has changed since: what
 * begins a pause tells none, so a recount does. */
enum err_code intake_explain_pause(struct intake_dossier *d, const struct intake_facts *f,
                                   struct err *reterr) MUST_CHECK;
/* intake_would_be_due counts both dates without changing the dossier, or explaining them. */
enum err_code intake_would_be_due(const struct intake_dossier *d, const struct intake_facts *f, instant *ret_due,
                                  instant *ret_reported, struct err *reterr) MUST_CHECK;
/* intake_days_from_now counts working days from now by the hours of the dossier's counter, and explains them as a due
 * date. ret_explained may be NULL. */
enum err_code intake_days_from_now(const struct intake_dossier *d, int working_days, const struct intake_facts *f,
                                   instant *ret, const char **ret_explained, struct err *reterr) MUST_CHECK;
/*
 * intake_nearest_due is the earlier of both dates: what an apology has to precede, and what is warned of and told when
 * it passes. A dossier is late from then on (Decision 766/2022), though the citizen's date may still lie ahead, as it
 * does behind a supplement.
 */
instant intake_nearest_due(const struct intake_dossier *d);
/*
 * intake_warn_at gives the opening of the last working day before the nearest one: an apology that is issued on that
 * day is still in time (D61 Art. 19(9)). The due date itself when the calendar knows no such day.
 */
instant intake_warn_at(const struct catalogue *c, const struct intake_dossier *d);
/* intake_is_paused tells whether the clocks stand: an obligation, or a supplement, is waited for. */
bool intake_is_paused(const struct intake_dossier *d);
/* intake_hours gives the office hours of the dossier's counter on a day. */
struct worktime_hours intake_hours(const struct catalogue *c, const char *counter, int32_t day);

/* intake_series_key names the series of dossier codes of the unit behind a counter on a day; NULL when there is none.
 */
const char *intake_series_key(const struct catalogue *c, const char *counter, int32_t day, struct arena *a);

extern const char *const intake_act_names[], *const intake_act_vis[];
extern const struct fsm intake_fsm, intake_transfer_fsm, intake_obligation_fsm, intake_complaint_fsm,
    intake_correction_fsm, intake_loss_fsm;
extern const char *const intake_state_names[], *const intake_transfer_state_names[],
                                                   *const intake_obligation_state_names[];
extern const char *const intake_complaint_state_names[]; /* ends with NULL, as the next two */
extern const char *const intake_correction_state_names[], *const intake_loss_state_names[];

/* intake_state_parse gives -1 for a word that is none. */
int intake_state_parse(const char *name);
const char *intake_state_vi(enum intake_state s);
int intake_national_status(enum intake_state s); /* 1 to 10, derived, never typed */
bool intake_is_closed(enum intake_state s);      /* nothing is left to be done at the counter */
int intake_transfer_state_parse(const char *name);
int intake_obligation_state_parse(const char *name);
int intake_complaint_state_parse(const char *name);
int intake_correction_state_parse(const char *name);

#endif
