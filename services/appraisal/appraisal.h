/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Appraisal (thẩm định) in its own words: a dossier has steps of several kinds; an appraise step is queued, given to an
 * officer, and ends with an opinion; a verify step ends with minutes, a consult step with the
 * answer of another unit or its silence; an endorse step ends with a head's consent to
 * exactly that draft. Plain data and pure functions; memory is the arena's that the caller hands in.
 */
#ifndef TAICHO_APPRAISAL_H
#define TAICHO_APPRAISAL_H

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

/* State of one step of one dossier in its latest round. */
#define APPRAISAL_STATES(X)                                                                                            \
    X(QUEUED, "queued", "chờ xử lý")                                                                                   \
    X(ASSIGNED, "assigned", "đã phân công")                                                                            \
    X(VERIFYING, "verifying", "đang xác minh")                                                                         \
    X(VERIFIED, "verified", "đã xác minh")                                                                             \
    X(CONSULTING, "consulting", "đang lấy ý kiến")                                                                     \
    X(CONSULTED, "consulted", "đã có ý kiến")                                                                          \
    X(UNANSWERED, "unanswered", "quá hạn không có ý kiến")                                                             \
    X(APPRAISED, "appraised", "đã thẩm định")                                                                          \
    X(ENDORSED, "endorsed", "đã trình ký")                                                                             \
    X(SENT_BACK, "sent_back", "đã trả lại để thẩm định lại")                                                           \
    X(AWAITING_SUPPLEMENT, "awaiting_supplement", "chờ bổ sung hồ sơ")                                                 \
    X(SUPPLEMENTED, "supplemented", "đã nhận bổ sung")                                                                 \
    X(CANCELLED, "cancelled", "đã dừng do hồ sơ được rút hoặc dừng giải quyết")

/* The acts of events are acts too, and so is what an ended step does to the next one (FOLLOW). The last seven move no
 * step: they have no row here; the first three of them move a part. */
#define APPRAISAL_ACTS(X)                                                                                              \
    X(RECEIVE, "receive", "tiếp nhận")                                                                                 \
    X(TAKE_TRANSFER, "take_transfer", "nhận hồ sơ luân chuyển")                                                        \
    X(SIGN, "sign", "ký quyết định")                                                                                   \
    X(MEET_OBLIGATION, "meet_obligation", "hoàn thành nghĩa vụ tài chính")                                             \
    X(TAKE_SUPPLEMENT, "take_supplement", "nhận hồ sơ đã bổ sung")                                                     \
    X(SEND_BACK, "send_back", "trả lại để thẩm định lại")                                                              \
    X(WITHDRAW, "withdraw", "cho rút hồ sơ")                                                                           \
    X(STOP, "stop", "dừng giải quyết hồ sơ")                                                                           \
    X(FOLLOW, "follow", "mở bước tiếp theo")                                                                           \
    X(ASSIGN, "assign", "phân công")                                                                                   \
    X(VERIFY, "verify", "ghi nhận xác minh")                                                                           \
    X(VERIFY_BESIDE, "verify_beside", "xác minh thêm")                                                                 \
    X(ASK, "ask", "lấy ý kiến")                                                                                        \
    X(ANSWER, "answer", "trả lời ý kiến")                                                                              \
    X(LAPSE, "lapse", "ghi nhận quá hạn trả lời")                                                                      \
    X(WARN, "warn", "nhắc sắp hết hạn của bước")                                                                       \
    X(PASS, "pass", "ghi nhận quá hạn của bước")                                                                       \
    X(CONCLUDE, "conclude", "kết luận thẩm định")                                                                      \
    X(ASK_SUPPLEMENT, "ask_supplement", "yêu cầu bổ sung hồ sơ")                                                       \
    X(ENDORSE, "endorse", "trình ký")                                                                                  \
    X(RETURN_DRAFT, "return_draft", "trả lại dự thảo")                                                                 \
    X(ASK_OPINION, "ask_opinion", "lấy thêm ý kiến")                                                                   \
    X(CONTRIBUTE, "contribute", "cho ý kiến phối hợp")                                                                 \
    X(WARN_PART, "warn_part", "nhắc sắp hết hạn phối hợp")                                                             \
    X(LAPSE_PART, "lapse_part", "ghi nhận quá hạn phối hợp")                                                           \
    X(FILE_DOCUMENT, "file_document", "lưu tài liệu")                                                                  \
    X(MOVE_DUE, "move_due", "dời hạn trả kết quả")                                                                     \
    X(RECOUNT, "recount", "tính lại hạn của bước")                                                                     \
    X(DECIDE, "decide", "quyết định")

