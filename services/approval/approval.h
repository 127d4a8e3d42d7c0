/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Approval (phê duyệt) in its own words: a dossier has approve steps; each is decided under a mandate, then signed.
 * Plain data and pure functions; memory is the arena's that the caller hands in.
 */
#ifndef TAICHO_APPROVAL_H
#define TAICHO_APPROVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/fsm.h"
#include "common/base/id.h"
#include "common/base/instant.h"
#include "common/domain/catalogue.h"
#include "common/domain/dossier.h"
#include "common/domain/paper.h"
#include "common/domain/remark.h"
#include "common/domain/step_clock.h"
#include "common/domain/step_watch.h"
#include "common/domain/words.h"
#include "services/approval/mandate.h"

/* State of one step of one dossier in its latest round. */
#define APPROVAL_STATES(X)                                                                                             \
    X(EXPECTED, "expected", "sắp trình")                                                                               \
    X(PENDING, "pending", "chờ quyết định")                                                                            \
    X(DECIDED, "decided", "đã quyết định, chờ ký")                                                                     \
    X(SIGNED, "signed", "đã ký")                                                                                       \
    X(SENT_BACK, "sent_back", "đã trả lại để thẩm định lại")                                                           \
    X(STOPPED, "stopped", "đã dừng do cho rút hồ sơ hoặc dừng giải quyết")

/* The acts of events are acts too. The last nine move no step: they have no row. */
#define APPROVAL_ACTS(X)                                                                                               \
    X(RECEIVE, "receive", "tiếp nhận")                                                                                 \
    X(EXPECT, "expect", "chờ trình lần sau")                                                                           \
    X(APPRAISE, "appraise", "thẩm định")                                                                               \
    X(ENDORSE, "endorse", "trình ký")                                                                                  \
    X(GRANT, "grant", "đồng ý giải quyết")                                                                             \
    X(REFUSE, "refuse", "từ chối giải quyết")                                                                          \
    X(SEND_BACK, "send_back", "trả lại để thẩm định lại")                                                              \
    X(GRANT_WITHDRAWAL, "grant_withdrawal", "cho rút hồ sơ")                                                           \
    X(REFUSE_WITHDRAWAL, "refuse_withdrawal", "không cho rút hồ sơ")                                                   \
    X(SIGN_APOLOGY, "sign_apology", "ký phiếu xin lỗi")                                                                \
    X(REFUSE_EXTENSION, "refuse_extension", "không đồng ý hẹn lại")                                                    \
    X(SIGN_STOP, "sign_stop", "ký thông báo dừng giải quyết")                                                          \
    X(REFUSE_STOP, "refuse_stop", "không đồng ý dừng giải quyết")                                                      \
    X(SIGN_CORRECTION, "sign_correction", "ký văn bản đính chính")                                                     \
    X(REFUSE_CORRECTION, "refuse_correction", "không đồng ý đính chính")                                               \
    X(SIGN, "sign", "ký")                                                                                              \
    X(WARN, "warn", "nhắc sắp hết hạn của bước")                                                                       \
    X(PASS, "pass", "ghi nhận quá hạn của bước")                                                                       \
    X(REQUEST_WITHDRAWAL, "request_withdrawal", "đề nghị rút hồ sơ")                                                   \
    X(REQUEST_EXTENSION, "request_extension", "đề nghị xin lỗi và hẹn lại")                                            \
    X(REQUEST_STOP, "request_stop", "đề nghị dừng giải quyết hồ sơ")                                                   \
    X(REQUEST_CORRECTION, "request_correction", "đề nghị đính chính kết quả")                                          \
    X(TAKE_SUPPLEMENT, "take_supplement", "nhận hồ sơ bổ sung")                                                        \
    X(MOVE_DUE, "move_due", "dời hạn trả kết quả")                                                                     \
    X(RECOUNT, "recount", "tính lại hạn của bước")                                                                     \
    X(TAKE_PART, "take_part", "tham gia thẩm định")                                                                    \
    X(FILE_DOCUMENT, "file_document", "lưu tài liệu")                                                                  \
    X(RECORD_MANDATE, "record_mandate", "ghi nhận thẩm quyền ký")

/* Why it is refused or sent back, as a code: events never carry free text. */
#define APPROVAL_REASONS(X)                                                                                            \
    X(MISSING_COMPONENT, "missing_component")                                                                          \
    X(WRONG_AGENCY, "wrong_agency")                                                                                    \
    X(INVALID_DOCUMENT, "invalid_document")                                                                            \
    X(NOT_ELIGIBLE, "not_eligible")                                                                                    \
    X(WRONG_DRAFT, "wrong_draft")                                                                                      \
    X(OTHER, "other")
#define APPROVAL_REASONS_MAX 10