/* Why an opinion is against or a draft goes back, as a code: events never carry free text. */
#define APPRAISAL_REASONS(X)                                                                                           \
    X(MISSING_COMPONENT, "missing_component")                                                                          \
    X(WRONG_AGENCY, "wrong_agency")                                                                                    \
    X(INVALID_DOCUMENT, "invalid_document")                                                                            \
    X(NOT_ELIGIBLE, "not_eligible")                                                                                    \
    X(WRONG_DRAFT, "wrong_draft")                                                                                      \
    X(OTHER, "other")
#define APPRAISAL_REASONS_MAX 10

/* Why a supplement is asked after the third working day, or once more. */
#define APPRAISAL_GROUNDS(X)                                                                                           \
    X(NEW_FINDING, "new_finding")                                                                                      \
    X(OTHER_UNIT, "other_unit")                                                                                        \
    X(INCOMPLETE_ANSWER, "incomplete_answer")                                                                          \
    X(OTHER, "other")
#define APPRAISAL_SUPPLEMENTS_MAX 2

/*
 * A part: what a unit that co-operates in an appraise step has to say, beside the officer of the step's own unit, who
 * leads and concludes (liên thông cùng cấp, D61 Art. 19(6)).
 */
#define APPRAISAL_PART_STATES(X)                                                                                       \
    X(WAITING, "waiting", "chờ đến lượt")                                                                              \
    X(QUEUED, "queued", "đang chờ ý kiến phối hợp")                                                                    \
    X(GIVEN, "given", "đã có ý kiến phối hợp")                                                                         \
    X(LAPSED, "lapsed", "quá hạn không có ý kiến phối hợp")                                                            \
    X(CANCELLED, "cancelled", "không cần ý kiến nữa")
#define APPRAISAL_PART_ACTS(X)                                                                                         \
    X(LINE_UP, "line_up", "xếp thứ tự")                                                                                \
    X(OPEN, "open", "gửi lấy ý kiến phối hợp")                                                                         \
    X(CONTRIBUTE, "contribute", "cho ý kiến phối hợp")                                                                 \
    X(WARN, "warn", "nhắc sắp hết hạn phối hợp")                                                                       \
    X(LAPSE, "lapse", "ghi nhận quá hạn phối hợp")                                                                     \
    X(CANCEL, "cancel", "dừng phối hợp")

/* What a co-operating unit says; the zero is "nothing yet". */
#define APPRAISAL_VIEWS(X)                                                                                             \
    X(NONE, "")                                                                                                        \
    X(FOR, "for")                                                                                                      \
    X(AGAINST, "against")                                                                                              \
    X(NO_OBJECTION, "no_objection")

/* What a decision says to the others. */
#define APPRAISAL_EVENTS(X)                                                                                            \
    X(NONE, "")                                                                                                        \
    X(ASSIGNED, "Assigned")                                                                                            \
    X(VERIFIED, "Verified")                                                                                            \
    X(VERIFIED_BESIDE, "VerifiedBeside")                                                                               \
    X(CONSULTATION_ASKED, "ConsultationAsked")                                                                         \
    X(CONSULTED, "Consulted")                                                                                          \
    X(CONSULTATION_LAPSED, "ConsultationLapsed")                                                                       \
    X(SUPPLEMENT_ASKED, "SupplementAsked")                                                                             \
    X(NEAR, "AppraisalNear")                                                                                           \
    X(PASSED, "AppraisalPassed")                                                                                       \
    X(BROKEN_OFF, "AppraisalBrokenOff")                                                                                \
    X(APPRAISED, "Appraised")                                                                                          \
    X(ENDORSED, "Endorsed")                                                                                            \
    X(DRAFT_RETURNED, "DraftReturned")                                                                                 \
    X(OPINION_ASKED, "OpinionAsked")                                                                                   \
    X(PARTS_OPENED, "PartsOpened")                                                                                     \
    X(CONTRIBUTED, "Contributed")                                                                                      \
    X(PART_LAPSED, "PartLapsed")                                                                                       \
    X(ANSWERED_LATE, "AnsweredLate")

enum appraisal_state {
#define X(symbol, name, vi) APPRAISAL_##symbol,
    APPRAISAL_STATES(X)
#undef X
        APPRAISAL_STATE_COUNT
};
enum appraisal_act {
#define X(symbol, name, vi) APPRAISAL_ACT_##symbol,
    APPRAISAL_ACTS(X)
#undef X
        APPRAISAL_ACT_COUNT
};
enum appraisal_event {
#define X(symbol, type) APPRAISAL_EVENT_##symbol,
    APPRAISAL_EVENTS(X)
#undef X
        APPRAISAL_EVENT_COUNT
};

enum appraisal_part_state {
#define X(symbol, name, vi) APPRAISAL_PART_##symbol,
    APPRAISAL_PART_STATES(X)
#undef X
        APPRAISAL_PART_STATE_COUNT
};
enum appraisal_part_act {
#define X(symbol, name, vi) APPRAISAL_PART_ACT_##symbol,
    APPRAISAL_PART_ACTS(X)
#undef X
        APPRAISAL_PART_ACT_COUNT
};
enum appraisal_view {
#define X(symbol, name) APPRAISAL_VIEW_##symbol,
    APPRAISAL_VIEWS(X)
#undef X
        APPRAISAL_VIEW_COUNT
};

extern const char *const appraisal_state_names[]; /* "queued"; ends with NULL */
extern const char *const appraisal_act_names[];
extern const char *const appraisal_state_vi[];
extern const char *const appraisal_act_vi[];
extern const char *const appraisal_event_types[];
extern const char *const appraisal_reason_names[];     /* ends with NULL */
extern const char *const appraisal_ground_names[];     /* ends with NULL */
extern const char *const appraisal_part_state_names[]; /* ends with NULL */
extern const char *const appraisal_view_names[];       /* ends with NULL */
extern const struct fsm appraisal_fsm, appraisal_part_fsm;

int appraisal_state_parse(const char *name); /* -1 when there is none */
bool appraisal_is_open(int state);           /* somebody has still to do something */

/* What was looked at (D61 Art. 19(3)). Posts by their ids, everybody else only as a number; the rest is in the minutes.
 */
struct appraisal_verification {
    instant at;
    const char *place; /* a counter's or a unit's id, "office", or "site": where the minutes say */
    const char **participants;
    size_t participant_count;
    int others;
    /* Set by apply, of one that is not stored yet: */
    int number;        /* in its step and round, from 1 */
    struct id minutes; /* the document */
    struct appraisal_verification *next;
};
#define APPRAISAL_PARTICIPANTS_MAX 20
#define APPRAISAL_OTHERS_MAX       500
#define APPRAISAL_VERIFIED_MAX     20 /* in one round of a step */