/* What a decision says to the others. */
#define APPROVAL_EVENTS(X)                                                                                             \
    X(NONE, "")                                                                                                        \
    X(GRANTED, "Granted")                                                                                              \
    X(DECISION_REFUSED, "DecisionRefused")                                                                             \
    X(SENT_BACK, "SentBack")                                                                                           \
    X(SIGNED, "Signed")                                                                                                \
    X(NEAR, "ApprovalNear")                                                                                            \
    X(PASSED, "ApprovalPassed")                                                                                        \
    X(WITHDRAWAL_GRANTED, "WithdrawalGranted")                                                                         \
    X(WITHDRAWAL_REFUSED, "WithdrawalRefused")                                                                         \
    X(APOLOGY_SIGNED, "ApologySigned")                                                                                 \
    X(STOP_SIGNED, "StopSigned")                                                                                       \
    X(STOP_REFUSED, "StopRefused")                                                                                     \
    X(CORRECTION_SIGNED, "CorrectionSigned")                                                                           \
    X(CORRECTION_REFUSED, "CorrectionRefused")                                                                         \
    X(EXTENSION_REFUSED, "ExtensionRefused")                                                                           \
    X(MANDATE_RECORDED, "MandateRecorded")

enum approval_state {
#define X(symbol, name, vi) APPROVAL_##symbol,
    APPROVAL_STATES(X)
#undef X
        APPROVAL_STATE_COUNT
};
enum approval_act {
#define X(symbol, name, vi) APPROVAL_ACT_##symbol,
    APPROVAL_ACTS(X)
#undef X
        APPROVAL_ACT_COUNT
};
enum approval_event {
#define X(symbol, type) APPROVAL_EVENT_##symbol,
    APPROVAL_EVENTS(X)
#undef X
        APPROVAL_EVENT_COUNT
};

extern const char *const approval_state_names[]; /* "expected"; ends with NULL */
extern const char *const approval_act_names[];
extern const char *const approval_state_vi[];
extern const char *const approval_act_vi[];
extern const char *const approval_event_types[];
extern const char *const approval_reason_names[]; /* ends with NULL */
extern const struct fsm approval_fsm;

int approval_state_parse(const char *name); /* -1 when there is none */
bool approval_is_open(int state);           /* an approver has still to do something */

struct approval_step {
    int step, round;
    enum approval_state state;
    const char *unit;                         /* in whose hands it is */
    instant opened_at, decided_at, signed_at; /* opened_at: when it became pending */
    instant due_at;                           /* from then on; INSTANT_NONE: it has no clock */
    instant near_at;                          /* when little of its time is left */
    enum step_warning warning;                /* what its watch has told */
    int opinion;                              /* of the appraisal it was opened by */
    struct document_handle draft;
    int outcome;
    const char *decider, *signer; /* NULL until then */
    const char *mandate;          /* of the latest act */
    int signature;                /* enum signature_kind */
    struct id document;           /* that was signed */
    bool opened, changed;         /* not stored yet; differs from what is stored */
    bool reopened;                /* nobody had anything to do with it, as it is stored */
};

/* Steps are in the order of (step, round). */
struct approval_dossier {
    struct dossier_facts facts;
    struct papers papers;
    /* Who recorded a verification, asked for an opinion, appraised, endorsed or returned a draft, in any round, or
     * asked to stop or to correct it: none of them decides, sends back or signs it. */
    struct barred appraisers;
    struct approval_step *steps;
    size_t step_count, step_room;
    struct remark *remarks; /* that are not stored yet; never loaded */
};

struct approval_command {
    enum approval_act act;
    bool from_event, from_clock;     /* the clock's acts have no actor */
    instant at;                      /* when it happened: the event's time, or now */
    int step;                        /* of a command: 0 is the open one; of an event: the step it ended */
    struct dossier_facts received;   /* RECEIVE */
    const struct same_day *same_day; /* RECEIVE, APPRAISE: what the officer at the counter did at once, NULL: nothing;
                                        else: this act is one of his */
    struct paper paper;              /* FILE_DOCUMENT, REQUEST_WITHDRAWAL, REQUEST_EXTENSION, REQUEST_STOP */
    enum stop_ground ground;         /* REQUEST_STOP */
    enum correction_cause cause;     /* REQUEST_CORRECTION: its paper is `document`, filed before */
    instant due_at;                  /* MOVE_DUE, RECOUNT, TAKE_SUPPLEMENT: to which the dossier's date has moved; 0: it
                                        has not */
    bool on_paper;                   /* TAKE_SUPPLEMENT: with it the dossier is not files alone */
    struct left_out_period left_out; /* MOVE_DUE: by a period that is left out, or by what is counted again of one that
                                        ended early; until 0: by something else */
    const struct left_out *all_left_out; /* MOVE_DUE: then all that is left out since; else NULL */
    /* APPRAISE, ENDORSE: the opinion and who gave or endorsed it; TAKE_PART: who had another hand in it; REQUEST_STOP,
     * REQUEST_CORRECTION: who asks for it */
    int opinion;
    const char *appraiser;
    struct document_handle document; /* APPRAISE, ENDORSE, GRANT, REFUSE: the draft; SIGN, SIGN_APOLOGY: the paper */
    /* GRANT, REFUSE, SEND_BACK, SIGN, GRANT_WITHDRAWAL, REFUSE_WITHDRAWAL */
    const char *mandate;
    const char **reasons; /* of APPRAISE, too: the appraiser's */
    size_t reason_count;
    int signature;
    /* RECORD_MANDATE */
    struct approval_mandate recorded;
};