struct appraisal_step {
    int step, round;
    enum step_kind kind;
    enum appraisal_state state;
    const char *unit;    /* in whose hands it is */
    const char *officer; /* who has it, and who ended it; NULL before */
    const char *asked;   /* the unit that is consulted; NULL: none */
    instant opened_at, assigned_at, ended_at;
    instant
        due_at; /* of the step, INSTANT_NONE: it has no clock; of a consultation until when the asked unit answers */
    instant asked_at;          /* when that was asked; INSTANT_NONE: nobody was, or before this was kept */
    instant near_at;           /* when little of its time is left */
    enum step_warning warning; /* what its watch has told */
    int opinion;               /* of an appraise or endorse step that is ended */
    struct id document;        /* it ended with: the draft, the minutes, the answer, the request for a supplement */
    bool decided;        /* of an unanswered consultation: it was decided without, so no answer is taken any more */
    instant answered_at; /* of one: when the answer came after all; INSTANT_NONE: it did not */
    int verified; /* how often it was looked at: of a verify step once, of an appraise step as its officer likes */
    struct appraisal_verification *verifications; /* that are not stored yet; never loaded */
    bool opened, changed;                         /* not stored yet; differs from what is stored */
    bool asked_anew;                              /* the asked unit does not have it on its list yet */
};

struct appraisal_part {
    int step, round;
    int number;  /* its turn in the step, from 1 */
    int minutes; /* that it has, of one that the officer of the step asked; 0: by the process */
    const char *unit;
    enum appraisal_part_state state;
    const char *officer;       /* who gave it; NULL before */
    instant opened_at, due_at; /* INSTANT_NONE while it waits for its turn */
    instant near_at;           /* when little of its time is left; INSTANT_NONE also of one from before this was kept */
    enum step_warning warning; /* what its watch has told; never LATE: it lapses then */
    instant ended_at;
    bool decided;        /* of one that lapsed: it was decided without, so no opinion is taken any more */
    instant answered_at; /* of one: when its unit gave its opinion after all; INSTANT_NONE: it did not */
    enum appraisal_view view;
    struct id request;   /* of one that was asked */
    struct id document;  /* the answer */
    bool begun, changed; /* its turn has come with this batch; differs from what is stored */
};

/* Steps are in the order of (step, round), parts in that of (step, round, number). */
struct appraisal_dossier {
    struct dossier_facts facts;
    struct papers papers;
    struct barred approvers; /* who decided, sent back or signed it, in any round: none of them does a step here */
    struct appraisal_step *steps;
    size_t step_count, step_room;
    struct appraisal_part *parts;
    size_t part_count, part_room;
    struct remark *remarks; /* that are not stored yet; never loaded */
};

struct appraisal_command {
    enum appraisal_act act;
    bool from_event, from_clock;     /* the clock's acts have no actor */
    instant at;                      /* when it happened: the event's time, or now */
    int step;                        /* of a command: 0 is the open one; of an event: the step it ended or sent back */
    struct dossier_facts received;   /* RECEIVE */
    const struct same_day *same_day; /* RECEIVE: what the officer at the counter did at once, NULL: nothing; else: this
                                        act is one of his */
    struct paper paper;              /* FILE_DOCUMENT */
    instant due_at; /* MEET_OBLIGATION, TAKE_SUPPLEMENT, MOVE_DUE, RECOUNT: to which the dossier's date has moved; 0: it
                       has not */
    bool on_paper;  /* TAKE_SUPPLEMENT: with it the dossier is not files alone */
    struct left_out_period left_out; /* MOVE_DUE: by a period that is left out, or by what is counted again of one that
                                        ended early; until 0: by something else */
    const struct left_out *all_left_out; /* MOVE_DUE: then all that is left out since; else NULL */
    const char *approver;                /* DECIDE, SEND_BACK, SIGN: who did it */
    /* SIGN */
    int outcome;
    bool last;
    /* ASSIGN */
    const char *officer;
    /* ASK, ASK_OPINION */
    const char *asked;
    const char *ground; /* ASK_SUPPLEMENT: NULL in time, for the first time */
    int minutes;        /* ASK_OPINION: the time that the unit has */
    /* VERIFY, VERIFY_BESIDE, ASK, ASK_OPINION, ANSWER, CONCLUDE, ASK_SUPPLEMENT, ENDORSE, RETURN_DRAFT: what of these
     * it needs */
    const struct appraisal_verification *verification;
    int opinion;
    struct document_handle document;
    const char **reasons; /* of SEND_BACK, too: the approver's */
    size_t reason_count;
    enum appraisal_view view; /* CONTRIBUTE, with an answer and reasons */
};