/* What a decision may know beside the dossier. */
struct approval_facts {
    const struct catalogue *catalogue;
    instant now, recorded_at;       /* the act's, and the system's: a late entry lies behind */
    const char *actor, *actor_unit; /* of the token */
    uint32_t actor_roles;
    const struct approval_mandate *mandate; /* the one the command names, as locked; NULL: there is none */
};

struct approval_decision {
    const struct fsm_edge *edge; /* NULL: no step moves */
    enum approval_event event;
    int step, round;
    const char *unit;                    /* of a step that is opened */
    const struct fsm_edge *expects_edge; /* SIGN: the move of the approve step that follows; NULL: none does */
    int expects;
    const char *expects_unit;
    instant due_at; /* of a step that becomes pending, or is told of; INSTANT_NONE: it has no clock */
    instant near_at;
    instant opened_at;                 /* WARN, PASS: of the step that is told of */
    enum step_warning warning;         /* WARN, PASS: what is told */
    const struct approval_step *moved; /* whose time has moved, by a period that is left out or another calendar */
    struct step_watch watch;           /* how it is watched from then on */
    bool timed;                        /* the step has ended, and had a clock: */
    struct step_clock clock;
    const char *place;
    const struct approval_mandate *mandate;
    int outcome;
    struct document_handle document; /* as it is known here: the draft, the signed paper */
    const char **reasons;
    size_t reason_count;
    const char *by; /* who acts; NULL: an event or the clock */
    int signature;
    const char *signer;
    instant at;
    const struct same_day *same_day; /* an act of the officer at the counter, done at once; NULL: another's */
    bool last;
};

/*
 * approval_decide says what a command or an event would do to a dossier (NULL: none is known here yet).
 * Pure: no clock, no database, no log. On a refusal *ret is untouched.
 */
enum err_code approval_decide(const struct approval_dossier *d, const struct approval_command *c,
                              const struct approval_facts *f, struct approval_decision *ret,
                              struct err *reterr) MUST_CHECK;

/*
 * approval_at_once gives what the officer at the counter did at once as his commands, in their order: he decided, and
 * signed. Refused (ERR_CONFLICT, field "same_day") when no decision is pending.
 */
#define APPROVAL_AT_ONCE 2
enum err_code approval_at_once(const struct approval_dossier *d, const struct same_day *s, instant at,
                               struct approval_command ret[APPROVAL_AT_ONCE], struct err *reterr) MUST_CHECK;

/* approval_watch_next gives when the watch of the pending step looks next, at `now` of the system; INSTANT_NONE: there
 * is none to watch. approval_watch_tells is what it does then: WARN, or PASS when its time has passed; false: nothing.
 */
instant approval_watch_next(const struct approval_dossier *d, instant now);
bool approval_watch_tells(const struct approval_dossier *d, instant now, enum approval_act *ret);

/* approval_apply does what was decided: the one place where a state is set. Gives the dossier, made anew for RECEIVE.
 */
struct approval_dossier *approval_apply(struct approval_dossier *d, const struct approval_command *c,
                                        const struct approval_decision *x, struct arena *a);

/* approval_copy makes a copy in its own memory, as it is read again once it is stored. */
struct approval_dossier *approval_copy(const struct approval_dossier *d, struct arena *a);

/* approval_step_latest gives the latest round of a step, NULL when it was never opened. */
const struct approval_step *approval_step_latest(const struct approval_dossier *d, int step);
/* approval_step_open gives the one open step, or else the last there is; NULL without any. */
const struct approval_step *approval_step_open(const struct approval_dossier *d);

/* approval_corrects tells whether a correction waits at this step, the one that ended the dossier. */
bool approval_corrects(const struct approval_dossier *d, const struct approval_step *s);

/* For apply and the repository: one more step, zeroed. */
struct approval_step *approval_add_step(struct approval_dossier *d, struct arena *a);

#endif