/* What a decision may know beside the dossier. */
struct appraisal_facts {
    const struct catalogue *catalogue;
    instant now, recorded_at;       /* the act's, and the system's: a late entry lies behind */
    const char *actor, *actor_unit; /* of the token */
    uint32_t actor_roles;
};

/* How one part moves with a decision. */
struct appraisal_part_move {
    const struct fsm_edge *edge;
    int number;
    const char *unit;
    int minutes;             /* of one that is asked; 0: by the process */
    instant due_at, near_at; /* until when it is given, of one whose turn comes, and when little of that is left */
};

/* How a part is watched by another calendar. */
struct appraisal_part_watch {
    const struct appraisal_part *of;
    struct step_watch watch;
};

struct appraisal_decision {
    const struct fsm_edge *edge; /* NULL: no step moves */
    enum appraisal_event event;
    int step, round;
    enum step_kind kind;
    const char *unit; /* of a step that is opened */
    /* A second step that moves with it: what follows an ended step here, or is done once more. NULL: none. */
    const struct fsm_edge *opens_edge;
    int opens, opens_round;
    enum step_kind opens_kind;
    const char *opens_unit;
    instant opens_due, opens_near;
    instant at; /* when it happened */
    bool timed; /* the step has ended, and had a clock: */
    struct step_clock clock;
    const char *officer;
    const char *asked;                  /* the unit that is consulted */
    const char *told;                   /* the head who is told of its silence; "": there is no such post */
    const char *ground, *superior;      /* of a supplement that is asked late or once more; "": it is not */
    instant due_at;                     /* of the step, or of the answer */
    instant near_at;                    /* of a step that opens, or of the answer: when little of its time is left */
    instant opened_at;                  /* WARN, PASS, WARN_PART: of the step or part that is told of */
    enum step_warning warning;          /* WARN, PASS, WARN_PART: what is told */
    const struct appraisal_step *moved; /* whose time has moved, by a period that is left out or another calendar */
    struct step_watch watch;            /* how it is watched from then on */
    struct appraisal_part_watch recounted[PROCESS_WITH_MAX]; /* parts whose time has moved */
    int recounted_count;
    const char *place;
    const struct appraisal_verification *verification;
    int number; /* of that in its round of the step */
    int opinion;
    struct document_handle document; /* as it is known here */
    const char **reasons;
    size_t reason_count;
    const char *by;                  /* who acts; NULL: an event or the clock */
    const struct same_day *same_day; /* an act of the officer at the counter, done at once; NULL: another's */
    bool last;
    /* Parts that move with it, all of one step and round; of a CONTRIBUTE, WARN_PART or LAPSE_PART its own is the
     * first.
     */
    int parts_step, parts_round;
    instant
        parts_at; /* when: of what an event opens, when it is heard, so that the unit's hours begin as it can know */
    struct appraisal_part_move parts[PROCESS_WITH_MAX];
    int part_count;
    const char *lead; /* of a decision by which a turn comes: the unit of the step, and who waits for his turn still */
    const char *waiting[PROCESS_WITH_MAX];
    int waiting_count;
    bool in_order;
    enum appraisal_view view;
    int undecided; /* SEND_BACK: what was decided behind this step is not any more */
};

/*
 * appraisal_decide says what a command or an event would do to a dossier (NULL: none is known here yet).
 * Pure: no clock, no database, no log. On a refusal *ret is untouched.
 */
enum err_code appraisal_decide(const struct appraisal_dossier *d, const struct appraisal_command *c,
                               const struct appraisal_facts *f, struct appraisal_decision *ret,
                               struct err *reterr) MUST_CHECK;

/*
 * appraisal_at_once gives what the officer at the counter did at once as his commands, in their order: he took the
 * step, and concluded it. Refused (ERR_CONFLICT, field "same_day") when the dossier does not lie at an appraise step.
 */
#define APPRAISAL_AT_ONCE 2
enum err_code appraisal_at_once(const struct appraisal_dossier *d, const struct same_day *s, instant at,
                                struct appraisal_command ret[APPRAISAL_AT_ONCE], struct err *reterr) MUST_CHECK;

/* appraisal_watch_next gives when the watch of the open step looks next, at `now` of the system; INSTANT_NONE: there is
 * none to watch. appraisal_watch_tells is what it does then: WARN, or PASS when its time has passed; false: nothing. */
instant appraisal_watch_next(const struct appraisal_dossier *d, instant now);
bool appraisal_watch_tells(const struct appraisal_dossier *d, instant now, enum appraisal_act *ret);

/* appraisal_apply does what was decided: the one place where a state is set. Gives the dossier, made anew for RECEIVE.
 */
struct appraisal_dossier *appraisal_apply(struct appraisal_dossier *d, const struct appraisal_command *c,
                                          const struct appraisal_decision *x, struct arena *a);

/* appraisal_copy makes a copy in its own memory, as it is read again once it is stored. */
struct appraisal_dossier *appraisal_copy(const struct appraisal_dossier *d, struct arena *a);

/* appraisal_step_latest gives the latest round of a step, NULL when it was never opened. */
const struct appraisal_step *appraisal_step_latest(const struct appraisal_dossier *d, int step);
/* appraisal_step_open gives the one open step, or else the last there is; NULL without any. */
const struct appraisal_step *appraisal_step_open(const struct appraisal_dossier *d);

/* For apply and the repository: one more step, zeroed. */
struct appraisal_step *appraisal_add_step(struct appraisal_dossier *d, struct arena *a);

/* ---- silence.c */
/* appraisal_silent_step gives the last step in which a unit that was asked, or one that co-operates, has kept silent;
 * NULL: it has not. */
const struct appraisal_step *appraisal_silent_step(const struct appraisal_dossier *d, enum appraisal_act act,
                                                   const char *unit);
/* For apply: parts that lapsed between these steps are decided without, or not yet. */
void appraisal_parts_decided(struct appraisal_dossier *d, int from, int to, bool decided);
/* appraisal_part_last gives the last part of a unit in a step, in any round; NULL: it has none. */
const struct appraisal_part *appraisal_part_last(const struct appraisal_dossier *d, int step, const char *unit);

/* ---- parts.c */
/* appraisal_parts_in_order: what is on paper cannot be at two places at once and goes from unit to unit; what is files
 * goes to all of them at once (D61 Art. 19(6)). */
bool appraisal_parts_in_order(const struct dossier_facts *f);
/* appraisal_parts_next gives when the watch of the open parts looks next; INSTANT_NONE: none is open. A moment that
 * lies behind is looked at at once: whichever part of them all it was that moved, nothing that the others are to be
 * told is left out. appraisal_parts_tell is what the watch does then: LAPSE_PART, or WARN_PART; false: nothing. */
instant appraisal_parts_next(const struct appraisal_dossier *d);
bool appraisal_parts_tell(const struct appraisal_dossier *d, instant now, enum appraisal_act *ret);
/* appraisal_parts_open tells whether the turn of a part comes with a decision. */
bool appraisal_parts_open(const struct appraisal_decision *x);
/* appraisal_given_again tells whether a moment that was given, counted from `from` on, can be counted again: of what
 * was left out by then nobody kept what was known, so where something is left out of its time it stays. */
bool appraisal_given_again(const struct appraisal_dossier *d, instant from);
/* For apply: what a decision does to the parts; for apply and the repository: one more part, zeroed; for copy: parts in
 * their own memory. */
void appraisal_move_parts(struct appraisal_dossier *d, const struct appraisal_decision *x, struct arena *a);
struct appraisal_part *appraisal_add_part(struct appraisal_dossier *d, struct arena *a);
void appraisal_copy_parts(struct appraisal_dossier *to, const struct appraisal_dossier *from, struct arena *a);

#endif
